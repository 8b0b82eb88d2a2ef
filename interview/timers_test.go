package interview

import (
	"context"
	"errors"
	"testing"
	"time"

	"matchday/hiring"
)

// ends counts the facts that ended invitations, offered seats or said that a day was held, by learner and type.
func (h *house) ends() map[string]int {
	h.t.Helper()
	counts := map[string]int{}
	last, err := h.log.Last(h.ctx, "fact.invitation.>")
	if err != nil {
		h.t.Fatal(err)
	}
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		if f.Type == hiring.InvitationExpired || f.Type == hiring.InvitationOffered {
			counts[f.Type+" "+string(inv.Learner)]++
		}
		return f.Seq == last.Seq
	})
	return counts
}

// A server that was stopped over a deadline handles it once when it starts again; two that start at once handle it once together.
func TestDeadlineWhileStoppedIsHandledOnce(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 50, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 50)
	stop()
	h.clock.set(start.Add(defaultReplyWithin))
	h.role()
	h.role()
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		return f.Type == hiring.InvitationExpired && h.count()[hiring.Expired] == len(refs)
	})
	stop = h.role()
	stop()
	h.role()
	for who, n := range h.ends() {
		if n != 1 {
			t.Errorf("%s: %d times", who, n)
		}
	}
	if n := len(h.ends()); n != len(refs) {
		t.Errorf("%d expired, want %d", n, len(refs))
	}
}

// The clock is stepped back and forward an hour around a deadline: nothing ends before it is due by that clock, and nothing twice.
func TestClockSteppedAroundADeadline(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 3, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1, 1)
	end := start.Add(defaultReplyWithin)
	// An answer shows that the day's loop has looked at the clock: reading changes nothing but is decided like all else.
	look := func(at time.Time) {
		h.clock.set(at)
		h.must(h.reply(hiring.DoDecline, "d1", "o1", refs[0]))
		h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoOpen})
	}
	for _, at := range []time.Time{end.Add(-time.Hour), end.Add(-2 * time.Hour), end.Add(-time.Second), end.Add(-time.Hour), end.Add(-1)} {
		look(at)
		if n := h.count()[hiring.Expired]; n != 0 {
			t.Fatalf("%d expired %v before the end", n, end.Sub(at))
		}
	}
	h.clock.set(end)
	h.await(func(f hiring.Fact, _ hiring.Invitation) bool { return f.Type == hiring.InvitationExpired })
	for _, at := range []time.Time{end.Add(-time.Hour), end.Add(time.Hour), end} {
		look(at)
	}
	for who, n := range h.ends() {
		if n != 1 {
			t.Errorf("%s: %d times", who, n)
		}
	}
}

// A freed seat is offered to who waits, ends at its time to the second though the server was stopped then, and goes on to the next.
func TestOffersEndOverARestart(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 3, "o1")
	plan := hiring.DayPlan{
		ID: "d1", Employer: employer, Title: "Interviews", Zone: "UTC", Openings: []hiring.OpeningID{"o1"}, Wave: 3, OfferWithin: "30m",
		Run: &hiring.SlotRun{Start: "2027-03-15T09:00", Minutes: 30, Count: 1, Seats: 1},
	}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoDraft, Plan: &plan})
	if a := h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoOpen}); a.Sent != 3 {
		t.Fatalf("%d invited in a wave of three", a.Sent)
	}
	if _, err := h.do(h.reply(hiring.DoWait, "d1", "o1", refs[1])); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("waiting while a seat is free: %v", err)
	}
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	h.must(h.reply(hiring.DoWait, "d1", "o1", refs[2]))
	h.clock.set(start.Add(time.Minute))
	h.must(h.reply(hiring.DoWait, "d1", "o1", refs[1]))
	h.must(h.reply(hiring.DoWithdraw, "d1", "o1", refs[0]))
	offered := func(who hiring.LearnerRef) hiring.Invitation {
		var got hiring.Invitation
		h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
			got = inv
			return f.Type == hiring.InvitationOffered && inv.Learner == who
		})
		return got
	}
	first := offered(refs[2]) // who waited first, though ranked last
	if want := start.Add(31 * time.Minute); first.Offer == nil || !first.Offer.Until.Equal(want) {
		t.Fatalf("offered %+v, want until %v", first.Offer, want)
	}
	if _, err := h.do(h.reply(hiring.DoAccept, "d1", "o1", refs[1])); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("the next in order takes the seat that is kept for the first: %v", err)
	}
	stop()
	h.clock.set(first.Offer.Until)
	h.role()
	next := offered(refs[1])
	if _, err := h.do(h.reply(hiring.DoAccept, "d1", "o1", refs[2])); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("the offer is accepted at its end: %v", err)
	}
	if a := h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[1])); *a.Invitation.Slot != next.Offer.Slot || h.view("d1").Free[0] != 0 {
		t.Errorf("%+v", a.Invitation)
	}
	for who, n := range h.ends() {
		if n != 1 {
			t.Errorf("%s: %d times", who, n)
		}
	}
}

// A day is held by itself once its last talk is over, once, and nobody who waited waits on.
func TestDayIsHeldOnce(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 1, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	over := time.Date(2027, 3, 15, 9, 0, 0, 0, time.UTC) // ten in Madrid
	h.clock.set(over.Add(-time.Second))
	if v := h.view("d1"); v.Day.Status != hiring.StatusOpen {
		t.Errorf("%s before its end", v.Day.Status)
	}
	h.clock.set(over)
	h.awaitDay(hiring.DayHeld)
	h.clock.set(over.Add(-time.Hour))
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoHold})
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoArchive})
	if _, err := h.do(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoCancel}); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("cancelling an archived day: %v", err)
	}
}

// awaitDay waits for a fact of a day.
func (h *house) awaitDay(kind string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, 15*time.Second)
	defer cancel()
	err := h.log.Watch(ctx, "fact.day.>", 0, func(f hiring.Fact) error {
		if f.Type == kind {
			return errFound{}
		}
		return nil
	})
	if !errors.Is(err, errFound{}) {
		h.t.Fatalf("no %s came (%v)", kind, err)
	}
}
