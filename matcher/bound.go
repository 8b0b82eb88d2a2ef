package matcher

import (
	"cmp"
	"math"
	"slices"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// guess is a score that the last of a page may have; it serves the kernel's speed only.
const guess = 400_000

// bounds turns one opening into the kernel's questions. What an opening asks of a learner is, for any score θ, a condition on a sum.
// From
//
//	score ≥ θ  ⇔  M ≥ θ·(W + b·S(U)),  S(U) = W·U/(W+U)
//
// (a is 1) and U ≥ T−M⁺, where T is the rarity of all that the learner holds, capped, and M⁺ that of the skills that meet something
// here, it follows for any κ ≥ 0, because S is concave, that
//
//	M + θ·b·κ·M⁺ ≥ θ·(W + b·min(S(T), κ·T)).
//
// The left side is a sum over lists, the right side grows with T, the row's size. Credits are as if nothing had expired. Weights are
// rounded up and needs down, so that the condition holds of everybody who scores θ, and of few others.
type bounds struct {
	ix    *index
	row   *openingRow
	kappa float64
	asks  [][]credited // by requirement: the lists that meet it, best first
	alone []int32      // by requirement: its skill, when that is its only one and meets nothing else; else -1
	rest  []int32      // the skills that stand for no requirement alone
}

type credited struct {
	list   kernel.List
	credit int64
}

func (ix *index) bounds(row *openingRow) *bounds {
	b := &bounds{ix: ix, row: row, asks: make([][]credited, len(row.wishes)), alone: make([]int32, len(row.wishes))}
	if most := float64(ix.scorer.Table.Breadth); most > 0 {
		b.kappa = float64(row.total) / (float64(row.total) + most/2)
	}
	skills := make([]int, len(row.wishes))
	for _, r := range row.reaches {
		skills[r.ask]++
		for _, v := range ix.variants[r.skill] {
			c := creditOf(int64(r.credit), int64(v.share), int(row.wishes[r.ask].level), int(v.level), false)
			b.asks[r.ask] = append(b.asks[r.ask], credited{v.list, c})
		}
	}
	for i := range b.asks {
		b.alone[i] = -1
		slices.SortFunc(b.asks[i], func(x, y credited) int { return cmp.Or(cmp.Compare(y.credit, x.credit), cmp.Compare(x.list, y.list)) })
	}
	for i, r := range row.reaches {
		if first := i == 0 || row.reaches[i-1].skill != r.skill; !first {
			continue
		}
		if once := i+1 == len(row.reaches) || row.reaches[i+1].skill != r.skill; once && skills[r.ask] == 1 {
			b.alone[r.ask] = r.skill
		} else {
			b.rest = append(b.rest, r.skill)
		}
	}
	return b
}

// must returns, for each must-have, the lists that are enough for it.
func (b *bounds) must() [][]kernel.List {
	var sets [][]kernel.List
	for i, w := range b.row.wishes {
		if !w.must {
			continue
		}
		var set []kernel.List
		for _, r := range b.row.reaches {
			if int(r.ask) != i || !r.holds {
				continue
			}
			for _, v := range b.ix.variants[r.skill] {
				set = append(set, v.list)
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// bound returns the condition for a score of theta, in millionths.
func (b *bounds) bound(theta int64) kernel.Bound {
	share := float64(theta) / float64(hiring.OneScore)
	price := share * breadthPrice / 1000
	groups := len(b.asks) + len(b.rest)
	whole := float64(b.row.total) // of the greatest sum
	for _, s := range b.row.skills() {
		whole += price * b.kappa * float64(b.ix.rarity[s])
	}
	scale := float64(kernel.MaxSum-groups) / max(whole, 1)
	up := func(v float64) uint32 { return uint32(math.Ceil(v * scale * (1 - 1e-12))) }

	var out kernel.Bound
	for i, list := range b.asks {
		extra := 0.0
		if s := b.alone[i]; s >= 0 {
			extra = price * b.kappa * float64(b.ix.rarity[s])
		}
		weight := float64(b.row.wishes[i].weight) / float64(fullCredit)
		group := make(kernel.Group, len(list))
		for j, c := range list {
			group[j] = kernel.Choice{List: c.list, Weight: up(weight*float64(c.credit) + extra)}
		}
		out.Groups = append(out.Groups, group)
	}
	for _, s := range b.rest {
		w := up(price * b.kappa * float64(b.ix.rarity[s]))
		if w == 0 {
			continue
		}
		var group kernel.Group
		for _, v := range b.ix.variants[s] {
			group = append(group, kernel.Choice{List: v.list, Weight: w})
		}
		out.Groups = append(out.Groups, group)
	}
	for size := range out.Needs {
		t := float64(b.ix.scorer.Table.Breadth) * float64(size) / 255
		s := max(0, float64(b.row.total)*t/max(float64(b.row.total)+t, 1)-1) // S is rounded down
		need := share*float64(b.row.total) + price*min(s, b.kappa*t)
		out.Needs[size] = uint32(need * scale * (1 - 1e-9))
	}
	return out
}

// size returns the step of a row's rarity that bound's needs count in.
func (ix *index) size(p *profileRow) uint8 {
	most := ix.scorer.Table.Breadth
	if most == 0 {
		return 0
	}
	var all int64
	for _, h := range p.held {
		all += ix.rarity[h.skill]
	}
	return uint8(min(all, most) * 255 / most)
}

// bestLearners returns the k best visible learners for an opening that score at least least.
func (ix *index) bestLearners(t *tally, o *hiring.Opening, at time.Time, k int, least hiring.Score) []hit {
	n, known := ix.opening[o.ID]
	if !known || !o.OpenAt(at) {
		return nil
	}
	return ix.best(t, &ix.openings[n], at, k, least)
}

// best is bestLearners for an opening's row, of the index or not.
func (ix *index) best(t *tally, row *openingRow, at time.Time, k int, least hiring.Score) []hit {
	t.load(row, at)
	defer t.unload()
	b := ix.bounds(row)
	found := ix.crowd().Judge(kernel.Judgement{
		Must: b.must(), K: k, Least: int64(least), Guess: guess, Bound: b.bound,
		Before: func(x, y kernel.Row) bool { return ix.learners[x].id < ix.learners[y].id },
		Score:  func(r kernel.Row) int64 { return int64(t.score(&ix.learners[r])) },
	})
	hits := make([]hit, len(found))
	for i, f := range found {
		hits[i] = hit{row: int32(f.Row), id: string(ix.learners[f.Row].id), score: hiring.Score(f.Score)}
	}
	return hits
}

// countLearners returns how many visible learners score above zero for an opening that is open.
func (ix *index) countLearners(t *tally, row *openingRow, at time.Time) (total int) {
	if b := ix.bounds(row); row.countable(ix.scorer.Table.Breadth) {
		return ix.crowd().Count(kernel.Query{Groups: []kernel.Group{b.anything()}, Must: b.must()})
	}
	t.load(row, at)
	defer t.unload()
	for _, l := range ix.union(t, ix.holders, row.skills(), len(ix.learners)) {
		if p := &ix.learners[l]; p.visible && t.score(p) > 0 {
			total++
		}
	}
	return total
}

// anything returns the lists of all who meet a requirement that has a weight.
func (b *bounds) anything() (group kernel.Group) {
	for i, list := range b.asks {
		if b.row.wishes[i].weight == 0 {
			continue
		}
		for _, c := range list {
			group = append(group, kernel.Choice{List: c.list, Weight: 1})
		}
	}
	return group
}

// countable reports whether everybody who meets a requirement with a weight scores above zero: whether the least credit that
// anything can earn here is not rounded away.
func (o *openingRow) countable(breadth int64) bool {
	for _, r := range o.reaches {
		c := creditOf(int64(r.credit), proofSelf, 9, 1, true)
		if w := o.wishes[r.ask].weight; c == 0 || w > 0 && share(w*c, o.total, breadth) == 0 {
			return false
		}
	}
	return true
}
