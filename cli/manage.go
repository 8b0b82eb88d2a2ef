package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"matchday/hiring"
	"matchday/vault"
)

// Run searches what the command's name says.
func (s *searchQuery) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	query := url.Values{"q": {strings.Join(s.Query, " ")}, "limit": {fmt.Sprint(s.Limit)}}
	if s.Cursor != "" {
		query.Set("cursor", s.Cursor)
	}
	return g.print(ctx, c, "/v1/search/"+k.Selected().Name+"?"+query.Encode())
}

// act sends one command and prints the answer as one line of JSON.
func (g *globals) act(ctx context.Context, c console, method, path string, body any) error {
	answer, err := g.ask(ctx, c, method, path, body)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, strings.TrimSpace(string(answer)))
	return err
}

// ask sends one command and returns the answer.
func (g *globals) ask(ctx context.Context, c console, method, path string, body any) (json.RawMessage, error) {
	cl, err := g.dial(ctx, c)
	if err != nil {
		return nil, err
	}
	defer cl.close()
	var answer json.RawMessage
	err = cl.do(ctx, method, path, body, &answer)
	return answer, err
}

// openingCmd manages single openings.
type openingCmd struct {
	Withdraw struct {
		ID string `arg:"" help:"The opening."`
	} `cmd:"" help:"Withdraw an opening: it stops matching at once."`
}

// Run withdraws an opening.
func (o *openingCmd) Run(ctx context.Context, g *globals, c console) error {
	return anOpening(o.Withdraw.ID).explain(g.act(ctx, c, "DELETE", "/v1/openings/"+url.PathEscape(o.Withdraw.ID), nil))
}

// learnerCmd manages single learners.
type learnerCmd struct {
	Erase   eraseCmd   `cmd:"" help:"Erase a person: name, contact, records, index and lists. It cannot be undone."`
	Consent consentCmd `cmd:"" help:"Record whether the learner may be shown, by pseudonym, to employers."`
}

type eraseCmd struct {
	ID  string `arg:"" help:"The learner."`
	Yes bool   `help:"Do not ask."`
}

// Run erases a learner. A person at the terminal is asked first; programs are not.
func (e *eraseCmd) Run(ctx context.Context, g *globals, c console) error {
	if c.asks && !e.Yes {
		fmt.Fprintf(c.err, "Erase learner %s: name, contact, records, invitations? It cannot be undone. [y/N] ", e.ID)
		answer, _ := bufio.NewReader(c.in).ReadString('\n') // an end without a line is a no
		if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
			return errors.New("nothing was erased")
		}
	}
	return aLearner(e.ID).explain(g.act(ctx, c, "DELETE", "/v1/learners/"+url.PathEscape(e.ID), nil))
}

type consentCmd struct {
	ID      string `arg:"" help:"The learner."`
	Visible bool   `help:"The consent." default:"true" negatable:""`
}

// Run records a learner's consent, or with --no-visible its end.
func (v *consentCmd) Run(ctx context.Context, g *globals, c console) error {
	return aLearner(v.ID).explain(g.act(ctx, c, "PUT", "/v1/learners/"+url.PathEscape(v.ID)+"/consent", map[string]bool{"visible": v.Visible}))
}

// dayCmd manages interview days.
type dayCmd struct {
	Plan    dayPlanCmd   `cmd:"" help:"Make or change the draft of a day from a JSON file."`
	Show    dayActionCmd `cmd:"" help:"Show a day and its invitations."`
	Preview dayActionCmd `cmd:"" help:"Show who would be invited if the day were opened now."`
	Open    dayActionCmd `cmd:"" help:"Open the day: the best matches are invited."`
	Close   dayActionCmd `cmd:"" help:"Send no further invitations; accepted ones stand."`
	Cancel  dayActionCmd `cmd:"" help:"Cancel the day and tell everyone invited."`
}

type dayPlanCmd struct {
	File string `arg:"" help:"The plan as JSON: id, employer, title, zone, openings, run or slots, bar, deadline; - is standard input."`
}

// Run puts the plan.
func (d *dayPlanCmd) Run(ctx context.Context, g *globals, c console) error {
	in, err := openSource(d.File, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading the plan in %s: %w", d.File, err)
	}
	var plan hiring.DayPlan
	if err := readJSON(b, &plan); err != nil {
		return fmt.Errorf("the plan in %s: %w", d.File, err)
	}
	if plan.ID == "" {
		return fmt.Errorf("the plan in %s: id is missing; give the day one, as \"id\":\"spring-fair\"", d.File)
	}
	return g.act(ctx, c, "PUT", "/v1/days/"+url.PathEscape(string(plan.ID)), plan)
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
	var opened struct{ Sent *int }
	if err := json.Unmarshal(answer, &opened); err == nil && opened.Sent != nil && *opened.Sent == 0 {
		fmt.Fprintf(c.err, "matchday: no invitation went out: nobody reaches the bar, or all who do were invited before; see 'matchday day preview %s'\n", d.ID)
	}
	_, err = fmt.Fprintln(c.out, strings.TrimSpace(string(answer)))
	return err
}

// inviteCmd answers invitations.
type inviteCmd struct {
	Accept  acceptCmd  `cmd:"" help:"Accept an invitation and take a seat."`
	Decline declineCmd `cmd:"" help:"Decline an invitation; the next learner is invited."`
	List    listCmd    `cmd:"" help:"List a learner's invitations."`
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

// Run declines.
func (d *declineCmd) Run(ctx context.Context, g *globals, c console) error {
	body := map[string]string{}
	if d.Reason != "" {
		body["reason"] = d.Reason
	}
	return anInvitation(d.Ref).explain(g.act(ctx, c, "POST", "/v1/invitations/"+url.PathEscape(d.Ref)+"/decline", body))
}

type listCmd struct {
	Learner string `help:"The learner." required:"" placeholder:"ID"`
}

// Run lists a learner's invitations.
func (l *listCmd) Run(ctx context.Context, g *globals, c console) error {
	return aLearner(l.Learner).explain(g.print(ctx, c, "/v1/learners/"+url.PathEscape(l.Learner)+"/invitations"))
}

// tokenCmd manages API tokens.
type tokenCmd struct {
	Create    tokenCreateCmd    `cmd:"" help:"Create a token; it is shown once and stored only as a hash."`
	Revoke    tokenRevokeCmd    `cmd:"" help:"Revoke a token: it stops working within seconds."`
	Bootstrap tokenBootstrapCmd `cmd:"" help:"Print the operator's token that the secrets file stands for, to create the first others."`
}

type tokenBootstrapCmd struct {
	Secrets string `help:"The installation's secrets file; DATA/secrets when left out." env:"MATCHDAY_SECRETS" placeholder:"FILE"`
}

// Run prints the token; it asks nobody.
func (t *tokenBootstrapCmd) Run(g *globals, c console) error {
	if t.Secrets == "" {
		t.Secrets = filepath.Join(g.Data, "secrets")
	}
	if _, err := os.Stat(t.Secrets); err != nil {
		return fmt.Errorf("the secrets file is made when Matchday first starts: %w", err)
	}
	secrets, err := vault.Open(t.Secrets)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, secrets.OperatorToken())
	return err
}

type tokenCreateCmd struct {
	Role    string `help:"What the bearer may be (${enum})." enum:"employer,learner,recruiter,provider,operator" required:""`
	Subject string `help:"Whom the token stands for: for an employer or its recruiter the employer's name as its openings write it, the provider's name, the learner's id." required:""`
}

// Run creates a token and prints nothing else on standard output.
func (t *tokenCreateCmd) Run(ctx context.Context, g *globals, c console) error {
	cl, err := g.dialOrMake(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	var answer struct {
		Token string `json:"token"`
	}
	if err := cl.do(ctx, "POST", "/v1/tokens", hiring.Actor{Role: hiring.Role(t.Role), Subject: t.Subject}, &answer); err != nil {
		return err
	}
	if answer.Token == "" {
		return errors.New("the answer holds no token")
	}
	_, err = fmt.Fprintln(c.out, answer.Token)
	return err
}

type tokenRevokeCmd struct {
	Token string `arg:"" env:"MATCHDAY_REVOKE" help:"The token itself, or its SHA-256 in hex as POST /v1/tokens gave it."`
}

// Run revokes a token.
func (t *tokenRevokeCmd) Run(ctx context.Context, g *globals, c console) error {
	hash := t.Token
	if sum, err := hex.DecodeString(hash); err != nil || len(sum) != sha256.Size {
		hash = vault.TokenHash(t.Token)
	}
	return g.act(ctx, c, "DELETE", "/v1/tokens/"+hash, nil)
}

// eventsCmd looks at the stream.
type eventsCmd struct {
	Tail tailCmd `cmd:"" help:"Print events as they come."`
	Dead deadCmd `cmd:"" help:"List dead letters, or replay one."`
}

type tailCmd struct {
	Subject string `arg:"" help:"invitation.>, day.> or match.>, or something below, with NATS wildcards. For operators." default:"invitation.>"`
}

// Run prints events, a line each, until ctx ends. A stream that ends before was cut, and nobody should take it for a quiet one.
func (t *tailCmd) Run(ctx context.Context, g *globals, c console) error {
	err := g.print(ctx, c, "/v1/events/tail?subject="+url.QueryEscape(t.Subject))
	switch {
	case ctx.Err() != nil: // the person ended it
		return nil
	case err != nil:
		return err
	}
	return errors.New("the stream of events ended: Matchday stopped there, or the token was revoked")
}

type deadCmd struct {
	Replay uint64 `help:"Hand the dead letter of this number to its consumer again." placeholder:"SEQ"`
}

// Run lists dead letters or replays one.
func (d *deadCmd) Run(ctx context.Context, g *globals, c console) error {
	if d.Replay > 0 {
		return g.act(ctx, c, "POST", fmt.Sprintf("/v1/events/dead/%d/replay", d.Replay), struct{}{})
	}
	return g.print(ctx, c, "/v1/events/dead")
}
