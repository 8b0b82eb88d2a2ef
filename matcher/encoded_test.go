package matcher

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// What an answer says stands when the memory that its matches were written on has served others, and reads as the question promises:
// the matches of whoever has none are a list too.
func TestAnswersOutliveTheirMemory(t *testing.T) {
	src := rand.New(rand.NewPCG(5, 5))
	m := folded(append(someFacts(t, src), fact(t, posting("empty"))), 4)
	type given struct {
		what         string
		answer, want any
	}
	var all []given
	give := func(what string, answer any, err error, want any, ranking *hiring.Ranking, matches []hiring.Match) {
		if err != nil {
			t.Fatal(err)
		}
		ranking.Matches = matches
		all = append(all, given{what, answer, want})
	}
	for range 2 {
		for id, o := range m.world.Openings {
			hits, _ := m.hitsForOpening(o, noon, 0, 200)
			a, err := m.rankLearners(t.Context(), hiring.RankLearners{Asked: as(operator, 0), Opening: id, Limit: 200, Explain: true, At: noon})
			give("opening "+string(id), a, err, &a.RankedLearners, &a.RankedLearners.Ranking, m.learnerMatches(o, hits, noon))
		}
		for ref, l := range m.world.Learners {
			hits, _ := m.hitsForLearner(ref, noon, 0, 200)
			a, err := m.rankOpenings(t.Context(), hiring.RankOpenings{Asked: as(operator, 0), ID: l.ID, Limit: 200, Explain: true, At: noon})
			give("learner "+string(ref), a, err, &a.RankedOpenings, &a.RankedOpenings.Ranking, m.openingMatches(m.index.learnerRow(ref), hits, noon))
		}
		for id := range m.world.Programmes {
			row, tally := m.index.programmes[id], m.tally()
			best := top{k: 200}
			for _, h := range m.index.scoredOpenings(tally, row, noon) {
				best.add(h)
			}
			m.tallies.Put(tally)
			a, err := m.reachOfProgramme(t.Context(), hiring.ReachOfProgramme{Asked: as(operator, 0), Programme: id, Limit: 200, At: noon})
			give("programme "+string(id), a, err, &a.ProgrammeReach, &a.ProgrammeReach.Ranking, m.openingMatches(row, best.page(0), noon))
		}
	}
	for _, g := range all {
		if d := cmp.Diff(fields(t, g.want), fields(t, g.answer)); d != "" {
			t.Errorf("%s (-promised +answered):\n%s", g.what, d)
		}
	}
}

// fields are those of an answer as it goes out.
func fields(t *testing.T, answer any) (of map[string]any) {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&of); err != nil {
		t.Fatal(err)
	}
	return of
}
