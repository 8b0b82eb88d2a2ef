package search

import (
	"strings"
	"testing"

	"matchday/hiring"
)

func TestMask(t *testing.T) {
	m := newMask(hiring.Personal{
		Name:    "María J. Lopez-Haze",
		Contact: hiring.Contact{Email: "mlopez77@example.org", Phone: "+1 (512) 555-0134"},
	})
	for text, want := range map[string]string{
		"I am Maria, call me MARÍA LOPEZ":            "I am …, call me … …",
		"haze@mail.example or mlopez77@example.org.": "… or …",
		"phone 512.555.0134 or 5550134":              "phone … or …",
		"any other +44 20 7946 0958 too":             "any other … too",
		"2019-2023 at Acme, 1200 invoices, J. class": "2019-2023 at Acme, 1200 invoices, J. class",
		"see https://example.org/in/maria and more":  "see … and more",
		"github: mlopez77":                           "github: …",
		"nothing of the kind":                        "nothing of the kind",
		"":                                           "",
	} {
		if got := m.apply(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("Ann Lee", "ann lee was here, Ännlee")
	f.Add("Will", "will WILL w i l l")
	f.Fuzz(func(t *testing.T, name, text string) {
		out := newMask(hiring.Personal{Name: name}).apply(text)
		left := terms(out)
		for _, n := range terms(name) {
			for _, w := range left {
				if w == n && len([]rune(n)) > 1 {
					t.Fatalf("%q is left in %q", n, out)
				}
			}
		}
		if strings.Contains(out, "@") && addressPattern.MatchString(out) {
			t.Fatalf("an address is left in %q", out)
		}
	})
}
