package events

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// readWait bounds one attempt to read. While a cluster elects who leads a stream nobody answers for it, and the request is lost.
const readWait = time.Second

// patiently reads again what nobody answered in time, until ctx ends.
func patiently[T any](ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	for {
		attempt, cancel := context.WithTimeout(ctx, readWait)
		v, err := read(attempt)
		lost := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout)
		if cancel(); !lost || pause(ctx, minPause) != nil {
			return v, err
		}
	}
}

// lastOf returns the last message of a subject, which may hold wildcards.
func lastOf(ctx context.Context, s jetstream.Stream, subject string) (*jetstream.RawStreamMsg, error) {
	return patiently(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return s.GetLastMsgForSubject(ctx, subject)
	})
}
