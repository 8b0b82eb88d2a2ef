package events

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

const (
	rankingType   = "matchday.ranking.computed.v1"
	triggerHeader = "Matchday-Trigger" // log position of the fact that made the ranking necessary
)

// PublishRanking publishes a ranking on match.opening.<ref> or match.learner.<ref>, in place of the one before; trigger is the log
// position of the fact that made it necessary. One publisher at a time: when another one published since this Log last did, the error
// is [ErrStale] and nothing is written; ask [Log.RankedThrough] before going on.
func (l *Log) PublishRanking(ctx context.Context, subject string, r hiring.Ranking, trigger uint64) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a ranking: %w", err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	l.ranking.Lock()
	defer l.ranking.Unlock()
	if err := l.seeRankings(ctx); err != nil {
		return err
	}
	id := rand.Text()
	m := &nats.Msg{Subject: subject, Data: data, Header: nats.Header{
		ceVersion: {"1.0"}, ceID: {id}, ceType: {rankingType}, ceSource: {"matcher"},
		ceTime:        {time.Now().UTC().Format(time.RFC3339Nano)},
		ceContentType: {"application/json"},
		hdrExpectLast: {strconv.FormatUint(l.ranked, 10)},
		triggerHeader: {strconv.FormatUint(trigger, 10)},
	}}
	seq, err := l.settle(ctx, subject, func() (uint64, error) { return l.send(ctx, m) }, func() (uint64, error) {
		last, err := lastOf(ctx, l.ranks, subject)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return 0, nil
		}
		if err != nil || first(last.Header, ceID) != id {
			return 0, err
		}
		return last.Sequence, nil
	})
	l.ranked, l.seen = seq, err == nil
	return err
}

// seeRankings learns the last sequence of the rankings, when this Log does not know it.
func (l *Log) seeRankings(ctx context.Context) error {
	if l.seen {
		return nil
	}
	info, err := patiently(ctx, func(ctx context.Context) (*jetstream.StreamInfo, error) { return l.ranks.Info(ctx) })
	if err != nil {
		return fmt.Errorf("reading the end of the rankings: %w", asUnavailable(err))
	}
	l.ranked, l.seen = info.State.LastSeq, true
	return nil
}

// RankedThrough returns the trigger of the last ranking published, by whomever; 0 when there is none or it is older than 30 days.
// A matcher that rebuilds stays silent up to there.
func (l *Log) RankedThrough(ctx context.Context) (uint64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	m, err := lastOf(ctx, l.ranks, "match.>")
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the last ranking: %w", asUnavailable(err))
	}
	trigger, err := strconv.ParseUint(first(m.Header, triggerHeader), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading the last ranking: its trigger is malformed: %w", err)
	}
	return trigger, nil
}

// LastRanking returns the ranking that stands on a subject, byte for byte as it was published; a hiring.Error NotFound when none does.
func (l *Log) LastRanking(ctx context.Context, subject string) ([]byte, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	m, err := lastOf(ctx, l.ranks, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, hiring.Errorf(hiring.NotFound, "no ranking is published there")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a ranking: %w", asUnavailable(err))
	}
	return m.Data, nil
}
