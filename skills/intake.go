package skills

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// intake is where every reader hands its concepts in: it tidies them, counts, and names what it leaves out.
type intake struct {
	counts  Counts
	skipped int
	emit    func(Concept) error
}

func newIntake(emit func(Concept) error) *intake {
	return &intake{counts: Counts{Labels: map[string]int{}}, emit: emit}
}

// skip notes that something was left out.
func (in *intake) skip(format string, args ...any) {
	in.skipped++
	if len(in.counts.Skipped) < maxReasons {
		in.counts.Skipped = append(in.counts.Skipped, fmt.Sprintf(format, args...))
	}
}

// done returns the counts, closed by how many reasons did not fit.
func (in *intake) done() Counts {
	if more := in.skipped - len(in.counts.Skipped); more > 0 {
		in.counts.Skipped = append(in.counts.Skipped, fmt.Sprintf("and %d more", more))
	}
	return in.counts
}

// add tidies a concept and emits it; where tells people where it stood. A concept that cannot be used is skipped; the error is
// that of emit.
func (in *intake) add(where string, c Concept) error {
	if reason := unusable(c); reason != "" {
		in.skip("%s: %s", where, reason)
		return nil
	}
	in.tidy(where, &c)
	if c.Name == "" && len(c.Labels)+len(c.Alt)+len(c.Hidden)+len(c.Broader)+len(c.Related)+len(c.Same)+len(c.Essential)+len(c.Optional) == 0 {
		in.skip("%s: a concept without a name has to add a label or a relation", where)
		return nil
	}
	in.count(c)
	return in.emit(c)
}

// unusable says why a concept cannot be used at all, "" when it can.
func unusable(c Concept) string {
	switch {
	case c.ID == "":
		return "id is missing"
	case len(c.ID) > maxID:
		return fmt.Sprintf("id is longer than %d bytes", maxID)
	case !plain(c.ID) || strings.ContainsAny(c.ID, " \n\t\r"):
		return "id holds a space or a control character"
	case strings.HasPrefix(c.ID, textPrefix):
		return `id begins with "text:", which is kept for words that no taxonomy knows`
	case c.Name != "" && badLabel(c.Name) != "":
		return "name " + badLabel(c.Name)
	}
	return ""
}

// badLabel says what is wrong with a label, "" when nothing is.
func badLabel(s string) string {
	switch {
	case !plain(s):
		return "is not UTF-8 text or holds a control character"
	case utf8.RuneCountInString(s) > maxLabel:
		return fmt.Sprintf("is longer than %d characters", maxLabel)
	case !strings.ContainsFunc(s, named) && Key(s) == "":
		return "holds no letter or digit"
	}
	return ""
}

// named reports whether a character makes any text a name, which spares most their key.
func named(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || digit(r) }

// plain reports whether s is UTF-8 without control characters other than newline, tab and return.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f
	})
}

// tidy drops from a concept what cannot be used, with a reason, and what stands in it twice, without: repeating is harmless.
func (in *intake) tidy(where string, c *Concept) {
	if !plain(c.Description) || utf8.RuneCountInString(c.Description) > maxDescription {
		in.skip("%s: description is no plain text of at most %d characters", where, maxDescription)
		c.Description = ""
	}
	c.Labels = in.preferred(where, c.Labels)
	room := maxLabels
	c.Alt, room = in.others(where, "alt", c.Alt, room)
	c.Hidden, _ = in.others(where, "hidden", c.Hidden, room)
	c.Broader = in.ids(where, "broader", c.ID, c.Broader)
	c.Related = in.ids(where, "related", c.ID, c.Related)
	c.Same = in.ids(where, "same", c.ID, c.Same)
	c.Essential = in.ids(where, "essential", c.ID, c.Essential)
	c.Optional = in.ids(where, "optional", c.ID, c.Optional)
}

// preferred keeps the usable labels, by language as [language] writes it.
func (in *intake) preferred(where string, labels map[string]string) map[string]string {
	if len(labels) == 0 {
		return nil
	}
	kept := make(map[string]string, len(labels))
	for _, lang := range slices.Sorted(maps.Keys(labels)) {
		if reason := badLabel(labels[lang]); reason != "" {
			in.skip("%s: labels.%.20q %s", where, lang, reason)
			continue
		}
		kept[language(lang)] = labels[lang]
	}
	return kept
}

// others keeps the usable labels of a list by language, at most room of them, and returns what room is left.
func (in *intake) others(where, field string, labels map[string][]string, room int) (map[string][]string, int) {
	if len(labels) == 0 {
		return nil, room
	}
	kept := make(map[string][]string, len(labels))
	for _, lang := range slices.Sorted(maps.Keys(labels)) {
		code := language(lang)
		for _, label := range labels[lang] {
			switch reason := badLabel(label); {
			case reason != "":
				in.skip("%s: a label of %s.%.20q %s", where, field, lang, reason)
			case room == 0:
				in.skip("%s: more than %d labels", where, maxLabels)
			case slices.Contains(kept[code], label):
			default:
				kept[code] = append(kept[code], label)
				room--
			}
		}
	}
	return kept, room
}

// ids keeps the usable ids of a list of relations, each once and in order.
func (in *intake) ids(where, field, self string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	kept := list[:0]
	for _, id := range list {
		switch {
		case unusable(Concept{ID: id}) != "":
			in.skip("%s: %s: %s", where, field, unusable(Concept{ID: id}))
		case id == self:
			in.skip("%s: %s names the concept itself", where, field)
		case len(kept) == maxRelations:
			in.skip("%s: more than %d ids in %s", where, maxRelations, field)
		default:
			kept = append(kept, id)
		}
	}
	return kept
}

// count adds a tidy concept to the counts.
func (in *intake) count(c Concept) {
	switch {
	case c.Name == "":
	case c.Kind == Group:
		in.counts.Groups++
	case c.Kind == Occupation:
		in.counts.Occupations++
	default:
		in.counts.Skills++
	}
	if c.Name != "" && !c.labelled() {
		in.counts.Labels[undetermined]++
	}
	for lang := range c.Labels {
		in.counts.Labels[lang]++
	}
	for _, lists := range []map[string][]string{c.Alt, c.Hidden} {
		for lang, list := range lists {
			in.counts.Labels[lang] += len(list)
		}
	}
	in.counts.Relations += len(c.Broader) + len(c.Related) + len(c.Same) + len(c.Essential) + len(c.Optional)
}
