package table

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"matchday/hiring"
)

// A reader puts a cell, trimmed and not empty, into a field of the document.
type reader func(doc map[string]any, field, cell string)

// fieldsOf says, by kind, which fields a column can fill and how its cells are read.
var fieldsOf = map[hiring.ImportKind]map[string]reader{
	hiring.ImportOpenings: {
		"id": text, "title": text, "employer": text, "text": text, "skills": list, "degree": choice, "place": text, "place.name": text,
		"place.country": text, "place.lat": number, "place.lon": number, "mode": choice, "contract": text, "shift": text,
		"pay": payRange, "pay.min": money, "pay.max": money, "pay.currency": text, "pay.per": choice, "bar": number, "validFrom": text, "validThrough": text,
	},
	hiring.ImportLearners: {
		"id": text, "name": text, "contact": text, "contact.email": text, "contact.phone": text, "text": text, "skills": list,
		"credentials": list, "place": text, "place.name": text, "place.country": text, "place.lat": number, "place.lon": number,
		"modes": list, "availability": text, "payFloor": floor, "payFloor.min": money, "payFloor.currency": text, "payFloor.per": choice,
		"workIn": list, "languages": list, "visible": flag,
	},
	hiring.ImportProgrammes: {
		"id": text, "name": text, "provider": text, "skills": list, "price": text, "price.amount": number, "price.currency": text,
		"months": duration, "hours": duration, "credit": text, "stacksInto": list, "starts": list, "enrolBy": text, "language": text, "url": text,
	},
	hiring.ImportCredentials: {"learner": text, "programme": text, "name": text, "issuer": text, "date": text},
}

// put sets a dotted field.
func put(doc map[string]any, field string, v any) {
	outer, inner, dotted := strings.Cut(field, ".")
	if !dotted {
		doc[field] = v
		return
	}
	m, ok := doc[outer].(map[string]any)
	if !ok {
		m = map[string]any{}
		doc[outer] = m
	}
	m[inner] = v
}

func text(doc map[string]any, field, cell string) { put(doc, field, cell) }

// choice reads one of a form's fixed words, which are in lower case.
func choice(doc map[string]any, field, cell string) { put(doc, field, strings.ToLower(cell)) }

var thousands = regexp.MustCompile(`^[-+]?[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]+)?$`)

func number(doc map[string]any, field, cell string) {
	if n, ok := parseNumber(cell); ok {
		put(doc, field, n)
		return
	}
	put(doc, field, cell) // native refuses it by the field's name
}

func parseNumber(cell string) (float64, bool) {
	cell = strings.TrimSpace(strings.TrimLeft(cell, "$€£₹"))
	if thousands.MatchString(cell) {
		cell = strings.NewReplacer(",", "", " ", "", "'", "").Replace(cell)
	}
	n, err := strconv.ParseFloat(cell, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// floor reads a bare number as one, and an amount that says more as that.
func floor(doc map[string]any, field, cell string) {
	if n, err := strconv.ParseFloat(cell, 64); err == nil {
		put(doc, field, n)
		return
	}
	payRange(doc, field, cell)
}

func flag(doc map[string]any, field, cell string) {
	switch strings.ToLower(cell) {
	case "true", "yes", "y", "1":
		put(doc, field, true)
	case "false", "no", "n", "0":
		put(doc, field, false)
	default:
		put(doc, field, cell)
	}
}

var span = regexp.MustCompile(`(?i)([0-9]+(?:\.[0-9]+)?)(?:\s*(?:-|–|—|to)\s*([0-9]+(?:\.[0-9]+)?))?\s*(hour|hr|day|week|month|year)s?\b`)

// inUnits says which field a unit of time belongs to, and how many of that field's units it is.
var inUnits = map[string]struct {
	field  string
	factor float64
}{
	"hour": {"hours", 1}, "hr": {"hours", 1}, "day": {"hours", 8},
	"week": {"months", 12.0 / 52}, "month": {"months", 1}, "year": {"months", 12},
}

// duration reads a bare number in the field's own unit, or the first span of time that the cell holds.
func duration(doc map[string]any, field, cell string) {
	if n, ok := parseNumber(cell); ok {
		put(doc, field, n)
		return
	}
	m := span.FindStringSubmatch(cell)
	if m == nil {
		put(doc, field, cell)
		return
	}
	upper := m[1]
	if m[2] != "" {
		upper = m[2]
	}
	n, _ := parseNumber(upper)
	unit := inUnits[strings.ToLower(m[3])]
	if _, taken := doc[unit.field]; !taken || unit.field == field {
		put(doc, unit.field, math.Round(n*unit.factor*100)/100)
	}
}

var label = regexp.MustCompile(`(?i)^skills[^:,;|\n]{0,40}:\s*`)

func list(doc map[string]any, field, cell string) {
	cell = strings.TrimSpace(label.ReplaceAllString(cell, ""))
	items, ok := literal(cell)
	if !ok {
		items = strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|\n", r) })
	}
	out := make([]any, 0, len(items))
	for _, item := range items {
		if item = strings.TrimSpace(item); strings.ContainsFunc(item, says) {
			out = append(out, item)
		}
	}
	if len(out) > 0 {
		put(doc, field, out)
	}
}

// says reports whether a character can be part of a name: a piece of dashes and dots alone is decoration.
func says(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// literal reads a list of texts as JSON or Python writes it.
func literal(cell string) ([]string, bool) {
	if !strings.HasPrefix(cell, "[") || !strings.HasSuffix(cell, "]") {
		return nil, false
	}
	var items []string
	if json.Unmarshal([]byte(cell), &items) == nil {
		return items, true
	}
	items = nil
	rest := strings.TrimSpace(cell[1 : len(cell)-1])
	for rest != "" {
		quote := rest[0]
		if quote != '\'' && quote != '"' {
			return nil, false
		}
		item, after, ok := quoted(rest[1:], quote)
		if !ok {
			return nil, false
		}
		items = append(items, item)
		rest = strings.TrimSpace(after)
		if rest == "" {
			break
		}
		if rest[0] != ',' {
			return nil, false
		}
		rest = strings.TrimSpace(rest[1:])
	}
	return items, true
}

// quoted reads up to the closing quote; a backslash keeps the next character.
func quoted(s string, quote byte) (item, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == quote:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
