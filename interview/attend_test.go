package interview

import (
	"strings"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// seatedDesk is a desk on which learner a accepted the first slot of d1, which starts at the given time.
func seatedDesk(t *testing.T, at time.Time) *desk {
	t.Helper()
	d := newDesk("a", "b")
	d.opened("d1", at, 2, 2)
	d.invite("d1", start, match("o1", "a", 900_000), match("o1", "b", 800_000))
	if err := d.do(accepting("d1", "o1", "a", hiring.DoAccept), start); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) invitation(l hiring.LearnerRef) *hiring.Invitation {
	_, inv := d.ledger.invitation(nameOf("d1")("o1", l))
	return inv
}

// said is a command about the coming of learner l: by themselves, or by an actor.
func said(l hiring.LearnerRef, p hiring.Presence, by *hiring.Actor) hiring.DayCommand {
	c := accepting("d1", "o1", l, hiring.DoAttend)
	c.Attendance = &hiring.Attendance{Presence: p}
	if by != nil {
		c.ByLink, c.Actor = false, *by
	}
	return c
}

func TestAttendance(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	early, begun, over := at.Add(-2*time.Hour), at.Add(time.Minute), at.Add(time.Hour)
	rival := hiring.Actor{Role: hiring.RoleEmployer, Subject: "Someone Else"}
	self := hiring.Actor{Role: hiring.RoleLearner, Subject: "id-a"}
	other := hiring.Actor{Role: hiring.RoleLearner, Subject: "id-b"}
	minutes := func(c hiring.DayCommand, n int) hiring.DayCommand { c.Attendance.Minutes = n; return c }
	type step struct {
		c    hiring.DayCommand
		at   time.Time
		fail string // a word of the refusal
	}
	tests := []struct {
		name  string
		steps []step
		want  string // presence at the end
	}{
		{"checks in from two hours before", []step{{said("a", hiring.CheckedIn, nil), early.Add(-time.Second), "early"}, {said("a", hiring.CheckedIn, nil), early, ""}}, "checkedIn"},
		{"and until the talk is over", []step{{said("a", hiring.CheckedIn, nil), over.Add(-time.Second), ""}, {said("a", hiring.RunningLate, &hr), over, "over"}}, "checkedIn"},
		{"not when it is over", []step{{said("a", hiring.CheckedIn, nil), over, "over"}}, ""},
		{"by the learner's token", []step{{said("a", hiring.CheckedIn, &self), early, ""}}, "checkedIn"},
		{"nobody else's", []step{{said("a", hiring.CheckedIn, &other), early, "no such"}, {said("a", hiring.CheckedIn, &rival), early, "no such"}}, ""},
		{"late, then there", []step{{minutes(said("a", hiring.RunningLate, nil), 20), early, ""}, {said("a", hiring.CheckedIn, nil), begun, ""}}, "checkedIn"},
		{"there, so not late", []step{{said("a", hiring.CheckedIn, nil), early, ""}, {said("a", hiring.RunningLate, nil), early, "checked in"}}, "checkedIn"},
		{"later still", []step{{minutes(said("a", hiring.RunningLate, nil), 10), early, ""}, {minutes(said("a", hiring.RunningLate, nil), 30), early, ""}}, "late"},
		{"no day is that long", []step{{minutes(said("a", hiring.RunningLate, nil), 1441), early, "minutes"}}, ""},
		{"learners do not settle", []step{{said("a", hiring.Attended, nil), begun, "host"}, {said("a", hiring.Excused, &self), begun, "host"}}, ""},
		{"no no-show before the talk begins", []step{{said("a", hiring.NoShow, &hr), at.Add(-time.Second), "not begun"}, {said("a", hiring.NoShow, &hr), at, ""}}, "noShow"},
		{"nor attended", []step{{said("a", hiring.Attended, &hr), at.Add(-time.Second), "not begun"}, {said("a", hiring.Attended, &hr), at, ""}}, "attended"},
		{"excused at any time", []step{{said("a", hiring.Excused, &hr), start.Add(time.Hour), ""}}, "excused"},
		{"the host corrects", []step{{said("a", hiring.NoShow, &hr), begun, ""}, {said("a", hiring.Attended, &hr), over.AddDate(0, 0, 2), ""}}, "attended"},
		{"the learner cannot", []step{{said("a", hiring.NoShow, &hr), begun, ""}, {said("a", hiring.CheckedIn, nil), begun, "host"}}, "noShow"},
		{"the host can check in who was given up", []step{{said("a", hiring.NoShow, &hr), begun, ""}, {said("a", hiring.CheckedIn, &hr), begun, ""}}, "checkedIn"},
		{"the operator may", []step{{said("a", hiring.CheckedIn, &operator), begun, ""}}, "checkedIn"},
		{"who has no seat cannot come", []step{{said("b", hiring.CheckedIn, nil), early, "no talk"}, {said("b", hiring.NoShow, &hr), begun, "no talk"}}, ""},
		{"no such presence", []step{{said("a", "asleep", &hr), begun, "presence"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := seatedDesk(t, at)
			for i, s := range tt.steps {
				err := d.do(s.c, s.at)
				if (err != nil) != (s.fail != "") || err != nil && !strings.Contains(err.Error(), s.fail) {
					t.Fatalf("step %d: %v, want %q", i, err, s.fail)
				}
				if a := d.invitation("a").Attendance; err == nil && !a.At.Equal(s.at) {
					t.Errorf("step %d: said at %v", i, a.At)
				}
			}
			got := ""
			if a := d.invitation("a").Attendance; a != nil {
				got = string(a.Presence)
			}
			if got != tt.want {
				t.Errorf("ends %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAttendanceTwiceIsOneFact(t *testing.T) {
	d := seatedDesk(t, start.AddDate(0, 0, 7))
	now := start.AddDate(0, 0, 7)
	for i, want := range []int{1, 0} {
		changes, err := decide(d.ledger.book("d1"), d.surroundings(), said("a", hiring.CheckedIn, nil), now.Add(time.Duration(i)*time.Second))
		if err != nil || len(changes) != want {
			t.Fatalf("time %d: %d changes, %v", i, len(changes), err)
		}
		d.apply(changes)
	}
}

func TestAttendanceEndsWithItsTime(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	d := seatedDesk(t, at)
	if err := d.do(said("a", hiring.RunningLate, nil), at.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	later := at.Add(time.Hour)
	c := accepting("d1", "o1", "a", hiring.DoMove)
	c.Slot = &later
	if err := d.do(c, at.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if inv := d.invitation("a"); inv.Attendance != nil || !inv.Slot.Start.Equal(later) {
		t.Errorf("late for the time before still: %+v", inv.Attendance)
	}
	d.ledger.book("d1").day.Status = hiring.StatusArchived
	if err := d.do(said("a", hiring.Attended, &hr), later); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("on an archived day: %v", err)
	}
}

func TestOutcomes(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	after := at.AddDate(0, 0, 3)
	rival := hiring.Actor{Role: hiring.RoleEmployer, Subject: "Someone Else"}
	pay := &hiring.Pay{Min: 21, Currency: "EUR", Per: "hour"}
	outcome := func(r hiring.Result, p *hiring.Pay, by *hiring.Actor) hiring.DayCommand {
		c := said("a", hiring.Attended, by)
		c.Do, c.Attendance, c.Outcome = hiring.DoOutcome, nil, &hiring.Outcome{Result: r, Pay: p}
		return c
	}
	d := seatedDesk(t, at)
	refused := []struct {
		name string
		c    hiring.DayCommand
		now  time.Time
		code hiring.Code
	}{
		{"before the talk", outcome(hiring.GotOffer, nil, &hr), at.Add(-time.Second), hiring.Conflict},
		{"by somebody else's employer", outcome(hiring.Hired, nil, &rival), after, hiring.NotFound},
		{"no result", outcome("maybe", nil, &hr), after, hiring.Invalid},
		{"pay without an offer", outcome(hiring.NotOffered, pay, &hr), after, hiring.Invalid},
		{"pay in no currency", outcome(hiring.Hired, &hiring.Pay{Min: 1, Per: "hour"}, &hr), after, hiring.Invalid},
	}
	for _, tt := range refused {
		if err := d.do(tt.c, tt.now); hiring.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	for _, c := range []hiring.DayCommand{outcome(hiring.NotOffered, nil, &hr), outcome(hiring.Hired, pay, nil), outcome(hiring.GotOffer, pay, &hr)} {
		if err := d.do(c, after); err != nil {
			t.Fatal(err)
		}
	}
	inv := d.invitation("a")
	if inv.LearnerOutcome.Result != hiring.Hired || inv.EmployerOutcome.Result != hiring.GotOffer || !inv.LearnerOutcome.At.Equal(after) {
		t.Errorf("the sides say %+v and %+v: both stand, the last word of each", inv.EmployerOutcome, inv.LearnerOutcome)
	}
	if changes, err := decide(d.ledger.book("d1"), d.surroundings(), outcome(hiring.Hired, pay, nil), after.Add(time.Hour)); err != nil || len(changes) != 0 {
		t.Errorf("said again: %d changes, %v", len(changes), err)
	}
	if err := d.do(said("a", hiring.NoShow, &hr), after); err != nil {
		t.Fatal(err)
	}
	if err := d.do(outcome(hiring.Hired, nil, &hr), after); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("who did not come was hired: %v", err)
	}
	if err := d.do(outcome(hiring.TurnedDown, pay, nil), after); err != nil {
		t.Errorf("the learner's own word: %v", err)
	}
}

// The code of an accepted talk checks its learner in on its own day, and does nothing in the hands of others.
func TestCheckInByCode(t *testing.T) {
	h := newHouse(t)
	h.opening("o1")
	refs, _ := h.learners("l", 2, "o1")
	h.role()
	h.open("d1", "o1", "2027-03-09T10:00", 2)
	h.must(h.reply(hiring.DoAccept, "d1", "o1", refs[0]))
	h.clock.set(time.Date(2027, 3, 9, 8, 0, 0, 0, time.UTC))
	code := func(l hiring.LearnerRef) string {
		return strings.ToLower(strings.ReplaceAll(h.secrets.CheckInCode(h.secrets.InvitationRef("d1", "o1", l)), "-", " "))
	}
	arrive := func(a hiring.Actor, code string) error {
		_, err := h.do(hiring.DayCommand{Asked: hiring.Asked{Actor: a}, Day: "d1", Do: hiring.DoAttend, Code: code, Attendance: &hiring.Attendance{Presence: hiring.CheckedIn}})
		return err
	}
	for name, try := range map[string]struct {
		by   hiring.Actor
		code string
	}{
		"another employer": {hiring.Actor{Role: hiring.RoleEmployer, Subject: "Someone Else"}, code(refs[0])},
		"the learner":      {hiring.Actor{Role: hiring.RoleLearner, Subject: "l000"}, code(refs[0])},
		"a wrong code":     {hr, "AAAAAA"},
		"no code":          {hr, "?"},
		"not accepted":     {hr, code(refs[1])},
	} {
		if err := arrive(try.by, try.code); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := arrive(hr, code(refs[0])); err != nil {
		t.Fatal(err)
	}
	v := h.view("d1")
	for _, inv := range v.Invitations {
		if here := inv.Attendance != nil && inv.Attendance.Presence == hiring.CheckedIn; here != (inv.Learner == refs[0]) {
			t.Errorf("%s is %+v", inv.Learner, inv.Attendance)
		}
	}
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		return f.Type == hiring.InvitationAttended && inv.Learner == refs[0] && inv.Attendance.At.Equal(h.clock.now())
	})
	if _, err := events.Ask[hiring.DayView](h.ctx, h.log, hiring.ViewDay{Asked: hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleLearner, Subject: "l000"}}, Day: "d1"}); err == nil {
		t.Error("a learner sees the day's list")
	}
}
