package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"matchday/hiring"
	"matchday/skills"
)

// marks is what a query found hits by: sequences of terms by field, and skills by id or by the normal form of their name.
type marks struct {
	words  map[string][][]string
	skills map[hiring.SkillID]bool
	keys   map[string]bool
}

func newMarks() marks {
	return marks{words: map[string][][]string{}, skills: map[hiring.SkillID]bool{}, keys: map[string]bool{}}
}

// Sizes of highlights: bytes of text beside the first mark, fragments of one field, and bytes of a text that are looked at.
const (
	fragmentSide   = 70
	fragmentsMost  = 3
	highlightReach = 20_000
)

// highlights returns what of an entry the query matched: plain text, with «» around the words found. A field that did not match is
// absent.
func (m marks) highlights(e entry) map[string][]string {
	found := map[string][]string{}
	add := func(field, fragment string) {
		if fragment != "" && len(found[field]) < fragmentsMost && !slices.Contains(found[field], fragment) {
			found[field] = append(found[field], fragment)
		}
	}
	for _, s := range e.skills {
		if s.name != "" && m.meant(s) {
			add("skill", "«"+plain(s.name)+"»")
		}
	}
	for field, seqs := range m.words {
		for _, text := range e.texts[field] {
			if field == "skill" && slices.ContainsFunc(e.skills, func(s named) bool { return s.name == text && m.meant(s) }) {
				continue // marked as a whole above
			}
			add(field, fragment(text, seqs))
		}
	}
	return found
}

// meant reports whether the query asked for the skill itself.
func (m marks) meant(s named) bool { return m.skills[s.id] || m.keys[skills.Key(s.name)] }

// fragment cuts the piece of text around its first match and marks every match in it; "" when none of the sequences occurs.
func fragment(text string, seqs [][]string) string {
	if len(text) > highlightReach {
		text = text[:runeStart(text, highlightReach)]
	}
	spans := matches(words(text), seqs)
	if len(spans) == 0 {
		return ""
	}
	from := runeStart(text, max(0, spans[0].start-fragmentSide))
	to := runeStart(text, min(len(text), spans[0].end+fragmentSide))
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	last := from
	for _, s := range spans {
		if s.end > to {
			break
		}
		b.WriteString(plain(text[last:s.start]) + "«" + plain(text[s.start:s.end]) + "»")
		last = s.end
	}
	b.WriteString(plain(text[last:to]))
	if to < len(text) {
		b.WriteString("…")
	}
	return b.String()
}

// span is a stretch of text, in bytes.
type span struct{ start, end int }

// matches returns where any of the sequences occurs, in order and apart from each other; the longest wins where several begin.
func matches(ws []word, seqs [][]string) []span {
	var spans []span
	for i := 0; i < len(ws); {
		longest := 0
		for _, seq := range seqs {
			if len(seq) > longest && startsWith(ws[i:], seq) {
				longest = len(seq)
			}
		}
		if longest == 0 {
			i++
			continue
		}
		spans = append(spans, span{ws[i].start, ws[i+longest-1].end})
		i += longest
	}
	return spans
}

func startsWith(ws []word, seq []string) bool {
	if len(ws) < len(seq) {
		return false
	}
	for i, t := range seq {
		if ws[i].term != t {
			return false
		}
	}
	return true
}

// runeStart returns the nearest start of a character at or before i.
func runeStart(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// plain drops marks that stood in the text itself, so that nobody can forge one, and folds line ends.
func plain(s string) string {
	return strings.NewReplacer("«", "", "»", "", "\r", " ", "\n", " ", "\t", " ").Replace(s)
}
