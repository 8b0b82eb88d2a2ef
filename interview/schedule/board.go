package schedule

// seat is where and when a talk is held.
type seat struct{ desk, slot int }

// noSeat is where a talk is that has none.
var noSeat = seat{-1, -1}

// meeting is a talk on the board.
type meeting struct {
	pair
	seat
	held bool // promised: stays where it is
}

// board is who talks where and when. Nothing on it clashes at any time: put demands a free seat.
type board struct {
	*market
	talks       []meeting
	index       map[pair]int
	byLearner   []int32 // talk + 1 at [learner*slots+slot]
	byDesk      []int32
	busyLearner []times // slots of talks
	busyDesk    []times
	gapsLearner []int
	gapsDesk    []int
	gaps        int // all in all
	effort      int // steps of searching that are left
	stamp       []int
	round       int
}

func newBoard(m *market) *board {
	return &board{
		market: m, index: map[pair]int{},
		byLearner: make([]int32, len(m.learners)*len(m.slots)), byDesk: make([]int32, len(m.desks)*len(m.slots)),
		busyLearner: make([]times, len(m.learners)), busyDesk: make([]times, len(m.desks)),
		gapsLearner: make([]int, len(m.learners)), gapsDesk: make([]int, len(m.desks)),
		effort: 200_000,
	}
}

// talk returns the number of the pair's talk, made without a seat when there was none.
func (b *board) talk(p pair) int {
	if t, ok := b.index[p]; ok {
		return t
	}
	b.talks = append(b.talks, meeting{pair: p, seat: noSeat})
	b.stamp = append(b.stamp, 0)
	b.index[p] = len(b.talks) - 1
	return len(b.talks) - 1
}

func (b *board) seated(p pair) bool {
	t, ok := b.index[p]
	return ok && b.talks[t].seat != noSeat
}

// suits reports whether the talk may be held there on an empty day.
func (b *board) suits(t int, s seat) bool {
	l := b.talks[t].learner
	return b.free[l].has(s.slot) && b.hours[s.desk].has(s.slot) && b.speak(l, s.desk)
}

// vacant reports whether nobody sits in the talk's way there.
func (b *board) vacant(t int, s seat) bool {
	return !b.busyLearner[b.talks[t].learner].meets(b.nearLearner[s.slot]) && !b.busyDesk[s.desk].meets(b.nearDesk[s.slot])
}

// put seats a talk, and reports whether it could.
func (b *board) put(t int, s seat) bool {
	if !b.suits(t, s) || !b.vacant(t, s) {
		return false
	}
	x := &b.talks[t]
	x.seat = s
	b.byLearner[x.learner*len(b.slots)+s.slot], b.byDesk[s.desk*len(b.slots)+s.slot] = int32(t+1), int32(t+1)
	b.busyLearner[x.learner].add(s.slot)
	b.busyDesk[s.desk].add(s.slot)
	b.count(x.learner, s.desk)
	return true
}

// lift takes a talk off its seat, which it returns.
func (b *board) lift(t int) seat {
	x := &b.talks[t]
	s := x.seat
	if s == noSeat {
		return s
	}
	x.seat = noSeat
	b.byLearner[x.learner*len(b.slots)+s.slot], b.byDesk[s.desk*len(b.slots)+s.slot] = 0, 0
	b.busyLearner[x.learner].remove(s.slot)
	b.busyDesk[s.desk].remove(s.slot)
	b.count(x.learner, s.desk)
	return s
}

// count brings the gaps of a learner and a desk up to date.
func (b *board) count(l, d int) {
	b.gaps -= b.gapsLearner[l] + b.gapsDesk[d]
	b.gapsLearner[l] = gaps(b.free[l], b.busyLearner[l], b.nearLearner)
	b.gapsDesk[d] = gaps(b.hours[d], b.busyDesk[d], b.nearDesk)
	b.gaps += b.gapsLearner[l] + b.gapsDesk[d]
}

// gaps counts the slots between the first and the last talk in which another could be held.
func gaps(open, busy times, near []times) (n int) {
	first, last := busy.ends()
	if last-first < 2 {
		return 0
	}
	idle := open.minus(busy).and(between(first, last))
	for s := range busy.all {
		idle = idle.minus(near[s])
	}
	return idle.count()
}

// inWay returns the talks that would have to leave for t to sit there.
func (b *board) inWay(t int, s seat) (list []int) {
	l := b.talks[t].learner
	for n := range b.busyLearner[l].and(b.nearLearner[s.slot]).all {
		list = append(list, int(b.byLearner[l*len(b.slots)+n])-1)
	}
	for n := range b.busyDesk[s.desk].and(b.nearDesk[s.slot]).all {
		if u := int(b.byDesk[s.desk*len(b.slots)+n]) - 1; b.talks[u].learner != l || !b.nearLearner[s.slot].has(n) {
			list = append(list, u)
		}
	}
	return list
}

// seats yields where the talk may be held on an empty day, by time.
func (b *board) seats(t int) func(func(seat) bool) {
	return func(yield func(seat) bool) {
		l, lines := b.talks[t].learner, b.lines[b.talks[t].opening]
		for s := range b.free[l].all {
			for _, d := range lines {
				if b.hours[d].has(s) && b.speak(l, d) && !yield(seat{d, s}) {
					return
				}
			}
		}
	}
}
