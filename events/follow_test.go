package events

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// collect follows from a sequence and hands on each fact.
func collect(t testing.TB, l *Log, from uint64) (facts <-chan hiring.Fact, stop func()) {
	t.Helper()
	ch := make(chan hiring.Fact, 100_000)
	stop = background(t, "Follow", func(ctx context.Context) error {
		return l.Follow(ctx, from, func(fs []hiring.Fact) error {
			if len(fs) == 0 || len(fs) > followBatch {
				t.Errorf("a batch of %d facts", len(fs))
			}
			for _, f := range fs {
				ch <- f
			}
			return nil
		})
	})
	return ch, stop
}

func TestFollowIsCompleteAndOrderedWhileManyPublish(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	facts, _ := collect(t, l, 0)
	const publishers, each = 8, 150
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				d := draft(fmt.Sprintf("fact.day.p%d", p), i)
				d.Unfenced = true
				if _, err := l.Publish(context.Background(), d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	next := map[string]int{}
	for seq := uint64(1); seq <= publishers*each; seq++ {
		f := within(t, facts, "a fact")
		if f.Seq != seq {
			t.Fatalf("after %d came %d", seq-1, f.Seq)
		}
		if n := number(t, f); n != next[f.Subject] {
			t.Fatalf("%s: after %d came %d", f.Subject, next[f.Subject]-1, n)
		}
		next[f.Subject]++
	}
	wg.Wait()
}

func TestFollowDeliversAtOnceWhenIdle(t *testing.T) {
	l := newLog(t)
	facts, _ := collect(t, l, 0)
	mustPublish(t, l, draft(subject(0), 0))
	within(t, facts, "the first fact")
	best := time.Hour
	for i := range 20 {
		before := time.Now()
		mustPublish(t, l, draft(subject(i+1), i))
		within(t, facts, "a fact")
		best = min(best, time.Since(before))
	}
	if best > 20*time.Millisecond {
		t.Errorf("the fastest of 20 facts took %v", best)
	}
}

func TestFollowStartsAfterAPosition(t *testing.T) {
	l := newLog(t)
	for i := range 10 {
		mustPublish(t, l, draft(subject(i), i))
	}
	facts, _ := collect(t, l, 7)
	if f := within(t, facts, "a fact"); f.Seq != 8 {
		t.Errorf("the first fact after 7 is %d", f.Seq)
	}
	atEnd, _ := collect(t, l, 10)
	mustPublish(t, l, draft(subject(10), 10))
	if f := within(t, atEnd, "a fact"); f.Seq != 11 {
		t.Errorf("the first fact after 10 is %d", f.Seq)
	}
	err := l.Follow(t.Context(), 12, func([]hiring.Fact) error { return nil })
	if !errors.Is(err, ErrAhead) {
		t.Errorf("following from beyond the end: %v", err)
	}
}

func TestFollowReturnsTheErrorOfDeliver(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft(subject(0), 0))
	full := errors.New("disk full")
	if err := l.Follow(t.Context(), 0, func([]hiring.Fact) error { return full }); !errors.Is(err, full) {
		t.Errorf("Follow: %v", err)
	}
}

func TestFollowSurvivesALostConsumer(t *testing.T) {
	l := newLog(t)
	facts, _ := collect(t, l, 0)
	for i := range 5 {
		mustPublish(t, l, draft(subject(i), i))
		if f := within(t, facts, "a fact"); f.Seq != uint64(i+1) {
			t.Fatalf("fact %d came as number %d", f.Seq, i+1)
		}
		for name := range l.facts.ConsumerNames(t.Context()).Name() {
			if err := l.facts.DeleteConsumer(t.Context(), name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
				t.Fatal(err)
			}
		}
	}
}

func TestFollowSurvivesARestartOfTheBroker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := broker(t, dir, "127.0.0.1:0")
	addr := s.Addr()
	l := connect(t, Options{URL: "nats://" + addr, User: internal.Name, Password: internal.Password, MaxBytes: 256 << 20})
	facts, _ := collect(t, l, 0)
	seq := mustPublish(t, l, draft(subject(0), 0))
	within(t, facts, "the fact before the restart")
	s.Close()
	broker(t, dir, addr)
	other := connect(t, Options{URL: "nats://" + addr, User: internal.Name, Password: internal.Password, MaxBytes: 256 << 20})
	if f, err := other.Last(t.Context(), subject(0)); err != nil || f.Seq != seq {
		t.Fatalf("after the restart: %+v, %v", f, err)
	}
	mustPublish(t, other, draft(subject(1), 1))
	if f := within(t, facts, "the fact after the restart"); f.Seq != 2 {
		t.Errorf("after the restart came %d", f.Seq)
	}
}

func TestWatchFilters(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft("fact.invitation.d1.o1.l1", 1))
	mustPublish(t, l, draft("fact.day.d1", 2))
	mustPublish(t, l, draft("fact.invitation.d1.o1.l2", 3))
	mustPublish(t, l, draft("fact.invitation.d2.o1.l1", 4))
	ch := make(chan hiring.Fact, 10)
	background(t, "Watch", func(ctx context.Context) error {
		return l.Watch(ctx, hiring.InvitationsOf("l1"), 0, func(f hiring.Fact) error { ch <- f; return nil })
	})
	for _, want := range []int{1, 4} {
		if n := number(t, within(t, ch, "an invitation")); n != want {
			t.Errorf("got %d, not %d", n, want)
		}
	}
}

func TestPositionWakesWhoWaits(t *testing.T) {
	var p Position
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			if err := p.Wait(context.Background(), uint64(i)); err != nil {
				t.Error(err)
			}
		})
	}
	for seq := range uint64(10) {
		p.Advance(seq)
	}
	wg.Wait()
	p.Advance(3)
	if p.Now() != 9 {
		t.Errorf("the position is %d", p.Now())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Wait(ctx, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: %v", err)
	}
}

func BenchmarkFollow(b *testing.B) {
	l := newLog(b)
	ds := make([]Draft, b.N)
	for i := range ds {
		ds[i] = draft(subject(i), i)
	}
	l.PublishEach(b.Context(), ds)
	done := errors.New("done")
	b.ResetTimer()
	n := 0
	err := l.Follow(b.Context(), 0, func(fs []hiring.Fact) error {
		if n += len(fs); n == b.N {
			return done
		}
		return nil
	})
	if !errors.Is(err, done) {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}

// Whoever read a fact that was erased later is not ahead of the log, and nobody has to wait for it.
func TestEndAfterErasure(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft(subject(0), 0))
	mustPublish(t, l, draft(subject(1), 1))
	if _, err := l.EraseSubjects(t.Context(), subject(1)); err != nil {
		t.Fatal(err)
	}
	if end, err := l.End(t.Context()); err != nil || end != 1 {
		t.Errorf("the log ends at %d (%v), want 1", end, err)
	}
	facts, _ := collect(t, l, 2)
	mustPublish(t, l, draft(subject(2), 2))
	if f := within(t, facts, "a fact"); f.Seq != 3 {
		t.Errorf("the first fact after the erased one is %d", f.Seq)
	}
}

// A reader that goes bad delivers what it was handed before, and nothing after a fact that it was not.
func TestReaderGoneBadLeavesNoGap(t *testing.T) {
	t.Parallel()
	const before, after = 50, 100
	r := newReader(before + after)
	for seq := range uint64(before + after) {
		if seq == before {
			r.fail()
		}
		r.hand(hiring.Fact{Seq: seq + 1}, nil)
	}
	var got []uint64
	from, err := r.run(t.Context(), 0, math.MaxUint64, portion{facts: 7}, func(fs []hiring.Fact) error {
		for _, f := range fs {
			got = append(got, f.Seq)
		}
		return nil
	})
	if err != nil || from != before || len(got) != before {
		t.Errorf("up to %d: %v, %v", from, got, err)
	}
}

// FollowBulk lets a stream of facts gather, and a single one go at once.
func TestFollowBulkGathers(t *testing.T) {
	t.Parallel()
	r := &reader{facts: make(chan hiring.Fact, 100), bad: make(chan struct{})}
	put := func(n int) {
		for range n {
			r.facts <- hiring.Fact{}
		}
	}
	size := portion{facts: 60, wait: time.Minute}
	put(bulkFew - 2)
	if n := len(r.batch(hiring.Fact{}, size)); n != bulkFew-1 {
		t.Errorf("a few facts made a batch of %d", n)
	}
	done := make(chan int)
	put(bulkFew)
	go func() { done <- len(r.batch(hiring.Fact{}, size)) }()
	put(100)
	if n := <-done; n != size.facts {
		t.Errorf("a stream of facts made a batch of %d, want %d", n, size.facts)
	}
	size.wait = time.Millisecond
	if n := len(r.batch(hiring.Fact{}, size)); n < bulkFew || n > size.facts {
		t.Errorf("a stream that stopped made a batch of %d", n)
	}
	put(bulkFew)
	if n := len(r.batch(hiring.Fact{}, portion{facts: 60, wait: time.Hour, glance: time.Millisecond})); n < bulkFew {
		t.Errorf("facts that come by the hundred a second made a batch of %d", n)
	}
	seq := uint64(0)
	number := func(n int) {
		for range n {
			seq++
			r.facts <- hiring.Fact{Seq: seq}
		}
	}
	var pos Position
	size = portion{facts: 60, wait: time.Minute, pos: &pos}
	number(bulkFew)
	go func() { done <- len(r.batch(<-r.facts, size)) }()
	waits, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for _, at := range []uint64{seq + 2, math.MaxUint64} { // one is still to come; the other never does, and takes nothing from the first
		waiting.Go(func() { _ = pos.Wait(waits, at) })
	}
	number(2)
	if n := within(t, done, "a batch that is awaited"); n != bulkFew+2 {
		t.Errorf("with the last of %d facts awaited, a batch of %d", bulkFew+2, n)
	}
	cancel()
	waiting.Wait()
	if at, _ := pos.Awaited(); at != 0 {
		t.Errorf("nobody waits, not even for %d", at)
	}
	close(r.bad)
	put(bulkFew)
	size.wait = time.Minute
	if n := len(r.batch(hiring.Fact{}, size)); n < bulkFew {
		t.Errorf("a reader gone bad made a batch of %d", n)
	}
}
