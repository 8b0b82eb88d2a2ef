package schedule

import "slices"

// Repair solves a day again after something changed, mostly because somebody dropped out: p is the problem as it is now, before
// the talks that were promised. Every promised talk that p still allows stays at its desk and time. One that lost its desk or
// time is moved, others with it only when nothing else helps; one whose learner, opening or ranking is gone falls away. What
// became free goes to those who have places left, by the rules of Solve.
func Repair(p Problem, before []Talk) (Schedule, error) {
	if err := p.Validate(); err != nil {
		return Schedule{}, err
	}
	b := newBoard(newMarket(p))
	for _, t := range b.hold(before) {
		b.rehold(t)
	}
	s := newSolver(b)
	s.run()
	return s.schedule(), nil
}

// hold puts the promised talks on the board and fixes them. It returns those that cannot stay where they were, as far as
// quotas allow: who stays comes first, then who ranks first.
func (b *board) hold(before []Talk) (displaced []int) {
	quota, room := slices.Clone(b.quota), slices.Clone(b.room)
	take := func(p pair) bool {
		if quota[p.learner] == 0 || room[p.opening] == 0 {
			return false
		}
		quota[p.learner]--
		room[p.opening]--
		return true
	}
	var without []pair
	for _, t := range b.promised(before) {
		if t.seat != noSeat && quota[t.learner] > 0 && room[t.opening] > 0 && b.put(b.talk(t.pair), t.seat) {
			take(t.pair)
			b.talks[b.index[t.pair]].held = true
		} else {
			without = append(without, t.pair)
		}
	}
	for _, p := range without {
		if take(p) {
			displaced = append(displaced, b.talk(p))
		}
	}
	return displaced
}

// promised reads talks into the numbers of the market, each pair once, by merit; those of pairs that do not want each other any
// more are left out, and a seat that is gone is no seat.
func (b *board) promised(before []Talk) (list []meeting) {
	learners, openings, desks := indexes(b.learners), indexes(b.openings), indexes(b.desks)
	slots := make(map[[2]int64]int, len(b.slots))
	for i, s := range b.slots {
		slots[s.key()] = i
	}
	before = slices.Clone(before)
	slices.SortFunc(before, Talk.compare)
	seen := map[pair]bool{}
	for _, talk := range before {
		l, known := learners[talk.Learner]
		o, open := openings[talk.Opening]
		p := pair{l, o}
		if !known || !open || b.placeOf(p) == nobody || b.likingOf(p) == nobody || seen[p] {
			continue
		}
		seen[p] = true
		at := seat{}
		var there, exists bool
		at.desk, there = desks[talk.Desk]
		at.slot, exists = slots[talk.Slot.key()]
		if !there || !exists || !b.serves(at.desk, o) {
			at = noSeat
		}
		list = append(list, meeting{pair: p, seat: at})
	}
	slices.SortStableFunc(list, func(x, y meeting) int { return b.byMerit(x.pair, y.pair) })
	return list
}

func (s Span) key() [2]int64 { return [2]int64{s.Start.UnixNano(), s.End.UnixNano()} }

// serves reports whether the opening's talks may be held at the desk.
func (b *board) serves(d, o int) bool {
	_, ok := slices.BinarySearch(b.lines[o], d)
	return ok
}

// rehold seats a promised talk anew: where nobody sits, or else by moving others that were promised. It stays unseated when
// there is no way.
func (b *board) rehold(t int) {
	seated := b.insertVacant(t)
	if !seated {
		b.fix(false)
		seated = b.insert(t)
		b.fix(true)
	}
	b.talks[t].held = seated
}

// fix holds all talks on the board, or lets go of them.
func (b *board) fix(held bool) {
	for t := range b.talks {
		b.talks[t].held = held && b.talks[t].seat != noSeat
	}
}
