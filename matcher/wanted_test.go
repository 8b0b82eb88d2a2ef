package matcher

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// scan ranks openings as one would without lists of what they ask for: it scores each that any of a profile's skills meets.
func (ix *index) scan(t *tally, wanting [][]int32, p *profileRow, k int, least hiring.Score) (hits []hit, total, scored int) {
	var skills []int32
	for skill := range ix.lists.skills(p.proofs) {
		skills = append(skills, skill)
	}
	best := top{k: k}
	defer t.unload()
	for _, n := range ix.union(t, wanting, skills, len(ix.openings)) {
		row := &ix.openings[n]
		if !row.opening.OpenAt(noon) {
			continue
		}
		scored++
		t.load(row, noon)
		s := t.score(p)
		if s > 0 {
			total++
		}
		if s >= least {
			best.add(hit{row: n, id: string(row.opening.ID), score: s})
		}
	}
	return best.page(0), total, scored
}

// wanting lists the openings that each skill meets.
func (ix *index) wanting() [][]int32 {
	lists := make([][]int32, len(ix.names))
	for n := range ix.openings {
		for _, s := range ix.openings[n].skills() {
			lists[s] = append(lists[s], int32(n))
		}
	}
	return lists
}

// unruly makes must-haves, ends and beginnings, weights next to nothing, and withdrawn openings of some of a crowd's.
func unruly(t testing.TB, m *Matcher, r *rand.Rand) {
	seq := m.world.Position
	for i := range m.index.openings {
		o := *m.index.openings[i].opening
		o.Skills = slices.Clone(o.Skills)
		switch day := noon.AddDate(0, 0, r.IntN(5)-2); r.IntN(8) {
		case 0:
			o.Skills[r.IntN(len(o.Skills))].Must = true
		case 1:
			o.Skills[0].Must, o.Skills[1].Must = true, true
		case 2:
			o.ValidFrom = &day
		case 3:
			o.ValidThrough = &day
		case 4:
			least := 0.000001
			o.Skills[0].Weight = &least
		case 5:
			o.Withdrawn = r.IntN(2) == 0
			o.Skills = o.Skills[:1+r.IntN(3)]
		default:
			continue
		}
		seq++
		f := fact(t, o)
		f.Seq = seq
		m.apply([]hiring.Fact{f})
	}
}

// The best openings for a learner are those that scoring all of them finds, whatever is asked of them.
func TestBestOpeningsEqualScan(t *testing.T) {
	m := crowd(t, 200, 3000)
	r := rand.New(rand.NewPCG(3, 5))
	unruly(t, m, r)
	ix := m.index
	wanting, scratch, counted := ix.wanting(), &tally{ix: ix}, 0
	for i := range ix.learners {
		k, least := 1+r.IntN(300), []hiring.Score{1, 1, publishedFloor, 600_000}[r.IntN(4)]
		want, total, _ := ix.scan(scratch, wanting, &ix.learners[i], k, least)
		got, n := ix.bestOpenings(scratch, &ix.learners[i], noon, k, least)
		if d := cmp.Diff(want, got, cmp.AllowUnexported(hit{})); d != "" || n != total {
			t.Fatalf("learner %d, the best %d above %v, %d of %d (-scan +best):\n%s", i, k, least, n, total, d)
		}
		counted += len(got)
	}
	if counted < len(ix.learners) {
		t.Errorf("only %d hits compared", counted)
	}
}

// One operation is one learner's best 50 of 100,000 openings; beside it the time when each opening is scored, in the same run.
func BenchmarkOpeningsOfALearner(b *testing.B) {
	m := crowd(b, 400, 100_000)
	ix := m.index
	wanting, scratch := ix.wanting(), &tally{ix: ix}
	var lists, each, published float64
	n := 0
	for b.Loop() {
		p := &ix.learners[n%len(ix.learners)]
		lists += micros(func() { ix.bestOpenings(scratch, p, noon, 50, 1) })
		published += micros(func() { ix.bestOpenings(scratch, p, noon, publishedMatches, publishedFloor) })
		if n%20 == 0 {
			each += 20 * micros(func() { ix.scan(scratch, wanting, p, 50, 1) })
		}
		n++
	}
	b.ReportMetric(lists/float64(n), "µs/best50")
	b.ReportMetric(published/float64(n), "µs/published")
	b.ReportMetric(each/lists, "scan÷lists")
}
