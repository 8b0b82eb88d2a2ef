package matcher

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// million is an index of n learners who have 15 skills, of one occupation mostly, half of them recorded by a provider; every tenth
// skill is a kind of another, as in crowd.
func million(n int) (ix *index, jobs [][]hiring.SkillID, r *rand.Rand) {
	const concepts, occupations = 8000, 600
	r = rand.New(rand.NewPCG(20270301, 5))
	zipf := rand.NewZipf(r, 1.05, 60, concepts-1)
	id := func(k uint64) hiring.SkillID {
		return hiring.SkillID(fmt.Sprintf("http://data.example.eu/skill/%04d", k))
	}
	draw := func(n int, one func() hiring.SkillID) (list []hiring.SkillID) {
		for len(list) < n {
			if s := one(); !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	df := map[hiring.SkillID]int{}
	for range occupations {
		job := draw(40, func() hiring.SkillID { return id(zipf.Uint64()) })
		for _, s := range job {
			df[s]++
		}
		jobs = append(jobs, job)
	}
	table := newTable(occupations, df, jobs)
	ix = newIndex(Scorer{Table: table, Map: wideMap(concepts)})
	for i := range n {
		job := jobs[int(float64(occupations)*r.Float64()*r.Float64())]
		var profile []hiring.Evidence
		for _, s := range draw(15, func() hiring.SkillID {
			if r.IntN(7) == 0 {
				return id(uint64(r.IntN(150)))
			}
			return job[int(40*r.Float64()*(0.4+0.6*r.Float64()))]
		}) {
			profile = append(profile, has(s, []hiring.Proof{hiring.ProofRecorded, hiring.ProofSelf}[r.IntN(2)]))
		}
		l := hiring.LearnerID(fmt.Sprintf("learner-%07d", i))
		ix.setLearner(hiring.LearnerRef(l), &hiring.Learner{ID: l, Visible: true}, sorted(profile))
	}
	return ix, jobs, r
}

// profileOf returns a learner's evidence as the world would.
func (ix *index) profileOf(n int32) (list []hiring.Evidence) {
	p := &ix.learners[n]
	for _, h := range p.held {
		for _, e := range p.proofs[h.first:h.last] {
			proof := hiring.ProofSelf
			if e.share == proofRecorded {
				proof = hiring.ProofRecorded
			}
			list = append(list, hiring.Evidence{Skill: ix.names[h.skill], Proof: proof})
		}
	}
	return list
}

// The full score, with relations, proof, the learner-side term and the ledger of the 50 best, beside plain weighted overlap of the
// same openings, at a million learners (MILLION=1; a hundredth of that otherwise). Every answer is checked in the smaller run.
func TestFullScoreBesidePlain(t *testing.T) {
	n := 10_000
	if os.Getenv("MILLION") != "" {
		n = 1_000_000
	}
	ix, jobs, r := million(n)
	ix.crowd()
	ix.kernel.Merge()
	scratch := &tally{ix: ix}
	var plain, full, bounded []time.Duration
	for i := range 100 {
		o := &hiring.Opening{ID: hiring.OpeningID(fmt.Sprint("o", i)), Title: "t", Employer: "e"}
		job := jobs[r.IntN(len(jobs))]
		for _, k := range r.Perm(40)[:10] {
			o.Skills = append(o.Skills, req(job[k], hiring.Essential))
		}
		ix.setOpening(o)
		row := &ix.openings[len(ix.openings)-1]
		q := kernel.Query{K: 50}
		for k, a := range row.query.asks {
			var g kernel.Group
			for _, v := range ix.variants[ix.numbers[a.Skill]] {
				g = append(g, kernel.Choice{List: v.list, Weight: uint32(250 * row.wishes[k].weight / row.total)})
			}
			q.Groups = append(q.Groups, g)
		}
		for range 3 {
			began := time.Now()
			ix.crowd().Top(q)
			plain = append(plain, time.Since(began))
			began = time.Now()
			hits := ix.bestLearners(scratch, o, noon, 50, 1)
			bounded = append(bounded, time.Since(began))
			for _, h := range hits {
				if m, _ := row.query.Score(ix.profileOf(h.row), noon); m.Score != h.score {
					t.Fatalf("the ledger says %v, the kernel %v", m.Score, h.score)
				}
			}
			full = append(full, time.Since(began))
			if want, _ := exhaustive(ix, o, 50); n < 1_000_000 && !slices.Equal(want, hits) {
				t.Fatalf("opening %d: %v, want %v", i, hits, want)
			}
		}
	}
	p50 := func(list []time.Duration) time.Duration { slices.Sort(list); return list[len(list)/2] }
	p, f, b := p50(plain), p50(full), p50(bounded)
	t.Logf("%d learners, p50: plain %v, full score %v, with the ledger of 50 %v: %.1f times plain", n, p, b, f, float64(f)/float64(p))
}
