package interview

import (
	"encoding/json"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// scheduledDay drafts and opens a day to be solved as a whole: two openings, two slots of two seats.
func (h *house) scheduledDay(id hiring.DayID) {
	h.t.Helper()
	h.opening("o1")
	h.opening("o2")
	p := hiring.DayPlan{
		ID: id, Employer: employer, Title: "Fair", Zone: "Europe/Madrid", Admission: hiring.AdmitScheduled, Openings: []hiring.OpeningID{"o1", "o2"},
		Run: &hiring.SlotRun{Start: "2027-03-15T09:00", Minutes: 30, Count: 2, Seats: 2},
	}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: id, Do: hiring.DoDraft, Plan: &p})
	if a := h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: id, Do: hiring.DoOpen}); a.Sent != 0 {
		h.t.Fatalf("opening a day that is to be solved invited %d", a.Sent)
	}
}

func (h *house) wish(day hiring.DayID, l hiring.LearnerID, openings ...hiring.OpeningID) {
	h.t.Helper()
	as := hiring.Actor{Role: hiring.RoleLearner, Subject: string(l)}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: as}, Day: day, Do: hiring.DoWish, Learners: []string{string(l)}, Wishes: &hiring.Wishes{Openings: openings, Talks: 1}})
}

func (h *house) wishes(day hiring.DayID, l hiring.LearnerID) hiring.WishesView {
	h.t.Helper()
	end, err := h.log.End(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	as := hiring.Actor{Role: hiring.RoleLearner, Subject: string(l)}
	v, err := events.Ask[hiring.WishesView](h.ctx, h.log, hiring.ViewWishes{Asked: hiring.Asked{Actor: as, After: end}, Day: day, Learner: l})
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// The way of a solved day: wishes, the solution, fixed times, answers; one drops out, and the next gets the place.
func TestSolvedDay(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	refs, ids := h.learners("l", 6, "o1")
	h.scheduledDay("fair")
	for i, id := range ids {
		if i != 3 { // who says nothing takes what they match best
			h.wish("fair", id, "o1", "o2")
		}
	}
	solving := hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "fair", Do: hiring.DoSolve, Command: "solve-it"}
	a := h.must(solving)
	if a.Sent != 4 || a.Day.SolvedAt == nil {
		t.Fatalf("solving sent %d, solved at %v", a.Sent, a.Day.SolvedAt)
	}
	if a := h.must(solving); a.Sent != 4 {
		t.Errorf("sent again, it reports %d", a.Sent)
	}
	v := h.wishes("fair", ids[5])
	if len(v.Talks) != 0 || v.Wishes == nil || len(v.Wishes.Answers) != 2 || v.Wishes.Answers[1].Code != hiring.WishNotRanked || v.Wishes.Answers[0] != (hiring.WishAnswer{Opening: "o1", Code: hiring.WishOutranked, Above: 4, Places: 4}) {
		t.Errorf("the sixth hears %+v, %+v", v.Wishes, v.Talks)
	}
	got := h.must(h.reply(hiring.DoAccept, "fair", "o1", refs[0]))
	kept := got.Invitation.Slot.Start
	h.must(h.reply(hiring.DoDecline, "fair", "o1", refs[1]))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[4] && inv.Status == hiring.Sent
	})

	stop()
	h.role() // the state is found again, and nobody is invited twice
	h.must(h.reply(hiring.DoDecline, "fair", "o1", refs[2]))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[5] && inv.Status == hiring.Sent
	})
	if n := h.count()[hiring.Sent]; n != 6 {
		t.Errorf("%d invitations went out", n)
	}
	if inv := h.wishes("fair", ids[0]).Talks[0]; inv.Status != hiring.Accepted || !inv.Slot.Start.Equal(kept) {
		t.Errorf("the first sits at %+v", inv.Slot)
	}
}

// A stop between solving and inviting is made good at the next start.
func TestSolvedDayAfterAStop(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	refs, _ := h.learners("l", 2, "o1")
	h.scheduledDay("fair")
	stop()
	day := h.lastDay("fair")
	at := h.clock.now()
	day.SolvedAt = &at
	h.publish(events.Draft{Subject: hiring.DaySubject(day.Ref), Type: hiring.DaySolved, Body: day})
	h.role()
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[1] && inv.Status == hiring.Sent
	})
}

func (h *house) lastDay(id hiring.DayID) (day hiring.Day) {
	h.t.Helper()
	f, err := h.log.Last(h.ctx, hiring.DaySubject(h.secrets.Ref(hiring.KindDay, string(id))))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(f.Data, &day); err != nil {
		h.t.Fatal(err)
	}
	return day
}

// Nobody has the day solved: it is, once just enough time is left to answer.
func TestSolvedByTheClock(t *testing.T) {
	h := newHouse(t)
	h.role()
	refs, _ := h.learners("l", 1, "o1")
	h.scheduledDay("fair")
	day := h.lastDay("fair")
	h.clock.set(day.SolveBy())
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[0] && inv.Status == hiring.Sent
	})
	if day := h.lastDay("fair"); day.SolvedAt == nil || day.SolvedAt.Sub(h.clock.now()) > time.Second {
		t.Errorf("solved at %v", day.SolvedAt)
	}
}

// A talk on another day is an appointment; the learner is never kept a seat at that time.
func TestSolvedDayKnowsOtherDays(t *testing.T) {
	h := newHouse(t)
	h.role()
	refs, ids := h.learners("l", 1, "o1")
	h.opening("o1")
	h.open("morning", "o1", "2027-03-15T08:45", 1) // until 9:45: over both slots of the fair
	h.must(h.reply(hiring.DoAccept, "morning", "o1", refs[0]))
	h.scheduledDay("fair")
	h.wish("fair", ids[0], "o1")
	if a := h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "fair", Do: hiring.DoSolve}); a.Sent != 0 {
		t.Errorf("%d invited", a.Sent)
	}
	if v := h.wishes("fair", ids[0]); len(v.Wishes.Answers) != 1 || v.Wishes.Answers[0].Code == hiring.WishGranted {
		t.Errorf("answered %+v", v.Wishes.Answers)
	}
}

// Two processes that serve a day at once invite nobody twice.
func TestSolvedDayInTwoProcesses(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.role()
	refs, _ := h.learners("l", 6, "o1")
	h.scheduledDay("fair")
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "fair", Do: hiring.DoSolve})
	h.must(h.reply(hiring.DoDecline, "fair", "o1", refs[0]))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[4] && inv.Status == hiring.Sent
	})
	end, err := h.log.End(h.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if end == 0 || h.count()[hiring.Sent] != 5 {
		t.Errorf("%d invitations went out", h.count()[hiring.Sent])
	}
}
