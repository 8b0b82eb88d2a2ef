package web

import (
	"context"
	"fmt"
	"net/http"

	"matchday/events"
	"matchday/hiring"
)

// AttendanceBody is what is known of a learner's coming.
type AttendanceBody struct {
	Presence hiring.Presence `json:"presence" doc:"checkedIn or late, from two hours before the talk to its end; for the host also attended, excused, noShow"`
	Minutes  int             `json:"minutes,omitempty" doc:"How late the learner will be"`
}

type attendanceInput struct {
	InvitationPath
	Body document[AttendanceBody]
}

// OutcomeBody is what came of a talk, as one side says.
type OutcomeBody struct {
	Result hiring.Result `json:"result" doc:"offer, hired, declined (the offer was) or rejected"`
	Pay    *hiring.Pay   `json:"pay,omitempty" doc:"What was offered or agreed"`
	Of     hiring.Role   `json:"of,omitempty" doc:"For operators: whose word it is, employer (when left out) or learner"`
}

type outcomeInput struct {
	InvitationPath
	Body document[OutcomeBody]
}

type checkInInput struct {
	DayPath
	Body document[CheckInBody]
}

// CheckInBody is a code that a learner showed on arrival.
type CheckInBody struct {
	Code string `json:"code" doc:"Six characters; case, blanks and dashes do not matter"`
}

func (s *Server) attendanceRoutes() {
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/attendance", id: "attend-invitation", tag: "The day itself",
		summary:     "Check in, say that one is late, or as the host say who came",
		description: "A no-show and attended can be said once the talk has begun; the host may correct each until the day is archived.",
	}, func(ctx context.Context, who caller, in *attendanceInput) (*reply[InvitationDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		c := hiring.DayCommand{Do: hiring.DoAttend, Attendance: &hiring.Attendance{Presence: body.Presence, Minutes: body.Minutes}}
		return s.commandInvitation(ctx, who, in.InvitationPath, fmt.Sprint(body), c)
	})
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/outcome", id: "report-outcome", tag: "The day itself", summary: "Say what came of the talk",
		description: "Asked of both sides; where they disagree, both stand. Programmes learn numbers only.",
	}, s.reportOutcome)
	handle(s, op{
		method: http.MethodPost, path: "/v1/days/{id}/check-in", id: "check-in", tag: "The day itself", summary: "Check in the learner who shows this code",
	}, func(ctx context.Context, who caller, in *checkInInput) (*reply[InvitationDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		a, err := s.checkIn(ctx, who, hiring.DayID(in.ID), body.Code, in.Key)
		if err != nil {
			return nil, err
		}
		record, err := s.invitationRecord(ctx, who, a.Invitation, "")
		if err != nil {
			return nil, err
		}
		return answer(InvitationDone{record, dayRecord(&a.Day, nil), a.Position}), nil
	})
}

func (s *Server) reportOutcome(ctx context.Context, who caller, in *outcomeInput) (*reply[InvitationDone], error) {
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	c := hiring.DayCommand{Do: hiring.DoOutcome, Outcome: &hiring.Outcome{Result: body.Result, Pay: body.Pay}}
	switch {
	case body.Of == "":
	case !who.Operator():
		return nil, hiring.Invalidf("of", "is for operators").Mend("leave it out: the token says whose word it is")
	case body.Of == hiring.RoleLearner:
		c.ByLink = true
	case body.Of != hiring.RoleEmployer:
		return nil, hiring.Invalidf("of", "is not one of employer, learner")
	}
	return s.commandInvitation(ctx, who, in.InvitationPath, detailOf(body), c)
}

// detailOf tells outcomes apart.
func detailOf(o OutcomeBody) string {
	detail := fmt.Sprintf("%s %s", o.Of, o.Result)
	if o.Pay != nil {
		detail += fmt.Sprintf(" %v %s %s", o.Pay.Min, o.Pay.Currency, o.Pay.Per)
		if o.Pay.Max != nil {
			detail += fmt.Sprintf(" to %v", *o.Pay.Max)
		}
	}
	return detail
}

// checkIn checks in whoever shows the code of an accepted talk of the day.
func (s *Server) checkIn(ctx context.Context, who caller, day hiring.DayID, code, key string) (hiring.DayAnswer, error) {
	if err := hiring.ValidID("id", string(day)); err != nil {
		return hiring.DayAnswer{}, err
	}
	if code == "" {
		return hiring.DayAnswer{}, hiring.Invalidf("code", "is missing")
	}
	c := hiring.DayCommand{
		Asked: hiring.Asked{Actor: who.Actor}, Day: day, Ref: s.secrets.Ref(hiring.KindDay, string(day)), Do: hiring.DoAttend,
		Code: code, Attendance: &hiring.Attendance{Presence: hiring.CheckedIn}, Command: s.command(who, key, ""),
	}
	a, err := events.Ask[hiring.DayAnswer](ctx, s.log, c)
	if err == nil && a.Invitation == nil {
		err = nothing()
	}
	return a, err
}

// sides leaves out of a record what the caller's side is not told: the other's word of what came of the talk, and for employers the
// code by which the learner shows that they are there.
func (s *Server) sides(out *InvitationRecord, who caller, now hiring.InvitationStatus) {
	switch {
	case who.Role == hiring.RoleLearner:
		out.EmployerOutcome = nil
	case !who.Operator():
		out.LearnerOutcome = nil
		return
	}
	if out.Status == hiring.Accepted && now == hiring.Accepted {
		out.CheckIn = s.secrets.CheckInCode(out.Ref)
	}
}
