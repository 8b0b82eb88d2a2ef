package matcher

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

const (
	exactSteps = 3       // sets up to this size are searched through
	mostSteps  = 12      // larger sets are no advice
	mostTries  = 150_000 // sets scored, which bounds the time to some tens of milliseconds
)

// effect is what completing a programme does to one learner's chances at one opening.
type effect struct {
	programme *hiring.Programme
	row       *profileRow
	credits   []int64 // by requirement
	enough    []bool  // by requirement: enough for a must-have
	unused    []int32 // skills that meet nothing and that the learner has not, ascending
	gain      int64   // what it adds to M at most, alone or with others
	price     float64 // infinite when unknown
}

// steps looks for programmes that bring one learner over the bar of the opening loaded in t.
type steps struct {
	t      *tally
	bar    hiring.Score
	now    hiring.Score
	base   effect // the learner's own
	unused int64
	met    int64
	list   []effect // by gain, greatest first
	tries  int
	found  []int
	score  hiring.Score
}

// offers returns what each programme offered does for anybody at the opening loaded in t.
func (m *Matcher) offers(t *tally) (list []effect) {
	for id, row := range m.index.programmes {
		if p := m.world.Programmes[id]; p != nil && !p.Withdrawn && t.touches(row) {
			t.score(row)
			e := t.effect()
			e.programme, e.row, e.price = p, row, math.Inf(1)
			if p.Price != nil {
				e.price = p.Price.Amount
			}
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b effect) int { return strings.Compare(string(a.programme.ID), string(b.programme.ID)) })
	return list
}

// newSteps weighs what the offers do for one learner at the opening loaded in t.
func newSteps(t *tally, offers []effect, p *profileRow, bar hiring.Score) *steps {
	s := &steps{t: t, bar: bar, now: t.score(p), unused: t.unused}
	s.base = s.t.effect()
	for i, w := range t.row.wishes {
		s.met += w.weight * s.base.credits[i]
	}
	for _, e := range offers {
		useful := false
		for i, w := range t.row.wishes {
			e.gain += w.weight * max(0, e.credits[i]-s.base.credits[i])
			useful = useful || w.must && e.enough[i] && !s.base.enough[i]
		}
		if e.gain > 0 || useful {
			e.unused = t.strangers(e.row, p)
			s.list = append(s.list, e)
		}
	}
	slices.SortStableFunc(s.list, func(a, b effect) int { return cmp.Compare(b.gain, a.gain) })
	return s
}

// touches reports whether any skill of the row meets something in the opening loaded.
func (t *tally) touches(p *profileRow) bool {
	return slices.ContainsFunc(p.held, func(h held) bool { return t.from[h.skill] != 0 })
}

// effect copies what the row scored last earns.
func (t *tally) effect() effect {
	e := effect{credits: slices.Clone(t.best[:len(t.row.wishes)])}
	for _, h := range t.held[:len(t.row.wishes)] {
		e.enough = append(e.enough, h.enough)
	}
	return e
}

// strangers returns the skills of row that meet nothing and that the learner does not have.
func (t *tally) strangers(row, learner *profileRow) (list []int32) {
	for _, h := range row.held {
		if t.from[h.skill] == 0 && !slices.ContainsFunc(learner.held, func(o held) bool { return o.skill == h.skill }) {
			list = append(list, h.skill)
		}
	}
	slices.Sort(list)
	return list
}

// try scores the learner with a set of programmes.
func (s *steps) try(set []int) hiring.Score {
	s.tries++
	var met int64
	for i, w := range s.t.row.wishes {
		c, enough := s.base.credits[i], s.base.enough[i]
		for _, n := range set {
			c, enough = max(c, s.list[n].credits[i]), enough || s.list[n].enough[i]
		}
		if w.must && !enough {
			return 0
		}
		met += w.weight * c
	}
	unused := s.unused
	for i, n := range set {
		for _, skill := range s.list[n].unused {
			if !slices.ContainsFunc(set[:i], func(o int) bool { return contains(s.list[o].unused, skill) }) {
				unused += s.t.ix.rarity[skill]
			}
		}
	}
	return share(met, s.t.row.total, min(unused, s.t.ix.scorer.Table.Breadth))
}

func contains(sorted []int32, v int32) bool {
	_, found := slices.BinarySearch(sorted, v)
	return found
}

// possible bounds: could programmes with this much gain together reach the bar, if nothing they teach were beside the point?
func (s *steps) possible(gain int64) bool {
	met := min(s.met+gain, s.t.row.total*fullCredit)
	return share(met, s.t.row.total, min(s.unused, s.t.ix.scorer.Table.Breadth)) >= s.bar
}

// best returns the smallest set that reaches the bar, the cheapest and then the shortest of them; nil when there is none.
func (s *steps) best() *hiring.Step {
	if s.now >= s.bar || len(s.list) == 0 {
		return nil
	}
	for n := 1; n <= exactSteps; n++ {
		s.search(nil, 0, n, 0)
		if s.found != nil {
			return s.step(s.tries < mostTries, n)
		}
		if s.tries >= mostTries {
			break
		}
	}
	least := s.fewest()
	s.greedy()
	if s.found == nil {
		return nil
	}
	return s.step(len(s.found) == least, least)
}

// search goes through the sets of more further programmes, from the given one on.
func (s *steps) search(set []int, from, more int, gain int64) {
	if more == 0 {
		if score := s.try(set); score >= s.bar && (s.found == nil || s.better(set, s.found)) {
			s.found, s.score = slices.Clone(set), score
		}
		return
	}
	for i := from; i+more <= len(s.list) && s.tries < mostTries; i++ {
		if !s.possible(gain + int64(more)*s.list[i].gain) { // the list falls in gain: nor can any that follow
			return
		}
		s.search(append(set, i), i+1, more-1, gain+s.list[i].gain)
	}
}

// better prefers the lower price, then fewer months, then the ids.
func (s *steps) better(a, b []int) bool {
	sum := func(set []int, of func(effect) float64) (total float64) {
		for _, n := range set {
			total += of(s.list[n])
		}
		return total
	}
	months := func(e effect) float64 { return e.programme.Months }
	price := func(e effect) float64 { return e.price }
	ids := func(set []int) (list []string) {
		for _, n := range set {
			list = append(list, string(s.list[n].programme.ID))
		}
		return slices.Sorted(slices.Values(list))
	}
	return cmp.Or(cmp.Compare(sum(a, price), sum(b, price)), cmp.Compare(sum(a, months), sum(b, months)), slices.Compare(ids(a), ids(b))) < 0
}

// fewest returns a number of programmes that no set below reaches the bar with.
func (s *steps) fewest() int {
	var gain int64
	for i, e := range s.list {
		if gain += e.gain; s.possible(gain) {
			return i + 1
		}
	}
	return len(s.list) + 1
}

// greedy adds, one by one, the programme that leads highest; must-haves first.
func (s *steps) greedy() {
	var set []int
	for len(set) < min(mostSteps, len(s.list)) {
		next, top := -1, int64(-1)
		for n := range s.list {
			if slices.Contains(set, n) {
				continue
			}
			if v := s.progress(append(set, n)); v > top {
				next, top = n, v
			}
		}
		set = append(set, next)
		if score := s.try(set); score >= s.bar {
			s.found, s.score = set, score
			return
		}
	}
}

// progress orders sets that do not reach the bar: by must-haves met, then by M.
func (s *steps) progress(set []int) (value int64) {
	for i, w := range s.t.row.wishes {
		c, enough := s.base.credits[i], s.base.enough[i]
		for _, n := range set {
			c, enough = max(c, s.list[n].credits[i]), enough || s.list[n].enough[i]
		}
		if w.must && enough {
			value += 1 << 54
		}
		value += w.weight * c
	}
	return value
}

func (s *steps) step(exact bool, atLeast int) *hiring.Step {
	out := &hiring.Step{Score: s.score, Exact: exact, AtLeast: atLeast, Price: &hiring.Money{}}
	for i, n := range s.found {
		p := s.list[n].programme
		out.Programmes = append(out.Programmes, p.ID)
		out.Months += p.Months
		switch {
		case p.Price == nil || out.Price == nil || i > 0 && p.Price.Currency != out.Price.Currency:
			out.Price = nil
		default:
			out.Price = &hiring.Money{Amount: out.Price.Amount + p.Price.Amount, Currency: p.Price.Currency}
		}
	}
	slices.Sort(out.Programmes)
	return out
}

// lacks returns the requirements that a profile does not fully meet, by how much each would lift its score if a programme taught it
// at the level wanted.
func (q *Query) lacks(profile []hiring.Evidence, at time.Time) []hiring.Lack {
	list := []hiring.Lack{}
	credits, _, _ := q.credits(profile, at)
	now, _ := q.Score(profile, at)
	for i, a := range q.asks {
		if credits[i].value >= fullCredit*proofRecorded/1000 {
			continue
		}
		taught := hiring.Evidence{Skill: a.Skill, Name: a.Name, Level: a.Level, Proof: hiring.ProofRecorded}
		at0, _ := slices.BinarySearchFunc(profile, a.Skill, func(e hiring.Evidence, s hiring.SkillID) int { return cmp.Compare(e.Skill, s) })
		then, _ := q.Score(slices.Insert(slices.Clone(profile), at0, taught), at)
		list = append(list, hiring.Lack{
			Skill: a.Skill, Name: a.Name, Need: a.Need, Must: a.Must, Credit: hiring.Score(credits[i].value),
			Then: then.Score, Lift: then.Score - now.Score,
		})
	}
	slices.SortStableFunc(list, func(a, b hiring.Lack) int { return cmp.Compare(b.Lift, a.Lift) })
	return list
}
