package matcher

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"matchday/hiring"
)

const (
	exactSteps = 3         // sets up to this size are searched through
	mostSteps  = 12        // larger sets are no advice
	mostTries  = 3_000_000 // sets summed up, which bounds the time to some tens of milliseconds

	scoredTries = 20 // what scoring a set counts for
)

// effect is what completing a programme does to one learner's chances at one opening.
type effect struct {
	programme *hiring.Programme
	row       *profileRow
	credits   []int64 // by requirement
	enough    []bool  // by requirement: enough for a must-have
	price     float64 // infinite when unknown

	// Of one learner.
	lifts  []lift  // where it is better than what the learner has
	gain   int64   // what it adds to M at most, alone or with others
	unused []int32 // skills that meet nothing and that the learner has not, ascending; see steps.strangers
	told   bool    // unused is known
}

// lift is a requirement that a programme meets better than the learner does.
type lift struct {
	ask    int
	credit int64
	enough bool // for a must-have that the learner has not
}

// steps looks for programmes that bring one learner over the bar of the opening loaded in t.
type steps struct {
	t       *tally
	learner *profileRow
	bar     hiring.Score
	now     hiring.Score
	base    effect // the learner's own
	unused  int64
	met     int64
	need    int64     // the least M that reaches the bar when nothing taught is beside the point
	missing int       // must-haves that the learner lacks
	list    []*effect // by gain, greatest first, then by id
	tries   int
	found   []int
	score   hiring.Score
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

// newSteps weighs what the offers do for one learner at the opening loaded in t. With alone, only those stay that could do by themselves.
func newSteps(t *tally, offers []effect, p *profileRow, bar hiring.Score, alone bool) *steps {
	s := &steps{t: t, learner: p, bar: bar, now: t.score(p), unused: t.unused}
	s.base = s.t.effect()
	for i, w := range t.row.wishes {
		s.met += w.weight * s.base.credits[i]
		if w.must && !s.base.enough[i] {
			s.missing++
		}
	}
	whole, most := t.row.total*fullCredit, min(s.unused, t.ix.scorer.Table.Breadth)
	s.need = int64(sort.Search(int(whole)+1, func(m int) bool { return share(int64(m), t.row.total, most) >= bar }))
	var lifts []lift // one allocation for many programmes
	var own []effect
	if !alone {
		own = make([]effect, 0, len(offers))
	}
	for n := range offers {
		e, first, gain := &offers[n], len(lifts), int64(0)
		for i, w := range t.row.wishes {
			must := w.must && e.enough[i] && !s.base.enough[i]
			if more := e.credits[i] - s.base.credits[i]; more > 0 || must {
				gain += w.weight * max(0, more)
				lifts = append(lifts, lift{i, e.credits[i], must})
			}
		}
		if alone && s.met+gain < s.need || first == len(lifts) {
			lifts = lifts[:first]
			continue
		}
		own = append(own, *e)
		own[len(own)-1].gain, own[len(own)-1].lifts = gain, lifts[first:len(lifts):len(lifts)]
	}
	for n := range own {
		s.list = append(s.list, &own[n])
	}
	slices.SortFunc(s.list, func(a, b *effect) int {
		return cmp.Or(cmp.Compare(b.gain, a.gain), strings.Compare(string(a.programme.ID), string(b.programme.ID)))
	})
	return s
}

// touches reports whether any skill of the row meets something in the opening loaded.
func (t *tally) touches(p *profileRow) bool {
	return slices.ContainsFunc(p.proofs, func(e proof) bool { return t.from[t.ix.lists[e.list].skill] != 0 })
}

// effect copies what the row scored last earns.
func (t *tally) effect() effect {
	e := effect{credits: make([]int64, len(t.credits)), enough: make([]bool, len(t.credits))}
	for i, c := range t.credits {
		e.credits[i], e.enough[i] = c.value, c.enough
	}
	return e
}

// strangers returns the skills of a programme that meet nothing and that the learner does not have. They are looked for when first
// asked for: nearly all sets fall short before.
func (s *steps) strangers(n int) []int32 {
	e := s.list[n]
	if e.told {
		return e.unused
	}
	e.told = true
	lists := s.t.ix.lists
	for skill := range lists.skills(e.row.proofs) {
		if s.t.from[skill] == 0 && !lists.prove(s.learner.proofs, skill) {
			e.unused = append(e.unused, skill)
		}
	}
	slices.Sort(e.unused)
	return e.unused
}

// try scores the learner with a set of programmes.
func (s *steps) try(set []int) hiring.Score {
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
		for _, skill := range s.strangers(n) {
			if !slices.ContainsFunc(set[:i], func(o int) bool { return contains(s.strangers(o), skill) }) {
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

// best returns the smallest set that reaches the bar, the cheapest and then the shortest of them; nil when there is none.
func (s *steps) best() *hiring.Step {
	if s.now >= s.bar || len(s.list) == 0 {
		return nil
	}
	for n := 1; n <= exactSteps; n++ {
		s.search(s.from(), nil, 0, n)
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

// partial is what a set has so far: credits by requirement, M, and how many must-haves are missing.
type partial struct {
	credits []int64
	enough  []bool
	met     int64
	missing int
}

// from is the partial of no programme.
func (s *steps) from() partial { return partial{s.base.credits, s.base.enough, s.met, s.missing} }

// with makes to the partial with one programme more.
func (s *steps) with(to *partial, p partial, e *effect) {
	to.credits, to.enough = append(to.credits[:0], p.credits...), append(to.enough[:0], p.enough...)
	to.met, to.missing = p.met, p.missing
	for _, l := range e.lifts {
		if more := l.credit - to.credits[l.ask]; more > 0 {
			to.met += s.t.row.wishes[l.ask].weight * more
			to.credits[l.ask] = l.credit
		}
		if l.enough && !to.enough[l.ask] {
			to.enough[l.ask] = true
			to.missing--
		}
	}
}

// search goes through the sets of more further programmes, from the given one on. A set is scored when its sum could reach the bar.
func (s *steps) search(p partial, set []int, from, more int) {
	var next partial
	for i := from; i+more <= len(s.list) && s.tries < mostTries; i++ {
		e := s.list[i]
		if p.met+int64(more)*e.gain < s.need { // the list falls in gain: nor can any that follow
			return
		}
		s.tries++
		if more > 1 {
			s.with(&next, p, e)
			s.search(next, append(set, i), i+1, more-1)
			continue
		}
		if s.suffices(p, e) {
			s.tries += scoredTries
			set := append(set, i)
			if score := s.try(set); score >= s.bar && (s.found == nil || s.better(set, s.found)) {
				s.found, s.score = slices.Clone(set), score
			}
		}
	}
}

// suffices reports whether one programme more brings all must-haves, and a sum that could reach the bar.
func (s *steps) suffices(p partial, e *effect) bool {
	for _, l := range e.lifts {
		p.met += s.t.row.wishes[l.ask].weight * max(0, l.credit-p.credits[l.ask])
		if l.enough && !p.enough[l.ask] {
			p.missing--
		}
	}
	return p.met >= s.need && p.missing == 0
}

// better prefers the lower price, then fewer months, then the ids.
func (s *steps) better(a, b []int) bool {
	sum := func(set []int, of func(*effect) float64) (total float64) {
		for _, n := range set {
			total += of(s.list[n])
		}
		return total
	}
	months := func(e *effect) float64 { return e.programme.Months }
	price := func(e *effect) float64 { return e.price }
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
	met := s.met
	for i, e := range s.list {
		if met += e.gain; met >= s.need {
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
	credits, _ := q.credits(profile, at)
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
