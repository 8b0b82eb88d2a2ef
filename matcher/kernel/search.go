package kernel

import "math/bits"

const (
	firstBlocks = 32 // scored before all others, to learn what a row must reach
	denseBlocks = 12 // of a tile's 64; with more of them to score, the whole tile is summed list by list
)

// search is one query under way, and its scratch memory.
type search struct {
	vector bool
	groups []Group
	must   [][]List
	most   uint32
	// A row is worth a look when its sum reaches base + slope·size/65536 (and is not 0).
	base, slope uint32
	look        func(row Row, size uint16, sum uint32)

	bounds  lanes
	seen    []uint64 // by tile: the blocks that a group has reached
	allowed []uint64 // by tile: the blocks that no must-list rules out
	scored  []uint64 // by tile: the blocks that are done

	active  []active  // lists with words in the tile at hand
	musts   [][]entry // by must-set: its lists' entries in the tile at hand
	sums    lanes
	masks   []uint64
	weights []uint32
	taken   [tileBlocks]uint64 // by block: the rows that a group has reached
}

// active is a list of a group that reaches the tile at hand.
type active struct {
	entry
	group  int
	weight uint32
}

// need returns what a row or block of that size must reach.
func (s *search) need(size uint16) uint32 {
	return max(1, s.base+uint32(uint64(s.slope)*uint64(size)>>16))
}

// bound sums up the weights of each group's best list in every block: no row of the block can have more.
func (s *search) bound(g *segment) {
	tiles := g.tiles()
	s.bounds.reset(tiles, s.most, s.vector)
	s.scored = zeroed(s.scored, tiles)
	for _, group := range s.groups {
		var seen []uint64
		if len(group) > 1 {
			s.seen = zeroed(s.seen, tiles)
			seen = s.seen
		}
		for _, c := range group {
			s.bounds.addEntries(g.list(c.List), c.Weight, seen)
		}
	}
	s.allow(g, tiles)
}

// allow finds the blocks that stand in a list of each must-set.
func (s *search) allow(g *segment, tiles int) {
	s.allowed = zeroed(s.allowed, tiles)
	for t := range s.allowed {
		s.allowed[t] = ^uint64(0)
	}
	for _, set := range s.must {
		s.seen = zeroed(s.seen, tiles)
		for _, l := range set {
			for _, e := range g.list(l) {
				s.seen[e.tile] |= e.presence
			}
		}
		for t := range s.allowed {
			s.allowed[t] &= s.seen[t]
		}
	}
}

func zeroed(list []uint64, n int) []uint64 {
	if n > cap(list) {
		return make([]uint64, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// cutoff returns a bound that about firstBlocks of the blocks reach, by bisection; more of them when many have the same.
func (s *search) cutoff(tiles int) uint32 {
	lo, hi := uint32(1), s.most // at least firstBlocks reach lo, or all there are
	for lo < hi {
		mid := lo + (hi-lo+1)/2
		n := 0
		for t := range tiles {
			n += bits.OnesCount64(s.bounds.reach(t, mid) & s.allowed[t])
		}
		switch {
		case n < firstBlocks:
			hi = mid - 1
		case n <= 2*firstBlocks:
			return mid
		default:
			lo = mid
		}
	}
	return lo
}

// scoreFrom scores the blocks whose bounds reach least, and what their least size asks for, and that are not done.
func (s *search) scoreFrom(g *segment, dead tombs, least uint32) {
	for t := range s.scored {
		mask := s.bounds.reach(t, max(least, s.need(0))) & s.allowed[t] &^ s.scored[t]
		if s.slope > 0 {
			mask = s.sized(g, t, mask)
		}
		if mask != 0 {
			s.scored[t] |= mask
			s.scoreTile(g, dead, t, mask)
		}
	}
}

// sized drops the blocks whose bound is below what even their smallest row must reach.
func (s *search) sized(g *segment, tile int, mask uint64) uint64 {
	for m := mask; m != 0; m &= m - 1 {
		b := bits.TrailingZeros64(m)
		if s.bounds.value(tile, b) < s.need(g.least[tile*tileBlocks+b]) {
			mask &^= 1 << b
		}
	}
	return mask
}

// scoreTile scores the blocks of a tile that mask names.
func (s *search) scoreTile(g *segment, dead tombs, tile int, mask uint64) {
	s.activate(g, uint32(tile), mask)
	dense := bits.OnesCount64(mask) > denseBlocks && len(s.must) == 0
	if dense {
		s.sumTile(g)
	} else {
		s.sums.reset(1, s.most, s.vector)
	}
	for ; mask != 0; mask &= mask - 1 {
		b := bits.TrailingZeros64(mask)
		block := tile*tileBlocks + b
		rows := s.eligible(g, b) &^ dead.word(block)
		switch {
		case rows == 0:
		case dense:
			s.report(g, block, b, rows&s.sums.reach(b, s.need(g.least[block])))
		default:
			s.gather(g, b)
			s.report(g, block, 0, rows&s.sums.sum(s.masks, s.weights, s.need(g.least[block])))
		}
	}
}

// activate finds what the query's lists have in those blocks of the tile.
func (s *search) activate(g *segment, tile uint32, mask uint64) {
	s.active = s.active[:0]
	for i, group := range s.groups {
		for _, c := range group {
			if e, ok := at(g.list(c.List), tile); ok && e.presence&mask != 0 && c.Weight > 0 {
				s.active = append(s.active, active{e, i, c.Weight})
			}
		}
	}
	for len(s.musts) < len(s.must) {
		s.musts = append(s.musts, nil)
	}
	for i, set := range s.must {
		s.musts[i] = s.musts[i][:0]
		for _, l := range set {
			if e, ok := at(g.list(l), tile); ok && e.presence&mask != 0 {
				s.musts[i] = append(s.musts[i], e)
			}
		}
	}
}

// eligible returns the rows of a block that stand in a list of each must-set.
func (s *search) eligible(g *segment, block int) uint64 {
	rows := ^uint64(0)
	for i := range s.must {
		var any uint64
		for _, e := range s.musts[i] {
			if e.presence>>block&1 == 1 {
				any |= g.words[e.word(block)]
			}
		}
		if rows &= any; rows == 0 {
			return 0
		}
	}
	return rows
}

// sumTile sums all blocks of the tile, list by list.
func (s *search) sumTile(g *segment) {
	s.sums.reset(tileBlocks, s.most, s.vector)
	for i, a := range s.active {
		var taken []uint64
		if alone := (i == 0 || s.active[i-1].group != a.group) && (i+1 == len(s.active) || s.active[i+1].group != a.group); !alone {
			if i == 0 || s.active[i-1].group != a.group {
				s.taken = [tileBlocks]uint64{}
			}
			taken = s.taken[:]
		}
		s.sums.addWords(a.presence, g.words[a.base:], a.weight, taken)
	}
}

// gather collects one block's words, each without the rows that a better list of its group has.
func (s *search) gather(g *segment, block int) {
	s.masks, s.weights = s.masks[:0], s.weights[:0]
	var taken uint64
	group := -1
	for i := range s.active {
		a := &s.active[i]
		if a.presence>>block&1 == 0 {
			continue
		}
		if a.group != group {
			group, taken = a.group, 0
		}
		word := g.words[a.word(block)] &^ taken
		taken |= word
		s.masks, s.weights = append(s.masks, word), append(s.weights, a.weight)
	}
}

// report looks at the rows of a block that also reach what their own size asks for. Their sums stand in the given group of s.sums.
func (s *search) report(g *segment, block, group int, rows uint64) {
	for ; rows != 0; rows &= rows - 1 {
		lane := bits.TrailingZeros64(rows)
		p := block*blockRows + lane
		if sum := s.sums.value(group, lane); sum >= s.need(g.sizes[p]) {
			s.look(g.rows[p], g.sizes[p], sum)
		}
	}
}
