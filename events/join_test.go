package events

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// Runs of many who publish at the same time have each its own outcome, and keep their order.
func TestPublishEachTogether(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	const callers, each = 40, 12
	taken := mustPublish(t, l, draft("fact.day.taken", 0))
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for round := range 3 {
				ds := make([]Draft, each)
				for i := range ds {
					ds[i] = draft(fmt.Sprintf("fact.day.c%dr%di%d", c, round, i), i)
				}
				if c%10 == 3 {
					ds[5] = draft("fact.day.taken", 9) // is there already
				}
				last := taken
				for i, p := range l.PublishEach(context.Background(), ds) {
					switch {
					case c%10 == 3 && i == 5:
						if !errors.Is(p.Err, ErrStale) || p.Seq != 0 {
							t.Errorf("a stale draft of caller %d: %+v", c, p)
						}
					case p.Err != nil || p.Seq <= last:
						t.Errorf("caller %d, draft %d after %d: %+v", c, i, last, p)
					default:
						last = p.Seq
						if f, err := l.Last(context.Background(), ds[i].Subject); err != nil || f.Seq != p.Seq {
							t.Errorf("caller %d, draft %d: at %d (%v), said %d", c, i, f.Seq, err, p.Seq)
						}
					}
				}
			}
		})
	}
	wg.Wait()
	if end, err := l.End(t.Context()); err != nil || end != 1+3*(callers*each-4) {
		t.Errorf("the log ends at %d (%v)", end, err)
	}
}

// What goes together is about distinct subjects, fits a batch, and has no fence unless it is alone.
func TestJointNext(t *testing.T) {
	run := func(subjects ...string) *joined {
		r := &joined{}
		for _, s := range subjects {
			r.ds = append(r.ds, Draft{Subject: s})
		}
		return r
	}
	fenced := run("f")
	fenced.ds[0].Fence = "fact.>"
	many := &joined{ds: make([]Draft, maxBatch-2)}
	for i := range many.ds {
		many.ds[i].Subject = fmt.Sprint("m", i)
	}
	j := joint{busy: true, waiting: []*joined{run("a", "b"), run("c"), run("d", "a"), fenced, run("e"), many, run("x", "y", "z")}}
	var got []int
	for runs := j.next(); len(runs) > 0; runs = j.next() {
		got = append(got, len(runs))
	}
	if fmt.Sprint(got) != "[2 1 1 2 1]" || j.busy {
		t.Errorf("went in %v, at work: %v", got, j.busy)
	}
}

// Who gives up before their turn is out; nothing of theirs is written.
func TestPublishEachGivesUpInTheQueue(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	l.joint.busy = true // as if the broker were busy
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for _, p := range l.PublishEach(ctx, []Draft{draft("fact.day.a", 1), draft("fact.day.b", 1)}) {
		if p.Err == nil || p.Seq != 0 {
			t.Errorf("given up: %+v", p)
		}
	}
	if end, err := l.End(t.Context()); err != nil || end != 0 || len(l.joint.waiting) != 0 {
		t.Errorf("the log ends at %d (%v), %d waiting", end, err, len(l.joint.waiting))
	}
}

// One operation is eight callers who each write twenty facts ten times, as imports in small chunks do: with others' and alone, by turns.
func BenchmarkPublishTogether(b *testing.B) {
	l := newLog(b)
	next := 0
	write := func(publish func(context.Context, []Draft, []Published)) time.Duration {
		var wg sync.WaitGroup
		began := time.Now()
		for c := range 8 {
			wg.Go(func() {
				for round := range 10 {
					ds := make([]Draft, 20)
					for i := range ds {
						ds[i] = draft(fmt.Sprintf("fact.day.n%dc%dr%di%d", next, c, round, i), i)
					}
					publish(b.Context(), ds, make([]Published, len(ds)))
				}
			})
		}
		wg.Wait()
		next++
		return time.Since(began)
	}
	var joined, alone time.Duration
	for b.Loop() {
		joined += write(l.publishJoined)
		alone += write(l.publishRun)
	}
	b.ReportMetric(float64(alone)/float64(joined), "alone÷joined")
	b.ReportMetric(joined.Seconds()*1000/float64(b.N)/10, "ms/run")
}
