package jobposting

import (
	"html"
	"strings"
	"unicode/utf8"
)

// longestName is how many characters a skill's name may have; a longer piece is prose and names no skill.
const longestName = 120

// skills reads text (a list set apart by commas, semicolons, bars or lines), DefinedTerms, or a list of either.
func (p *posting) skills() {
	said := p.node["skills"]
	if s, ok := said.(string); ok {
		var pieces []any
		for _, piece := range strings.FieldsFunc(plain(s), func(r rune) bool { return strings.ContainsRune(",;|\n•", r) }) {
			pieces = append(pieces, piece)
		}
		said = pieces
	}
	var skills []any
	for _, v := range list(said) {
		entry := map[string]any{}
		if m, ok := v.(map[string]any); ok && m["@value"] == nil {
			term(flatten(m), entry)
		} else {
			name(entry, text(v))
		}
		if len(entry) == 0 {
			p.ignored++
			continue
		}
		skills = append(skills, entry)
	}
	if skills != nil {
		p.out["skills"] = skills
	}
}

// name puts words into a skill's entry when they can be a name.
func name(entry map[string]any, words string) {
	words = strings.Join(strings.Fields(html.UnescapeString(words)), " ")
	words = strings.TrimLeft(words, "-*· ")
	words = strings.TrimRight(words, ". ")
	if words != "" && utf8.RuneCountInString(words) <= longestName {
		entry["name"] = words
	}
}

// term reads a DefinedTerm or any other node that names a skill. An address is the skill's id.
func term(node map[string]any, entry map[string]any) {
	for _, key := range []string{"@id", "url", "termCode"} {
		if s := strings.TrimSpace(text(node[key])); strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
			entry["skill"] = s
			break
		}
	}
	for _, key := range []string{"name", "description", "termCode"} {
		if name(entry, text(node[key])); entry["name"] != nil {
			return
		}
	}
}

// location reads where the work is: jobLocation's first place; for remote work also where applicants may be.
func (p *posting) location() {
	for _, v := range list(p.node["jobLocationType"]) {
		if strings.EqualFold(local(strings.TrimSpace(text(v))), "TELECOMMUTE") {
			p.out["mode"] = "remote"
		}
	}
	place := placeOf(first(p.node["jobLocation"]))
	if len(place) == 0 {
		place = areas(list(p.node["applicantLocationRequirements"]))
	}
	if len(place) > 0 {
		p.out["place"] = place
	}
}

func placeOf(v any) map[string]any {
	place := map[string]any{}
	put := func(field, s string) {
		if s = strings.Join(strings.Fields(html.UnescapeString(s)), " "); s != "" {
			place[field] = s
		}
	}
	m, ok := v.(map[string]any)
	if !ok {
		put("name", text(v))
		return place
	}
	m = flatten(m)
	address := first(m["address"])
	a, ok := address.(map[string]any)
	if ok {
		a = flatten(a)
	} else {
		put("name", text(address))
		a = m // a bare PostalAddress, or a Place without one
	}
	var parts []string
	for _, key := range []string{"addressLocality", "addressRegion"} {
		if s := named(a[key]); s != "" {
			parts = append(parts, s)
		}
	}
	put("name", strings.Join(parts, ", "))
	put("country", named(a["addressCountry"]))
	if place["name"] == nil {
		put("name", text(m["name"]))
	}
	if g, ok := first(m["geo"]).(map[string]any); ok {
		m = flatten(g)
	}
	lat, lon := text(m["latitude"]), text(m["longitude"])
	if y, ok := degrees(lat); ok {
		if x, ok := degrees(lon); ok {
			place["lat"], place["lon"] = y, x
		}
	}
	return place
}

// areas names the areas that applicants may live in; a single country is the place's country.
func areas(list []any) map[string]any {
	var names []string
	country := false
	for _, v := range list {
		if s := named(v); s != "" {
			names = append(names, s)
		}
		if m, ok := v.(map[string]any); ok {
			country = local(text(m["@type"])) == "Country"
		}
	}
	place := map[string]any{}
	switch {
	case len(names) == 1 && country:
		place["country"] = names[0]
	case len(names) > 0:
		place["name"] = strings.Join(names, ", ")
	}
	return place
}

// named returns a text, or the name of a node.
func named(v any) string {
	v = first(v)
	if m, ok := v.(map[string]any); ok && m["@value"] == nil {
		return strings.TrimSpace(text(flatten(m)["name"]))
	}
	return strings.TrimSpace(text(v))
}

// education reads what the posting says of a degree. Certificates and school leaving exams are no degree.
func (p *posting) education() {
	said := ""
	for _, v := range list(p.node["educationRequirements"]) {
		if m, ok := v.(map[string]any); ok {
			m = flatten(m)
			for _, key := range []string{"credentialCategory", "name", "description"} {
				said += " " + named(m[key])
			}
		}
		said += " " + text(v)
	}
	said = strings.ToLower(said)
	if strings.TrimSpace(said) == "" {
		return
	}
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(said, w) {
				return true
			}
		}
		return false
	}
	instead := strings.EqualFold(flag(p.node["experienceInPlaceOfEducation"]), "true")
	degree := has("degree", "bachelor", "master", "postgraduate", "doctor", "phd", "university", "b.sc", "m.sc")
	switch {
	case !degree || has("no degree", "no requirement", "not required"):
		p.out["degree"] = "none"
	case instead || has("or equivalent", "or experience", "or related experience", "or relevant experience"):
		p.out["degree"] = "or-experience"
	case has("preferred", "desirable", "nice to have", "a plus"):
		p.out["degree"] = "preferred"
	default:
		p.out["degree"] = "required"
	}
}

// flag returns a boolean, or the text that stands for one, as text.
func flag(v any) string {
	if b, ok := first(v).(bool); ok && b {
		return "true"
	}
	return strings.TrimSpace(local(text(v)))
}
