package test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"
)

// call is what a client asked: accept, decline or withdraw as the learner numbered who, view the free seats, or audit all invitations.
type call struct {
	do   string
	who  int
	slot int // of an accept
}

const anySlot = -1

// outcome is what became of a call, as its client was told.
type outcome string

const (
	unknown     outcome = "unknown" // no answer, or one that says "try again": it may have happened, or happen yet
	given       outcome = "given"
	done        outcome = "done"
	seen        outcome = "seen"
	taken       outcome = "taken"
	otherTime   outcome = "accepted for another time"
	wasDeclined outcome = "declined before"
	notAccepted outcome = "not accepted"
)

// told is a call's outcome and what was shown.
type told struct {
	what outcome
	slot int
	free [roundSlots]int8
	all  [roundClients]int8
}

// seats is the state of a day: where each learner sits, or one of live and gone.
type seats [roundClients]int8

const (
	live int8 = -1 // may accept
	gone int8 = -2 // declined, or gave the seat back
)

// newSeats is a day whose invitations have all just gone out.
func newSeats() (s seats) {
	for i := range s {
		s[i] = live
	}
	return s
}

func (s seats) free() (free [roundSlots]int8) {
	for i := range free {
		free[i] = slotSeats
	}
	for _, at := range s {
		if at >= 0 {
			free[at]--
		}
	}
	return free
}

// next is the sequential specification: what a call does to the state, and what it answers.
func (s seats) next(c call) (seats, told) {
	at := s[c.who]
	switch c.do {
	case "view":
		return s, told{what: seen, free: s.free()}
	case "audit":
		return s, told{what: seen, all: s}
	case "decline":
		s[c.who] = gone
		return s, told{what: done}
	case "withdraw":
		if at == live {
			return s, told{what: notAccepted}
		}
		s[c.who] = gone
		return s, told{what: done}
	}
	switch {
	case at == gone:
		return s, told{what: wasDeclined}
	case at >= 0 && (c.slot == anySlot || c.slot == int(at)):
		return s, told{what: given, slot: int(at)}
	case at >= 0:
		return s, told{what: otherTime}
	}
	free, slot := s.free(), c.slot
	if slot == anySlot {
		slot = slices.IndexFunc(free[:], func(n int8) bool { return n > 0 })
	}
	if slot < 0 || free[slot] == 0 {
		return s, told{what: taken}
	}
	s[c.who] = int8(slot)
	return s, told{what: given, slot: slot}
}

// seatModel is a day's seats for porcupine. A call of unknown outcome changes what it changes when its turn comes; one that never
// happened comes after all others, for it never returned.
func seatModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return newSeats() },
		Step: func(state, input, output any) (bool, any) {
			next, want := state.(seats).next(input.(call))
			got := output.(told)
			return got.what == unknown || got == want, next
		},
		DescribeOperation: describe,
	}
}

func describe(input, output any) string {
	c, o := input.(call), output.(told)
	switch {
	case c.do == "accept" && c.slot == anySlot:
		return fmt.Sprintf("%d accepts anything: %s %d", c.who, o.what, o.slot)
	case c.do == "accept":
		return fmt.Sprintf("%d accepts %d: %s %d", c.who, c.slot, o.what, o.slot)
	case c.do == "view":
		return fmt.Sprintf("view: %s %v", o.what, o.free)
	case c.do == "audit":
		return fmt.Sprintf("audit: %s %v", o.what, o.all)
	}
	return fmt.Sprintf("%d %ss: %s", c.who, c.do, o.what)
}

// The model and the order that is taken from the log refuse what must not be.
func TestSeatModelRefuses(t *testing.T) {
	accept := func(who, slot int) call { return call{do: "accept", who: who, slot: slot} }
	at := func(slot int) told { return told{what: given, slot: slot} }
	view := func(first int8) told {
		free := newSeats().free()
		free[0] = first
		return told{what: seen, free: free}
	}
	type step struct {
		call     call
		told     told
		from, to int64
	}
	for name, h := range map[string]struct {
		steps []step
		log   []entry
		want  porcupine.CheckResult
	}{
		"as it should be": {
			[]step{{accept(0, 0), at(0), 0, 3}, {accept(1, anySlot), at(0), 1, 4}, {accept(2, 0), told{what: taken}, 2, 9}, {call{do: "view"}, view(0), 5, 6}},
			[]entry{{0, "accept", 0}, {1, "accept", 0}}, porcupine.Ok,
		},
		"a seat given twice": {
			[]step{{accept(0, 0), at(0), 0, 3}, {accept(1, 0), at(0), 1, 4}, {accept(2, 0), at(0), 2, 9}},
			[]entry{{0, "accept", 0}, {1, "accept", 0}, {2, "accept", 0}}, porcupine.Illegal,
		},
		"a seat that was told and is seen to be free later": {
			[]step{{accept(0, 0), at(0), 0, 3}, {call{do: "view"}, view(2), 5, 6}}, []entry{{0, "accept", 0}}, porcupine.Illegal,
		},
		"a refusal with seats left": {
			[]step{{accept(0, 0), at(0), 0, 3}, {accept(1, 0), told{what: taken}, 4, 5}}, []entry{{0, "accept", 0}}, porcupine.Illegal,
		},
		"unknown, and it happened": {
			[]step{{accept(0, 0), told{what: unknown}, 0, never}, {call{do: "view"}, view(2), 2, 3}, {call{do: "view"}, view(1), 5, 6}},
			[]entry{{0, "accept", 0}}, porcupine.Ok,
		},
		"unknown, and it did not happen": {
			[]step{{accept(0, 0), told{what: unknown}, 0, never}, {call{do: "view"}, view(2), 5, 6}}, nil, porcupine.Ok,
		},
		"unknown for one slot, and given another": {
			[]step{{accept(0, 1), told{what: unknown}, 0, never}, {accept(1, 1), at(1), 1, 2}, {accept(2, 1), at(1), 2, 3}, {accept(0, 0), at(0), 5, 6}},
			[]entry{{1, "accept", 1}, {2, "accept", 1}, {0, "accept", 0}}, porcupine.Ok,
		},
		"what happened is undone by nothing": {
			[]step{{accept(0, 0), told{what: unknown}, 0, never}, {call{do: "view"}, view(1), 2, 3}, {call{do: "view"}, view(2), 5, 6}},
			[]entry{{0, "accept", 0}}, porcupine.Illegal,
		},
	} {
		var ops []porcupine.Operation
		for _, s := range h.steps {
			ops = append(ops, porcupine.Operation{ClientId: s.call.who, Input: s.call, Call: s.from, Output: s.told, Return: s.to})
		}
		if found := ordered(ops, writers(ops, h.log)) != nil; found != (h.want == porcupine.Ok) {
			t.Errorf("%s: an order by the log: %v", name, found)
		}
		for _, list := range [][]porcupine.Operation{ops, narrow(ops, h.log)} {
			if got := porcupine.CheckOperationsTimeout(seatModel(), list, 0); got != h.want {
				t.Errorf("%s: %s, want %s", name, got, h.want)
			}
		}
	}
}
