package kernel

import "math/bits"

// share is an amount that some rows of a block have.
type share struct {
	rows   uint64
	amount int64
}

// shares are amounts, and what they add up to by row. To the unit they need 64 bits, which is why only blocks that have a row worth a
// look add them up.
type shares struct {
	list []share
	of   [blockRows]int64
}

// add adds up the shares of these rows, at least.
func (s *shares) add(rows uint64, vector bool) {
	if vector && len(s.list) > 0 {
		addShares(&s.of, &s.list[0], len(s.list))
		return
	}
	for ; rows != 0; rows &= rows - 1 {
		row, sum := bits.TrailingZeros64(rows), int64(0)
		for i := range s.list { // whether a row has a share is as good as random, so that nothing here branches
			sum += s.list[i].amount & -int64(s.list[i].rows>>row&1)
		}
		s.of[row] = sum
	}
}
