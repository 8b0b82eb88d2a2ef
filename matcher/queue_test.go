package matcher

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

func about(seq uint64, o hiring.OpeningID) cause { return cause{seq: seq, entity: entity{opening: o}} }

func drain(q *queue) (seqs []uint64) {
	for {
		group, _ := q.take()
		if len(group) == 0 {
			return seqs
		}
		for _, c := range group {
			seqs = append(seqs, c.seq)
		}
	}
}

func TestQueueKeepsTheLatestOfEach(t *testing.T) {
	q := newQueue()
	q.add([]cause{about(1, "a"), about(2, "b"), about(3, "a")})
	q.add([]cause{about(4, "c"), about(5, "b")})
	if d := cmp.Diff([]uint64{3, 4, 5}, drain(q)); d != "" {
		t.Error(d)
	}
}

func TestQueueSkipsWhatIsPublished(t *testing.T) {
	q := newQueue()
	q.skip(2)
	q.add([]cause{about(1, "a"), about(2, "b"), about(3, "c"), about(4, "a")})
	q.skip(3)
	if d := cmp.Diff([]uint64{4}, drain(q)); d != "" {
		t.Error(d)
	}
}

func TestQueueForgetsTheErased(t *testing.T) {
	q := newQueue()
	l := entity{learner: "l"}
	q.add([]cause{{seq: 1, entity: l}, {seq: 2, entity: l, gone: true}, about(3, "a")})
	if d := cmp.Diff([]uint64{3}, drain(q)); d != "" {
		t.Error(d)
	}
}

func TestQueueTakesTheCausesOfOneFactTogether(t *testing.T) {
	q := newQueue()
	q.add([]cause{{seq: 7, entity: entity{learner: "m"}}, {seq: 7, entity: entity{learner: "l"}}, about(8, "a")})
	group, rest := q.take()
	want := []cause{{seq: 7, entity: entity{learner: "l"}}, {seq: 7, entity: entity{learner: "m"}}}
	if d := cmp.Diff(want, group, cmp.AllowUnexported(cause{}, entity{})); d != "" || rest != 1 {
		t.Errorf("%d wait beside\n%s", rest, d)
	}
}

func TestQueueWakesWhoWaits(t *testing.T) {
	q := newQueue()
	got := make(chan uint64)
	go func() {
		group, _ := q.next(t.Context())
		got <- group[0].seq
	}()
	q.add([]cause{about(1, "a")})
	if seq := <-got; seq != 1 {
		t.Errorf("got %d", seq)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if group, _ := q.next(ctx); group != nil {
		t.Errorf("a context that ended gave %v", group)
	}
}
