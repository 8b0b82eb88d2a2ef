package kernel

import (
	"cmp"
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

// compare orders hits, best first.
func compare(x, y Hit, before func(a, b Row) bool) int {
	switch {
	case x.Score != y.Score:
		return cmp.Compare(y.Score, x.Score)
	case before == nil || x.Row == y.Row:
		return cmp.Compare(x.Row, y.Row)
	case before(x.Row, y.Row):
		return -1
	}
	return 1
}
