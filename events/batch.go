package events

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"matchday/hiring"
)

// Limits of a batch.
const (
	maxBatch  = 1000 // the broker allows no more
	fewDrafts = 16   // that are written one by one when their batch is refused
	inFlight  = 40   // batches of one Log at once; the broker takes 50 from all
)

// PublishBatch writes all drafts or none and returns the last sequence. The expectation of each is about what was there before the
// batch; a subject that stands in it twice must be Unfenced the second time. A batch has at most 1,000 drafts.
func (l *Log) PublishBatch(ctx context.Context, ds []Draft) (uint64, error) {
	if len(ds) == 0 || len(ds) > maxBatch {
		return 0, hiring.Errorf(hiring.Internal, "a batch of %d facts cannot be written", len(ds))
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	return l.publishBatch(ctx, ds)
}

func (l *Log) publishBatch(ctx context.Context, ds []Draft) (uint64, error) {
	ms := make([]*nats.Msg, len(ds))
	for i := range ds {
		m, err := encode(&ds[i])
		if err != nil {
			return 0, err
		}
		ms[i] = m
	}
	if len(ms) == 1 {
		return l.Publish(ctx, ds[0])
	}
	return l.settle(ctx, fmt.Sprintf("%d facts at once", len(ds)),
		func() (uint64, error) { return l.sendBatch(ctx, ms) },
		func() (uint64, error) {
			// All or none: where the first stands, the last does.
			if seq, err := l.find(ctx, ds[0]); err != nil || seq == 0 {
				return 0, err
			}
			return l.find(ctx, ds[len(ds)-1])
		})
}

// sendBatch stages the messages with the broker and commits them with the last one. Only that one is answered: what the broker
// had against an earlier one shows there.
func (l *Log) sendBatch(ctx context.Context, ms []*nats.Msg) (uint64, error) {
	select {
	case l.staging <- struct{}{}:
		defer func() { <-l.staging }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	id := rand.Text()
	for i, m := range ms {
		m.Header[hdrBatchID] = []string{id}
		m.Header[hdrBatchSeq] = []string{strconv.Itoa(i + 1)}
	}
	last := ms[len(ms)-1]
	last.Header[hdrBatchCommit] = []string{"1"}
	for _, m := range ms[:len(ms)-1] {
		if err := l.nc.PublishMsg(m); err != nil {
			return 0, err
		}
	}
	return l.send(ctx, last)
}

// Published is what became of one draft of [Log.PublishEach].
type Published struct {
	Seq uint64
	Err error
}

// PublishEach writes each draft on its own, in the given order, and says what became of each. It is the fast way for many: drafts
// go in batches of up to 1,000, together with those that others publish at the same time; one that is refused is halved until only few
// are left, which go one by one.
func (l *Log) PublishEach(ctx context.Context, ds []Draft) []Published {
	out := make([]Published, len(ds))
	for done := 0; done < len(ds); {
		n := bulk(ds[done:])
		run := out[done : done+n]
		l.publishJoined(ctx, ds[done:done+n], run)
		if err := run[n-1].Err; ctx.Err() != nil || hiring.CodeOf(err) == hiring.Unavailable {
			for i := range out[done+n:] { // no use trying: the broker is away or full
				out[done+n+i].Err = err
			}
			break
		}
		done += n
	}
	return out
}

// bulk returns how many of the first drafts may go as one batch: each about a subject of its own, none with a fence, which the
// draft before it could move.
func bulk(ds []Draft) int {
	seen := make(map[string]struct{}, maxBatch)
	for i, d := range ds[:min(len(ds), maxBatch)] {
		if _, again := seen[d.Subject]; again || d.Fence != "" {
			return max(i, 1)
		}
		seen[d.Subject] = struct{}{}
	}
	return len(seen)
}

// publishRun writes drafts as one batch, and in parts when that is refused for a reason that may concern only some of them.
func (l *Log) publishRun(ctx context.Context, ds []Draft, out []Published) {
	if len(ds) > 1 {
		attempt, cancel := bounded(ctx)
		last, err := l.publishBatch(attempt, ds)
		cancel()
		if err == nil || ctx.Err() != nil || hiring.CodeOf(err) == hiring.Unavailable {
			for i := range out {
				out[i] = Published{Seq: last - uint64(len(ds)-1-i), Err: err} // a batch is stored without gaps
				if err != nil {
					out[i].Seq = 0
				}
			}
			return
		}
	}
	if half := len(ds) / 2; len(ds) > fewDrafts {
		l.publishRun(ctx, ds[:half], out[:half])
		l.publishRun(ctx, ds[half:], out[half:])
		return
	}
	for i, d := range ds {
		out[i].Seq, out[i].Err = l.Publish(ctx, d)
	}
}
