package cli

import (
	"context"
	"net/url"

	"github.com/alecthomas/kong"
)

// calendarCmd manages the addresses of calendars to subscribe to.
type calendarCmd struct {
	Address calendarOfCmd `cmd:"" help:"Print the secret address at which the calendar can be subscribed to."`
	Revoke  calendarOfCmd `cmd:"" help:"Revoke that address, and print the next one."`
}

type calendarOfCmd struct {
	Learner string `help:"The calendar of this learner's talks." xor:"whose" required:"" placeholder:"ID"`
	Day     string `help:"The calendar of this day's talks." xor:"whose" required:"" placeholder:"ID"`
}

// Run does what the command's name says.
func (o *calendarOfCmd) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	method := "GET"
	if k.Selected().Name == "revoke" {
		method = "DELETE"
	}
	if o.Day != "" {
		return aDay(o.Day).explain(g.act(ctx, c, method, "/v1/days/"+url.PathEscape(o.Day)+"/calendar", nil))
	}
	return aLearner(o.Learner).explain(g.act(ctx, c, method, "/v1/learners/"+url.PathEscape(o.Learner)+"/calendar", nil))
}
