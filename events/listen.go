package events

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/nats-io/nats.go"
)

// Listen connects as somebody outside would, with credentials that may do nothing but subscribe, and hands on the messages of a
// subject one by one until stop is called. When it returns, the broker has the subscription: nothing published later is missed
// while the connection holds.
func Listen(ctx context.Context, o Options, subject string, deliver func(subject string, header map[string][]string, data []byte)) (stop func(), err error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	nc, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	if _, err = nc.Subscribe(subject, func(m *nats.Msg) { deliver(m.Subject, m.Header, m.Data) }); err == nil {
		err = nc.FlushWithContext(ctx)
	}
	if err == nil {
		err = nc.LastError() // a refused subscription is told asynchronously, before the flush is answered
	}
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("listening to %s: %w", subject, err)
	}
	return nc.Close, nil
}
