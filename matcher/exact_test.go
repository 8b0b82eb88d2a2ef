package matcher

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"matchday/hiring"
)

// town is an index of learners with levels, proofs of every kind, some of which have expired or may, and openings to ask about.
type town struct {
	ix     *index
	rand   *rand.Rand
	jobs   [][]hiring.SkillID
	scores []hit // see everybody
}

// newTown draws n learners of 300 occupations of 30 skills each; every tenth skill is a kind of another, as in crowd.
func newTown(n int) *town {
	const concepts = 3000
	w := &town{rand: rand.New(rand.NewPCG(uint64(n), 11))}
	popular := rand.NewZipf(w.rand, 1.1, 40, concepts-1)
	df := map[hiring.SkillID]int{}
	for range 300 {
		var job []hiring.SkillID
		for len(job) < 30 {
			if s := hiring.SkillID(fmt.Sprintf("http://data.example.eu/skill/%04d", popular.Uint64())); !slices.Contains(job, s) {
				job, df[s] = append(job, s), df[s]+1
			}
		}
		w.jobs = append(w.jobs, job)
	}
	w.ix = newIndex(Scorer{Table: newTable(len(w.jobs), df, w.jobs), Map: wideMap(concepts)})
	for i := range n {
		w.settle(i, true)
	}
	return w
}

// settle takes in a learner, or what has become of one.
func (w *town) settle(i int, visible bool) {
	r := w.rand
	job, other := w.jobs[r.IntN(len(w.jobs))], w.jobs[r.IntN(len(w.jobs))]
	var profile []hiring.Evidence
	for range 4 + r.IntN(16) {
		s := job[int(30*r.Float64()*r.Float64())]
		if r.IntN(5) == 0 {
			s = other[r.IntN(30)]
		}
		e := someEvidence(r, s)
		if r.IntN(8) == 0 {
			ends := noon.AddDate(0, 0, r.IntN(20)-10)
			e.Expires = &ends
		}
		profile = append(profile, e)
	}
	l := hiring.LearnerID(fmt.Sprintf("learner-%07d", i))
	w.ix.setLearner(refOf(l), &hiring.Learner{ID: l, Visible: visible}, sorted(profile))
}

func (w *town) opening() *hiring.Opening {
	r := w.rand
	o := &hiring.Opening{ID: "o", Title: "t", Employer: "e"}
	job := w.jobs[r.IntN(len(w.jobs))]
	for i, at := range r.Perm(30)[:3+r.IntN(10)] {
		q := req(job[at], []hiring.Need{hiring.Essential, hiring.Essential, hiring.Optional, hiring.Trainable}[r.IntN(4)])
		q.Level, q.Must = r.IntN(6), i < 2 && r.IntN(4) == 0
		if r.IntN(4) == 0 {
			weight := float64(r.IntN(8)) / 2
			q.Weight = &weight
		}
		o.Skills = append(o.Skills, q)
	}
	return o
}

// everybody scores every learner who may match the opening.
func (w *town) everybody(t *tally, row *openingRow) []hit {
	w.scores = w.scores[:0]
	t.load(row, noon)
	defer t.unload()
	for _, l := range w.ix.union(t, w.ix.holders, row.skills(), len(w.ix.learners)) {
		if p := &w.ix.learners[l]; p.visible {
			if s := t.score(p); s > 0 {
				w.scores = append(w.scores, hit{row: l, id: string(p.id), score: s})
			}
		}
	}
	return w.scores
}

// 5,000 openings (MATCHDAY_LONG) get the learners that scoring everybody gives, among 100,000, and 500 among a million: with must-haves,
// levels, weights, related skills, expired proofs and filters, with changes that are not merged and after merges.
func TestThousandsOfOpenings(t *testing.T) {
	sizes := map[int]int{20_000: 200}
	if os.Getenv("MATCHDAY_LONG") != "" {
		sizes = map[int]int{100_000: 5000, 1_000_000: 500}
	}
	for n, openings := range sizes {
		w := newTown(n)
		w.ix.crowd()
		for _, stage := range []string{"new", "changed", "merged", "changed again"} {
			switch stage {
			case "merged":
				w.ix.kernel.Merge(w.ix.kinds())
			case "changed", "changed again":
				for range 2500 {
					w.settle(w.rand.IntN(n), w.rand.IntN(5) > 0)
				}
			}
			for range openings / 4 {
				w.compare(t, fmt.Sprintf("%s, %d learners", stage, n))
			}
		}
	}
}

// compare asks about one opening, without filters and with two of them that keep some learners and few.
func (w *town) compare(t *testing.T, when string) {
	t.Helper()
	o, scratch, k := w.opening(), &tally{ix: w.ix}, 1+w.rand.IntN(100)
	w.ix.setOpening(o)
	row := &w.ix.openings[w.ix.opening[o.ID]]
	all := w.everybody(scratch, row)
	want := top{k: k}
	for _, h := range all {
		want.add(h)
	}
	got, n := w.ix.rankLearners(scratch, o, noon, 0, k)
	if !slices.Equal(got, want.page(0)) || n != len(all) {
		t.Fatalf("%s: %v of %d, want %v of %d, for %+v", when, got, n, want.page(0), len(all), o)
	}
	for _, share := range []int32{3, 60} {
		found, want := sifted{kept: w.ix.none(), all: len(all)}, top{k: k}
		for _, h := range all {
			if h.row%share == 0 {
				found.kept.add(h.row)
				found.total++
				want.add(h)
			}
		}
		if got := w.ix.rankKept(scratch, row, noon, found, 0, k); !slices.Equal(got, want.page(0)) {
			t.Fatalf("%s, one of %d kept: %v, want %v, for %+v", when, share, got, want.page(0), o)
		}
	}
}
