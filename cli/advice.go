package cli

import (
	"context"
	"net/url"
	"strconv"
)

// adviseCmd answers what would change a match: for learners, and for employers.
type adviseCmd struct {
	Learner adviseLearnerCmd `cmd:"" help:"What the learner lacks for an opening, and the programmes that would bring them over the bar."`
	Costs   adviseCostsCmd   `cmd:"" help:"How many learners each must-have of an opening excludes."`
	Near    adviseNearCmd    `cmd:"" help:"The learners who are one programme away from an opening's bar."`
}

type adviseLearnerCmd struct {
	ID      string  `arg:"" help:"The learner."`
	Opening string  `help:"The opening." required:"" placeholder:"ID"`
	Bar     float64 `help:"The score wanted, 0 to 1; the opening's own, or 0.45, when left out."`
}

// Run prints the advice.
func (a *adviseLearnerCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{"opening": {a.Opening}, "bar": {strconv.FormatFloat(a.Bar, 'f', -1, 64)}}
	about := named{"learner", a.ID + ", opening " + a.Opening, ""} // either may be missing; the answer says which
	return about.explain(g.print(ctx, c, "/v1/learners/"+url.PathEscape(a.ID)+"/advice?"+q.Encode()))
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
	ID string `arg:"" help:"The opening."`
}

// Run prints what the must-haves cost.
func (a *adviseCostsCmd) Run(ctx context.Context, g *globals, c console) error {
	return anOpening(a.ID).explain(g.print(ctx, c, "/v1/openings/"+url.PathEscape(a.ID)+"/costs"))
}

type adviseNearCmd struct {
	ID    string  `arg:"" help:"The opening."`
	Bar   float64 `help:"The score wanted, 0 to 1; the opening's own, or 0.45, when left out."`
	Limit int     `help:"How many learners at most." default:"20"`
}

// Run prints who is near.
func (a *adviseNearCmd) Run(ctx context.Context, g *globals, c console) error {
	q := url.Values{"bar": {strconv.FormatFloat(a.Bar, 'f', -1, 64)}, "limit": {strconv.Itoa(a.Limit)}}
	return anOpening(a.ID).explain(g.print(ctx, c, "/v1/openings/"+url.PathEscape(a.ID)+"/near?"+q.Encode()))
}
