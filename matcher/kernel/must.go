package kernel

import (
	"cmp"
	"math/bits"
	"slices"
)

// Must-sets come before everything else. First by presence: a block without a bit in one of them is out. Then by rows, tile by tile,
// and beginning with the set that reaches least: what is left of a few thousand blocks is often some dozens that are worth a sum.

// allow finds the rows that stand in a list of each must-set, and the blocks that have any.
func (s *search) allow(g *segment, tiles int) {
	s.allowed = zeroed(s.allowed, tiles)
	for t := range s.allowed {
		s.allowed[t] = ^uint64(0)
	}
	if len(s.must) == 0 {
		return
	}
	s.order = s.order[:0]
	for i, set := range s.must {
		s.seen = zeroed(s.seen, tiles)
		reached := 0
		for _, l := range set {
			list := g.list(l)
			reached += len(list)
			for i := range list {
				s.seen[list[i].tile] |= list[i].presence
			}
		}
		for t := range s.allowed {
			s.allowed[t] &= s.seen[t]
		}
		s.order = append(s.order, ordered{i, reached})
	}
	slices.SortFunc(s.order, func(a, b ordered) int { return cmp.Compare(a.reached, b.reached) })
	if n := tiles * tileBlocks; n > cap(s.rows) {
		s.rows = make([]uint64, n)
	}
	for i, o := range s.order {
		s.meet(g, s.must[o.set], i == 0)
	}
}

// ordered is a must-set, and how many entries its lists have.
type ordered struct{ set, reached int }

// meet leaves only rows that stand in one of the lists of a set.
func (s *search) meet(g *segment, set []List, first bool) {
	s.lists = s.lists[:0]
	for _, l := range set {
		s.lists = append(s.lists, g.list(l))
	}
	s.rewind()
	fresh := uint64(0)
	if first {
		fresh = ^uint64(0)
	}
	for t, mask := range s.allowed {
		if mask == 0 {
			continue
		}
		rows := (*[tileBlocks]uint64)(s.rows[t*tileBlocks:][:tileBlocks])
		s.union = s.union[:0]
		for i := range s.cursors {
			if e := s.cursors[i].at(uint32(t)); e != nil && e.presence&mask != 0 {
				s.union = append(s.union, *e)
			}
		}
		s.allowed[t] &= s.intersect(rows, fresh, g.words, mask)
	}
}

// intersect leaves of the rows of a tile, and of those that fresh adds, the ones in the union, and returns the blocks of mask that have
// any left. Other blocks are undefined.
func (s *search) intersect(rows *[tileBlocks]uint64, fresh uint64, words []uint64, mask uint64) (left uint64) {
	if s.vector && len(s.union) > 0 {
		return intersectVector(rows, fresh, s.union, words)
	}
	for ; mask != 0; mask &= mask - 1 {
		b := bits.TrailingZeros64(mask)
		var any uint64
		for i := range s.union {
			if e := &s.union[i]; e.presence>>b&1 == 1 {
				any |= words[e.word(b)]
			}
		}
		if rows[b] = (rows[b] | fresh) & any; rows[b] != 0 {
			left |= 1 << b
		}
	}
	return left
}

// standing returns the rows of an allowed block that stand in a list of each must-set.
func (s *search) standing(block int) uint64 {
	if len(s.must) == 0 {
		return ^uint64(0)
	}
	return s.rows[block]
}

// thinness returns how many allowed blocks have as many rows as a full one has.
func (s *search) thinness() int {
	if len(s.must) == 0 {
		return 1
	}
	blocks, rows := 0, 0
	for t, mask := range s.allowed {
		blocks += bits.OnesCount64(mask)
		for ; mask != 0; mask &= mask - 1 {
			rows += bits.OnesCount64(s.rows[t*tileBlocks+bits.TrailingZeros64(mask)])
		}
	}
	return max(1, blocks*blockRows/max(rows, 1))
}
