package search

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"matchday/hiring"
	"matchday/skills"
)

// masked stands where something that names or reaches a person was.
const masked = "…"

var (
	addressPattern = regexp.MustCompile(`(?i)[^\s@<>()",;]+@[^\s@<>()",;]+|\b(?:https?://|www\.)\S+`)
	numberPattern  = regexp.MustCompile(`\+?\d[\d\s()./-]{4,}\d`)
)

// mask removes from what is said of a person what names or reaches that person. It goes over everything in a record that anybody may
// have written freely; what a taxonomy or a programme says is public and stays, lest somebody called Ruby lose a skill by their name.
type mask struct {
	names map[string]bool // terms of the name and of the mail address
	phone string          // digits
	all   bool            // nothing is known of the person, so any word might name them
}

func newMask(p hiring.Personal) mask {
	m := mask{names: map[string]bool{}, phone: digits(p.Contact.Phone)}
	for _, t := range terms(p.Name) {
		if utf8.RuneCountInString(t) > 1 { // an initial would take every "a" with it
			m.names[t] = true
		}
	}
	local, _, _ := strings.Cut(p.Contact.Email, "@")
	for _, t := range terms(local) {
		if utf8.RuneCountInString(t) > 3 { // shorter parts are as often a plain word
			m.names[t] = true
		}
	}
	return m
}

// apply returns text without the person's names, without any mail or web address, and without any number that is, or may well be,
// a telephone. It errs on the side of taking too much: a lost word costs a hit, a kept name costs the pseudonym.
func (m mask) apply(text string) string {
	if m.all {
		return ""
	}
	if strings.ContainsAny(text, "@:") || strings.Contains(strings.ToLower(text), "www.") { // most texts have none, and this is quick
		text = addressPattern.ReplaceAllString(text, masked)
	}
	if len(digits(text)) >= 6 {
		text = m.maskNumbers(text)
	}
	if len(m.names) == 0 {
		return text
	}
	var b strings.Builder
	last := 0
	for _, w := range words(text) {
		if m.names[w.term] {
			b.WriteString(text[last:w.start] + masked)
			last = w.end
		}
	}
	return b.String() + text[last:]
}

// tell is apply, with nothing for a text of which no word is left.
func (m mask) tell(text string) string {
	if text = m.apply(text); len(words(text)) == 0 {
		return ""
	}
	return text
}

// area names a place without what might be a street, a house or somebody's home: of the parts between commas, those that hold a digit
// or something masked are left out. "12 Elm Street, Austin, TX" is Austin, TX.
func (m mask) area(name string) string {
	var parts []string
	for part := range strings.SplitSeq(name, ",") {
		part = strings.TrimSpace(part)
		if part != "" && !strings.ContainsFunc(part, unicode.IsDigit) && m.apply(part) == part {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// skill returns the id and the name under which a skill is told. Its id is "text:" and no more when nothing may be told.
func (m mask) skill(s hiring.SkillRef) (hiring.SkillID, string) {
	if s.By != "" {
		return s.Skill, s.Name // a taxonomy's words
	}
	name := m.tell(s.Name)
	said, free := strings.CutPrefix(string(s.Skill), "text:")
	names := m.all || strings.Contains(said, "@") || slices.ContainsFunc(terms(said), func(t string) bool { return m.names[t] })
	if !names && (!free || name == s.Name && m.tell(said) == said) {
		return s.Skill, name
	}
	return hiring.SkillID("text:" + skills.Key(name)), name
}

func (m mask) maskNumbers(text string) string {
	return numberPattern.ReplaceAllStringFunc(text, func(s string) string {
		d := digits(s)
		own := len(m.phone) >= 6 && (strings.Contains(m.phone, d) || strings.Contains(d, m.phone[len(m.phone)-6:]))
		if own || len(d) > 8 { // two years ("2019-2023") have eight
			return masked
		}
		return s
	})
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
