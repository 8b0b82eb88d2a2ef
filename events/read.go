package events

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// Last returns the last fact of a subject (which may hold wildcards), or an error of code NotFound when there is none.
func (l *Log) Last(ctx context.Context, subject string) (hiring.Fact, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	m, err := lastOf(ctx, l.facts, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return hiring.Fact{}, hiring.Errorf(hiring.NotFound, "nothing is known under this name")
	}
	if err != nil {
		return hiring.Fact{}, fmt.Errorf("reading the last fact of %s: %w", subject, asUnavailable(err))
	}
	return decode(m.Sequence, m.Subject, m.Header, m.Data), nil
}

// End returns the sequence of the last fact that the log holds, 0 when there is none. What was erased behind it does not count:
// nobody who waits for it would see it come.
func (l *Log) End(ctx context.Context) (uint64, error) {
	last, err := l.Last(ctx, "fact.>")
	if hiring.CodeOf(err) == hiring.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the end of the log: %w", err)
	}
	return last.Seq, nil
}

// written returns the last sequence that the log ever gave out, erased or not: nobody can have read beyond it.
func (l *Log) written(ctx context.Context) (uint64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	info, err := patiently(ctx, func(ctx context.Context) (*jetstream.StreamInfo, error) { return l.facts.Info(ctx) })
	if err != nil {
		return 0, fmt.Errorf("reading how far the log was written: %w", asUnavailable(err))
	}
	return info.State.LastSeq, nil
}
