package matcher

import (
	"time"

	"matchday/hiring"
)

// tally scores rows of the index against one opening at a time. It computes what [Query.Score] does, without the ledger and without
// allocating. It is scratch space for one goroutine.
type tally struct {
	ix      *index
	from    []int32  // by skill: 1 + its first reach in the opening loaded, 0 for none
	credits []credit // by requirement of the opening loaded, of the profile scored last
	meet    []int32  // evidence of the profile scored last that meets something
	row     *openingRow
	at      time.Time
	lenient bool // score whether must-haves are held or not
	// unused is the rarity of the skills of the profile scored last that meet nothing, not capped.
	unused int64

	seen  []bool  // by row: already in found; all false between uses
	found []int32 // rows

	touched int64 // keeps what index.touch reads

	survey survey
	bounds bounds
	sheets sheets // see sheetsTo
}

// load makes an opening the one that score is about, at time at.
func (t *tally) load(row *openingRow, at time.Time) {
	t.unload()
	if grow := len(t.ix.names) - len(t.from); grow > 0 {
		t.from = append(t.from, make([]int32, grow)...)
	}
	t.credits = sized(t.credits, len(row.wishes))
	for i := len(row.reaches) - 1; i >= 0; i-- {
		t.from[row.reaches[i].skill] = int32(i) + 1
	}
	t.row, t.at = row, at
}

// sheetsTo returns the tally's own sheets. What is written on them is gone with the next page, or when the tally serves somebody else.
func (t *tally) sheetsTo(explain bool) *sheets {
	t.sheets.explain = explain
	return &t.sheets
}

// of returns the reaches of the skill whose first stands at from.
func (o *openingRow) of(from int) []reach {
	to := from + 1
	for to < len(o.reaches) && o.reaches[to].skill == o.reaches[from].skill {
		to++
	}
	return o.reaches[from:to]
}

// credit returns what a reach is worth to those on a list, unless their proof has expired.
func (o *openingRow) credit(r reach, v variant) int64 {
	return creditOf(int64(r.credit), int64(v.share), int(o.wishes[r.ask].level), int(v.level), false)
}

// leastCredit is credit, if the proof has expired where it can.
func (o *openingRow) leastCredit(r reach, v variant) int64 {
	return creditOf(int64(r.credit), int64(v.share), int(o.wishes[r.ask].level), int(v.level), v.lapses)
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

// score returns the score of a profile against the opening loaded, 0 when a must-have is not held; see lenient.
func (t *tally) score(p *profileRow) hiring.Score {
	t.earn(p)
	var sum int64
	for i, w := range t.row.wishes {
		if w.must && !t.credits[i].enough && !t.lenient {
			return 0
		}
		sum += w.weight * t.credits[i].value
	}
	return share(sum, t.row.total, min(t.unused, t.ix.scorer.Table.Breadth))
}

// earn finds the credits of a profile. Which of its skills meet something is anybody's guess, the processor's too: those are found
// without branches.
func (t *tally) earn(p *profileRow) {
	if grow := len(p.proofs) - len(t.meet); grow > 0 {
		t.meet = append(t.meet, make([]int32, grow)...)
	}
	lists, meet, n := t.ix.lists, t.meet, 0
	for i, e := range p.proofs {
		meet[n] = int32(i)
		n += ones(t.from[lists[e.list].skill] != 0)
	}
	clear(t.credits)
	t.unused = p.rarity
	last := int32(-1)
	for _, i := range meet[:n] {
		e := p.proofs[i]
		of := &lists[e.list]
		if of.skill != last {
			last = of.skill
			t.unused -= t.ix.rarity[last]
		}
		lapsed := of.lapses && expired(p.behind(e).expires, t.at)
		for _, r := range t.row.of(int(t.from[last]) - 1) {
			v := creditOf(int64(r.credit), int64(of.share), int(t.row.wishes[r.ask].level), int(of.level), lapsed)
			t.credits[r.ask].raise(v, i, r.nearness)
		}
	}
}

// match writes into m what [Query.Score] returns of the profile.
func (t *tally) match(m *hiring.Match, on *sheets, p *profileRow) {
	t.earn(p)
	t.row.query.ledger(m, on, t.credits, t.unused, func(part *hiring.Part, by int32) {
		e := p.proofs[by]
		of, behind := &t.ix.lists[e.list], p.behind(e)
		part.By, part.Level = t.ix.names[of.skill], int(of.level)
		part.Proof, part.Credential = hiring.Proofs[e.behind%proofKinds], behind.credential
		part.Expired = of.lapses && expired(behind.expires, t.at)
	})
}

// lacking counts the essential requirements whose skill the profile scored last does not hold, and returns the last of them.
func (t *tally) lacking() (n int, last int32) {
	for i, w := range t.row.wishes {
		if w.essential && !t.credits[i].same {
			n, last = n+1, int32(i)
		}
	}
	return n, last
}
