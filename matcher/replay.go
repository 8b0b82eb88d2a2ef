package matcher

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"matchday/hiring"
)

// errReached ends the reading of the log where a ranking was made.
var errReached = errors.New("reached")

// replayRanking reads the list that is asked for as it was published, and computes it again.
func (m *Matcher) replayRanking(ctx context.Context, q hiring.ReplayRanking) (hiring.ReplayedRanking, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.ReplayedRanking{}, err
	}
	subject, err := m.replayed(q)
	if err != nil {
		return hiring.ReplayedRanking{}, err
	}
	published, err := m.o.Log.LastRanking(ctx, subject)
	if err != nil {
		return hiring.ReplayedRanking{}, err
	}
	var r hiring.Ranking
	if err := json.Unmarshal(published, &r); err != nil {
		return hiring.ReplayedRanking{}, fmt.Errorf("decoding a published ranking: %w", err)
	}
	switch {
	case q.ID != "" && !m.mayRead(q.Actor, r):
		return hiring.ReplayedRanking{}, hiring.Errorf(hiring.NotFound, "no ranking is published there")
	case q.ID != "" && r.ID != q.ID:
		return hiring.ReplayedRanking{}, hiring.Errorf(hiring.Conflict, "another list stands in its place").Mend("replay " + string(r.ID))
	}
	again, err := Replay(ctx, m.o, r)
	if err != nil {
		return hiring.ReplayedRanking{}, err
	}
	encoded, err := json.Marshal(again)
	if err != nil {
		return hiring.ReplayedRanking{}, fmt.Errorf("encoding a ranking: %w", err)
	}
	return hiring.ReplayedRanking{ID: r.ID, Subject: subject, Position: r.Position, Scorer: r.Scorer, Matches: len(again.Matches),
		Same: bytes.Equal(published, encoded)}, nil
}

// replayed returns the subject of the list that the question is about.
func (m *Matcher) replayed(q hiring.ReplayRanking) (string, error) {
	if q.ID != "" {
		return q.ID.Subject()
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if q.Opening != "" {
		if o := m.world.Openings[q.Opening]; o != nil && q.Actor.MayManageOpening(o) {
			return m.subjectOf(entity{opening: o.ID}), nil
		}
		return "", missing("opening")
	}
	if l := m.world.LearnerByID(q.Learner); l != nil && q.Actor.MayReadLearner(l) {
		return m.subjectOf(entity{learner: l.Ref}), nil
	}
	return "", missing("learner")
}

// mayRead reports whether an actor may read a published list.
func (m *Matcher) mayRead(a hiring.Actor, r hiring.Ranking) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if o := m.world.Openings[r.Opening]; o != nil {
		return a.MayManageOpening(o)
	}
	l := m.world.Learner(r.Learner)
	return l != nil && !l.Erased && a.MayReadLearner(l)
}

// Replay computes a published ranking again from nothing but the log: it folds what the ranking reflects and ranks at its time. The
// result is the same, byte for byte, unless somebody in it was erased since.
func Replay(ctx context.Context, o Options, r hiring.Ranking) (hiring.Ranking, error) {
	if r.Scorer != ScorerVersion {
		return hiring.Ranking{}, hiring.Errorf(hiring.Conflict, "the ranking was made by scorer %s; this is %s", r.Scorer, ScorerVersion)
	}
	at, err := time.Parse(time.RFC3339Nano, r.At)
	if err != nil {
		return hiring.Ranking{}, fmt.Errorf("reading a ranking's time: %w", err)
	}
	o.Dir = "" // the snapshot is of now
	m := empty(o)
	err = m.o.Log.Follow(ctx, 0, func(batch []hiring.Fact) error {
		n := 0
		for n < len(batch) && batch[n].Seq <= r.Position {
			n++
		}
		if err := m.fold(ctx, batch[:n]); err != nil {
			return err
		}
		if n < len(batch) || batch[n-1].Seq == r.Position {
			return errReached
		}
		return nil
	})
	if err != nil && !errors.Is(err, errReached) {
		return hiring.Ranking{}, err
	}
	_, again, ok := m.publishedAt(entity{opening: r.Opening, learner: r.Learner}, at)
	if !ok || m.world.Position != r.Position {
		return hiring.Ranking{}, missing("opening or learner at that position")
	}
	if r.ID == "" {
		again.ID = "" // published before lists had one
	}
	return again, nil
}
