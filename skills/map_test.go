package skills

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// skill makes a concept of English name and alternative labels.
func skill(id, name string, alt ...string) Concept {
	return Concept{ID: id, Name: name, Kind: "skill", Labels: map[string]string{"en": name}, Alt: map[string][]string{"en": alt}}
}

// kindOf makes a concept with broader ones.
func kindOf(id string, broader ...string) Concept {
	return Concept{ID: id, Name: "skill " + id, Broader: broader}
}

// twoTaxonomies are small enough to reason about.
func twoTaxonomies() []Release {
	java := skill("e:java", "Java (computer programming)", "J2EE")
	music := skill("e:music", "music", "band")
	music.Hidden = map[string][]string{"en": {"musick", "sql"}}
	sql := skill("e:sql", "SQL")
	sql.Labels["de"] = "SQL-Abfragen"
	return []Release{
		{"onet", "29", []Concept{skill("o:java", "Java"), skill("o:saw", "band", "saw"), skill("o:dbms", "databases", "SQL", "band")}},
		{"esco", "1", []Concept{sql, java, music, skill("e:db", "database systems", "SQL"), {ID: "e:g", Name: "arts", Kind: Group}}},
		{"labels", "1", []Concept{
			{ID: "e:music", Labels: map[string]string{"de": "Musik", "sv": "band"}},
			{ID: "e:none", Labels: map[string]string{"de": "Nichts"}},
		}},
	}
}

func TestResolveOrderAndScores(t *testing.T) {
	m := NewMap(twoTaxonomies()...)
	for _, c := range []struct {
		text, lang string
		want       []hiring.Candidate
	}{
		{"sql", "", []hiring.Candidate{ // preferred, then alternative by taxonomy, then hidden
			{Skill: "e:sql", Name: "SQL", Score: 1}, {Skill: "e:db", Name: "database systems", Score: 0.9 / 3},
			{Skill: "o:dbms", Name: "databases", Score: 0.9 / 3}, {Skill: "e:music", Name: "music", Score: 0.7 / 4},
		}},
		{"JAVA", "en", []hiring.Candidate{ // two taxonomies that agree share nothing
			{Skill: "o:java", Name: "Java", Score: 1}, {Skill: "e:java", Name: "Java (computer programming)", Score: 0.95},
		}},
		{"band", "sv", []hiring.Candidate{ // the language asked for goes first
			{Skill: "e:music", Name: "band", Score: 1}, {Skill: "o:saw", Name: "band", Score: 0.25}, {Skill: "o:dbms", Name: "databases", Score: 0.15},
		}},
		{"band", "de", []hiring.Candidate{ // no label of that language: as if none had been asked for
			{Skill: "e:music", Name: "Musik", Score: 0.5}, {Skill: "o:saw", Name: "band", Score: 0.5}, {Skill: "o:dbms", Name: "databases", Score: 0.3},
		}},
		{"musik", "de-AT", []hiring.Candidate{{Skill: "e:music", Name: "Musik", Score: 1}}},
		{"sql abfragen", "xx", []hiring.Candidate{{Skill: "e:sql", Name: "SQL", Score: 1}}},
		{"j2ee", "", []hiring.Candidate{{Skill: "e:java", Name: "Java (computer programming)", Score: 0.9}}},
		{"arts", "", []hiring.Candidate{}},   // a group
		{"nichts", "", []hiring.Candidate{}}, // labels of a concept that nobody named
		{"unheard of", "", []hiring.Candidate{}},
		{"!!", "", []hiring.Candidate{}},
	} {
		if got := m.Resolve(c.text, c.lang, 0); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Resolve(%q, %q)\n got %v\nwant %v", c.text, c.lang, got, c.want)
		}
		if got := m.Resolve(c.text, c.lang, 1); len(got) > 1 || !slices.Equal(got, c.want[:min(1, len(c.want))]) {
			t.Errorf("Resolve(%q, %q) of limit 1 gives %v", c.text, c.lang, got)
		}
	}
}

func TestLookup(t *testing.T) {
	m := NewMap(twoTaxonomies()...)
	for _, c := range []struct {
		text, lang string
		want       hiring.SkillRef
		known      bool
	}{
		{"SQL", "", hiring.SkillRef{Skill: "e:sql", Name: "SQL", By: "esco@1"}, true},
		{"sql", "de", hiring.SkillRef{Skill: "e:sql", Name: "SQL-Abfragen", Said: "sql", By: "esco@1"}, true},
		{"Musik", "de", hiring.SkillRef{Skill: "e:music", Name: "Musik", By: "labels@1"}, true},
		{"Basket-Weaving ", "", hiring.SkillRef{Skill: "text:basket weaving", Name: "Basket-Weaving "}, false},
		{" ! ", "", hiring.SkillRef{}, false},
	} {
		if got, known := m.Lookup(c.text, c.lang); got != c.want || known != c.known {
			t.Errorf("Lookup(%q, %q) = %+v, %t; want %+v, %t", c.text, c.lang, got, known, c.want, c.known)
		}
	}
}

func TestNamesAndMembership(t *testing.T) {
	m := NewMap(twoTaxonomies()...)
	if m.Len() != 7 {
		t.Errorf("%d skills, want 7", m.Len())
	}
	for id, want := range map[hiring.SkillID][2]string{
		"e:music": {"music", "Musik"}, "e:sql": {"SQL", "SQL-Abfragen"}, "o:saw": {"band", "band"}, "e:g": {"arts", "arts"},
	} {
		if got := [2]string{m.Name(id, ""), m.Name(id, "de")}; got != want || !m.Has(id) {
			t.Errorf("%s is called %q, want %q; has %t", id, got, want, m.Has(id))
		}
	}
	for _, id := range []hiring.SkillID{"e:none", "", "text:sql"} {
		if m.Has(id) || m.Name(id, "de") != "" || m.Near(id) != nil {
			t.Errorf("the map claims to know %q", id)
		}
	}
}

func TestEmptyMaps(t *testing.T) {
	for name, m := range map[string]*Map{"zero": {}, "of nothing": NewMap(), "of an empty release": NewMap(Release{Name: "x"})} {
		ref, known := m.Lookup("SQL", "en")
		if m.Len() != 0 || m.Has("e:sql") || len(m.Resolve("SQL", "en", 5)) != 0 || m.Near("e:sql") != nil || known || ref.Skill != "text:sql" {
			t.Errorf("the map %s is not empty", name)
		}
	}
}

func TestFirstReleaseNamesASharedConcept(t *testing.T) {
	own := Concept{ID: "e:sql", Name: "Query language", Broader: []string{"e:db"}}
	m := NewMap(append(twoTaxonomies(), Release{"own", "1", []Concept{own}})...)
	if name := m.Name("e:sql", ""); name != "SQL" {
		t.Errorf("it is called %q", name)
	}
	if ref, _ := m.Lookup("query language", ""); ref.Skill != "e:sql" || ref.By != "own@1" {
		t.Errorf("the other name gives %+v", ref)
	}
	if near := m.Near("e:sql"); len(near) != 1 || near[0] != (Nearness{"e:db", hiring.Broader, CreditBroader, ""}) {
		t.Errorf("near it: %v", near)
	}
}

// releases draws up to three taxonomies whose concepts overlap in ids, names and relations.
func releases() *rapid.Generator[[]Release] {
	return rapid.Custom(func(t *rapid.T) []Release {
		var list []Release
		for _, name := range []string{"a", "b", "c"} {
			var concepts []Concept
			for _, c := range rapid.SliceOfN(anyConcept(), 0, 8).Draw(t, name) {
				in := newIntake(func(c Concept) error { concepts = append(concepts, c); return nil })
				if err := in.add(name, c); err != nil {
					t.Fatal(err)
				}
			}
			concepts = slices.CompactFunc(slices.Clone(concepts), func(x, y Concept) bool { return x.ID == y.ID })
			list = append(list, Release{name, "1", concepts})
		}
		return list
	})
}

func TestMapAnswersTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := releases().Draw(t, "releases")
		m := NewMap(list...)
		again := NewMap(rapid.Permutation(list).Draw(t, "order")...)
		if !reflect.DeepEqual(m, again) {
			t.Fatal("another order of releases makes another map")
		}
	})
}

func TestEveryLabelFindsItsConcept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := releases().Draw(t, "releases")
		m := NewMap(list...)
		for _, r := range list {
			for _, c := range r.Concepts {
				checkLabels(t, m, c)
			}
		}
	})
}

// exactly lists the candidates of the very name, without what is only similar.
func exactly(m *Map, text string) (list []hiring.Candidate) {
	for _, f := range m.resolve(Key(text), m.lang("en")) {
		list = append(list, m.candidate(f.concept, m.lang("en"), f.score))
	}
	return list
}

// checkLabels tests that a concept's labels find it, and that candidates are well formed.
func checkLabels(t interface{ Fatalf(string, ...any) }, m *Map, c Concept) {
	id := hiring.SkillID(c.ID)
	if n, ok := m.ids.find(c.ID); !ok || m.group[n] {
		return
	}
	texts := []string{c.Name}
	for lang, label := range c.Labels {
		texts = append(append(append(texts, label), c.Alt[lang]...), c.Hidden[lang]...)
	}
	for _, text := range texts {
		if Key(text) == "" {
			continue
		}
		found := exactly(m, text)
		if !slices.ContainsFunc(found, func(f hiring.Candidate) bool { return f.Skill == id }) {
			t.Fatalf("%q does not find %s but %v", text, id, found)
		}
		for i, f := range found {
			if !(f.Score > 0 && f.Score <= 1) || f.Name == "" || i > 0 && found[i-1].Score < f.Score {
				t.Fatalf("%q gives candidates %v", text, found)
			}
		}
	}
}
