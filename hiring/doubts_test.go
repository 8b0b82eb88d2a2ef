package hiring_test

import (
	"slices"
	"testing"

	"matchday/hiring"
)

func TestDoubts(t *testing.T) {
	for text, want := range map[string][]string{
		"Junior data technician, Madrid. 24 to 30 USD an hour, 40 hours a week.": nil,
		"Salary 100,000 - 120,000 EUR, start 2027-03-01, 3+ years with C#/.NET":  nil,
		"Call +34 600 123 456 today":                                              {"phone"},
		"Write on WhatsApp: 600.12.34":                                            {"phone"},
		"Reach us at (555) 010-0199":                                              {"phone"},
		"Reach us at ５５５‐０１０‐０１９９":                                                {"phone"},
		"Reach us at 555\u200b-010\u200b-0199":                                    {"phone"},
		"Apply at https://example.org/apply":                                      {"link"},
		"Apply at WWW.example.org":                                                {"link"},
		"Apply: fast-money.xyz":                                                   {"link"},
		"Mail jobs@example.org":                                                   {"link"},
		"A registration fee of 40 EUR applies":                                    {"fee"},
		"Se paga un depósito por adelantado":                                      {"fee"},
		"Send the deposit, then message +44 7700 900123 or http://t.me/quickwork": {"phone", "link", "fee"},
	} {
		for _, o := range []hiring.Opening{{Text: text}, {Title: text}} {
			if got := o.Doubts(); !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
}
