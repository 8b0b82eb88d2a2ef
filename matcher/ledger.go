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
	p := m.index.learnerRow(ref)
	if p == nil {
		return nil, 0
	}
	return m.index.rankOpenings(t, p, at, offset, limit)
}

// learnerRow returns a learner's row, nil for nobody's.
func (ix *index) learnerRow(ref hiring.LearnerRef) *profileRow {
	n, known := ix.learner[ref]
	if !known {
		return nil
	}
	return &ix.learners[n]
}

// learnerMatches returns the ledgers of an opening's hits.
func (m *Matcher) learnerMatches(o *hiring.Opening, hits []hit, at time.Time, explain bool) []hiring.Match {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.learnerMatches(t, o, hits, at, explain)
}

// learnerMatches returns the ledgers of the hits of an opening that the index has.
func (ix *index) learnerMatches(t *tally, o *hiring.Opening, hits []hit, at time.Time, explain bool) []hiring.Match {
	t.load(&ix.openings[ix.opening[o.ID]], at)
	defer t.unload()
	list, on := make([]hiring.Match, len(hits)), sheets{explain: explain, pages: len(hits)}
	t.touched = ix.touch(hits)
	for i, h := range hits {
		row := &ix.learners[h.row]
		t.match(&list[i], &on, row)
		list[i].Learner = row.ref
	}
	return list
}

// touch reads a little of every cache line of the hits' rows, which lie far apart in memory. Nothing waits for what is read, so that
// all of it comes at the time that one row alone would take.
func (ix *index) touch(hits []hit) (sum int64) {
	for _, h := range hits {
		sum += ix.learners[h.row].rarity
	}
	for _, h := range hits {
		row := &ix.learners[h.row]
		for i := 0; i < len(row.proofs); i += 8 {
			sum += int64(row.proofs[i].list)
		}
	}
	return sum
}

// openingMatches returns the ledgers of a profile's hits.
func (m *Matcher) openingMatches(p *profileRow, hits []hit, at time.Time, explain bool) []hiring.Match {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.openingMatches(t, p, hits, at, explain)
}

// openingMatches returns the ledgers of a profile's hits.
func (ix *index) openingMatches(t *tally, p *profileRow, hits []hit, at time.Time, explain bool) []hiring.Match {
	defer t.unload()
	list, on := make([]hiring.Match, len(hits)), sheets{explain: explain, pages: len(hits)}
	for i, h := range hits {
		row := &ix.openings[h.row]
		t.load(row, at)
		t.match(&list[i], &on, p)
		list[i].Opening = row.opening.ID
	}
	return list
}
