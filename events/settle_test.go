package events

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

func refusal(code jetstream.ErrorCode) error { return &jetstream.APIError{Code: 400, ErrorCode: code} }

// TestSettle goes through what the broker can answer and what may be true all the same: "failed" and "failed but applied".
func TestSettle(t *testing.T) {
	lost := context.DeadlineExceeded
	for name, c := range map[string]struct {
		answers []error // of each send; nil succeeds with sequence 7, and so does every further one
		found   uint64  // what reading back finds
		readErr error
		seq     uint64
		code    hiring.Code
		sends   int
	}{
		"success":                          {answers: []error{nil}, seq: 7, sends: 1},
		"answer lost, but stored":          {answers: []error{lost}, found: 5, seq: 5, sends: 1},
		"answer lost, and not stored":      {answers: []error{lost, lost}, seq: 7, sends: 3},
		"answer lost, then stale":          {answers: []error{lost, refusal(codeStale)}, code: hiring.Stale, sends: 2},
		"stale":                            {answers: []error{refusal(codeStale)}, code: hiring.Stale, sends: 1},
		"stale by its own success":         {answers: []error{refusal(codeStale)}, found: 5, seq: 5, sends: 1},
		"stale, but reading back fails":    {answers: []error{refusal(codeStale)}, readErr: nats.ErrTimeout, seq: 7, sends: 2},
		"another in process, then free":    {answers: []error{refusal(codeStaleConstant)}, seq: 7, sends: 2},
		"batch known and found":            {answers: []error{refusal(codeDuplicate)}, found: 9, seq: 9, sends: 1},
		"too many batches, then room":      {answers: []error{refusal(codeTooManyBatches), refusal(codeTooManyBatches)}, seq: 7, sends: 3},
		"a batch that lost a part":         {answers: []error{refusal(codeIncompleteBatch)}, seq: 7, sends: 2},
		"the stream is full":               {answers: []error{refusal(codeFull)}, code: hiring.Unavailable, sends: 1},
		"the connection is closed":         {answers: []error{nats.ErrConnectionClosed}, code: hiring.Unavailable, sends: 1},
		"the message exceeds what is sent": {answers: []error{nats.ErrMaxPayload}, code: hiring.TooLarge, sends: 1},
		"always in process":                {answers: repeat(refusal(codeStaleConstant)), code: hiring.Stale, sends: attempts},
		"an id used for something else":    {answers: repeat(refusal(codeDuplicate)), code: hiring.Conflict, sends: attempts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sends := 0
			seq, err := new(Log).settle(t.Context(), "a fact", func() (uint64, error) {
				if sends++; sends <= len(c.answers) && c.answers[sends-1] != nil {
					return 0, c.answers[sends-1]
				}
				return 7, nil
			}, func() (uint64, error) { return c.found, c.readErr })
			if seq != c.seq || hiring.CodeOf(err) != c.code || sends != c.sends {
				t.Errorf("%d, %v after %d sends", seq, err, sends)
			}
			if errors.Is(err, ErrStale) != (c.code == hiring.Stale) {
				t.Errorf("ErrStale: %v", err)
			}
		})
	}
}

func repeat(err error) (all []error) {
	for range attempts {
		all = append(all, err)
	}
	return all
}

func TestAFullLogRefusesAndStaysReadable(t *testing.T) {
	o := options(broker(t, t.TempDir(), ""))
	o.MaxBytes = 256 << 10
	l := connect(t, o)
	d := draft("fact.day.a", 0)
	d.Body = body{Text: strings.Repeat("x", 30<<10)}
	var err error
	stored := uint64(0)
	for err == nil {
		d.Expect = stored
		var seq uint64
		if seq, err = l.Publish(t.Context(), d); err == nil {
			stored = seq
		}
	}
	if hiring.CodeOf(err) != hiring.Unavailable || stored == 0 {
		t.Errorf("after %d facts: %v", stored, err)
	}
	if f, err := l.Last(t.Context(), "fact.day.a"); err != nil || f.Seq != stored {
		t.Errorf("Last = %d, %v; want %d", f.Seq, err, stored)
	}
	if err := l.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
}
