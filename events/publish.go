package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// ErrStale says that the expectation of a publish did not hold, and that nothing was written. Its code is hiring.Stale.
var ErrStale error = hiring.Errorf(hiring.Stale, "was changed by someone else meanwhile").Mend("read it again and repeat")

// Codes of JetStream's answers that matter here.
const (
	codeFull            = 10077 // the stream is full or the disk refuses
	codeNoResources     = 10023
	codeStaleConstant   = jetstream.JSErrCodeStreamWrongLastSequenceConstant
	codeStale           = jetstream.JSErrCodeStreamWrongLastSequence
	codeDuplicate       = 10201 // a batch holds a message id that is known
	codeDuplicateBusy   = 10158 // the message id is being stored
	codeTooManyBatches  = 10210
	codeIncompleteBatch = 10176 // the broker lost a part, or dropped the batch's first message for a reason it told nobody
)

const (
	attempts = 12              // of one publish
	ackWait  = 4 * time.Second // of one attempt
	minPause = 2 * time.Millisecond
	maxPause = 64 * time.Millisecond
)

// Publish writes one fact and returns its sequence once it is on disk. The retry of a success answers with the first sequence.
func (l *Log) Publish(ctx context.Context, d Draft) (uint64, error) {
	m, err := encode(&d)
	if err != nil {
		return 0, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	return l.settle(ctx, d.Subject, func() (uint64, error) { return l.send(ctx, m) },
		func() (uint64, error) { return l.find(ctx, d) })
}

// settle sends until the outcome is known. After each answer that leaves doubt it looks whether the fact is there, since the
// broker checks the expectation before it recognises a retry.
func (l *Log) settle(ctx context.Context, what string, send, find func() (uint64, error)) (uint64, error) {
	var last error
	for i := range attempts {
		seq, err := send()
		if err == nil {
			return seq, nil
		}
		if last = err; !transient(err) {
			break
		}
		if inDoubt(err) {
			seq, ferr := find()
			switch {
			case seq > 0:
				return seq, nil
			case ferr != nil:
				last = ferr
			case codeOf(err) == codeStale:
				last = ErrStale
			}
		}
		wait := min(minPause<<i, maxPause)
		if errors.Is(last, ErrStale) || pause(ctx, wait/2+rand.N(wait)) != nil {
			break
		}
	}
	switch codeOf(last) {
	case codeStaleConstant:
		last = ErrStale
	case codeDuplicate:
		// The ids are known but the facts are not where these drafts say: someone used an id for something else.
		last = hiring.Errorf(hiring.Conflict, "the id of the decision was used for another one")
	}
	return 0, fmt.Errorf("publishing %s: %w", what, asUnavailable(last))
}

// transient reports whether looking or sending again can help.
func transient(err error) bool {
	code := codeOf(err)
	return inDoubt(err) || code == codeTooManyBatches || code == codeIncompleteBatch
}

// inDoubt reports whether a publish that failed with err may have been stored all the same, by this attempt or an earlier one.
func inDoubt(err error) bool {
	switch codeOf(err) {
	case codeStale, codeStaleConstant, codeDuplicate, codeDuplicateBusy:
		return true
	case 0: // no answer, or none that can be read
		return !errors.Is(err, context.Canceled) && !errors.Is(err, nats.ErrConnectionClosed) && !errors.Is(err, nats.ErrMaxPayload)
	}
	return false
}

// ack is JetStream's answer to a publish.
type ack struct {
	Error     *jetstream.APIError `json:"error"`
	Sequence  uint64              `json:"seq"`
	Duplicate bool                `json:"duplicate"`
}

// send puts one message to the broker and waits for its acknowledgement.
func (l *Log) send(ctx context.Context, m *nats.Msg) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, ackWait)
	defer cancel()
	reply, err := l.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return 0, err
	}
	var a ack
	if err := json.Unmarshal(reply.Data, &a); err != nil {
		return 0, fmt.Errorf("decoding the broker's answer: %w", err)
	}
	if a.Error != nil {
		return 0, a.Error
	}
	return a.Sequence, nil
}

// find returns the sequence of the fact that d made, 0 when there is none. It can only stand after the sequence that d expected,
// and later facts may stand on its subject already.
func (l *Log) find(ctx context.Context, d Draft) (uint64, error) {
	var seq uint64
	err := each(ctx, l.facts, d.Subject, d.Expect+1, func(m *jetstream.RawStreamMsg) (bool, error) {
		if percentDecode(first(m.Header, ceID)) == d.ID {
			seq = m.Sequence
		}
		return seq == 0, nil
	})
	return seq, err
}

// each calls fn for every message of a stream that matches subject, from a sequence on, in order, until fn returns false.
func each(ctx context.Context, s jetstream.Stream, subject string, from uint64, fn func(*jetstream.RawStreamMsg) (bool, error)) error {
	for {
		m, err := patiently(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
			return s.GetMsg(ctx, from, jetstream.WithGetMsgSubject(subject))
		})
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if more, err := fn(m); err != nil || !more {
			return err
		}
		from = m.Sequence + 1
	}
}

// codeOf returns JetStream's code of an error, 0 when it has none.
func codeOf(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// asUnavailable makes an error that says "try again" out of what the broker or the connection said; an error that already has a
// code keeps it.
func asUnavailable(err error) error {
	var known *hiring.Error
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		return hiring.Errorf(hiring.TooLarge, "the message is too large to be sent")
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled):
		return err
	case codeOf(err) == jetstream.JSErrCodeStreamMessageExceedsMaximum:
		return hiring.Errorf(hiring.TooLarge, "the message is too large to be kept")
	case codeOf(err) == codeFull, codeOf(err) == codeNoResources:
		return fmt.Errorf("%w (%w)", hiring.Errorf(hiring.Unavailable, "the log takes no more facts").Mend("free disk space or raise its limit"), err)
	}
	return fmt.Errorf("%w (%w)", hiring.Errorf(hiring.Unavailable, "the log did not answer").Mend("try again"), err)
}
