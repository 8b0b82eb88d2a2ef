package matcher

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"matchday/hiring"
)

// In whatever order entities are imported, and change: only that of each one's own states counts.
func TestOrderOfFactsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := someFacts(t, src)
		for i := range 3 {
			facts = append(facts, someLearner(t, src, i)...)
			facts = append(facts, fact(t, someOpening(src, i)))
		}
		want := everything(t, folded(slices.Clone(facts), 1))
		states := map[string][]hiring.Fact{}
		for _, f := range facts {
			states[f.Subject] = append(states[f.Subject], f)
		}
		src.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		for i, f := range facts {
			facts[i], states[f.Subject] = states[f.Subject][0], states[f.Subject][1:]
		}
		if d := cmp.Diff(want, everything(t, folded(facts, 1+src.IntN(5)))); d != "" {
			r.Fatalf("rankings differ (-first +shuffled):\n%s", d)
		}
	})
}

// What the index ranks is what scoring everyone with the pure function and sorting gives.
func TestIndexEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := someFacts(t, src)
		for i := range 3 { // later states of some entities
			facts = append(facts, someLearner(t, src, i)...)
			facts = append(facts, fact(t, someOpening(src, i)))
		}
		gone := refOf("l1")
		facts = append(facts, fact(t, hiring.Learner{Ref: gone, Erased: true}))
		m := folded(facts, 1+src.IntN(4))
		if src.IntN(2) == 0 { // a table that differs in its breadth only
			other := *m.frozen
			other.Breadth = src.Int64N(20_000)
			m.index.use(Scorer{Table: &other, Map: m.index.scorer.Map})
		}
		for _, o := range m.world.Openings {
			want := bruteLearners(m, o)
			hits, total := m.hitsForOpening(o, noon, 0, 1000)
			if d := cmp.Diff(want, m.learnerMatches(o, hits, noon)); d != "" || total != len(want) {
				r.Fatalf("opening %s, total %d (-brute +index):\n%s", o.ID, total, d)
			}
			for i, h := range hits {
				if h.score != want[i].Score {
					r.Fatalf("opening %s: the index says %v, the ledger %v", o.ID, h.score, want[i].Score)
				}
			}
		}
		for ref := range m.world.Learners {
			want := bruteOpenings(m, ref)
			hits, total := m.hitsForLearner(ref, noon, 0, 1000)
			if d := cmp.Diff(want, m.openingMatches(m.index.learnerRow(ref), hits, noon)); d != "" || total != len(want) {
				r.Fatalf("learner %s, total %d (-brute +index):\n%s", ref, total, d)
			}
		}
		if n, _ := demand(m.world); m.index.asking != n || m.index.present != present(m.world) {
			r.Fatalf("%d openings and %d learners count, want %d and %d", m.index.asking, m.index.present, n, present(m.world))
		}
		for skill, holders := range m.index.holders {
			for n, row := range m.index.learners {
				holds := m.index.lists.prove(row.proofs, int32(skill))
				if slices.Contains(holders, int32(n)) != holds || holds && row.ref == gone {
					r.Fatalf("%s among the holders of %s: %v, in its own row: %v", row.ref, m.index.names[skill], !holds, holds)
				}
			}
		}
	})
}

func bruteLearners(m *Matcher, o *hiring.Opening) []hiring.Match {
	list := []hiring.Match{}
	for ref, l := range m.world.Learners {
		match, ok := m.index.scorer.Query(o).Score(m.world.Profile(ref), noon)
		if ok && l.Visible && o.OpenAt(noon) {
			match.Learner = ref
			list = append(list, match)
		}
	}
	slices.SortFunc(list, func(a, b hiring.Match) int {
		if a.Score != b.Score {
			return int(b.Score - a.Score)
		}
		return strings.Compare(string(m.world.Learners[a.Learner].ID), string(m.world.Learners[b.Learner].ID))
	})
	return list
}

func bruteOpenings(m *Matcher, ref hiring.LearnerRef) []hiring.Match {
	list := []hiring.Match{}
	for _, o := range m.world.Openings {
		match, ok := m.index.scorer.Query(o).Score(m.world.Profile(ref), noon)
		if ok && o.OpenAt(noon) {
			match.Opening = o.ID
			list = append(list, match)
		}
	}
	slices.SortFunc(list, func(a, b hiring.Match) int {
		if a.Score != b.Score {
			return int(b.Score - a.Score)
		}
		return strings.Compare(string(a.Opening), string(b.Opening))
	})
	return list
}

func sorted(profile []hiring.Evidence) []hiring.Evidence {
	slices.SortStableFunc(profile, func(a, b hiring.Evidence) int { return strings.Compare(string(a.Skill), string(b.Skill)) })
	return profile
}

func someEvidence(r *rand.Rand, s hiring.SkillID) hiring.Evidence {
	e := hiring.Evidence{Skill: s, Proof: hiring.Proofs[r.IntN(5)], Level: r.IntN(6)}
	if ends := noon.AddDate(0, 0, r.IntN(3)-1); r.IntN(4) == 0 {
		e.Expires = &ends
	}
	return e
}

// A skill that raises a credit never lowers the score; one that raises none never raises it. The parts always sum to the score.
func TestOneMoreSkill(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		o := someOpening(src, 0)
		var profile []hiring.Evidence
		for _, s := range someSkills(src, 8) {
			profile = append(profile, someEvidence(src, s))
		}
		more := append(slices.Clone(profile), someEvidence(src, append(pool, "x", "y")[src.IntN(len(pool)+2)]))
		table := table8(map[hiring.SkillID]int64{"a": 1000, "b": 3000, "sql": 5000, "x": 9000})
		table.Breadth = int64(src.IntN(60_000))
		q := Scorer{Table: table, Map: related()}.Query(&o)
		before, _ := q.Score(sorted(profile), noon)
		after, ok := q.Score(sorted(more), noon)
		raised := raises(q, profile, more)
		switch {
		case raised && after.Score < before.Score:
			r.Fatalf("a raised credit lowered the score from %v to %v", before.Score, after.Score)
		case !raised && after.Score > before.Score:
			r.Fatalf("the score rose from %v to %v without a raised credit", before.Score, after.Score)
		}
		var sum hiring.Score
		for _, p := range after.Parts {
			sum += p.Value
		}
		if ok != (after.Score > 0) || sum != after.Score || len(after.Matched)+len(after.Missing) != len(o.Skills) && ok {
			r.Fatalf("match %v: score %v, parts %v, %d of %d skills told", ok, after.Score, sum, len(after.Matched)+len(after.Missing), len(o.Skills))
		}
	})
}

// raises reports whether any credit, over all requirements, is better than before, or a must-have is met that was not.
func raises(q *Query, before, after []hiring.Evidence) bool {
	old, _ := q.credits(before, noon)
	now, _ := q.credits(after, noon)
	for i := range now {
		if now[i].value > old[i].value || now[i].enough && !old[i].enough {
			return true
		}
	}
	return false
}

func TestStuffingGainsNothing(t *testing.T) {
	table := table8(map[hiring.SkillID]int64{"a": 4000, "b": 3000})
	for _, breadth := range []int64{0, 40_000, 120_000} {
		table.Breadth = breadth
		q := Scorer{Table: table, Map: related()}.Query(asks(req("a", hiring.Essential), req("b", hiring.Essential)))
		honest := []hiring.Evidence{has("a", hiring.ProofSelf)}
		stuffed := slices.Clone(honest)
		for i := range 500 {
			stuffed = append(stuffed, has(hiring.SkillID(fmt.Sprintf("x%03d", i)), hiring.ProofVerified))
		}
		h, _ := q.Score(honest, noon)
		s, _ := q.Score(stuffed, noon)
		if s.Score > h.Score || breadth > 0 && s.Score == h.Score {
			t.Errorf("breadth %d: 500 stuffed skills changed %v to %v", breadth, h.Score, s.Score)
		}
	}
}

// A learner who stuffs 500 skills that nobody asks for stands behind their honest twin wherever both stand, whatever else is known of
// them; and nowhere that the twin does not.
func TestStuffedTwinNeverLeads(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := someFacts(t, src)
		var stuffing []hiring.HeldSkill
		for i := range 500 {
			from := []string{"", "self", "work"}[src.IntN(3)]
			stuffing = append(stuffing, hiring.HeldSkill{SkillRef: skillRef(hiring.SkillID(fmt.Sprintf("x%03d", i))), Level: src.IntN(6), From: from})
		}
		for ref, l := range folded(slices.Clone(facts), 3).world.Learners {
			twin := *l
			twin.ID += "~" // after the honest one in a tie
			twin.Ref = refOf(twin.ID)
			twin.Skills = append(slices.Clone(l.Skills), stuffing...)
			facts = append(facts, fact(t, twin))
			for _, f := range facts {
				if strings.HasPrefix(f.Subject, "fact.credential."+string(ref)+".") {
					var c hiring.Credential
					if err := json.Unmarshal(f.Data, &c); err != nil {
						r.Fatal(err)
					}
					c.ID, c.Learner = c.ID+"~", twin.Ref
					facts = append(facts, fact(t, c))
				}
			}
		}
		m := folded(facts, 4)
		for _, o := range m.world.Openings {
			hits, total := m.hitsForOpening(o, noon, 0, 1000)
			scores := map[string]hiring.Score{}
			for _, h := range hits {
				if honest, isTwin := strings.CutSuffix(h.id, "~"); isTwin {
					if score, before := scores[honest]; !before || h.score > score {
						r.Fatalf("opening %s: the stuffed %s scores %v, the honest one before it: %v, %v", o.ID, h.id, h.score, before, score)
					}
				}
				scores[h.id] = h.score
			}
			if len(hits) != total || total%2 != 0 {
				r.Fatalf("opening %s: %d hits of %d, twins uncounted", o.ID, len(hits), total)
			}
		}
	})
}

// What learners and openings say beside skills, dealt out among them anew, and the words that skills go by in another language, change
// no score, no order and no ledger but for those words.
func TestWordsDealtAnewChangeNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := someFacts(t, src)
		plain := folded(slices.Clone(facts), 3)
		var learners []hiring.Learner
		var openings []hiring.Opening
		for i, id := range slices.Sorted(maps.Keys(plain.world.Learners)) {
			l := *plain.world.Learners[id]
			l.Sealed, l.Digest, l.Languages = fmt.Appendf(nil, "name and text of %d", i), fmt.Sprint(i), []string{[]string{"es", "ar", "de"}[i%3]}
			l.Place = &hiring.Place{Name: fmt.Sprint("Town ", i)}
			learners = append(learners, l)
		}
		for i, id := range slices.Sorted(maps.Keys(plain.world.Openings)) {
			o := *plain.world.Openings[id]
			o.Title, o.Text, o.Place = fmt.Sprint("Title ", i), fmt.Sprint("Text ", i), &hiring.Place{Name: fmt.Sprint("City ", i)}
			openings = append(openings, o)
		}
		dealt := func(of []int, words string) string {
			more := slices.Clone(facts)
			for i, l := range learners {
				from := learners[of[i%len(of)]%len(learners)]
				l.Sealed, l.Digest, l.Languages, l.Place = from.Sealed, from.Digest, from.Languages, from.Place
				l.Skills = slices.Clone(l.Skills)
				for k := range l.Skills {
					l.Skills[k].Name = words + l.Skills[k].Name
				}
				more = append(more, fact(t, l))
			}
			for i, o := range openings {
				from := openings[of[i%len(of)]%len(openings)]
				o.Title, o.Text, o.Place = from.Title, from.Text, from.Place
				o.Skills = slices.Clone(o.Skills)
				for k := range o.Skills {
					o.Skills[k].Name = words + o.Skills[k].Name
				}
				more = append(more, fact(t, o))
			}
			return strings.ReplaceAll(everything(t, folded(more, 5)), words+"name of ", "name of ")
		}
		want := everything(t, plain)
		for _, words := range []string{"", "nombre: "} {
			if d := cmp.Diff(want, dealt(src.Perm(1+src.IntN(20)), words)); d != "" {
				r.Fatalf("rankings differ (-plain +dealt anew):\n%s", d)
			}
		}
	})
}

// 52: whatever is not a skill or its proof, changed at random on both sides, changes no byte of any ranking.
func TestAttack52ProtectedAttributes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		seed := src.Uint64()
		plain := someFacts(t, rand.New(rand.NewPCG(seed, 1)))
		m := folded(plain, 3)
		want := everything(t, m)
		var other []hiring.Fact
		for _, l := range m.world.Learners {
			c := *l
			c.Place = &hiring.Place{Name: []string{"Lagos", "Kyiv"}[src.IntN(2)], Country: "XX"}
			c.Languages, c.WorkIn, c.Modes = []string{"ar", "es"}, []string{"US"}, []hiring.Mode{hiring.Remote}
			c.Availability, c.Sealed, c.Digest = "nights", []byte{byte(src.IntN(256))}, "d"
			c.PayFloor = &hiring.Pay{Min: float64(src.IntN(99)), Currency: "USD", Per: "hour"}
			other = append(other, fact(t, c))
		}
		for _, o := range m.world.Openings {
			c := *o
			c.Title, c.Text, c.Employer = "other", fmt.Sprint("text ", src.Uint64()), "Other"
			c.Degree = []hiring.Degree{hiring.DegreeNone, hiring.DegreeRequired, hiring.DegreePreferred}[src.IntN(3)]
			c.Place, c.Mode, c.Contract, c.Shift = &hiring.Place{Name: "Oslo"}, hiring.Onsite, "fixed", "night"
			other = append(other, fact(t, c))
		}
		changed := folded(append(plain, other...), 3)
		if d := cmp.Diff(want, everything(t, changed)); d != "" {
			r.Fatalf("rankings differ (-plain +changed):\n%s", d)
		}
	})
}
