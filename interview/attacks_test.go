package interview

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// times is how often a race is run: so many times where MATCHDAY_LONG is set, and fewer elsewhere.
func times(long, short int) int {
	if os.Getenv("MATCHDAY_LONG") != "" {
		return long
	}
	return short
}

// Attack 44: an acceptance and the expiry of the invitation decide on the same state in the same instant, and land in either order. The
// clock says which is right, the fence that one of them stands.
func TestAttack44AcceptAgainstExpiryHasOneWinner(t *testing.T) {
	won := map[hiring.InvitationStatus]int{}
	for i := range times(10_000, 500) {
		d := newDesk("a", "b")
		d.opened("d1", start.AddDate(0, 0, 1), 1)
		inv := d.invite("d1", start, match("o1", "a", 9))[0]
		at := inv.Expires.Add(time.Duration(i%3-1) * time.Nanosecond) // just before, at, just after
		c := hiring.DayCommand{Day: "d1", Do: hiring.DoAccept, ByLink: true, Invitation: inv.Ref, Command: "c"}
		b := d.ledger.book("d1")
		_, err := decide(b, d.surroundings(), c, at)
		expired := settle(b, d.surroundings(), at)
		if early := at.Before(inv.Expires); (err == nil) != early || (len(expired) == 0) != early {
			t.Fatalf("%v from the end: accepted %v, expired %d", at.Sub(inv.Expires), err, len(expired))
		}
		// A process whose clock is behind decided to accept; this one decides to expire. Both expect the same fence.
		accepted, err := decide(b, d.surroundings(), c, inv.Expires.Add(-1))
		expired = settle(b, d.surroundings(), inv.Expires)
		if err != nil || len(expired) != 1 {
			t.Fatalf("%v, %d expired", err, len(expired))
		}
		order, fence, landed := [][]change{accepted, expired}, b.fence, 0
		if i%2 == 0 {
			order[0], order[1] = order[1], order[0]
		}
		for _, changes := range order {
			if d.ledger.book("d1").fence == fence { // as the broker checks
				d.apply(changes)
				landed++
			}
		}
		now := d.ledger.book("d1").invitations[inv.Ref]
		won[now.Status]++
		booked := d.ledger.bookings["a"] != nil && len(d.ledger.bookings["a"].Talks) == 1
		if landed != 1 || (now.Status == hiring.Accepted) != booked || now.Status != hiring.Accepted && now.Status != hiring.Expired {
			t.Fatalf("%d landed; the invitation is %s, booked %v", landed, now.Status, booked)
		}
		if left := settle(b, d.surroundings(), inv.Expires); len(left) != 0 {
			t.Fatalf("%d changes are due after one won", len(left))
		}
	}
	if won[hiring.Accepted] == 0 || won[hiring.Expired] == 0 {
		t.Errorf("winners: %v", won)
	}
}

// Attack 44, through the loops of two processes and the broker: the clock comes to the end while the acceptance is under way.
func TestAttack44ThroughTheBroker(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.role()
	h.opening("o1")
	n := times(300, 40)
	refs, _ := h.learners("l", n, "o1")
	a := h.open("d1", "o1", "2027-04-01T09:00", 500)
	if a.Sent != n {
		t.Fatalf("%d invited", a.Sent)
	}
	end := start.Add(defaultReplyWithin)
	h.clock.set(end.Add(-time.Nanosecond))
	answers := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { _, answers[i] = h.send(h.reply(hiring.DoAccept, "d1", "o1", refs[i])) })
		if i == n/2 {
			h.clock.set(end)
		}
	}
	wg.Wait()
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool { return !inv.Status.Pending() })
	states := map[hiring.LearnerRef]hiring.InvitationStatus{}
	last := map[hiring.LearnerRef]int{}
	left := n
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		if inv.Status == hiring.Accepted || inv.Status == hiring.Expired {
			states[inv.Learner] = inv.Status
			last[inv.Learner]++
			left--
		}
		return left == 0
	})
	for i, ref := range refs {
		if (answers[i] == nil) != (states[ref] == hiring.Accepted) || last[ref] != 1 {
			t.Errorf("answered %v, the log says %s (%d ends)", answers[i], states[ref], last[ref])
		}
	}
}

// Attack 45: an acceptance sent again, at once, later, by another process and after a restart, has the same answer and one seat.
func TestAttack45AcceptReplayed(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 1, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 3)
	c := h.reply(hiring.DoAccept, "d1", "o1", refs[0])
	c.Command = "the same"
	answers := make([]hiring.DayAnswer, 32)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			var err error
			if answers[i], err = h.send(c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	stop()
	h.role()
	answers = append(answers, h.must(c))
	for _, a := range answers {
		if a.Invitation == nil || a.Invitation.Status != hiring.Accepted || *a.Invitation.Slot != *answers[0].Invitation.Slot || a.Position != answers[0].Position {
			t.Fatalf("%+v, first %+v", a, answers[0])
		}
	}
	if counts := h.count(); counts[hiring.Accepted] != 1 {
		t.Errorf("facts by status: %v", counts)
	}
	if v := h.view("d1"); v.Free[0] != 2 {
		t.Errorf("free: %v", v.Free)
	}
}

// Attacks 46 and 47: times that a zone skips or repeats, and zones that are none.
func TestAttack46And47TimesAndZones(t *testing.T) {
	plan := func(zone, start string) error {
		_, err := planDay(hiring.DayPlan{
			ID: "d", Employer: employer, Title: "T", Zone: zone, Openings: []hiring.OpeningID{"o"},
			Run: &hiring.SlotRun{Start: start, Minutes: 30, Count: 2, Seats: 1},
		}, "d", start2027)
		return err
	}
	for _, c := range []struct{ zone, start string }{
		{"Europe/Madrid", "2027-03-28T02:30"}, {"America/New_York", "2027-03-14T02:30"}, // skipped
		{"Europe/Madrid", "2027-10-31T02:30"}, {"America/New_York", "2027-11-07T01:30"}, // twice
		{"Local", "2027-06-01T09:00"}, {"", "2027-06-01T09:00"}, {"../etc/passwd", "2027-06-01T09:00"}, {"posix/Europe/Madrid", "2027-06-01T09:00"},
	} {
		if err := plan(c.zone, c.start); hiring.CodeOf(err) != hiring.Impossible {
			t.Errorf("%q in %q: %v", c.start, c.zone, err)
		}
	}
	for _, c := range []struct{ zone, start string }{
		{"Europe/Madrid", "2027-10-31T02:30+02:00"}, {"Europe/Madrid", "2027-10-31T02:30+01:00"}, {"UTC", "2027-03-28T02:30"},
	} {
		if err := plan(c.zone, c.start); err != nil {
			t.Errorf("%q in %q: %v", c.start, c.zone, err)
		}
	}
}

var start2027 = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

// Attack 48: a new employer's 1,000 invitations, over several days: 20 go out, the rest wait for review, and go out after it.
func TestAttack48NewEmployersInvitationsWaitForReview(t *testing.T) {
	const n = 300
	h := newHouse(t)
	h.unverified = true
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", n, "o1")
	a := h.open("d1", "o1", "2027-04-01T09:00", n)
	if a.Sent != hiring.MaxUnverified || a.Held != n-hiring.MaxUnverified {
		t.Fatalf("%d sent, %d held", a.Sent, a.Held)
	}
	if b := h.open("d2", "o1", "2027-04-02T09:00", n); b.Sent != 0 {
		t.Errorf("another day sent %d more", b.Sent)
	}
	if v := h.view("d1"); !v.Review || v.Total != hiring.MaxUnverified {
		t.Errorf("the view: review %v, %d invitations", v.Review, v.Total)
	}
	c := hiring.DayCommand{Asked: hiring.Asked{Actor: operator}, Day: "d1", Do: hiring.DoInvite, Opening: "o1", Learners: []string{"l250"}}
	if _, err := h.do(c); hiring.CodeOf(err) != hiring.Conflict || !strings.Contains(err.Error(), "verified") {
		t.Errorf("one more by name: %v", err)
	}
	h.must(h.reply(hiring.DoDecline, "d1", "o1", refs[0])) // makes room, and no allowance
	h.verify(employer)
	h.view("d1") // the role has read of it, and set the alarm that the clock is moved over
	h.clock.set(start.Add(time.Minute))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool { return inv.Day == "d1" && inv.Learner == refs[n-1] })
	if v := h.view("d1"); v.Review || v.Total != n {
		t.Errorf("after review: review %v, %d invitations", v.Review, v.Total)
	}
}

// Attack 49: a learner who declined is not invited again by the same employer within 30 days, neither by name nor by rank, whatever
// process decides; by another employer they are, and after 30 days too.
func TestAttack49NoInvitationSoonAfterADecline(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, ids := h.learners("l", 2, "o1")
	h.open("d1", "o1", "2027-05-01T09:00", 1)
	h.must(h.reply(hiring.DoDecline, "d1", "o1", refs[0]))
	stop()
	h.role() // which derives it from the log
	invite := hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d2", Do: hiring.DoInvite, Opening: "o1",
		Learners: []string{h.secrets.Pseudonym(employer, refs[0])}}
	if a := h.open("d2", "o1", "2027-05-02T09:00", 3); a.Sent != 1 {
		t.Errorf("by rank: %d sent", a.Sent)
	}
	if _, err := h.do(invite); hiring.CodeOf(err) != hiring.Conflict || !strings.Contains(err.Error(), "declined") {
		t.Errorf("by name: %v", err)
	}
	h.clock.set(start.Add(afterDecline - time.Second))
	if _, err := h.do(invite); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("a second before 30 days: %v", err)
	}
	h.clock.set(start.Add(afterDecline))
	a, err := h.do(invite)
	if err != nil && !strings.Contains(err.Error(), "before") { // the day invited them by rank in that very second
		t.Errorf("after 30 days: %+v, %v", a, err)
	}
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Day == "d2" && inv.Learner == refs[0] && inv.Status == hiring.Sent
	})
	stranger := invite
	stranger.Learners = []string{string(ids[1])} // an id, which an employer does not know
	if _, err := h.do(stranger); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("by an id: %v", err)
	}
}

// A learner gets five invitations in seven days, over all days and employers, and over processes up to one more for each further one.
func TestAWeekHasFiveInvitations(t *testing.T) {
	h := newHouse(t)
	h.perWeek = 0 // the default
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 1, "o1")
	for i := range 8 {
		h.open(hiring.DayID(fmt.Sprintf("d%d", i)), "o1", fmt.Sprintf("2027-04-%02dT09:00", i+1), 1)
	}
	if counts := h.count(); counts[hiring.Sent] != DefaultPerWeek {
		t.Errorf("facts by status: %v", counts)
	}
	h.clock.set(start.Add(week))
	h.publish(events.Draft{ // anything that makes the days look again
		Subject: hiring.LearnerSubject(refs[0]), Type: hiring.LearnerChanged, Body: hiring.Learner{ID: "l000", Ref: refs[0], Visible: true, RegisteredBy: operator},
	})
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool { return inv.SentAt.Equal(start.Add(week)) })
}
