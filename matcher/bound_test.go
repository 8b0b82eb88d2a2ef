package matcher

import (
	"slices"
	"testing"

	"matchday/hiring"
)

// exhaustive ranks by scoring every learner who holds a skill that meets anything.
func exhaustive(ix *index, o *hiring.Opening, k int) (hits []hit, total int) {
	t := &tally{ix: ix}
	row := &ix.openings[ix.opening[o.ID]]
	t.load(row, noon)
	defer t.unload()
	best := top{k: k}
	for _, l := range ix.union(t, ix.holders, row.skills(), len(ix.learners)) {
		if p := &ix.learners[l]; p.visible {
			if s := t.score(p); s > 0 {
				best.add(hit{row: l, id: string(p.id), score: s})
			}
		}
	}
	return best.page(0), best.total
}

// What the kernel's bounds let through is exactly what scoring everybody finds, in a crowd of many blocks, before and after changes,
// for openings with must-haves, levels, weights and related skills.
func TestBoundsLoseNobody(t *testing.T) {
	m := crowd(t, 9000, 60)
	ix := m.index
	scratch := &tally{ix: ix}
	compare := func(when string) {
		t.Helper()
		for i := range ix.openings {
			o := *ix.openings[i].opening
			for j := range o.Skills {
				weight := float64((i + j) % 4)
				o.Skills[j].Weight, o.Skills[j].Must = &weight, i%3 == 0 && j < 1
			}
			ix.setOpening(&o)
			for _, k := range []int{1, 10, 200} {
				want, total := exhaustive(ix, &o, k)
				got, n := ix.rankLearners(scratch, &o, noon, 0, k)
				if !slices.Equal(want, got) || n != total {
					t.Fatalf("%s, opening %d, best %d: %d hits of %d, want %d of %d", when, i, k, len(got), n, len(want), total)
				}
			}
		}
	}
	compare("at first")
	for n := 0; n < 9000; n += 7 {
		ref := ix.learners[n].ref
		l := *m.world.Learners[ref]
		l.Visible = n%2 == 0
		profile := m.world.Profile(ref)
		ix.setLearner(ref, &l, profile[:len(profile)*(n%3+1)/3])
	}
	compare("after changes")
	ix.kernel.Merge(ix.kinds())
	compare("after a merge")
	ix.use(ix.scorer)
	compare("made anew")
}
