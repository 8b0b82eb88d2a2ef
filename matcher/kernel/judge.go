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
	// Gains say what each choice of each group brings to the rows that take their weight from it; one without weight brings nothing.
	Gains [][]Gain
	// Range says between which scores a row lies, from its load and from what its choices gain it in all.
	Range func(load uint32, gained Gain) (low, high int64)
	// Score returns the score of a row for which Range gives two, below Least for none. It is called for few rows; Range alone decides
	// of all others.
	Score func(row Row) int64
}

// Gain is what a choice brings to a row, in units of the caller's. The kernel adds them up, to the unit, where weights are rounded.
type Gain struct {
	Sum  int64 // towards the score
	Risk int64 // as much of Sum may not count
	Used int64 // of the row's load
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

	// Where firsts stand: those of a block serve all its rows.
	segment *segment
	block   int
	risky   bool // one of firsts has a risk
}

// candidate is a row that may be one of the best.
type candidate struct {
	row       Row
	low, high int64
}

// first names the rows of a block that take their weight from one choice.
type first struct {
	rows uint64
	gain Gain
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
	w := judge{Judgement: j, search: s, sure: best{k: j.K, floor: max(j.Least, 1)}}
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
	j.needs, j.base = &j.condition, max(j.condition[0], 1)
}

// look keeps a row that may be one of the best. Its tile is the one at hand.
func (j *judge) look(g *segment, position int, _ uint32) {
	if block := position / blockRows; j.segment != g || j.block != block {
		j.segment, j.block = g, block
		j.part(g, block%tileBlocks)
	}
	low, high := j.Range(g.loads[position], j.gained(position%blockRows))
	if high < j.sure.least() {
		return
	}
	row := g.rows[position]
	j.candidates = append(j.candidates, candidate{row, low, high})
	j.sure.offer(Hit{row, low})
	if j.sure.least() > j.met+j.met/rise {
		j.follow()
	}
}

// part finds which rows of a block take their weights from which choices.
func (j *judge) part(g *segment, block int) {
	j.firsts, j.risky = j.firsts[:0], false
	var taken uint64
	for i := range j.active {
		a, from := &j.active[i], j.origin[i]
		taken &= uint64(int64(a.follows))
		if a.presence>>block&1 == 0 {
			continue
		}
		word := g.words[a.word(block)]
		if rows := word &^ taken; rows != 0 {
			gain := j.Gains[from.group][from.choice]
			j.firsts, j.risky = append(j.firsts, first{rows, gain}), j.risky || gain.Risk != 0
		}
		taken |= word
	}
}

// gained adds up what a row's choices bring. Whether it takes its weight from one is as good as random, so that nothing here is asked.
func (j *judge) gained(lane int) (sum Gain) {
	for i := range j.firsts {
		f := &j.firsts[i]
		its := -int64(f.rows >> lane & 1)
		sum.Sum += f.gain.Sum & its
		sum.Used += f.gain.Used & its
	}
	if j.risky {
		for i := range j.firsts {
			f := &j.firsts[i]
			sum.Risk += f.gain.Risk & -int64(f.rows>>lane&1)
		}
	}
	return sum
}

// answer scores the candidates that what is sure leaves over.
func (j *judge) answer() []Hit {
	top := best{k: j.K, before: j.Before, floor: j.sure.least()}
	for _, c := range j.candidates {
		switch {
		case c.high < top.floor:
		case c.low == c.high:
			top.offer(Hit{c.row, c.high})
		default:
			top.offer(Hit{c.row, j.Score(c.row)})
		}
	}
	return top.sorted()
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
