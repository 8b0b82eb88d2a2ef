package skills

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
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
	realMap  = sync.OnceValue(func() *Map {
		return NewMap(Release{"esco", "1.1.1", realESCO().concepts}, Release{"onet", "29.3", realONET().concepts})
	})
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
	if g.counts.Skills != 13_896 || g.counts.Groups != 640 {
		t.Errorf("%d skills and %d groups, want 13896 and 640", g.counts.Skills, g.counts.Groups)
	}
	t.Logf("%v labels, %d relations, skipped %d: %s", g.counts.Labels, g.counts.Relations, len(g.counts.Skipped), strings.Join(g.counts.Skipped, "\n"))
}

func TestRealONETCounts(t *testing.T) {
	realData(t)
	g := realONET()
	if g.err != nil {
		t.Fatal(g.err)
	}
	t.Logf("%d skills, %d groups, %v labels, %d relations, skipped %d: %s", g.counts.Skills, g.counts.Groups, g.counts.Labels, g.counts.Relations, len(g.counts.Skipped), strings.Join(g.counts.Skipped, "\n"))
}

func TestRealPeek(t *testing.T) {
	realData(t)
	m := realMap()
	for _, s := range []string{"SQL", "JavaScript", "tensorflow", "C#", "node js", "Go", "r", "microsoft excel", "spreadsheet software", "Python", "project management", "Java"} {
		t.Log(s, m.Resolve(s, "en", 5))
	}
	ref, _ := m.Lookup("java", "en")
	for i, n := range m.Near(ref.Skill) {
		if i < 100 {
			t.Log(n.Relation, n.Credit, m.Name(n.Skill, "en"))
		}
	}
}

func BenchmarkNewMap(b *testing.B) {
	realData(b)
	e, o := realESCO(), realONET()
	b.ReportAllocs()
	for b.Loop() {
		NewMap(Release{"esco", "1.1.1", e.concepts}, Release{"onet", "29.3", o.concepts})
	}
}
