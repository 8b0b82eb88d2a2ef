package web

import (
	"strings"
	"testing"

	"matchday/hiring"
)

// talking makes the interview role answer commands on an accepted talk of learner l1, and views of its day.
func (h *house) talking(change func(*hiring.Invitation)) hiring.Invitation {
	i, d := invitationOf(h, "l1"), dayOf(h)
	i.Status, i.Slot = hiring.Accepted, &d.Slots[0]
	if change != nil {
		change(&i)
	}
	h.roles.day = func(c hiring.DayCommand) (hiring.DayAnswer, error) {
		if c.Code == "ZZZ-ZZZ" || !c.ByLink && !c.Actor.Operator() && !c.Actor.ActsFor(i.Employer) && !c.Actor.IsLearner("l1") {
			return hiring.DayAnswer{}, hiring.Errorf(hiring.NotFound, "no such invitation")
		}
		next := i
		next.Attendance, next.EmployerOutcome = c.Attendance, c.Outcome
		return hiring.DayAnswer{Day: d, Invitation: &next, Position: 5}, nil
	}
	h.roles.view = func(q hiring.ViewDay) (hiring.DayView, error) {
		if !q.Actor.MayViewDay(&d) {
			return hiring.DayView{}, hiring.Errorf(hiring.NotFound, "no such day")
		}
		return hiring.DayView{Day: d, Invitations: []hiring.Invitation{i}, Total: 1, IDs: map[hiring.LearnerRef]hiring.LearnerID{i.Learner: "l1"}}, nil
	}
	return i
}

func TestAttendanceAndOutcome(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{Name: "Ana Ruiz"}, hiring.Actor{Role: hiring.RoleOperator, Subject: "test"})
	i := h.talking(func(i *hiring.Invitation) {
		i.LearnerOutcome = &hiring.Outcome{Result: hiring.TurnedDown, At: noon}
	})
	host, self, rival := h.token(hiring.RoleEmployer, "Acme"), h.token(hiring.RoleLearner, "l1"), h.token(hiring.RoleEmployer, "Rival")
	ops := h.secrets.OperatorToken()
	path := "/v1/invitations/" + string(i.Ref)

	var done InvitationDone
	h.call(host, "POST", path+"/attendance", AttendanceBody{Presence: hiring.NoShow}).ok(t, 200).into(t, &done)
	if a := done.Invitation; a.Attendance.Presence != hiring.NoShow || a.Name != "Ana Ruiz" || a.CheckIn != "" || a.LearnerOutcome != nil {
		t.Errorf("the host is told %+v", a)
	}
	h.call(self, "POST", path+"/attendance", AttendanceBody{Presence: hiring.RunningLate, Minutes: 10}).ok(t, 200).into(t, &done)
	if a := done.Invitation; a.Attendance.Minutes != 10 || a.CheckIn != h.secrets.CheckInCode(i.Ref) || a.EmployerOutcome != nil {
		t.Errorf("the learner is told %+v", a)
	}
	done = InvitationDone{}
	outcome := OutcomeBody{Result: hiring.GotOffer, Pay: &hiring.Pay{Min: 24, Currency: "USD", Per: "hour"}}
	h.call(host, "POST", path+"/outcome", outcome).ok(t, 200).into(t, &done)
	if o := done.Invitation.EmployerOutcome; o == nil || o.Result != hiring.GotOffer || done.Invitation.LearnerOutcome != nil {
		t.Errorf("the host said an offer, and reads %+v", done.Invitation)
	}
	outcome.Of = hiring.RoleLearner
	h.call(ops, "POST", path+"/outcome", outcome).ok(t, 200)
	h.call(host, "POST", path+"/outcome", outcome).problem(t, 400)
	outcome.Of = "neighbour"
	h.call(ops, "POST", path+"/outcome", outcome).problem(t, 400, "neighbour")
	h.call(rival, "POST", path+"/outcome", OutcomeBody{Result: hiring.Hired}).problem(t, 404)
	h.call(rival, "POST", path+"/attendance", AttendanceBody{Presence: hiring.NoShow}).problem(t, 404)
	h.call("", "POST", path+"/attendance", AttendanceBody{Presence: hiring.NoShow}).problem(t, 401)

	asked := questions[hiring.DayCommand](h)
	sides := ""
	for _, c := range asked {
		sides += map[bool]string{true: "L", false: "E"}[c.ByLink]
	}
	if sides != "EEELEE" {
		t.Errorf("the commands were given as %s", sides)
	}
}

func TestCheckInByCode(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{Name: "Ana Ruiz"}, hiring.Actor{Role: hiring.RoleOperator, Subject: "test"})
	h.talking(nil)
	host := h.token(hiring.RoleEmployer, "Acme")
	var done InvitationDone
	h.call(host, "POST", "/v1/days/spring/check-in", CheckInBody{"abc def"}).ok(t, 200).into(t, &done)
	if done.Invitation.Attendance.Presence != hiring.CheckedIn || done.Invitation.Name != "Ana Ruiz" {
		t.Errorf("checked in: %+v", done.Invitation)
	}
	h.call(host, "POST", "/v1/days/spring/check-in", CheckInBody{}).problem(t, 400)
	h.call(host, "POST", "/v1/days/spring/check-in", CheckInBody{"ZZZ-ZZZ"}).problem(t, 404, "ZZZ")
	h.call(h.token(hiring.RoleEmployer, "Rival"), "POST", "/v1/days/spring/check-in", CheckInBody{"abc def"}).problem(t, 404)
	if c := questions[hiring.DayCommand](h)[0]; c.Code != "abc def" || c.Day != "spring" || strings.Contains(c.Command, "abc") {
		t.Errorf("asked %+v", c)
	}
}
