package events

import (
	"context"
	"sync"
	"testing"
	"time"

	"matchday/hiring"
)

// consumers counts the consumers of the truth stream.
func consumers(t testing.TB, l *Log) (n int) {
	t.Helper()
	for range l.facts.ConsumerNames(t.Context()).Name() {
		n++
	}
	return n
}

// Who follows in one process from wherever they began reads the end of the log together, and what was written while they came
// together reaches each of them once.
func TestFollowersShareOneConsumer(t *testing.T) {
	l := newLog(t)
	const followers, facts = 5, 400
	var readers []<-chan hiring.Fact
	for i := range facts {
		mustPublish(t, l, draft(subject(i), i))
		if i%80 == 0 {
			ch, _ := collect(t, l, uint64(i/2))
			readers = append(readers, ch)
		}
	}
	for i, ch := range readers {
		for seq := uint64(i*80/2) + 1; seq <= facts; seq++ {
			if f := within(t, ch, "a fact"); f.Seq != seq {
				t.Fatalf("follower %d: after %d came %d", i, seq-1, f.Seq)
			}
		}
	}
	for deadline := time.Now().Add(10 * time.Second); consumers(t, l) > 1; {
		if time.Now().After(deadline) {
			t.Fatalf("%d followers read by %d consumers", followers, consumers(t, l))
		}
	}
	seq := mustPublish(t, l, draft(subject(facts), 0))
	for _, ch := range readers {
		if f := within(t, ch, "a fact"); f.Seq != seq {
			t.Errorf("came %d, not %d", f.Seq, seq)
		}
	}
}

// A follower that stands still holds up nobody, and misses nothing when it goes on.
func TestConvoyLeavesTheSlowBehind(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	held, release := make(chan struct{}), make(chan struct{})
	slow := make(chan hiring.Fact, 100_000)
	background(t, "Follow", func(ctx context.Context) error {
		return l.Follow(ctx, 0, func(fs []hiring.Fact) error {
			for _, f := range fs {
				if f.Seq == 2 {
					close(held)
					<-release
				}
				if f.Seq > 1 {
					slow <- f
				}
			}
			return nil
		})
	})
	quick, _ := collect(t, l, 0)
	mustPublish(t, l, draft(subject(0), 0))
	within(t, quick, "the first fact")
	mustPublish(t, l, draft(subject(1), 0))
	within(t, held, "the slow follower's second fact")
	const facts = convoyFacts + 1000
	ds := make([]Draft, facts)
	for i := range ds {
		ds[i] = draft(subject(i+2), i)
	}
	for _, p := range l.PublishEach(t.Context(), ds) {
		if p.Err != nil {
			t.Fatal(p.Err)
		}
	}
	for seq := uint64(2); seq <= facts+2; seq++ {
		if f := within(t, quick, "a fact of the quick follower"); f.Seq != seq {
			t.Fatalf("after %d came %d", seq-1, f.Seq)
		}
	}
	close(release)
	for seq := uint64(2); seq <= facts+2; seq++ {
		if f := within(t, slow, "a fact of the slow follower"); f.Seq != seq {
			t.Fatalf("after %d came %d", seq-1, f.Seq)
		}
	}
}

// Consumers that are lost while many publish cost no follower a fact, nor bring any twice.
func TestConvoyOutlivesItsConsumers(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	const followers, writers, facts = 4, 3, 400
	var readers []<-chan hiring.Fact
	for range followers {
		ch, _ := collect(t, l, 0)
		readers = append(readers, ch)
	}
	var publishing sync.WaitGroup
	for w := range writers {
		publishing.Go(func() {
			for i := range facts {
				if _, err := l.Publish(t.Context(), draft(subject(w*facts+i), i)); err != nil {
					t.Error(err)
				}
				if i%50 == 0 {
					for name := range l.facts.ConsumerNames(t.Context()).Name() {
						_ = l.js.DeleteConsumer(t.Context(), factsStream, name) // another writer may have been faster
					}
				}
			}
		})
	}
	publishing.Wait()
	for i, ch := range readers {
		for seq := uint64(1); seq <= writers*facts; seq++ {
			if f := within(t, ch, "a fact"); f.Seq != seq {
				t.Fatalf("follower %d: after %d came %d", i, seq-1, f.Seq)
			}
		}
	}
	l.convoy.mu.Lock()
	defer l.convoy.mu.Unlock()
	if s := l.convoy.now; s != nil && len(s.readers) > followers {
		t.Errorf("%d followers left %d readers", followers, len(s.readers))
	}
}
