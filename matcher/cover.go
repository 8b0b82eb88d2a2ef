package matcher

import (
	"cmp"
	"slices"

	"matchday/hiring"
)

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
	for _, r := range rows {
		before := uint32(len(all.papers)) * proofKinds
		all.papers = append(all.papers, r.papers...)
		for _, e := range r.proofs {
			if e.behind >= proofKinds {
				e.behind += before
			}
			all.proofs = append(all.proofs, e)
		}
	}
	slices.SortStableFunc(all.proofs, func(a, b proof) int { return cmp.Compare(ix.lists[a.list].skill, ix.lists[b.list].skill) })
	all.rarity = ix.rarityOf(all.proofs)
	return all
}
