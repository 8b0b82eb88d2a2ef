package events

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

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
