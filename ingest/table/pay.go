package table

import (
	"regexp"
	"strconv"
	"strings"

	"matchday/hiring"
	"matchday/ingest/native"
)

// dollar stands for a currency that is only written $, until the row's country is known.
const dollar = "$"

var (
	period   = regexp.MustCompile(`(?i)[\s/]*(?:\b(?:per|an?|each)\s+)?\b(hour|hourly|hr|h|month|monthly|mo|year|yearly|yr|y|annum|annually|annual|pa|p\.a)\.?$`)
	rangeCut = regexp.MustCompile(`(?i)\s*(?:-|–|—|\bto\b)\s*`)
	code     = regexp.MustCompile(`\b[A-Z]{3}\b`)
	endsInK  = regexp.MustCompile(`^(.*[0-9])\s?[kK](\s*[A-Z]{3})?$`)
)

// periods says which period of the native form a word begins.
var periods = []struct{ prefix, per string }{{"h", "hour"}, {"m", "month"}, {"y", "year"}, {"a", "year"}, {"p", "year"}}

// pay is what a cell says of pay.
type pay struct {
	low, high float64
	currency  string // a code, "$", or empty
	per       string
}

// parsePay reads an amount, or two with a dash or "to" between, as people write it: "$45,000", "45k", "USD 45000", "$20 - $25 an hour".
func parsePay(cell string) (p pay, ok bool) {
	cell = strings.TrimSpace(cell)
	if m := period.FindStringSubmatchIndex(cell); m != nil && m[0] > 0 {
		word := strings.ToLower(cell[m[2]:m[3]])
		for _, known := range periods {
			if p.per == "" && strings.HasPrefix(word, known.prefix) {
				p.per = known.per
			}
		}
		cell = strings.TrimSpace(cell[:m[0]])
	}
	ends := rangeCut.Split(cell, 3)
	if len(ends) > 2 {
		return p, false
	}
	thousands := endsInK.MatchString(ends[len(ends)-1]) // of both in "45-60k"
	for i, end := range ends {
		n, currency, ok := amount(end, thousands)
		if !ok {
			return p, false
		}
		if i == 0 {
			p.low = n
		}
		p.high = n
		if currency != "" {
			p.currency = currency
		}
	}
	return p, true
}

// amount reads one amount; thousands says that it may be in thousands without saying so.
func amount(text string, thousands bool) (n float64, currency string, ok bool) {
	text = strings.TrimSpace(text)
	bare := strings.Contains(text, "$") && !strings.Contains(strings.ToUpper(text), "US$")
	if bare && code.MatchString(text) { // "CAD $45,000"
		text, bare = strings.Replace(text, "$", "", 1), false
	}
	factor := 1.0
	if m := endsInK.FindStringSubmatch(text); m != nil {
		text, factor = m[1]+m[2], 1000
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if thousands && n < 1000 {
			factor = 1000
		}
		return n * factor, "", true
	}
	m, ok := native.ParseMoney(text)
	if thousands && m.Amount < 1000 {
		factor = 1000
	}
	if bare {
		m.Currency = dollar
	}
	return m.Amount * factor, m.Currency, ok
}

// money reads pay.min and the like: one amount, which may bring its currency and period along.
func money(doc map[string]any, field, cell string) {
	p, ok := parsePay(cell)
	if !ok || p.low != p.high {
		put(doc, field, cell) // native refuses it by the field's name
		return
	}
	put(doc, field, p.low)
	outer, _, _ := strings.Cut(field, ".")
	p.rest(doc, outer)
}

// payRange reads a whole of pay from one cell.
func payRange(doc map[string]any, field, cell string) {
	p, ok := parsePay(cell)
	if !ok {
		put(doc, field, cell)
		return
	}
	put(doc, field+".min", p.low)
	if p.high != p.low {
		put(doc, field+".max", p.high)
	}
	p.rest(doc, field)
}

// rest puts currency and period where no other column does.
func (p pay) rest(doc map[string]any, field string) {
	m, ok := doc[field].(map[string]any)
	if !ok {
		return
	}
	if p.currency != "" && m["currency"] == nil {
		m["currency"] = p.currency
	}
	if p.per != "" && m["per"] == nil {
		m["per"] = p.per
	}
}

// american are the writings of the country whose dollar a bare $ is.
var american = map[string]bool{"": true, "US": true, "USA": true, "U.S.": true, "U.S.A.": true, "UNITED STATES": true, "UNITED STATES OF AMERICA": true}

// settlePay decides what a bare $ means, once the row's country is known: US dollars in the United States or where no country is
// given. Pay in US dollars without a period is by the hour below 500, by the month below 15,000, and by the year from there on, as a
// bare number of the native form is.
func settlePay(doc map[string]any, field string) error {
	m, ok := doc[field].(map[string]any)
	if !ok {
		return nil
	}
	if m["currency"] == dollar {
		place, _ := doc["place"].(map[string]any)
		if !american[strings.ToUpper(word(place["country"]))] {
			return hiring.Invalidf(field+".currency", "is missing: $ means US dollars in the United States only").
				Mend("write the code, as in CAD 45000, or give the currency a column")
		}
		m["currency"] = "USD"
	}
	if n, ok := m["min"].(float64); ok && m["per"] == nil && m["currency"] == "USD" {
		m["per"] = native.Period(n)
	}
	return nil
}
