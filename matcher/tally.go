package matcher

import (
	"time"

	"matchday/hiring"
)

// tally scores rows of the index against one opening at a time. It computes what [Query.Score] does, without the ledger and without
// allocating. It is scratch space for one goroutine.
type tally struct {
	ix       *index
	from     []int32   // by skill: 1 + its first reach in the opening loaded, 0 for none
	best     []int64   // by requirement: credit
	held     []holding // by requirement
	row      *openingRow
	at       time.Time
	lenient  bool              // score whether must-haves are held or not
	credits  []credit          // by requirement, for the ledger
	evidence []hiring.Evidence // by requirement: what credits point to
	// unused is the rarity of the skills of the profile scored last that meet nothing, not capped.
	unused int64

	seen  []bool  // by row: already in found; all false between uses
	found []int32 // rows

	touched int64 // keeps what index.touch reads

	survey survey
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
	best, held := t.best[:len(t.row.wishes)], t.held[:len(t.row.wishes)]
	clear(best)
	clear(held)
	t.sum(p)
	var sum int64
	for i, w := range t.row.wishes {
		if w.must && !held[i].enough && !t.lenient {
			return 0
		}
		sum += w.weight * best[i]
	}
	return share(sum, t.row.total, min(t.unused, t.ix.scorer.Table.Breadth))
}

// sum finds the credits of a profile.
func (t *tally) sum(p *profileRow) {
	best, held := t.best, t.held
	t.unused = p.rarity
	last := int32(-1)
	for _, e := range p.proofs {
		of := &t.ix.lists[e.list]
		from := t.from[of.skill]
		if from == 0 {
			continue
		}
		if of.skill != last {
			last = of.skill
			t.unused -= t.ix.rarity[last]
		}
		lapsed := of.lapses && expired(p.behind(e).expires, t.at)
		for _, r := range t.row.of(int(from) - 1) {
			c := creditOf(int64(r.credit), int64(of.share), int(t.row.wishes[r.ask].level), int(of.level), lapsed)
			best[r.ask] = max(best[r.ask], c)
			held[r.ask].same = held[r.ask].same || r.same
			held[r.ask].enough = held[r.ask].enough || r.holds && c > 0
		}
	}
}

// match returns what [Query.Score] returns of the profile, written on sheets.
func (t *tally) match(on *sheets, p *profileRow) (hiring.Match, bool) {
	n := len(t.row.wishes)
	if grow := n - len(t.credits); grow > 0 {
		t.credits = append(t.credits, make([]credit, grow)...)
		t.evidence = append(t.evidence, make([]hiring.Evidence, grow)...)
	}
	credits, evidence := t.credits[:n], t.evidence[:n]
	clear(credits)
	held := t.held[:n]
	clear(held)
	t.unused = p.rarity
	last := int32(-1)
	for _, e := range p.proofs {
		of := &t.ix.lists[e.list]
		from := t.from[of.skill]
		if from == 0 {
			continue
		}
		if of.skill != last {
			last = of.skill
			t.unused -= t.ix.rarity[last]
		}
		behind := p.behind(e)
		lapsed := of.lapses && expired(behind.expires, t.at)
		for _, r := range t.row.of(int(from) - 1) {
			v := creditOf(int64(r.credit), int64(of.share), int(t.row.wishes[r.ask].level), int(of.level), lapsed)
			held[r.ask].same = held[r.ask].same || r.same
			held[r.ask].enough = held[r.ask].enough || r.holds && v > 0
			if v == 0 || v < credits[r.ask].value {
				continue
			}
			if c := (credit{v, relations[r.link], &evidence[r.ask]}); c.better(credits[r.ask]) {
				credits[r.ask] = c
				evidence[r.ask] = hiring.Evidence{
					Skill: t.ix.names[of.skill], Level: int(of.level), Proof: hiring.Proofs[e.behind%kinds], Credential: behind.credential, Expires: behind.expires,
				}
			}
		}
	}
	return t.row.query.ledger(on, credits, held, t.unused, t.at)
}

// lacking counts the essential requirements whose skill the profile scored last does not hold, and returns the last of them.
func (t *tally) lacking() (n int, last int32) {
	for i, w := range t.row.wishes {
		if w.essential && !t.held[i].same {
			n, last = n+1, int32(i)
		}
	}
	return n, last
}
