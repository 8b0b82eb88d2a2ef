package matcher

import (
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// bruteWider tries every set of a size with the pure score, over all openings that a learner does not reach.
func (m *Matcher) bruteWider(l *hiring.Learner, bar hiring.Score, size int) (best []hiring.ProgrammeID, reached int) {
	ids := slices.Sorted(maps.Keys(m.world.Programmes))
	profile := m.world.Profile(l.Ref)
	try := func(set []hiring.ProgrammeID) {
		then, count := m.with(profile, set), 0
		for _, row := range m.index.openings {
			own := barOf(bar, row.opening)
			now, _ := row.query.Score(profile, noon)
			if after, _ := row.query.Score(then, noon); row.opening.OpenAt(noon) && now.Score < own && after.Score >= own && m.hasSome(row.opening, l) {
				count++
			}
		}
		p, n := m.bruteCost(set)
		q, o := m.bruteCost(best)
		if count > reached || count > 0 && count == reached && cmp.Or(cmp.Compare(p, q), cmp.Compare(n, o), slices.Compare(set, best)) < 0 {
			best, reached = slices.Clone(set), count
		}
	}
	var all func(set []hiring.ProgrammeID, from, more int)
	all = func(set []hiring.ProgrammeID, from, more int) {
		if more == 0 {
			try(set)
			return
		}
		for i := from; i < len(ids); i++ {
			all(append(set, ids[i]), i+1, more-1)
		}
	}
	all(nil, 0, size)
	return best, reached
}

// hasSome reports whether an opening is near: whether the learner scores for it, were there no must-haves.
func (m *Matcher) hasSome(o *hiring.Opening, l *hiring.Learner) bool {
	without := *o
	without.Skills = slices.Clone(o.Skills)
	for i := range without.Skills {
		without.Skills[i].Must = false
	}
	_, ok := m.index.scorer.Query(&without).Score(m.world.Profile(l.Ref), noon)
	return ok
}

// The best sets of one, two and three programmes are what trying every set finds.
func TestWidenEqualsBruteForce(t *testing.T) {
	sets, reached := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := append(someFacts(t, src), offered(t, src, src.IntN(6))...)
		for i := range 6 {
			facts = append(facts, fact(t, someOpening(src, 10+i)))
		}
		m := folded(facts, 5)
		bar := hiring.Score(200_000 + src.Int64N(600_000))
		for _, l := range m.world.Learners {
			q := hiring.WidenReach{Asked: hiring.Asked{Actor: operator}, ID: l.ID, Bar: bar, Programmes: exactSteps, At: noon}
			a, err := m.widenReach(context.Background(), q)
			if err != nil {
				r.Fatal(err)
			}
			steps, most := a.Steps, 0
			for size := 1; size <= exactSteps; size++ {
				want, count := m.bruteWider(l, bar, size)
				if count <= most {
					continue
				}
				most = count
				if len(steps) == 0 || !slices.Equal(steps[0].Programmes, want) || steps[0].Reaches != count || !steps[0].Exact || len(steps[0].Openings) != count {
					r.Fatalf("bar %v, learner %s: %+v, want %v for %d openings", bar, l.ID, steps, want, count)
				}
				for _, o := range steps[0].Openings {
					row := m.index.openings[m.index.opening[o.Opening]]
					then, _ := row.query.Score(m.with(m.world.Profile(l.Ref), want), noon)
					if now, _ := row.query.Score(m.world.Profile(l.Ref), noon); now.Score != o.Score || then.Score != o.Then || o.Score >= o.Bar || o.Then < o.Bar {
						r.Fatalf("opening %+v, but %v then %v", o, now.Score, then.Score)
					}
				}
				steps = steps[1:]
				sets, reached = sets+1, reached+count
			}
			if len(steps) > 0 || a.AtMost != most {
				r.Fatalf("beyond what all sets reach: %+v; at most %d, want %d", steps, a.AtMost, most)
			}
		}
	})
	if sets == 0 || reached == sets {
		t.Errorf("%d sets compared, which reach %d openings", sets, reached)
	}
}

// A search that has to end early says so, and no set exceeds its bound.
func TestWidenBound(t *testing.T) {
	m := crowd(t, 30, 400)
	scratch := &tally{ix: m.index}
	cut := 0
	for i := range m.index.learners {
		p := &m.index.learners[i]
		full := m.newWidening(scratch, p, noon, 0)
		want, _ := full.best(2)
		short := m.newWidening(scratch, p, noon, 0)
		short.work = mostWork - rand.New(rand.NewPCG(uint64(i), 1)).IntN(max(full.work, 1))
		got, atMost := short.best(2)
		for n := range want {
			if want[n].Reaches > atMost || n < len(got) && got[n].Exact && len(got[n].Programmes) == n+1 && got[n].Reaches < want[n].Reaches {
				t.Errorf("learner %d: %+v and at most %d, but %+v", i, got, atMost, want)
			}
		}
		if len(got) < len(want) || len(got) > 0 && !got[len(got)-1].Exact {
			cut++
		}
	}
	if cut == 0 {
		t.Error("no search ended early")
	}
}

func TestWidenIsForWhoMayReadTheLearner(t *testing.T) {
	m := folded(someFacts(t, rand.New(rand.NewPCG(1, 1))), 1)
	for _, c := range []struct {
		actor hiring.Actor
		id    hiring.LearnerID
		n     int
		code  hiring.Code
	}{
		{operator, "l0", 3, ""},
		{hiring.Actor{Role: hiring.RoleLearner, Subject: "l0"}, "l0", 1, ""},
		{hiring.Actor{Role: hiring.RoleLearner, Subject: "l1"}, "l0", 3, hiring.NotFound},
		{hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}, "l0", 3, hiring.NotFound},
		{operator, "nobody", 3, hiring.NotFound},
		{operator, "l0", 0, hiring.Invalid},
		{operator, "l0", 4, hiring.Invalid},
	} {
		_, err := m.widenReach(context.Background(), hiring.WidenReach{Asked: hiring.Asked{Actor: c.actor}, ID: c.id, Programmes: c.n, At: noon})
		if hiring.CodeOf(err) != c.code && (c.code != "" || err != nil) {
			t.Errorf("%s asks for %s and %d programmes: %v", c.actor.Role, c.id, c.n, err)
		}
	}
}
