package matcher

import (
	"time"

	"matchday/hiring"
)

func (m *Matcher) tally() *tally { return m.tallies.Get().(*tally) }

// learnerRow returns a learner's row, nil for nobody's.
func (ix *index) learnerRow(ref hiring.LearnerRef) *profileRow {
	n, known := ix.learner[ref]
	if !known {
		return nil
	}
	return &ix.learners[n]
}

// learnerMatches writes a page of the ledgers of the hits of an opening that the index has.
func (ix *index) learnerMatches(t *tally, on *sheets, o *hiring.Opening, hits []hit, at time.Time) []hiring.Match {
	t.load(&ix.openings[ix.opening[o.ID]], at)
	defer t.unload()
	list := on.page(len(hits))
	t.touched = ix.touch(hits)
	for i, h := range hits {
		row := &ix.learners[h.row]
		t.match(&list[i], on, row)
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

// openingMatches writes a page of the ledgers of a profile's hits.
func (ix *index) openingMatches(t *tally, on *sheets, p *profileRow, hits []hit, at time.Time) []hiring.Match {
	defer t.unload()
	list := on.page(len(hits))
	for i, h := range hits {
		row := &ix.openings[h.row]
		t.load(row, at)
		t.match(&list[i], on, p)
		list[i].Opening = row.opening.ID
	}
	return list
}
