package jobposting

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"matchday/hiring"
)

// identity takes the first of identifier, url and @id that can be an id. A URI means the same to everybody and stays as it is;
// anything else, such as the number of a requisition, means something within its employer only and is put behind the employer's name,
// as in "telco/NT-7". When none can be an id, one is derived from the first that is there, or else from what names the posting, so
// that the same posting gets the same id again.
func (p *posting) identity() string {
	said := first(p.node["identifier"])
	if m, ok := said.(map[string]any); ok {
		m = flatten(m)
		if said = m["value"]; said == nil {
			said = m["@id"]
		}
	}
	employer, _ := p.out["employer"].(string)
	basis := ""
	for _, v := range []any{said, p.node["url"], p.node["@id"]} {
		s := strings.TrimSpace(text(v))
		if s == "" || strings.HasPrefix(s, "_:") { // a blank node's label means nothing outside its document
			continue
		}
		id := s
		if !uri(s) {
			id = scope(employer) + "/" + s
		}
		if hiring.ValidID("id", id) == nil {
			return id
		}
		if basis == "" {
			basis = employer + "\x00" + s
		}
	}
	if basis == "" {
		place, _ := p.out["place"].(map[string]any)
		for _, v := range []any{employer, p.out["title"], place["name"]} {
			s, _ := v.(string)
			basis += "\x00" + s
		}
	}
	sum := sha256.Sum256([]byte(basis))
	return "job-" + hex.EncodeToString(sum[:8])
}

// uri reports whether a text names something for the whole world.
func uri(s string) bool { return strings.Contains(s, "://") || strings.HasPrefix(s, "urn:") }

// scope writes an employer's name with what ids may hold: its letters and digits in lower case, with hyphens between, at most 40. Where
// letters beyond ASCII are lost that way, or a long name's end, the start of a hash keeps names apart.
func scope(employer string) string {
	const most = 40
	var b strings.Builder
	gap, lost := false, false
	for _, r := range strings.ToLower(employer) {
		switch {
		case b.Len() >= most:
			lost = true
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
			lost = lost || unicode.IsLetter(r) || unicode.IsDigit(r)
		}
	}
	if !lost {
		return b.String()
	}
	sum := sha256.Sum256([]byte(employer))
	return strings.Trim(b.String()+"-"+hex.EncodeToString(sum[:4]), "-")
}
