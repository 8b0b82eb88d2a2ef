package search

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"matchday/hiring"
)

// masked stands where something that names or reaches a person was.
const masked = "…"

var (
	addressPattern = regexp.MustCompile(`(?i)[^\s@<>()",;]+@[^\s@<>()",;]+|\b(?:https?://|www\.)\S+`)
	numberPattern  = regexp.MustCompile(`\+?\d[\d\s()./-]{4,}\d`)
)

// mask removes from a person's own words what names or reaches that person.
type mask struct {
	names map[string]bool // terms of the name and of the mail address
	phone string          // digits
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
