package matcher

import (
	"time"

	"matchday/hiring"
)

// The functions here read the world and the index: their callers hold mu, at least for reading.

func (m *Matcher) tally() *tally { return m.tallies.Get().(*tally) }

func (m *Matcher) hitsForOpening(o *hiring.Opening, at time.Time, offset, limit int) ([]hit, int) {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.rankLearners(t, o, at, offset, limit)
}

// bestForOpening is hitsForOpening for those who score at least least, uncounted.
func (m *Matcher) bestForOpening(o *hiring.Opening, at time.Time, limit int, least hiring.Score) []hit {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.bestLearners(t, o, at, limit, least)
}

func (m *Matcher) hitsForLearner(ref hiring.LearnerRef, at time.Time, offset, limit int) ([]hit, int) {
	t := m.tally()
	defer m.tallies.Put(t)
	n, known := m.index.learner[ref]
	if !known {
		return nil, 0
	}
	return m.index.rankOpenings(t, &m.index.learners[n], at, offset, limit)
}

// learnerMatches returns the ledgers of an opening's hits.
func (m *Matcher) learnerMatches(o *hiring.Opening, hits []hit, at time.Time, explain bool) []hiring.Match {
	list := make([]hiring.Match, 0, len(hits))
	query := m.index.openings[m.index.opening[o.ID]].query
	for _, h := range hits {
		ref := m.index.learners[h.row].ref
		match, _ := query.Score(m.world.Profile(ref), at)
		match.Learner = ref
		list = append(list, told(match, explain))
	}
	return list
}

// openingMatches returns the ledgers of a profile's hits.
func (m *Matcher) openingMatches(profile []hiring.Evidence, hits []hit, at time.Time, explain bool) []hiring.Match {
	list := make([]hiring.Match, 0, len(hits))
	for _, h := range hits {
		row := &m.index.openings[h.row]
		match, _ := row.query.Score(profile, at)
		match.Opening = row.opening.ID
		list = append(list, told(match, explain))
	}
	return list
}

// told leaves out what only an explanation tells.
func told(m hiring.Match, explain bool) hiring.Match {
	if !explain {
		m.Near, m.Parts, m.Breadth = nil, nil, 0
	}
	return m
}
