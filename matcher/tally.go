package matcher

import (
	"time"

	"matchday/hiring"
)

// tally scores rows of the index against one opening at a time. It computes what [Query.Score] does, without the ledger and without
// allocating. It is scratch space for one goroutine.
type tally struct {
	ix   *index
	from []int32   // by skill: 1 + its first reach in the opening loaded, 0 for none
	best []int64   // by requirement: credit
	held []holding // by requirement
	row  *openingRow
	at   time.Time
	// unused is the rarity of the skills of the profile scored last that meet nothing, not capped.
	unused int64

	seen  []bool  // by row: already in found; all false between uses
	found []int32 // rows
}

// load makes an opening the one that score is about, at time at.
func (t *tally) load(row *openingRow, at time.Time) {
	t.unload()
	if grow := len(t.ix.names) - len(t.from); grow > 0 {
		t.from = append(t.from, make([]int32, grow)...)
	}
	if grow := len(row.wishes) - len(t.best); grow > 0 {
		t.best = append(t.best, make([]int64, grow)...)
		t.held = append(t.held, make([]holding, grow)...)
	}
	for i := len(row.reaches) - 1; i >= 0; i-- {
		t.from[row.reaches[i].skill] = int32(i) + 1
	}
	t.row, t.at = row, at
}

// unload forgets the opening. It must be called before the index may change, because the tally looks into the opening's row.
func (t *tally) unload() {
	if t.row != nil {
		for _, r := range t.row.reaches {
			t.from[r.skill] = 0
		}
		t.row = nil
	}
}

// score returns the score of a profile against the opening loaded, 0 when a must-have is not held.
func (t *tally) score(p *profileRow) hiring.Score {
	best, held := t.best[:len(t.row.wishes)], t.held[:len(t.row.wishes)]
	clear(best)
	clear(held)
	var unused int64
	for _, h := range p.held {
		from := t.from[h.skill]
		if from == 0 {
			unused += t.ix.rarity[h.skill]
			continue
		}
		for _, r := range t.row.reaches[from-1:] {
			if r.skill != h.skill {
				break
			}
			c := t.strongest(int64(r.credit), t.row.wishes[r.ask].level, p.proofs[h.first:h.last])
			best[r.ask] = max(best[r.ask], c)
			held[r.ask].same = held[r.ask].same || r.same
			held[r.ask].enough = held[r.ask].enough || r.holds && c > 0
		}
	}
	t.unused = unused
	var sum int64
	for i, w := range t.row.wishes {
		if w.must && !held[i].enough {
			return 0
		}
		sum += w.weight * best[i]
	}
	return share(sum, t.row.total, min(unused, t.ix.scorer.Table.Breadth))
}

// lacking counts the essential requirements whose skill the profile scored last does not hold.
func (t *tally) lacking() int {
	n := 0
	for i, w := range t.row.wishes {
		if w.essential && !t.held[i].same {
			n++
		}
	}
	return n
}

// strongest returns the best credit that any of the proofs of one skill earns.
func (t *tally) strongest(relation int64, wanted int32, proofs []proof) int64 {
	var best int64
	for _, p := range proofs {
		best = max(best, creditOf(relation, int64(p.share), int(wanted), int(p.level), expired(p.expires, t.at)))
	}
	return best
}
