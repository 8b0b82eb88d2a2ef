package native

import (
	"regexp"
	"strconv"
	"strings"

	"matchday/hiring"
)

var (
	amountPattern   = regexp.MustCompile(`^([A-Za-z]{3}|[$€£¥₹]|US\$)?\s*([0-9][0-9.,'\s\x{00A0}\x{202F}]*)\s*([A-Za-z]{3}|[$€£¥₹])?$`)
	centsPattern    = regexp.MustCompile(`^(.*[0-9])[.,]([0-9]{1,2})$`)
	currencySymbols = map[string]string{"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
)

// price reads a number, an object or a text such as "$1,200", "49 EUR" or "free".
func (o *object) price(name string) *hiring.Money {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	if n, ok := numberOf(v); ok {
		return &hiring.Money{Amount: n}
	}
	path := join(o.path, name)
	if s, ok := v.(string); ok {
		m, ok := ParseMoney(s)
		if !ok {
			o.fail(path, "is not an amount of money")
		}
		return &m
	}
	c := o.sub("a price", path, v)
	if c == nil {
		return nil
	}
	m := &hiring.Money{Currency: c.text("currency")}
	if m.Amount, ok = c.number("amount"); !ok {
		c.fail(join(path, "amount"), "is missing")
	}
	_ = c.done()
	return m
}

// ParseMoney reads an amount as people write it: a currency's sign or code before or after, thousands set apart by commas, points,
// spaces or apostrophes, and one or two decimals after a point or comma. "Free" is zero. A bare dollar sign means US dollars.
func ParseMoney(text string) (hiring.Money, bool) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "free") {
		return hiring.Money{}, true
	}
	parts := amountPattern.FindStringSubmatch(text)
	if parts == nil || parts[1] != "" && parts[3] != "" {
		return hiring.Money{}, false
	}
	whole, cents := parts[2], ""
	if d := centsPattern.FindStringSubmatch(strings.TrimSpace(whole)); d != nil {
		whole, cents = d[1], d[2]
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, whole)
	n, err := strconv.ParseFloat(digits+"."+cents, 64)
	if err != nil {
		return hiring.Money{}, false
	}
	code := parts[1] + parts[3]
	if c, ok := currencySymbols[code]; ok {
		code = c
	}
	return hiring.Money{Amount: n, Currency: strings.ToUpper(code)}, true
}
