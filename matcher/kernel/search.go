package kernel

import "math/bits"

const (
	bestBlocks  = 4   // scored before all others, to learn what a row must reach…
	goodBlocks  = 32  // …then these, then what is left; more of both when must-sets leave blocks few rows
	fewBlocks   = 256 // so few blocks that must-sets leave are scored as they are, without bounds
	nearly      = 256 // parts of the greatest sum, one of which is no difference between bounds
	denseBlocks = 12  // of a tile's 64; with more of them to score, the whole tile is summed list by list
)

// search is one query under way, and its scratch memory.
type search struct {
	vector     bool
	exhaustive bool
	all        bool // of the part at hand, every block is scored: no bounds are known
	groups     []Group
	must       [][]List
	most       uint32
	// A row is worth a look when its sum reaches base, which is 1 at least, and, when needs is set, what that says of its size.
	base  uint32
	needs *Needs
	// look is told which rows of a block are worth a look; their sums stand in the given group of sums.
	look func(g *segment, block, group int, rows uint64)

	lists   [][]entry // of the segment at hand: those of every choice, or those of a must-set
	cursors []cursor  // into lists

	bounds  lanes
	seen    []uint64 // by tile: the blocks that a group, or a must-set, or a bound has reached
	allowed []uint64 // by tile: the blocks that have rows in each must-set
	rows    []uint64 // by block: the rows that stand in each must-set; where there are any, and for blocks that are allowed
	scored  []uint64 // by tile: the blocks that are done
	order   []ordered
	union   []entry // of the must-set and the tile at hand

	active []active // lists with words in the tile at hand
	origin []int32  // by active list: its choice, counted through all groups
	sums   lanes
	taken  [tileBlocks]uint64 // by block: the rows that a group has reached

	front front
	judging
}

// scan looks at every row of a part that is worth it, those of the best blocks first.
func (s *search) scan(p part) {
	s.bound(p.segment)
	if !s.all && p.tiles() > 1 { // less is not worth the search for the best
		thin := s.thinness()
		best := s.cutoff(bestBlocks*thin, s.most)
		s.scoreFrom(p.segment, p.dead, best)
		s.scoreFrom(p.segment, p.dead, s.cutoff(goodBlocks*thin, best))
	}
	s.scoreFrom(p.segment, p.dead, 1)
}

// bound sums up the weights of each group's best list in every block: no row of the block can have more.
func (s *search) bound(g *segment) {
	tiles := g.tiles()
	s.scored = zeroed(s.scored, tiles)
	s.allow(g, tiles)
	s.lists = s.lists[:0]
	for _, group := range s.groups {
		for _, c := range group {
			s.lists = append(s.lists, g.list(c.List))
		}
	}
	if s.all = s.exhaustive || len(s.must) > 0 && s.left() <= fewBlocks; s.all {
		return
	}
	s.bounds.reset(tiles, s.most, s.vector)
	lists := s.lists
	for _, group := range s.groups {
		var seen []uint64
		if len(group) > 1 {
			s.seen = zeroed(s.seen, tiles)
			seen = s.seen
		}
		for i, c := range group {
			s.bounds.addEntries(lists[i], c.Weight, seen)
		}
		lists = lists[len(group):]
	}
}

// left counts the blocks that no must-set rules out.
func (s *search) left() (n int) {
	for _, mask := range s.allowed {
		n += bits.OnesCount64(mask)
	}
	return n
}

func zeroed(list []uint64, n int) []uint64 {
	if n > cap(list) {
		return make([]uint64, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// cutoff returns a bound, hi at most, that n to 2n of the blocks reach, by bisection; more of them when many have nearly the same.
func (s *search) cutoff(n int, hi uint32) uint32 {
	lo := uint32(1) // at least n reach lo, or all there are
	for lo < hi && hi-lo >= s.most/nearly {
		mid := lo + (hi-lo+1)/2
		switch reached := s.bounds.count(s.allowed, mid); {
		case reached < n:
			hi = mid - 1
		case reached <= 2*n:
			return mid
		default:
			lo = mid
		}
	}
	return lo
}

// scoreFrom scores the blocks whose bounds reach least, and what their least size asks for, and that are not done.
func (s *search) scoreFrom(g *segment, dead tombs, least uint32) {
	s.rewind()
	s.reached(g, least)
	for t, mask := range s.seen {
		if mask &= s.allowed[t] &^ s.scored[t]; mask != 0 && !s.all {
			mask = s.worth(g, t, mask)
			if bits.OnesCount64(mask) > denseBlocks && s.base > 1 { // all of the tile is summed: let that be once
				mask = s.worth(g, t, s.allowed[t]&^s.scored[t])
			}
		}
		if mask != 0 {
			s.scored[t] |= mask
			s.scoreTile(g, dead, t, mask)
		}
	}
}

// worth drops the blocks of a tile that cannot have what rows must reach by now.
func (s *search) worth(g *segment, tile int, mask uint64) uint64 {
	if s.needs != nil {
		return s.bounds.sized(tile, mask, (*[tileBlocks]uint8)(g.least[tile*tileBlocks:]), s.needs)
	}
	return mask & s.bounds.reach(tile, s.base)
}

// reached makes seen the blocks of each tile whose bounds reach least and base; all that there are when bounds are not known.
func (s *search) reached(g *segment, least uint32) {
	s.seen = zeroed(s.seen, len(s.scored))
	if !s.all {
		s.bounds.reaches(s.seen, max(least, s.base))
		return
	}
	for t := range s.seen {
		s.seen[t] = ^uint64(0)
		if rest := g.blocks() - t*tileBlocks; rest < tileBlocks {
			s.seen[t] = 1<<rest - 1
		}
	}
}

// rewind begins another pass over the tiles.
func (s *search) rewind() {
	s.cursors = s.cursors[:0]
	for _, list := range s.lists {
		s.cursors = append(s.cursors, list)
	}
}

// scoreTile scores the blocks of a tile that mask names.
func (s *search) scoreTile(g *segment, dead tombs, tile int, mask uint64) {
	s.activate(uint32(tile), mask)
	dense := bits.OnesCount64(mask) > denseBlocks
	if dense {
		s.sumTile(g)
	} else {
		s.sums.reset(1, s.most, s.vector)
	}
	for ; mask != 0; mask &= mask - 1 {
		b := bits.TrailingZeros64(mask)
		block := tile*tileBlocks + b
		rows := s.standing(block)
		if rows == 0 {
			continue
		}
		group := 0
		if dense {
			group = b
			rows &= s.sums.reach(group, s.base)
		} else {
			rows &= s.sums.sum(s.active, g.words, b, bits.TrailingZeros64(mask&(mask-1)), s.base)
		}
		if rows == 0 {
			continue
		}
		rows &^= dead.word(block) // which few blocks need to know
		if s.needs != nil {
			rows = s.sums.sized(group, rows, (*[blockRows]uint8)(g.sizes[block*blockRows:]), s.needs)
		}
		if rows != 0 {
			s.look(g, block, group, rows)
		}
	}
}

// activate finds what the query's lists have in those blocks of the tile.
func (s *search) activate(tile uint32, mask uint64) {
	s.active, s.origin = s.active[:0], s.origin[:0]
	from := 0
	for _, group := range s.groups {
		follows := int32(0)
		for i := range group {
			if e := s.cursors[from+i].at(tile); e != nil && e.presence&mask != 0 && group[i].Weight > 0 {
				s.active = append(s.active, active{*e, follows, group[i].Weight})
				s.origin = append(s.origin, int32(from+i))
				follows = -1
			}
		}
		from += len(group)
	}
}

// sumTile sums all blocks of the tile, list by list.
func (s *search) sumTile(g *segment) {
	s.sums.reset(tileBlocks, s.most, s.vector)
	for i, a := range s.active {
		var taken []uint64
		switch {
		case a.follows != 0:
			taken = s.taken[:]
		case i+1 < len(s.active) && s.active[i+1].follows != 0: // the first of several
			s.taken = [tileBlocks]uint64{}
			taken = s.taken[:]
		}
		s.sums.addWords(a.presence, g.words[a.base:], a.weight, taken)
	}
}
