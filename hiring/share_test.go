package hiring

import (
	"encoding/json"
	"testing"
)

func TestWorldsShareDecodedStates(t *testing.T) {
	l := Learner{ID: "a", Languages: []string{"es"}, Skills: []HeldSkill{{SkillRef: SkillRef{Skill: "s"}}}, Visible: true}
	data, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	plain := Fact{Seq: 1, Subject: LearnerSubject("r"), Type: LearnerRecorded, Data: data}
	apply := func(w *World, f Fact) *Learner {
		if _, err := w.Apply(f); err != nil {
			t.Fatal(err)
		}
		return w.Learners["r"]
	}
	shared := plain.Share()
	brief := apply(NewWorld().Brief(), shared)
	a, b := apply(NewWorld(), shared), apply(NewWorld(), shared)
	if a != b || a.Ref != "r" || len(a.Skills) != 1 {
		t.Errorf("two Worlds hold %p %+v and %p", a, a, b)
	}
	if c := apply(NewWorld(), plain); c == a {
		t.Error("a fact that is not shared was")
	}
	if brief.ID != "a" || brief.Ref != "r" || !brief.Visible || brief.Languages[0] != "es" || brief.Skills != nil {
		t.Errorf("a brief World holds %+v", brief)
	}
	if _, err := NewWorld().Apply(Fact{Seq: 1, Subject: LearnerSubject("r"), Data: []byte(`{"id":1}`)}.Share()); err == nil {
		t.Error("a body of the wrong shape was applied")
	}
}
