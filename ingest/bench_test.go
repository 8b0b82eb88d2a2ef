package ingest

import (
	"fmt"
	"testing"

	"matchday/hiring"
)

// BenchmarkLearners measures learners acknowledged on disk and folded, two chunks of 500 at a time, as the CLI sends them.
func BenchmarkLearners(b *testing.B) {
	w := start(b)
	const chunk = 500
	next := 0
	b.ReportAllocs()
	b.ResetTimer()
	done := make(chan error, 2)
	inFlight := 0
	for next < b.N {
		lines := make([]hiring.Record, 0, chunk)
		for ; next < b.N && len(lines) < chunk; next++ {
			lines = append(lines, hiring.Record{Line: next, JSON: fmt.Appendf(nil, `{"id":"learner-%d","name":"Person %d","contact":{"email":"p%d@mail.example"},"text":"worked in records","skills":[{"name":"SQL","level":3},{"name":"Excel","from":"work"},"Tact","Python","Bookkeeping"],"credentials":[{"programme":"p-1","date":"2026-05-01"},{"programme":"p-2"}],"place":{"name":"Detroit, MI","country":"US"},"modes":["remote"],"languages":["en"]}`, next, next, next)})
		}
		if inFlight == cap(done) {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
			inFlight--
		}
		inFlight++
		go func() {
			got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: operator}, Kind: hiring.ImportLearners, Format: hiring.JSONLines, Records: lines})
			if err == nil && got.Accepted != len(lines) {
				err = fmt.Errorf("%s", counts(got))
			}
			done <- err
		}()
	}
	for range inFlight {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "learners/s")
}
