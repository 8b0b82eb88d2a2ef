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
	for _, h := range p.held {
		w.has[h.skill] = true
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
			for _, h := range e.row.held {
				if !w.has[h.skill] {
					fresh = append(fresh, h.skill)
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
		p.gain += wish.weight * max(0, t.best[i]-base.credits[i])
		if wish.must && t.held[i].enough && !base.enough[i] {
			musts++
		}
	}
	for _, h := range row.held {
		if t.from[h.skill] == 0 && !w.has[h.skill] {
			p.beside += t.ix.rarity[h.skill]
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

// covered is what a set brings to each opening, and in sum.
type covered struct {
	by           []int32
	gain, beside []int64
	sum          int64
	full         int   // openings that have a whole
	twice        int64 // rarity of what several of the set teach
}

func (w *widening) nothing() *covered {
	n := len(w.near)
	return &covered{by: make([]int32, n), gain: make([]int64, n), beside: make([]int64, n)}
}

// full returns how many openings have a whole with one programme more.
func (w *widening) full(c *covered, n int) int {
	full := c.full
	for _, p := range w.parts[n] {
		if by := c.by[p.near]; by < wholePart && by+p.share >= wholePart {
			full++
		}
	}
	w.work += len(w.parts[n])
	return full
}

// with makes to what is covered by a set, c, and one programme more.
func (w *widening) with(to, c *covered, set []int, n int) {
	copy(to.by, c.by)
	copy(to.gain, c.gain)
	copy(to.beside, c.beside)
	to.sum, to.full, to.twice = c.sum, w.full(c, n), c.twice
	for _, p := range w.parts[n] {
		more := min(wholePart-to.by[p.near], p.share)
		to.by[p.near] += more
		to.sum += int64(more)
		to.gain[p.near] += p.gain
		to.beside[p.near] += p.beside
	}
	for _, o := range set {
		for _, skill := range w.fresh[n] {
			if contains(w.fresh[o], skill) {
				to.twice += w.t.ix.rarity[skill]
			}
		}
	}
	w.work += len(w.near)
}

// possible reports whether a set may reach an opening.
func (w *widening) possible(c *covered, n int) bool {
	return c.by[n] == wholePart && float64(c.gain[n]) >= w.near[n].short(c.beside[n]-c.twice, w.t.ix.scorer.Table.Breadth)
}

// ranked is a programme and what it adds to what is covered.
type ranked struct {
	offer int
	adds  int64
}

// order ranks programmes by what they add, those that may be one of so many further ones in a set of interest.
func (w *widening) order(c *covered, list []ranked, more int) []ranked {
	out, most := make([]ranked, len(list)), int64(0)
	for i, r := range list {
		adds := int64(0)
		for _, p := range w.parts[r.offer] {
			adds += int64(min(wholePart-c.by[p.near], p.share))
		}
		w.work += len(w.parts[r.offer])
		out[i], most = ranked{r.offer, adds}, max(most, adds)
	}
	least := int64(w.least())*wholePart - c.sum - int64(more-1)*most
	out = slices.DeleteFunc(out, func(r ranked) bool { return r.adds < least })
	slices.SortFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.adds, a.adds), cmp.Compare(a.offer, b.offer)) })
	w.work += sortingWork * len(out)
	return out
}

// extend tries the set found before with each programme more, so that there is something to compare with.
func (w *widening) extend(set []int, list []ranked) {
	if len(set) == 0 {
		return
	}
	c, next := w.nothing(), w.nothing()
	for i, n := range set {
		w.with(next, c, set[:i], n)
		c, next = next, c
	}
	for _, r := range list {
		if w.work < mostWork && !slices.Contains(set, r.offer) && w.full(c, r.offer) >= w.least() {
			w.with(next, c, set, r.offer)
			w.try(append(slices.Clone(set), r.offer), next)
		}
	}
}

// least is how many openings a set must reach to be of interest now.
func (w *widening) least() int { return max(w.reached, w.wanted) }

// search goes through the sets of more further programmes out of a list.
func (w *widening) search(set []int, c *covered, list []ranked, more int) {
	list = w.order(c, list, more)
	next := w.nothing()
	for i := 0; i+more <= len(list); i++ {
		most := c.sum
		for _, r := range list[i : i+more] {
			most += r.adds
		}
		bound := min(int(most/wholePart), w.able)
		if bound < w.least() {
			return
		}
		if w.work > mostWork {
			w.atMost = max(w.atMost, bound)
			return
		}
		n := list[i].offer
		if more == 1 && w.full(c, n) < w.least() {
			continue
		}
		w.with(next, c, set, n)
		if set := append(set, n); more > 1 {
			w.search(set, next, list[i+1:], more-1)
		} else {
			w.try(set, next)
		}
	}
}

// try scores a set at the openings that it may reach.
func (w *widening) try(set []int, c *covered) {
	var left []int
	for n := range c.by {
		if w.possible(c, n) {
			left = append(left, n)
		}
	}
	if w.work += len(c.by); len(left) < w.least() {
		return
	}
	then, count := w.after(set), 0
	for i, n := range left {
		w.work += scoringWork
		if w.score(&then, n) >= w.near[n].bar {
			count++
		} else if count+len(left)-1-i < w.least() {
			return
		}
	}
	if w.offers.found == nil || count > w.reached || w.offers.better(set, w.offers.found) {
		w.offers.found, w.reached = slices.Clone(set), count
	}
}

func (w *widening) score(p *profileRow, n int) hiring.Score {
	w.t.load(&w.t.ix.openings[w.near[n].row], w.at)
	return w.t.score(p)
}

// after returns the learner as they are once they completed a set.
func (w *widening) after(set []int) profileRow {
	rows := []*profileRow{w.learner}
	for _, n := range set {
		rows = append(rows, w.offers.list[n].row)
	}
	return w.t.ix.joined(rows)
}

// joined returns the profile of whoever holds all that rows hold. It is for scoring only.
func (ix *index) joined(rows []*profileRow) (all profileRow) {
	type run struct {
		skill  int32
		proofs []proof
	}
	var runs []run
	for _, r := range rows {
		papers := int32(len(all.papers))
		all.papers = append(all.papers, r.papers...)
		for _, h := range r.held {
			proofs := slices.Clone(r.proofs[h.first:h.last])
			for i := range proofs {
				if proofs[i].paper > 0 {
					proofs[i].paper += papers
				}
			}
			runs = append(runs, run{h.skill, proofs})
		}
	}
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.skill, b.skill) })
	for i, r := range runs {
		first := int32(len(all.proofs))
		all.proofs = append(all.proofs, r.proofs...)
		if i > 0 && runs[i-1].skill == r.skill {
			all.held[len(all.held)-1].last = int32(len(all.proofs))
			continue
		}
		all.held = append(all.held, held{r.skill, first, int32(len(all.proofs))})
	}
	all.rarity = ix.rarityOf(all.held)
	return all
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
