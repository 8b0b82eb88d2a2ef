package search

import (
	"math"
	"testing"
)

// Relevance lies between 0 and 1 and keeps the order of Bleve's scores.
func TestRelevance(t *testing.T) {
	last := -1.0
	for _, s := range []float64{0, 1e-9, 0.5, 1, 4.13, 1e6} {
		r := relevance(s)
		if r < 0 || r >= 1 || r <= last {
			t.Errorf("%g is told as %g, after %g", s, r, last)
		}
		last = r
	}
	if a, b, c := relevance(math.NaN()), relevance(-1), relevance(math.Inf(1)); a != 0 || b != 0 || c != 1 {
		t.Errorf("%g, %g, %g", a, b, c)
	}
}
