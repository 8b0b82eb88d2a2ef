package schedule

import (
	"math/rand/v2"
	"slices"
)

// How many steps late acceptance looks back, and how many it takes: found by trying on whole fairs, where few and short memories
// leave more gaps, and longer ones need more steps for as few.
const (
	memory       = 5
	leastSteps   = 10_000
	stepsPerTalk = 120
)

// compact moves talks until few gaps are left. A step is taken when it leaves no more gaps than there are, or than there were
// some steps ago: that leads out of dead ends, and the best that was seen is kept.
func (b *board) compact() {
	var movable []int
	for t, x := range b.talks {
		if x.seat != noSeat && !x.held {
			movable = append(movable, t)
		}
	}
	if len(movable) == 0 {
		return
	}
	rng := rand.New(rand.NewPCG(1962, 1984))
	past := slices.Repeat([]int{b.gaps}, memory)
	best, least := b.positions(nil), b.gaps
	for i := range leastSteps + stepsPerTalk*len(movable) {
		if b.gaps == 0 {
			return
		}
		now := b.gaps
		undo := b.step(b.waiting(movable, rng), rng)
		if undo == nil {
			continue
		}
		if b.gaps > now && b.gaps > past[i%memory] {
			undo()
		}
		past[i%memory] = min(past[i%memory], b.gaps)
		if b.gaps < least {
			best, least = b.positions(best[:0]), b.gaps
		}
	}
	b.restore(best)
}

// waiting is a talk by chance, one of several with gaps around it if there is such.
func (b *board) waiting(movable []int, rng *rand.Rand) (t int) {
	for range 8 {
		t = movable[rng.IntN(len(movable))]
		if x := b.talks[t]; b.gapsLearner[x.learner]+b.gapsDesk[x.desk] > 0 {
			break
		}
	}
	return t
}

// step moves a talk to a seat by chance, and returns how to undo that; nil when it could not move.
func (b *board) step(t int, rng *rand.Rand) (undo func()) {
	lines := b.lines[b.talks[t].opening]
	to := seat{lines[rng.IntN(len(lines))], rng.IntN(len(b.slots))}
	from := b.talks[t].seat
	switch {
	case to == from || !b.suits(t, to):
		return nil
	case to.desk == from.desk:
		if b.exchange(t, to.slot) {
			return func() { b.exchange(t, from.slot) }
		}
		return nil
	}
	return b.trade(t, to)
}

// trade moves a talk to a seat, and the one that sat in its way to the seat that it leaves.
func (b *board) trade(t int, to seat) (undo func()) {
	inWay := b.inWay(t, to)
	if len(inWay) > 1 || b.anyHeld(inWay) {
		return nil
	}
	moved, from, goal := []int{t}, []seat{b.talks[t].seat}, []seat{to}
	for _, u := range inWay {
		if !slices.Contains(b.lines[b.talks[u].opening], from[0].desk) {
			return nil
		}
		moved, from, goal = append(moved, u), append(from, b.talks[u].seat), append(goal, from[0])
	}
	if !b.reseat(moved, goal) {
		b.reseat(moved, from)
		return nil
	}
	return func() { b.reseat(moved, from) }
}

// reseat lifts the talks and puts each on its seat, and reports whether it could.
func (b *board) reseat(talks []int, to []seat) bool {
	for _, t := range talks {
		b.lift(t)
	}
	for i, t := range talks {
		if !b.put(t, to[i]) {
			return false
		}
	}
	return true
}
