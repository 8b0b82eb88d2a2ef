package matcher

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"matchday/hiring"
	"matchday/skills"
)

// crowd is a world of the size of the spine's real input: skills of a long-tailed popularity, every tenth a kind of another and
// every tenth related to one; programmes of 8 skills; learners with 10 declared skills and two programmes; openings of 10 skills.
func crowd(t testing.TB, learners, openings int) *Matcher {
	t.Helper()
	const concepts, programmes = 3000, 400
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 20, concepts-1)
	some := func(n int) []hiring.SkillRef {
		var list []hiring.SkillRef
		seen := map[uint64]bool{}
		for len(list) < n {
			if k := zipf.Uint64(); !seen[k] {
				seen[k] = true
				list = append(list, skillRef(hiring.SkillID(fmt.Sprintf("http://data.example.eu/skill/%04d", k))))
			}
		}
		return list
	}
	m := empty(Options{Now: func() time.Time { return noon }})
	m.index.use(Scorer{Table: PlainTable(), Map: wideMap(concepts)})
	var facts []hiring.Fact
	for i := range programmes {
		p := hiring.Programme{ID: hiring.ProgrammeID(fmt.Sprint("p", i)), Name: fmt.Sprint("Programme ", i), Provider: "School"}
		for _, s := range some(8) {
			p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: s})
		}
		facts = append(facts, fact(t, p))
	}
	for i := range learners {
		id := hiring.LearnerID(fmt.Sprint("learner-", i))
		l := hiring.Learner{ID: id, Ref: refOf(id), Visible: true, RegisteredBy: operator, Claims: []hiring.Claim{
			{Programme: hiring.ProgrammeID(fmt.Sprint("p", r.IntN(programmes)))}, {Programme: hiring.ProgrammeID(fmt.Sprint("p", r.IntN(programmes)))}}}
		for _, s := range some(10) {
			l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: s, Level: r.IntN(6)})
		}
		facts = append(facts, fact(t, l))
	}
	for i := range openings {
		o := hiring.Opening{ID: hiring.OpeningID(fmt.Sprint("opening-", i)), Title: "t", Employer: "Acme"}
		for _, s := range some(10) {
			o.Skills = append(o.Skills, hiring.Requirement{SkillRef: s, Need: hiring.Essential, Level: r.IntN(4)})
		}
		facts = append(facts, fact(t, o))
	}
	for i := range facts {
		facts[i].Seq = uint64(i + 1)
	}
	m.apply(facts)
	m.frozen = Count(m.world)
	m.index.use(Scorer{Table: m.frozen, Map: m.index.scorer.Map})
	return m
}

func wideMap(n int) *skills.Map {
	release := skills.Release{Name: "own", Version: "1"}
	id := func(k int) string { return fmt.Sprintf("http://data.example.eu/skill/%04d", k) }
	for k := range n {
		c := skills.Concept{ID: id(k), Name: fmt.Sprint("skill ", k)}
		switch k % 10 {
		case 1, 2:
			c.Broader = []string{id(k - k%10)}
		case 3:
			c.Related = []string{id((k * 7) % n)}
		}
		release.Concepts = append(release.Concepts, c)
	}
	return skills.NewMap(release)
}

// One operation is 200 openings ranked against 10,000 learners: the best 10 of each with their parts.
func BenchmarkRankLearners10kx200(b *testing.B) {
	m := crowd(b, 10_000, 200)
	for b.Loop() {
		for _, row := range m.index.openings {
			hits, _ := m.hitsForOpening(row.opening, noon, 0, 10)
			m.learnerMatches(row.opening, hits, noon)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/200, "µs/ranking")
}

// One operation is one learner's best 200 of 4,000 openings, as they are published.
func BenchmarkRankOpenings4k(b *testing.B) {
	m := crowd(b, 1000, 4000)
	n, bytes := 0, 0
	for b.Loop() {
		ref := m.index.learners[n%1000].ref
		_, list, _ := m.publishedAt(entity{learner: ref}, noon)
		j, _ := json.Marshal(list)
		bytes += len(j)
		n++
	}
	b.ReportMetric(float64(bytes)/float64(n), "bytes/ranking")
}

// One operation is one learner taken into the fold and the index.
func BenchmarkApplyLearner(b *testing.B) {
	m := crowd(b, 10_000, 4000)
	seq := m.world.Position
	var facts []hiring.Fact
	for _, l := range m.index.learners {
		facts = append(facts, fact(b, *m.world.Learners[l.ref]))
	}
	for i := 0; b.Loop(); i++ {
		f := facts[i%len(facts)]
		seq++
		f.Seq = seq
		m.apply([]hiring.Fact{f})
	}
}
