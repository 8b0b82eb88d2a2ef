package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"matchday/hiring"
)

const (
	errorHeader = "Matchday-Error" // on an answer: its body is a hiring.Error of this code
	waitHeader  = "Matchday-Wait"  // on a question: milliseconds that the asker waits
)

// Question is a struct of package hiring that a role asks on its Subject.
type Question interface {
	Subject() string
	Asks() hiring.Asked
}

// Ask puts a question to whoever answers it and returns the answer. A refusal comes back as the *hiring.Error that the other side
// made; when nobody answers the subject, or not before ctx ends (after ten seconds when ctx has no deadline), the code is Unavailable.
// A question and an answer may measure 8 MB.
func Ask[A any, Q Question](ctx context.Context, l *Log, q Q) (A, error) {
	var a A
	body, err := json.Marshal(q)
	if err != nil {
		return a, fmt.Errorf("encoding the question %s: %w", q.Subject(), err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	m := &nats.Msg{Subject: q.Subject(), Data: body, Header: nats.Header{}}
	if until, ok := ctx.Deadline(); ok {
		m.Header[waitHeader] = []string{strconv.FormatInt(max(time.Until(until).Milliseconds(), 1), 10)}
	}
	reply, err := l.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return a, unanswered(q.Subject(), err)
	}
	if first(reply.Header, errorHeader) != "" {
		e := new(hiring.Error)
		if err := json.Unmarshal(reply.Data, e); err != nil || e.Code == "" {
			return a, fmt.Errorf("asking %s: %w", q.Subject(), hiring.Errorf(hiring.Internal, "the refusal is malformed"))
		}
		return a, e
	}
	if err := json.Unmarshal(reply.Data, &a); err != nil {
		return a, fmt.Errorf("decoding the answer to %s: %w", q.Subject(), err)
	}
	return a, nil
}

// unanswered says why a question got no answer.
func unanswered(subject string, err error) error {
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return hiring.Errorf(hiring.Unavailable, "no part of Matchday that answers %s is running", subject).
			Mend("start that role, or wait until it has read the log")
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("asking %s: %w", subject, err)
	case errors.Is(err, nats.ErrMaxPayload):
		return hiring.Errorf(hiring.TooLarge, "the question is too large").Mend("send less at once")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return hiring.Errorf(hiring.Unavailable, "%s was not answered in time", subject).Mend("try again")
	}
	return fmt.Errorf("asking %s: %w", subject, asUnavailable(err))
}
