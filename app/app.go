// Package app wires roles into one process. It is the only importer of the roles and decides nothing else: New opens what the
// roles share (secrets, broker, cache, taxonomy shelf) in one straight line, Run keeps them going until the context ends, Close
// releases all in reverse order. All roles with an embedded broker, or one role against a NATS cluster: the same code.
package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"matchday/cache"
	"matchday/events"
	"matchday/events/natsd"
	"matchday/ingest"
	"matchday/interview"
	"matchday/matcher"
	"matchday/notify"
	"matchday/search"
	"matchday/skills"
	"matchday/vault"
	"matchday/web"
)

// role is what every role is to its process.
type role interface {
	// Run works until ctx ends; a requested stop returns nil.
	Run(ctx context.Context) error
	// Ready is closed once the role has folded the log that it found and answers.
	Ready() <-chan struct{}
}

// App is one process of Matchday.
type App struct {
	options  Options
	log      *events.Log
	secrets  *vault.Secrets
	roles    map[string]role
	web      *web.Server
	broker   *natsd.Server
	listener net.Listener
	release  []func()

	unwritable atomic.Pointer[error] // what the embedded broker said last
}

// New opens everything that the options ask for. On an error all that was opened is released again.
func New(ctx context.Context, options Options) (_ *App, err error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	a := &App{roles: map[string]role{}}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err = os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if err = keptTogether(o); err != nil {
		return nil, err
	}
	if a.secrets, err = vault.Open(o.Secrets); err != nil {
		return nil, err
	}
	connection := events.Options{URL: o.NATS, User: o.NATSUser, Password: o.NATSPassword, Replicas: o.Replicas, MaxBytes: o.MaxLog, Logger: o.Logger}
	if o.NATS == "" {
		a.broker, err = natsd.Start(natsd.Options{
			Dir:      filepath.Join(o.Data, "log"),
			Listen:   o.NATSListen,
			Internal: natsd.User{Name: "internal", Password: a.secrets.Password("nats internal")},
			Listener: natsd.User{Name: "listener", Password: a.secrets.Password("nats listener")},
			// The log, somewhat more than that for all other streams together, and the log once more: the broker counts a stream that is
			// declared again as if it came beside itself.
			MaxStore: 4 * o.MaxLog,
			Logger:   o.Logger,
		})
		if err != nil {
			return nil, err
		}
		a.defers(a.broker.Close)
		connection.Conn = a.broker.InProcess()
		connection.User, connection.Password = "internal", a.secrets.Password("nats internal")
	}
	// Only now: who starts a second Matchday on a folder should hear of the folder, not of the port.
	if o.runs(Web) && o.Listen != "" {
		if a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", o.Listen); err != nil {
			return nil, fmt.Errorf("opening %s for the web: %w; choose another with --listen", o.Listen, err)
		}
		a.defers(func() { a.listener.Close() })
		if options.BaseURL == "" {
			o.BaseURL = "http://" + a.listener.Addr().String()
		}
	}
	a.options = o
	if a.log, err = events.Connect(ctx, connection); err != nil {
		return nil, err
	}
	a.defers(a.log.Close)

	shelf := skills.NewShelf(a.log.OpenBlob).KeepIn(filepath.Join(o.Data, "skills"), o.Logger)
	if o.runs(Ingest) {
		if a.roles[Ingest], err = ingest.New(ingest.Options{Log: a.log, Secrets: a.secrets, Shelf: shelf, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if o.runs(Search) {
		if a.roles[Search], err = search.New(search.Options{Log: a.log, Secrets: a.secrets, Shelf: shelf, Dir: filepath.Join(o.Data, "index"), Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if o.runs(Match) {
		if a.roles[Match], err = matcher.New(matcher.Options{Log: a.log, Secrets: a.secrets, Shelf: shelf, Dir: filepath.Join(o.Data, "match"), Now: o.Now, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if o.runs(Interview) {
		if a.roles[Interview], err = interview.New(interview.Options{Log: a.log, Secrets: a.secrets, Now: o.Now, PerWeek: o.InvitationsPerWeek, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if o.runs(Notify) {
		if a.roles[Notify], err = notify.New(notify.Options{Log: a.log, Secrets: a.secrets, MailDir: o.MailDir, BaseURL: o.BaseURL, From: o.MailFrom, Now: o.Now, Logger: o.Logger}); err != nil {
			return nil, err
		}
	}
	if o.runs(Web) {
		hot, err := cache.Open(ctx, o.Redis, cache.Keyed(a.secrets.Password("cache")), cache.LogTo(o.Logger))
		if err != nil {
			return nil, err
		}
		a.defers(func() { hot.Close() })
		proxies, err := o.proxies()
		if err != nil {
			return nil, err
		}
		if a.web, err = web.New(web.Options{
			Log: a.log, Secrets: a.secrets, Cache: hot, BaseURL: o.BaseURL, TrustedProxies: proxies, Version: o.Version, Now: o.Now, Logger: o.Logger,
			Writable: a.writable,
		}); err != nil {
			return nil, err
		}
		a.roles[Web] = a.web
	}
	return a, nil
}

// keptTogether refuses a log whose secret is gone: with a fresh one, nothing sealed in it could be read and everyone would be taken
// for somebody else.
func keptTogether(o Options) error {
	if _, err := os.Stat(o.Secrets); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	log := filepath.Join(o.Data, "log")
	if entries, err := os.ReadDir(log); err != nil || len(entries) == 0 {
		return nil //nolint:nilerr // no log yet, so there is nothing to keep
	}
	return fmt.Errorf("%w: the log in %s exists and the secrets file %s does not; restore it from a backup", vault.ErrRefused, log, o.Secrets)
}

// defers registers what Close releases.
func (a *App) defers(release func()) { a.release = append(a.release, release) }

// Close releases everything in reverse order. It may be called once, after Run has returned.
func (a *App) Close() {
	for _, release := range slices.Backward(a.release) {
		release()
	}
	a.release = nil
}

// Run keeps the roles going, and the web role listening where an address was given. It returns nil when ctx ends, and the first
// failure otherwise, having stopped the rest. It stops in two stages: the web first, with the requests in hand, which still need the
// other roles; then those.
func (a *App) Run(ctx context.Context) error {
	group, failed := errgroup.WithContext(context.WithoutCancel(ctx))
	edge, closeEdge := context.WithCancel(failed)
	defer closeEdge()
	defer context.AfterFunc(ctx, closeEdge)()
	inner, stop := context.WithCancel(failed)
	defer stop()
	group.Go(func() error {
		defer stop()
		return a.runEdge(edge)
	})
	for name, r := range a.roles {
		if name != Web {
			group.Go(func() error { return runRole(inner, name, r) })
		}
	}
	return group.Wait()
}

// runEdge keeps going what meets the outside, until ctx ends.
func (a *App) runEdge(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if a.web != nil {
		group.Go(func() error { return runRole(ctx, Web, a.web) })
	}
	if a.listener != nil {
		group.Go(func() error { return a.Serve(ctx, a.listener) })
	}
	if a.broker != nil {
		group.Go(func() error { a.watchBroker(ctx); return nil })
	}
	group.Go(func() error { return a.WaitReady(ctx) })
	<-ctx.Done()
	return group.Wait()
}

func runRole(ctx context.Context, name string, r role) error {
	if err := r.Run(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("role %s: %w", name, err)
	}
	return nil
}

// frozenFor is how many looks in a row must find the broker unhealthy before it is started anew.
const frozenFor = 3

// watchBroker looks each second whether the embedded broker takes writes: on a full disk it goes on answering questions, and its streams
// stay frozen until it is started anew.
func (a *App) watchBroker(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	frozen := 0
	for {
		err := a.broker.Healthy()
		if before := a.unwritable.Swap(&err); before == nil || (*before == nil) != (err == nil) {
			if err != nil {
				a.options.Logger.Error("the log takes no writes", "error", err)
			} else if before != nil {
				a.options.Logger.Warn("the log takes writes again")
			}
		}
		if frozen++; err == nil {
			frozen = 0
		}
		if frozen >= frozenFor {
			if err := a.broker.Recover(); err != nil {
				a.options.Logger.Debug("the broker was not started anew", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// writable returns why the log takes no writes, as far as this process knows.
func (a *App) writable() error {
	if err := a.unwritable.Load(); err != nil {
		return *err
	}
	return nil
}

// Serve answers the API and the pages on l until ctx ends, then gives requests under way five seconds. It needs the web role.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	s := web.HTTPServer(a.web.Handler())
	stopped := make(chan error, 1)
	go func() { stopped <- s.Serve(l) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("serving HTTP on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(grace); errors.Is(err, context.DeadlineExceeded) {
		_ = s.Close() // streams stay open for ever: they are cut
	}
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving HTTP on %s: %w", l.Addr(), err)
	}
	return nil
}

// WaitReady returns once every role of this process answers, or nil when ctx ends first.
func (a *App) WaitReady(ctx context.Context) error {
	for name, r := range a.roles {
		select {
		case <-r.Ready():
			a.options.Logger.Debug("ready", "role", name)
		case <-ctx.Done():
			return nil
		}
	}
	a.options.Logger.Info("ready", "roles", a.options.Roles)
	return nil
}

// OperatorToken returns the token that the installation's secret stands for; see [vault.Secrets.OperatorToken].
func (a *App) OperatorToken() string { return a.secrets.OperatorToken() }

// URL returns how the web role is reached; empty when it does not listen.
func (a *App) URL() string {
	if a.listener == nil {
		return ""
	}
	return a.options.BaseURL
}

// Broker returns the address of the embedded broker and the credentials of an outside listener; all empty unless NATSListen was
// given.
func (a *App) Broker() (addr, user, password string) {
	if a.broker == nil || a.options.NATSListen == "" {
		return "", "", ""
	}
	return a.broker.Addr(), "listener", a.secrets.Password("nats listener")
}
