package skills

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// nearby is a taxonomy in English, German, Dutch and Swedish to find similar names in.
func nearby() *Map {
	list := []Concept{
		{ID: "n:prison", Name: "supervise correctional procedures", Labels: map[string]string{
			"en": "supervise correctional procedures", "de": "Strafvollzugsverfahren beaufsichtigen", "nl": "gevangenisprocedures bewaken",
			"sv": "övervaka kriminalvårdsförfaranden",
		}},
		{ID: "n:de", Name: "procedure", Labels: map[string]string{"de": "Verfahren"}, Alt: map[string][]string{"de": {"Strafvollzug"}}},
		{ID: "n:db", Name: "administer databases", Labels: map[string]string{"en": "administer databases"}},
		{ID: "n:kube", Name: "Kubernetes"},
		{ID: "n:paint", Name: "paint walls", Labels: map[string]string{"en": "paint walls"}, Alt: map[string][]string{"en": {"coat walls"}}},
		{ID: "n:coat", Name: "paint fences", Labels: map[string]string{"en": "paint fences"}, Alt: map[string][]string{"en": {"coat fences"}}},
		{ID: "n:door", Name: "paint doors", Labels: map[string]string{"en": "paint doors"}, Alt: map[string][]string{"en": {"coat doors"}}},
		{ID: "n:boat", Name: "paint boats", Labels: map[string]string{"en": "paint boats"}},
	}
	return NewMap(Release{"nearby", "1", list})
}

func best(m *Map, text, lang string) string {
	found := m.Resolve(text, lang, 3)
	if len(found) == 0 {
		return ""
	}
	return string(found[0].Skill)
}

func TestResolveNear(t *testing.T) {
	m := nearby()
	for _, c := range []struct{ text, lang, want, why string }{
		{"administering a database", "en", "n:db", "inflection"},
		{"data bases administer", "en", "n:db", "order, and a compound written apart"},
		{"kuberentes", "en", "n:kube", "letters swapped"},
		{"Kubernets", "en", "n:kube", "a letter missing"},
		{"coat boats", "en", "n:boat", "a synonym learnt from other labels"},
		{"Beaufsichtigung des Strafvollzugsverfahrens", "de", "n:prison", "inflection in German"},
		{"Verfahren im Strafvollzug beaufsichtigen", "de", "n:prison", "a compound taken apart"},
		{"Strafvollzugs-Verfahren beaufsichtigen", "de", "n:prison", "a compound with a hyphen"},
		{"gevangenisprocedure bewaking", "nl", "n:prison", "inflection in Dutch"},
		{"övervakning av kriminalvårdsförfarande", "sv", "n:prison", "inflection in Swedish"},
		{"underwater basket weaving", "en", "", "unknown"},
		{"xqzzk", "en", "", "no word"},
	} {
		if got := best(m, c.text, c.lang); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.why, c.text, got, c.want)
		}
	}
}

func TestExactNamesComeFirst(t *testing.T) {
	found := nearby().Resolve("coat walls", "en", 5)
	if len(found) < 2 || found[0].Skill != "n:paint" {
		t.Fatalf("found %v", found)
	}
	for i, c := range found[1:] {
		if c.Score > found[i].Score || c.Score <= 0 {
			t.Errorf("scores do not fall: %v", found)
		}
	}
}

func TestTypos(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"form", "form", 0}, {"form", "from", 1}, {"form", "forms", 1}, {"kubernetes", "kubernets", 1}, {"abcd", "badc", 2}, {"abcd", "xyzw", 3}} {
		if got := typos(c.a, c.b, 2); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// Whatever one error does to a long word of the vocabulary, the word is found again.
func TestSpellingForgivesOneError(t *testing.T) {
	words := []string{"administration", "kubernetes", "javascript", "beaufsichtigen", "gevangenis", "welding", "statistics"}
	forms := map[string]uint32{}
	for i, w := range words {
		forms[w] = uint32(i)
	}
	s := newSpelling(forms)
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(words)-1).Draw(t, "word")
		w := words[i]
		at := rapid.IntRange(0, len(w)-2).Draw(t, "at")
		letter := string(rapid.RuneFrom([]rune("abcdefghijklmnopqrstuvwxyz")).Draw(t, "letter"))
		wrong := rapid.SampledFrom([]string{
			w[:at] + w[at+1:], w[:at] + letter + w[at:], w[:at] + letter + w[at+1:], w[:at] + w[at+1:at+2] + w[at:at+1] + w[at+2:],
		}).Draw(t, "wrong")
		if near, _ := s.near(wrong); !slices.ContainsFunc(near, func(r respelt) bool { return r.lemma == uint32(i) }) {
			t.Fatalf("%q does not find %q", wrong, w)
		}
	})
}

func TestParts(t *testing.T) {
	l := nearby().lexicon("de")
	if got := len(l.parts("strafvollzugsverfahren")); got != 2 {
		t.Errorf("Strafvollzugsverfahren has %d parts", got)
	}
	for _, word := range []string{"verfahren", "strafvollzug", "xyzverfahren", "kurz", ""} {
		if got := l.parts(word); got != nil {
			t.Errorf("%q has parts %v", word, got)
		}
	}
}

func FuzzResolve(f *testing.F) {
	m := nearby()
	for _, s := range []string{"administering a database", "Strafvollzugs-Verfahren", strings.Repeat("data base ", 60), "\xff", "kuberentes c++"} {
		f.Add(s, "en")
		f.Add(s, "de")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		found := m.Resolve(text, lang, 5)
		if len(found) > 5 {
			t.Fatalf("%d candidates", len(found))
		}
		for i, c := range found {
			if c.Score <= 0 || c.Score > 1 || !m.Has(c.Skill) || i > 0 && c.Score > found[i-1].Score {
				t.Fatalf("%v", found)
			}
		}
	})
}
