package matcher

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/events"
	"matchday/hiring"
)

// someone makes a visible learner with self-declared skills; posting an opening that asks for skills.
func someone(b *broker, id hiring.LearnerID, list ...hiring.SkillID) hiring.Learner {
	l := hiring.Learner{ID: id, Ref: b.secrets.LearnerRef(id), Visible: true, RegisteredBy: operator}
	for _, s := range list {
		l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: skillRef(s)})
	}
	return l
}

func posting(id hiring.OpeningID, list ...hiring.SkillID) hiring.Opening {
	o := hiring.Opening{ID: id, Title: "t", Employer: "Acme"}
	for _, s := range list {
		o.Skills = append(o.Skills, req(s, hiring.Essential))
	}
	return o
}

func triggers(list []sent) (seqs []uint64) {
	for _, s := range list {
		seqs = append(seqs, s.trigger)
	}
	return seqs
}

func TestPublishesOnceAndStaysSilentAfterRestart(t *testing.T) {
	b := startBroker(t)
	seen := b.watch(t)
	_, stop := b.run(t, b.connect(t))
	first := b.put(t, someone(b, "l1", "a"))
	got := until(t, seen, first)
	second := b.put(t, posting("o1", "a", "b"))
	got = append(got, until(t, seen, second)...)
	if d := cmp.Diff([]uint64{first, second}, triggers(got)); d != "" {
		t.Errorf("triggers (-want +got):\n%s", d)
	}
	ranking := got[1]
	if want := "match.opening." + string(b.secrets.Ref(hiring.KindOpening, "o1")); ranking.subject != want {
		t.Errorf("published to %s, want %s", ranking.subject, want)
	}
	if len(ranking.Matches) != 1 || ranking.Matches[0].Learner != b.secrets.LearnerRef("l1") || len(ranking.Matches[0].Parts) != 1 {
		t.Errorf("published %+v", ranking.Ranking)
	}
	if ranking.Position != second || ranking.Scorer != ScorerVersion || ranking.At != "2027-03-01T12:00:00Z" {
		t.Errorf("position %d, scorer %q, at %q", ranking.Position, ranking.Scorer, ranking.At)
	}
	stop()

	b.run(t, b.connect(t)) // folds everything again
	third := b.put(t, hiring.Credential{ID: "c1", Learner: b.secrets.LearnerRef("l1"), Name: "x", Proof: hiring.ProofVerified,
		Skills: []hiring.TaughtSkill{{SkillRef: skillRef("b")}}})
	after := until(t, seen, third)
	if d := cmp.Diff([]uint64{third}, triggers(after)); d != "" {
		t.Errorf("after a restart (-want +got):\n%s", d)
	}
	if r := after[0]; r.Learner != b.secrets.LearnerRef("l1") || len(r.Matches) != 1 || r.Matches[0].Opening != "o1" {
		t.Errorf("published %+v", r.Ranking)
	}
}

// A learner who changed in nothing that a list tells of has none published; the next change that matters has.
func TestPublishesOnlyWhatChanged(t *testing.T) {
	b := startBroker(t)
	seen := b.watch(t)
	b.run(t, b.connect(t))
	b.put(t, posting("o1", "a", "b"))
	l := someone(b, "l1", "a")
	first := b.put(t, l)
	got := until(t, seen, first)
	l.Availability = "evenings"
	b.put(t, l)
	l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: skillRef("b")})
	last := b.put(t, l, posting("o2", "c"))
	got = append(got, until(t, seen, last)...)
	if d := cmp.Diff([]uint64{1, first, last - 1, last}, triggers(got)); d != "" {
		t.Errorf("triggers (-want +got):\n%s", d)
	}
	if was, now := got[1].Matches[0].Score, got[2].Matches[0].Score; now <= was {
		t.Errorf("with the second skill %v, before %v", now, was)
	}
}

// What waited while no matcher ran is published by the next one, the latest fact of each entity only.
func TestCoalescesWhatWaited(t *testing.T) {
	b := startBroker(t)
	seen := b.watch(t)
	b.put(t, someone(b, "l1", "a"), posting("o1", "a"))
	again := b.put(t, someone(b, "l1", "a", "b"))
	_, stop := b.run(t, b.connect(t))
	if d := cmp.Diff([]uint64{2, again}, triggers(until(t, seen, again))); d != "" {
		t.Errorf("triggers (-want +got):\n%s", d)
	}
	stop()
}

// A programme that starts to teach a skill reaches everyone who holds it. A crash between them repeats, and never loses, any.
func TestProgrammeChangeReachesAllHolders(t *testing.T) {
	b := startBroker(t)
	seen := b.watch(t)
	programme := hiring.Programme{ID: "p1", Name: "P", Provider: "School"}
	b.put(t, posting("o1", "a"))
	for i := range 3 {
		l := someone(b, hiring.LearnerID(fmt.Sprintf("l%d", i)))
		l.Claims = []hiring.Claim{{Programme: "p1"}}
		b.put(t, l)
	}
	m, _ := b.run(t, b.connect(t))
	until(t, seen, 4)
	programme.Skills = []hiring.TaughtSkill{{SkillRef: skillRef("a")}}
	last := b.put(t, programme)
	got := until(t, seen, last)
	if d := cmp.Diff([]uint64{4, 4, last}, triggers(got)); d != "" {
		t.Errorf("triggers (-want +got):\n%s", d)
	}
	for _, r := range got {
		if len(r.Matches) != 1 || r.Matches[0].Parts[0].Proof != hiring.ProofRecorded || r.Matches[0].Parts[0].Credential != "P" {
			t.Errorf("published %+v", r.Ranking)
		}
	}
	if waiting, _ := m.queue.take(); len(waiting) > 0 {
		t.Errorf("still waiting: %v", waiting)
	}
}

func TestSecondPublisherIsRefused(t *testing.T) {
	b := startBroker(t)
	seq := b.put(t, someone(b, "l1", "a"), posting("o1", "a"))
	// Two matchers that have folded the log and publish when told to.
	one, other := unattended(t, b), unattended(t, b)
	a := cause{seq: 1, entity: entity{learner: b.secrets.LearnerRef("l1")}}
	o := cause{seq: seq, entity: entity{opening: "o1"}}
	if one.publishOne(t.Context(), a, a.seq) {
		t.Fatal("the first publisher was passed by nobody")
	}
	other.queue.add([]cause{a, o})
	if err := other.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	group, _ := other.queue.take()
	if len(group) != 1 || group[0] != o {
		t.Fatalf("the second publisher would publish %v", group)
	}
	if other.publishOne(t.Context(), o, o.seq) {
		t.Error("the second publisher was passed by nobody")
	}
	if !one.publishOne(t.Context(), o, o.seq) {
		t.Error("the first publisher published what the second had")
	}
	if one.queue.done() != seq {
		t.Errorf("the first publisher stands at %d, want %d", one.queue.done(), seq)
	}
}

// unattended returns a matcher that folded the whole log once and runs no more.
func unattended(t *testing.T, b *broker) *Matcher {
	t.Helper()
	m := empty(Options{Log: b.connect(t), Secrets: b.secrets})
	end, err := b.log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = m.o.Log.Follow(ctx, 0, func(batch []hiring.Fact) error {
		if err := m.fold(ctx, batch); err != nil {
			return err
		}
		if m.pos.Now() >= end {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The publisher waits for the end of a stream of facts, and no longer than it has patience.
func TestPublisherRestsWhileFactsStreamIn(t *testing.T) {
	for _, c := range []struct{ stream, want time.Duration }{{0, lull}, {2 * lull, 2*lull + lull}, {time.Minute, patience}} {
		synctest.Test(t, func(t *testing.T) {
			var pos events.Position
			pos.Advance(1)
			began := time.Now()
			var streaming sync.WaitGroup
			defer streaming.Wait()
			streaming.Go(func() {
				for seq := uint64(2); time.Since(began) < c.stream; seq++ {
					time.Sleep(lull / 10)
					pos.Advance(seq)
				}
			})
			pace := &pacer{}
			pace.wait(t.Context(), &pos)
			if took := time.Since(began); took < c.want || took > c.want+lull {
				t.Errorf("a stream of %v held the publisher for %v, want %v", c.stream, took, c.want)
			}
			if c.want < patience {
				began := time.Now()
				pace.wait(t.Context(), &pos)
				if took := time.Since(began); took > 0 {
					t.Errorf("a still log held the publisher for %v", took)
				}
			}
		})
	}
}

func TestBounded(t *testing.T) {
	big := hiring.Match{Parts: []hiring.Part{{Name: strings.Repeat("x", 100_000)}}}
	list := make([]hiring.Match, 20)
	for i := range list {
		list[i] = big
	}
	if got := len(bounded(list)); got != 8 {
		t.Errorf("kept %d matches of 100 kB each", got)
	}
	near := hiring.Match{Score: 999_999, Breadth: 999_999, Matched: []hiring.SkillID{"a"}, Missing: []hiring.SkillID{"b"},
		Near: []hiring.Near{{Skill: "b", By: "c", Relation: hiring.Narrower, Credit: 999_999}},
		Parts: []hiring.Part{{Skill: "a", Name: "n", Need: hiring.Essential, Value: 999_999, Credit: 999_999, By: "a",
			Relation: hiring.Narrower, Proof: hiring.ProofVerified, Level: 5, Expired: true, Credential: "c"}}}
	if b, err := json.Marshal(near); err != nil || len(b) > sizeOf(&near) {
		t.Errorf("a match of %d bytes was estimated at %d: %v", len(b), sizeOf(&near), err)
	}
}
