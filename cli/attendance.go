package cli

import (
	"context"
	"net/url"

	"matchday/hiring"
)

// dayDeskCmds are what hosts do on the day itself.
type dayDeskCmds struct {
	CheckIn   checkInCmd   `cmd:"" help:"Check in the learner who shows this code on arrival."`
	Desk      deskCmd      `cmd:"" help:"Print a signed link for the host's desk, or for one interviewer, and for the sheet to print."`
	Sheet     sheetCmd     `cmd:"" help:"Show the interviewers' sheet: who comes when, what they show and by what, what to ask."`
	Dashboard dashboardCmd `cmd:"" help:"Show the day at a glance: seats, replies by minute, who waits, who came."`
}

// talkCmds say what became of a talk.
type talkCmds struct {
	Attendance attendanceCmd `cmd:"" help:"Say that the learner is there or late, or as the host who came and who did not."`
	Outcome    outcomeCmd    `cmd:"" help:"Say what came of the talk: an offer, a hire."`
}

type checkInCmd struct {
	ID   string `arg:"" help:"The day."`
	Code string `arg:"" help:"The code that the learner shows: six characters."`
}

// Run checks in.
func (d *checkInCmd) Run(ctx context.Context, g *globals, c console) error {
	return aDay(d.ID).explain(g.act(ctx, c, "POST", "/v1/days/"+url.PathEscape(d.ID)+"/check-in", map[string]string{"code": d.Code}))
}

type attendanceCmd struct {
	Ref      string `arg:"" help:"The invitation's ref."`
	Presence string `arg:"" enum:"checkedIn,late,attended,excused,noShow" help:"checkedIn or late; for the host also attended, excused, noShow."`
	Minutes  int    `help:"How late the learner will be." placeholder:"N"`
}

// Run says so.
func (a *attendanceCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]any{"presence": a.Presence, "minutes": a.Minutes}
	return anInvitation(a.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(a.Ref)+"/attendance", body))
}

type outcomeCmd struct {
	Ref      string  `arg:"" help:"The invitation's ref."`
	Result   string  `arg:"" enum:"offer,hired,declined,rejected" help:"offer, hired, declined (the offer was) or rejected."`
	Pay      float64 `help:"What was offered or agreed." placeholder:"N"`
	Currency string  `help:"Of the pay, ISO 4217." placeholder:"CODE"`
	Per      string  `help:"What the pay is for: hour, month or year." placeholder:"TIME"`
	Of       string  `help:"For operators: whose word it is, employer or learner." placeholder:"SIDE"`
}

// Run says so.
func (o *outcomeCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]any{"result": o.Result}
	if o.Of != "" {
		body["of"] = o.Of
	}
	if o.Pay != 0 || o.Currency != "" || o.Per != "" {
		body["pay"] = hiring.Pay{Min: o.Pay, Currency: o.Currency, Per: o.Per}
	}
	return anInvitation(o.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(o.Ref)+"/outcome", body))
}

type dashboardCmd struct {
	ID     string `arg:"" help:"The day."`
	Follow bool   `help:"Print it again whenever it changes, as server-sent events."`
}

// Run prints the dashboard.
func (d *dashboardCmd) Run(ctx context.Context, g *globals, c console) error {
	path := "/v1/days/" + url.PathEscape(d.ID) + "/dashboard"
	if !d.Follow {
		return aDay(d.ID).explain(g.print(ctx, c, path))
	}
	err := aDay(d.ID).explain(g.print(ctx, c, path+"/events"))
	if ctx.Err() != nil { // the person ended it
		return nil
	}
	return err
}

type programmeOutcomesCmd struct {
	ID string `arg:"" help:"The programme."`
}

// Run prints what became of those who hold the programme.
func (p *programmeOutcomesCmd) Run(ctx context.Context, g *globals, c console) error {
	return aProgramme(p.ID).explain(g.print(ctx, c, "/v1/programmes/"+url.PathEscape(p.ID)+"/outcomes"))
}

type deskCmd struct {
	ID          string `arg:"" help:"The day."`
	Interviewer string `help:"Only this interviewer's talks." placeholder:"ID"`
	Employer    string `help:"For operators: which of a fair's employers; the organiser when left out." placeholder:"NAME"`
	Until       string `help:"When the link expires, RFC 3339; seven days after the day when left out." placeholder:"TIME"`
}

// Run prints the link.
func (d *deskCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]string{}
	for field, value := range map[string]string{"interviewer": d.Interviewer, "employer": d.Employer, "until": d.Until} {
		if value != "" {
			body[field] = value
		}
	}
	return aDay(d.ID).explain(g.act(ctx, c, "POST", "/v1/days/"+url.PathEscape(d.ID)+"/desk", body))
}

type sheetCmd struct {
	ID          string `arg:"" help:"The day."`
	Interviewer string `help:"Only this interviewer's talks." placeholder:"ID"`
}

// Run prints the sheet.
func (s *sheetCmd) Run(ctx context.Context, g *globals, c console) error {
	path := "/v1/days/" + url.PathEscape(s.ID) + "/sheet"
	if s.Interviewer != "" {
		path += "?interviewer=" + url.QueryEscape(s.Interviewer)
	}
	return aDay(s.ID).explain(g.print(ctx, c, path))
}
