package matcher

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"matchday/events"
	"matchday/hiring"
)

// fewKept is how many learners a filter may leave for all of them to be scored: fewer than the bounds of the kernel would find anyway.
const fewKept = 4096

// rows is a set of learners by their number in the index, a bit each.
type rows []uint64

func (r rows) add(n int32)      { r[n/64] |= 1 << (n % 64) }
func (r rows) has(n int32) bool { return r[n/64]>>(n%64)&1 == 1 }

// each calls visit for every member, ascending.
func (r rows) each(visit func(n int32)) {
	for i, w := range r {
		for ; w != 0; w &= w - 1 {
			visit(int32(64*i + bits.TrailingZeros64(w)))
		}
	}
}

// condition is one must-have or filter of a sieve: it holds of a learner, does not, or the learner did not say.
type condition struct {
	hiring.Excluded
	of func(n int32) hiring.Verdict
}

// sieve parts the learners who match an opening by what they lack beside that.
type sieve struct {
	ix         *index
	row        *openingRow
	conditions []condition
}

// sifted is what a sieve found.
type sifted struct {
	kept  rows // who meets every condition
	total int  // of kept
	all   int  // of those who would match if there were no condition
	// Of each condition: how many it alone leaves out, and how many of kept did not say.
	alone, unsaid []int
}

// sieve makes one of an opening's must-haves and of filters; found answers the text filter and is nil where there is none.
func (m *Matcher) sieve(row *openingRow, checks []hiring.Check, found *roaring64.Bitmap) *sieve {
	s := &sieve{ix: m.index, row: row}
	for i, w := range row.wishes {
		if w.must {
			r := row.opening.Skills[i]
			s.conditions = append(s.conditions, condition{Excluded: hiring.Excluded{Filter: hiring.FilterMust, Skill: r.Skill, Name: r.Name}})
		}
	}
	for _, c := range checks {
		s.conditions = append(s.conditions, condition{hiring.Excluded{Filter: c.Filter}, func(n int32) hiring.Verdict {
			return c.Of(m.world.Learner(m.index.learners[n].ref))
		}})
	}
	if found != nil {
		s.conditions = append(s.conditions, condition{hiring.Excluded{Filter: hiring.FilterText}, func(n int32) hiring.Verdict {
			if found.Contains(m.world.First(m.index.learners[n].ref)) {
				return hiring.Suits
			}
			return hiring.Unsuited
		}})
	}
	return s
}

// sift goes through everybody who meets anything that the opening asks for.
func (s *sieve) sift(t *tally, at time.Time) sifted {
	out := sifted{kept: s.ix.none(), alone: make([]int, len(s.conditions)), unsaid: make([]int, len(s.conditions))}
	row, required := s.row.lenient(), s.row.musts()
	anyone, musts := s.holders()
	plain := row.countable(s.ix.scorer.Table.Breadth)
	if !plain {
		t.load(row, at)
		defer t.unload()
	}
	verdicts := make([]hiring.Verdict, len(s.conditions))
	anyone.each(func(n int32) {
		p := &s.ix.learners[n]
		if !p.visible || !plain && t.score(p) == 0 {
			return
		}
		out.all++
		failed, last := 0, 0
		for i, c := range s.conditions {
			switch {
			case c.of != nil:
				verdicts[i] = c.of(n)
			case plain && musts[i].has(n), !plain && t.credits[required[i]].enough:
				verdicts[i] = hiring.Suits
			default:
				verdicts[i] = hiring.Unsuited
			}
			if verdicts[i] == hiring.Unsuited {
				failed, last = failed+1, i
			}
		}
		switch failed {
		case 0:
			out.kept.add(n)
			out.total++
			for i, v := range verdicts {
				if v == hiring.Unsaid {
					out.unsaid[i]++
				}
			}
		case 1:
			out.alone[last]++
		}
	})
	return out
}

// holders returns who has a skill that meets a requirement with a weight, and for each must-have who has enough of one for it.
func (s *sieve) holders() (anyone rows, musts []rows) {
	anyone = s.ix.none()
	must := make([]rows, len(s.row.wishes))
	for _, i := range s.row.musts() {
		must[i] = s.ix.none()
		musts = append(musts, must[i])
	}
	for _, r := range s.row.reaches {
		weighs, enough := s.row.wishes[r.ask].weight > 0, must[r.ask] != nil && r.holds
		for _, n := range s.ix.holders[r.skill] {
			if weighs {
				anyone.add(n)
			}
			if enough {
				must[r.ask].add(n)
			}
		}
	}
	return anyone, musts
}

func (ix *index) none() rows { return make(rows, (len(ix.learners)+63)/64) }

// musts returns the numbers of the requirements that are must-haves.
func (o *openingRow) musts() (list []int) {
	for i, w := range o.wishes {
		if w.must {
			list = append(list, i)
		}
	}
	return list
}

// told returns what each condition leaves out, as whoever asks may know it.
func (s *sieve) told(found sifted, count func(int) hiring.Count) []hiring.Excluded {
	list := make([]hiring.Excluded, len(s.conditions))
	for i, c := range s.conditions {
		list[i] = c.Excluded
		list[i].Excludes = count(found.alone[i])
		if found.unsaid[i] > 0 {
			list[i].Unsaid = count(found.unsaid[i])
		}
	}
	return list
}

// counts returns how an actor is told numbers of learners: those who see pseudonyms may not count single people.
func counts(a hiring.Actor) func(int) hiring.Count {
	return func(n int) hiring.Count {
		if n < 10 && n > 0 && a.SeesPseudonyms() {
			return hiring.FewerThanTen
		}
		return hiring.Count(n)
	}
}

// rankKept returns the best of the learners kept. Of few, all are scored. Of many, the kernel ranks everybody, ever more of them until
// enough of the best are among those kept.
func (ix *index) rankKept(t *tally, row *openingRow, at time.Time, found sifted, offset, limit int) []hit {
	want := min(offset+limit, found.total)
	if want == 0 {
		return nil
	}
	for k := want; found.total > fewKept; {
		k = min(found.all, max(2*k, k*found.all/found.total))
		hits := ix.best(t, row, at, k, 1)
		kept := hits[:0]
		for _, h := range hits {
			if found.kept.has(h.row) && len(kept) < want {
				kept = append(kept, h)
			}
		}
		if len(kept) == want {
			return kept[min(offset, len(kept)):]
		}
	}
	best := top{k: want}
	t.load(row, at)
	defer t.unload()
	found.kept.each(func(n int32) {
		p := &ix.learners[n]
		best.add(hit{row: n, id: string(p.id), score: t.score(p)})
	})
	return best.page(offset)
}

// textual asks the search role whom the text filter of a question finds, after the position that the question names or else after all
// that this role has folded, and waits until this role has folded what the answer reflects. It returns nil where there is no filter.
func (m *Matcher) textual(ctx context.Context, q hiring.RankLearners, at time.Time) (*roaring64.Bitmap, uint64, error) {
	if q.Filters.Text == "" {
		return nil, 0, nil
	}
	m.mu.RLock()
	_, err := m.manageable(q.Actor, q.Opening, q.Filters) // nobody searches beside what they may see
	m.mu.RUnlock()
	if err != nil {
		return nil, 0, err
	}
	a, err := events.Ask[hiring.FoundLearners](ctx, m.o.Log, hiring.FindLearners{
		Asked: hiring.Asked{Actor: q.Actor, After: cmp.Or(q.After, m.pos.Now())}, Query: q.Filters.Text, At: at,
	})
	if err != nil {
		return nil, 0, err
	}
	found := roaring64.New()
	if _, err := found.ReadFrom(bytes.NewReader(a.Numbers)); err != nil {
		return nil, 0, fmt.Errorf("decoding the learners found: %w", err)
	}
	if err := m.pos.Wait(ctx, a.Position); err != nil {
		return nil, 0, fmt.Errorf("waiting for what the search reflects: %w", err)
	}
	return found, a.Position, nil
}
