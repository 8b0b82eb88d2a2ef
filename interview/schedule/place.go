package schedule

// insert seats a talk: on a vacant seat, else by exchanging two slots along a path, else by pushing others on. When it fails,
// the board is as before.
func (b *board) insert(t int) bool {
	return b.spare(b.talks[t].opening) && (b.insertVacant(t) || b.insertByExchange(t) || b.insertByForce(t))
}

// spare reports whether a desk in the opening's pool has a vacant slot. Where none has, moving talks about makes no room, unless talks
// that overlap several slots could: then nobody looks.
func (b *board) spare(opening int) bool {
	for _, d := range b.pools[opening] {
		idle := b.hours[d].minus(b.busyDesk[d])
		if idle == (times{}) {
			continue
		}
		for s := range b.busyDesk[d].all {
			idle = idle.minus(b.nearDesk[s])
		}
		if idle != (times{}) {
			return true
		}
	}
	return false
}

// insertVacant takes the vacant seat that leaves the fewest gaps, the earliest of those.
func (b *board) insertVacant(t int) bool {
	best, least := noSeat, 0
	for s := range b.seats(t) {
		if !b.put(t, s) {
			continue
		}
		if best == noSeat || b.gaps < least {
			best, least = s, b.gaps
		}
		b.lift(t)
	}
	return best != noSeat && b.put(t, best)
}

// insertByExchange looks for a slot that is free at one end of the talk, and frees it at the other by exchanging that slot
// with another along the path of talks that alternate between the two.
func (b *board) insertByExchange(t int) bool {
	for s := range b.seats(t) {
		inWay := b.inWay(t, s)
		if len(inWay) != 1 {
			continue
		}
		for other := range b.free[b.talks[t].learner].all {
			if other == s.slot || !b.exchange(inWay[0], other) {
				continue
			}
			if b.put(t, s) {
				return true
			}
			b.exchange(inWay[0], s.slot)
		}
	}
	return false
}

// exchange moves a talk to another slot at its desk, whoever is in its way there to the slot that it leaves, and so on: a
// Kempe chain. It reports whether all may move; if not, none has.
func (b *board) exchange(t, to int) bool {
	from := b.talks[t].slot
	if from == to {
		return false
	}
	b.round++
	b.stamp[t] = b.round
	chain := []int{t}
	for i := 0; i < len(chain); i++ {
		x := b.talks[chain[i]]
		target := seat{x.desk, from + to - x.slot}
		if x.held || !b.suits(chain[i], target) {
			return false
		}
		for _, u := range []int32{b.byLearner[x.learner*len(b.slots)+target.slot], b.byDesk[x.desk*len(b.slots)+target.slot]} {
			if u != 0 && b.stamp[u-1] != b.round {
				b.stamp[u-1] = b.round
				chain = append(chain, int(u-1))
			}
		}
	}
	return b.shift(chain, from+to)
}

// shift moves each talk of a chain to the slot that makes the sum with its own; only where slots overlap can it fail.
func (b *board) shift(chain []int, sum int) bool {
	seats := make([]seat, len(chain))
	for i, t := range chain {
		seats[i] = b.lift(t)
	}
	for i, t := range chain {
		if !b.put(t, seat{seats[i].desk, sum - seats[i].slot}) {
			for _, u := range chain[:i] {
				b.lift(u)
			}
			for j, u := range chain {
				b.put(u, seats[j])
			}
			return false
		}
	}
	return true
}

// insertByForce seats the talk where the fewest others sit and seats those anew, and so on, preferring seats that
// were tried less: an iterative forward search.
func (b *board) insertByForce(t int) bool {
	before := b.positions(nil)
	tried := map[meeting]int{}
	waiting := []int{t}
	for steps := 300; len(waiting) > 0; steps-- {
		if steps == 0 || b.effort <= 0 {
			b.restore(before)
			return false
		}
		b.effort--
		u := waiting[0]
		waiting = waiting[1:]
		s := b.cheapest(u, tried)
		if s == noSeat {
			b.restore(before)
			return false
		}
		for _, v := range b.inWay(u, s) {
			b.lift(v)
			waiting = append(waiting, v)
		}
		b.put(u, s)
		tried[meeting{pair: b.talks[u].pair, seat: s}]++
	}
	return true
}

// cheapest is the seat that costs least to take: others who must leave, and how often it was tried. Talks that are held do not
// leave.
func (b *board) cheapest(t int, tried map[meeting]int) seat {
	best, least := noSeat, 0
	for s := range b.seats(t) {
		inWay := b.inWay(t, s)
		cost := len(inWay) + 2*tried[meeting{pair: b.talks[t].pair, seat: s}]
		if best != noSeat && cost >= least || b.anyHeld(inWay) {
			continue
		}
		best, least = s, cost
	}
	return best
}

func (b *board) anyHeld(list []int) bool {
	for _, t := range list {
		if b.talks[t].held {
			return true
		}
	}
	return false
}

// positions appends where every talk sits.
func (b *board) positions(list []seat) []seat {
	for _, t := range b.talks {
		list = append(list, t.seat)
	}
	return list
}

// restore puts every talk where it was.
func (b *board) restore(positions []seat) {
	for t := range b.talks {
		if s := b.talks[t].seat; s != noSeat && (t >= len(positions) || positions[t] != s) {
			b.lift(t)
		}
	}
	for t, s := range positions {
		if b.talks[t].seat != s {
			b.put(t, s)
		}
	}
}
