package match

import (
	"cmp"
	"os"
	"strconv"
	"testing"

	"matchday/matcher/kernel"
)

// The kernel's time by mode, for profiles and comparisons of two states of the code; BENCH_MATCH says of how many learners.
func BenchmarkTop(b *testing.B) {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("BENCH_MATCH"), "100000"))
	if err != nil {
		b.Fatal(err)
	}
	w := newWorld("skills of occupations", n, true)
	ix := lived(w)
	for _, m := range []mode{{}, {must: true}, {filters: true}, {true, true}} {
		list := w.openings(queries, m)
		b.Run(m.String(), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				ix.View().Top(list[i%len(list)])
			}
		})
	}
	b.Run("batch", func(b *testing.B) {
		list := w.openings(4*queries*together, mode{})
		for b.Loop() {
			ix.View().Each(len(list), func(i int) kernel.Query { return list[i] }, func(int, []kernel.Hit) {})
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(list)), "µs/opening")
	})
}

// together is how many neighbours a batch has for each of the queries of a mode.
const together = 25
