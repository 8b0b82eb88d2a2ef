package search

import (
	"testing"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"

	"matchday/hiring"
)

// TestEqualScoresAreLevel: the order in which the parts of a score are added shows in no score.
func TestEqualScoresAreLevel(t *testing.T) {
	parts := []float64{0.1, 0.2, 0.3}
	forth, err := rounded(&bsearch.DocumentMatch{Score: parts[0] + parts[1] + parts[2]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := rounded(&bsearch.DocumentMatch{Score: parts[2] + parts[1] + parts[0]}, nil)
	if err != nil || forth.Score != back.Score {
		t.Errorf("%v and %v, %v", forth.Score, back.Score, err)
	}
	if d, err := rounded(nil, nil); d != nil || err != nil {
		t.Errorf("after the last hit: %v, %v", d, err)
	}
}

func TestSearchesScoreLevel(t *testing.T) {
	h := newHouse(t)
	r, _ := h.start()
	h.town()
	for _, text := range []string{"sql", "bookkeeping austin", `skill:sql place:austin`} {
		if _, err := h.ask(hiring.Search{Query: text}); err != nil { // waits until the index is there
			t.Fatal(err)
		}
		asked := hiring.Search{Asked: hiring.Asked{Actor: operator}, Of: OfLearners, Query: text, At: now}
		limits, parsed, known, err := r.prepare(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		p, err := r.compile(parsed, limits, known)
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.index.SearchInContext(t.Context(), bleve.NewSearchRequest(p.query))
		if err != nil || len(found.Hits) == 0 {
			t.Fatalf("%s: %v, %v", text, found, err)
		}
		for _, hit := range found.Hits {
			if hit.Score <= 0 || hit.Score != float64(float32(hit.Score)) {
				t.Errorf("%s: %s scores %v", text, hit.ID, hit.Score)
			}
		}
	}
}
