package matcher

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"matchday/hiring"
)

// How long after a learner is handed to the matcher the first ranking shows them, at 1,000 changes a second and with one who ranks all
// the while: median, 99th percentile and the longest of 5,000, at 100,000 learners.
func BenchmarkChangeToAnswer(b *testing.B) {
	m := crowd(b, 100_000, 100)
	m.index.crowd()
	m.index.kernel.Merge(m.index.kinds())
	probe := hiring.Opening{ID: "probe", Title: "t", Employer: "Acme", Skills: []hiring.Requirement{req("probing", hiring.Essential)}}
	f := fact(b, probe)
	seq := m.world.Position + 1
	f.Seq = seq
	m.apply([]hiring.Fact{f})
	ctx, cancel := context.WithCancel(b.Context())
	var beside sync.WaitGroup
	beside.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			m.mu.RLock()
			m.hitsForOpening(m.index.openings[n%100].opening, noon, 0, 50)
			m.mu.RUnlock()
		}
	})
	var took []time.Duration
	for b.Loop() {
		took = took[:0]
		tick := time.NewTicker(time.Millisecond)
		for n := range 5000 {
			<-tick.C
			l := *m.world.Learners[m.index.learners[n].ref]
			l.Skills = append(slices.Clone(l.Skills), hiring.HeldSkill{SkillRef: skillRef("probing")})
			seq++
			f := fact(b, l)
			f.Seq = seq
			began := time.Now()
			if _, _, err := m.take(ctx, []hiring.Fact{f}); err != nil {
				b.Fatal(err)
			}
			m.mu.RLock()
			_, total := m.hitsForOpening(m.world.Openings["probe"], noon, 0, 1)
			m.mu.RUnlock()
			if took = append(took, time.Since(began)); total != n+1 {
				b.Fatalf("after %d changes %d learners", n+1, total)
			}
		}
		tick.Stop()
		for i := range took { // for the next round
			l := *m.world.Learners[m.index.learners[i].ref]
			l.Skills = l.Skills[:len(l.Skills)-1]
			seq++
			f := fact(b, l)
			f.Seq = seq
			m.apply([]hiring.Fact{f})
		}
	}
	cancel()
	beside.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "µs-max")
}
