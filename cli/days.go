package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/alecthomas/kong"

	"matchday/hiring"
)

// employerCmd manages employers.
type employerCmd struct {
	Verify employerVerifyCmd `cmd:"" help:"Say that an employer is who it says: its invitations go out without review, its held openings are shown."`
}

type employerVerifyCmd struct {
	Name string `arg:"" help:"The employer's name as its openings write it."`
	Undo bool   `help:"Take it back."`
}

// Run verifies the employer, or takes that back.
func (e *employerVerifyCmd) Run(ctx context.Context, g *globals, c console) error {
	return g.act(ctx, c, "PUT", "/v1/employers/"+url.PathEscape(e.Name), map[string]bool{"verified": !e.Undo})
}

// dayCmd manages interview days.
type dayCmd struct {
	Plan    dayPlanCmd   `cmd:"" help:"Make or change the draft of a day from a JSON file."`
	Show    dayActionCmd `cmd:"" help:"Show a day and its invitations."`
	Preview dayActionCmd `cmd:"" help:"Show who would be invited if the day were opened now."`
	Open    dayActionCmd `cmd:"" help:"Open the day: the best matches are invited."`
	Invite  dayInviteCmd `cmd:"" help:"Invite learners by name: those whom the employer selected."`
	Change  dayChangeCmd `cmd:"" help:"Change place, link, access or times of a day that is open or closed, from a JSON file."`
	Close   dayActionCmd `cmd:"" help:"Send no further invitations; accepted ones stand."`
	Hold    dayActionCmd `cmd:"" help:"Say that the day takes place, or took."`
	Solve   daySolveCmd  `cmd:"" help:"Solve a scheduled day: who talks with whom and when; they are invited to fixed times."`
	Wish    dayWishCmd   `cmd:"" help:"State which openings of a scheduled day a learner would talk about."`
	Wishes  dayWishesCmd `cmd:"" help:"Show what a learner wishes of a scheduled day, and what became of it."`
	Archive dayActionCmd `cmd:"" help:"Archive a day that was held or cancelled."`
	Cancel  dayActionCmd `cmd:"" help:"Cancel the day and tell everyone invited."`
	dayDeskCmds
}

type dayPlanCmd struct {
	File string `arg:"" help:"The plan as JSON: id, employer, title, zone, openings, run or slots, bar, deadline; - is standard input."`
}

// Run puts the plan.
func (d *dayPlanCmd) Run(ctx context.Context, g *globals, c console) error {
	var plan hiring.DayPlan
	if err := readDocument(d.File, "plan", c, &plan); err != nil {
		return err
	}
	if plan.ID == "" {
		return fmt.Errorf("the plan in %s: id is missing; give the day one, as \"id\":\"spring-fair\"", d.File)
	}
	return g.act(ctx, c, "PUT", "/v1/days/"+url.PathEscape(string(plan.ID)), plan)
}

// readDocument reads a JSON document from a file, or standard input.
func readDocument(file, what string, c console, into any) error {
	in, err := openSource(file, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading the %s in %s: %w", what, file, err)
	}
	if err := readJSON(b, into); err != nil {
		return fmt.Errorf("the %s in %s: %w", what, file, err)
	}
	return nil
}

type dayInviteCmd struct {
	ID       string   `arg:"" help:"The day."`
	Learners []string `arg:"" help:"Learners by id, or for employers by the pseudonym that the preview shows."`
	Opening  string   `help:"What they are invited for." required:"" placeholder:"ID"`
}

// Run invites, all or none.
func (d *dayInviteCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]any{"opening": d.Opening, "learners": d.Learners}
	return aDay(d.ID).explain(g.act(ctx, c, "POST", "/v1/days/"+url.PathEscape(d.ID)+"/invite", body))
}

type dayChangeCmd struct {
	ID   string `arg:"" help:"The day."`
	File string `arg:"" help:"The change as JSON: place, link, access, format, move, drop, add; - is standard input."`
}

// Run changes the day.
func (d *dayChangeCmd) Run(ctx context.Context, g *globals, c console) error {
	var change hiring.DayChange
	if err := readDocument(d.File, "change", c, &change); err != nil {
		return err
	}
	return aDay(d.ID).explain(g.act(ctx, c, "POST", "/v1/days/"+url.PathEscape(d.ID)+"/change", change))
}

type dayActionCmd struct {
	ID string `arg:"" help:"The day."`
}

// Run does what the command's name says.
func (d *dayActionCmd) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	path := "/v1/days/" + url.PathEscape(d.ID)
	switch action := k.Selected().Name; action {
	case "show":
		return aDay(d.ID).explain(g.print(ctx, c, path+"/invitations"))
	case "preview":
		return aDay(d.ID).explain(g.print(ctx, c, path+"/preview"))
	case "open":
		return aDay(d.ID).explain(d.open(ctx, g, c, path+"/open"))
	default:
		return aDay(d.ID).explain(g.act(ctx, c, "POST", path+"/"+action, struct{}{}))
	}
}

// open opens the day and warns when that invited nobody.
func (d *dayActionCmd) open(ctx context.Context, g *globals, c console, path string) error {
	answer, err := g.ask(ctx, c, "POST", path, struct{}{})
	if err != nil {
		return err
	}
	var opened struct {
		Sent *int
		Held int
	}
	err = json.Unmarshal(answer, &opened)
	if err == nil && opened.Held > 0 {
		fmt.Fprintf(c.err, "matchday: %d invitations wait until the employer is verified; see 'matchday employer verify --help'\n", opened.Held)
	} else if err == nil && opened.Sent != nil && *opened.Sent == 0 {
		fmt.Fprintf(c.err, "matchday: no invitation went out: nobody reaches the bar, or all who do were invited before; see 'matchday day preview %s'\n", d.ID)
	}
	_, err = fmt.Fprintln(c.out, strings.TrimSpace(string(answer)))
	return err
}

// inviteCmd answers invitations.
type inviteCmd struct {
	Accept   acceptCmd  `cmd:"" help:"Accept an invitation and take a seat."`
	Decline  declineCmd `cmd:"" help:"Decline an invitation; the next learner is invited."`
	Wait     answerCmd  `cmd:"" help:"Wait for a seat to be freed, where none is left."`
	Move     slotCmd    `cmd:"" help:"Move an accepted talk to another time; the old seat is kept until the new one is held."`
	Propose  slotCmd    `cmd:"" help:"Propose a time that the day does not have, or that is full."`
	Withdraw declineCmd `cmd:"" help:"Give the seat of an accepted invitation back."`
	Agree    answerCmd  `cmd:"" help:"As the employer, agree to the time that a learner proposed."`
	Refuse   answerCmd  `cmd:"" help:"As the employer, refuse the time that a learner proposed."`
	List     listCmd    `cmd:"" help:"List a learner's invitations."`
	talkCmds
}

type answerCmd struct {
	Ref string `arg:"" help:"The invitation's ref."`
}

// Run does what the command's name says.
func (a *answerCmd) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	return anInvitation(a.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(a.Ref)+"/"+k.Selected().Name, struct{}{}))
}

type slotCmd struct {
	Ref  string `arg:"" help:"The invitation's ref."`
	Slot string `arg:"" help:"Start of the time wanted, RFC 3339."`
}

// Run does what the command's name says.
func (a *slotCmd) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	body := map[string]string{"slot": a.Slot}
	return anInvitation(a.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(a.Ref)+"/"+k.Selected().Name, body))
}

type acceptCmd struct {
	Ref  string `arg:"" help:"The invitation's ref."`
	Slot string `help:"Start of the slot wanted, RFC 3339; the earliest that is free when left out." placeholder:"TIME"`
}

// Run accepts.
func (a *acceptCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]string{}
	if a.Slot != "" {
		body["slot"] = a.Slot
	}
	return anInvitation(a.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(a.Ref)+"/accept", body))
}

type declineCmd struct {
	Ref    string `arg:"" help:"The invitation's ref."`
	Reason string `help:"Why: time, pay, place, not-interested or other." placeholder:"CODE"`
}

// Run declines, or gives the seat back, as the command's name says.
func (d *declineCmd) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	body := map[string]string{}
	if d.Reason != "" {
		body["reason"] = d.Reason
	}
	return anInvitation(d.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(d.Ref)+"/"+k.Selected().Name, body))
}

type listCmd struct {
	Learner string `help:"The learner." required:"" placeholder:"ID"`
}

// Run lists a learner's invitations.
func (l *listCmd) Run(ctx context.Context, g *globals, c console) error {
	return aLearner(l.Learner).explain(g.print(ctx, c, "/v1/learners/"+url.PathEscape(l.Learner)+"/invitations"))
}
