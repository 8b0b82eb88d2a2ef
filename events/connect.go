package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// defaultWait bounds a call whose context has no deadline.
const defaultWait = 10 * time.Second

// Options says how to reach the broker and how large the truth stream may grow.
type Options struct {
	// URL of a NATS server with JetStream, as in nats://host:4222. Conn, when set, connects within the process instead.
	URL  string
	Conn nats.InProcessConnProvider
	// User and Password are sent when User is not empty.
	User, Password string
	// Logger receives what goes wrong in the background; nil discards it.
	Logger *slog.Logger
	// Replicas of every stream; 0 means 1.
	Replicas int
	// MaxBytes of the truth stream; 0 means 8 GiB. The other streams together get as much again.
	MaxBytes int64
}

// Log is the connection to the log of facts and to the other roles. It is safe for concurrent use.
type Log struct {
	nc     *nats.Conn
	js     jetstream.JetStream
	facts  jetstream.Stream
	keys   jetstream.Stream
	ranks  jetstream.Stream
	dead   jetstream.Stream
	audit  jetstream.Stream
	blobs  jetstream.ObjectStore
	logger *slog.Logger

	fresh   keyring
	recent  recent
	convoy  convoy
	staging chan struct{} // one for each batch that is being written
	joint   joint

	ranking sync.Mutex // held while a ranking is published
	ranked  uint64     // last sequence of the rankings that this Log has seen
	seen    bool       // ranked is known
}

// Connect connects and declares the streams, which changes nothing when they exist with the same settings. A server that cannot be
// reached yet is tried again until ctx ends, for ten seconds when ctx has no deadline.
func Connect(ctx context.Context, o Options) (*Log, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	nc, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	l := &Log{nc: nc, logger: o.Logger, staging: make(chan struct{}, inFlight)}
	if l.js, err = jetstream.New(nc, jetstream.WithDefaultTimeout(defaultWait)); err == nil {
		err = l.declare(ctx, o)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return l, nil
}

func dial(ctx context.Context, o Options) (*nats.Conn, error) {
	options := []nats.Option{
		nats.Name("matchday"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(100 * time.Millisecond),
		nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.PingInterval(10 * time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				o.Logger.Warn("lost the connection to the broker", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { o.Logger.Warn("connected to the broker again") }),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			subject := ""
			if s != nil {
				subject = s.Subject
			}
			o.Logger.Warn("broker", "error", err, "subject", subject)
		}),
	}
	if o.User != "" {
		options = append(options, nats.UserInfo(o.User, o.Password))
	}
	if o.Conn != nil {
		options = append(options, nats.InProcessServer(o.Conn))
	}
	for {
		nc, err := nats.Connect(o.URL, options...)
		if err == nil {
			return nc, nil
		}
		if errors.Is(err, nats.ErrAuthorization) || o.Conn != nil {
			return nil, fmt.Errorf("connecting to the broker: %w", err)
		}
		if pause(ctx, 200*time.Millisecond) != nil {
			return nil, fmt.Errorf("connecting to the broker at %s: %w", o.URL, err)
		}
	}
}

// Close ends the connection; what waits for an answer fails.
func (l *Log) Close() { l.nc.Close() }

// Healthy returns nil when the broker answers for the truth stream, and an error of code Unavailable otherwise.
func (l *Log) Healthy(ctx context.Context) error {
	if !l.nc.IsConnected() {
		return hiring.Errorf(hiring.Unavailable, "the broker is not connected")
	}
	if _, err := l.End(ctx); err != nil {
		return hiring.Errorf(hiring.Unavailable, "the broker does not answer for the log")
	}
	return nil
}

// bounded gives ctx a deadline when it has none.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, defaultWait)
}

// pause waits for d, or returns ctx's error when it ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
