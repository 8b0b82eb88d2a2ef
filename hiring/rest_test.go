package hiring_test

import (
	"testing"

	"matchday/hiring"
)

// Whom a World that was resumed only finds at rest, backs their skills and holds programmes as those do whom it holds itself.
func TestBackingsOfALearnerAtRest(t *testing.T) {
	w := hiring.NewWorld()
	w.Programmes["p"] = &hiring.Programme{ID: "p", Name: "Master of Science in Care", Provider: "School"}
	resting := &hiring.Learner{Ref: "r", Claims: []hiring.Claim{{Programme: "p"}}}
	sent := map[hiring.Ref]*hiring.Credential{"c": {Programme: "q"}, "gone": {Programme: "p", Revoked: true}}
	w.Resume(7, &hiring.Rest{Wake: func(ref hiring.LearnerRef) (*hiring.Learner, map[hiring.Ref]*hiring.Credential) {
		if ref != "r" {
			return nil, nil
		}
		return resting, sent
	}}, map[string]uint64{})
	var named []hiring.ProgrammeID
	for b := range w.Backings("r") {
		named = append(named, b.Claim.Programme)
	}
	if len(named) != 2 || named[0] != "p" || named[1] != "q" {
		t.Errorf("backed by %v", named)
	}
	if !w.Holds("r", "p") || w.Holds("r", "q") || w.Holds("x", "p") {
		t.Error("who holds the programme is not told")
	}
	if !w.MeetsDegree("r", hiring.DegreeRequired) {
		t.Error("the programme is a degree")
	}
}
