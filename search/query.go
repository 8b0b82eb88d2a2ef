package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"matchday/hiring"
)

// Limits of one query.
const (
	MaxQuery   = 1000   // characters
	MaxClauses = 32     // words, phrases and field terms together
	MaxTerms   = 64     // words in all clauses together: each costs one reader a field
	MaxPage    = 100    // hits of one page
	MaxDepth   = 10_000 // hits of all pages that cursors reach
)

// Query is what a person asked for: every clause must hold (or must not, where negated). An empty one finds everything.
type Query struct {
	Clauses []Clause
}

// Clause is one condition.
type Clause struct {
	// Not turns the clause around.
	Not bool
	// Field is a key of the fields that [Fields] lists, or empty for words that may stand anywhere.
	Field string
	// Text holds the words: one, or several that must follow one another.
	Text string
}

// field says where a field may be asked and how its value is checked.
type field struct {
	name               string
	learners, openings bool
	check              func(value string) error
}

// fields returns every field of the query language, in the order in which messages list them.
func fields() []field {
	return []field{
		{"skill", true, true, nil},
		{"need", false, true, nil}, // a skill that the opening calls essential
		{"place", true, true, nil},
		{"near", true, true, checkNear},
		{"mode", true, true, oneOf("onsite", "hybrid", "remote")},
		{"programme", true, false, nil},
		{"issuer", true, false, nil},
		{"verified", true, false, oneOf("true", "false")},
		{"proof", true, false, oneOf("verified", "recorded", "claimed", "work", "self")},
		{"language", true, false, nil},
		{"title", false, true, nil},
		{"employer", false, true, nil},
		{"contract", false, true, nil},
		{"degree", false, true, oneOf("none", "preferred", "required", "or-experience")},
	}
}

// Fields lists the fields that a query about learners or openings may name.
func Fields(of string) []string {
	var names []string
	for _, f := range fields() {
		if f.learners && of == OfLearners || f.openings && of == OfOpenings {
			names = append(names, f.name)
		}
	}
	return names
}

// Parse reads a query about learners or openings (see [OfLearners]):
//
//	words "a phrase" -not -"not this" skill:"SQL" place:Austin near:"30.27,-97.74,50km" mode:remote verified:true
//
// Every character is literal. What other tools take for a wildcard or a regular expression is refused outside quotes, and so is
// an unknown field; the error names the known ones and does not repeat the input. A backslash in quotes keeps the next character.
func Parse(of, text string) (Query, error) {
	if err := checkText(text); err != nil {
		return Query{}, err
	}
	var q Query
	count := 0
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		c, after, err := parseClause(of, rest)
		if err != nil {
			return Query{}, err
		}
		rest = after
		n := len(terms(c.Text))
		if n == 0 && c.Field == "" {
			continue // a lone "-" or "&" between words says nothing
		}
		if count += n; len(q.Clauses) == MaxClauses || count > MaxTerms {
			return Query{}, hiring.Invalidf("query", "asks for too much at once").
				Mend(fmt.Sprintf("use at most %d conditions of %d words in all", MaxClauses, MaxTerms))
		}
		q.Clauses = append(q.Clauses, c)
	}
	if len(q.Clauses) == 0 && strings.TrimSpace(text) != "" {
		return Query{}, hiring.Invalidf("query", "holds no letter or digit to search for")
	}
	return q, nil
}

func checkText(text string) error {
	if !utf8.ValidString(text) {
		return hiring.Invalidf("query", "is not UTF-8 text")
	}
	if n := utf8.RuneCountInString(text); n > MaxQuery {
		return hiring.Invalidf("query", "has %d characters", n).Mend(fmt.Sprintf("at most %d are allowed", MaxQuery))
	}
	for _, r := range text {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return hiring.Invalidf("query", "holds a control character")
		}
	}
	return nil
}

// parseClause reads one clause off the front of text, which does not start with a blank.
func parseClause(of, text string) (c Clause, rest string, err error) {
	if after, ok := strings.CutPrefix(text, "-"); ok && after != "" && !startsBlank(after) {
		c.Not, text = true, after
	}
	if name, after, ok := cutField(text); ok {
		c.Field, text = strings.ToLower(name), after
	}
	quoted := strings.HasPrefix(text, `"`)
	if quoted {
		c.Text, rest, err = unquote(text)
	} else {
		c.Text, rest = cutWord(text)
		err = checkWord(c.Text)
	}
	if err == nil && c.Field != "" {
		c.Text, err = checkField(of, c.Field, c.Text)
	}
	return c, rest, err
}

// cutField splits "name:" off when text begins with letters and a colon.
func cutField(text string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(text, ":")
	if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", text, false
	}
	return name, rest, true
}

func startsBlank(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

// cutWord splits text at its first blank or quote.
func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

// unquote reads the quoted text at the front of text.
func unquote(text string) (inner, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:], nil
		case '\\':
			if i++; i == len(text) {
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return "", "", hiring.Invalidf("query", "holds a quote that is not closed").Mend(`end the phrase with "`)
}

// checkWord refuses what looks like a pattern, so that nobody takes the literal search for what they meant.
func checkWord(w string) error {
	wild := strings.Contains(w, "*") || strings.Contains(strings.TrimRight(w, "?!.,;"), "?")
	if wild || len(w) > 2 && w[0] == '/' && w[len(w)-1] == '/' {
		return hiring.Invalidf("query", "uses a wildcard or regular expression, and neither is searched for").
			Mend("put the word in quotes to search for its characters")
	}
	return nil
}

// checkField checks a field and its value, and returns the value in its normal form.
func checkField(of, name, value string) (string, error) {
	known := Fields(of)
	if !slices.Contains(known, name) {
		return "", hiring.Invalidf("query", "names a field that %s do not have", of).
			Mend("use " + strings.Join(known, ", ") + `, or put the words in quotes`)
	}
	i := slices.IndexFunc(fields(), func(f field) bool { return f.name == name })
	if check := fields()[i].check; check != nil {
		value = strings.ToLower(strings.TrimSpace(value))
		if err := check(value); err != nil {
			return "", err
		}
		return value, nil
	}
	if strings.TrimSpace(value) == "" {
		return "", hiring.Invalidf("query."+name, "has no value").Mend(name + `:"…"`)
	}
	return value, nil
}

func oneOf(values ...string) func(string) error {
	return func(v string) error {
		if slices.Contains(values, v) {
			return nil
		}
		return hiring.Invalidf("query", "gives a value that the field does not know").Mend("use one of " + strings.Join(values, ", "))
	}
}

// circle is a point, in degrees (WGS 84), and how far around it counts, in kilometres.
type circle struct{ lat, lon, km float64 }

func checkNear(v string) error {
	_, err := parseNear(v)
	return err
}

// parseNear reads "lat,lon,50km" or "lat,lon,30mi".
func parseNear(v string) (circle, error) {
	bad := hiring.Invalidf("query.near", "is not a place and a distance").Mend(`write near:"30.27,-97.74,50km", with km or mi, up to 20000km`)
	parts := strings.Split(v, ",")
	if len(parts) != 3 {
		return circle{}, bad
	}
	unit, distance := 1.0, strings.TrimSpace(parts[2])
	switch {
	case strings.HasSuffix(distance, "mi"):
		unit = 1.609344 // kilometres in an international mile
	case !strings.HasSuffix(distance, "km"):
		return circle{}, bad
	}
	var n [3]float64
	for i, s := range []string{parts[0], parts[1], distance[:len(distance)-2]} {
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil {
			return circle{}, bad
		}
		n[i] = f
	}
	c := circle{n[0], n[1], n[2] * unit}
	if !(c.lat >= -90 && c.lat <= 90 && c.lon >= -180 && c.lon <= 180 && c.km > 0 && c.km <= 20_000) { // also refuses NaN
		return circle{}, bad
	}
	return c, nil
}

// String writes the query so that [Parse] reads the same one.
func (q Query) String() string {
	parts := make([]string, len(q.Clauses))
	for i, c := range q.Clauses {
		parts[i] = c.String()
	}
	return strings.Join(parts, " ")
}

// String writes one clause, with quotes where they are needed.
func (c Clause) String() string {
	var b strings.Builder
	if c.Not {
		b.WriteByte('-')
	}
	if c.Field != "" {
		b.WriteString(c.Field + ":")
	}
	if c.bare() {
		b.WriteString(c.Text)
	} else {
		b.WriteString(`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c.Text) + `"`)
	}
	return b.String()
}

// bare reports whether the text reads the same without quotes.
func (c Clause) bare() bool {
	_, _, asField := cutField(c.Text)
	return c.Text != "" && !strings.HasPrefix(c.Text, "-") && !strings.ContainsAny(c.Text, `"\`) && checkWord(c.Text) == nil &&
		(c.Field != "" || !asField) && !strings.ContainsFunc(c.Text, unicode.IsSpace)
}
