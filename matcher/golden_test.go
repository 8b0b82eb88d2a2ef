package matcher

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
	"matchday/ingest/native"
	demo "matchday/sample"
	"matchday/skills"
)

var update = flag.Bool("update", false, "write the golden rankings anew")

// golden compares a ranking with the one in testdata, line by line: a change of the score shows as a diff that people read.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with: go test ./matcher -run Golden -update", err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s: the ranking changed; look at the difference and run: go test ./matcher -run Golden -update (-golden +now)\n%s", name, d)
	}
}

// recall sums up the ranks at which the first relevant target of each query stands; 0 for none.
type recall struct {
	queries, first, five int
	reciprocal           float64
}

func (r *recall) add(rank int) {
	r.queries++
	if rank == 0 {
		return
	}
	r.reciprocal += 1 / float64(rank)
	if rank == 1 {
		r.first++
	}
	if rank <= 5 {
		r.five++
	}
}

func (r *recall) String() string {
	n := float64(max(r.queries, 1))
	return fmt.Sprintf("%d queries, recall@1 %.3f, recall@5 %.3f, MRR %.3f", r.queries, float64(r.first)/n, float64(r.five)/n, r.reciprocal/n)
}

// firstRelevant returns the first of the trades ranked for q, but itself, that is of its group, and where it stands among the best 50.
func firstRelevant(ix *index, trades []trade, q int) (target string, rank int) {
	hits, _ := ix.rankLearners(&tally{ix: ix}, ix.openings[q].opening, noon, 0, 51)
	n := 0
	for _, h := range hits {
		if int(h.row) == q {
			continue
		}
		if n++; trades[h.row].group == trades[q].group {
			return trades[h.row].id, n
		}
	}
	return "-", 0
}

// goldenTrades ranks one in every of the trades against all, with the map's relations and without, and compares.
func goldenTrades(t *testing.T, name string, trades []trade, m *skills.Map, every uint32) {
	groups := map[string]int{}
	for _, tr := range trades {
		groups[tr.group]++
	}
	related, plain := tradeIndex(trades, m), tradeIndex(trades, skills.NewMap())
	var with, without recall
	var out strings.Builder
	fmt.Fprintln(&out, "query\ttarget\trank\trank without relations")
	for q, tr := range trades {
		h := fnv.New32a()
		h.Write([]byte(tr.id))
		if groups[tr.group] < 2 || h.Sum32()%every != 0 {
			continue
		}
		target, rank := firstRelevant(related, trades, q)
		_, bare := firstRelevant(plain, trades, q)
		with.add(rank)
		without.add(bare)
		fmt.Fprintf(&out, "%s\t%s\t%d\t%d\n", last(tr.id), last(target), rank, bare)
	}
	fmt.Fprintf(&out, "# with relations: %v\n# without: %v\n", &with, &without)
	t.Logf("%s: %v; without relations %v", name, &with, &without)
	golden(t, name, out.String())
}

// last returns the last part of an identifier: the whole is the same for all.
func last(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// A learner with the essential skills of an ESCO occupation; relevant are the occupations of the same ISCO-08 unit group.
func TestGoldenESCO(t *testing.T) {
	trades, m := readTrades(t)
	goldenTrades(t, "esco.tsv", trades, m, 40)
}

// The same of O*NET's occupations; relevant are those of the same broad occupation of SOC.
func TestGoldenONET(t *testing.T) {
	trades, m := readONETTrades(t)
	goldenTrades(t, "onet.tsv", trades, m, 16)
}

func readONETTrades(t testing.TB) ([]trade, *skills.Map) {
	t.Helper()
	release := skills.Release{Name: "onet", Version: "29.3"}
	var trades []trade
	_, err := skills.ReadONET(os.DirFS(filepath.Join(sharedData, "onet-29.3")), func(c skills.Concept) error {
		release.Concepts = append(release.Concepts, c)
		if c.Kind == skills.Occupation && len(c.Essential) > 0 {
			tr := trade{id: c.ID, group: c.ID[:len("onet:soc/11-101")]}
			for _, s := range c.Essential[:min(len(c.Essential), hiring.MaxSkills)] {
				tr.essential = append(tr.essential, hiring.SkillID(s))
			}
			trades = append(trades, tr)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skipf("O*NET is absent from %s", sharedData)
	}
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(trades, func(a, b trade) int { return strings.Compare(a.id, b.id) })
	return trades, skills.NewMap(release)
}

// The best three learners of each opening of the sample world.
func TestGoldenSample(t *testing.T) {
	m := sampleWorld(t, 200)
	var out strings.Builder
	fmt.Fprintln(&out, "query\ttarget\trank\tscore")
	var ids []hiring.OpeningID
	for id := range m.world.Openings {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		hits, _ := m.hitsForOpening(m.world.Openings[id], noon, 0, 3)
		for i, h := range hits {
			fmt.Fprintf(&out, "%s\t%s\t%d\t%s\n", id, h.id, i+1, h.score)
		}
	}
	golden(t, "sample.tsv", out.String())
}

// sampleWorld is the demo's world as an import would take it in.
func sampleWorld(t *testing.T, learners int) *Matcher {
	t.Helper()
	w, err := demo.Make(noon, learners)
	if err != nil {
		t.Fatal(err)
	}
	release := skills.Release{Name: "sample", Version: "1"}
	if _, err := skills.ReadJSONL(bytes.NewReader(w.Skills), func(c skills.Concept) error {
		release.Concepts = append(release.Concepts, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	read := &reader{m: skills.NewMap(release), seen: map[string]hiring.SkillRef{}}
	known := func(s *hiring.SkillRef) {
		if s.Skill == "" {
			*s = read.skill(s.Name)
		}
	}
	var facts []hiring.Fact
	each := func(lines []byte, take func(doc map[string]any) error) {
		for line := range bytes.Lines(lines) {
			doc, err := native.Parse(line)
			if err == nil {
				err = take(doc)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	each(w.Programmes, func(doc map[string]any) error {
		p, err := native.DecodeProgramme(doc)
		for i := range p.Skills {
			known(&p.Skills[i].SkillRef)
		}
		facts = append(facts, fact(t, p))
		return err
	})
	each(w.Openings, func(doc map[string]any) error {
		o, err := native.DecodeOpening(doc)
		for i := range o.Skills {
			known(&o.Skills[i].SkillRef)
		}
		facts = append(facts, fact(t, o))
		return err
	})
	each(w.Learners, func(doc map[string]any) error {
		l, err := native.DecodeLearner(doc)
		for i := range l.Skills {
			known(&l.Skills[i].SkillRef)
		}
		l.Ref, l.Learner.Visible, l.RegisteredBy = refOf(l.ID), true, operator
		facts = append(facts, fact(t, l.Learner))
		return err
	})
	for i := range facts {
		facts[i].Seq = uint64(i + 1)
	}
	m := empty(Options{Now: func() time.Time { return noon }})
	m.index.use(Scorer{Table: PlainTable(), Map: read.m})
	m.apply(facts)
	m.frozen = Count(m.world)
	m.index.use(Scorer{Table: m.frozen, Map: read.m})
	return m
}
