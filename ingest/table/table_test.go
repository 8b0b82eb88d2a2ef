package table

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

func TestRowsBecomeTheNativeForm(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   hiring.ImportKind
		header []string
		fields map[string]string
		row    []string
		want   map[string]any
	}{
		{
			"opening", hiring.ImportOpenings, []string{"\ufeffid", "Job_Role", "Company", "Location", "Skills/Description", "Rating", "mode", "Pay"},
			map[string]string{"id": "id", "Job_Role": "title", "Company": "employer", "Location": "place.name", "Skills/Description": "skills", "Pay": "pay.min"},
			[]string{"1", "Data Scientist", "UPL", "Mumbai (All Areas)", "python, machine learning; SQL|R\nC#", "4.5", "Remote", "$1,200"},
			map[string]any{"id": "1", "title": "Data Scientist", "employer": "UPL", "place": map[string]any{"name": "Mumbai (All Areas)"},
				"skills": []any{"python", "machine learning", "SQL", "R", "C#"}, "mode": "remote", "pay": map[string]any{"min": 1200.0, "currency": "USD", "per": "month"}},
		},
		{
			"programme", hiring.ImportProgrammes, []string{"Title", "Organization", "Skills", "Duration", "price"},
			map[string]string{"Title": "name", "Organization": "provider", "Skills": "skills", "Duration": "months"},
			[]string{"Google Cybersecurity", "Google", "Skills you'll gain: SQL, Linux", "Beginner Â· Professional Certificate Â· 3 - 6 Months", "$1,200"},
			map[string]any{"id": "google/google-cybersecurity-" + hashOf("Google", "Google Cybersecurity"), "name": "Google Cybersecurity", "provider": "Google",
				"skills": []any{"SQL", "Linux"}, "months": 6.0, "price": "$1,200"},
		},
		{
			"learner", hiring.ImportLearners, []string{"id", "contact.email", "visible", "languages", "note", "payFloor"},
			nil, []string{"l1", "a@b.c", "No", "", "x", "lots"},
			map[string]any{"id": "l1", "contact": map[string]any{"email": "a@b.c"}, "visible": false, "payFloor": "lots"},
		},
		{
			"completion", hiring.ImportCredentials, []string{"who", "programme", "date"}, map[string]string{"who": "learner"},
			[]string{"l1", "p1", "2026-01-02"}, map[string]any{"learner": "l1", "programme": "p1", "date": "2026-01-02"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			cols, err := NewColumns(c.kind, c.header, c.fields)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cols.Decode(c.row, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func hashOf(provider, name string) string {
	id := derivedID(hiring.ImportProgrammes, map[string]any{"provider": provider, "name": name})
	return id[strings.LastIndexByte(id, '-')+1:]
}

func TestMapsThatCannotBeMeant(t *testing.T) {
	header := []string{"a", "b", "c", "c"}
	for want, fields := range map[string]map[string]string{
		`names column "z", which the header does not have; the columns are a, b, c, c`:                           {"z": "title"},
		`names field "salary", which openings do not have; the fields are bar, contract, degree, employer, id, `: {"a": "salary"},
		`names field "tilte", which openings do not have; did you mean title? fields: `:                          {"a": "tilte"},
		`names field "country", which openings do not have; did you mean place.country? fields: `:                {"a": "country"},
		`fills field "title" from two columns`:                                                                   {"a": "title", "b": "title"},
		`names column "c", which the header has twice`:                                                           {"c": "title"},
		`fills both field "place" and a part of it`:                                                              {"a": "place", "b": "place.name"},
	} {
		_, err := NewColumns(hiring.ImportOpenings, header, fields)
		if hiring.CodeOf(err) != hiring.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	if _, err := NewColumns(hiring.ImportOpenings, nil, nil); err == nil {
		t.Error("a table without columns was taken")
	}
	if _, err := NewColumns("days", header, nil); err == nil {
		t.Error("an unknown kind was taken")
	}
}

func TestExplicitMapWinsOverAColumnOfThatName(t *testing.T) {
	cols, err := NewColumns(hiring.ImportOpenings, []string{"title", "Job", "place.name", "Where"}, map[string]string{"Job": "title", "Where": "place"})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := cols.Decode([]string{"ignored", "Clerk", "ignored", "Lyon"}, 0)
	if diff := cmp.Diff(map[string]any{"title": "Clerk", "place": "Lyon"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRaggedRowIsRefused(t *testing.T) {
	cols, err := NewColumns(hiring.ImportOpenings, []string{"id", "title"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cols.Decode([]string{"1"}, 0); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestDurations(t *testing.T) {
	for cell, want := range map[string]map[string]any{
		"3 - 6 Months": {"months": 6.0}, "1 - 4 Weeks": {"months": 0.92}, "Less Than 2 Hours": {"hours": 2.0}, "4.5": {"months": 4.5},
		"1 year": {"months": 12.0}, "2 to 3 days": {"hours": 24.0}, "soon": {"months": "soon"},
	} {
		got := map[string]any{}
		duration(got, "months", cell)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", cell, diff)
		}
	}
}

func TestLists(t *testing.T) {
	for cell, want := range map[string][]any{
		`['Network Security', ' Python']`:           {"Network Security", "Python"},
		`["R", 'it\'s', "O'Reilly"]`:                {"R", "it's", "O'Reilly"},
		`["a, b","c"]`:                              {"a, b", "c"},
		`Skills you'll gain: Data Analysis, SQL`:    {"Data Analysis", "SQL"},
		`Skills you’ll gain: ['A', 'B']`:            {"A", "B"},
		`C++, C#, .NET`:                             {"C++", "C#", ".NET"},
		`['unclosed, x]`:                            {"['unclosed", "x]"},
		`a,, ; |` + "\n" + `b, -`:                   {"a", "b"},
		"Skills: one":                               {"one"},
		"Scrum (Software Development), Data: Model": {"Scrum (Software Development)", "Data: Model"},
	} {
		got := map[string]any{}
		list(got, "skills", cell)
		if diff := cmp.Diff(want, got["skills"]); diff != "" {
			t.Errorf("%q: %s", cell, diff)
		}
	}
}

func TestDerivedIDs(t *testing.T) {
	id := func(employer, title, place string) string {
		return derivedID(hiring.ImportOpenings, map[string]any{"employer": employer, "title": title, "place": map[string]any{"name": place}})
	}
	a := id("Émilie & Co", strings.Repeat("Très long ", 80), "Lyon")
	if err := hiring.ValidID("id", a); err != nil {
		t.Errorf("%q: %v", a, err)
	}
	if a != id("Émilie & Co", strings.Repeat("Très long ", 80), "Lyon") || a == id("Émilie & Co", strings.Repeat("Très long ", 80), "Nice") {
		t.Error("the id is not a function of what identifies the opening")
	}
	if id("", "x", "y") != "" || id("日本", "求人", "") == "" {
		t.Error("an id needs an employer and a title, in any script")
	}
}

func FuzzCells(f *testing.F) {
	for _, s := range []string{"['a', \"b\"]", "[", "3 - 6 Months", "$1,200", "a;b|c", "Skills you'll gain: x", "[''", `['\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if !utf8.ValidString(cell) || strings.TrimSpace(cell) == "" {
			t.Skip()
		}
		for kind, fields := range fieldsOf {
			for field := range fields {
				cols, err := NewColumns(kind, []string{"x"}, map[string]string{"x": field})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := cols.Decode([]string{cell}, 0); err != nil && !strings.Contains(err.Error(), " is missing (an id is made from ") {
					t.Fatal(err)
				}
			}
		}
	})
}
