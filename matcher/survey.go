package matcher

import (
	"math"
	"time"

	"matchday/hiring"
)

// survey is where one learner stands with all openings. It is scratch space, all zero between uses.
type survey struct {
	sums    []uint64 // by opening: 25 bits of M/W, 24 of the share of T that is used, and from bit 56 the must-haves met
	credits []earned
	skills  []int32 // those of credits that are set
	// What follows is of the survey's openings that the learner scores for: their numbers, and how far M/W goes for how many.
	found  []int32
	until  int64 // when the next of the openings begins that the learner has something for
	looked int   // how many were scored by themselves
	ranges [wholeShare>>rangeBits + 1]int32
}

const (
	usedBits  = 25
	mustBits  = 56
	usedWhole = 1 << 16
	rangeBits = 14
)

// earned is what a learner earns where one skill is asked for.
type earned struct {
	seen, enough bool
	used         int64         // rarity of the skills that meet it, thousandths
	credit       [levels]int64 // by level wanted, millionths
}

// take sums up the entries of all that a profile meets.
func (s *survey) take(ix *index, p *profileRow, at time.Time) {
	d := &ix.wanted
	if grow := len(d.terms) - len(s.sums); grow > 0 {
		s.sums = append(s.sums, make([]uint64, grow)...)
	}
	if grow := len(d.asked) - len(s.credits); grow > 0 {
		s.credits = append(s.credits, make([]earned, grow)...)
	}
	for skill, proofs := range ix.lists.skills(p.proofs) {
		s.meet(ix, p, skill, proofs, at)
	}
	for _, skill := range s.skills {
		s.add(d.asked[skill], &s.credits[skill], p.rarity)
		s.credits[skill] = earned{}
	}
	s.skills = s.skills[:0]
}

// meet notes what one skill held earns where others are asked for. A credit is relation × best of level × proof, rounded down as
// [creditOf] does.
func (s *survey) meet(ix *index, p *profileRow, skill int32, proofs []proof, at time.Time) {
	if int(skill) >= len(ix.wanted.met) || len(ix.wanted.met[skill]) == 0 {
		return
	}
	var worth [levels]int64 // of the proofs, by level wanted, 10⁹ for full
	for _, e := range proofs {
		of := &ix.lists[e.list]
		left := int64(1000)
		if of.lapses && expired(p.behind(e).expires, at) {
			left = expiredShare
		}
		for level := range worth {
			worth[level] = max(worth[level], int64(of.share)*levelShare(level, int(of.level))*left)
		}
	}
	for _, m := range ix.wanted.met[skill] {
		c := &s.credits[m.skill]
		if !c.seen {
			c.seen, s.skills = true, append(s.skills, m.skill)
		}
		c.enough = c.enough || m.holds
		c.used += ix.rarity[skill]
		for level, w := range worth {
			c.credit[level] = max(c.credit[level], int64(m.credit)*w/1_000_000_000)
		}
	}
}

// add adds to every opening that asks for a skill what its requirement of it brings.
func (s *survey) add(list []entry, c *earned, whole int64) {
	var credit [8]uint64 // in 2⁻¹⁶, rounded up
	for level, v := range c.credit {
		credit[level] = (uint64(v)<<16 + uint64(fullCredit) - 1) / uint64(fullCredit)
	}
	var used [2]uint64 // of plain requirements and of must-haves
	if whole > 0 {
		used[0] = uint64((min(c.used, whole)*usedWhole+whole-1)/whole) << usedBits
	}
	used[1] = used[0]
	if c.enough {
		used[1] += 1 << mustBits
	}
	for _, p := range list {
		s.sums[p.opening] += (p.share()*credit[p.level()]+1<<16-1)>>16 + used[p.what&1]
	}
}

// collect finds the openings that take people at a time and that the profile scores for, if least can be reached. It returns how many
// there are, whatever the score. Those whose sum does not tell are handed to look instead, which reports whether the profile scores.
func (s *survey) collect(ix *index, at time.Time, least hiring.Score, lenient bool, look func(n int32) bool) (total int) {
	now, floor := nanoseconds(at), shareOf(least)
	s.found, s.until, s.looked = s.found[:0], math.MaxInt64, 0
	clear(s.ranges[:])
	for n := range ix.wanted.terms {
		sum := s.sums[n]
		share := sum & (1<<usedBits - 1)
		if share == 0 {
			s.sums[n] = 0
			continue
		}
		t := &ix.wanted.terms[n]
		switch {
		case now < t.from:
			s.until = min(s.until, t.from)
		case now > t.to:
		case !t.plain:
			if look(int32(n)) {
				total++
			}
		case lenient || uint8(sum>>mustBits) == t.musts:
			total++
			if share >= floor {
				s.found = append(s.found, int32(n))
				s.ranges[min(share, wholeShare)>>rangeBits]++
				continue
			}
		}
		s.sums[n] = 0
	}
	return total
}

// share is M/W at an opening, rounded up; shareOf what a score takes at least.
func (s *survey) share(n int32) uint64  { return s.sums[n] & (1<<usedBits - 1) }
func shareOf(score hiring.Score) uint64 { return uint64(score) * wholeShare / uint64(hiring.OneScore) }

// bound returns a score that the profile does not exceed at an opening found.
func (s *survey) bound(ix *index, p *profileRow, n int32) hiring.Score {
	sum, w := s.sums[n], float64(ix.wanted.terms[n].total)
	unused := min(float64(p.rarity)*(1-float64(sum>>usedBits&(1<<24-1))/usedWhole), float64(ix.scorer.Table.Breadth))
	below := w
	if unused > 0 {
		below += breadthPrice / 1000.0 * max(0, w*unused/(w+unused)-1)
	}
	return hiring.Score(float64(s.share(n))/wholeShare*w/below*float64(hiring.OneScore)*(1+1e-9)) + 1
}

// many returns a value of M/W that k of the openings found reach, or all when they are fewer.
func (s *survey) many(k int) uint64 {
	for r := len(s.ranges) - 1; r >= 0; r-- {
		if k -= int(s.ranges[r]); k <= 0 {
			return uint64(r) << rangeBits
		}
	}
	return 0
}
