package search

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFragment(t *testing.T) {
	long := strings.Repeat("größe ", 60) + "the SQL server" + strings.Repeat(" größe", 60)
	for _, c := range []struct {
		text, words, want string
	}{
		{"Writes SQL daily", "sql", "Writes «SQL» daily"},
		{"Account management of accounts", "account management", "«Account management» of accounts"},
		{"management account", "account management", ""},
		{"a «forged» mark\nSQL", "sql", "a forged mark «SQL»"},
		{"Café au lait", "cafe", "«Café» au lait"},
		{"nothing", "sql", ""},
		{"C, C# and C++", "c#", "C, «C#» and C++"},
	} {
		if got := fragment(c.text, [][]string{strings.Fields(c.words)}); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.words, c.text, got, c.want)
		}
	}
	got := fragment(long, [][]string{{"sql"}})
	if !utf8.ValidString(got) || !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") || !strings.Contains(got, "«SQL»") || len(got) > 200 {
		t.Errorf("got %q", got)
	}
}

func TestHighlightsNameOnlyWhatMatched(t *testing.T) {
	e := newEntry(OfLearners, "learners/x")
	e.skill("esco:1", "SQL (computer programming)")
	e.skill("esco:2", "Excel")
	e.add(e.texts, "place", "Austin")
	m := newMarks()
	m.skills["esco:1"] = true
	m.words["place"] = [][]string{{"austin"}}
	m.words["text"] = [][]string{{"excel"}}
	want := map[string][]string{"skill": {"«SQL (computer programming)»"}, "place": {"«Austin»"}}
	if got := m.highlights(e); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	m.keys["excel"] = true
	if got := m.skillNames(e); got[0] != "SQL (computer programming)" || len(got) != 2 {
		t.Errorf("got %v", got)
	}
}
