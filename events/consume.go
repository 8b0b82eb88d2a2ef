package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

const (
	maxTries   = 5
	workWait   = 30 * time.Second // the broker hands a fact out again when it was not settled by then
	handleWait = 10 * time.Second // so a handler gets less, since one fact waits for another
	workAhead  = 256
)

// defaultBackoff is the delay before the second, third… try.
var defaultBackoff = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}

// Work is something done once for each fact that matches, across restarts and processes: mail, a message, a webhook.
type Work struct {
	// Name of the durable consumer: letters, digits, - and _. Processes that use one name share the facts.
	Name string
	// Filters are subjects of facts; they must not overlap.
	Filters []string
	// Backoff is the delay before the second, third… try; the last one repeats. Nil means 1 s, 5 s, 30 s, 2 min.
	Backoff []time.Duration
}

// ErrPermanent marks an error that no retry mends: wrap it to make a dead letter at once.
var ErrPermanent = errors.New("permanent")

// Consume hands every fact that matches to handle, at least once, one at a time, from the first fact of the log on. A nil error
// settles the fact; an error has it handed out again after a delay, up to five tries; an error that wraps [ErrPermanent], the fifth
// error, and a fact that was handed out five times without being settled make a dead letter. handle has 10 seconds for each. Consume
// returns nil when ctx ends.
func (l *Log) Consume(ctx context.Context, w Work, handle func(context.Context, hiring.Fact) error) error {
	if w.Backoff == nil {
		w.Backoff = defaultBackoff
	}
	c := &worker{log: l, work: w, handle: handle}
	facts, err := l.durable(ctx, factsStream, w.Name, w.Filters...)
	if err != nil {
		return err
	}
	retries, err := l.durable(ctx, deadStream, w.Name, retrySubject(w.Name))
	if err != nil {
		return err
	}
	return c.run(ctx, facts, retries)
}

// durable makes or finds a durable pull consumer. Tries are counted here and not limited by the broker, which would silently stop
// handing out a fact whose fifth try took the process down.
func (l *Log) durable(ctx context.Context, stream, name string, filters ...string) (jetstream.Consumer, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	config := jetstream.ConsumerConfig{
		Durable:        name,
		FilterSubjects: filters,
		DeliverPolicy:  jetstream.DeliverAllPolicy,
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        workWait,
		MaxDeliver:     -1,
		MaxAckPending:  workAhead,
	}
	c, err := l.js.CreateConsumer(ctx, stream, config)
	if errors.Is(err, jetstream.ErrConsumerExists) {
		c, err = l.js.UpdateConsumer(ctx, stream, config)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the work %s: %w", name, asUnavailable(err))
	}
	return c, nil
}

// worker settles the facts and the retries of one kind of work, one message at a time.
type worker struct {
	log    *Log
	work   Work
	handle func(context.Context, hiring.Fact) error
}

// job is a message and what settles it.
type job struct {
	m      jetstream.Msg
	settle func(context.Context, jetstream.Msg) error
}

// run settles messages of both consumers, one at a time, until ctx ends or a consumer is gone.
func (c *worker) run(ctx context.Context, facts, retries jetstream.Consumer) error {
	jobs, gone := make(chan job), make(chan error, 1)
	quit := make(chan struct{})
	var feeds []jetstream.ConsumeContext
	defer func() {
		close(quit)
		for _, cc := range feeds {
			cc.Drain() // what was handed out already goes back to the broker at once
			<-cc.Closed()
		}
	}()
	for _, from := range []struct {
		jetstream.Consumer
		settle func(context.Context, jetstream.Msg) error
	}{{facts, c.settleFact}, {retries, c.settleRetry}} {
		cc, err := from.Consume(func(m jetstream.Msg) {
			select {
			case jobs <- job{m, from.settle}:
			case <-quit:
				_ = m.Nak()
			}
		}, jetstream.PullMaxMessages(1), jetstream.PullExpiry(followExpiry), jetstream.PullHeartbeat(followBeat), c.onError(ctx, gone))
		if err != nil {
			return fmt.Errorf("starting the work %s: %w", c.work.Name, err)
		}
		feeds = append(feeds, cc)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-gone:
			return fmt.Errorf("the work %s: %w", c.work.Name, asUnavailable(err))
		case j := <-jobs:
			err := j.m.InProgress() // it may have waited for another
			if err == nil {
				err = j.settle(ctx, j.m)
			}
			if err != nil && ctx.Err() == nil { // the broker hands it out again
				c.log.logger.Error("work could not be settled", "work", c.work.Name, "subject", j.m.Subject(), "error", err)
			}
		}
	}
}

// onError reports on gone what ends the work; the library itself overcomes all else. A heartbeat is missed whenever this process or
// the broker got no processor or disk for a while, as on a machine that slept, and the library just asks again: only when that
// does not help is it worth a warning, and never while the work ends.
func (c *worker) onError(ctx context.Context, gone chan<- error) jetstream.PullConsumeOpt {
	var quiet silence // of one consumer, whose errors come one after the other
	return jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		if errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrConnectionClosed) {
			select {
			case gone <- err:
			default:
			}
			return
		}
		level := slog.LevelWarn
		if ctx.Err() != nil || errors.Is(err, jetstream.ErrNoHeartbeat) && !quiet.lasts(time.Now()) {
			level = slog.LevelDebug
		}
		c.log.logger.Log(ctx, level, "work waits for the broker", "work", c.work.Name, "error", err)
	})
}

// silence tells one missed heartbeat from many in a row.
type silence struct{ first, last time.Time }

// lasts notes a heartbeat that was missed and reports whether they have been missing for 15 seconds. The library tells of one every
// two beats for as long as none comes.
func (s *silence) lasts(now time.Time) bool {
	if now.Sub(s.last) > 4*followBeat {
		s.first = now
	}
	s.last = now
	return now.Sub(s.first) >= 15*time.Second
}

// settleFact tries one fact and acknowledges it, delays it or makes it a dead letter.
func (c *worker) settleFact(ctx context.Context, m jetstream.Msg) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	fact := decode(meta.Sequence.Stream, m.Subject(), m.Headers(), m.Data())
	tries := int(meta.NumDelivered)
	if tries > maxTries {
		err = fmt.Errorf("%w: handed out %d times and never settled", ErrPermanent, tries-1)
	} else {
		err = c.try(ctx, fact)
	}
	switch {
	case ctx.Err() != nil:
		return m.Nak()
	case err == nil:
		return m.DoubleAck(ctx)
	case tries < maxTries && !errors.Is(err, ErrPermanent):
		c.log.logger.Warn("work will be tried again", "work", c.work.Name, "seq", fact.Seq, "try", tries, "error", err)
		return m.NakWithDelay(c.work.Backoff[min(tries, len(c.work.Backoff))-1])
	}
	c.log.logger.Error("work failed for good", "work", c.work.Name, "seq", fact.Seq, "try", tries, "error", err)
	if derr := c.log.bury(ctx, c.work.Name, fact, m.Headers(), min(tries, maxTries), err); derr != nil {
		return derr
	}
	return m.TermWithReason("dead letter")
}

// try hands a fact to the handler, which may neither run on for ever nor take the process down.
func (c *worker) try(ctx context.Context, f hiring.Fact) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handleWait)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the handler panicked: %v", r)
		}
	}()
	return c.handle(ctx, f)
}
