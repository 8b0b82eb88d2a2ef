package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/alecthomas/kong"
)

// calendarCmd manages the addresses of calendars to subscribe to.
type calendarCmd struct {
	Address calendarOfCmd    `cmd:"" help:"Print the secret address at which the calendar can be subscribed to."`
	Revoke  calendarOfCmd    `cmd:"" help:"Revoke that address, and print the next one."`
	Reply   calendarReplyCmd `cmd:"" help:"Take in what a learner's calendar replied, as their mail program sent it."`
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

type calendarReplyCmd struct {
	File string `arg:"" help:"The mail, whole; - is standard input, as a mail server pipes it."`
}

// Run sends the mail on.
func (r *calendarReplyCmd) Run(ctx context.Context, g *globals, c console) error {
	in, err := openSource(r.File, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	cl, err := g.dial(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	resp, err := cl.send(ctx, "POST", "/v1/replies/calendar", "message/rfc822", in)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(c.out, resp.Body); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}
