package search

import (
	"encoding/json"
	"strings"
	"testing"

	"matchday/hiring"
)

// Whatever a record says of a person outside what is sealed, an employer learns from search neither who they are nor where they live.
func TestAttack3PseudonymsHold(t *testing.T) {
	h := newHouse(t)
	h.start()
	jane := hiring.Personal{Name: "Jane Roe", Contact: hiring.Contact{Email: "janeroe@mail.example", Phone: "512 555 0134"}, Text: "Jane welds"}
	h.learner("x1", jane, func(l *hiring.Learner) {
		held("Welding", "Jane Roe's macros", "call 512-555-0134")(l)
		l.Skills[0].Said = "welding (by janeroe@mail.example)"
		l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: hiring.SkillRef{Skill: "me@mail.example", Name: "Brazing"}})
		l.Place = place("12 Elm Street, flat of Jane Roe, Madrid", 40.123456, -3.654321)
		l.Claims = []hiring.Claim{{Name: "Certificate for Jane Roe", Issuer: "janeroe@mail.example"}, {Name: "Jane", Issuer: "Roe"}}
		l.Availability = "ask Roe"
	})
	for i := range 11 { // enough for facets
		h.learner(number(i), hiring.Personal{}, held("Welding"))
	}
	for query, wanted := range map[string]int{
		"": 12, "welding": 12, "brazing": 1, "macros": 1, "certificate": 1, "welds": 1, "place:madrid": 1, "place:us": 1, "ask": 1,
		`near:"40.1,-3.7,10km"`: 1, `near:"40.123456,-3.654321,20km"`: 1,
		"jane": 0, "roe": 0, "place:elm": 0, "issuer:janeroe": 0, "issuer:roe": 0, "programme:jane": 0, "skill:512": 0, `"12 elm"`: 0,
	} {
		a, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: acme}, Query: query, Limit: 100})
		if err != nil || len(a.Hits) != wanted {
			t.Errorf("%s: %d hits, want %d, %v", query, len(a.Hits), wanted, err)
		}
		for i := range a.Hits {
			a.Hits[i].ID, a.Hits[i].Learner = "", "" // the web puts the pseudonym there
		}
		shown, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"jane", "roe", "elm", "mail.example", "0134", "40.1234", "3.654"} {
			if strings.Contains(strings.ToLower(string(shown)), secret) {
				t.Errorf("%s: %q is shown in %s", query, secret, shown)
			}
		}
		if wanted < fewest && len(a.Facets) > 0 {
			t.Errorf("%s: facets of %d people: %v", query, wanted, a.Facets)
		}
	}
	for _, query := range []string{`near:"40.123456,-3.654321,0.01km"`, `near:"40.1,-3.7,6mi"`, `-near:"40.1,-3.7,9.99km"`} {
		if _, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: acme}, Query: query}); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestOpeningsAreWhereTheySay(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.opening("o1", func(o *hiring.Opening) { o.Place = place("12 Elm Street, Madrid", 40.123456, -3.654321) })
	h.want(OfOpenings, `near:"40.123456,-3.654321,0.01km"`, "o1")
	h.want(OfOpenings, `near:"40.1,-3.7,1km"`, "")
	h.want(OfOpenings, `place:"12 elm street"`, "o1")
}

func TestAreas(t *testing.T) {
	m := newMask(hiring.Personal{Name: "Jane Roe"})
	for name, want := range map[string]string{
		"Austin, TX":                 "Austin, TX",
		"12 Elm Street, Austin , TX": "Austin, TX",
		"Roe's farm, Austin":         "Austin",
		"12 Elm Street":              "",
		"Łódź":                       "Łódź",
		"jane@mail.example":          "",
		" , ":                        "",
		"":                           "",
	} {
		if got := m.area(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := (mask{all: true}).area("Austin"); got != "" {
		t.Errorf("of somebody unknown: %q", got)
	}
}

func TestMaskedSkills(t *testing.T) {
	m := newMask(hiring.Personal{Name: "Ruby Roe"})
	for _, c := range []struct {
		ref      hiring.SkillRef
		id, name string
	}{
		{hiring.SkillRef{Skill: "esco:1", Name: "Ruby", By: "esco@1.1.1"}, "esco:1", "Ruby"},
		{hiring.SkillRef{Skill: "text:excel", Name: "Excel"}, "text:excel", "Excel"},
		{hiring.SkillRef{Skill: "text:roe method", Name: "Roe method"}, "text:method", "… method"},
		{hiring.SkillRef{Skill: "text:ruby", Name: "Ruby"}, "text:", ""},
		{hiring.SkillRef{Skill: "text:roes macros", Name: "Roe's macros"}, "text:s macros", "…'s macros"},
		{hiring.SkillRef{Skill: "text:ruby"}, "text:", ""},
		{hiring.SkillRef{Skill: "https://skills.example/7", Name: "Cobol of Roe"}, "https://skills.example/7", "Cobol of …"},
		{hiring.SkillRef{Skill: "own:ruby-roe", Name: "Cobol"}, "text:cobol", "Cobol"},
	} {
		if id, name := m.skill(c.ref); string(id) != c.id || name != c.name {
			t.Errorf("%+v: got %q, %q", c.ref, id, name)
		}
	}
}
