package search

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	bindex "github.com/blevesearch/bleve_index_api"

	"matchday/hiring"
)

// schooling publishes programmes of overlapping skills, and learners who completed none to four of them in every way there is.
func (h *house) schooling(rng *rand.Rand) {
	for i := range 12 {
		h.programme(fmt.Sprintf("p%d", i), fmt.Sprintf("Course %d in %s", i%7, some(rng, "data", "care", "steel work")), taught(rng)...)
	}
	for i := range 60 {
		id := fmt.Sprintf("s%02d", i)
		h.learner(id, hiring.Personal{}, func(l *hiring.Learner) {
			held(taught(rng)[:rng.IntN(2)]...)(l)
			for range rng.IntN(4) {
				c := hiring.Claim{Programme: hiring.ProgrammeID(fmt.Sprintf("p%d", rng.IntN(14)))} // two of them nobody knows
				if rng.IntN(3) == 0 {
					c = hiring.Claim{Name: fmt.Sprintf("Course %d in data", rng.IntN(9)), Issuer: "Google"}
				}
				l.Claims = append(l.Claims, c)
			}
		})
		if rng.IntN(4) == 0 {
			h.credential(id, hiring.Credential{
				ID: hiring.CredentialID("c" + id), Programme: hiring.ProgrammeID(fmt.Sprintf("p%d", rng.IntN(12))), Proof: hiring.ProofVerified,
				Revoked: rng.IntN(3) == 0, Skills: []hiring.TaughtSkill{{SkillRef: skill(taught(rng)[0])}},
			})
		}
	}
}

func some(rng *rand.Rand, of ...string) string { return of[rng.IntN(len(of))] }

func taught(rng *rand.Rand) (names []string) {
	for range 1 + rng.IntN(4) {
		names = append(names, some(rng, "SQL", "SQL Server", "Welding", "Arc welding", "Elderly care", "Data entry", "Data", "Latin"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// whole tells everything that may be shown of a learner, from the World.
func (r *Role) wholeOf(id hiring.LearnerID) entry {
	e := learnerEntry(r.world, r.world.LearnerByID(id), &hiring.Personal{})
	e.whole()
	return e
}

// What a programme says is found as if each learner who completed it had said it: by words, phrases, skills, names and issuers, also
// when the programme changes; and each learner counts once in a facet.
func TestProgrammesSpeakForTheirLearners(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	h := newHouse(t)
	role, _ := h.start()
	h.schooling(rng)
	check := func(when string) {
		t.Helper()
		h.found(OfLearners, "") // waits for the last fact
		for query, holds := range map[string]func(e entry) bool{
			"sql":             saysAnywhere("sql"),
			`"arc welding"`:   saysAnywhere("arc", "welding"),
			"data":            saysAnywhere("data"),
			"google":          saysAnywhere("google"),
			`skill:"elderly"`: says("skill", "elderly"),
			`skill:"text:sql server"`: func(e entry) bool {
				return slices.ContainsFunc(e.skills, func(s named) bool { return s.id == "text:sql server" })
			},
			`programme:"course 3"`:        says("programme", "course", "3"),
			`programme:"in steel"`:        says("programme", "in", "steel"),
			"issuer:google":               says("issuer", "google"),
			"programme:p4":                func(e entry) bool { return slices.Contains(e.exact["programmeID"], "p4") },
			"-sql":                        func(e entry) bool { return !saysAnywhere("sql")(e) },
			`-programme:"course 3" latin`: func(e entry) bool { return !says("programme", "course", "3")(e) && saysAnywhere("latin")(e) },
		} {
			var want []string
			for i := range 60 {
				if id := fmt.Sprintf("s%02d", i); holds(role.wholeOf(hiring.LearnerID(id))) {
					want = append(want, id)
				}
			}
			if len(want) == 0 || len(want) == 60 {
				t.Fatalf("%s: %s finds %d: the test shows nothing", when, query, len(want))
			}
			if got := h.found(OfLearners, query); got != strings.Join(want, " ") {
				t.Errorf("%s: %s finds [%s], want %v", when, query, got, want)
			}
		}
		role.checkFacets(h)
	}
	check("at first")
	for i := range 4 {
		h.programme(fmt.Sprintf("p%d", i), fmt.Sprintf("Course %d in steel work", i+2), taught(rng)...)
	}
	check("after programmes changed")
}

// checkFacets compares the counts of facets with those of whole entries.
func (r *Role) checkFacets(h *house) {
	h.Helper()
	a, err := h.ask(hiring.Search{Limit: 1})
	if err != nil {
		h.Fatal(err)
	}
	for _, name := range []string{"skill", "programme", "issuer"} {
		held := map[string]int{}
		for i := range 60 {
			for _, v := range r.wholeOf(hiring.LearnerID(fmt.Sprintf("s%02d", i))).exact[name] {
				held[strings.TrimPrefix(v, "text:")]++
			}
		}
		for _, f := range a.Facets[name] {
			if held[f.Value] != int(f.Count) {
				h.Errorf("%s %q: %d learners, counted %d", name, f.Value, held[f.Value], f.Count)
			}
			delete(held, f.Value)
		}
		if len(held) > 0 {
			h.Errorf("%s: not counted: %v", name, held)
		}
	}
}

func saysAnywhere(seq ...string) func(entry) bool {
	return func(e entry) bool {
		return slices.ContainsFunc(wordFields(), func(f string) bool { return says(f, seq...)(e) })
	}
}

func says(field string, seq ...string) func(entry) bool {
	return func(e entry) bool {
		return slices.ContainsFunc(e.texts[field], func(text string) bool { return follows(terms(text), seq) })
	}
}

// Programmes that teach the same are one term to a score: who completed both is no better a hit than who completed one, and a programme
// with few graduates is no rarer a skill.
func TestTheUnionScoresAsOneTerm(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.programme("big", "Big", "Welding")
	h.programme("rare", "Rare", "Welding")
	completed := func(id string, of ...string) {
		h.learner(id, hiring.Personal{}, func(l *hiring.Learner) {
			for _, p := range of {
				l.Claims = append(l.Claims, hiring.Claim{Programme: hiring.ProgrammeID(p)})
			}
		})
	}
	for i := range 8 {
		completed(fmt.Sprintf("g%d", i), "big")
	}
	completed("both", "big", "rare")
	completed("rarely", "rare")
	for i := range 5 {
		completed(fmt.Sprintf("none%d", i))
	}
	for _, query := range []string{"welding", "skill:welding"} {
		a, err := h.ask(hiring.Search{Query: query, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		scores := map[float64]int{}
		for _, hit := range a.Hits {
			scores[hit.Score]++
		}
		if len(a.Hits) != 10 || len(scores) != 1 || a.Hits[0].Score <= 0 {
			t.Errorf("%s: %d hits of scores %v", query, len(a.Hits), scores)
		}
	}
}

// A catalogue that took programmes in and changed them holds what one holds that took in only the last of each.
func TestCatalogueForgetsWhatAProgrammeSaid(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	changed, fresh := newCatalogue(), newCatalogue()
	last := map[hiring.ProgrammeID]*hiring.Programme{}
	for range 200 {
		p := &hiring.Programme{ID: hiring.ProgrammeID(fmt.Sprint(rng.IntN(9))), Name: some(rng, "A b", "B c", ""), Provider: "Google"}
		for _, s := range taught(rng) {
			p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: skill(s)})
		}
		changed.put(p)
		last[p.ID] = p
	}
	for _, l := range changed.listings { // in the same order, so that the numbers are the same
		fresh.put(last[l.programme.ID])
	}
	if a, b := fmt.Sprint(changed.skills, changed.keys, changed.terms), fmt.Sprint(fresh.skills, fresh.keys, fresh.terms); a != b {
		t.Errorf("changed: %s\nfresh:   %s", a, b)
	}
	for _, seq := range [][]string{nil, {"sql"}, {"sql", "server"}, {"server", "sql"}, {"latin", "latin"}} {
		var want []string
		for _, l := range fresh.listings {
			if len(seq) > 0 && slices.ContainsFunc(l.programme.Skills, func(s hiring.TaughtSkill) bool { return follows(terms(s.Name), seq) }) {
				want = append(want, string(l.programme.ID))
			}
		}
		if got := changed.ids(changed.saying("skill", seq)); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", seq, got, want)
		}
	}
}

// A programme that teaches other skills than before leaves the documents of its graduates as they are; one by which they would be known
// otherwise does not.
func TestWhichChangesOfAProgrammeReachDocuments(t *testing.T) {
	h := newHouse(t)
	role, _ := h.start()
	h.programme("p", "Welding I")
	ref := h.learner("ann", hiring.Personal{}, func(l *hiring.Learner) { l.Claims = []hiring.Claim{{Programme: "p"}} })
	h.want(OfLearners, "proof:recorded", "")
	h.programme("p", "Welding I", "Arc welding")
	h.want(OfLearners, "proof:recorded", "ann")
	h.programme("p", "Welding I", "Steel work")
	h.want(OfLearners, "steel", "ann")
	h.want(OfLearners, "arc", "")
	h.programme("p", "Welding II", "Steel work")
	h.want(OfLearners, "programme:ii", "ann")
	at := h.last
	for i, step := range []struct {
		programme hiring.Programme
		reaches   int
	}{
		{hiring.Programme{Name: "Welding II", Provider: "Google", Skills: []hiring.TaughtSkill{{SkillRef: skill("Steel work")}}}, 0},
		{hiring.Programme{Name: "Welding II", Provider: "Google", Skills: []hiring.TaughtSkill{{SkillRef: skill("Arc welding")}}}, 0},
		{hiring.Programme{Name: "Welding II", Provider: "Google"}, 1},
		{hiring.Programme{Name: "Welding II", Provider: "Google", Price: &hiring.Money{}}, 0},
		{hiring.Programme{Name: "Welding III", Provider: "Google"}, 1},
		{hiring.Programme{Name: "Welding III", Provider: "Elsewhere"}, 1},
	} {
		step.programme.ID = "p"
		data, err := json.Marshal(step.programme)
		if err != nil {
			t.Fatal(err)
		}
		subject := hiring.ProgrammeSubject(h.secrets.Ref(hiring.KindProgramme, "p"))
		change, err := role.apply(hiring.Fact{Seq: at + uint64(i) + 1, Subject: subject, Type: hiring.ProgrammePublished, Data: data})
		if err != nil || len(change.Learners) != step.reaches || step.reaches > 0 && change.Learners[0] != ref {
			t.Errorf("step %d reaches %v, %v", i, change.Learners, err)
		}
	}
}

// Of many programmes, only those that somebody completed are looked up one by one, and all of those are.
func TestManyProgrammesOfOneIssuer(t *testing.T) {
	h := newHouse(t)
	role, _ := h.start()
	var want []string
	for i := range 2 * fewTerms {
		id := hiring.ProgrammeID(fmt.Sprintf("p%d", i))
		h.programme(string(id), fmt.Sprintf("Course %d", i), "Welding")
		if i%50 == 0 {
			h.learner(fmt.Sprintf("s%03d", i), hiring.Personal{}, func(l *hiring.Learner) { l.Claims = []hiring.Claim{{Programme: id}} })
			want = append(want, fmt.Sprintf("s%03d", i))
		}
	}
	h.learner("t", hiring.Personal{}, func(l *hiring.Learner) { l.Claims = []hiring.Claim{{Programme: "elsewhere"}} })
	h.want(OfLearners, "issuer:google", strings.Join(want, " "))
	h.want(OfLearners, "welding", strings.Join(want, " "))
	reader := h.reader(role)
	held, err := (&anyOf{field: "exact.programmeID", terms: role.catalogue.ids(role.catalogue.saying("issuer", []string{"google"}))}).held(reader)
	if err != nil || len(held) != len(want) {
		t.Errorf("%d programmes are looked up for %d learners: %v", len(held), len(want), err)
	}
}

// reader reads the index as it is now.
func (h *house) reader(r *Role) bindex.IndexReader {
	h.Helper()
	engine, err := r.index.Advanced()
	if err != nil {
		h.Fatal(err)
	}
	reader, err := engine.Reader()
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = reader.Close() })
	return reader
}
