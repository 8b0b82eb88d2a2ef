package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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
	Role    string `help:"What the bearer may be (${enum})." enum:"employer,learner,recruiter,provider,operator" required:"" placeholder:"R"`
	Subject string `help:"Whom the token stands for: for an employer or its recruiter the employer's name as its openings write it, the provider's name, the learner's id." required:"" placeholder:"ID"`
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

// auditCmd lists refusals.
type auditCmd struct {
	Limit int `help:"How many refusals at most." default:"100" placeholder:"N"`
}

// Validate checks the bounds, so that nothing is opened for a command that must fail.
func (a *auditCmd) Validate() error { return limitWithin(a.Limit, 10000) }

// Run lists them.
func (a *auditCmd) Run(ctx context.Context, g *globals, c console) error {
	return g.print(ctx, c, fmt.Sprintf("/v1/audit?limit=%d", a.Limit))
}
