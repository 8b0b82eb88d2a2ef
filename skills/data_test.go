package skills

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"

	"matchday/hiring"
)

// realData returns the folder of real taxonomies beside the project. Where it is absent the test is skipped, in CI it fails.
func realData(t testing.TB) fs.FS {
	t.Helper()
	const folder = "../../shared/data"
	_, err := os.Stat(folder + "/esco-1.1.1")
	switch {
	case err == nil:
		return os.DirFS(folder)
	case errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true":
		t.Skipf("%s is absent: nothing of the real taxonomies was tested", folder)
	}
	t.Fatalf("real taxonomies: %v", err)
	return nil
}

// gathered is a taxonomy in memory.
type gathered struct {
	counts   Counts
	concepts []Concept
	err      error
}

func gather(read func(func(Concept) error) (Counts, error)) gathered {
	var g gathered
	g.counts, g.err = read(func(c Concept) error {
		g.concepts = append(g.concepts, c)
		return nil
	})
	return g
}

// The real taxonomies are read once for all tests of the package.
var (
	realESCO = sync.OnceValue(func() gathered { return realFolder("esco-1.1.1", ReadESCO) })
	realONET = sync.OnceValue(func() gathered { return realFolder("onet-29.3", ReadONET) })
	escoMap  = sync.OnceValue(func() *Map { return NewMap(Release{"esco", "1.1.1", realESCO().concepts}) })
	realMap  = sync.OnceValue(func() *Map {
		return NewMap(Release{"esco", "1.1.1", realESCO().concepts}, Release{"onet", "29.3", realONET().concepts})
	})
	// The same with the project's aliases, whose release is the last.
	curatedReleases = sync.OnceValue(func() []Release {
		return WithCurated([]Release{{"esco", "1.1.1", realESCO().concepts}, {"onet", "29.3", realONET().concepts}})
	})
	curatedMap = sync.OnceValue(func() *Map { return NewMap(curatedReleases()...) })
)

func realFolder(name string, read func(fs.FS, func(Concept) error) (Counts, error)) gathered {
	return gather(func(emit func(Concept) error) (Counts, error) {
		return read(os.DirFS("../../shared/data/"+name), emit)
	})
}

func TestRealESCOCounts(t *testing.T) {
	realData(t)
	g := realESCO()
	if g.err != nil {
		t.Fatal(g.err)
	}
	if c := g.counts; c.Skills != 13_896 || c.Groups != 640+619+7 || c.Occupations != 3_007 || c.Labels["en"] != 134_815 || c.Relations != 156_352 {
		t.Errorf("%d skills, %d groups, %d occupations, %v labels, %d relations", c.Skills, c.Groups, c.Occupations, c.Labels, c.Relations)
	}
	if s := g.counts.Skipped; len(s) != 1 || !strings.Contains(s[0], "related names the concept itself") {
		t.Errorf("skipped %q", s)
	}
	if n := escoMap().Len(); n != 13_896 {
		t.Errorf("the map holds %d skills", n)
	}
}

func TestRealONETCounts(t *testing.T) {
	realData(t)
	g := realONET()
	if g.err != nil {
		t.Fatal(g.err)
	}
	kinds := map[string]int{}
	for _, c := range g.concepts {
		kinds[c.Kind]++
	}
	t.Logf("O*NET: %v, %v labels, %d relations", kinds, g.counts.Labels, g.counts.Relations)
	want := map[string]int{
		"skill": 35, "knowledge": 33, "technology": 8869, "tool": 21_159, "activity": 2087 + 332, Occupation: 1016, Group: 1073,
	}
	if !maps.Equal(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	if s := g.counts.Skipped; len(s) != 7 || s[0] != "301 tasks are done by no activity of Tasks to DWAs.txt" {
		t.Errorf("skipped %q", s) // and six tasks longer than a label may be
	}
}

func TestRealLabelFile(t *testing.T) {
	f, err := realData(t).Open("esco-labels/esco_skill_labels_en_de_nl_sv.tsv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g := gather(func(emit func(Concept) error) (Counts, error) { return ReadLabels(f, emit) })
	if g.err != nil {
		t.Fatal(g.err)
	}
	t.Logf("%v labels, skipped %d", g.counts.Labels, len(g.counts.Skipped))
	m := NewMap(Release{"esco", "1.1.1", realESCO().concepts}, Release{"esco-labels", "1.1.1", g.concepts})
	if m.Len() != 13_896 {
		t.Errorf("labels made it %d skills", m.Len())
	}
	ref, known := m.Lookup("strafvollzugsverfahren beaufsichtigen", "de")
	if !known || ref.Name != "Strafvollzugsverfahren beaufsichtigen" || m.Name(ref.Skill, "en") != "supervise correctional procedures" {
		t.Errorf("the German label gives %+v", ref)
	}
}

func TestRealLabelsFindTheirConcepts(t *testing.T) {
	realData(t)
	m := realMap()
	for _, g := range []gathered{realESCO(), realONET()} {
		for _, c := range g.concepts {
			checkLabels(t, m, c)
		}
	}
}

func TestRealPreferredLabelsWin(t *testing.T) {
	realData(t)
	m := escoMap()
	for _, c := range realESCO().concepts {
		if ref, _ := m.Lookup(c.Name, "en"); c.skill() && string(ref.Skill) != c.ID && Key(m.Name(ref.Skill, "en")) != Key(c.Name) {
			t.Errorf("%q means %s (%s), not %s", c.Name, ref.Skill, ref.Name, c.ID)
		}
	}
}

func TestRealAmbiguousLabels(t *testing.T) {
	realData(t)
	labels := map[string]map[string]bool{} // ids by label as written, but for case
	for _, c := range realESCO().concepts {
		if !c.skill() {
			continue
		}
		for _, label := range append([]string{c.Name}, c.Alt["en"]...) {
			label = strings.ToLower(label)
			if labels[label] == nil {
				labels[label] = map[string]bool{}
			}
			labels[label][c.ID] = true
		}
	}
	m := escoMap()
	ambiguous := 0
	for label, ids := range labels {
		if len(ids) < 2 {
			continue
		}
		ambiguous++
		found := m.Resolve(label, "en", 0)
		listed := map[string]bool{}
		for _, f := range found {
			listed[string(f.Skill)] = true
		}
		for id := range ids {
			if !listed[id] {
				t.Errorf("%q lists %v, not %s", label, found, id)
			}
		}
	}
	if ambiguous < 700 || ambiguous > 720 {
		t.Errorf("%d labels name several skills; ESCO 1.1.1 has about 709", ambiguous)
	}
}

func TestRealTraps(t *testing.T) {
	realData(t)
	esco, both := escoMap(), realMap()
	for _, c := range []struct {
		m          *Map
		text, want string
	}{
		{esco, "tensorflow", "computer vision"}, // ESCO conflates them
		{both, "tensorflow", "TensorFlow"},      // a skill of that name wins
		{both, "C#", "C#"}, {both, "c++", "C++"}, {both, "C", "C"}, {both, "R", "R"}, {both, "Go", "Go"}, {both, "nodejs", "Node.js"},
		{both, "SQL", "SQL"}, {esco, "python", "Python (computer programming)"}, {both, "microsoft .net framework", "Microsoft .NET Framework"},
		{both, "advanced business application programming", "Advanced business application programming ABAP"},
	} {
		if ref, _ := c.m.Lookup(c.text, "en"); ref.Name != c.want {
			t.Errorf("%q means %q, want %q", c.text, ref.Name, c.want)
		}
	}
}

func TestRealRelations(t *testing.T) {
	realData(t)
	m := realMap()
	for i := range uint32(m.ids.len()) {
		id := hiring.SkillID(m.ids.at(i))
		checkNear(t, id, m.Near(id))
	}
	relation := func(required, held string) hiring.Relation {
		r, _ := m.Lookup(required, "en")
		h, _ := m.Lookup(held, "en")
		for _, n := range m.Near(r.Skill) {
			if n.Skill == h.Skill {
				return n.Relation
			}
		}
		return ""
	}
	for _, c := range []struct {
		required, held string
		want           hiring.Relation
	}{
		{"computer programming", "Java", hiring.Narrower},
		{"Java", "computer programming", hiring.Broader},
		{"Spreadsheet software", "Microsoft Excel", hiring.Narrower},
		{"Java", "bake pastry for special events", ""},
	} {
		if got := relation(c.required, c.held); got != c.want {
			t.Errorf("%q for %q is %q, want %q", c.held, c.required, got, c.want)
		}
	}
	python := hiring.SkillID("onet:tech/python")
	if near := m.Near(python); len(near) == 0 || near[0].Relation != hiring.Same || m.Name(near[0].Skill, "") != "Python (computer programming)" {
		t.Errorf("ESCO's Python is no equivalent of O*NET's: %v", near)
	}
}
