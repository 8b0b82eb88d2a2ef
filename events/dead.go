package events

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// Headers of a dead letter, beside those of the fact.
const (
	reasonHeader = "Matchday-Reason"
	triesHeader  = "Matchday-Tries"
	factHeader   = "Matchday-Fact" // the fact's sequence
	letterHeader = "Matchday-Letter"
)

const maxReason = 1000 // bytes of an error that are kept

func deadSubject(consumer, fact string) string { return "dead." + consumer + "." + fact }
func retrySubject(consumer string) string      { return "retry." + consumer }

// DeadLetter is a fact that a work could not be done for.
type DeadLetter struct {
	Seq      uint64 // names the dead letter
	Subject  string // of the fact
	Fact     uint64 // the fact's sequence
	Type     string // of the fact
	Consumer string // the work's name
	Reason   string // the last error
	Tries    int
	Time     time.Time // when it became a dead letter
	Data     []byte    // the fact's body
}

// bury writes a dead letter. Its message id keeps a repeat after a crash from doubling it.
func (l *Log) bury(ctx context.Context, consumer string, f hiring.Fact, h nats.Header, tries int, reason error) error {
	header := maps.Clone(h)
	if header == nil {
		header = nats.Header{}
	}
	for key := range header {
		if !strings.HasPrefix(key, "ce-") {
			delete(header, key) // those of JetStream are about the stream of facts
		}
	}
	text := reason.Error()
	header[reasonHeader] = []string{percentEncode(text[:min(len(text), maxReason)])}
	header[triesHeader] = []string{strconv.Itoa(tries)}
	header[factHeader] = []string{strconv.FormatUint(f.Seq, 10)}
	header[hdrMsgID] = []string{fmt.Sprintf("%s.%d", consumer, f.Seq)}
	m := &nats.Msg{Subject: deadSubject(consumer, f.Subject), Header: header, Data: f.Data}
	if _, err := l.send(ctx, m); err != nil {
		return fmt.Errorf("writing a dead letter of %s: %w", consumer, asUnavailable(err))
	}
	return nil
}

func letterOf(m *jetstream.RawStreamMsg) DeadLetter {
	_, rest, _ := strings.Cut(m.Subject, ".")
	consumer, subject, _ := strings.Cut(rest, ".")
	d := DeadLetter{
		Seq:      m.Sequence,
		Subject:  subject,
		Type:     percentDecode(first(m.Header, ceType)),
		Consumer: consumer,
		Reason:   percentDecode(first(m.Header, reasonHeader)),
		Time:     m.Time,
		Data:     m.Data,
	}
	d.Tries, _ = strconv.Atoi(first(m.Header, triesHeader))
	d.Fact, _ = strconv.ParseUint(first(m.Header, factHeader), 10, 64)
	return d
}

// DeadLetters returns the oldest dead letters, at most limit.
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var letters []DeadLetter
	if limit <= 0 {
		return nil, nil
	}
	err := each(ctx, l.dead, "dead.>", 1, func(m *jetstream.RawStreamMsg) (bool, error) {
		letters = append(letters, letterOf(m))
		return len(letters) < limit, nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading dead letters: %w", asUnavailable(err))
	}
	return letters, nil
}

// ReplayDead has a dead letter tried again by the work that it comes from, as soon as that runs. It leaves the list once it was
// handled; when it fails five times more it stays. A letter that is not there is an error of code NotFound.
func (l *Log) ReplayDead(ctx context.Context, seq uint64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	letter, err := l.letter(ctx, seq)
	if err != nil {
		return err
	}
	m := &nats.Msg{Subject: retrySubject(letterOf(letter).Consumer), Header: nats.Header{letterHeader: {strconv.FormatUint(seq, 10)}}}
	if _, err := l.send(ctx, m); err != nil {
		return fmt.Errorf("replaying a dead letter: %w", asUnavailable(err))
	}
	return nil
}

func (l *Log) letter(ctx context.Context, seq uint64) (*jetstream.RawStreamMsg, error) {
	m, err := l.dead.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && !strings.HasPrefix(m.Subject, "dead.") {
		return nil, hiring.Errorf(hiring.NotFound, "no dead letter has this number")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a dead letter: %w", asUnavailable(err))
	}
	return m, nil
}

// settleRetry tries a dead letter again. The letter goes only after its fact was handled; the request to retry goes in any case.
func (c *worker) settleRetry(ctx context.Context, m jetstream.Msg) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	seq, err := strconv.ParseUint(first(m.Headers(), letterHeader), 10, 64)
	if err != nil {
		return m.TermWithReason("names no dead letter")
	}
	letter, err := c.log.letter(ctx, seq)
	if hiring.CodeOf(err) == hiring.NotFound {
		return c.forget(ctx, m, meta.Sequence.Stream)
	}
	if err != nil {
		return err
	}
	d := letterOf(letter)
	tries := int(meta.NumDelivered)
	err = ErrPermanent
	if tries <= maxTries {
		err = c.try(ctx, decode(d.Fact, d.Subject, letter.Header, letter.Data))
	}
	switch {
	case ctx.Err() != nil:
		return m.Nak()
	case err == nil:
		if err := c.log.dead.SecureDeleteMsg(ctx, seq); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return err
		}
	case tries < maxTries && !errors.Is(err, ErrPermanent):
		return m.NakWithDelay(c.work.Backoff[min(tries, len(c.work.Backoff))-1])
	default:
		c.log.logger.Error("a dead letter failed again", "work", c.work.Name, "letter", seq, "error", err)
	}
	return c.forget(ctx, m, meta.Sequence.Stream)
}

// forget acknowledges a request to retry and removes it.
func (c *worker) forget(ctx context.Context, m jetstream.Msg, seq uint64) error {
	if err := m.DoubleAck(ctx); err != nil {
		return err
	}
	if err := c.log.dead.DeleteMsg(ctx, seq); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return err
	}
	return nil
}
