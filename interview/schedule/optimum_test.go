package schedule_test

import (
	"math"
	"slices"
	"testing"

	"matchday/interview/schedule"
)

// exact finds by trying everything: the most of some pairs that can talk, and the fewest gaps with all of some.
type exact struct {
	*checker
	pairs []schedule.Talk // without desk and slot
	best  int
}

// mostSeated is the most of the pairs that can be given seats.
func mostSeated(p schedule.Problem, pairs []schedule.Talk) int {
	e := &exact{checker: newChecker(p, nil, nil), pairs: pairs}
	e.seatMost(0)
	return e.best
}

func (e *exact) seatMost(i int) {
	e.best = max(e.best, len(e.talks))
	if i == len(e.pairs) || len(e.talks)+len(e.pairs)-i <= e.best {
		return
	}
	e.each(e.pairs[i], func() { e.seatMost(i + 1) })
	e.seatMost(i + 1)
}

// each tries every vacant seat of a pair.
func (e *exact) each(pair schedule.Talk, then func()) {
	o, l := e.openings[pair.Opening], e.learners[pair.Learner]
	if len(e.of(l.ID, "")) >= l.Talks || len(e.of("", o.ID)) >= o.Capacity {
		return
	}
	for _, d := range o.Desks {
		for _, s := range e.problem.Slots {
			t := schedule.Talk{Learner: l.ID, Opening: o.ID, Desk: d, Slot: s}
			if e.may(l.ID, d, s) != "" || slices.ContainsFunc(e.talks, func(u schedule.Talk) bool { return e.apart(t, u) != "" }) {
				continue
			}
			e.talks = append(e.talks, t)
			then()
			e.talks = e.talks[:len(e.talks)-1]
		}
	}
}

// fewestGaps is the least number of gaps with all the talks, at whatever desks and times.
func fewestGaps(p schedule.Problem, talks []schedule.Talk) int {
	e := &exact{checker: newChecker(p, nil, nil), pairs: talks, best: math.MaxInt}
	e.seatTight(0)
	return e.best
}

func (e *exact) seatTight(i int) {
	if e.best == 0 {
		return
	}
	if i == len(e.pairs) {
		e.best = min(e.best, e.gaps())
		return
	}
	e.each(e.pairs[i], func() { e.seatTight(i + 1) })
}

// acceptable returns every pair that both sides accept.
func acceptable(p schedule.Problem) (list []schedule.Talk) {
	for _, w := range newChecker(p, nil, nil).wishes() {
		if _, ranked := newChecker(p, nil, nil).score[w]; ranked {
			list = append(list, schedule.Talk{Learner: w[0], Opening: w[1]})
		}
	}
	return list
}

// gap adds up what the solver reached and what was possible over small fairs.
type gap struct {
	cases, wanted, placeable, placed, missed int // of the first pairs
	gaps, fewest, wider                      int // of the final talks
	talks, most                              int // in the end; on any schedule, stable or not
	crowded, crossed                         int
}

func measureGap(t *testing.T, cases uint64) (g gap) {
	t.Helper()
	for seed := range cases {
		p := smallFairs.made(seed)
		s := solved(t, p)
		pairs, placed := schedule.FirstPairs(p)
		placeable, fewest := mostSeated(p, pairs), fewestGaps(p, s.Talks)
		g.cases++
		g.wanted, g.placeable, g.placed = g.wanted+len(pairs), g.placeable+placeable, g.placed+placed
		g.gaps, g.fewest = g.gaps+s.Gaps, g.fewest+fewest
		g.talks, g.most = g.talks+len(s.Talks), g.most+mostSeated(p, acceptable(p))
		if placed < placeable {
			g.missed++
		}
		if s.Gaps > fewest {
			g.wider++
		}
		for _, r := range s.Reasons {
			switch r.Code {
			case schedule.Crowded:
				g.crowded++
			case schedule.Crossed:
				g.crossed++
			}
		}
		if placed > placeable || s.Gaps < fewest {
			t.Errorf("seed %d: better than the optimum: %d of %d talks, %d of %d gaps", seed, placed, placeable, s.Gaps, fewest)
		}
	}
	return g
}

// The solver stays within a hundredth of the most talks, and close to the fewest gaps; measured figures are in docs/schedule.md.
func TestOptimum(t *testing.T) {
	g := measureGap(t, 200)
	if g.placed*100 < g.placeable*99 || g.gaps > g.fewest+g.cases/20 || g.wanted < 500 || g.fewest == 0 {
		t.Errorf("too far from the optimum, or too little to compare: %+v", g)
	}
}
