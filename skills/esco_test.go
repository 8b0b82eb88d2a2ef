package skills

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	escoSkillsHeader = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,description\n"
	escoGroupsHeader = "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,description\n"
)

// smallESCO is a folder as ESCO publishes it, with invented skills.
func smallESCO(t testing.TB) fs.FS {
	return folder(t, map[string]string{
		"skills_en.csv.gz": escoSkillsHeader +
			"K,e:1,skill/competence,,plant trees,\"tree planting\nplant trees\n\nplanting, of trees\",forestation,released,\"Put trees\nin soil.\"\n" +
			"K,e:2,knowledge,,forestry,,,released,\n" +
			"K,e:3,knowledge,,old forestry,,,retired,\n" +
			"K,e:4,knowledge,,short row\n" +
			"K,,knowledge,,no id,,,released,\n",
		"skills_de.csv":                   escoSkillsHeader + "K,e:1,,,Bäume pflanzen,Baumpflanzung,,released,Beschreibung\n",
		"digitalSkillsCollection_en.csv":  "conceptUri\ne:2\n",
		"ISCOGroups_en.csv":               "conceptUri,preferredLabel,altLabels,status,description\ni:1,foresters,,released,\n",
		"broaderRelationsOccPillar.csv":   "conceptUri,broaderUri\ne:o,i:1\n",
		"skillGroups_en.csv":              escoGroupsHeader + "G,e:g,natural things,,,released,\n",
		"occupations_en.csv":              escoGroupsHeader + "O,e:o,forester,,,released,\n",
		"occupationSkillRelations.csv":    "occupationUri,relationType,skillUri\ne:o,essential,e:1\ne:o,optional,e:2\ne:o,liked,e:2\ne:o,optional,\n",
		"broaderRelationsSkillPillar.csv": "conceptType,conceptUri,broaderType,broaderUri\nK,e:1,G,e:g\nK,e:1,K,e:2\nK,,K,e:2\n",
	})
}

func TestReadESCO(t *testing.T) {
	g := gather(func(emit func(Concept) error) (Counts, error) { return ReadESCO(smallESCO(t), emit) })
	if g.err != nil {
		t.Fatal(g.err)
	}
	want := []Concept{
		{ID: "esco:collection/digitalSkills", Name: "digital skills", Kind: Group, Labels: map[string]string{"en": "digital skills"}},
		{
			ID: "e:1", Name: "plant trees", Kind: "skill", Description: "Put trees\nin soil.",
			Labels: map[string]string{"en": "plant trees"}, Alt: map[string][]string{"en": {"tree planting", "planting, of trees"}},
			Hidden: map[string][]string{"en": {"forestation"}}, Broader: []string{"e:2", "e:g"},
		},
		{
			ID: "e:2", Name: "forestry", Kind: "knowledge", Labels: map[string]string{"en": "forestry"},
			Broader: []string{"esco:collection/digitalSkills"},
		},
		{ID: "e:g", Name: "natural things", Kind: Group, Labels: map[string]string{"en": "natural things"}},
		{ID: "i:1", Name: "foresters", Kind: Group, Labels: map[string]string{"en": "foresters"}},
		{
			ID: "e:o", Name: "forester", Kind: Occupation, Labels: map[string]string{"en": "forester"}, Broader: []string{"i:1"},
			Essential: []string{"e:1"}, Optional: []string{"e:2"},
		},
		{ID: "e:1", Labels: map[string]string{"de": "Bäume pflanzen"}, Alt: map[string][]string{"de": {"Baumpflanzung"}}},
	}
	if !reflect.DeepEqual(normal(t, g.concepts), normal(t, want)) {
		t.Errorf("read %s\nwant %s", normal(t, g.concepts), normal(t, want))
	}
	reasons := []string{
		"broaderRelationsSkillPillar.csv line 4: names one skill only",
		"skillSkillRelations.csv: the folder has no such file",
		`occupationSkillRelations.csv line 4: the relation "liked" is neither essential nor optional`,
		"occupationSkillRelations.csv line 5: names no occupation or no skill",
		"digCompSkillsCollection_en.csv: the folder has no such file",
		"greenSkillsCollection_en.csv: the folder has no such file",
		"languageSkillsCollection_en.csv: the folder has no such file",
		"researchSkillsCollection_en.csv: the folder has no such file",
		"transversalSkillsCollection_en.csv: the folder has no such file",
		"researchOccupationsCollection_en.csv: the folder has no such file",
		`skills_en.csv line 8: its status is "retired"`,
		"skills_en.csv line 9: has 5 cells, the header 9",
		"skills_en.csv line 10: id is missing",
		"skillGroups_de.csv: the folder has no such file",
		"ISCOGroups_de.csv: the folder has no such file",
		"occupations_de.csv: the folder has no such file",
	}
	if !reflect.DeepEqual(g.counts.Skipped, reasons) {
		t.Errorf("skipped %q,\nwant %q", g.counts.Skipped, reasons)
	}
	if c := g.counts; c.Skills != 2 || c.Groups != 3 || c.Occupations != 1 || c.Relations != 6 || c.Labels["en"] != 9 || c.Labels["de"] != 2 {
		t.Errorf("counts %+v", c)
	}
}

// normal writes concepts as JSON Lines, for comparison.
func normal(t testing.TB, concepts []Concept) string {
	t.Helper()
	var text strings.Builder
	for _, c := range concepts {
		if err := WriteJSONL(&text, c); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

func TestReadESCONeedsItsSkills(t *testing.T) {
	_, err := ReadESCO(fstest.MapFS{"skillGroups_en.csv": {}}, nil)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "skills_en.csv") {
		t.Errorf("a folder without skills: %v", err)
	}
	_, err = ReadESCO(folder(t, map[string]string{"skills_en.csv": "conceptUri,label\n"}), nil)
	if err == nil || !strings.Contains(err.Error(), `skills_en.csv has no column "preferredLabel"`) {
		t.Errorf("skills of other columns: %v", err)
	}
}

func TestReadLabels(t *testing.T) {
	text := "uri\ten\tde\tsv\ne:1\tplant trees\tBäume pflanzen\t\ne:2\t\t\t\ne:3\tragged\n"
	for name, in := range map[string]string{"plain": text, "packed": string(zipped(t, text))} {
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadLabels(strings.NewReader(in), emit) })
		want := normal(t, []Concept{{ID: "e:1", Labels: map[string]string{"en": "plant trees", "de": "Bäume pflanzen"}}})
		if g.err != nil || normal(t, g.concepts) != want || g.counts.Skills != 0 || g.counts.Labels["de"] != 1 {
			t.Errorf("%s: read %s, counts %+v, %v", name, normal(t, g.concepts), g.counts, g.err)
		}
		reasons := []string{
			"labels line 3: a concept without a name has to add a label or a relation", "labels line 4: has 2 cells, the header 4",
		}
		if !reflect.DeepEqual(g.counts.Skipped, reasons) {
			t.Errorf("%s: skipped %q", name, g.counts.Skipped)
		}
	}
	if _, err := ReadLabels(strings.NewReader("id\ten\n"), nil); err == nil || !strings.Contains(err.Error(), `no column "uri"`) {
		t.Errorf("another table: %v", err)
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add("uri\ten\tde\ne:1\tplant trees\tBäume pflanzen\n")
	f.Add("uri\turi\t\n\xff\t\x1f\x8b\tx\n")
	f.Fuzz(func(t *testing.T, text string) {
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadLabels(strings.NewReader(text), emit) })
		if again := readLines(normal(t, g.concepts)); len(again.concepts) != len(g.concepts) {
			t.Fatalf("emitted what its own reader refuses: %q", again.counts.Skipped)
		}
	})
}

func FuzzReadESCO(f *testing.F) {
	f.Add("K,e:1,knowledge,,plant trees,\"a\nb\",c,released,d\n", "K,e:1,K,e:2\n")
	f.Add("K,e:1,\"knowledge", "\"\xff\",,,\n")
	f.Fuzz(func(t *testing.T, concepts, broader string) {
		fsys := fstest.MapFS{
			"skills_en.csv":                   {Data: []byte(escoSkillsHeader + concepts)},
			"broaderRelationsSkillPillar.csv": {Data: []byte("conceptType,conceptUri,broaderType,broaderUri\n" + broader)},
		}
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadESCO(fsys, emit) })
		if again := readLines(normal(t, g.concepts)); len(again.concepts) != len(g.concepts) {
			t.Fatalf("emitted what its own reader refuses: %q", again.counts.Skipped)
		}
	})
}
