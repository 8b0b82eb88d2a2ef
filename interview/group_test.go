package interview

import (
	"context"
	"testing"
	"time"

	"matchday/hiring"
)

// requests makes requests of commands, as a day's loop finds them in its queue.
func requests(cs ...hiring.DayCommand) (list []request) {
	for _, c := range cs {
		list = append(list, request{ctx: context.Background(), command: c, reply: make(chan result, 1)})
	}
	return list
}

// Replies that wait together are decided in turn: what one takes the next does not find, and what one gives back it does. Nothing of it
// shows before it is written.
func TestRepliesAreDecidedInTurn(t *testing.T) {
	d := newDesk("a", "b", "c")
	d.opened("d1", start.AddDate(0, 0, 3), 1, 2)
	d.invite("d1", start, match("o1", "a", 9), match("o1", "b", 8), match("o1", "c", 7))
	b := d.ledger.book("d1")
	first := b.day.Slots[0].Start
	wants := func(l hiring.LearnerRef, do hiring.DayAction) hiring.DayCommand {
		c := accepting("d1", "o1", l, do)
		if do == hiring.DoAccept {
			c.Slot = &first
		}
		return c
	}
	for name, run := range map[string]struct {
		commands []hiring.DayCommand
		refused  []bool
		free     int // of the first slot, in the end
	}{
		"one seat, three takers": {[]hiring.DayCommand{wants("a", hiring.DoAccept), wants("b", hiring.DoAccept), wants("c", hiring.DoAccept)}, []bool{false, true, true}, 0},
		"given back and taken":   {[]hiring.DayCommand{wants("a", hiring.DoAccept), wants("a", hiring.DoWithdraw), wants("b", hiring.DoAccept)}, []bool{false, false, false}, 0},
		"declined at once":       {[]hiring.DayCommand{wants("a", hiring.DoDecline), wants("a", hiring.DoAccept)}, []bool{false, true}, 1},
	} {
		refused := make([]error, len(run.commands))
		changes, err := inTurn(requests(run.commands...), refused)(b, d.surroundings(), start)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range run.refused {
			if (refused[i] != nil) != want {
				t.Errorf("%s: command %d: %v", name, i, refused[i])
			}
		}
		if b.free(b.day.Slots[0]) != 1 || len(d.ledger.bookings) != 0 {
			t.Fatalf("%s: it shows before it was written", name)
		}
		after := b.clone()
		for _, c := range changes {
			if c.invitation != nil {
				after.put(c.invitation)
			}
		}
		if n := after.free(b.day.Slots[0]); n != run.free {
			t.Errorf("%s: %d seats are free, want %d", name, n, run.free)
		}
	}
}

// Only replies to different invitations are carried out at once.
func TestGroupOf(t *testing.T) {
	one, two := accepting("d1", "o1", "a", hiring.DoAccept), accepting("d1", "o1", "b", hiring.DoDecline)
	closing := hiring.DayCommand{Day: "d1", Do: hiring.DoClose}
	for name, g := range map[string]struct {
		queue []request
		want  int
	}{
		"two":            {requests(one, two), 2},
		"one twice":      {requests(one, two, one), 2},
		"a day's":        {requests(closing, one), 1},
		"before a day's": {requests(one, two, closing), 2},
	} {
		if n := groupOf(g.queue); n != g.want {
			t.Errorf("%s: %d, want %d", name, n, g.want)
		}
	}
	var many []hiring.DayCommand
	for i := range 2 * groupMost {
		many = append(many, hiring.DayCommand{Do: hiring.DoAccept, Invitation: hiring.Ref(rune('a' + i))})
	}
	if n := groupOf(requests(many...)); n != groupMost {
		t.Errorf("%d of many", n)
	}
}

// Where one expectation of a group does not hold, nothing of it is written, and all are decided anew: who sits elsewhere at that time by now
// is refused, the others have their seats, in one batch.
func TestGroupIsDecidedAnewWhenABookingMoved(t *testing.T) {
	h := newHouse(t)
	r, _ := h.start()
	h.opening("o1")
	refs, _ := h.learners("l", 3, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 3)
	h.open("d2", "o1", "2027-03-15T09:00", 3)
	h.must(h.reply(hiring.DoAccept, "d2", "o1", refs[1]))
	slot := h.view("d2").Day.Slots[0] // the fold has come that far
	r.mu.Lock()
	r.ledger.seen[hiring.BookingSubject(refs[1])], r.ledger.bookings[refs[1]] = 0, nil // as if it had not
	r.mu.Unlock()
	var cs []hiring.DayCommand
	for _, l := range refs {
		c := h.reply(hiring.DoAccept, "d1", "o1", l)
		c.Command = "c-" + string(l)
		cs = append(cs, c)
	}
	elsewhere := hiring.Booking{Learner: refs[1], Talks: []hiring.Talk{{
		Day: "d2", Invitation: h.secrets.InvitationRef("d2", "o1", refs[1]), Slot: slot,
	}}}
	decided := 0
	refused := make([]error, len(cs))
	look := inTurn(requests(cs...), refused)
	changes, err := r.commit(h.ctx, "d1", func(b *daybook, s surroundings, now time.Time) ([]change, error) {
		if decided++; decided > 1 { // the fold brings it
			before := s.booking
			s.booking = func(l hiring.LearnerRef) *hiring.Booking {
				if l == refs[1] {
					return &elsewhere
				}
				return before(l)
			}
		}
		return look(b, s, now)
	})
	if err != nil || decided != 2 || len(changes) != 4 {
		t.Fatalf("%d changes after %d decisions: %v", len(changes), decided, err)
	}
	if refused[0] != nil || refused[1] == nil || refused[2] != nil {
		t.Errorf("refused: %v", refused)
	}
	for i, want := range []hiring.InvitationStatus{hiring.Accepted, hiring.Sent, hiring.Accepted} {
		if got := h.statusOf("d1", refs[i]); got != want {
			t.Errorf("learner %d is %s, want %s", i, got, want)
		}
	}
}

// statusOf is where a learner's invitation to a day stands.
func (h *house) statusOf(day hiring.DayID, l hiring.LearnerRef) hiring.InvitationStatus {
	h.t.Helper()
	for _, inv := range h.view(day).Invitations {
		if inv.Learner == l {
			return inv.Status
		}
	}
	return ""
}
