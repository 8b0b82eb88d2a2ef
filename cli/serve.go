package cli

import (
	"context"
	"fmt"
	"slices"

	"matchday/app"
)

// serveCmd runs Matchday until it is told to stop.
type serveCmd struct {
	Listen       string   `help:"Address of the HTTP API and pages." default:"127.0.0.1:8080" env:"MATCHDAY_LISTEN" placeholder:"ADDR"`
	Roles        []string `help:"Run this one role (${enum}) against --nats; all roles when left out." enum:"ingest,search,match,interview,notify,web" placeholder:"ROLE" env:"MATCHDAY_ROLES"`
	NATS         string   `name:"nats" help:"NATS server or cluster; embedded when left out." env:"MATCHDAY_NATS" placeholder:"URL"`
	NATSUser     string   `name:"nats-user" help:"User for --nats." env:"MATCHDAY_NATS_USER" placeholder:"NAME"`
	NATSPassword string   `name:"nats-password" help:"Password for --nats; better given by environment." env:"MATCHDAY_NATS_PASSWORD" placeholder:"PASSWORD"`
	NATSListen   string   `name:"nats-listen" help:"Open the embedded broker here, for listeners of invitation.> and day.> only." env:"MATCHDAY_NATS_LISTEN" placeholder:"ADDR"`
	Replicas     int      `help:"Copies of each stream on a NATS cluster." default:"1" env:"MATCHDAY_REPLICAS"`
	Redis        string   `help:"Redis for hot data; in process when left out." env:"MATCHDAY_REDIS" placeholder:"URL"`
	Secrets      string   `help:"File of the installation's secret; DATA/secrets when left out." env:"MATCHDAY_SECRETS" placeholder:"FILE"`
	MailDir      string   `name:"mail-dir" help:"Write mails to this directory." env:"MATCHDAY_MAIL_DIR" placeholder:"DIR"`
	MailFrom     string   `name:"mail-from" help:"Sender of mails, to which calendars reply; no-reply at the host of --base-url when left out." env:"MATCHDAY_MAIL_FROM" placeholder:"ADDRESS"`
	BaseURL      string   `name:"base-url" help:"How people reach the pages, for links in mails." env:"MATCHDAY_BASE_URL" placeholder:"URL"`
	PerWeek      int      `name:"invitations-per-week" help:"How many invitations a learner gets in seven days, at most." default:"5" env:"MATCHDAY_INVITATIONS_PER_WEEK"`
	TrustedProxy []string `name:"trusted-proxy" help:"Network of the proxies in front of --listen, whose X-Forwarded-For is believed when requests are counted." env:"MATCHDAY_TRUSTED_PROXY" placeholder:"CIDR"`
}

func (s *serveCmd) options(g *globals, c console) app.Options {
	return app.Options{
		Data: g.Data, Roles: s.Roles, NATS: s.NATS, NATSUser: s.NATSUser, NATSPassword: s.NATSPassword, NATSListen: s.NATSListen,
		Replicas: s.Replicas, Redis: s.Redis, Secrets: s.Secrets, Listen: s.Listen, BaseURL: s.BaseURL, TrustedProxies: s.TrustedProxy, MailDir: s.MailDir,
		MailFrom: s.MailFrom, InvitationsPerWeek: s.PerWeek, Logger: g.logger(c), Version: Version,
	}
}

// Run serves until ctx ends.
func (s *serveCmd) Run(ctx context.Context, g *globals, c console) error {
	if g.Server != "" {
		return usageError{"serve runs Matchday itself: leave --server out, or unset MATCHDAY_SERVER"}
	}
	options := s.options(g, c)
	if err := options.Validate(); err != nil {
		return usageError{"--" + err.Error()}
	}
	a, err := app.New(ctx, options)
	if err != nil {
		return err
	}
	defer a.Close()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	go func() {
		if a.WaitReady(ctx) == nil && ctx.Err() == nil {
			announce(a, c)
			s.tellFolders(g, c)
		}
	}()
	return <-ended
}

// tellFolders says where everything is kept, and how whoever started this gets a first token.
func (s *serveCmd) tellFolders(g *globals, c console) {
	fmt.Fprintf(c.err, "data in %s\n", g.Data)
	if len(s.Roles) == 0 || slices.Contains(s.Roles, app.Notify) {
		if s.MailDir != "" {
			fmt.Fprintf(c.err, "mails in %s\n", s.MailDir)
		} else {
			fmt.Fprintln(c.err, "no --mail-dir: no mail is written")
		}
	}
	secrets := ""
	if s.Secrets != "" {
		secrets = " --secrets " + s.Secrets
	}
	fmt.Fprintf(c.err, "the first token: matchday token bootstrap --data %s%s\n", g.Data, secrets)
}

// announce says where a running Matchday is reached.
func announce(a *app.App, c console) {
	if url := a.URL(); url != "" {
		fmt.Fprintf(c.err, "Matchday serves %s (API under %s/v1, reference at %s/docs)\n", url, url, url)
	} else {
		fmt.Fprintln(c.err, "Matchday is ready")
	}
	if addr, user, password := a.Broker(); addr != "" {
		fmt.Fprintf(c.err, "listen to invitations and days with any NATS client: nats://%s:%s@%s, subjects invitation.> and day.>\n", user, password, addr)
	}
}
