package kernel

import (
	"fmt"
	"math"
)

// Row is the caller's number of a row (a learner). List is the number of a list of rows (those who hold one skill, with one level
// and one proof, say). Both should be dense: they index arrays.
type (
	Row  uint32
	List uint32
)

// MaxSum bounds what one row can sum up to in a query.
const MaxSum = math.MaxUint16

// Choice is a list with the weight that it gives to its rows.
type Choice struct {
	List   List
	Weight uint32
}

// Group gives a row the weight of the first of its choices that the row stands in, 0 when it is in none. Choices come in order of
// falling weight, so that the best one counts.
type Group []Choice

// Query asks for the K rows of the greatest sums over Groups. Rows must stand in at least one list of each set of Must; rows that
// sum up to 0 are none of the answer.
type Query struct {
	Groups []Group
	Must   [][]List
	K      int
	// Before says which of two rows with the same score comes first; nil for the smaller number.
	Before func(a, b Row) bool
}

// Hit is a row of the answer. Score is its sum, or what [View.Judge] was told that it is.
type Hit struct {
	Row   Row
	Score int64
}

// most returns the greatest possible sum. Groups out of order, or that can exceed MaxSum, are a programmer's error.
func most(groups []Group) uint32 {
	var sum uint64
	for _, g := range groups {
		for i := range g {
			if i > 0 && g[i].Weight > g[i-1].Weight {
				panic(fmt.Sprintf("kernel: weight %d after %d in a group", g[i].Weight, g[i-1].Weight))
			}
		}
		if len(g) > 0 {
			sum += uint64(g[0].Weight)
		}
	}
	if sum > MaxSum {
		panic(fmt.Sprintf("kernel: weights sum up to %d, above %d", sum, MaxSum))
	}
	return uint32(sum)
}

// best keeps the k best hits: a heap whose root is the worst of them.
type best struct {
	k      int
	before func(a, b Row) bool
	floor  int64 // what a score must reach at any rate
	hits   []Hit
}

// worse reports whether x comes after y in the answer.
func (b *best) worse(x, y Hit) bool {
	if x.Score != y.Score {
		return x.Score < y.Score
	}
	if b.before == nil {
		return x.Row > y.Row
	}
	return b.before(y.Row, x.Row)
}

// least returns the score below which nothing more gets in.
func (b *best) least() int64 {
	if len(b.hits) < b.k {
		return b.floor
	}
	return b.hits[0].Score
}

// offer adds a hit unless its score is below the floor.
func (b *best) offer(h Hit) {
	if h.Score >= b.floor {
		b.add(h)
	}
}

func (b *best) add(h Hit) {
	if len(b.hits) < b.k {
		b.hits = append(b.hits, h)
		for i := len(b.hits) - 1; i > 0; {
			up := (i - 1) / 2
			if !b.worse(b.hits[i], b.hits[up]) {
				return
			}
			b.hits[i], b.hits[up] = b.hits[up], b.hits[i]
			i = up
		}
		return
	}
	if b.k > 0 && b.worse(b.hits[0], h) {
		b.hits[0] = h
		b.sink(0, b.k)
	}
}

func (b *best) sink(i, n int) {
	for {
		down := 2*i + 1
		if down >= n {
			return
		}
		if down+1 < n && b.worse(b.hits[down+1], b.hits[down]) {
			down++
		}
		if !b.worse(b.hits[down], b.hits[i]) {
			return
		}
		b.hits[i], b.hits[down] = b.hits[down], b.hits[i]
		i = down
	}
}

// sorted returns the hits, best first; the heap is used up.
func (b *best) sorted() []Hit {
	for n := len(b.hits) - 1; n > 0; n-- {
		b.hits[0], b.hits[n] = b.hits[n], b.hits[0]
		b.sink(0, n)
	}
	return b.hits
}
