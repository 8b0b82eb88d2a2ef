package kernel

import "math/bits"

// Judgement asks for the K rows of the greatest scores, where the score is the caller's own: one that Bound bounds.
type Judgement struct {
	Must   [][]List
	K      int
	Before func(a, b Row) bool
	// Least is the smallest score wanted, 1 at least. Guess is a score that a good answer might have; it serves speed only.
	Least, Guess int64
	// Bound returns what a row must reach to score at least least (1 or more). It is called a few times a query.
	Bound func(least int64) Bound
	// Score returns a row's score; below Least for none.
	Score func(Row) int64
}

// Bound is a condition that every row meets that scores enough: its sum over Groups reaches what Needs says of its size. Needs do
// not fall with the size.
type Bound struct {
	Groups []Group
	Needs  [256]uint32
}

// Judge returns the best rows by score, best first. It first looks for good ones by sums alone; what the last of K of these scores
// is what any other row must reach. A second pass, bounded by that, leaves few rows to be scored.
func (v *View) Judge(j Judgement) []Hit {
	if j.K == 0 {
		return nil
	}
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	defer func() { s.look = nil }()
	top := best{k: j.K, before: j.Before, floor: max(j.Least, 1)}
	judged := make(map[Row]struct{}, j.K)
	for _, h := range v.promising(s, j) {
		judged[h.Row] = struct{}{}
		top.offer(Hit{h.Row, j.Score(h.Row)})
	}
	b := j.Bound(top.least())
	s.ask(b.Groups, j.Must)
	s.base, s.needs = max(b.Needs[0], 1), &b.Needs
	s.look = func(g *segment, position int, _ uint32) {
		row := g.rows[position]
		if _, done := judged[row]; !done {
			top.offer(Hit{row, j.Score(row)})
		}
	}
	for _, p := range v.parts {
		s.bound(p.segment)
		s.scoreFrom(p.segment, p.dead, 1)
	}
	return top.sorted()
}

// promising returns K rows that come closest to the bound of the guess, from the blocks of the greatest bounds.
func (v *View) promising(s *search, j Judgement) []Hit {
	b := j.Bound(max(j.Guess, 1))
	s.ask(b.Groups, j.Must)
	s.base, s.needs = 1, nil
	near := best{k: j.K}
	s.look = func(g *segment, position int, sum uint32) {
		spare := 1<<32 + int64(sum) - int64(b.Needs[g.sizes[position]])
		near.add(Hit{g.rows[position], spare})
	}
	for _, p := range v.parts {
		s.bound(p.segment)
		s.scoreFrom(p.segment, p.dead, s.cutoff(goodBlocks))
	}
	return near.hits
}

// Count returns how many rows stand in a list of q.Groups with a weight, and in one of each set of q.Must.
func (v *View) Count(q Query) (n int) {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	s.ask(q.Groups, q.Must)
	for _, p := range v.parts {
		s.bound(p.segment)
		s.rewind()
		for t, mask := range s.allowed {
			if mask &= s.bounds.reach(t, 1); mask != 0 {
				n += s.countTile(p.segment, p.dead, t, mask)
			}
		}
	}
	return n
}

func (s *search) countTile(g *segment, dead tombs, tile int, mask uint64) (n int) {
	s.activate(uint32(tile), mask)
	s.taken = [tileBlocks]uint64{}
	for _, a := range s.active {
		at := a.base
		for p := a.presence; p != 0; p &= p - 1 {
			s.taken[bits.TrailingZeros64(p)] |= g.words[at]
			at++
		}
	}
	for ; mask != 0; mask &= mask - 1 {
		b := bits.TrailingZeros64(mask)
		n += bits.OnesCount64(s.taken[b] & s.eligible(g, b) &^ dead.word(tile*tileBlocks+b))
	}
	return n
}
