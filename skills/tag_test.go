package skills

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"matchday/hiring"
)

// trades is a small taxonomy to read texts by.
func trades() *Map {
	en := func(s ...string) map[string][]string { return map[string][]string{"en": s} }
	list := []Concept{
		{ID: "t:staff", Name: "manage staff", Alt: en("supervise staff", "lead employees")},
		{ID: "t:train", Name: "train staff"},
		{ID: "t:weld", Name: "weld steel pipes", Labels: map[string]string{"en": "weld steel pipes", "de": "Stahlrohre schweißen"}},
		{ID: "t:java", Name: "Java (computer programming)"},
		{ID: "t:csharp", Name: "C#"},
		{ID: "t:forklift", Name: "operate forklift", Labels: map[string]string{"en": "operate forklift", "de": "Gabelstapler fahren"}},
		{ID: "t:audit", Name: "quality audits"},
		{ID: "t:net", Name: ".NET"},
	}
	for i := range list {
		if list[i].Labels == nil {
			list[i].Labels = map[string]string{"en": list[i].Name}
		}
	}
	return NewMap(Release{"trades", "1", list})
}

func found(text string, tags []Tagged) string {
	var list []string
	for _, t := range tags {
		list = append(list, text[t.Start:t.End]+" = "+string(t.Skill))
	}
	return strings.Join(list, "; ")
}

func TestTag(t *testing.T) {
	m := trades()
	for text, want := range map[string]string{
		"You manage staff and operate forklifts daily.": "manage staff = t:staff; operate forklifts = t:forklift",
		"Managing our staff; welding steel pipes":       "Managing our staff = t:staff; welding steel pipes = t:weld",
		"Java, C# or .NET":                              "Java = t:java; C# = t:csharp; .NET = t:net",
		"Coffee and cake":                               "",
		"No Java required. Not only C#.":                "C# = t:csharp",
		"Experience with Java is not required":          "",
		"You manage and train staff":                    "manage and train staff = t:staff; train staff = t:train",
	} {
		if got := found(text, m.Tag(text, "en")); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestTagInAnotherLanguage(t *testing.T) {
	text := "Sie haben Erfahrung mit Stahlrohre schweißen und Java."
	tags := trades().Tag(text, "de")
	if got := found(text, tags); got != "Stahlrohre schweißen = t:weld; Java = t:java" {
		t.Errorf("got %s", got)
	}
	if len(tags) > 0 && tags[0].Name != "Stahlrohre schweißen" {
		t.Errorf("it is called %q", tags[0].Name)
	}
}

func TestTagNothing(t *testing.T) {
	for name, m := range map[string]*Map{"zero": {}, "empty": NewMap()} {
		if tags := m.Tag("Java and C#", "en"); len(tags) != 0 {
			t.Errorf("the %s map finds %v", name, tags)
		}
	}
	if tags := trades().Tag("", "en"); len(tags) != 0 {
		t.Errorf("nothing holds %v", tags)
	}
}

// checkTags holds tags to what Tag promises.
func checkTags(t *testing.T, text string, tags []Tagged) {
	t.Helper()
	valid := utf8.ValidString(text)
	for _, x := range tags {
		if x.Start < 0 || x.End <= x.Start || x.End > len(text) || x.Score <= 0 || x.Score >= 1 || math.IsNaN(x.Score) {
			t.Fatalf("%+v in %d bytes", x, len(text))
		}
		if valid && !(utf8.RuneStart(text[x.Start]) && (x.End == len(text) || utf8.RuneStart(text[x.End]))) {
			t.Fatalf("%+v does not stand on runes", x)
		}
	}
	if !slices.IsSortedFunc(tags, func(x, y Tagged) int { return x.Start - y.Start }) {
		t.Fatalf("%v is out of order", tags)
	}
}

func FuzzTag(f *testing.F) {
	m := trades()
	for _, s := range []string{
		"You manage and train staff, no Java.", "Stahlrohre schweißen", "C#/.NET\xff", "👩‍💻👩‍💻 C# 👩‍💻", strings.Repeat("e\u0301", 50), "manage manage staff staff",
	} {
		f.Add(s, "en")
		f.Add(s, "de")
	}
	f.Fuzz(func(t *testing.T, text, lang string) { checkTags(t, text, m.Tag(text, lang)) })
}

func TestTagsAreTheSameAgain(t *testing.T) {
	const text = "You manage and train staff, weld steel pipes, and know Java."
	want := trades().Tag(text, "en")
	for range 5 {
		if got := trades().Tag(text, "en"); !slices.Equal(got, want) {
			t.Fatalf("%v, then %v", want, got)
		}
	}
	if id := hiring.SkillID("t:java"); !slices.ContainsFunc(want, func(x Tagged) bool { return x.Skill == id }) {
		t.Errorf("%v lacks %s", want, id)
	}
}

// Of labels that differ in words that a text may leave out, the barest is meant: "SQL" alone is not "My SQL".
func TestTagPrefersTheBareLabel(t *testing.T) {
	m := NewMap(Release{Name: "own", Version: "1", Concepts: []Concept{{ID: "mysql", Name: "My SQL"}, {ID: "sql", Name: "SQL"}}})
	got := m.Tag("Experience with SQL.", "en")
	if len(got) != 1 || got[0].Skill != "sql" {
		t.Errorf("tagged %+v", got)
	}
}
