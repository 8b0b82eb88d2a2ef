package matcher

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// Bounds of a page.
const (
	maxLimit   = 1000
	maxExplain = 200 // matches with their parts in one answer
	maxOffset  = 1_000_000
)

// answer registers every question of this role. stop ends all of those that were registered, even when err is not nil.
func (m *Matcher) answer() (stop func(), err error) {
	var answers events.Answers
	answers.Add(events.Answer(m.o.Log, &m.pos, m.rankLearners))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.rankOpenings))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.listOpenings))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.reachOfProgramme))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.findHolders))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.refreshRarity))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.adviseLearner))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.widenReach))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.weighRequirements))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.findNearLearners))
	answers.Add(events.Answer(m.o.Log, &m.pos, m.replayRanking))
	return answers.Stop, answers.Err()
}

func checkPage(offset, limit int) error {
	switch {
	case limit < 1 || limit > maxLimit:
		return hiring.Invalidf("limit", "is outside 1 to %d", maxLimit)
	case offset < 0 || offset > maxOffset:
		return hiring.Invalidf("offset", "is outside 0 to %d", maxOffset)
	}
	return nil
}

// carried is how many matches of those asked for one answer gives.
func carried(limit int, explain bool) int {
	if explain {
		return min(limit, maxExplain)
	}
	return limit
}

// missing is the answer for what does not exist and for what is not the actor's: one cannot tell them apart.
func missing(what string) error { return hiring.Errorf(hiring.NotFound, "no such %s", what) }

// The answers that hold matches. These are encoded before their memory serves the next answer.
type (
	rankedLearners struct {
		hiring.RankedLearners
		encoded
	}
	rankedOpenings struct {
		hiring.RankedOpenings
		encoded
	}
	programmeReach struct {
		hiring.ProgrammeReach
		encoded
	}
	encoded struct {
		Matches []json.RawMessage `json:"matches"` // in place of the ranking's own
	}
)

func (m *Matcher) rankLearners(ctx context.Context, q hiring.RankLearners) (a rankedLearners, err error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkPage(q.Offset, q.Limit)); err != nil {
		return a, err
	}
	at := m.at(q.At)
	found, textAt, err := m.textual(ctx, q, at)
	if err != nil {
		return a, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	o, err := m.manageable(q.Actor, q.Opening, q.Filters)
	if err != nil {
		return a, err
	}
	t := m.tally()
	defer m.tallies.Put(t)
	a.RankedLearners = hiring.RankedLearners{Ranking: m.ranking(at), Employer: o.Employer, TextAt: textAt}
	a.Opening = o.ID
	limit, unfiltered := carried(q.Limit, q.Explain), q.Filters == (hiring.Filters{})
	var hits []hit
	if unfiltered {
		hits, a.Total = m.index.rankLearners(t, o, at, q.Offset, limit)
	}
	if (q.Explain || !unfiltered) && o.OpenAt(at) {
		s := m.sieve(&m.index.openings[m.index.opening[o.ID]], q.Filters.Checks(o), found)
		if len(s.conditions) > 0 {
			sifted := s.sift(t, at)
			a.Excluded = s.told(sifted, counts(q.Actor))
			if !unfiltered {
				hits, a.Total = m.index.rankKept(t, s.row, at, sifted, q.Offset, limit), sifted.total
			}
		}
	}
	a.Matches, err = hiring.Encoded(m.index.learnerMatches(t, t.sheetsTo(q.Explain), o, hits, at))
	a.IDs = make([]hiring.LearnerID, len(a.Matches))
	for i := range a.IDs {
		a.IDs[i] = hiring.LearnerID(hits[i].id)
	}
	return a, err
}

// manageable returns an opening that the actor manages and that the filters compare with. The caller holds mu.
func (m *Matcher) manageable(actor hiring.Actor, id hiring.OpeningID, f hiring.Filters) (*hiring.Opening, error) {
	o := m.world.Openings[id]
	if o == nil || !actor.MayManageOpening(o) {
		return nil, missing("opening")
	}
	return o, f.Validate(o)
}

func (m *Matcher) rankOpenings(_ context.Context, q hiring.RankOpenings) (a rankedOpenings, err error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkPage(q.Offset, q.Limit)); err != nil {
		return a, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.world.LearnerByID(q.ID)
	if l == nil || !q.Actor.MayReadLearner(l) {
		return a, missing("learner")
	}
	at := m.at(q.At)
	row := m.index.learnerRow(l.Ref)
	if row == nil {
		return a, missing("learner")
	}
	t := m.tally()
	defer m.tallies.Put(t)
	hits, total := m.index.rankOpenings(t, row, at, q.Offset, carried(q.Limit, q.Explain))
	a.RankedOpenings = hiring.RankedOpenings{Ranking: m.ranking(at), ID: l.ID, Total: total}
	a.Learner = l.Ref
	a.Matches, err = hiring.Encoded(m.index.openingMatches(t, t.sheetsTo(q.Explain), row, hits, at))
	return a, err
}

// listOpenings lists the openings that the actor manages and has not withdrawn.
func (m *Matcher) listOpenings(_ context.Context, q hiring.ListOpenings) (hiring.OpeningList, error) {
	if err := errors.Join(q.Actor.Validate(), checkPage(0, q.Limit)); err != nil {
		return hiring.OpeningList{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := []hiring.OpeningID{}
	for id, o := range m.world.Openings {
		if id > q.From && !o.Withdrawn && q.Actor.MayManageOpening(o) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return hiring.OpeningList{Openings: list[:min(q.Limit, len(list))]}, nil
}

func (m *Matcher) reachOfProgramme(_ context.Context, q hiring.ReachOfProgramme) (a programmeReach, err error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkPage(0, q.Limit)); err != nil {
		return a, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	p, row := m.world.Programmes[q.Programme], m.index.programmes[q.Programme]
	if p == nil || p.Withdrawn || row == nil {
		return a, missing("programme")
	}
	at := m.at(q.At)
	t := m.tally()
	defer m.tallies.Put(t)
	all := m.index.scoredOpenings(t, row, at)
	a.ProgrammeReach = hiring.ProgrammeReach{Programme: p.ID, Ranking: m.ranking(at), Total: len(all)}
	best, opens := top{k: q.Limit}, map[hiring.SkillID]*hiring.Opener{}
	for _, h := range all {
		best.add(h)
		switch h.lacking {
		case 0:
			a.Fully++
		case 1:
			a.Nearly++
			r := m.index.openings[h.row].opening.Skills[h.lack]
			if opens[r.Skill] == nil {
				opens[r.Skill] = &hiring.Opener{Skill: r.Skill, Name: r.Name}
			}
			opens[r.Skill].Openings++
		}
	}
	a.Not = m.open(at) - a.Fully - a.Nearly
	a.Openers = mostOpening(opens)
	a.Matches, err = hiring.Encoded(m.index.openingMatches(t, t.sheetsTo(q.Limit <= maxExplain), row, best.page(0), at))
	return a, err
}

// open counts the openings that are open.
func (m *Matcher) open(at time.Time) (n int) {
	for i := range m.index.openings {
		if m.index.openings[i].opening.OpenAt(at) {
			n++
		}
	}
	return n
}

// mostOpening returns the skills that would open most, the greatest first, then by id.
func mostOpening(opens map[hiring.SkillID]*hiring.Opener) []hiring.Opener {
	const most = 10
	list := make([]hiring.Opener, 0, len(opens))
	for _, o := range opens {
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b hiring.Opener) int {
		return cmp.Or(cmp.Compare(b.Openings, a.Openings), strings.Compare(string(a.Skill), string(b.Skill)))
	})
	return list[:min(most, len(list))]
}

// refreshRarity freezes a table when one is due. Any actor may ask, since the world alone decides. It answers once this role has
// folded the table, so that the next question is ranked by it.
func (m *Matcher) refreshRarity(ctx context.Context, q hiring.RefreshRarity) (hiring.Rarity, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.Rarity{}, err
	}
	m.freeze.Lock()
	defer m.freeze.Unlock()
	m.mu.RLock()
	now, seen := m.world.Rarity, m.world.Seq(hiring.RaritySubject())
	if !due(m.frozen, m.index.asking, m.index.present) {
		m.mu.RUnlock()
		return now, nil
	}
	table, position := Count(m.world), m.world.Position
	m.mu.RUnlock()
	return m.freezeTable(ctx, table, position, seen)
}

// freezeTable stores and publishes a table, unless another was frozen since the one at sequence seen: then that one stands.
func (m *Matcher) freezeTable(ctx context.Context, t *Table, position, seen uint64) (hiring.Rarity, error) {
	content, err := t.JSON()
	if err != nil {
		return hiring.Rarity{}, fmt.Errorf("encoding the rarity table: %w", err)
	}
	blob, err := m.o.Log.PutBlob(ctx, bytes.NewReader(content))
	if err != nil {
		return hiring.Rarity{}, fmt.Errorf("storing the rarity table: %w", err)
	}
	r := hiring.Rarity{Blob: blob, Openings: t.Openings, Position: position}
	seq, err := m.o.Log.Publish(ctx, events.Draft{
		Subject: hiring.RaritySubject(), Type: hiring.RarityFrozen, Source: "matcher", Body: r, Expect: seen,
	})
	if errors.Is(err, events.ErrStale) {
		if seq, r, err = m.lastRarity(ctx); err != nil {
			return hiring.Rarity{}, err
		}
	} else if err != nil {
		return hiring.Rarity{}, fmt.Errorf("publishing the rarity table: %w", err)
	}
	return r, m.pos.Wait(ctx, seq)
}

// lastRarity reads the rarity fact that stands, past this role's own fold.
func (m *Matcher) lastRarity(ctx context.Context) (uint64, hiring.Rarity, error) {
	f, err := m.o.Log.Last(ctx, hiring.RaritySubject())
	if err != nil {
		return 0, hiring.Rarity{}, fmt.Errorf("reading the rarity that stands: %w", err)
	}
	var r hiring.Rarity
	if err := json.Unmarshal(f.Data, &r); err != nil {
		return 0, hiring.Rarity{}, fmt.Errorf("decoding the rarity that stands: %w", err)
	}
	return f.Seq, r, nil
}

// at returns the time a question is about.
func (m *Matcher) at(asked time.Time) time.Time {
	if asked.IsZero() {
		asked = m.o.Now()
	}
	return asked.UTC()
}

// ranking returns an empty ranking that says what it is computed from. The caller holds mu.
func (m *Matcher) ranking(at time.Time) hiring.Ranking {
	return hiring.Ranking{
		Position: m.world.Position, Scorer: ScorerVersion, Rarity: m.world.Rarity.Blob, At: at.Format(time.RFC3339Nano),
		Matches: []hiring.Match{},
	}
}
