package schedule

import (
	"cmp"
	"slices"
)

// Schedule is a solved day.
type Schedule struct {
	// Talks by time, then desk.
	Talks []Talk
	// Reasons says for each wish that was not granted why, by learner, then opening.
	Reasons []Reason
	// Gaps counts the slots in which a learner or a desk waits between two talks though it could talk.
	Gaps int
}

// Talk is one learner's talk about one opening.
type Talk struct {
	Learner, Opening, Desk string
	Slot                   Span
}

func (t Talk) compare(u Talk) int {
	return cmp.Or(t.Slot.compare(u.Slot), cmp.Compare(t.Desk, u.Desk), cmp.Compare(t.Learner, u.Learner), cmp.Compare(t.Opening, u.Opening))
}

// Solve gives every learner the best talks that stable pairs and free times allow. It fails only on a problem that Validate
// refuses.
func Solve(p Problem) (Schedule, error) {
	if err := p.Validate(); err != nil {
		return Schedule{}, err
	}
	s := newSolver(newBoard(newMarket(p)))
	s.run()
	return s.schedule(), nil
}

// returns is how often a pair set aside may come back: often enough in practice, and it ends.
const returns = 3

// solver chooses pairs and seats them until the two agree.
type solver struct {
	*board
	aside map[pair]bool
	back  map[pair]int
}

// newSolver sets aside from the start who can never meet.
func newSolver(b *board) *solver {
	s := &solver{board: b, aside: map[pair]bool{}, back: map[pair]int{}}
	for l, wishes := range b.wishes {
		for _, o := range wishes {
			if p := (pair{l, o}); b.placeOf(p) != nobody {
				if seats, _ := b.meet(p); seats == 0 {
					s.aside[p], s.back[p] = true, returns
				}
			}
		}
	}
	return s
}

// run settles pairs and times, moves talks together, and settles again what became possible by that.
func (s *solver) run() {
	s.settle()
	s.compact()
	s.settle()
}

// settle chooses pairs and seats them. A pair that finds no seat is set aside; once all others sit, those come back for whom
// there is a seat now.
func (s *solver) settle() {
	for {
		quota, room := s.left()
		pairs := s.match(quota, room, func(p pair) bool { return s.aside[p] || s.isHeld(p) })
		if s.seatAll(pairs) && !s.recall() {
			return
		}
	}
}

// left is how many talks learners and openings may have beside those that are held.
func (s *solver) left() (quota, room []int) {
	quota, room = slices.Clone(s.quota), slices.Clone(s.room)
	for _, t := range s.talks {
		if t.held {
			quota[t.learner]--
			room[t.opening]--
		}
	}
	return quota, room
}

func (s *solver) isHeld(p pair) bool {
	t, ok := s.index[p]
	return ok && s.talks[t].held
}

// seatAll makes the board hold exactly the pairs and what is held, and reports whether all found a seat.
func (s *solver) seatAll(pairs []pair) bool {
	wanted := make(map[pair]bool, len(pairs))
	for _, p := range pairs {
		wanted[p] = true
	}
	for t, x := range s.talks {
		if !x.held && !wanted[x.pair] {
			s.lift(t)
		}
	}
	all := true
	for _, p := range pairs {
		if !s.seated(p) && !s.insert(s.talk(p)) {
			s.aside[p] = true
			all = false
		}
	}
	return all
}

// recall lets pairs that were set aside take part again when they want each other and a seat is free for them now.
func (s *solver) recall() bool {
	some := false
	for _, p := range s.asideByMerit() {
		if s.back[p] < returns && s.couldSit(p) {
			s.back[p]++
			delete(s.aside, p)
			some = true
		}
	}
	return some
}

func (s *solver) asideByMerit() []pair {
	list := make([]pair, 0, len(s.aside))
	for p := range s.aside {
		list = append(list, p)
	}
	slices.SortFunc(list, s.byMerit)
	return list
}

// couldSit reports whether both sides want the pair, each giving up the talk it likes least when it has no place left, and a
// seat would then be vacant for it.
func (s *solver) couldSit(p pair) bool {
	learner, opening := s.worst(p)
	if learner == refuses || opening == refuses {
		return false
	}
	t := s.talk(p)
	var from []seat
	var given []int
	for _, u := range []int{learner, opening} {
		if u >= 0 && !slices.Contains(given, u) {
			given, from = append(given, u), append(from, s.lift(u))
		}
	}
	sits := false
	for seat := range s.seats(t) {
		if s.vacant(t, seat) {
			sits = true
			break
		}
	}
	s.reseat(given, from)
	return sits
}

// What a side would give up for a pair, when it is no talk.
const (
	nothing = -1 // it has a place left
	refuses = -2 // everything that it could give up is better
)

// worst returns the talk that the learner and the one that the opening would give up for the pair.
func (s *solver) worst(p pair) (learner, opening int) {
	learner, opening = nothing, nothing
	talks, taken := 0, 0
	for t, x := range s.talks {
		if x.seat == noSeat {
			continue
		}
		if x.learner == p.learner {
			talks++
			if !x.held && (learner == nothing || s.likingOf(x.pair) > s.likingOf(s.talks[learner].pair)) {
				learner = t
			}
		}
		if x.opening == p.opening {
			taken++
			if !x.held && (opening == nothing || s.placeOf(x.pair) > s.placeOf(s.talks[opening].pair)) {
				opening = t
			}
		}
	}
	switch {
	case talks < s.quota[p.learner]:
		learner = nothing
	case learner == nothing || s.likingOf(s.talks[learner].pair) < s.likingOf(p):
		learner = refuses
	}
	switch {
	case taken < s.room[p.opening]:
		opening = nothing
	case opening == nothing || s.placeOf(s.talks[opening].pair) < s.placeOf(p):
		opening = refuses
	}
	return learner, opening
}

// schedule reads the outcome off the board.
func (s *solver) schedule() Schedule {
	out := Schedule{Gaps: s.gaps}
	for _, t := range s.talks {
		if t.seat != noSeat {
			out.Talks = append(out.Talks, Talk{s.learners[t.learner], s.openings[t.opening], s.desks[t.desk], s.slots[t.slot]})
		}
	}
	slices.SortFunc(out.Talks, Talk.compare)
	out.Reasons = s.reasons()
	return out
}
