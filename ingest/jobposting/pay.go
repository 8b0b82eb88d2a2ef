package jobposting

import (
	"math"
	"strconv"
	"strings"

	"matchday/hiring"
)

// unit says which period of the native form a unit of time becomes, and by what its amounts are multiplied.
type unit struct {
	per    string
	factor float64
}

// units knows the words of Google's guide, their adverbs, and the codes of UN/CEFACT.
var units = map[string]unit{
	"HOUR": {"hour", 1}, "HOURLY": {"hour", 1}, "HUR": {"hour", 1},
	"DAY": {"month", 260.0 / 12}, "DAILY": {"month", 260.0 / 12},
	"WEEK": {"month", 52.0 / 12}, "WEEKLY": {"month", 52.0 / 12}, "WEE": {"month", 52.0 / 12},
	"MONTH": {"month", 1}, "MONTHLY": {"month", 1}, "MON": {"month", 1},
	"YEAR": {"year", 1}, "YEARLY": {"year", 1}, "ANNUAL": {"year", 1}, "ANNUALLY": {"year", 1}, "ANN": {"year", 1},
}

// salary reads baseSalary. Pay without a currency or a period says nothing that can be compared: it is counted as ignored.
func (p *posting) salary() error {
	base := first(p.node["baseSalary"])
	if base == nil {
		return nil
	}
	money, ok := base.(map[string]any)
	if !ok {
		money = map[string]any{"value": base}
	}
	money = flatten(money)
	amount, ok := first(money["value"]).(map[string]any)
	if ok {
		amount = flatten(amount)
	} else {
		amount = money
	}
	low, high, err := span(amount)
	if err != nil {
		return err
	}
	currency := ""
	for _, v := range []any{money["currency"], money["priceCurrency"], p.node["salaryCurrency"], amount["currency"]} {
		if currency = strings.ToUpper(strings.TrimSpace(text(v))); currency != "" {
			break
		}
	}
	u, known := unit{}, false
	for _, v := range []any{amount["unitText"], money["unitText"], amount["unitCode"], money["unitCode"]} {
		if u, known = units[strings.ToUpper(strings.TrimSpace(text(v)))]; known {
			break
		}
	}
	if !known || currency == "" || high == 0 {
		p.ignored++
		return nil
	}
	pay := map[string]any{"currency": currency, "per": u.per, "min": cents(low * u.factor)}
	if high != low {
		pay["max"] = cents(high * u.factor)
	}
	p.out["pay"] = pay
	return nil
}

func cents(n float64) float64 { return math.Round(n*100) / 100 }

// span reads minValue and maxValue, or value (price, in a PriceSpecification) as both. Only a maximum means "up to".
func span(amount map[string]any) (low, high float64, err error) {
	read := func(names ...string) (n float64, ok bool) {
		for _, name := range names {
			if said := strings.TrimSpace(text(amount[name])); said != "" && err == nil {
				n, bad := strconv.ParseFloat(strings.ReplaceAll(said, ",", ""), 64)
				if bad != nil || !(n >= 0 && n <= 1e9) {
					err = hiring.Invalidf("baseSalary."+name, "is not an amount of money")
				}
				return n, true
			}
		}
		return 0, false
	}
	if n, ok := read("value", "price"); ok {
		low, high = n, n
	}
	if n, ok := read("minValue", "minPrice"); ok {
		low, high = n, max(n, high)
	}
	if n, ok := read("maxValue", "maxPrice"); ok {
		high = n
	}
	if err == nil && high < low {
		err = hiring.Invalidf("baseSalary.maxValue", "is below minValue")
	}
	return low, high, err
}
