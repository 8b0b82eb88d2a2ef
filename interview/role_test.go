package interview

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

func decodeInvitation(t *testing.T, f hiring.Fact) hiring.Invitation {
	t.Helper()
	var inv hiring.Invitation
	if err := json.Unmarshal(f.Data, &inv); err != nil {
		t.Fatal(err)
	}
	return inv
}

// The way of a day: drafted, opened, the best invited; one accepts, one declines, the next gets the place.
func TestDayFromDraftToSeat(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, ids := h.learners("l", 4, "o1")
	a := h.open("d1", "o1", "2027-03-15T09:00", 1, 1)
	if a.Sent != 2 || a.Day.Status != hiring.StatusOpen {
		t.Fatalf("opening sent %d invitations, status %s", a.Sent, a.Day.Status)
	}
	got := h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	if got.Invitation == nil || got.Invitation.Status != hiring.Accepted || !got.Invitation.Slot.Start.Equal(a.Day.Slots[0].Start) {
		t.Fatalf("accepting gave %+v", got.Invitation)
	}
	h.must(h.reply(hiring.DoDecline, "d1", "o1", refs[1]))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[2] && inv.Status == hiring.Sent
	})

	v := h.view("d1")
	if len(v.Invitations) != 3 || v.Free[0] != 0 || v.Free[1] != 1 || v.IDs[refs[2]] != ids[2] {
		t.Errorf("view: %d invitations, free %v, ids %v", len(v.Invitations), v.Free, v.IDs)
	}
	self := hiring.Actor{Role: hiring.RoleLearner, Subject: string(ids[0])}
	list, err := events.Ask[hiring.InvitationList](h.ctx, h.log, hiring.ListInvitations{Asked: hiring.Asked{Actor: self}, Learner: ids[0]})
	if err != nil || len(list.Invitations) != 1 || list.Ref != refs[0] {
		t.Errorf("the learner's list: %+v, %v", list, err)
	}
}

// Opening reports what it sent, not what went out later; sent again, it reports the same, from the log too.
func TestOpeningReportsWhatItSent(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	opening := hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoOpen, Command: "opening"}
	if a := h.open("d1", "o1", "2027-03-15T09:00", 2, 2); a.Sent != 0 {
		t.Errorf("an opening that nobody matches sent %d", a.Sent)
	}
	refs, _ := h.learners("l", 3, "o1")
	h.view("d1") // the role has read of them, and set the alarm that the clock is moved over
	h.clock.set(start.Add(time.Minute))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[2] && inv.Status == hiring.Sent
	})
	if a := h.must(opening); a.Sent != 0 {
		t.Errorf("sent again after three were invited, it reports %d", a.Sent)
	}
	h.opening("o2")
	h.learners("m", 2, "o2")
	if a := h.open("d2", "o2", "2027-03-16T09:00", 4); a.Sent != 2 {
		t.Errorf("the other day sent %d", a.Sent)
	}
	h.must(h.reply(hiring.DoAccept, "d2", "o2", h.scores["o2"][0].Learner))
	stop()
	h.role()
	opening.Day = "d2"
	if a := h.must(opening); a.Sent != 2 {
		t.Errorf("after a restart it reports %d", a.Sent)
	}
}

// Attack 43: for a slot with one seat, one of 64 accepts wins and 63 are told so.
func TestLastSeatIsGivenOnce(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	if os.Getenv("MATCHDAY_LONG") != "" {
		rounds = 200
	}
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 64, "o1")
	for round := range rounds {
		id := hiring.DayID("d" + time.Duration(round).String())
		at := time.Date(2027, 4, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, round).Format("2006-01-02T15:04")
		a := h.open(id, "o1", at, 1, 63)
		if a.Sent != 64 {
			t.Fatalf("round %d: %d invited", round, a.Sent)
		}
		won, told := h.race(func(i int) hiring.DayCommand {
			c := h.reply(hiring.DoAccept, id, "o1", refs[i])
			c.Slot = &a.Day.Slots[0].Start
			return c
		}, len(refs))
		if won != 1 || told != 63 {
			t.Fatalf("round %d: %d won, %d were told that the seat is taken", round, won, told)
		}
		if v := h.view(id); v.Free[0] != 0 || v.Free[1] != 63 {
			t.Fatalf("round %d: free %v", round, v.Free)
		}
	}
}

// race sends n commands at once and counts successes and refusals for want of a seat.
func (h *house) race(command func(int) hiring.DayCommand, n int) (won, told int) {
	h.t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { _, errs[i] = h.send(command(i)) })
	}
	wg.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case hiring.CodeOf(err) == hiring.Conflict && strings.Contains(err.Error(), "no seat is left"):
			told++
		default:
			h.t.Errorf("neither seated nor told: %v", err)
		}
	}
	return won, told
}

// Two processes serve one day: the fence keeps the last seat single and nobody is invited twice.
func TestTwoProcessesShareADay(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 40, "o1")
	a := h.open("d1", "o1", "2027-03-15T09:00", 1, 15, 16)
	if a.Sent != 32 {
		t.Fatalf("%d invited", a.Sent)
	}
	won, told := h.race(func(i int) hiring.DayCommand {
		c := h.reply(hiring.DoAccept, "d1", "o1", refs[i])
		c.Slot = &a.Day.Slots[0].Start
		return c
	}, 32)
	if won != 1 || told != 31 {
		t.Fatalf("%d won, %d were told", won, told)
	}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			if _, err := h.send(h.reply(hiring.DoDecline, "d1", "o1", refs[i])); err != nil {
				t.Errorf("declining: %v", err)
			}
		})
	}
	wg.Wait()
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool { return inv.Learner == refs[39] })
	if counts := h.count(); counts[hiring.Sent] != 40 || counts[hiring.Declined] != 32 {
		t.Errorf("facts by status: %v", counts)
	}
}

// One learner accepts two talks at the same time on two days at once: one stands.
func TestOneLearnerSitsInOneTalkAtATime(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.role()
	h.opening("o1")
	h.opening("o2")
	refs, _ := h.learners("l", 10, "o1", "o2")
	h.open("d1", "o1", "2027-03-15T09:00", 10)
	h.open("d2", "o2", "2027-03-15T09:30", 10)
	for _, l := range refs {
		var wg sync.WaitGroup
		var errs [2]error
		wg.Go(func() { _, errs[0] = h.send(h.reply(hiring.DoAccept, "d1", "o1", l)) })
		wg.Go(func() { _, errs[1] = h.send(h.reply(hiring.DoAccept, "d2", "o2", l)) })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or none stands: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && (hiring.CodeOf(err) != hiring.Conflict || !strings.Contains(err.Error(), "overlaps")) {
				t.Errorf("the other was told: %v", err)
			}
		}
	}
	if n := h.view("d1").Free[0] + h.view("d2").Free[0]; n != 10 {
		t.Errorf("%d seats are free on both days, want 10", n)
	}
}

// Attack 45: an accept sent again gets the first answer, and so does another accept of the same learner.
func TestAcceptReplayed(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 1, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1, 1)
	c := h.reply(hiring.DoAccept, "d1", "o1", refs[0])
	c.Command = "once"
	first := h.must(c)
	again := h.must(c)
	c.Command = "twice"
	third := h.must(c)
	for _, a := range []hiring.DayAnswer{again, third} {
		if a.Position != first.Position || a.Invitation.Status != hiring.Accepted || a.Invitation.Command != "once" {
			t.Errorf("a repeat got %+v, want %+v", a.Invitation, first.Invitation)
		}
	}
	if counts := h.count(); counts[hiring.Accepted] != 1 {
		t.Errorf("facts by status: %v", counts)
	}
}

// Attack 44: at the instant of expiry the acceptance loses, and whether accept or expiry comes first exactly one of them is a fact.
func TestAcceptAgainstExpiry(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 30, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 30)
	expires := h.view("d1").Invitations[0].Expires
	h.clock.set(expires.Add(-time.Millisecond))
	var wg sync.WaitGroup
	won := make([]bool, len(refs))
	for i, l := range refs {
		wg.Go(func() {
			if i == len(refs)/2 {
				h.clock.set(expires)
			}
			_, err := h.send(h.reply(hiring.DoAccept, "d1", "o1", l))
			if won[i] = err == nil; err != nil && !strings.Contains(err.Error(), "expired") {
				t.Errorf("told: %v", err)
			}
		})
	}
	wg.Wait()
	accepted := 0
	for _, w := range won {
		if w {
			accepted++
		}
	}
	if accepted < len(refs) { // the last of the rest to expire
		ended := 0
		h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
			if inv.Status == hiring.Expired {
				ended++
			}
			return ended == len(refs)-accepted
		})
	}
	counts := h.count()
	if counts[hiring.Accepted] != accepted || counts[hiring.Accepted]+counts[hiring.Expired] != len(refs) {
		t.Errorf("%d were told yes; facts by status: %v", accepted, counts)
	}
}

// Stopped over a deadline and started again: what fell due is handled once, and the seat goes to the next.
func TestExpiryAcrossARestart(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 2, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1)
	stop()
	h.clock.set(start.Add(73 * time.Hour))
	stop = h.role()
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[1] && inv.Status == hiring.Sent
	})
	stop()
	h.role()
	h.view("d1")
	if counts := h.count(); counts[hiring.Sent] != 2 || counts[hiring.Expired] != 1 {
		t.Errorf("facts by status: %v", counts)
	}
}

// A learner who comes to match while the day is open is invited; withdrawn consent and erasure end that.
func TestInvitesWhoComesLaterAndForgetsTheErased(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1)
	refs, _ := h.learners("late", 2, "o1")
	sent := func(l hiring.LearnerRef, s hiring.InvitationStatus) func(hiring.Fact, hiring.Invitation) bool {
		return func(_ hiring.Fact, inv hiring.Invitation) bool { return inv.Learner == l && inv.Status == s }
	}
	// The clock of the test stands still, so the alarm that was set for shortly is reached by moving it: once the role has read of both,
	// or it would set the alarm for shortly after the clock's new time, which never comes.
	h.view("d1")
	h.clock.set(start.Add(time.Minute))
	h.await(sent(refs[0], hiring.Sent))
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	h.publish(events.Draft{
		Subject: hiring.LearnerSubject(refs[0]), Type: hiring.LearnerErased, Body: hiring.Learner{Ref: refs[0], Erased: true},
	})
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		if inv.Status == hiring.Withdrawn && (inv.Slot != nil || len(inv.Match.Parts) > 0) {
			t.Errorf("the withdrawn invitation still says %+v", inv)
		}
		return inv.Learner == refs[0] && inv.Status == hiring.Withdrawn
	})
	h.await(sent(refs[1], hiring.Sent))
	if _, err := h.do(h.reply(hiring.DoAccept, "d1", "o1", refs[0])); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("an erased learner's link: %v", err)
	}
	f, err := h.log.Last(h.ctx, hiring.BookingSubject(refs[0]))
	if err != nil || strings.Contains(string(f.Data), "d1") {
		t.Errorf("the booking of the erased: %s, %v", f.Data, err)
	}
}

// What the managers of a day may see follows from how things stand: consent withdrawn, opening withdrawn, learner erased.
func TestInvitationsEndWithWhatTheyStandOn(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 4, "o1")
	for i := range refs {
		h.scores["o1"][i].Parts = []hiring.Part{{Skill: "a", Name: "A", Value: 1}}
	}
	h.open("d1", "o1", "2027-03-15T09:00", 4)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	declining := h.reply(hiring.DoDecline, "d1", "o1", refs[1])
	declining.Reason = "pay"
	h.must(declining)

	withdrawn := func(l hiring.LearnerRef) func(hiring.Fact, hiring.Invitation) bool {
		return func(_ hiring.Fact, inv hiring.Invitation) bool {
			return inv.Learner == l && inv.Status == hiring.Withdrawn
		}
	}
	for _, i := range []int{0, 2} { // one who accepted, and one who did not
		h.publish(events.Draft{Subject: hiring.LearnerSubject(refs[i]), Type: hiring.LearnerRecorded,
			Body: hiring.Learner{ID: hiring.LearnerID(fmt.Sprintf("l%03d", i)), Ref: refs[i], RegisteredBy: operator}})
	}
	if _, err := h.do(h.reply(hiring.DoAccept, "d1", "o1", refs[2])); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("accepting after consent was withdrawn: %v", err)
	}
	h.await(withdrawn(refs[2]))
	h.publish(events.Draft{
		Subject: hiring.LearnerSubject(refs[1]), Type: hiring.LearnerErased, Body: hiring.Learner{Ref: refs[1], Erased: true},
	})
	h.publish(events.Draft{Subject: hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "o1")), Type: hiring.OpeningWithdrawn,
		Body: hiring.Opening{ID: "o1", Title: "Data technician", Employer: employer, Withdrawn: true}})
	if _, err := h.do(h.reply(hiring.DoAccept, "d1", "o1", refs[3])); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("accepting for an opening that was withdrawn: %v", err)
	}
	h.await(withdrawn(refs[3]))

	v := h.view("d1")
	told := map[hiring.LearnerRef]string{}
	for _, inv := range v.Invitations {
		told[inv.Learner] = strings.TrimSpace(fmt.Sprintf("%s %d %s", inv.Status, len(inv.Match.Parts), inv.Reason))
	}
	want := map[hiring.LearnerRef]string{refs[0]: "accepted 1", "": "declined 0", refs[2]: "withdrawn 0", refs[3]: "withdrawn 1"}
	for ref, w := range want {
		if told[ref] != w {
			t.Errorf("%q is shown as %q, want %q", ref, told[ref], w)
		}
	}
	if _, shown := v.IDs[refs[1]]; shown || len(told) != 4 {
		t.Errorf("shown: %v, ids %v", told, v.IDs)
	}
}

// Facts of an erased learner are removed from the log; the day goes on all the same.
func TestGoesOnAfterFactsWereRemoved(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 3, "o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1, 1)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[1])) // the last fact of the day's invitations
	for _, filter := range []string{hiring.InvitationsOf(refs[1]), hiring.BookingSubject(refs[1])} {
		if _, err := h.log.EraseSubjects(h.ctx, filter); err != nil {
			t.Fatal(err)
		}
	}
	h.publish(events.Draft{
		Subject: hiring.LearnerSubject(refs[1]), Type: hiring.LearnerErased, Body: hiring.Learner{Ref: refs[1], Erased: true},
	})
	if a := h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0])); a.Invitation.Status != hiring.Accepted {
		t.Errorf("accepting gave %+v", a.Invitation)
	}
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[2] && inv.Status == hiring.Sent
	})
}

// A cancelled day withdraws its invitations and frees its bookings.
func TestCancelledDay(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	h.opening("o2")
	refs, _ := h.learners("l", 2, "o1", "o2")
	h.open("d1", "o1", "2027-03-15T09:00", 2)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	a := h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoCancel})
	if a.Day.Status != hiring.StatusCancelled {
		t.Errorf("status %s", a.Day.Status)
	}
	if counts := h.count(); counts[hiring.Withdrawn] != 2 {
		t.Errorf("facts by status: %v", counts)
	}
	h.open("d2", "o2", "2027-03-15T09:00", 2)
	h.must(h.reply(hiring.DoAccept, "d2", "o2", refs[0])) // the same hour is free again
}

// A day of 300 seats for an opening whose skills fill pages: neither the ranking, nor the preview, nor the list of invitations fits one answer.
func TestLargeDay(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	h.learners("l", 330, "o1")
	long := strings.Repeat("a very long name of a skill, ", 40)
	for i := range h.scores["o1"] {
		for s := range 20 {
			h.scores["o1"][i].Score = hiring.OneScore - hiring.Score(i)
			h.scores["o1"][i].Parts = append(h.scores["o1"][i].Parts, hiring.Part{
				Skill: hiring.SkillID(fmt.Sprintf("text:%snumber %d", long, s)), Name: fmt.Sprintf("%snumber %d", long, s),
				Need: hiring.Essential, Value: 5, Credit: hiring.OneScore,
			})
		}
	}
	p := hiring.DayPlan{ID: "d1", Employer: employer, Title: "Fair", Zone: "UTC", Openings: []hiring.OpeningID{"o1"},
		Slots: []hiring.LocalSlot{{Start: "2027-03-15T09:00", Minutes: 60, Seats: 300}}}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoDraft, Plan: &p})
	if n := h.parts(hiring.ViewDay{Day: "d1", Preview: true}); n != 300 {
		t.Errorf("%d previewed", n)
	}
	if a := h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoOpen}); a.Sent != 300 {
		t.Errorf("%d invited", a.Sent)
	}
	if n := h.parts(hiring.ViewDay{Day: "d1"}); n != 300 {
		t.Errorf("%d listed", n)
	}
	h.must(h.reply(hiring.DoDecline, "d1", "o1", h.scores["o1"][7].Learner)) // and the day goes on filling
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == h.scores["o1"][300].Learner && inv.Status == hiring.Sent
	})
}

// parts reads all of a day's list part by part, and counts whom it holds.
func (h *house) parts(q hiring.ViewDay) int {
	h.t.Helper()
	q.Actor, q.Limit = hr, 1000
	seen := map[hiring.LearnerRef]bool{}
	for total, answers := 1, 0; len(seen) < total; answers++ {
		q.Offset = len(seen)
		v, err := events.Ask[hiring.DayView](h.ctx, h.log, q)
		if n := len(v.Invitations) + len(v.Preview); err != nil || n == 0 || answers == 0 && n == v.Total {
			h.t.Fatalf("%d of %d from %d: %v", n, v.Total, q.Offset, err)
		}
		for ref := range v.IDs {
			seen[ref] = true
		}
		total = v.Total
	}
	return len(seen)
}

// Who registered a learner reads their invitations as they read their record.
func TestRegistrarListsInvitations(t *testing.T) {
	h := newHouse(t)
	h.role()
	school := hiring.Actor{Role: hiring.RoleProvider, Subject: "School"}
	ref := h.secrets.LearnerRef("l1")
	end := h.publish(events.Draft{Subject: hiring.LearnerSubject(ref), Type: hiring.LearnerRecorded,
		Body: hiring.Learner{ID: "l1", Ref: ref, Visible: true, RegisteredBy: school}})
	q := hiring.ListInvitations{Asked: hiring.Asked{Actor: school, After: end}, Learner: "l1"}
	if err := ask[hiring.InvitationList](h, q); err != nil {
		t.Errorf("who registered the learner: %v", err)
	}
	q.Actor.Subject = "Another School"
	if err := ask[hiring.InvitationList](h, q); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("another provider: %v", err)
	}
}

func TestPreviewAndRefusals(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o1")
	refs, ids := h.learners("l", 3, "o1")
	plan := examplePlan()
	plan.Run.Seats = 1
	plan.Bar = 0.999
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "spring", Do: hiring.DoDraft, Plan: &plan})
	v, err := events.Ask[hiring.DayView](h.ctx, h.log, hiring.ViewDay{Asked: hiring.Asked{Actor: hr}, Day: "spring", Preview: true, Limit: 10})
	if err != nil || len(v.Preview) != 2 || v.Preview[0].Learner != refs[0] || v.IDs[refs[1]] != ids[1] || len(v.Invitations) != 0 {
		t.Errorf("preview %+v, %v", v.Preview, err)
	}
	other := hiring.Actor{Role: hiring.RoleEmployer, Subject: "Someone Else"}
	stranger := hiring.Actor{Role: hiring.RoleLearner, Subject: string(ids[1])}
	for name, err := range map[string]error{
		"another employer's view":    ask[hiring.DayView](h, hiring.ViewDay{Asked: hiring.Asked{Actor: other}, Day: "spring"}),
		"a day that is none":         ask[hiring.DayView](h, hiring.ViewDay{Asked: hiring.Asked{Actor: hr}, Day: "autumn"}),
		"another learner's list":     ask[hiring.InvitationList](h, hiring.ListInvitations{Asked: hiring.Asked{Actor: stranger}, Learner: ids[0]}),
		"another employer's command": ask[hiring.DayAnswer](h, hiring.DayCommand{Asked: hiring.Asked{Actor: other}, Day: "spring", Ref: "x", Do: hiring.DoOpen}),
		"a command on no day":        ask[hiring.DayAnswer](h, hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "autumn", Ref: "x", Do: hiring.DoOpen}),
	} {
		if hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func ask[A any, Q events.Question](h *house, q Q) error {
	_, err := events.Ask[A](h.ctx, h.log, q)
	return err
}
