package matcher

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchday/hiring"
)

var operator = hiring.Actor{Role: hiring.RoleOperator, Subject: "test"}

func refOf(id hiring.LearnerID) hiring.LearnerRef { return hiring.LearnerRef("ref-" + id) }

// fact makes the fact of an entity's state; folded gives it a sequence.
func fact(t testing.TB, v any) hiring.Fact {
	t.Helper()
	f := hiring.Fact{Time: noon, Source: "test"}
	switch v := v.(type) {
	case hiring.Learner:
		f.Subject, f.Type = hiring.LearnerSubject(v.Ref), hiring.LearnerRecorded
	case hiring.Credential:
		f.Subject, f.Type = hiring.CredentialSubject(v.Learner, hiring.Ref(v.ID)), hiring.CredentialEarned
	case hiring.Programme:
		f.Subject, f.Type = hiring.ProgrammeSubject(hiring.Ref("ref-"+v.ID)), hiring.ProgrammePublished
	case hiring.Opening:
		f.Subject, f.Type = hiring.OpeningSubject(hiring.Ref("ref-"+v.ID)), hiring.OpeningPosted
	default:
		t.Fatalf("no fact is about a %T", v)
	}
	var err error
	if f.Data, err = json.Marshal(v); err != nil {
		t.Fatal(err)
	}
	return f
}

// folded returns a matcher, without a log, that holds the facts in the order given, under its own table and the map of related.
func folded(facts []hiring.Fact, batch int) *Matcher {
	m := empty(Options{Now: func() time.Time { return noon }})
	m.index.use(Scorer{Table: m.index.scorer.Table, Map: related()})
	for i := range facts {
		facts[i].Seq = uint64(i + 1)
	}
	for len(facts) > 0 {
		n := min(batch, len(facts))
		m.queue.add(m.apply(facts[:n]))
		facts = facts[n:]
	}
	m.frozen = Count(m.world)
	m.index.use(Scorer{Table: m.frozen, Map: related()})
	return m
}

// pool is few skills, so that random worlds overlap; some are related.
var pool = []hiring.SkillID{"sql", "postgres", "excel", "sheets", "a", "b", "c", "d", "e", "f"}

func skillRef(s hiring.SkillID) hiring.SkillRef {
	return hiring.SkillRef{Skill: s, Name: "name of " + string(s)}
}

// someSkills draws distinct skills.
func someSkills(r *rand.Rand, most int) []hiring.SkillID {
	var list []hiring.SkillID
	for _, i := range r.Perm(len(pool))[:r.IntN(min(most, len(pool))+1)] {
		list = append(list, pool[i])
	}
	return list
}

// someFacts draws a world's facts: one of each entity, so that their order cannot matter.
func someFacts(t testing.TB, r *rand.Rand) []hiring.Fact {
	var facts []hiring.Fact
	for i := range 3 {
		p := hiring.Programme{ID: hiring.ProgrammeID(fmt.Sprintf("p%d", i)), Name: fmt.Sprintf("Programme %d", i), Provider: "School"}
		for _, s := range someSkills(r, 4) {
			p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: skillRef(s), Level: r.IntN(6)})
		}
		facts = append(facts, fact(t, p))
	}
	for i := range 2 + r.IntN(12) {
		facts = append(facts, someLearner(t, r, i)...)
	}
	for i := range 1 + r.IntN(6) {
		facts = append(facts, fact(t, someOpening(r, i)))
	}
	return facts
}

func someLearner(t testing.TB, r *rand.Rand, i int) []hiring.Fact {
	id := hiring.LearnerID(fmt.Sprintf("l%d", i))
	l := hiring.Learner{ID: id, Ref: refOf(id), Visible: r.IntN(5) > 0, RegisteredBy: operator}
	for _, s := range someSkills(r, 5) {
		from := []string{"", "self", "work"}[r.IntN(3)]
		l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: skillRef(s), Level: r.IntN(6), From: from})
	}
	if r.IntN(2) == 0 {
		l.Claims = []hiring.Claim{{Programme: "p0", SelfNamed: r.IntN(2) == 0}}
	}
	facts := []hiring.Fact{fact(t, l)}
	if r.IntN(2) == 0 {
		c := hiring.Credential{ID: hiring.CredentialID(fmt.Sprintf("c%d", i)), Learner: l.Ref, Programme: "p1", Proof: hiring.Proofs[r.IntN(3)]}
		if ends := noon.AddDate(0, 0, r.IntN(5)-2); r.IntN(2) == 0 {
			c.Expires = &ends
		}
		facts = append(facts, fact(t, c))
	}
	return facts
}

func someOpening(r *rand.Rand, i int) hiring.Opening {
	o := hiring.Opening{ID: hiring.OpeningID(fmt.Sprintf("o%d", i)), Title: "t", Employer: "Acme", Withdrawn: r.IntN(8) == 0}
	for _, s := range someSkills(r, 6) {
		need := []hiring.Need{hiring.Essential, hiring.Optional, hiring.Trainable}[r.IntN(3)]
		w := float64(r.IntN(40)) / 10
		q := hiring.Requirement{SkillRef: skillRef(s), Need: need, Level: r.IntN(6), Must: r.IntN(6) == 0}
		if r.IntN(2) == 0 {
			q.Weight = &w
		}
		o.Skills = append(o.Skills, q)
	}
	if ends := noon.AddDate(0, 0, r.IntN(9)-1); r.IntN(3) == 0 {
		o.ValidThrough = &ends
	}
	return o
}

// source draws a seed, which rapid shrinks, for the generators above.
func source(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
}

// everything renders all rankings of both directions.
func everything(t testing.TB, m *Matcher) string {
	t.Helper()
	all := map[string]any{}
	for id, o := range m.world.Openings {
		hits, total := m.hitsForOpening(o, noon, 0, 100)
		all["opening "+string(id)] = []any{total, m.learnerMatches(o, hits, noon)}
	}
	for ref := range m.world.Learners {
		hits, total := m.hitsForLearner(ref, noon, 0, 100)
		all["learner "+string(ref)] = []any{total, m.openingMatches(m.index.learnerRow(ref), hits, noon)}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (m *Matcher) hitsForOpening(o *hiring.Opening, at time.Time, offset, limit int) ([]hit, int) {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.rankLearners(t, o, at, offset, limit)
}

func (m *Matcher) hitsForLearner(ref hiring.LearnerRef, at time.Time, offset, limit int) ([]hit, int) {
	p := m.index.learnerRow(ref)
	if p == nil {
		return nil, 0
	}
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.rankOpenings(t, p, at, offset, limit)
}

func (m *Matcher) learnerMatches(o *hiring.Opening, hits []hit, at time.Time) []hiring.Match {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.learnerMatches(t, &sheets{explain: true}, o, hits, at)
}

func (m *Matcher) openingMatches(p *profileRow, hits []hit, at time.Time) []hiring.Match {
	t := m.tally()
	defer m.tallies.Put(t)
	return m.index.openingMatches(t, &sheets{explain: true}, p, hits, at)
}
