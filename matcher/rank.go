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
	best := top{k: offset + limit}
	for _, h := range ix.scoredOpenings(t, p, at) {
		best.add(h)
	}
	return best.page(offset), best.total
}

// scoredOpenings returns every open opening that a profile scores for, in no order.
func (ix *index) scoredOpenings(t *tally, p *profileRow, at time.Time) []hit {
	skills := make([]int32, len(p.held))
	for i, h := range p.held {
		skills[i] = h.skill
	}
	var hits []hit
	defer t.unload()
	for _, n := range ix.union(t, ix.wanting, skills, len(ix.openings)) {
		row := &ix.openings[n]
		if !row.opening.OpenAt(at) {
			continue
		}
		t.load(row, at)
		if s := t.score(p); s > 0 {
			h := hit{row: n, id: string(row.opening.ID), score: s}
			h.lacking, h.lack = t.lacking()
			hits = append(hits, h)
		}
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
