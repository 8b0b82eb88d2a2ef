package matcher

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
)

var (
	acme    = hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}
	rival   = hiring.Actor{Role: hiring.RoleRecruiter, Subject: "Rival"}
	learner = func(id string) hiring.Actor { return hiring.Actor{Role: hiring.RoleLearner, Subject: id} }
)

// asked puts a question to the matcher of b, after everything that was written.
func asked[A any, Q events.Question](t testing.TB, b *broker, q Q) A {
	t.Helper()
	a, err := events.Ask[A](t.Context(), b.log, q)
	if err != nil {
		t.Fatalf("asking %s: %v", q.Subject(), err)
	}
	return a
}

func as(actor hiring.Actor, after uint64) hiring.Asked {
	return hiring.Asked{Actor: actor, After: after}
}

func TestAnswersBothDirections(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	hidden := someone(b, "hidden", "a", "b")
	hidden.Visible = false
	ended := posting("ended", "a")
	past := noon.Add(-time.Second)
	ended.ValidThrough = &past
	end := b.put(t, someone(b, "l2", "a", "b"), someone(b, "l1", "a", "b"), someone(b, "l3", "a"), someone(b, "none", "x"), hidden,
		posting("o1", "a", "b"), posting("o2", "a", "c"), posting("empty"), ended)

	got := asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, end), Opening: "o1", Limit: 10, Explain: true, At: noon})
	if d := cmp.Diff([]hiring.LearnerID{"l1", "l2", "l3"}, got.IDs); d != "" || got.Total != 3 || got.Employer != "Acme" || got.Opening != "o1" {
		t.Errorf("total %d of %s at %s (-want +got):\n%s", got.Total, got.Opening, got.Employer, d)
	}
	if m := got.Matches[2]; m.Learner != b.secrets.LearnerRef("l3") || len(m.Parts) != 1 || len(m.Missing) != 1 {
		t.Errorf("third: %+v", m)
	}
	if got.Position != end || got.At != "2027-03-01T12:00:00Z" || got.Scorer != ScorerVersion {
		t.Errorf("ranking %+v", got.Ranking)
	}
	plain := asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(operator, 0), Opening: "o1", Limit: 1, Offset: 1, At: noon})
	if len(plain.Matches) != 1 || plain.IDs[0] != "l2" || plain.Matches[0].Parts != nil || len(plain.Matches[0].Matched) != 2 || plain.Total != 3 {
		t.Errorf("second page %+v", plain)
	}

	for _, id := range []hiring.OpeningID{"ended", "empty"} {
		if a := asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, 0), Opening: id, Limit: 10, At: noon}); a.Total != 0 || len(a.Matches) != 0 {
			t.Errorf("%s: %+v", id, a)
		}
	}
	own := asked[hiring.RankedOpenings](t, b, hiring.RankOpenings{Asked: as(learner("hidden"), 0), ID: "hidden", Limit: 10, At: noon})
	if len(own.Matches) != 2 || own.Matches[0].Opening != "o1" || own.Matches[1].Opening != "o2" || own.Total != 2 {
		t.Errorf("an invisible learner's openings: %+v", own.Ranking)
	}
	// A second earlier the third opening was open still.
	if a := asked[hiring.RankedOpenings](t, b, hiring.RankOpenings{Asked: as(operator, 0), ID: "l1", Limit: 10, At: past}); a.Total != 3 {
		t.Errorf("a second earlier: %d openings", a.Total)
	}
}

func TestChangesReachTheNextAnswer(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	count := func(after uint64) int {
		return asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, after), Opening: "o", Limit: 10, At: noon}).Total
	}
	if n := count(b.put(t, posting("o", "a"), someone(b, "l1", "a"), someone(b, "l2", "a"))); n != 2 {
		t.Fatalf("%d match, want 2", n)
	}
	quiet := someone(b, "l1", "a")
	quiet.Visible = false
	if n := count(b.put(t, quiet)); n != 1 {
		t.Errorf("after consent was withdrawn %d match, want 1", n)
	}
	if n := count(b.put(t, hiring.Learner{Ref: b.secrets.LearnerRef("l2"), Erased: true})); n != 0 {
		t.Errorf("after an erasure %d match, want 0", n)
	}
	earned := hiring.Credential{ID: "c", Learner: b.secrets.LearnerRef("l3"), Name: "C", Proof: hiring.ProofVerified,
		Skills: []hiring.TaughtSkill{{SkillRef: skillRef("a")}}}
	if n := count(b.put(t, earned, someone(b, "l3"))); n != 1 {
		t.Errorf("after a credential %d match, want 1", n)
	}
	earned.Revoked = true
	if n := count(b.put(t, earned)); n != 0 {
		t.Errorf("after its revocation %d match, want 0", n)
	}
	gone := posting("o", "a")
	gone.Withdrawn = true
	if n := count(b.put(t, quiet, someone(b, "l4", "a"), gone)); n != 0 {
		t.Errorf("a withdrawn opening matches %d", n)
	}
}

// 1: what is another's looks the same as what does not exist.
func TestAttack1RefusalsDoNotTell(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	end := b.put(t, someone(b, "l1", "a"), posting("o1", "a"))
	var texts []string
	for _, q := range []hiring.RankLearners{
		{Asked: as(rival, end), Opening: "o1", Limit: 1}, {Asked: as(rival, 0), Opening: "nowhere", Limit: 1}, {Asked: as(learner("l1"), 0), Opening: "o1", Limit: 1},
	} {
		_, err := events.Ask[hiring.RankedLearners](t.Context(), b.log, q)
		texts = append(texts, fmt.Sprint(hiring.CodeOf(err), err))
	}
	if texts[0] != texts[1] || texts[1] != texts[2] || texts[0][:9] != "not_found" {
		t.Errorf("refusals differ: %q", texts)
	}
	texts = nil
	for _, q := range []hiring.RankOpenings{
		{Asked: as(learner("l2"), 0), ID: "l1", Limit: 1}, {Asked: as(learner("l2"), 0), ID: "nobody", Limit: 1}, {Asked: as(acme, 0), ID: "l1", Limit: 1},
	} {
		_, err := events.Ask[hiring.RankedOpenings](t.Context(), b.log, q)
		texts = append(texts, fmt.Sprint(hiring.CodeOf(err), err))
	}
	if texts[0] != texts[1] || texts[1] != texts[2] || texts[0][:9] != "not_found" {
		t.Errorf("refusals differ: %q", texts)
	}
}

func TestPageBounds(t *testing.T) {
	for _, c := range []struct {
		offset, limit int
		ok            bool
	}{
		{0, 1, true}, {0, 1000, true}, {1_000_000, 1, true}, {0, 0, false}, {0, -1, false}, {0, 1001, false}, {-1, 1, false}, {1_000_001, 1, false},
	} {
		if err := checkPage(c.offset, c.limit); (err == nil) != c.ok || err != nil && hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("offset %d, limit %d: %v", c.offset, c.limit, err)
		}
	}
}

// However many explained matches are asked for, an answer carries what fits, and the next begins where it ended.
func TestExplainedPagesFitTheirAnswers(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	var wide []hiring.SkillID
	for i := range 200 {
		wide = append(wide, hiring.SkillID(fmt.Sprintf("text:%d %s", i, strings.Repeat("a long name of a skill & more ", 5))))
	}
	things := []any{posting("narrow", "a"), posting("wide", wide...)}
	for i := range 230 {
		things = append(things, someone(b, hiring.LearnerID(fmt.Sprintf("l%03d", i)), append([]hiring.SkillID{"a"}, wide[:i%2*199]...)...))
	}
	end := b.put(t, things...)
	for opening, want := range map[hiring.OpeningID]int{"narrow": 230, "wide": 115} {
		seen := map[hiring.LearnerID]bool{}
		answers := 0
		for total := 1; len(seen) < total; answers++ {
			a := asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, end), Opening: opening, Offset: len(seen), Limit: 1000, Explain: true, At: noon})
			if total = a.Total; len(a.Matches) == 0 || len(a.Matches) != len(a.IDs) || len(a.Matches[0].Parts) == 0 {
				t.Fatalf("%s: %d matches and %d ids from %d of %d", opening, len(a.Matches), len(a.IDs), len(seen), total)
			}
			for i, id := range a.IDs {
				if a.Matches[i].Learner != b.secrets.LearnerRef(id) {
					t.Errorf("%s: %s stands beside another's match", opening, id)
				}
				seen[id] = true
			}
		}
		if len(seen) != want || answers < 2 {
			t.Errorf("%s: %d of %d learners in %d answers", opening, len(seen), want, answers)
		}
	}
}

// Pages of any size, put together, are the whole list.
func TestPagesJoin(t *testing.T) {
	m := crowd(t, 300, 3)
	o := m.world.Openings["opening-1"]
	whole, total := m.hitsForOpening(o, noon, 0, 1000)
	if len(whole) != total || total < 50 {
		t.Fatalf("%d hits of %d", len(whole), total)
	}
	for _, size := range []int{1, 7, 100} {
		var joined []hit
		for offset := 0; offset < total; offset += size {
			page, _ := m.hitsForOpening(o, noon, offset, size)
			joined = append(joined, page...)
		}
		if d := cmp.Diff(whole, joined, cmp.AllowUnexported(hit{})); d != "" {
			t.Errorf("pages of %d:\n%s", size, d)
		}
	}
	if page, _ := m.hitsForOpening(o, noon, total+5, 10); len(page) != 0 {
		t.Errorf("a page past the end holds %d", len(page))
	}
}

func TestListOpenings(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	other := posting("o3")
	other.Employer = "Rival"
	gone := posting("o4")
	gone.Withdrawn = true
	end := b.put(t, posting("o2"), posting("o1"), other, gone)
	list := func(q hiring.ListOpenings) []hiring.OpeningID { return asked[hiring.OpeningList](t, b, q).Openings }
	for _, c := range []struct {
		q    hiring.ListOpenings
		want []hiring.OpeningID
	}{
		{hiring.ListOpenings{Asked: as(operator, end), Limit: 10}, []hiring.OpeningID{"o1", "o2", "o3"}},
		{hiring.ListOpenings{Asked: as(operator, 0), Limit: 1, From: "o1"}, []hiring.OpeningID{"o2"}},
		{hiring.ListOpenings{Asked: as(acme, 0), Limit: 10}, []hiring.OpeningID{"o1", "o2"}},
		{hiring.ListOpenings{Asked: as(rival, 0), Limit: 10}, []hiring.OpeningID{"o3"}},
		{hiring.ListOpenings{Asked: as(learner("o1"), 0), Limit: 10}, []hiring.OpeningID{}},
	} {
		if d := cmp.Diff(c.want, list(c.q)); d != "" {
			t.Errorf("%+v (-want +got):\n%s", c.q, d)
		}
	}
}

func TestReachOfProgramme(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	p := hiring.Programme{ID: "p", Name: "Certificate", Provider: "School"}
	for _, s := range []hiring.SkillID{"b", "a"} {
		p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: skillRef(s)})
	}
	end := b.put(t, p, posting("full", "a", "b"), posting("near", "a", "c"), posting("far", "a", "c", "d"), posting("none", "x"))
	q := hiring.ReachOfProgramme{Asked: as(learner("anyone"), end), Programme: "p", Limit: 2, At: noon}
	got := asked[hiring.ProgrammeReach](t, b, q)
	if got.Total != 3 || got.Fully != 1 || got.Nearly != 1 || len(got.Matches) != 2 {
		t.Fatalf("reach %+v", got)
	}
	if got.Not != 2 || len(got.Openers) != 1 || got.Openers[0] != (hiring.Opener{Skill: "c", Name: "name of c", Openings: 1}) {
		t.Errorf("not reached: %d, would open: %+v", got.Not, got.Openers)
	}
	if m := got.Matches[0]; m.Opening != "full" || m.Score != 950_000 || m.Parts[0].Proof != hiring.ProofRecorded || m.Parts[0].Credential != "Certificate" {
		t.Errorf("best %+v", m)
	}
	q.Programme = "unknown"
	if _, err := events.Ask[hiring.ProgrammeReach](t.Context(), b.log, q); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("unknown programme: %v", err)
	}
}

// A taxonomy that arrives later changes the next answer: what was missing is nearly met.
func TestTaxonomyReachesTheScore(t *testing.T) {
	b := startBroker(t)
	_, stop := b.run(t, b.connect(t))
	end := b.put(t, someone(b, "l1", "postgres"), posting("o1", "sql"))
	q := hiring.RankLearners{Asked: as(acme, end), Opening: "o1", Limit: 1, Explain: true, At: noon}
	if a := asked[hiring.RankedLearners](t, b, q); a.Total != 0 {
		t.Fatalf("before: %+v", a)
	}
	var lines bytes.Buffer
	for _, c := range []skills.Concept{{ID: "sql", Name: "SQL"}, {ID: "postgres", Name: "PostgreSQL", Broader: []string{"sql"}}} {
		if err := skills.WriteJSONL(&lines, c); err != nil {
			t.Fatal(err)
		}
	}
	blob, err := b.log.PutBlob(t.Context(), &lines)
	if err != nil {
		t.Fatal(err)
	}
	q.After, err = b.log.Publish(t.Context(), events.Draft{Subject: hiring.TaxonomySubject("own"), Type: hiring.TaxonomyReleased, Source: "test",
		Body: hiring.Taxonomy{Name: "own", Release: "1", Blob: blob}})
	if err != nil {
		t.Fatal(err)
	}
	want := asked[hiring.RankedLearners](t, b, q)
	if want.Total != 1 || len(want.Matches[0].Near) != 1 || want.Matches[0].Near[0].Relation != hiring.Narrower {
		t.Fatalf("after: %+v", want)
	}
	stop()
	b.run(t, b.connect(t))
	if d := cmp.Diff(want, asked[hiring.RankedLearners](t, b, q)); d != "" {
		t.Errorf("after a restart (-before +after):\n%s", d)
	}
}
