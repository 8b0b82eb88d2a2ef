package matcher

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
)

// Questions in both directions, a freeze and publishing go on while facts arrive; each answer is of one position and complete:
// learner n is recorded at fact n+1, so an answer of position p holds p-1 learners.
func TestAnswersWhileFactsArrive(t *testing.T) {
	const learners = 60
	b := startBroker(t)
	b.run(t, b.connect(t))
	start := b.put(t, posting("o1", "a", "sql"))
	g, ctx := errgroup.WithContext(t.Context())
	for range 3 {
		g.Go(func() error {
			for position := start; position < start+learners; {
				q := hiring.RankLearners{Asked: as(acme, start), Opening: "o1", Limit: 200, Explain: true, At: noon}
				a, err := events.Ask[hiring.RankedLearners](ctx, b.log, q)
				if err != nil {
					return err
				}
				if a.Position < position || a.Total != int(a.Position-start) || len(a.IDs) != a.Total {
					return fmt.Errorf("position %d after %d: %d learners, %d told", a.Position, position, a.Total, len(a.IDs))
				}
				position = a.Position
			}
			return nil
		})
	}
	g.Go(func() error {
		for i := range learners {
			_, err := events.Ask[hiring.RankedOpenings](ctx, b.log, hiring.RankOpenings{Asked: as(operator, 0), ID: hiring.LearnerID(fmt.Sprint("l", i)), Limit: 5, At: noon})
			if err != nil && hiring.CodeOf(err) != hiring.NotFound {
				return err
			}
		}
		return nil
	})
	for i := range learners {
		b.put(t, someone(b, hiring.LearnerID(fmt.Sprint("l", i)), "a", pool[i%len(pool)]))
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	asked[hiring.Rarity](t, b, hiring.RefreshRarity{Asked: as(operator, 0)})
}
