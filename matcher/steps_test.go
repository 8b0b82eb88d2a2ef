package matcher

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// offered draws programmes with prices and durations, some unknown.
func offered(t testing.TB, r *rand.Rand, n int) (facts []hiring.Fact) {
	for i := range n {
		p := hiring.Programme{ID: hiring.ProgrammeID(fmt.Sprintf("offer%02d", i)), Name: "o", Provider: "School", Months: float64(r.IntN(4))}
		for _, s := range someSkills(r, 4) {
			p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: skillRef(s), Level: r.IntN(6)})
		}
		if r.IntN(3) > 0 {
			p.Price = &hiring.Money{Amount: float64(100 * r.IntN(4)), Currency: "USD"}
		}
		facts = append(facts, fact(t, p))
	}
	return facts
}

// with returns the profile of a learner who completes programmes too.
func (m *Matcher) with(profile []hiring.Evidence, set []hiring.ProgrammeID) []hiring.Evidence {
	profile = slices.Clone(profile)
	for _, id := range set {
		profile = append(profile, taught(m.world.Programmes[id])...)
	}
	return sorted(profile)
}

// bruteCost adds up what a set of programmes costs: price, endless where one is not told, and months.
func (m *Matcher) bruteCost(set []hiring.ProgrammeID) (price, months float64) {
	for _, id := range set {
		p := m.world.Programmes[id]
		months += p.Months
		if p.Price == nil {
			price = math.Inf(1)
		} else {
			price += p.Price.Amount
		}
	}
	return price, months
}

// bruteStep tries every set of up to three programmes with the pure score.
func (m *Matcher) bruteStep(row *openingRow, profile []hiring.Evidence, bar hiring.Score) (best []hiring.ProgrammeID) {
	ids := slices.Sorted(maps.Keys(m.world.Programmes))
	var all func(set []hiring.ProgrammeID, from, more int)
	all = func(set []hiring.ProgrammeID, from, more int) {
		if more > 0 {
			for i := from; i < len(ids); i++ {
				all(append(set, ids[i]), i+1, more-1)
			}
			return
		}
		if match, _ := row.query.Score(m.with(profile, set), noon); match.Score < bar {
			return
		}
		p, n := m.bruteCost(set)
		q, o := m.bruteCost(best)
		if best == nil || cmp.Or(cmp.Compare(p, q), cmp.Compare(n, o), slices.Compare(set, best)) < 0 {
			best = slices.Clone(set)
		}
	}
	for n := 1; n <= exactSteps && best == nil; n++ {
		all(nil, 0, n)
	}
	return best
}

// Up to three programmes, the step is what trying every set finds; beyond, it reaches the bar and its bound holds.
func TestStepsEqualBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		m := folded(append(someFacts(t, src), offered(t, src, src.IntN(9))...), 5)
		bar := hiring.Score(1 + src.Int64N(1_000_000))
		for ref, l := range m.world.Learners {
			profile := m.world.Profile(ref)
			for i := range m.index.openings {
				row := &m.index.openings[i]
				if !row.opening.OpenAt(noon) {
					continue
				}
				q := hiring.AdviseLearner{Asked: hiring.Asked{Actor: operator}, ID: l.ID, Opening: row.opening.ID, Bar: bar, At: noon}
				a, err := m.adviseLearner(context.Background(), q)
				if err != nil {
					r.Fatal(err)
				}
				want := m.bruteStep(row, profile, bar)
				now, _ := row.query.Score(profile, noon)
				switch {
				case now.Score >= bar:
					if a.Step != nil {
						r.Fatalf("step %+v from %v to a bar of %v", a.Step, now.Score, bar)
					}
				case want != nil:
					if a.Step == nil || !a.Step.Exact || !slices.Equal(a.Step.Programmes, want) {
						r.Fatalf("bar %v from %v: step %+v, want %v", bar, now.Score, a.Step, want)
					}
				case a.Step != nil && (len(a.Step.Programmes) <= exactSteps || a.Step.AtLeast > len(a.Step.Programmes)):
					r.Fatalf("step %+v, but no three do", a.Step)
				}
				if a.Step != nil {
					if then, _ := row.query.Score(m.with(profile, a.Step.Programmes), noon); then.Score != a.Step.Score || then.Score < bar {
						r.Fatalf("step %+v leads to %v", a.Step, then.Score)
					}
				}
				for j, lack := range a.Lacks {
					if lack.Lift < 0 && !lack.Must || j > 0 && lack.Lift > a.Lacks[j-1].Lift {
						r.Fatalf("lacks %+v", a.Lacks)
					}
				}
			}
		}
	})
}

// What a must-have costs is who appears when it is dropped; who is one programme away gets over the bar with it.
func TestCostsAndNearLearners(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		m := folded(append(someFacts(t, src), offered(t, src, 5)...), 5)
		asked := hiring.Asked{Actor: operator}
		for i := range m.index.openings {
			row := &m.index.openings[i]
			if !row.opening.OpenAt(noon) {
				continue
			}
			costs, err := m.weighRequirements(context.Background(), hiring.WeighRequirements{Asked: asked, Opening: row.opening.ID, At: noon})
			if err != nil {
				r.Fatal(err)
			}
			if n := len(bruteLearners(m, row.opening)); int(costs.Matching) != n {
				r.Fatalf("%d matching, want %d", costs.Matching, n)
			}
			for _, c := range costs.Costs {
				without := *row.opening
				without.Skills = slices.Clone(row.opening.Skills)
				for j := range without.Skills {
					if without.Skills[j].Skill == c.Skill {
						without.Skills[j].Must = false
					}
				}
				if n := len(bruteLearners(m, &without)); n-int(costs.Matching) != int(c.Excludes) {
					r.Fatalf("%s excludes %d, want %d", c.Skill, c.Excludes, n-int(costs.Matching))
				}
				draft, err := m.weighRequirements(context.Background(), hiring.WeighRequirements{Asked: asked, Draft: row.opening, At: noon})
				if err != nil || draft.Matching != costs.Matching {
					r.Fatalf("as a draft %+v, %v", draft, err)
				}
			}
			near, err := m.findNearLearners(context.Background(), hiring.FindNearLearners{Asked: asked, Opening: row.opening.ID, Bar: 500_000, Limit: 50, At: noon})
			if err != nil {
				r.Fatal(err)
			}
			for _, n := range near.Learners {
				then, _ := row.query.Score(m.with(m.world.Profile(n.Learner), n.Step.Programmes), noon)
				if len(n.Step.Programmes) != 1 || n.Score >= near.Bar || then.Score != n.Step.Score || then.Score < near.Bar {
					r.Fatalf("near %+v leads to %v", n, then.Score)
				}
			}
		}
	})
}
