package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// daySolveCmd solves a scheduled day.
type daySolveCmd struct {
	ID string `arg:"" help:"The day."`
}

// Run has the day solved and warns when that invited nobody.
func (d *daySolveCmd) Run(ctx context.Context, g *globals, c console) error {
	answer, err := g.ask(ctx, c, "POST", "/v1/days/"+url.PathEscape(d.ID)+"/solve", struct{}{})
	if err != nil {
		return aDay(d.ID).explain(err)
	}
	var solved struct{ Sent *int }
	if err := json.Unmarshal(answer, &solved); err == nil && solved.Sent != nil && *solved.Sent == 0 {
		fmt.Fprintf(c.err, "matchday: no invitation went out; 'matchday day wishes %s --learner ID' says why for each learner\n", d.ID)
	}
	_, err = fmt.Fprintln(c.out, strings.TrimSpace(string(answer)))
	return err
}

// dayWishCmd states what a learner wishes of a day.
type dayWishCmd struct {
	ID       string   `arg:"" help:"The day."`
	Openings []string `arg:"" help:"Openings that the learner would talk about, the dearest first."`
	Learner  string   `help:"Whose wishes." required:"" placeholder:"ID"`
	Alike    bool     `help:"The openings are in no order: the learner accepts any."`
	Talks    int      `help:"Talks that the learner comes to at most; 2 when left out." placeholder:"N"`
}

// Run states them.
func (d *dayWishCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]any{"openings": d.Openings, "alike": d.Alike, "talks": d.Talks}
	return g.act(ctx, c, "PUT", wishesOf(d.ID, d.Learner), body)
}

// dayWishesCmd shows them.
type dayWishesCmd struct {
	ID      string `arg:"" help:"The day."`
	Learner string `help:"Whose wishes." required:"" placeholder:"ID"`
}

// Run shows what a learner wishes of a day, and what became of it.
func (d *dayWishesCmd) Run(ctx context.Context, g *globals, c console) error {
	return g.print(ctx, c, wishesOf(d.ID, d.Learner))
}

func wishesOf(day, learner string) string {
	return "/v1/days/" + url.PathEscape(day) + "/wishes/" + url.PathEscape(learner)
}
