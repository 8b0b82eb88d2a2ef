package app

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// Roles that a process can run, in the order in which they are wired.
const (
	Ingest    = "ingest"
	Search    = "search"
	Match     = "match"
	Interview = "interview"
	Notify    = "notify"
	Web       = "web"
)

// Roles lists every role.
var Roles = []string{Ingest, Search, Match, Interview, Notify, Web}

// Options say what one process runs and where it keeps what. The zero value, but for Data, runs every role embedded.
type Options struct {
	// Data is the directory of everything kept: the log (embedded broker), the index, the secrets. Required.
	Data string
	// Roles to run: all of them when empty, or exactly one.
	Roles []string
	// NATS is the address of a NATS server or cluster (nats://…); empty embeds one under Data.
	NATS string
	// NATSUser and NATSPassword log in to NATS; empty for none. Ignored when the broker is embedded.
	NATSUser, NATSPassword string
	// Replicas of each stream on a NATS cluster; 0 means 1.
	Replicas int
	// NATSListen opens the embedded broker on this address for outside listeners of invitation.> and day.>; empty keeps it closed.
	NATSListen string
	// Redis is the address of a Redis (redis://…) for hot data; empty keeps it in this process.
	Redis string
	// Secrets is the file of the installation's secret; DATA/secrets when empty. Every process of an installation needs the same.
	Secrets string
	// Listen is the HTTP address of the web role; empty leaves the handler to be mounted in process.
	Listen string
	// BaseURL is how people reach the web role, for the links in invitations; http:// and the listening address when empty.
	BaseURL string
	// TrustedProxies are the networks (CIDR) of the proxies in front of Listen, whose X-Forwarded-For says whom to count requests
	// against; nobody is believed when empty.
	TrustedProxies []string
	// MailDir receives mails as files; empty writes none.
	MailDir string
	// InvitationsPerWeek bounds what a learner gets in seven days; 0 means five.
	InvitationsPerWeek int
	// MailFrom is the sender's address of mails, to which calendars reply; no-reply at BaseURL's host when empty.
	MailFrom string
	// MaxLog bounds the log on disk, in bytes; 0 means 8 GiB.
	MaxLog int64
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Logger receives what operators should know; nothing is logged when nil.
	Logger *slog.Logger
	// Version is shown by the web role.
	Version string
}

// Validate refuses options that cannot work, naming the option as the command line does, before anything is opened.
func (o Options) Validate() error {
	_, err := o.withDefaults()
	return err
}

// withDefaults fills what was left empty and refuses what cannot work, naming the option.
func (o Options) withDefaults() (Options, error) {
	if o.Data == "" {
		return o, hiring.Invalidf("data", "is missing").Mend("name the directory to keep everything in, as --data DIR")
	}
	if len(o.Roles) == 0 {
		o.Roles = Roles
	}
	for _, r := range o.Roles {
		if !slices.Contains(Roles, r) {
			return o, hiring.Invalidf("roles", "names an unknown role").Mend("choose from " + strings.Join(Roles, ", "))
		}
	}
	if len(o.Roles) != 1 && len(o.Roles) != len(Roles) {
		return o, hiring.Invalidf("roles", "names some of the roles").Mend("run one role, or leave --roles out to run them all")
	}
	if len(o.Roles) == 1 && o.NATS == "" {
		return o, hiring.Invalidf("nats", "is missing").Mend("one role alone needs a broker to meet the others on: --nats nats://…")
	}
	if o.NATS != "" && o.NATSListen != "" {
		return o, hiring.Invalidf("nats-listen", "opens the embedded broker, and --nats names another").Mend("leave one of the two out")
	}
	if o.BaseURL == "" && o.Listen != "" {
		o.BaseURL = "http://" + o.Listen
	}
	if u, err := url.Parse(o.BaseURL); err != nil || (o.BaseURL != "" && (u.Scheme == "" || u.Host == "")) {
		return o, hiring.Invalidf("base-url", "is not a web address").Mend("use https://host")
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	if _, err := o.proxies(); err != nil {
		return o, err
	}
	if o.Secrets == "" {
		o.Secrets = filepath.Join(o.Data, "secrets")
	}
	if o.MaxLog == 0 {
		o.MaxLog = 8 << 30
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

// runs reports whether this process has the role.
func (o Options) runs(role string) bool { return slices.Contains(o.Roles, role) }

// proxies reads TrustedProxies.
func (o Options) proxies() ([]netip.Prefix, error) {
	list := make([]netip.Prefix, 0, len(o.TrustedProxies))
	for _, text := range o.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, hiring.Invalidf("trusted-proxy", "is not a network").Mend("write it as 10.0.0.0/8; a single address ends in /32 or /128")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// String names the roles for logs.
func (o Options) String() string { return fmt.Sprintf("roles %s", strings.Join(o.Roles, ",")) }
