package matcher

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"matchday/hiring"
)

const (
	nearOpenings = 100        // below their bar that are looked at
	mostWork     = 10_000_000 // steps of a search, which bounds the time to some tens of milliseconds
	scoringWork  = 300        // what scoring one opening counts for
	sortingWork  = 40         // what giving a programme its place counts for
)

// wholePart is all that an opening is short of.
const wholePart = 1 << 16

// near is an opening that a learner does not reach.
type near struct {
	row    int32
	bar    hiring.Score
	total  int64 // W
	met    int64 // M of the learner
	unused int64 // rarity of what the learner has beside the point, not capped
	musts  int   // missing
}

// part is what a programme brings to an opening: of M at most, the rarity of what it teaches beside the point and the learner has not,
// and the share of what the opening is short of, rounded up.
type part struct {
	near   int32
	share  int32
	gain   int64
	beside int64
}

// widening looks for the programmes that bring one learner over the bar of the most openings near them.
//
// What an opening is short of is a sum of credits, and must-haves. Programmes bring shares of it, and what else they teach makes it more;
// where a set brings the learner over the bar, its shares add up to the whole. So a set reaches no more openings than have a whole, and
// no more than its shares sum up to, a whole at the most from each opening. The second bound holds of many sets at once; the search goes
// through those that it leaves, the most promising first.
type widening struct {
	t       *tally
	learner *profileRow
	has     []bool // by skill: the learner
	at      time.Time
	near    []near
	offers  steps // its list are the programmes that bring anything
	parts   [][]part
	fresh   [][]int32 // by programme: the skills that are new to the learner, ascending
	work    int
	able    int // openings that some set of programmes may reach
	wanted  int // openings that a set must reach to be of interest
	reached int // by offers.found
	atMost  int // by a set that was not looked at
}

// nearest returns the best openings below their bar, must-haves aside.
func (ix *index) nearest(t *tally, p *profileRow, at time.Time, bar hiring.Score) (list []near) {
	t.lenient = true
	defer func() { t.lenient = false }()
	for k := 2 * nearOpenings; ; k *= 2 {
		hits, _ := ix.bestOpenings(t, p, at, k, 1)
		list = list[:0]
		for _, h := range hits {
			row := &ix.openings[h.row]
			n := near{row: h.row, bar: barOf(bar, row.opening), total: row.total}
			t.lenient = false
			t.load(row, at)
			if len(list) < nearOpenings && t.score(p) < n.bar {
				list = append(list, n)
			}
			t.lenient = true
		}
		t.unload()
		if len(list) == nearOpenings || len(hits) < k {
			return list
		}
	}
}

// newWidening finds what each programme brings to the openings near a learner.
func (m *Matcher) newWidening(t *tally, p *profileRow, at time.Time, bar hiring.Score) *widening {
	w := &widening{t: t, learner: p, at: at, near: m.index.nearest(t, p, at, bar), has: make([]bool, len(m.index.names))}
	for skill := range m.index.lists.skills(p.proofs) {
		w.has[skill] = true
	}
	offers, parts := m.allOffers(), map[*effect][]part{}
	defer t.unload()
	for n := range w.near {
		t.load(&m.index.openings[w.near[n].row], at)
		base, whole := w.near[n].measure(t, p), 0
		for _, e := range offers {
			if !t.touches(e.row) {
				continue
			}
			if p := w.part(n, e.row, &base); p.share > 0 {
				parts[e] = append(parts[e], p)
				whole += int(p.share)
			}
		}
		if whole >= wholePart {
			w.able++
		}
	}
	for _, e := range offers {
		if len(parts[e]) > 0 {
			w.offers.list, w.parts = append(w.offers.list, e), append(w.parts, parts[e])
			var fresh []int32
			for skill := range m.index.lists.skills(e.row.proofs) {
				if !w.has[skill] {
					fresh = append(fresh, skill)
				}
			}
			slices.Sort(fresh)
			w.fresh = append(w.fresh, fresh)
		}
	}
	return w
}

// allOffers returns the programmes offered, by id.
func (m *Matcher) allOffers() (list []*effect) {
	for id, row := range m.index.programmes {
		if p := m.world.Programmes[id]; p != nil && !p.Withdrawn {
			e := &effect{programme: p, row: row, price: math.Inf(1)}
			if p.Price != nil {
				e.price = p.Price.Amount
			}
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b *effect) int { return cmp.Compare(a.programme.ID, b.programme.ID) })
	return list
}

// measure notes what the learner has at the opening loaded, and returns it by requirement.
func (n *near) measure(t *tally, p *profileRow) effect {
	t.score(p)
	base := t.effect()
	n.unused = t.unused
	for i, wish := range t.row.wishes {
		n.met += wish.weight * base.credits[i]
		if wish.must && !base.enough[i] {
			n.musts++
		}
	}
	return base
}

// short returns what is missing of M to the bar, at least, with so much more beside the point. From
//
//	M / (M + a·(W−M) + b·S) ≥ θ  ⇔  M·(1 + θ·(a−1)) ≥ θ·(a·W + b·S)
func (n *near) short(beside, breadth int64) float64 {
	bar := float64(n.bar) / float64(hiring.OneScore)
	s := float64(damped(n.total, min(n.unused+max(beside, 0), breadth)))
	need := bar * (missingPrice*float64(n.total) + breadthPrice*s) / (1000 + bar*(missingPrice-1000))
	return need*float64(fullCredit)*(1-1e-9) - float64(n.met)
}

// part returns what a programme brings to the opening loaded.
func (w *widening) part(n int, row *profileRow, base *effect) part {
	t, o := w.t, &w.near[n]
	p := part{near: int32(n)}
	musts := 0
	t.score(row)
	for i, wish := range t.row.wishes {
		p.gain += wish.weight * max(0, t.credits[i].value-base.credits[i])
		if wish.must && t.credits[i].enough && !base.enough[i] {
			musts++
		}
	}
	for skill := range t.ix.lists.skills(row.proofs) {
		if t.from[skill] == 0 && !w.has[skill] {
			p.beside += t.ix.rarity[skill]
		}
	}
	share, short := 1.0, o.short(p.beside, t.ix.scorer.Table.Breadth)
	if short > 0 {
		share = float64(p.gain) / short
	}
	if o.musts > 0 {
		must := float64(musts) / float64(o.musts)
		if share = (share + must) / 2; short <= 0 { // of two things missing, each adds up to the whole
			share = must
		}
	}
	p.share = int32(math.Ceil(min(share, 1) * wholePart))
	return p
}

// best returns the best set of each size up to most, as long as more programmes reach more openings; and how many openings no set
// of those sizes exceeds.
func (w *widening) best(most int) (steps []hiring.WiderStep, atMost int) {
	steps = []hiring.WiderStep{}
	defer w.t.unload()
	list := make([]ranked, len(w.parts))
	for n := range list {
		list[n].offer = n
	}
	for size := 1; size <= most; size++ {
		before := w.offers.found
		w.wanted, w.reached, w.atMost, w.offers.found = w.reached+1, 0, 0, nil
		w.extend(before, list)
		w.search(nil, w.nothing(), list, size)
		if w.offers.found == nil {
			w.reached, w.offers.found = w.wanted-1, before
		} else {
			steps = append(steps, w.step())
		}
		atMost = max(atMost, w.reached, w.atMost)
	}
	return steps, atMost
}

// step tells of the set found.
func (w *widening) step() hiring.WiderStep {
	plain := w.offers.step(true, len(w.offers.found))
	s := hiring.WiderStep{
		Programmes: plain.Programmes, Price: plain.Price, Months: plain.Months,
		Reaches: w.reached, AtMost: max(w.reached, w.atMost), Exact: w.atMost < w.reached, Openings: []hiring.WiderOpening{},
	}
	then := w.after(w.offers.found)
	for n, o := range w.near {
		if score := w.score(&then, n); score >= o.bar {
			s.Openings = append(s.Openings, hiring.WiderOpening{
				Opening: w.t.row.opening.ID, Score: w.score(w.learner, n), Then: score, Bar: o.bar})
		}
	}
	return s
}

func (m *Matcher) widenReach(_ context.Context, q hiring.WidenReach) (hiring.WiderReach, error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkBar(q.Bar)); err != nil {
		return hiring.WiderReach{}, err
	}
	if q.Programmes < 1 || q.Programmes > exactSteps {
		return hiring.WiderReach{}, hiring.Invalidf("programmes", "is outside 1 to %d", exactSteps)
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.world.LearnerByID(q.ID)
	if l == nil || !q.Actor.MayReadLearner(l) {
		return hiring.WiderReach{}, missing("learner")
	}
	t := m.tally()
	defer m.tallies.Put(t)
	w := m.newWidening(t, m.index.learnerRow(l.Ref), m.at(q.At), q.Bar)
	a := hiring.WiderReach{Position: m.world.Position, Scorer: ScorerVersion, Near: len(w.near)}
	a.Steps, a.AtMost = w.best(q.Programmes)
	return a, nil
}
