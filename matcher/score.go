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
	ask      int   // index of the requirement
	credit   int64 // of the relation alone, millionths
	relation hiring.Relation
}

// holds reports whether the link is enough for a must-have: the same skill or a kind of it.
func (l link) holds() bool { return l.relation == hiring.Same || l.relation == hiring.Narrower }

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
		q.links[r.Skill] = append(q.links[r.Skill], link{ask: i, credit: fullCredit, relation: hiring.Same})
		for _, n := range s.near(r.Skill) {
			if n.Skill != r.Skill && n.Credit > 0 {
				credit := min(int64(n.Credit), fullCredit)
				q.links[n.Skill] = append(q.links[n.Skill], link{ask: i, credit: credit, relation: n.Relation})
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
	value    int64 // c(r), millionths
	relation hiring.Relation
	by       *hiring.Evidence
}

// better reports whether c beats d: more credit, then the nearer relation. Equal ones leave the earlier in the profile standing.
func (c credit) better(d credit) bool {
	if c.value != d.value {
		return c.value > d.value
	}
	return d.by != nil && nearness(c.relation) < nearness(d.relation)
}

// relations, nearest first.
var relations = [...]hiring.Relation{hiring.Same, hiring.Narrower, hiring.Broader, hiring.Sibling, hiring.Related}

// nearness numbers the relations.
func nearness(r hiring.Relation) int { return slices.Index(relations[:], r) }

// Score returns the match of a profile, as World.Profile returns it (sorted by skill), with the ledger of its score at time at.
// It reports false when there is none: a must-have is not held, or the score is 0.
//
// With M = Σ w·c over the requirements, W = Σ w, and U the rarities of the learner's skills that meet nothing here, capped:
//
//	score = M / (M + a·(W−M) + b·S)    where S = W·U/(W+U)
//
// A skill that raises a credit raises M only; one that raises none adds to U or to nothing, and S rises with U. S stays below W, so
// that breadth costs most at first and never more than b/(1+b) (see docs/adr/0006).
func (q *Query) Score(profile []hiring.Evidence, at time.Time) (hiring.Match, bool) {
	credits, held, unused := q.credits(profile, at)
	return q.ledger(new(sheets), credits, held, unused, at)
}

// ledger returns the match that these credits make, with the rarities of the skills that meet nothing. It is written on sheets.
func (q *Query) ledger(on *sheets, credits []credit, held []holding, unused int64, at time.Time) (hiring.Match, bool) {
	var met int64
	same, near, parts := 0, 0, 0
	for i, a := range q.asks {
		if a.Must && !held[i].enough {
			return hiring.Match{}, false
		}
		met += a.weight * credits[i].value
		switch {
		case held[i].same:
			same++
		case credits[i].value > 0:
			near++
		}
		if a.weight*credits[i].value > 0 {
			parts++
		}
	}
	score := share(met, q.total, min(unused, q.table.Breadth))
	if score == 0 {
		return hiring.Match{}, false
	}
	ids := carve(&on.ids, len(q.asks), on.pages)
	m := hiring.Match{Matched: ids[:0:same], Missing: ids[same:same], Near: carve(&on.near, near, on.pages)[:0], Score: score}
	for i, a := range q.asks {
		if held[i].same {
			m.Matched = append(m.Matched, a.Skill)
			continue
		}
		m.Missing = append(m.Missing, a.Skill)
		if c := credits[i]; c.value > 0 {
			m.Near = append(m.Near, hiring.Near{Skill: a.Skill, By: c.by.Skill, Relation: c.relation, Credit: hiring.Score(c.value)})
		}
	}
	if near == 0 {
		m.Near = nil
	}
	m.Breadth = share(met, q.total, 0) - m.Score
	m.Parts = q.parts(carve(&on.parts, parts, on.pages)[:0], credits, met, m.Score, at)
	return m, true
}

// sheets are what ledgers are written on. A page of them is the greater part of an answer, and memory in small pieces the greater
// part of a page.
type sheets struct {
	pages int // how many ledgers are expected to follow
	ids   []hiring.SkillID
	near  []hiring.Near
	parts []hiring.Part
}

// carve returns n items of a sheet, which no other carve does, and cuts them off; where too few are left, from a new sheet that will do
// for as many pages, but no more than memory gives out cheaply.
func carve[T any](sheet *[]T, n, pages int) []T {
	if n > len(*sheet) {
		*sheet = make([]T, n*min(max(pages, 1), 16))
	}
	items := (*sheet)[:n:n]
	*sheet = (*sheet)[n:]
	return items
}

// holding says how a requirement is held: the same skill (or another taxonomy's name for it), and enough of one for a must-have.
type holding struct{ same, enough bool }

// credits returns c(r) for each requirement, how each is held, and the rarities of the skills that meet none, in thousandths.
func (q *Query) credits(profile []hiring.Evidence, at time.Time) (best []credit, held []holding, unused int64) {
	best, held = make([]credit, len(q.asks)), make([]holding, len(q.asks))
	for i := range profile {
		e := &profile[i]
		links := q.links[e.Skill]
		if len(links) == 0 && (i == 0 || profile[i-1].Skill != e.Skill) {
			unused += q.table.Rarity(e.Skill)
		}
		for _, l := range links {
			wanted := q.asks[l.ask].Level
			v := creditOf(l.credit, proofShare(e.Proof), wanted, e.Level, expired(e.Expires, at))
			c := credit{value: v, relation: l.relation, by: e}
			if v > 0 && c.better(best[l.ask]) {
				best[l.ask] = c
			}
			h := &held[l.ask]
			h.same = h.same || l.relation == hiring.Same
			h.enough = h.enough || v > 0 && l.holds()
		}
	}
	return best, held, unused
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

// parts divides the score among the requirements by what each brought, rounded down; the remainder goes to the largest part, the
// first of equals. It appends them to parts, which has room.
//
// Largest intermediate: 640,000 · 10⁶ · 10⁶ = 6.4·10¹⁷.
func (q *Query) parts(parts []hiring.Part, credits []credit, met int64, score hiring.Score, at time.Time) []hiring.Part {
	var largest int64
	rest, heaviest := score, 0
	for i, a := range q.asks {
		c := credits[i]
		brought := a.weight * c.value
		if brought == 0 {
			continue
		}
		if brought > largest {
			largest, heaviest = brought, len(parts)
		}
		value := hiring.Score(brought * int64(score) / met)
		rest -= value
		parts = append(parts, hiring.Part{
			Skill: a.Skill, Name: a.Name, Need: a.Need, Value: value, Credit: hiring.Score(c.value),
			By: c.by.Skill, Relation: c.relation, Proof: c.by.Proof, Level: c.by.Level,
			Expired: expired(c.by.Expires, at), Credential: c.by.Credential,
		})
	}
	parts[heaviest].Value += rest
	return parts
}
