package events

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// reader hands on facts of the truth stream, of a consumer of its own or of the convoy. It is thrown away at the first sign of
// trouble: the next one starts after the last fact delivered.
type reader struct {
	facts  chan hiring.Fact
	bad    chan struct{} // closed when the reader must be replaced; what is in facts by then is delivered, and no more comes
	near   chan struct{} // closed when it has come to the end of the log; nil where nobody waits for that
	fail   func()        // closes bad
	stop   func()        // may be called again
	bytes  atomic.Int64  // of the facts that are not delivered yet
	behind atomic.Bool   // the convoy went on without it
}

func newReader(ahead int) *reader {
	r := &reader{facts: make(chan hiring.Fact, ahead), bad: make(chan struct{})}
	r.fail = sync.OnceFunc(func() { close(r.bad) })
	return r
}

// open starts a reader with a consumer of its own, which waits for who reads.
func (l *Log) open(ctx context.Context, filter string, from uint64) (*reader, error) {
	r := newReader(followBatch)
	quit := make(chan struct{}) // closed when nobody reads facts any more
	if filter == everyFact {
		r.near = make(chan struct{})
	}
	arrived := sync.OnceFunc(func() {
		if r.near != nil {
			close(r.near)
		}
	})
	end, pending, err := l.consume(ctx, filter, from, r.fail, func(f hiring.Fact, pending uint64) {
		if !r.hand(f, quit) {
			return
		}
		if pending == 0 {
			arrived()
		}
	})
	if err != nil {
		return nil, err
	}
	if pending == 0 {
		arrived()
	}
	r.stop = sync.OnceFunc(func() { close(quit); end() })
	return r, nil
}

// hand waits until a fact is taken over and reports whether it was. After one that was not, none is: there would be a gap.
func (r *reader) hand(f hiring.Fact, quit <-chan struct{}) bool {
	select {
	case <-r.bad:
		return false
	case <-quit:
		return false
	default:
	}
	r.bytes.Add(int64(len(f.Data)))
	select {
	case <-r.bad:
		return false
	case <-quit:
		return false
	case r.facts <- f:
		return true
	}
}

// consume hands on every fact that matches a filter with a sequence above from, and how many were yet to come when it was sent. It calls
// fail when the consumer must be replaced. How many there are at first is returned, and how to end.
func (l *Log) consume(ctx context.Context, filter string, from uint64, fail func(), take func(hiring.Fact, uint64)) (end func(), pending uint64, err error) {
	if !l.nc.IsConnected() {
		return nil, 0, hiring.Errorf(hiring.Unavailable, "the broker is not connected")
	}
	setup, cancel := context.WithTimeout(ctx, followSetup)
	defer cancel()
	cons, err := l.js.CreateConsumer(setup, factsStream, jetstream.ConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       from + 1,
		FilterSubject:     filter,
		AckPolicy:         jetstream.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: followIdle,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("starting to read: %w", err)
	}
	info := cons.CachedInfo()
	var count uint64
	cc, err := cons.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if count++; err != nil || meta.Sequence.Consumer != count {
			fail() // something was lost on the way
			return
		}
		f := l.recent.share(meta.Sequence.Stream, func() hiring.Fact {
			return decode(meta.Sequence.Stream, m.Subject(), m.Headers(), m.Data())
		})
		if f.Type == hiring.LearnerErased {
			l.fresh.forget(hiring.LearnerRef(f.Ref()))
			l.recent.forget(f)
		}
		take(f, meta.NumPending)
	}, jetstream.PullMaxMessagesWithBytesLimit(followAhead, followBytes), jetstream.PullExpiry(followExpiry), jetstream.PullHeartbeat(followBeat),
		jetstream.ConsumeErrHandler(func(jetstream.ConsumeContext, error) { fail() }))
	if err != nil {
		return nil, 0, fmt.Errorf("starting to read: %w", err)
	}
	return sync.OnceFunc(func() { // where removing fails, the broker forgets the consumer after a minute
		cc.Stop()
		ctx, cancel := context.WithTimeout(context.Background(), followRetry)
		defer cancel()
		_ = l.js.DeleteConsumer(ctx, factsStream, info.Name)
	}), info.NumPending, nil
}

// fine reports whether there is more to read and somebody to read it.
func (r *reader) fine(ctx context.Context) bool {
	select {
	case <-r.bad:
		return false
	default:
		return ctx.Err() == nil
	}
}

// run delivers the facts above from until that is at least until, the reader has come near the end or goes bad, ctx ends or deliver
// fails; only that last error is returned. It returns the sequence of the last fact delivered.
func (r *reader) run(ctx context.Context, from, until uint64, size portion, deliver func([]hiring.Fact) error) (uint64, error) {
	for from < until {
		select {
		case <-ctx.Done():
			return from, nil
		case <-r.bad:
			if len(r.facts) == 0 {
				return from, nil
			}
		case <-r.near:
			r.near = nil
			return from, nil
		case f := <-r.facts:
			batch := r.batch(f, size)
			for _, f := range batch {
				r.bytes.Add(-int64(len(f.Data)))
			}
			if batch = after(batch, from); len(batch) == 0 {
				continue
			}
			if err := deliver(batch); err != nil {
				return from, err
			}
			from = batch[len(batch)-1].Seq
		}
	}
	return from, nil
}

// after leaves out the facts up to a position.
func after(facts []hiring.Fact, position uint64) []hiring.Fact {
	for len(facts) > 0 && facts[0].Seq <= position {
		facts = facts[1:]
	}
	return facts
}

// batch takes what is there already; when that is much, it may wait for more.
func (r *reader) batch(f hiring.Fact, size portion) []hiring.Fact {
	batch := append(make([]hiring.Fact, 0, min(1+len(r.facts), size.facts)), f)
	var enough, glance <-chan time.Time // nil: not waiting yet
	for len(batch) < size.facts {
		select {
		case f := <-r.facts:
			batch = append(batch, f)
			continue
		default:
		}
		if enough == nil {
			if size.wait == 0 || len(batch) < bulkFew {
				return batch
			}
			enough = time.After(size.wait)
			if size.glance > 0 {
				glance = time.After(size.glance)
			}
		}
		held, more := size.awaited(batch)
		if held {
			return batch
		}
		select {
		case f := <-r.facts:
			batch = append(batch, f)
		case <-more:
		case <-glance:
			if len(batch) < bulkMany {
				return batch
			}
		case <-enough:
			return batch
		case <-r.bad:
			return batch
		}
	}
	return batch
}
