package hiring

import (
	"fmt"
	"slices"
	"testing"
)

func TestProbes(t *testing.T) {
	o := &Opening{}
	need := func(id SkillID, n Need, must bool) {
		o.Skills = append(o.Skills, Requirement{SkillRef: SkillRef{Skill: id, Name: "name of " + string(id)}, Need: n, Must: must})
	}
	need("proven", Essential, false)
	need("trainable", Trainable, false)
	need("self", Essential, false)
	need("missing", Essential, false)
	need("near", Optional, false)
	need("must", Essential, true)
	need("expired", Optional, false)
	need("narrower", Essential, false)
	m := &Match{Matched: []SkillID{"proven", "self", "must", "expired", "narrower"}, Missing: []SkillID{"trainable", "missing", "near"}, Parts: []Part{
		{Skill: "proven", Relation: Same, Proof: ProofVerified},
		{Skill: "self", Relation: Same, Proof: ProofSelf},
		{Skill: "near", Relation: Sibling, Proof: ProofRecorded},
		{Skill: "must", Relation: Same, Proof: ProofClaimed, Credential: "Badge"},
		{Skill: "expired", Relation: Same, Proof: ProofRecorded, Expired: true, Credential: "Old"},
		{Skill: "narrower", Relation: Narrower, Proof: ProofRecorded},
	}}
	var got []string
	for _, p := range o.Probes(m) {
		if p.Name != "name of "+string(p.Skill) {
			t.Errorf("%s is called %q", p.Skill, p.Name)
		}
		got = append(got, string(p.Skill)+":"+string(p.Why)+p.Credential)
	}
	want := []string{"must:claimedBadge", "missing:missing", "self:self", "near:near", "expired:expiredOld", "trainable:missing"}
	if !slices.Equal(got, want) {
		t.Errorf("asks about %v, want %v", got, want)
	}
	for i := range 30 {
		need(SkillID(fmt.Sprint(i)), Optional, false)
	}
	if n := len(o.Probes(m)); n != MaxProbes {
		t.Errorf("%d questions", n)
	}
	if list := (*Opening)(nil).Probes(m); list != nil {
		t.Errorf("of no opening: %v", list)
	}
}
