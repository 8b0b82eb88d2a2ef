package matcher

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"matchday/hiring"
	"matchday/skills"
)

// Scorer is what every score depends on beside the two sides: the frozen rarities and the map of skills.
type Scorer struct {
	Table *Table
	Map   *skills.Map

	known map[hiring.SkillID][]skills.Nearness // what Map says, where it was asked before
}

func (s Scorer) near(required hiring.SkillID) []skills.Nearness {
	if list, ok := s.known[required]; ok {
		return list
	}
	return s.Map.Near(required)
}

// link is one way in which one skill of a learner meets one requirement.
type link struct {
	ask    int   // index of the requirement
	credit int64 // of the relation alone, millionths
	nearness
}

// nearness is a relation as it stands in relations, nearest first.
type nearness uint8

const same nearness = 0

var relations = [...]hiring.Relation{hiring.Same, hiring.Narrower, hiring.Broader, hiring.Sibling, hiring.Related}

func nearnessOf(r hiring.Relation) nearness { return nearness(slices.Index(relations[:], r)) }

// holds reports whether what is so near is enough for a must-have: the same skill or a kind of it.
func (n nearness) holds() bool { return n == same || relations[n] == hiring.Narrower }

// ask is one requirement, weighed.
type ask struct {
	hiring.Requirement
	weight int64 // w(r), thousandths
}

// Query is an opening made ready to be scored against any number of profiles. It is immutable.
type Query struct {
	table *Table
	asks  []ask
	total int64                     // W, thousandths
	links map[hiring.SkillID][]link // by the learner's skill, in order of requirement
}

// Query weighs the opening's requirements and finds every skill that meets one of them, fully or partly.
func (s Scorer) Query(o *hiring.Opening) *Query {
	q := &Query{table: s.Table, asks: make([]ask, len(o.Skills)), links: map[hiring.SkillID][]link{}}
	for i, r := range o.Skills {
		w := weightOf(r, s.Table.Rarity(r.Skill))
		q.asks[i] = ask{Requirement: r, weight: w}
		q.total += w
		q.links[r.Skill] = append(q.links[r.Skill], link{i, fullCredit, same})
		for _, n := range s.near(r.Skill) {
			if n.Skill != r.Skill && n.Credit > 0 {
				credit := min(int64(n.Credit), fullCredit)
				q.links[n.Skill] = append(q.links[n.Skill], link{i, credit, nearnessOf(n.Relation)})
			}
		}
	}
	return q
}

// weightOf returns w(r) = need × rarity × the employer's weight, in thousandths, rounded down. The largest is 640,000 for a rarity
// of 64,000 (see [Table]).
func weightOf(r hiring.Requirement, rarity int64) int64 {
	own := int64(plainWeight)
	if r.Weight != nil {
		own = int64(math.Round(*r.Weight * 1000))
	}
	return needShare(r.Need) * rarity * own / 1_000_000
}

// credit is how far one requirement is met, and by what.
type credit struct {
	value int64 // c(r), millionths
	by    int32 // which evidence of the profile; meaningless without a value
	nearness
	same   bool // the same skill is held (or another taxonomy's name for it)
	enough bool // enough for a must-have is held
}

// raise takes in what one evidence earns. More credit counts, then the nearer relation; of equal ones the earlier stands.
func (c *credit) raise(value int64, by int32, n nearness) {
	c.same = c.same || n == same
	c.enough = c.enough || n.holds() && value > 0
	if value > c.value || value == c.value && n < c.nearness {
		c.value, c.by, c.nearness = value, by, n
	}
}

// Score returns the match of a profile, as World.Profile returns it (sorted by skill), with the ledger of its score at time at.
// It reports false when there is none: a must-have is not held, or the score is 0.
//
// With M = Σ w·c over the requirements, W = Σ w, and U the rarities of the learner's skills that meet nothing here, capped:
//
//	score = M / (M + a·(W−M) + b·S)    where S = W·U/(W+U)
//
// A skill that raises a credit raises M only; one that raises none adds to U or to nothing, and S rises with U. S stays below W, so
// that breadth costs most at first and never more than b/(1+b) (see docs/adr/0006).
func (q *Query) Score(profile []hiring.Evidence, at time.Time) (m hiring.Match, ok bool) {
	credits, unused := q.credits(profile, at)
	ok = q.ledger(&m, &sheets{explain: true}, credits, unused, func(p *hiring.Part, by int32) {
		e := &profile[by]
		p.By, p.Proof, p.Level, p.Expired, p.Credential = e.Skill, e.Proof, e.Level, expired(e.Expires, at), e.Credential
	})
	return m, ok
}

// credits returns c(r) for each requirement, and the rarities of the skills that meet none, in thousandths.
func (q *Query) credits(profile []hiring.Evidence, at time.Time) (best []credit, unused int64) {
	best = make([]credit, len(q.asks))
	for i := range profile {
		e := &profile[i]
		links := q.links[e.Skill]
		if len(links) == 0 && (i == 0 || profile[i-1].Skill != e.Skill) {
			unused += q.table.Rarity(e.Skill)
		}
		for _, l := range links {
			best[l.ask].raise(creditOf(l.credit, proofShare(e.Proof), q.asks[l.ask].Level, e.Level, expired(e.Expires, at)), int32(i), l.nearness)
		}
	}
	return best, unused
}

// share returns M / (M + a·(W−M) + b·S) in millionths, rounded down. M is in thousandths × millionths, W and U in thousandths.
//
// Bounds: 200 requirements of 640,000 give W ≤ 1.28·10⁸, M ≤ 1.28·10¹⁴ and a·(W−M) ≤ 1.28·10¹⁷; U ≤ 10⁹ (see [Table]) gives
// W·U ≤ 1.28·10¹⁷, and b·S < b·W ≤ 2.6·10¹⁶. The sum fits 63 bits; only the last product needs 128.
func share(met, total, unused int64) hiring.Score {
	below := 1000*met + missingPrice*(total*fullCredit-met) + breadthPrice*damped(total, unused)*fullCredit
	if met <= 0 || below <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(1000*met), uint64(hiring.OneScore))
	s, _ := bits.Div64(hi, lo, uint64(below))
	return hiring.Score(s)
}

// damped returns S = W·U/(W+U), rounded down: U as long as it is small beside W, and never more than W.
func damped(total, unused int64) int64 {
	if unused <= 0 {
		return 0
	}
	return total * unused / (total + unused)
}
