package ingest

import (
	"testing"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
)

func TestRereadSkills(t *testing.T) {
	w := start(t)
	const (
		opening   = `{"id":"o9","title":"T","employer":"Acme","skills":[{"name":"glazing","need":"optional"},{"name":"Window glazing","level":2},{"skill":"x:own","name":"own"}]}`
		learner   = `{"id":"l9","name":"Ana","languages":["en"],"skills":[{"name":"glazing"}]}`
		programme = `{"id":"p9","name":"P","provider":"School","skills":["glazing"]}`
	)
	w.send(operator, hiring.ImportOpenings, opening)
	w.send(operator, hiring.ImportLearners, learner)
	w.send(operator, hiring.ImportProgrammes, programme)
	if _, err := w.release("1", skills.Concept{ID: "x:glaze", Name: "Glazing", Alt: map[string][]string{"en": {"window glazing"}}}); err != nil {
		t.Fatal(err)
	}
	// The next call knows it, by name and in a text.
	found, err := events.Ask[hiring.ResolvedSkills](t.Context(), w.log, hiring.ResolveSkills{Asked: hiring.Asked{Actor: acme}, Limit: 1, Texts: []string{"window glazing"}})
	if err != nil || len(found.Candidates[0]) != 1 || found.Candidates[0][0].Skill != "x:glaze" {
		t.Errorf("resolved to %+v %v", found, err)
	}
	const text = "Requirements:\nGlazing is a plus"
	tagged, err := events.Ask[hiring.TaggedTexts](t.Context(), w.log, hiring.TagTexts{Asked: hiring.Asked{Actor: acme}, Texts: []string{text}})
	if err != nil || len(tagged.Skills[0]) != 1 || tagged.Skills[0][0].Skill != "x:glaze" {
		t.Errorf("tagged as %+v %v", tagged, err)
	}
	drafts, err := events.Ask[hiring.OpeningDrafts](t.Context(), w.log, hiring.ReadTexts{Asked: hiring.Asked{Actor: acme}, Texts: []string{text, ""}})
	if err != nil || len(drafts.Drafts) != 2 || len(drafts.Drafts[0].Skills) != 1 || drafts.Drafts[0].Skills[0].Need != hiring.Optional || drafts.Drafts[1].Skills == nil {
		t.Errorf("read as %+v %v", drafts, err)
	}
	before, err := w.log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(a hiring.Actor) (hiring.Reread, error) {
		return events.Ask[hiring.Reread](t.Context(), w.log, hiring.RereadSkills{Asked: hiring.Asked{Actor: a}})
	}
	if _, err := ask(acme); hiring.CodeOf(err) != hiring.Forbidden {
		t.Errorf("an employer may read all again: %v", err)
	}
	sum, err := ask(operator)
	if err != nil || sum.Openings != 1 || sum.Learners != 1 || sum.Programmes != 1 || sum.Failed != 0 || sum.Position != before+3 { // three facts in the log

		t.Fatalf("%+v %v", sum, err)
	}
	s := w.opening("o9").Skills
	if len(s) != 2 || s[0].Skill != "x:glaze" || s[0].Level != 2 || s[0].By != "own@1" || s[0].Said != "glazing" || s[1].Skill != "x:own" {
		t.Errorf("the opening asks for %+v", s)
	}
	if h := w.learner("l9").Skills; len(h) != 1 || h[0].Skill != "x:glaze" {
		t.Errorf("the learner holds %+v", h)
	}
	if sum, err := ask(operator); err != nil || sum != (hiring.Reread{}) {
		t.Errorf("reading again changed %+v %v", sum, err)
	}
	// What was imported is known to be the same, sealed name and all.
	w.want(w.send(operator, hiring.ImportLearners, learner), "accepted 0 unchanged 1 rejected 0")
	w.want(w.send(operator, hiring.ImportOpenings, opening), "accepted 0 unchanged 1 rejected 0")
}
