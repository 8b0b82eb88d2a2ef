package matcher

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// hit is one row that scored.
type hit struct {
	row   int32
	id    string // the sender's, which breaks ties
	score hiring.Score
	// lacking is how many essential skills of an opening are missing, lack the last of them; of hits for a profile only.
	lacking int
	lack    int32
}

// compareHits orders by score, best first, then by the sender's id.
func compareHits(a, b hit) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return strings.Compare(a.id, b.id)
}

// top keeps the best k of the hits that are added, and counts all.
type top struct {
	k     int
	total int
	hits  []hit
	full  bool // hits[k-1] is the worst that can still be in
	worst hit
}

func (t *top) add(h hit) {
	t.total++
	if t.full && compareHits(h, t.worst) > 0 {
		return
	}
	t.hits = append(t.hits, h)
	if len(t.hits) >= 2*t.k+64 {
		t.cut()
	}
}

// cut sorts what is there and drops all but the best k.
func (t *top) cut() {
	slices.SortFunc(t.hits, compareHits)
	if len(t.hits) >= t.k {
		t.hits = t.hits[:t.k]
		t.full, t.worst = true, t.hits[t.k-1]
	}
}

// page returns the hits from offset on.
func (t *top) page(offset int) []hit {
	t.cut()
	return t.hits[min(offset, len(t.hits)):]
}

// rankLearners returns the best visible learners for an opening: the hits from offset on, limit at most, and how many score above
// zero. An opening that is not open at that time has none.
func (ix *index) rankLearners(t *tally, o *hiring.Opening, at time.Time, offset, limit int) ([]hit, int) {
	n, known := ix.opening[o.ID]
	if !known || !o.OpenAt(at) {
		return nil, 0
	}
	hits := ix.bestLearners(t, o, at, offset+limit, 1)
	return hits[min(offset, len(hits)):], ix.countLearners(t, &ix.openings[n], at)
}

// rankOpenings returns the best open openings for a profile, as rankLearners does for an opening.
func (ix *index) rankOpenings(t *tally, p *profileRow, at time.Time, offset, limit int) ([]hit, int) {
	hits, total := ix.bestOpenings(t, p, at, offset+limit, 1)
	return hits[min(offset, len(hits)):], total
}

// bestOpenings returns the k best open openings of those that a profile scores least for, and how many it scores above zero for.
// Those are scored first that seem best by what they share with the profile, then whatever may still be better than the worst of them.
func (ix *index) bestOpenings(t *tally, p *profileRow, at time.Time, k int, least hiring.Score) ([]hit, int) {
	best, s := top{k: k}, &t.survey
	defer t.unload()
	score := func(n int32) bool {
		row := &ix.openings[n]
		t.load(row, at)
		value := t.score(p)
		if s.looked++; value >= least {
			best.add(hit{row: n, id: string(row.opening.ID), score: value})
		}
		return value > 0
	}
	s.take(ix, p, at)
	total := s.collect(ix, at, least, t.lenient, score)
	seem := s.many(k)
	later := s.found[:0]
	for _, n := range s.found {
		if s.share(n) < seem {
			later = append(later, n)
			continue
		}
		s.sums[n] = 0
		score(n)
	}
	best.cut()
	for _, n := range later {
		if !best.full || s.share(n) >= shareOf(best.worst.score) && s.bound(ix, p, n) >= best.worst.score {
			score(n)
		}
		s.sums[n] = 0
	}
	return best.page(0), total
}

// scoredOpenings returns every open opening that a profile scores for, in no order.
func (ix *index) scoredOpenings(t *tally, p *profileRow, at time.Time) []hit {
	var hits []hit
	defer t.unload()
	score := func(n int32) bool {
		row := &ix.openings[n]
		t.load(row, at)
		s := t.score(p)
		if s > 0 {
			h := hit{row: n, id: string(row.opening.ID), score: s}
			h.lacking, h.lack = t.lacking()
			hits = append(hits, h)
		}
		return s > 0
	}
	s := &t.survey
	s.take(ix, p, at)
	s.collect(ix, at, 1, t.lenient, score)
	for _, n := range s.found {
		s.sums[n] = 0
		score(n)
	}
	return hits
}

// union returns the numbers below n that stand in the lists of any of the skills, each once. The result is t's until its next use.
func (ix *index) union(t *tally, lists [][]int32, skills []int32, n int) []int32 {
	if grow := n - len(t.seen); grow > 0 {
		t.seen = append(t.seen, make([]bool, grow)...)
	}
	t.found = t.found[:0]
	for _, s := range skills {
		for _, row := range lists[s] {
			if !t.seen[row] {
				t.seen[row] = true
				t.found = append(t.found, row)
			}
		}
	}
	for _, row := range t.found {
		t.seen[row] = false
	}
	return t.found
}
