package matcher

import (
	"cmp"
	"math"
	"slices"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// A score that the last of a page may have, and the share of the cap that usual profiles are worth; they serve speed only.
const (
	guess = 500_000
	usual = 0.75
)

// crowded is the share of a requirement's weight above which the extras of those who meet it in several ways are not guessed at.
const crowded = 0.125

// bounds turns one opening into the kernel's question. What an opening asks of a learner is, for any score θ, a condition on a sum.
// From
//
//	score ≥ θ  ⇔  M ≥ θ·(W + b·S(U)),  S(U) = W·U/(W+U)
//
// (a is 1) and U ≥ T−M⁺, where T is the rarity of all that the learner holds, capped, and M⁺ that of the skills that meet something
// here, it follows for any e ≥ 0 that
//
//	M + b·e·M⁺ ≥ θ·W + b·min(θ·S(T), e·T),
//
// because θ·S(T−m) + e·m is concave in m and so least where m is 0 or T. The left side is a sum over lists, the same for every θ;
// the right side grows with T, the row's size. It is sharpest with e = θ·S(T)/T for usual θ and T.
//
// Credits are as if nothing had expired. Weights are rounded up and needs down, so that the condition holds of everybody who scores
// θ, and of few others.
//
// Its memory serves one opening after another.
type bounds struct {
	ix   *index
	row  *openingRow
	e    float64
	ways []credited   // all of asks
	asks [][]credited // by requirement: the lists that meet it, best first
	uses []int64      // by skill that meets something, in the order of reaches: its rarity

	scale        float64         // of the weights
	choices      []kernel.Choice // those of groups
	groups       []kernel.Group
	gains        []kernel.Gain
	added, apart []bool // by use: its extra stands somewhere, or in a group of its own
	// By size, scaled: what θ is multiplied with, and the two terms of the lesser of which is added.
	steep, flat [kernel.Sizes]float64
}

type credited struct {
	list           kernel.List
	credit, lapsed int64 // lapsed is what is left of the credit if the proof has expired
	use            int32 // the skill, an index of uses
	home           bool  // this is the first requirement that the skill meets
}

// load makes an opening the one that the bounds are about.
func (b *bounds) load(ix *index, row *openingRow) {
	b.ix, b.row = ix, row
	b.e = guess / float64(hiring.OneScore) * float64(row.total) / max(float64(row.total)+usual*float64(ix.scorer.Table.Breadth), 1)
	b.asks, b.uses = sized(b.asks, len(row.wishes)), b.uses[:0]
	lists := make([]int, len(row.wishes))
	size := 0
	for _, r := range row.reaches {
		lists[r.ask] += len(ix.variants[r.skill])
		size += len(ix.variants[r.skill])
	}
	b.ways = sized(b.ways, size)
	room := b.ways
	for i, n := range lists {
		b.asks[i], room = room[:0:n], room[n:]
	}
	for i, r := range row.reaches {
		home := i == 0 || row.reaches[i-1].skill != r.skill
		if home {
			b.uses = append(b.uses, ix.rarity[r.skill])
		}
		for _, v := range ix.variants[r.skill] {
			b.asks[r.ask] = append(b.asks[r.ask], credited{v.list, row.credit(r, v), row.leastCredit(r, v), int32(len(b.uses) - 1), home})
		}
	}
	for _, list := range b.asks {
		slices.SortFunc(list, func(x, y credited) int { return cmp.Or(cmp.Compare(y.credit, x.credit), cmp.Compare(x.list, y.list)) })
	}
	b.group()
}

// sized returns a list of n items, in the memory of another if there is enough.
func sized[T any](list []T, n int) []T { return slices.Grow(list[:0], n)[:n] }

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
				if b.row.credit(r, v) > 0 {
					set = append(set, v.list)
				}
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// extra is what a skill that meets something adds to the sums beside its credit: b·e times its rarity.
func (b *bounds) extra(use int32) float64 { return breadthPrice / 1000.0 * b.e * float64(b.uses[use]) }

// up is a weight, rounded up; none is 0, so that every list is looked at.
func (b *bounds) up(v float64) uint32 { return max(1, uint32(math.Ceil(v*b.scale*(1-1e-12)))) }

// group makes the lists with their weights, and the scale and the gains of these.
//
// Extras are a few hundredths of a weight. Those of the skills that meet a requirement are added where it is met: to each choice, those
// of all skills that a row which has no better choice may have. Where many skills meet one, that would say too much: they have
// groups of their own.
func (b *bounds) group() {
	whole := float64(b.row.total) // of the greatest sum
	for use := range b.uses {
		whole += b.extra(int32(use))
	}
	b.scale = float64(kernel.MaxSum-len(b.asks)-len(b.uses)) / max(whole, 1)
	for size := range b.flat {
		t := b.ix.rarities(uint8(size))
		down := breadthPrice / 1000.0 * b.scale * (1 - 1e-9)
		b.steep[size], b.flat[size] = down*float64(max(0, damped(b.row.total, t)-1)), down*b.e*float64(t)
	}
	b.added, b.apart = sized(b.added, len(b.uses)), sized(b.apart, len(b.uses))
	clear(b.added)
	clear(b.apart)
	b.choices, b.gains, b.groups = sized(b.choices, len(b.ways)), b.gains[:0], b.groups[:0]
	room := b.choices
	for i, list := range b.asks {
		weight := float64(b.row.wishes[i].weight) / float64(fullCredit)
		group, extras := room[:len(list)], 0.0
		room = room[len(list):]
		for j := len(list) - 1; j >= 0; j-- {
			c := &list[j]
			if c.home && !b.added[c.use] {
				b.added[c.use] = true
				extras += b.extra(c.use)
			}
			group[j] = kernel.Choice{List: c.list, Weight: b.up(weight*float64(c.credit) + extras)}
		}
		if len(list) > 0 && extras-b.extra(list[0].use) > weight*float64(list[0].credit)*crowded {
			for j, c := range list {
				group[j].Weight = b.up(weight * float64(c.credit))
				b.apart[c.use] = b.apart[c.use] || c.home
			}
		}
		for _, c := range list {
			g := kernel.Gain{Sum: b.row.wishes[i].weight * c.credit, Risk: b.row.wishes[i].weight * (c.credit - c.lapsed), Use: c.use}
			b.gains = append(b.gains, g)
		}
		b.groups = append(b.groups, group)
	}
	b.part()
}

// part adds a group for each use that is to have one, for its extra alone.
func (b *bounds) part() {
	use := int32(-1)
	for i, r := range b.row.reaches {
		if i > 0 && b.row.reaches[i-1].skill == r.skill {
			continue
		}
		if use++; !b.apart[use] {
			continue
		}
		var group kernel.Group
		for _, v := range b.ix.variants[r.skill] {
			group = append(group, kernel.Choice{List: v.list, Weight: b.up(b.extra(use))})
			b.gains = append(b.gains, kernel.Gain{Use: use})
		}
		b.groups = append(b.groups, group)
	}
}

// needs says what those who score theta, in millionths, sum up to at least over groups.
func (b *bounds) needs(theta int64, needs *kernel.Needs) {
	share := float64(theta) / float64(hiring.OneScore)
	whole := share * float64(b.row.total) * b.scale * (1 - 1e-9)
	for size := range needs {
		needs[size] = uint16(min(whole+min(share*b.steep[size], b.flat[size]), kernel.MaxSum))
	}
}

// between returns between which scores those of a rarity lie who gain that; the two differ only where a proof may have expired.
func (b *bounds) between(rarity uint32, all kernel.Gained) (low, high int64) {
	unused := int64(rarity) - all.Used
	high = int64(b.score(all.Sum, unused))
	if all.Risk == 0 {
		return high, high
	}
	return int64(b.score(all.Sum-all.Risk, unused)), high
}

// score returns the score for a sum.
func (b *bounds) score(sum, unused int64) hiring.Score {
	return share(sum, b.row.total, min(unused, b.ix.scorer.Table.Breadth))
}

// size returns the step of a row's rarity that needs count in.
func (ix *index) size(p *profileRow) uint8 {
	most := ix.scorer.Table.Breadth
	if most == 0 {
		return 0
	}
	return uint8(min(p.rarity, most) * (kernel.Sizes - 1) / most)
}

// rarities returns the least rarity, in thousandths, of a profile of a size.
func (ix *index) rarities(size uint8) int64 {
	return (ix.scorer.Table.Breadth*int64(size) + kernel.Sizes - 2) / (kernel.Sizes - 1)
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
	b := &t.bounds
	b.load(ix, row)
	found := ix.crowd().Judge(kernel.Judgement{
		Groups: b.groups, Must: b.must(), K: k, Least: int64(least), Most: int64(hiring.OneScore), Needs: b.needs,
		Before: func(x, y kernel.Row) bool { return ix.learners[x].id < ix.learners[y].id },
		Gains:  b.gains, Uses: b.uses, Range: b.between,
		Score: func(r kernel.Row) int64 { return int64(t.score(&ix.learners[r])) },
	})
	hits := make([]hit, len(found))
	for i, f := range found {
		hits[i] = hit{row: int32(f.Row), id: string(ix.learners[f.Row].id), score: hiring.Score(f.Score)}
	}
	return hits
}

// countLearners returns how many visible learners score above zero for an opening that is open.
func (ix *index) countLearners(t *tally, row *openingRow, at time.Time) (total int) {
	if b := &t.bounds; row.countable(ix.scorer.Table.Breadth) {
		b.load(ix, row)
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
