package hiring

import (
	"regexp"
	"strings"
	"unicode"
)

// What makes a posting doubtful: a way around Matchday, or a learner who is to pay. Fraudulent postings do both; see the advice of the
// US Federal Trade Commission on job scams. Honest ones do at times, and an operator's look tells.
var (
	doubtPhone = regexp.MustCompile(`(\+|\b00)[0-9][0-9 ().\-/]{6,}[0-9]|\b[0-9]([ ().\-/]{0,2}[0-9]){8,14}\b|` +
		`\b(call|phone|tel|text|whats ?app|telegram|signal|llam[ae]|tel[eé]fono|m[oó]vil)\b[^0-9]{0,20}[0-9]([ ().\-/]{0,2}[0-9]){4,14}`)
	doubtLink = regexp.MustCompile(`https?:|\bwww\.|@[a-z0-9-]+\.[a-z]|\b(t\.me|wa\.me|bit\.ly)\b|` +
		`\b[a-z0-9-]{2,}\.(com|net|org|io|me|ly|gl|co|info|biz|xyz|top|site|online|shop|app|link|es|mx|in|uk|de|ru|cn)\b`)
	doubtFee = regexp.MustCompile(`\b(fees?|deposits?|up-?front|gift ?cards?|bitcoin|crypto|western union|money ?gram|wire transfer|` +
		`cuotas?|dep[oó]sitos?|por adelantado|tarjetas? regalo|inscripci[oó]n de pago)\b`)
)

// Doubts names what in the words of an opening must be looked at before learners see it, where nobody has verified the employer: phone,
// link, fee. It is nil when there is nothing.
func (o *Opening) Doubts() []string {
	words := plainWords(o.Title + "\n" + o.Text + "\n" + o.Contract + "\n" + o.Shift)
	var list []string
	for _, d := range []struct {
		name    string
		pattern *regexp.Regexp
	}{{"phone", doubtPhone}, {"link", doubtLink}, {"fee", doubtFee}} {
		if d.pattern.MatchString(words) {
			list = append(list, d.name)
		}
	}
	return list
}

// plainWords writes text in lower case with ASCII digits, points and signs for their wide forms, and without characters that do not show,
// so that a number cannot hide among them.
func plainWords(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '‐' || r == '‑' || r == '–' || r == '—' || r == '−':
			return '-'
		case r == '。' || r == '․':
			return '.'
		case unicode.IsSpace(r) && r != '\n':
			return ' '
		}
		return unicode.ToLower(r)
	}, text)
}
