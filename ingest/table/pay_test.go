package table

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

func TestPayAsSpreadsheetsWriteIt(t *testing.T) {
	for cell, want := range map[string]pay{
		"45000": {45000, 45000, "", ""}, "$45,000": {45000, 45000, "$", ""}, "45k": {45000, 45000, "", ""}, "$45.5K": {45500, 45500, "$", ""},
		"USD 45000": {45000, 45000, "USD", ""}, "45,000 EUR": {45000, 45000, "EUR", ""}, "45k EUR": {45000, 45000, "EUR", ""},
		"US$ 45,000.50": {45000.5, 45000.5, "USD", ""}, "CAD $45,000": {45000, 45000, "CAD", ""}, "€20/h": {20, 20, "EUR", "hour"},
		"$20 - $25 an hour": {20, 25, "$", "hour"}, "$20–25/hr": {20, 25, "$", "hour"}, "45-60k": {45000, 60000, "", ""},
		"£30,000 to £35,000 per annum": {30000, 35000, "GBP", "year"}, "$4,000 monthly": {4000, 4000, "$", "month"}, "18.50 USD hourly": {18.5, 18.5, "USD", "hour"},
	} {
		got, ok := parsePay(cell)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(pay{})); diff != "" || !ok {
			t.Errorf("%q: %v %s", cell, ok, diff)
		}
	}
	for _, cell := range []string{"competitive", "1-2-3", "-5", "$", "DOE", "hourly", "k"} {
		if got, ok := parsePay(cell); ok {
			t.Errorf("%q is read as %+v", cell, got)
		}
	}
}

func TestPayOfARow(t *testing.T) {
	for _, c := range []struct {
		header, row []string
		want        any
	}{
		{[]string{"pay.min"}, []string{"$45,000"}, map[string]any{"min": 45000.0, "currency": "USD", "per": "year"}},
		{[]string{"pay.min", "place.country"}, []string{"$18.50", "USA"}, map[string]any{"min": 18.5, "currency": "USD", "per": "hour"}},
		{[]string{"pay.currency", "pay.min", "place.country"}, []string{"CAD", "$45,000", "CA"}, map[string]any{"min": 45000.0, "currency": "CAD"}},
		{[]string{"pay.min", "pay.currency", "pay.per"}, []string{"45k", "EUR", "Year"}, map[string]any{"min": 45000.0, "currency": "EUR", "per": "year"}},
		{[]string{"pay.min", "pay.max"}, []string{"USD 20", "25"}, map[string]any{"min": 20.0, "max": 25.0, "currency": "USD", "per": "hour"}},
		{[]string{"pay"}, []string{"$45,000 - $60,000 a year"}, map[string]any{"min": 45000.0, "max": 60000.0, "currency": "USD", "per": "year"}},
		{[]string{"pay"}, []string{"competitive"}, "competitive"},
		{[]string{"pay.min", "place.country"}, []string{"$45,000", "CA"}, "pay.currency is missing: $ means US dollars in the United States only; write the code, as in CAD 45000, or give the currency a column"},
	} {
		cols, err := NewColumns(hiring.ImportOpenings, append([]string{"id"}, c.header...), nil)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := cols.Decode(append([]string{"1"}, c.row...), 0)
		got := doc["pay"]
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v %v: %s", c.header, c.row, diff)
		}
	}
}
