package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// adviseCmd answers what would change a match: for learners, and for employers.
type adviseCmd struct {
	Learner adviseLearnerCmd `cmd:"" help:"What the learner lacks for an opening, and the programmes that would bring them over the bar."`
	Reach   adviseReachCmd   `cmd:"" help:"The programmes, three at most, that bring the learner over the bar of the most openings near them."`
	Costs   adviseCostsCmd   `cmd:"" help:"How many learners each must-have of an opening excludes, and filters and its wish for a degree would."`
	Near    adviseNearCmd    `cmd:"" help:"The learners who are one programme away from an opening's bar."`
}

type adviseLearnerCmd struct {
	ID      string  `arg:"" help:"The learner."`
	Opening string  `help:"The opening." required:"" placeholder:"ID"`
	Bar     float64 `help:"The score wanted, 0 to 1; the opening's own, or 0.45, when left out." placeholder:"B"`
}

// Validate checks the bounds, so that nothing is opened for a command that must fail.
func (a *adviseLearnerCmd) Validate() error { return barWithin(a.Bar) }

// barWithin checks the score wanted.
func barWithin(bar float64) error {
	if bar >= 0 && bar <= 1 { // unlike NaN
		return nil
	}
	return errors.New("--bar is outside 0 to 1")
}

// Run prints the advice.
func (a *adviseLearnerCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{"opening": {a.Opening}, "bar": {strconv.FormatFloat(a.Bar, 'f', -1, 64)}}
	about := named{"learner", a.ID + ", opening " + a.Opening, ""} // either may be missing; the answer says which
	return about.explain(g.print(ctx, c, "/v1/learners/"+url.PathEscape(a.ID)+"/advice?"+q.Encode()))
}

type adviseReachCmd struct {
	ID         string  `arg:"" help:"The learner."`
	Bar        float64 `help:"The score wanted, 0 to 1; each opening's own, or 0.45, when left out." placeholder:"B"`
	Programmes int     `help:"How many programmes at most, 1 to 3." default:"3"`
}

// Validate checks the bounds, so that nothing is opened for a command that must fail.
func (a *adviseReachCmd) Validate() error {
	if a.Programmes < 1 || a.Programmes > 3 {
		return errors.New("--programmes is outside 1 to 3")
	}
	return barWithin(a.Bar)
}

// Run prints the best set of one programme, of two and of three, and what each reaches.
func (a *adviseReachCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{"bar": {strconv.FormatFloat(a.Bar, 'f', -1, 64)}, "programmes": {strconv.Itoa(a.Programmes)}}
	return named{"learner", a.ID, ""}.explain(g.print(ctx, c, "/v1/learners/"+url.PathEscape(a.ID)+"/reach?"+q.Encode()))
}

// replayCmd computes a published list again.
type replayCmd struct {
	Opening string `help:"The list of learners for this opening." xor:"of" required:"" placeholder:"ID"`
	Learner string `help:"The list of openings for this learner." xor:"of" required:"" placeholder:"ID"`
}

// Run prints whether the list is the same, byte for byte.
func (r *replayCmd) Run(ctx context.Context, g *globals, c console) error {
	if r.Opening != "" {
		return g.print(ctx, c, "/v1/openings/"+url.PathEscape(r.Opening)+"/replay")
	}
	return g.print(ctx, c, "/v1/learners/"+url.PathEscape(r.Learner)+"/replay")
}

type adviseCostsCmd struct {
	ID        string  `arg:"" optional:"" help:"The opening."`
	Draft     string  `help:"Weigh the opening in this file before it is published, in the form that 'import openings' reads; - is standard input." placeholder:"FILE"`
	Within    float64 `help:"The distance to weigh, in kilometres, 10 at least; 50 when left out." placeholder:"KM"`
	Available string  `help:"Words of learners' availability to weigh; the opening's shift when left out." placeholder:"WORDS"`
	Language  string  `help:"A language to weigh, as in de." placeholder:"TAG"`
}

// Validate wants one opening.
func (a *adviseCostsCmd) Validate() error {
	if (a.ID == "") == (a.Draft == "") {
		return errors.New("give an opening's id, or --draft FILE")
	}
	return nil
}

// Run prints what the must-haves cost.
func (a *adviseCostsCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{}
	filterFlags{Within: a.Within, Available: a.Available, Language: a.Language}.add(q)
	if a.Draft == "" {
		return anOpening(a.ID).explain(g.print(ctx, c, "/v1/openings/"+url.PathEscape(a.ID)+"/costs?"+q.Encode()))
	}
	in, err := openSource(a.Draft, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading the opening in %s: %w", a.Draft, err)
	}
	var draft json.RawMessage
	if err := readJSON(b, &draft); err != nil {
		return fmt.Errorf("the opening in %s: %w", a.Draft, err)
	}
	return g.act(ctx, c, "POST", "/v1/openings/costs?"+q.Encode(), draft)
}

type adviseNearCmd struct {
	ID    string  `arg:"" help:"The opening."`
	Bar   float64 `help:"The score wanted, 0 to 1; the opening's own, or 0.45, when left out." placeholder:"B"`
	Limit int     `help:"How many learners at most." default:"20"`
}

// Validate checks the bounds, so that nothing is opened for a command that must fail.
func (a *adviseNearCmd) Validate() error {
	return errors.Join(barWithin(a.Bar), limitWithin(a.Limit, 1000))
}

// Run prints who is near.
func (a *adviseNearCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{"bar": {strconv.FormatFloat(a.Bar, 'f', -1, 64)}, "limit": {strconv.Itoa(a.Limit)}}
	return anOpening(a.ID).explain(g.print(ctx, c, "/v1/openings/"+url.PathEscape(a.ID)+"/near?"+q.Encode()))
}
