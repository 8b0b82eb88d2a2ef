package events

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
)

// Tail hands on the messages of a subject as they pass, whether stored or not, until ctx ends (nil) or deliver fails. It promises no
// completeness: a reader that lags by 64 MB loses messages.
func (l *Log) Tail(ctx context.Context, subject string, deliver func(subject string, header map[string][]string, data []byte) error) error {
	messages := make(chan *nats.Msg, 1024)
	sub, err := l.nc.Subscribe(subject, func(m *nats.Msg) {
		select {
		case messages <- m:
		case <-ctx.Done():
		}
	})
	if err != nil {
		return fmt.Errorf("listening to %s: %w", subject, err)
	}
	defer sub.Unsubscribe() //nolint:errcheck // fails only when the connection is closed already
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-messages:
			if err := deliver(m.Subject, m.Header, m.Data); err != nil {
				return err
			}
		}
	}
}
