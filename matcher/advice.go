package matcher

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"matchday/hiring"
)

// nearCandidates is how many learners below the bar are looked at for [hiring.FindNearLearners].
const nearCandidates = 1000

// barOf is the bar that is asked for, else the opening's own, else the plain one.
func barOf(asked hiring.Score, o *hiring.Opening) hiring.Score {
	own := hiring.Score(o.Bar * float64(hiring.OneScore))
	return cmp.Or(asked, own, hiring.PlainBar)
}

func checkBar(bar hiring.Score) error {
	if bar < 0 || bar > hiring.OneScore {
		return hiring.Invalidf("bar", "is outside 0 to 1")
	}
	return nil
}

func (m *Matcher) adviseLearner(_ context.Context, q hiring.AdviseLearner) (hiring.Advice, error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkBar(q.Bar)); err != nil {
		return hiring.Advice{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.world.LearnerByID(q.ID)
	if l == nil || !q.Actor.MayReadLearner(l) {
		return hiring.Advice{}, missing("learner")
	}
	at := m.at(q.At)
	n, known := m.index.opening[q.Opening]
	if !known || !m.index.openings[n].opening.OpenAt(at) {
		return hiring.Advice{}, missing("open opening")
	}
	row := &m.index.openings[n]
	profile := m.world.Profile(l.Ref)
	now, _ := row.query.Score(profile, at)
	a := hiring.Advice{
		Opening: q.Opening, Position: m.world.Position, Scorer: ScorerVersion,
		Score: now.Score, Bar: barOf(q.Bar, row.opening), Lacks: row.query.lacks(profile, at),
	}
	t := m.tally()
	defer m.tallies.Put(t)
	t.load(row, at)
	defer t.unload()
	a.Step = newSteps(t, m.offers(t), &m.index.learners[m.index.learner[l.Ref]], a.Bar, false).best()
	return a, nil
}

func (m *Matcher) weighRequirements(_ context.Context, q hiring.WeighRequirements) (hiring.RequirementCosts, error) {
	m.stir()
	if err := q.Actor.Validate(); err != nil {
		return hiring.RequirementCosts{}, err
	}
	if q.Draft != nil {
		if err := errors.Join(q.Draft.Validate(), q.Filters.Validate(q.Draft)); err != nil {
			return hiring.RequirementCosts{}, err
		}
		if !q.Actor.MayManageOpening(q.Draft) {
			return hiring.RequirementCosts{}, hiring.Errorf(hiring.Forbidden, "the opening is another employer's")
		}
		return m.weighDraft(q), nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	o, err := m.manageable(q.Actor, q.Opening, q.Filters)
	if err != nil {
		return hiring.RequirementCosts{}, err
	}
	return m.costs(&m.index.openings[m.index.opening[o.ID]], q), nil
}

// weighDraft weighs an opening that is not published. Numbering its skills changes the index, and nothing that anybody sees.
func (m *Matcher) weighDraft(q hiring.WeighRequirements) hiring.RequirementCosts {
	m.mu.Lock()
	defer m.mu.Unlock()
	row := m.index.openingRow(q.Draft)
	return m.costs(&row, q)
}

// costs counts whom the must-haves of an opening exclude, all of them together and each alone, and whom filters and its wish for a
// degree would.
func (m *Matcher) costs(row *openingRow, q hiring.WeighRequirements) hiring.RequirementCosts {
	t := m.tally()
	defer m.tallies.Put(t)
	s, count := m.sieve(row, nil, nil), counts(q.Actor)
	found := s.sift(t, m.at(q.At))
	a := hiring.RequirementCosts{
		Position: m.world.Position, Matching: count(found.total), Total: count(found.all),
		Costs: []hiring.RequirementCost{}, Filters: []hiring.Excluded{}, Degree: row.opening.Degree,
	}
	for _, e := range s.told(found, count) {
		a.Costs = append(a.Costs, hiring.RequirementCost{Skill: e.Skill, Name: e.Name, Excludes: e.Excludes})
	}
	for _, c := range weighed(row.opening, q.Filters).Checks(row.opening) {
		var verdicts [3]int
		found.kept.each(func(n int32) { verdicts[c.Of(m.world.Learner(m.index.learners[n].ref))]++ })
		e := hiring.Excluded{Filter: c.Filter, Excludes: count(verdicts[hiring.Unsuited])}
		if n := verdicts[hiring.Unsaid]; n > 0 {
			e.Unsaid = count(n)
		}
		a.Filters = append(a.Filters, e)
	}
	if keep := row.opening.Degree; keep != "" && keep != hiring.DegreeNone {
		without := 0
		found.kept.each(func(n int32) {
			if !m.world.MeetsDegree(m.index.learners[n].ref, keep) {
				without++
			}
		})
		told := count(without)
		a.WithoutDegree = &told
	}
	return a
}

// weighed adds to the filters asked for those that compare with what the opening says by itself.
func weighed(o *hiring.Opening, f hiring.Filters) hiring.Filters {
	own := o.Own(cmp.Or(f.Within, hiring.PlainDistance))
	own.Within = cmp.Or(f.Within, own.Within)
	own.Available, own.Language = cmp.Or(f.Available, own.Available), f.Language
	return own
}

// lenient returns the opening with no must-haves.
func (o *openingRow) lenient() *openingRow {
	l := *o
	l.wishes = slices.Clone(o.wishes)
	for i := range l.wishes {
		l.wishes[i].must = false
	}
	return &l
}

func (m *Matcher) findNearLearners(_ context.Context, q hiring.FindNearLearners) (hiring.NearLearners, error) {
	m.stir()
	if err := errors.Join(q.Actor.Validate(), checkBar(q.Bar), checkPage(0, q.Limit)); err != nil {
		return hiring.NearLearners{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	o := m.world.Openings[q.Opening]
	if o == nil || !q.Actor.MayManageOpening(o) {
		return hiring.NearLearners{}, missing("opening")
	}
	at := m.at(q.At)
	a := hiring.NearLearners{Position: m.world.Position, Bar: barOf(q.Bar, o), Learners: []hiring.NearLearner{}}
	t := m.tally()
	defer m.tallies.Put(t)
	row := &m.index.openings[m.index.opening[o.ID]]
	candidates := m.index.best(t, row.lenient(), at, nearCandidates, 1)
	t.load(row, at)
	defer t.unload()
	offers := m.offers(t)
	for _, h := range candidates {
		p := &m.index.learners[h.row]
		s := newSteps(t, offers, p, a.Bar, true)
		if s.now >= a.Bar {
			continue
		}
		if s.search(s.from(), nil, 0, 1); s.found == nil {
			continue
		}
		a.Learners = append(a.Learners, hiring.NearLearner{Learner: p.ref, Score: s.now, Step: *s.step(true, 1)})
		a.IDs = append(a.IDs, p.id)
		if len(a.Learners) == q.Limit {
			break
		}
	}
	return a, nil
}
