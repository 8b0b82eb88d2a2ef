package matcher

import (
	"context"
	"errors"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// Bounds of a published ranking.
const (
	publishedMatches = 200
	publishedFloor   = hiring.OneScore / 5 // below this a match is one skill in five: no bar is so low, and a list ten times as long
	publishedBytes   = 900_000             // of the matches' JSON, estimated by sizeOf
)

// While facts arrive or questions are asked (within recently) and more than busy entities wait, the publisher rests three times as long
// as it works: a bulk import and those who ask come first. A short queue is published at once.
const (
	busy     = 16
	recently = 200 * time.Millisecond
)

// While many entities wait and facts stream in, as in a bulk import, nothing is ranked at all until the log was still for a lull: who
// ranks then ranks each entity once, and the import has the processors to itself. A stream that lasts longer than patience is ranked
// beside, at a quarter of the speed.
const (
	lull     = time.Second // search, too, catches up in it
	patience = 10 * time.Second
)

// pacer knows since when the log stands still. It belongs to the publishing goroutine.
type pacer struct {
	position    uint64
	moved, held time.Time // when position was first seen, and since when the publisher waits; zero while it does not
}

// wait returns when no fact came for a lull, or after patience.
func (p *pacer) wait(ctx context.Context, now *events.Position) {
	for {
		t := time.Now()
		if at := now.Now(); at != p.position {
			p.position, p.moved = at, t
		}
		if t.Sub(p.moved) >= lull {
			p.held = time.Time{}
			return
		}
		if p.held.IsZero() {
			p.held = t
		}
		if t.Sub(p.held) >= patience || pause(ctx, lull/4) != nil {
			return
		}
	}
}

// stir notes that a fact or a question is being handled.
func (m *Matcher) stir() { m.stirred.Store(time.Now().UnixNano()) }

// rest pauses for d when others are at work.
func (m *Matcher) rest(ctx context.Context, d time.Duration) {
	if time.Since(time.Unix(0, m.stirred.Load())) < recently {
		_ = pause(ctx, d) // its error is ctx's, which the caller looks at
	}
}

// publish publishes a ranking for each cause in the queue until ctx ends.
func (m *Matcher) publish(ctx context.Context) {
	_ = m.insist(ctx, "asking what is published", func() error { return m.catchUp(ctx) })
	pace := &pacer{}
	for ctx.Err() == nil {
		group, rest := m.queue.next(ctx)
		m.publishGroup(ctx, group, rest, pace)
	}
}

// publishGroup publishes the rankings that one fact caused. All but the last are stamped with the fact before, so that a crash
// between two of them repeats the group instead of losing its remainder.
func (m *Matcher) publishGroup(ctx context.Context, group []cause, rest int, pace *pacer) {
	for i, c := range group {
		many := rest+len(group)-i > busy
		if many {
			pace.wait(ctx, &m.pos)
		}
		began := time.Now()
		stamp := c.seq
		if i < len(group)-1 {
			stamp = m.queue.done()
		}
		if passed := m.publishOne(ctx, c, stamp); passed || ctx.Err() != nil {
			return
		}
		if many {
			m.rest(ctx, 3*time.Since(began))
		}
	}
}

// publishOne publishes the ranking of one cause, insisting while the broker is away; a learner's only when it has changed. It reports
// whether another publisher has passed the cause, which ends its group.
func (m *Matcher) publishOne(ctx context.Context, c cause, stamp uint64) (passed bool) {
	subject, r, now, ok := m.published(c.entity)
	if !ok {
		return false
	}
	_ = m.insist(ctx, "publishing a ranking", func() error {
		err := m.o.Log.PublishRanking(ctx, subject, r, stamp)
		if err == nil {
			m.queue.skip(stamp)
			if now != nil {
				m.keepList(c.learner, now)
			}
			return nil
		}
		if !errors.Is(err, events.ErrStale) {
			return m.surmountable(subject, err)
		}
		if lost := m.catchUp(ctx); lost != nil {
			return lost
		}
		if passed = m.queue.done() >= c.seq; passed {
			return nil
		}
		return err
	})
	return passed
}

// catchUp drops the causes that have been published, by whomever, and what this publisher knows of lists that others may have changed.
func (m *Matcher) catchUp(ctx context.Context) error {
	m.lists.clear()
	through, err := m.o.Log.RankedThrough(ctx)
	if err == nil {
		m.queue.skip(through)
	}
	return err
}

// surmountable returns err when trying again may help. Any other is logged and dropped: one ranking that cannot be published must
// not hold up all that follow.
func (m *Matcher) surmountable(subject string, err error) error {
	if hiring.CodeOf(err) == hiring.Unavailable || errors.Is(err, context.Canceled) {
		return err
	}
	m.o.Logger.Error("giving up a ranking", "subject", subject, "error", err)
	return nil
}

// published computes an entity's ranking now and the subject it goes to; false when the entity is gone, or when a learner's list stands
// as it is published. The list is to be kept once it is published.
func (m *Matcher) published(e entity) (subject string, r hiring.Ranking, list *recalled, ok bool) {
	at := m.at(time.Time{})
	if e.learner == "" {
		subject, r, ok = m.publishedAt(e, at)
		return subject, r, nil, ok
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if l := m.world.Learner(e.learner); l == nil || l.Erased {
		return "", r, nil, false
	}
	t := m.tally()
	defer m.tallies.Put(t)
	list, told, _ := m.index.recall(t, m.index.learnerRow(e.learner), m.lists.of(e.learner), at)
	if !told {
		m.lists.keep(e.learner, list)
		return "", r, nil, false
	}
	subject, r = m.listed(t, e, list.published(), at)
	return subject, r, list, true
}

// publishedAt computes an entity's ranking as it is published at a time.
func (m *Matcher) publishedAt(e entity, at time.Time) (subject string, r hiring.Ranking, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	t := m.tally()
	defer m.tallies.Put(t)
	if e.opening != "" {
		o := m.world.Openings[e.opening]
		if o == nil {
			return "", r, false
		}
		hits := m.index.bestLearners(t, o, at, publishedMatches, publishedFloor)
		r, subject = m.ranking(at), m.subjectOf(e)
		r.Opening = o.ID
		r.Matches = bounded(m.index.learnerMatches(t, &sheets{explain: true}, o, hits, at))
		r.ID = hiring.NewMatchID(subject, r.Position)
		return subject, r, true
	}
	if l := m.world.Learner(e.learner); l == nil || l.Erased {
		return "", r, false
	}
	list, _, _ := m.index.recall(t, m.index.learnerRow(e.learner), nil, at)
	subject, r = m.listed(t, e, list.published(), at)
	return subject, r, true
}

// listed returns the ranking that is published of a learner's hits. The caller holds mu.
func (m *Matcher) listed(t *tally, e entity, list []standing, at time.Time) (subject string, r hiring.Ranking) {
	hits := make([]hit, len(list))
	for i, h := range list {
		hits[i].row = h.row
	}
	r, subject = m.ranking(at), m.subjectOf(e)
	r.Learner = e.learner
	r.Matches = bounded(m.index.openingMatches(t, &sheets{explain: true}, m.index.learnerRow(e.learner), hits, at))
	r.ID = hiring.NewMatchID(subject, r.Position)
	return subject, r
}

// subjectOf returns where an entity's ranking is published.
func (m *Matcher) subjectOf(e entity) string {
	if e.opening != "" {
		return "match.opening." + string(m.o.Secrets.Ref(hiring.KindOpening, string(e.opening)))
	}
	return "match.learner." + string(e.learner)
}

// bounded drops the last matches that do not fit into one message.
func bounded(list []hiring.Match) []hiring.Match {
	size := 0
	for i := range list {
		if size += sizeOf(&list[i]); size > publishedBytes {
			return list[:i]
		}
	}
	return list
}

// sizeOf returns an upper bound of the match's JSON in bytes, for text that needs no escapes: the keys and numbers of a match, a part
// and a near requirement measure less than 200 bytes each.
func sizeOf(m *hiring.Match) int {
	const frame = 200
	size := frame + len(m.Opening) + len(m.Learner)
	for _, list := range [][]hiring.SkillID{m.Matched, m.Missing} {
		for _, s := range list {
			size += len(s) + 3
		}
	}
	for _, n := range m.Near {
		size += frame + len(n.Skill) + len(n.By)
	}
	for _, p := range m.Parts {
		size += frame + len(p.Skill) + len(p.Name) + len(p.By) + len(p.Credential)
	}
	return size
}
