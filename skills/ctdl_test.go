package skills

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"matchday/hiring"
)

func readText(read func(string, func(Concept) error) (Counts, error), text string) gathered {
	return gather(func(emit func(Concept) error) (Counts, error) { return read(text, emit) })
}

func ctdlText(text string, emit func(Concept) error) (Counts, error) {
	return ReadCTDL(strings.NewReader(text), emit)
}

func TestReadCTDL(t *testing.T) {
	g := readText(ctdlText, `{"@context":"x","@graph":[
		{"@id":"c:f","@type":"ceasn:CompetencyFramework"},
		{"@id":"c:1","@type":"ceasn:Competency","ceasn:competencyText":{"en-US":"Plan  work","de":"Arbeit planen"},"ceasn:comment":[{"en-us":"All of it."}],
		 "ceasn:hasChild":["c:2"],"ceasn:exactAlignment":{"@id":"o:9"},"ceasn:narrowAlignment":["o:3"]},
		{"@id":"c:2","@type":["ceasn:Competency"],"ceasn:competencyLabel":{"en":"Plan shifts"},"ceasn:competencyText":{"en":"Plan the shifts of a week."},"ceasn:isChildOf":"c:1"},
		{"@id":"c:3","@type":"Competency"}]}`)
	want := []Concept{
		{ID: "o:3", Broader: []string{"c:1"}},
		{ID: "c:1", Name: "Plan work", Kind: "skill", Description: "All of it.", Labels: map[string]string{"en": "Plan work", "de": "Arbeit planen"}, Same: []string{"o:9"}},
		{ID: "c:2", Name: "Plan shifts", Kind: "skill", Description: "Plan the shifts of a week.", Labels: map[string]string{"en": "Plan shifts"}, Broader: []string{"c:1"}},
	}
	if got := normal(t, g.concepts); g.err != nil || got != normal(t, want) {
		t.Errorf("read %s %v\nwant %s", got, g.err, normal(t, want))
	}
	reasons := strings.Join(g.counts.Skipped, "; ")
	if reasons != `competency c:3: has neither competencyLabel nor competencyText; 1 nodes of type "ceasn:CompetencyFramework" are no competencies` {
		t.Errorf("skipped %s", reasons)
	}
}

func TestMalformedCTDLIsSkipped(t *testing.T) {
	for _, text := range []string{"", "{", "{} {}", "no JSON", `["a"`} {
		g := readText(ctdlText, text)
		if g.err != nil || len(g.concepts) != 0 || len(g.counts.Skipped) != 1 || !strings.Contains(g.counts.Skipped[0], "not valid JSON") {
			t.Errorf("%q: %v, skipped %q", text, g.err, g.counts.Skipped)
		}
	}
}

func TestRealCTDL(t *testing.T) {
	data := realData(t)
	competencies, malformed := 0, 0
	err := fs.WalkDir(data, "formats/ctdl", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(path.Ext(name), ".json") {
			return err
		}
		f, err := data.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadCTDL(f, emit) })
		competencies += g.counts.Skills
		for _, reason := range g.counts.Skipped {
			if strings.Contains(reason, "not valid JSON") {
				malformed++
			}
		}
		return g.err
	})
	if err != nil || competencies < 1250 || competencies > 1310 || malformed != 2 {
		t.Errorf("%d competencies, %d malformed documents: %v", competencies, malformed, err)
	}
}

func rsdText(text string, emit func(Concept) error) (Counts, error) {
	return ReadRSD(strings.NewReader(text), emit)
}

func TestReadRSD(t *testing.T) {
	g := readText(rsdText, `[{"id":"http://x/1","skillName":"Plan shifts","skillStatement":"Plan them.","status":"draft","alignments":[{"id":"https://a/1"},{}]},
		{"id":"http://x/2","skillName":"Old","status":"Archived"},{"skillStatement":"?"},7]`)
	if len(g.concepts) != 1 || g.concepts[0].ID != "http://x/1" || g.concepts[0].Name != "Plan shifts" || g.concepts[0].Same[0] != "https://a/1" {
		t.Errorf("read %+v", g.concepts)
	}
	if s := g.counts.Skipped; len(s) != 3 || s[0] != `descriptor 2: its status is "archived"` {
		t.Errorf("skipped %q", s)
	}
	csv := "Collection,Skill Name,Contextualized Skill Statement\n,Plan shifts,Plan them.\n,Plan shifts,\"Plan, weekly\"\n,,Nothing\n"
	g = readText(rsdText, csv)
	if g.err != nil || len(g.concepts) != 2 || g.concepts[0].ID == g.concepts[1].ID || len(g.counts.Skipped) != 1 {
		t.Errorf("read %+v, skipped %q: %v", g.concepts, g.counts.Skipped, g.err)
	}
}

func TestRealRSD(t *testing.T) {
	data := realData(t)
	for name, want := range map[string]int{"osmt/import/Skills-Import.csv": 2, "osmt/test/api-test/api/v3/skills/get.json": 50} {
		f, err := data.Open("formats/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadRSD(f, emit) })
		t.Logf("%s: %d, skipped %q", name, g.counts.Skills, g.counts.Skipped)
		if g.err != nil || g.counts.Skills < want {
			t.Errorf("%s: %d skills: %v", name, g.counts.Skills, g.err)
		}
	}
}

func TestEquivalences(t *testing.T) {
	m := NewMap(
		Release{"a", "1", []Concept{{ID: "a:1", Name: "Excel", Same: []string{"b:9", "b:none"}}, {ID: "a:2", Name: "Word"}}},
		Release{"b", "2", []Concept{{ID: "b:9", Name: "Spreadsheets"}, {ID: "b:8", Name: "excel"}}},
	)
	want := map[hiring.SkillID][]Equivalence{
		"a:1": {{"b:9", "a@1"}, {"b:8", SameName}}, "b:9": {{"a:1", "a@1"}}, "b:8": {{"a:1", SameName}}, "a:2": nil, "x": nil,
	}
	for id, list := range want {
		got := m.Equivalences(id)
		if len(got) != len(list) {
			t.Errorf("%s is the same as %v, want %v", id, got, list)
			continue
		}
		for i := range list {
			if got[i] != list[i] {
				t.Errorf("%s is the same as %v, want %v", id, got, list)
			}
		}
	}
	if near := m.Near("b:9"); len(near) != 1 || near[0] != (Nearness{"a:1", hiring.Same, CreditEquivalent, ""}) {
		t.Errorf("near b:9 lies %v", near)
	}
}

func FuzzReaders(f *testing.F) {
	f.Add(`{"@graph":[{"@type":"ceasn:Competency","@id":"c:1","ceasn:competencyText":{"en":"x"},"ceasn:hasChild":["c:1",{"@id":"c:2"}]}]}`)
	f.Add(`[{"skillName":"x","id":"y","alignments":[{"id":"z"}]}]`)
	f.Add("Skill Name,Contextualized Skill Statement\na,b\n")
	f.Add("uri\ten\nx\ty\n")
	f.Add(strings.Repeat("[", 200))
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(string, func(Concept) error) (Counts, error){ctdlText, rsdText, func(text string, emit func(Concept) error) (Counts, error) {
			return ReadLabels(strings.NewReader(text), emit)
		}} {
			_, _ = read(text, func(c Concept) error {
				if reason := unusable(c); reason != "" {
					t.Fatalf("emitted %+v: %s", c, reason)
				}
				return nil
			})
		}
	})
}
