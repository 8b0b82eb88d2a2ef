package search

import (
	"slices"
	"strings"
	"testing"
)

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"SQL, Excel & Word":        "sql excel word",
		"Café CAFÉ cafe\u0301":     "cafe cafe cafe",
		"C# C++ c F# .NET ASP.NET": "c# c++ c f# .net asp net",
		"node.network example.net": "node network example net",
		"3+ years, C#-based (C++)": "3 years c# based c++",
		"O'Brien e-mail":           "o brien e mail",
		"会计 assistant":             "会 计 assistant",
		"Straße ÑANDÚ Ångström":    "straße nandu angstrom",
		"\xff\xfebroken\xffutf8":   "broken utf8",
		"ﷺ x":                      "ﷺ x",
		"one\x00two":               "one two",
		"A++ AB++ 4++ abc#":        "a++ ab 4 abc",
	} {
		if got := strings.Join(terms(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Terms never hold a blank, since the index cuts there, and words stand in order inside the text.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"a b", "C++#", ".net.NET", "é\u0301", "会a计", "\xff\xc3", "ﷺ", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, w := range words(text) {
			if w.start < last || w.end <= w.start || w.end > len(text) {
				t.Fatalf("%q: %+v", text, w)
			}
			if len(strings.Fields(w.term)) != 1 || strings.TrimSpace(w.term) != w.term {
				t.Fatalf("%q: term %q", text, w.term)
			}
			last = w.end
		}
		if once := terms(folded(text)); !slices.Equal(once, terms(strings.Join(once, " "))) {
			t.Fatalf("%q: folding twice changes %q", text, once)
		}
	})
}
