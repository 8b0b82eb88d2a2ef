package events

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

const (
	everyFact    = "fact.>"
	followBatch  = 500  // most facts that deliver gets at once
	bulkFacts    = 4000 // the same of FollowBulk
	bulkWait     = 500 * time.Millisecond
	bulkFew      = 16                    // facts that do not wait
	bulkGlance   = 50 * time.Millisecond // after which fewer than bulkMany wait no longer: it is no import, and somebody may look for them
	bulkMany     = 200
	followAhead  = 2000     // messages asked for ahead of deliver
	followBytes  = 16 << 20 // and their bytes
	followExpiry = 10 * time.Second
	followBeat   = 2 * time.Second // a silent consumer is replaced after two of these
	followSetup  = 2 * time.Second // a request sent while the broker restarts may be lost
	followRetry  = 100 * time.Millisecond
	followIdle   = time.Minute // the broker forgets the consumer of a reader that is gone
)

// ErrAhead says that a position stands beyond the end of the log: it belongs to another log, or this one was brought back from an
// older copy. What was folded up to there must be folded anew.
var ErrAhead error = hiring.Errorf(hiring.Conflict, "the position is beyond the end of the log").Mend("rebuild what was made from another log")

// Follow delivers every fact with a sequence above from, in order, in batches of at most 500; a fact waits for nothing but deliver
// itself. It survives reconnects and restarts of the broker. It returns nil when ctx ends, or deliver's error, or [ErrAhead]
// when from is beyond the end of the log.
func (l *Log) Follow(ctx context.Context, from uint64, deliver func([]hiring.Fact) error) error {
	return l.follow(ctx, everyFact, from, portion{facts: followBatch}, deliver)
}

// FollowBulk is [Log.Follow] for who pays by the batch: when facts stream in as in an import, it lets up to 4,000 of them gather for
// 500 ms at the most; when they come by the thousand a second or fewer, for 50 ms. A few facts are delivered at once, and so is what
// somebody waits for to be reflected in pos, which is how far the caller has come.
func (l *Log) FollowBulk(ctx context.Context, from uint64, pos *Position, deliver func([]hiring.Fact) error) error {
	return l.follow(ctx, everyFact, from, portion{facts: bulkFacts, wait: bulkWait, glance: bulkGlance, pos: pos}, deliver)
}

// Watch is [Log.Follow] for the facts that match one filter subject, one by one.
func (l *Log) Watch(ctx context.Context, filter string, from uint64, deliver func(hiring.Fact) error) error {
	return l.follow(ctx, filter, from, portion{facts: followBatch}, func(fs []hiring.Fact) error {
		for _, f := range fs {
			if err := deliver(f); err != nil {
				return err
			}
		}
		return nil
	})
}

// portion bounds a batch: the facts in it, how long it waits for them once there are many, and after how long it looks whether there are
// so many that waiting on pays; 0 for never. A batch that holds what is awaited of pos does not wait; pos may be nil.
type portion struct {
	facts        int
	wait, glance time.Duration
	pos          *Position
}

// awaited reports whether somebody waits for a fact of the batch or one before it; more is closed once somebody else begins to wait.
func (p portion) awaited(batch []hiring.Fact) (held bool, more <-chan struct{}) {
	if p.pos == nil {
		return false, nil
	}
	seq, more := p.pos.Awaited()
	return seq > 0 && seq <= batch[len(batch)-1].Seq, more
}

func (l *Log) follow(ctx context.Context, filter string, from uint64, size portion, deliver func([]hiring.Fact) error) error {
	end, err := l.written(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err == nil && from > end {
		return fmt.Errorf("following from %d a log that ends at %d: %w", from, end, ErrAhead)
	}
	for {
		r, err := l.open(ctx, filter, from)
		if err == nil {
			from, err = l.read(ctx, r, from, size, deliver)
			r.stop()
			if errors.Is(err, errBehind) {
				l.logger.Debug("reading the log alone until the others are caught up with", "from", from)
				continue
			}
			if err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if l.nc.IsClosed() {
			return hiring.Errorf(hiring.Unavailable, "the connection to the log was closed")
		}
		l.logger.Warn("following the log again", "from", from, "error", err)
		if pause(ctx, followRetry) != nil { // a broker that is going down takes requests and loses them
			return nil
		}
	}
}

// read delivers what a reader reads. Once it has come to the end of the log, it goes on with what all who follow in this process read
// together; the reader only fills the gap up to there.
func (l *Log) read(ctx context.Context, r *reader, from uint64, size portion, deliver func([]hiring.Fact) error) (uint64, error) {
	from, err := r.run(ctx, from, math.MaxUint64, size, deliver)
	if err != nil || !r.fine(ctx) {
		return from, err
	}
	shared, joint, err := l.convoy.join(ctx, l, from)
	if err != nil {
		l.logger.Debug("reading the end of the log alone", "error", err)
		return r.run(ctx, from, math.MaxUint64, size, deliver)
	}
	defer shared.stop()
	if from, err = r.run(ctx, from, joint, size, deliver); err != nil || from < joint { // where joint was erased, the next fact is as good
		return from, err
	}
	r.stop()
	if from, err = shared.run(ctx, from, math.MaxUint64, size, deliver); err == nil && shared.behind.Load() {
		err = errBehind
	}
	return from, err
}

// errBehind says that the convoy went on without a reader.
var errBehind = errors.New("left behind")

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
