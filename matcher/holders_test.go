package matcher

import (
	"fmt"
	"testing"

	"matchday/events"
	"matchday/hiring"
)

func TestHoldersOfAProgramme(t *testing.T) {
	b := startBroker(t)
	b.run(t, b.connect(t))
	p := hiring.Programme{ID: "p", Name: "Certificate", Provider: "School", Skills: []hiring.TaughtSkill{{SkillRef: skillRef("a")}}}
	claims := someone(b, "claims", "x")
	claims.Claims = []hiring.Claim{{Name: "certificate", Issuer: "School"}}
	end := b.put(t, p, claims, someone(b, "none", "a"))
	refs := []hiring.LearnerRef{b.secrets.LearnerRef("none"), b.secrets.LearnerRef("claims"), "unheardof"}
	q := hiring.FindHolders{Asked: as(hiring.Actor{Role: hiring.RoleProvider, Subject: "School"}, end), Programme: "p", Learners: refs}
	if got := asked[hiring.FoundHolders](t, b, q); fmt.Sprint(got.Holders) != fmt.Sprint(refs[1:2]) {
		t.Errorf("holders %v", got.Holders)
	}
	for _, a := range []hiring.Actor{{Role: hiring.RoleProvider, Subject: "Other"}, {Role: hiring.RoleEmployer, Subject: "School"}} {
		q.Actor = a
		if _, err := events.Ask[hiring.FoundHolders](t.Context(), b.log, q); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%+v: %v", a, err)
		}
	}
	q.Learners = make([]hiring.LearnerRef, hiring.MaxHolders+1)
	if _, err := events.Ask[hiring.FoundHolders](t.Context(), b.log, q); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("too many: %v", err)
	}
}
