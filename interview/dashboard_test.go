package interview

import (
	"context"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// glance asks for the dashboard after everything published so far.
func (h *house) glance(by hiring.Actor, day hiring.DayID) (hiring.Dashboard, error) {
	h.t.Helper()
	end, err := h.log.End(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return events.Ask[hiring.Dashboard](h.ctx, h.log, hiring.ViewDashboard{Asked: hiring.Asked{Actor: by, After: end}, Day: day})
}

func TestDashboard(t *testing.T) {
	h := newHouse(t)
	h.opening("o1")
	refs, _ := h.learners("l", 4, "o1")
	stop := h.role()
	h.open("d1", "o1", "2027-03-09T10:00", 1, 2)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	h.must(h.reply(hiring.DoDecline, "d1", "o1", refs[1]))
	h.clock.set(time.Date(2027, 3, 9, 9, 0, 0, 0, time.UTC))
	h.must(hiring.DayCommand{Day: "d1", Do: hiring.DoAttend, Invitation: h.secrets.InvitationRef("d1", "o1", refs[0]), ByLink: true,
		Attendance: &hiring.Attendance{Presence: hiring.CheckedIn}})

	check := func(when string) {
		t.Helper()
		d, err := h.glance(hr, "d1")
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Slots) != 2 || d.Slots[0].Taken != 1 || d.Slots[0].Free != 0 || d.Slots[0].Here != 1 || d.Slots[1].Free != 2 {
			t.Errorf("%s: slots %+v", when, d.Slots)
		}
		accepted, declined := 0, 0
		for _, m := range d.Replies {
			accepted, declined = accepted+m.Accepted, declined+m.Declined
			if !m.Minute.Equal(m.Minute.Truncate(time.Minute)) {
				t.Errorf("%s: a reply at %v", when, m.Minute)
			}
		}
		if accepted != 1 || declined != 1 || len(d.Replies) > 2 {
			t.Errorf("%s: replies %+v", when, d.Replies)
		}
		if d.Invitations[hiring.Accepted] != 1 || d.Invitations[hiring.Declined] != 1 || d.Presences[hiring.CheckedIn] != 1 {
			t.Errorf("%s: %v %v", when, d.Invitations, d.Presences)
		}
	}
	check("at first")
	stop()
	h.role()
	check("after a restart")
	for _, a := range []hiring.Actor{{Role: hiring.RoleEmployer, Subject: "Someone Else"}, {Role: hiring.RoleLearner, Subject: "l000"}} {
		if _, err := h.glance(a, "d1"); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

func TestCountOutcomes(t *testing.T) {
	provider := hiring.Actor{Role: hiring.RoleProvider, Subject: "School"}
	h := newHouse(t)
	asked := 0
	stop, err := events.Answer(h.log, nil, func(_ context.Context, q hiring.FindHolders) (hiring.FoundHolders, error) {
		asked++
		if q.Actor != provider {
			return hiring.FoundHolders{}, hiring.Errorf(hiring.NotFound, "no such programme")
		}
		return hiring.FoundHolders{Holders: q.Learners}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	h.opening("o1")
	refs, _ := h.learners("l", 12, "o1")
	h.role()
	count := func(a hiring.Actor) (hiring.ProgrammeOutcomes, error) {
		end, err := h.log.End(h.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return events.Ask[hiring.ProgrammeOutcomes](h.ctx, h.log, hiring.CountOutcomes{Asked: hiring.Asked{Actor: a, After: end}, Programme: "p"})
	}
	if got, err := count(provider); err != nil || got.Invited != hiring.FewerThanTen || asked != 1 {
		t.Errorf("before anybody was invited: %+v, %v, asked %d times", got, err, asked)
	}
	h.open("d1", "o1", "2027-03-09T10:00", 12)
	for _, ref := range refs {
		h.must(h.reply(hiring.DoAccept, "d1", "o1", ref))
	}
	h.clock.set(time.Date(2027, 3, 9, 10, 0, 0, 0, time.UTC))
	for i, ref := range refs[:11] {
		c := h.reply(hiring.DoOutcome, "d1", "o1", ref)
		c.Outcome = &hiring.Outcome{Result: hiring.Hired, Pay: &hiring.Pay{Min: float64(20 + i), Currency: "EUR", Per: "hour"}}
		h.must(c)
	}
	c := h.reply(hiring.DoOutcome, "d1", "o1", refs[10])
	c.ByLink, c.Actor, c.Outcome = false, hr, &hiring.Outcome{Result: hiring.NotOffered}
	h.must(c)
	got, err := count(provider)
	if err != nil {
		t.Fatal(err)
	}
	if got.Invited != 12 || got.Accepted != 12 || got.Attended != hiring.FewerThanTen || got.Offered != 10 || got.Hired != 10 || got.Disputed != hiring.FewerThanTen {
		t.Errorf("counted %+v", got)
	}
	if len(got.Pay) != 1 || got.Pay[0].Median != 24.5 || got.Pay[0].Count != 10 {
		t.Errorf("pay %+v: of the ten whose hire nobody disputes", got.Pay)
	}
	if _, err := count(hr); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("an employer: %v", err)
	}
}
