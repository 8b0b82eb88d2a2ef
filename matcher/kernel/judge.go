package kernel

import "math/bits"

// Judgement asks for the K rows of the greatest scores, where the score is the caller's own: one that Needs bounds.
type Judgement struct {
	Groups []Group
	Must   [][]List
	K      int
	Before func(a, b Row) bool
	// Least is the smallest score wanted, 1 at least.
	Least int64
	// Needs says what every row that scores at least least has at least as its sum over Groups, by the size of the row. Needs fall
	// neither with the size nor with least. It is called some dozen times a query.
	Needs func(least int64, needs *Needs)
	// Range says between which scores a row lies, from its size and its choices: for each group, the list that the row takes its
	// weight from, -1 for none.
	Range func(size uint8, met []int32) (low, high int64)
	// Score returns a row's score, below Least for none. It is called for few rows more than K; Range spares looking at the others.
	Score func(row Row, met []int32) int64
}

// Needs are the least sums of rows, by size.
type Needs [256]uint32

// rise is how far the score that is sure to be reached must have risen before the condition follows: one part in so many.
const rise = 32

// judge is a Judgement under way.
type judge struct {
	Judgement
	*search
	sure best  // the greatest low scores: K rows are known to reach the least of them
	met  int64 // the score that needs stand for
}

// candidate is a row that may be one of the best.
type candidate struct {
	row  Row
	high int64
}

// Judge returns the best rows by score, best first. It goes about it as Top does; what K rows are sure to score makes the sum that
// any other row must reach. The rows that may still be among the best when all are seen are scored in the end.
func (v *View) Judge(j Judgement) []Hit {
	if j.K == 0 {
		return nil
	}
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	v.ask(s, j.Groups, j.Must)
	w := judge{Judgement: j, search: s, sure: best{k: j.K, floor: max(j.Least, 1)}}
	w.follow()
	s.names, s.kept = s.names[:0], s.kept[:0]
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
	j.needs, j.base = &j.condition, max(j.condition[0], 1)
}

// look keeps a row that may be one of the best.
func (j *judge) look(g *segment, position int, _ uint32) {
	choices := j.choices(g, position)
	low, high := j.Range(g.sizes[position], choices)
	if high < j.sure.least() {
		return
	}
	row := g.rows[position]
	j.names, j.kept = append(j.names, candidate{row, high}), append(j.kept, choices...)
	j.sure.offer(Hit{row, low})
	if j.sure.least() > j.met+j.met/rise {
		j.follow()
	}
}

// answer scores the candidates that what is sure leaves over.
func (j *judge) answer() []Hit {
	top := best{k: j.K, before: j.Before, floor: j.sure.least()}
	for i, c := range j.names {
		if c.high >= top.floor {
			n := len(j.Groups)
			top.offer(Hit{c.row, j.Score(c.row, j.kept[i*n:(i+1)*n])})
		}
	}
	return top.sorted()
}

// choices returns, for each group, which of its lists the row takes its weight from. The row's tile is the one at hand.
func (s *search) choices(g *segment, position int) []int32 {
	for i := range s.chosen {
		s.chosen[i] = -1
	}
	block, lane := position/blockRows%tileBlocks, position%blockRows
	for i := range s.active {
		a, from := &s.active[i], s.origin[i]
		if a.presence>>block&1 == 1 && s.chosen[from.group] < 0 && g.words[a.word(block)]>>lane&1 == 1 {
			s.chosen[from.group] = from.choice
		}
	}
	return s.chosen
}

// Count returns how many rows stand in a list of q.Groups with a weight, and in one of each set of q.Must.
func (v *View) Count(q Query) (n int) {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	v.ask(s, q.Groups, q.Must)
	for _, p := range v.parts {
		s.bound(p.segment)
		s.rewind()
		for t, mask := range s.allowed {
			if mask &= s.blocks(p.segment, t, 1); mask != 0 {
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
