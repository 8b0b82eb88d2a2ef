package hiring_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"matchday/hiring"
)

// log numbers facts as the broker would.
type log struct{ facts []hiring.Fact }

func (l *log) add(subject, kind string, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	l.facts = append(l.facts, hiring.Fact{Seq: uint64(len(l.facts) + 1), Subject: subject, Type: kind, Data: data})
}

func (l *log) fold(t testing.TB) *hiring.World {
	t.Helper()
	w := hiring.NewWorld()
	for _, f := range l.facts {
		if _, err := w.Apply(f); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func ref(id string) hiring.SkillRef { return hiring.SkillRef{Skill: hiring.SkillID(id), Name: id} }

func programme(id string, skills ...string) hiring.Programme {
	p := hiring.Programme{ID: hiring.ProgrammeID(id), Name: "Programme " + id, Provider: "P"}
	for _, s := range skills {
		p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: ref(s)})
	}
	return p
}

func held(ids ...string) (list []hiring.HeldSkill) {
	for _, id := range ids {
		list = append(list, hiring.HeldSkill{SkillRef: ref(id)})
	}
	return list
}

func skillsOf(profile []hiring.Evidence) (list []string) {
	for _, e := range profile {
		list = append(list, string(e.Skill)+"/"+string(e.Proof))
	}
	return list
}

func TestProfileJoinsProgrammesWhateverComesFirst(t *testing.T) {
	learner := hiring.Learner{
		ID: "ana", Skills: held("sql"), RegisteredBy: hiring.Actor{Role: hiring.RoleProvider, Subject: "P"},
		Claims: []hiring.Claim{{Programme: "p1"}, {Name: "programme  P2", Issuer: "p"}, {Name: "Elsewhere"}},
	}
	add := map[string]func(*log){
		"learner": func(l *log) { l.add("fact.learner.a", hiring.LearnerRecorded, learner) },
		"p1":      func(l *log) { l.add("fact.programme.1", hiring.ProgrammePublished, programme("p1", "excel")) },
		"p2":      func(l *log) { l.add("fact.programme.2", hiring.ProgrammePublished, programme("p2", "python")) },
		"completion": func(l *log) {
			l.add("fact.credential.a.c", hiring.CredentialEarned, hiring.Credential{ID: "c", Learner: "a", Programme: "p2", Proof: hiring.ProofVerified})
		},
	}
	want := []string{"excel/recorded", "python/verified", "python/recorded", "sql/self"}
	rapid.Check(t, func(t *rapid.T) {
		var l log
		for _, name := range rapid.Permutation([]string{"learner", "p1", "p2", "completion"}).Draw(t, "order") {
			add[name](&l)
		}
		w := hiring.NewWorld()
		for _, f := range l.facts {
			if _, err := w.Apply(f); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, skillsOf(w.Profile("a"))); diff != "" {
			t.Fatalf("profile (-want +got):\n%s", diff)
		}
	})
}

func TestChangeOfAProgrammeTouchesItsHolders(t *testing.T) {
	var l log
	l.add("fact.learner.a", hiring.LearnerRecorded, hiring.Learner{ID: "ana", Claims: []hiring.Claim{{Programme: "p1"}}})
	l.add("fact.learner.b", hiring.LearnerRecorded, hiring.Learner{ID: "ben", Claims: []hiring.Claim{{Name: "Programme p1", Issuer: "P"}}})
	l.add("fact.learner.c", hiring.LearnerRecorded, hiring.Learner{ID: "cyd", Skills: held("sql")})
	w := l.fold(t)
	l.add("fact.programme.1", hiring.ProgrammePublished, programme("p1", "excel"))
	change, err := w.Apply(l.facts[3])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]hiring.LearnerRef{"a", "b"}, change.Learners); diff != "" {
		t.Fatalf("touched (-want +got):\n%s", diff)
	}
	// A learner whose record no longer names the programme is no longer touched.
	l.add("fact.learner.a", hiring.LearnerChanged, hiring.Learner{ID: "ana"})
	l.add("fact.programme.1", hiring.ProgrammePublished, programme("p1", "excel", "word"))
	for _, f := range l.facts[4:] {
		if change, err = w.Apply(f); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]hiring.LearnerRef{"b"}, change.Learners); diff != "" {
		t.Fatalf("touched after the change (-want +got):\n%s", diff)
	}
}

func TestErasedLearnerStaysErased(t *testing.T) {
	var l log
	l.add("fact.learner.a", hiring.LearnerRecorded, hiring.Learner{ID: "ana", Skills: held("sql")})
	l.add("fact.learner.a", hiring.LearnerErased, hiring.Learner{Ref: "a", Erased: true})
	l.add("fact.learner.a", hiring.LearnerRecorded, hiring.Learner{ID: "ana", Skills: held("sql")})
	l.add("fact.credential.a.c", hiring.CredentialEarned, hiring.Credential{ID: "c", Learner: "a", Name: "x", Proof: hiring.ProofRecorded})
	w := l.fold(t)
	if got := w.LearnerByID("ana"); got != nil {
		t.Errorf("found by id after erasure: %+v", got)
	}
	if p := w.Profile("a"); p != nil {
		t.Errorf("profile after erasure: %+v", p)
	}
	if !w.Learners["a"].Erased || len(w.Credentials["a"]) != 0 {
		t.Error("the tombstone is gone or credentials came back")
	}
}

func TestReplayChangesNothing(t *testing.T) {
	var l log
	l.add("fact.opening.1", hiring.OpeningPosted, hiring.Opening{ID: "o", Title: "first"})
	l.add("fact.opening.1", hiring.OpeningChanged, hiring.Opening{ID: "o", Title: "second"})
	w := l.fold(t)
	if _, err := w.Apply(l.facts[0]); err != nil {
		t.Fatal(err)
	}
	if got := w.Openings["o"].Title; got != "second" {
		t.Errorf("after a replay the title is %q", got)
	}
	if got := w.Seq("fact.opening.1"); got != 2 {
		t.Errorf("last sequence is %d, want 2", got)
	}
}

func TestUnreadableFactIsSkippedAndReported(t *testing.T) {
	w := hiring.NewWorld()
	if _, err := w.Apply(hiring.Fact{Seq: 1, Subject: "fact.opening.1", Data: []byte(`{"id":7}`)}); err == nil {
		t.Error("a malformed body was not reported")
	}
	if _, err := w.Apply(hiring.Fact{Seq: 2, Subject: "fact.nonsense.1", Data: []byte(`{}`)}); err == nil {
		t.Error("an unknown kind was not reported")
	}
	if w.Position != 2 || w.Seq("fact.opening.1") != 1 { // who publishes the next one expects to follow the unreadable one
		t.Errorf("position %d, sequence %d", w.Position, w.Seq("fact.opening.1"))
	}
}

func TestWorldKeepsOnlyTheKindsAskedFor(t *testing.T) {
	w := hiring.NewWorld(hiring.KindOpening)
	if _, err := w.Apply(hiring.Fact{Seq: 1, Subject: "fact.learner.a", Data: []byte(`{"id":"ana"}`)}); err != nil {
		t.Fatal(err)
	}
	if len(w.Learners) != 0 || w.Position != 1 {
		t.Errorf("kept %d learners at position %d", len(w.Learners), w.Position)
	}
}

func TestTwoProgrammesOfOneName(t *testing.T) {
	var forward, backward log
	a, b := programme("a", "sql"), programme("b", "java")
	b.Name = a.Name
	claim := hiring.Learner{ID: "ana", Claims: []hiring.Claim{{Name: a.Name}}}
	forward.add("fact.learner.l", hiring.LearnerRecorded, claim)
	forward.add("fact.programme.a", hiring.ProgrammePublished, a)
	forward.add("fact.programme.b", hiring.ProgrammePublished, b)
	backward.add("fact.programme.b", hiring.ProgrammePublished, b)
	backward.add("fact.programme.a", hiring.ProgrammePublished, a)
	backward.add("fact.learner.l", hiring.LearnerRecorded, claim)
	for _, l := range []log{forward, backward} {
		if diff := cmp.Diff([]string{"sql/claimed"}, skillsOf(l.fold(t).Profile("l"))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	a.Name = "renamed"
	forward.add("fact.programme.a", hiring.ProgrammePublished, a)
	if diff := cmp.Diff([]string{"java/claimed"}, skillsOf(forward.fold(t).Profile("l"))); diff != "" {
		t.Errorf("after renaming (-want +got):\n%s", diff)
	}
}

// A name that programmes take and leave means, at every moment, the smallest id that bears it.
func TestNamesOfProgrammesThatChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l log
		w := hiring.NewWorld()
		bears := map[hiring.ProgrammeID]string{}
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			p := programme(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"))
			p.Name = rapid.SampledFrom([]string{"x", "X ", "y"}).Draw(t, "name")
			l.add("fact.programme."+string(p.ID), hiring.ProgrammePublished, p)
			if _, err := w.Apply(l.facts[len(l.facts)-1]); err != nil {
				t.Fatal(err)
			}
			bears[p.ID] = strings.ToLower(strings.TrimSpace(p.Name))
			for _, name := range []string{"x", "y"} {
				var want hiring.ProgrammeID
				for id, n := range bears {
					if n == name && (want == "" || id < want) {
						want = id
					}
				}
				for _, issuer := range []hiring.ProviderName{"", p.Provider} {
					if got := w.ProgrammeOf(hiring.Claim{Name: name, Issuer: issuer}); (got == nil) != (want == "") || got != nil && got.ID != want {
						t.Fatalf("%q of %q means %+v, want %q", name, issuer, got, want)
					}
				}
			}
		}
	})
}

func TestRevokedCredentialCountsNoMore(t *testing.T) {
	var l log
	c := hiring.Credential{ID: "c", Learner: "a", Name: "x", Proof: hiring.ProofVerified, Skills: []hiring.TaughtSkill{{SkillRef: ref("sql")}}}
	l.add("fact.learner.a", hiring.LearnerRecorded, hiring.Learner{ID: "ana"})
	l.add("fact.credential.a.c", hiring.CredentialEarned, c)
	if got := skillsOf(l.fold(t).Profile("a")); len(got) != 1 {
		t.Fatalf("profile %v", got)
	}
	c.Revoked = true
	l.add("fact.credential.a.c", hiring.CredentialRevoked, c)
	if got := skillsOf(l.fold(t).Profile("a")); len(got) != 0 {
		t.Errorf("profile after revocation %v", got)
	}
}

func TestOpenAt(t *testing.T) {
	from, through := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	o := hiring.Opening{ValidFrom: &from, ValidThrough: &through}
	for at, want := range map[time.Time]bool{
		from.Add(-time.Second): false, from: true, through: true, through.Add(time.Nanosecond): false,
	} {
		if got := o.OpenAt(at); got != want {
			t.Errorf("open at %v: %v, want %v", at, got, want)
		}
	}
	o.Withdrawn = true
	if o.OpenAt(from) {
		t.Error("a withdrawn opening is open")
	}
}

func TestBookingClash(t *testing.T) {
	at := func(h, m int) time.Time { return time.Date(2027, 3, 1, h, m, 0, 0, time.UTC) }
	b := &hiring.Booking{Talks: []hiring.Talk{{Slot: hiring.Slot{Start: at(9, 0), End: at(9, 30)}}}}
	for _, c := range []struct {
		from, to time.Time
		want     bool
	}{
		{at(9, 30), at(10, 0), false}, // one ends as the other starts
		{at(8, 30), at(9, 0), false},
		{at(9, 15), at(9, 20), true},
		{at(8, 0), at(12, 0), true},
	} {
		if _, got := b.Clash(hiring.Slot{Start: c.from, End: c.to}); got != c.want {
			t.Errorf("%v–%v: clash %v, want %v", c.from, c.to, got, c.want)
		}
	}
	if _, clash := (*hiring.Booking)(nil).Clash(hiring.Slot{}); clash {
		t.Error("no booking clashes")
	}
}

func TestScoreJSON(t *testing.T) {
	for s, want := range map[hiring.Score]string{0: "0", 1: "0.000001", 500_000: "0.5", 999_999: "0.999999", hiring.OneScore: "1"} {
		got, err := json.Marshal(s)
		if err != nil || string(got) != want {
			t.Errorf("%d marshals to %s (%v), want %s", int64(s), got, err, want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		s := hiring.Score(rng.Int64N(int64(hiring.OneScore) + 1))
		b, _ := json.Marshal(s)
		var back hiring.Score
		if err := json.Unmarshal(b, &back); err != nil || back != s {
			t.Fatalf("%d came back as %d (%v)", int64(s), int64(back), err)
		}
	}
	for _, bad := range []string{`-0.1`, `1.1`, `"1"`, `NaN`} {
		var s hiring.Score
		if json.Unmarshal([]byte(bad), &s) == nil {
			t.Errorf("%s was taken for a score", bad)
		}
	}
}

func TestCountHidesSmallNumbers(t *testing.T) {
	b, err := json.Marshal([]hiring.Count{12, hiring.FewerThanTen})
	if err != nil || string(b) != `[12,"\u003c10"]` && string(b) != `[12,"<10"]` {
		t.Fatalf("%s %v", b, err)
	}
	var back []hiring.Count
	if err := json.Unmarshal(b, &back); err != nil || back[0] != 12 || back[1] != hiring.FewerThanTen {
		t.Errorf("%v %v", back, err)
	}
}

// A brief World knows of a learner what letters and interview days need, and forgets the erased like any other.
func TestBriefWorld(t *testing.T) {
	l := hiring.Learner{
		ID: "l1", Ref: "r1", Skills: []hiring.HeldSkill{{SkillRef: hiring.SkillRef{Skill: "a", Name: "A"}}}, Claims: []hiring.Claim{{Name: "C"}},
		Place: &hiring.Place{Name: "Austin"}, Languages: []string{"es"}, Visible: true, RegisteredBy: hiring.Actor{Role: hiring.RoleProvider, Subject: "School"}, Sealed: []byte("sealed"), Digest: "d",
	}
	var facts log
	facts.add(hiring.LearnerSubject("r1"), hiring.LearnerRecorded, l)
	facts.add(hiring.LearnerSubject("r1"), hiring.LearnerErased, hiring.Learner{Erased: true})
	w := hiring.NewWorld(hiring.KindLearner).Brief()
	if _, err := w.Apply(facts.facts[0]); err != nil {
		t.Fatal(err)
	}
	l.Skills, l.Claims, l.Digest = nil, nil, ""
	if d := cmp.Diff(&l, w.LearnerByID("l1")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if c, err := w.Apply(facts.facts[1]); err != nil || !c.Erased || w.LearnerByID("l1") != nil || !w.Learners["r1"].Erased {
		t.Errorf("after the erasure: %+v, %v", c, err)
	}
}
