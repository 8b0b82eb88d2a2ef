package matcher

import (
	"testing"

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
}
