package kernel

import (
	"math/bits"
	"slices"
)

// Judgement asks for the K rows of the greatest scores, where the score is the caller's own: one that Needs bounds.
type Judgement struct {
	Groups []Group
	Must   [][]List
	K      int
	Before func(a, b Row) bool
	// Least is the smallest score wanted, 1 at least, and Most the greatest there is.
	Least, Most int64
	// Needs says what every row that scores at least least has at least as its sum over Groups, by the size of the row. Needs fall
	// neither with the size nor with least. It is called some dozen times a query.
	Needs func(least int64, needs *Needs)
	// Gains say what each choice brings to the rows that take their weight from it, choice by choice through all groups. One without
	// weight brings nothing.
	Gains []Gain
	// Uses say how much of a row's load each use takes; see Gain.
	Uses []int64
	// Range says between which scores a row lies, from its load and from what it gains in all.
	Range func(load uint32, all Gained) (low, high int64)
	// Score returns the score of a row for which Range gives two, below Least for none. It is called for few rows; Range alone decides
	// of all others.
	Score func(row Row) int64
}

// Gain is what a choice brings to a row, in units of the caller's.
type Gain struct {
	Sum  int64 // towards the score
	Risk int64 // as much of Sum may not count
	// Use is a part of the row's load, an index of Uses. A row in any list of that use has it, whatever choices it takes its weights
	// from, and once.
	Use int32
}

// Gained is what all its choices bring to a row, to the unit, where weights are rounded.
type Gained struct{ Sum, Risk, Used int64 }

// Sizes is how many sizes of rows there are.
const Sizes = 64

// Needs are the least sums of rows, by size; what no sum reaches may be said as MaxSum.
type Needs [Sizes]uint16

// rise is how far the score that is sure to be reached must have risen before the condition follows: one part in so many.
const rise = 64

// judge is a Judgement under way.
type judge struct {
	Judgement
	*search
	sure *bar  // of low scores: K rows are known to reach it
	met  int64 // the score that needs stand for
}

// judging is the scratch memory of a judge.
type judging struct {
	condition  Needs
	candidates []candidate
	hits       []Hit
	// Of the block at hand: what its rows have of each choice and use, and by row what that adds up to.
	sum, risk, used shares
	users           []uint64 // by use: the rows that have it
}

// candidate is a row that may be one of the best.
type candidate struct {
	row       Row
	low, high int64
}

// Judge returns the best rows by score, best first. It goes about it as Top does; what K rows are sure to score makes the sum that
// any other row must reach.
func (v *View) Judge(j Judgement) []Hit {
	if j.K == 0 {
		return nil
	}
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	v.ask(s, j.Groups, j.Must)
	s.most = max(s.most, 1<<8) // sums are held against needs as 16-bit numbers
	w := judge{Judgement: j, search: s, sure: &s.front.bar}
	w.sure.reset(j.K, max(j.Least, 1), bits.Len64(uint64(j.Most)))
	w.follow()
	s.candidates = s.candidates[:0]
	s.look = w.look
	for _, p := range v.parts {
		s.scan(p)
	}
	s.look, s.needs = nil, nil
	return w.answer()
}

// follow makes what is sure to be reached what rows must reach from now on.
func (j *judge) follow() {
	j.met = j.sure.least()
	j.Needs(j.met, &j.condition)
	for i := 0; i < len(j.condition) && j.condition[i] == 0; i++ {
		j.condition[i] = 1
	}
	j.needs, j.base = &j.condition, uint32(j.condition[0])
}

// look keeps the rows that may be among the best. Their tile is the one at hand.
func (j *judge) look(g *segment, block, _ int, rows uint64) {
	known := false
	for ; rows != 0; rows &= rows - 1 {
		lane := bits.TrailingZeros64(rows)
		p := block*blockRows + lane
		if !known {
			j.read(g, block%tileBlocks, rows)
			known = true
		}
		low, high := j.Range(g.loads[p], Gained{j.sum.of[lane], j.risk.of[lane], j.used.of[lane]})
		if high >= j.sure.least() {
			j.candidates = append(j.candidates, candidate{g.rows[p], low, high})
			j.sure.count(low)
		}
	}
	if j.sure.least() > j.met+j.met/rise {
		j.follow()
	}
}

// read adds up what the rows of a block have.
func (j *judge) read(g *segment, block int, rows uint64) {
	j.sum.list, j.risk.list, j.used.list = j.sum.list[:0], j.risk.list[:0], j.used.list[:0]
	j.users = zeroed(j.users, len(j.Uses))
	var taken uint64
	for i := range j.active {
		a := &j.active[i]
		taken &= uint64(int64(a.follows))
		if a.presence>>block&1 == 0 {
			continue
		}
		word, gain := g.words[a.word(block)], &j.Gains[j.origin[i]]
		j.sum.list = append(j.sum.list, share{word &^ taken, gain.Sum})
		if gain.Risk != 0 {
			j.risk.list = append(j.risk.list, share{word &^ taken, gain.Risk})
		}
		j.users[gain.Use] |= word
		taken |= word
	}
	for i, rows := range j.users {
		if rows != 0 {
			j.used.list = append(j.used.list, share{rows, j.Uses[i]})
		}
	}
	for _, s := range []*shares{&j.sum, &j.risk, &j.used} {
		s.add(rows, j.vector)
	}
}

// answer scores the candidates that what is sure leaves over.
func (j *judge) answer() []Hit {
	j.hits = j.hits[:0]
	least := j.sure.least()
	for _, c := range j.candidates {
		if c.high < least {
			continue
		}
		score := c.high
		if c.low != c.high {
			score = j.Score(c.row)
		}
		if score >= least {
			j.hits = append(j.hits, Hit{c.row, score})
		}
	}
	slices.SortFunc(j.hits, func(x, y Hit) int { return compare(x, y, j.Before) })
	return slices.Clone(j.hits[:min(j.K, len(j.hits))])
}

// Count returns how many rows stand in a list of q.Groups with a weight, and in one of each set of q.Must.
func (v *View) Count(q Query) (n int) {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	v.ask(s, q.Groups, q.Must)
	for _, p := range v.parts {
		s.bound(p.segment)
		s.rewind()
		s.reached(p.segment, 1)
		for t, mask := range s.allowed {
			if mask &= s.seen[t]; mask != 0 {
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
		n += bits.OnesCount64(s.taken[b] & s.standing(tile*tileBlocks+b) &^ dead.word(tile*tileBlocks+b))
	}
	return n
}
