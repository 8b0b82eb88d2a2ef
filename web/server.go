package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"matchday/cache"
	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

// Options say what the role works with.
type Options struct {
	// Log and Secrets are required, and so is Cache: request counts, pages of rankings and the answers of keyed requests.
	Log     *events.Log
	Secrets *vault.Secrets
	Cache   cache.Cache
	// BaseURL is how people reach this server (https://host), for absolute links and for what counts as our own origin.
	BaseURL string
	// Version is shown on the front page and in the API's description.
	Version string
	// TrustedProxies are the networks of the proxies whose X-Forwarded-For is believed; none when empty.
	TrustedProxies []netip.Prefix
	// Writable returns why the log takes no writes, where this process can know; nil never says so.
	Writable func() error
	// Limits bound what one caller may take; zero fields get the defaults.
	Limits Limits
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Logger receives failures; nothing is logged when nil.
	Logger *slog.Logger
}

// Server is the web role. It is safe for concurrent use.
type Server struct {
	log     *events.Log
	secrets *vault.Secrets
	cache   cache.Cache
	base    *url.URL
	version string
	limits  Limits
	proxies proxies
	// writable is never nil.
	writable func() error
	now      func() time.Time
	logger   *slog.Logger

	audit   *audit
	tokens  *tokens
	streams *streams
	keyed   *keyed
	site    *site
	api     huma.API
	handler http.Handler
	probe   *probe
}

// New builds the role. Nothing is followed or answered before [Server.Run] runs, except that /healthz and the pages answer.
func New(o Options) (*Server, error) {
	if o.Log == nil || o.Secrets == nil || o.Cache == nil {
		return nil, errors.New("web: Log, Secrets and Cache are required")
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("web: the base URL is not a web address: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Writable == nil {
		o.Writable = func() error { return nil }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		log: o.Log, secrets: o.Secrets, cache: o.Cache, base: base, version: o.Version,
		limits: o.Limits.withDefaults(), proxies: o.TrustedProxies, writable: o.Writable, now: o.Now, logger: o.Logger,
		tokens: newTokens(), keyed: newKeyed(), audit: newAudit(),
	}
	s.streams = newStreams(s.limits.Streams, s.limits.AllStreams)
	s.probe = &probe{log: o.Log, now: o.Now}
	s.tokens.internal(vault.TokenHash(o.Secrets.OperatorToken()), hiring.Actor{Role: hiring.RoleOperator, Subject: "local"})
	if s.handler, err = s.routes(); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler returns everything that is served: API, streams and pages.
func (s *Server) Handler() http.Handler { return s.handler }

// Ready is closed once every token stored when Run began is known.
func (s *Server) Ready() <-chan struct{} { return s.tokens.ready }

// Run keeps the tokens current and ends the streams of revoked ones, until ctx ends; then it ends all streams and returns nil.
func (s *Server) Run(ctx context.Context) error {
	var writing sync.WaitGroup
	writing.Go(func() { s.audit.run(ctx, s) })
	defer writing.Wait()
	defer s.streams.closeAll()
	if err := s.tokens.follow(ctx, s.log, s.streams.revoke); err != nil && ctx.Err() == nil {
		return fmt.Errorf("following tokens: %w", err)
	}
	return nil
}

// HTTPServer returns a server for h with the limits that the handler counts on. Reads and writes have no overall deadline: each
// route sets its own, and imports and streams renew theirs.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}
