package matcher

import (
	"testing"

	"matchday/events"
	"matchday/hiring"
)

// A published list is computed again byte for byte, also after the world has moved on; not for strangers.
func TestReplayIsByteForByte(t *testing.T) {
	b := startBroker(t)
	seen := b.watch(t)
	b.run(t, b.connect(t))
	until(t, seen, b.put(t, someone(b, "l1", "a", "x"), someone(b, "l2", "b"), someone(b, "l3", "a", "b")))
	until(t, seen, b.put(t, posting("o1", "a", "b")))
	until(t, seen, b.put(t, posting("o2", "x", "b"))) // moves on; o1's list stands
	end := b.put(t, posting("o3", "q"))
	until(t, seen, end)
	for _, q := range []hiring.ReplayRanking{
		{Asked: as(acme, end), Opening: "o1"}, {Asked: as(acme, end), Opening: "o2"}, {Asked: as(operator, end), Learner: "l3"},
	} {
		a := asked[hiring.ReplayedRanking](t, b, q)
		if !a.Same || a.Scorer != ScorerVersion || a.Position == 0 {
			t.Errorf("%s%s: %+v", q.Opening, q.Learner, a)
		}
	}
	for _, q := range []hiring.ReplayRanking{{Asked: as(acme, end), Opening: "o1"}, {Asked: as(operator, end), Learner: "l3"}} {
		first := asked[hiring.ReplayedRanking](t, b, q)
		if subject, err := first.ID.Subject(); err != nil || subject != first.Subject {
			t.Errorf("the list on %s is called %s: %v", first.Subject, first.ID, err)
		}
		if again := asked[hiring.ReplayedRanking](t, b, hiring.ReplayRanking{Asked: q.Asked, ID: first.ID}); again != first || !again.Same {
			t.Errorf("by its id %+v, want %+v", again, first)
		}
		for who, code := range map[hiring.Actor]hiring.Code{rival: hiring.NotFound, learner("l1"): hiring.NotFound} {
			_, err := events.Ask[hiring.ReplayedRanking](t.Context(), b.log, hiring.ReplayRanking{Asked: as(who, end), ID: first.ID})
			if hiring.CodeOf(err) != code {
				t.Errorf("a stranger is answered %v", err)
			}
		}
		_, err := events.Ask[hiring.ReplayedRanking](t.Context(), b.log, hiring.ReplayRanking{Asked: q.Asked, ID: hiring.NewMatchID(first.Subject, 1)})
		if hiring.CodeOf(err) != hiring.Conflict {
			t.Errorf("a list that was replaced: %v", err)
		}
	}
	for _, bad := range []hiring.MatchID{"x", "opening.>.5", "opening.*.5", "learner.abc.5", "day." + hiring.MatchID(b.secrets.LearnerRef("l1")) + ".5"} {
		if _, err := bad.Subject(); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%q names a list", bad)
		}
	}
}
