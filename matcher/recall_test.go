package matcher

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// earn gives a learner of a crowd one credential more, or now and then something else that changes a list.
func earn(t testing.TB, m *Matcher, r *rand.Rand, n int) {
	l := *m.world.Learners[m.index.learners[n].ref]
	skill := m.index.names[r.IntN(len(m.index.names))]
	f := fact(t, hiring.Credential{ID: hiring.CredentialID(rune('a' + r.IntN(20))), Learner: l.Ref, Name: "x", Proof: hiring.Proofs[r.IntN(3)],
		Skills: []hiring.TaughtSkill{{SkillRef: skillRef(skill), Level: r.IntN(6)}}})
	switch o := *m.index.openings[r.IntN(len(m.index.openings))].opening; r.IntN(12) {
	case 0:
		o.Withdrawn = true
		f = fact(t, o)
	case 1:
		o.Skills = o.Skills[:(len(o.Skills)+1)/2]
		f = fact(t, o)
	case 2:
		l.Skills = l.Skills[min(1, len(l.Skills)):]
		f = fact(t, l)
	case 3:
		l.Availability = "nights"
		f = fact(t, l)
	}
	f.Seq = m.world.Position + 1
	m.apply([]hiring.Fact{f})
}

// What is ranked from the list that was and from what a change touches is what ranking everything gives; and what is not told is what
// was told already, ledgers and all.
func TestRecallEqualsRankingAll(t *testing.T) {
	m := crowd(t, 60, 2500)
	r := rand.New(rand.NewPCG(8, 1))
	unruly(t, m, r)
	for i := range m.index.openings { // short ones, that many learners score well for
		o := *m.index.openings[i].opening
		o.Skills = o.Skills[:min(1+i%2, len(o.Skills))]
		f := fact(t, o)
		f.Seq = m.world.Position + 1
		m.apply([]hiring.Fact{f})
	}
	ix, scratch, at := m.index, &tally{ix: m.index}, noon
	was, told := map[int]*recalled{}, map[int][]hiring.Match{}
	looked, all, touched, silent, long := 0, 0, 0, 0, 0
	for i := range 1500 {
		n := r.IntN(len(ix.learners))
		earn(t, m, r, n)
		at = at.Add(time.Duration(r.IntN(3)) * time.Minute)
		now, tell, count := ix.recall(scratch, &ix.learners[n], was[n], at)
		want, _, whole := ix.recall(scratch, &ix.learners[n], nil, at)
		if d := cmp.Diff(want.published(), now.published(), cmp.AllowUnexported(standing{})); d != "" {
			t.Fatalf("change %d, learner %d (-all +recalled):\n%s", i, n, d)
		}
		_, list := m.listed(scratch, entity{learner: ix.learners[n].ref}, want.published(), at)
		if !tell {
			silent++
			if d := cmp.Diff(told[n], list.Matches); d != "" {
				t.Fatalf("change %d of learner %d was not told (-told +now):\n%s", i, n, d)
			}
		}
		if was[n] != nil && count < whole {
			touched, looked, all = touched+1, looked+count, all+len(ix.openings)
			if len(now.hits) >= publishedMatches {
				long++
			}
		}
		was[n], told[n] = now, list.Matches
	}
	t.Logf("%d of 1500 changes ranked from %d of %d openings, %d of them a list that goes on; %d not told", touched, looked, all, long, silent)
	if touched < 500 || looked*4 > all || silent == 0 || long < 50 {
		t.Errorf("%d of 1500 changes were ranked by what they touch, %d of %d openings looked at; %d not told", touched, looked, all, silent)
	}
}

// One operation is a learner of 100,000 openings who earns a credential of one skill: ranked from what it touches, from the lists of
// what is asked for, and by scoring every opening that any skill meets, in the same run.
func BenchmarkCredentialEarned(b *testing.B) {
	m := crowd(b, 400, 100_000)
	ix, scratch, r := m.index, &tally{ix: m.index}, rand.New(rand.NewPCG(2, 2))
	wanting := ix.wanting()
	var recalled, listed, scanned float64
	var looked, all, n int
	for b.Loop() {
		p := ix.learners[n%len(ix.learners)]
		was, _, _ := ix.recall(scratch, &p, nil, noon)
		profile := append(m.world.Profile(p.ref), has(ix.names[r.IntN(3000)], hiring.ProofVerified))
		more := ix.profileRow(sorted(profile))
		recalled += micros(func() { _, _, count := ix.recall(scratch, &more, was, noon); looked += count })
		listed += micros(func() { ix.recall(scratch, &more, nil, noon) })
		if n%20 == 0 {
			scanned += 20 * micros(func() {
				_, _, count := ix.scan(scratch, wanting, &more, publishedMatches, publishedFloor)
				all += 20 * count
			})
		}
		n++
	}
	b.ReportMetric(recalled/float64(n), "µs/touched")
	b.ReportMetric(listed/recalled, "lists÷touched")
	b.ReportMetric(scanned/recalled, "scan÷touched")
	b.ReportMetric(float64(looked)/float64(n), "openings/touched")
	b.ReportMetric(float64(all)/float64(n), "openings/scan")
}
