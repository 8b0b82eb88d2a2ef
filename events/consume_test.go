package events

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"matchday/hiring"
)

var quick = []time.Duration{time.Millisecond}

// work runs a Consume that hands each try on tries and answers with what decide returns.
func work(t testing.TB, l *Log, decide func(n int, f hiring.Fact) error) (tries <-chan hiring.Fact, stop func()) {
	t.Helper()
	ch := make(chan hiring.Fact, 1000)
	n := 0
	stop = background(t, "Consume", func(ctx context.Context) error {
		return l.Consume(ctx, Work{Name: "mail", Filters: []string{"fact.day.>"}, Backoff: quick}, func(_ context.Context, f hiring.Fact) error {
			n++
			ch <- f
			return decide(n, f)
		})
	})
	return ch, stop
}

// letters waits until there are n dead letters.
func letters(t testing.TB, l *Log, n int) []DeadLetter {
	t.Helper()
	found := make(chan []DeadLetter, 1)
	go func() {
		for {
			ds, err := l.DeadLetters(context.Background(), 100)
			if err != nil || len(ds) == n {
				found <- ds
				return
			}
		}
	}()
	return within(t, found, fmt.Sprintf("%d dead letters", n))
}

func TestConsumeHandsOutEachFactAcrossRestarts(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft("fact.day.a", 1))
	mustPublish(t, l, draft("fact.learner.a", 2))
	tries, stop := work(t, l, func(int, hiring.Fact) error { return nil })
	if f := within(t, tries, "the first fact"); number(t, f) != 1 || f.Seq != 1 || f.ID == "" {
		t.Errorf("got %+v", f)
	}
	settled(t, l)
	stop()
	mustPublish(t, l, draft("fact.day.b", 3))
	tries, _ = work(t, l, func(int, hiring.Fact) error { return nil })
	if n := number(t, within(t, tries, "the second fact")); n != 3 {
		t.Errorf("after the restart came %d", n)
	}
}

// settled waits until the broker knows that nothing is in hand.
func settled(t testing.TB, l *Log) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		for {
			c, err := l.js.Consumer(context.Background(), factsStream, "mail")
			if err != nil || c.CachedInfo().NumAckPending == 0 && c.CachedInfo().NumPending == 0 {
				done <- err
				return
			}
		}
	}()
	if err := within(t, done, "the work to be settled"); err != nil {
		t.Fatal(err)
	}
}

func TestConsumeRetriesWithDelay(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft("fact.day.a", 1))
	mustPublish(t, l, draft("fact.day.b", 2))
	tries, _ := work(t, l, func(_ int, f hiring.Fact) error {
		if f.Seq == 1 && len(f.Data) > 0 {
			return errors.New("the mail server is away")
		}
		return nil
	})
	count := map[uint64]int{}
	for range maxTries + 1 {
		count[within(t, tries, "a try").Seq]++
	}
	if count[1] != maxTries || count[2] != 1 {
		t.Errorf("tries by fact: %v", count)
	}
	d := letters(t, l, 1)[0]
	if d.Fact != 1 || d.Subject != "fact.day.a" || d.Consumer != "mail" || d.Tries != maxTries || d.Type != hiring.DayDrafted ||
		d.Reason != "the mail server is away" || string(d.Data) != `{"n":1}` || d.Time.IsZero() {
		t.Errorf("the dead letter is %+v", d)
	}
	settled(t, l)
}

func TestPermanentErrorsAndPanicsAreNeverLost(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft("fact.day.a", 1))
	tries, _ := work(t, l, func(n int, f hiring.Fact) error {
		if f.Seq == 1 {
			return fmt.Errorf("no such address: %w", ErrPermanent)
		}
		panic("poison")
	})
	within(t, tries, "the only try")
	if d := letters(t, l, 1)[0]; d.Tries != 1 {
		t.Errorf("the dead letter is %+v", d)
	}
	mustPublish(t, l, draft("fact.day.b", 2))
	if d := letters(t, l, 2)[1]; d.Tries != maxTries || d.Fact != 2 {
		t.Errorf("the dead letter is %+v", d)
	}
}

func TestReplayDead(t *testing.T) {
	l := newLog(t)
	mended := make(chan struct{})
	mustPublish(t, l, draft("fact.day.a", 1))
	tries, stop := work(t, l, func(int, hiring.Fact) error {
		select {
		case <-mended:
			return nil
		default:
			return ErrPermanent
		}
	})
	first := within(t, tries, "the only try")
	d := letters(t, l, 1)[0]
	if err := l.ReplayDead(t.Context(), d.Seq); err != nil { // fails again, and stays
		t.Fatal(err)
	}
	again := within(t, tries, "the replay")
	if again.Seq != first.Seq || again.ID != first.ID || again.Subject != first.Subject || again.Type != first.Type || string(again.Data) != string(first.Data) {
		t.Errorf("the replay is %+v, the fact was %+v", again, first)
	}
	stop()
	close(mended)
	if n := len(letters(t, l, 1)); n != 1 {
		t.Fatalf("%d dead letters after a failed replay", n)
	}
	if err := l.ReplayDead(t.Context(), d.Seq); err != nil { // waits for the work to run again
		t.Fatal(err)
	}
	work(t, l, func(int, hiring.Fact) error { return nil })
	letters(t, l, 0)
	if err := l.ReplayDead(t.Context(), d.Seq); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("replaying what is gone: %v", err)
	}
	if end, err := l.End(t.Context()); err != nil || end != 1 {
		t.Errorf("replaying wrote to the log: %d, %v", end, err)
	}
}

// Single missed heartbeats, even many over a day, are no news; a row of them is.
func TestSilenceIsToldWhenItLasts(t *testing.T) {
	var s silence
	now := time.Now()
	for range 10 {
		now = now.Add(time.Minute)
		if s.lasts(now) {
			t.Fatal("one missed heartbeat counts as lasting silence")
		}
	}
	told := 0
	for i := range 6 { // the library tells of it every two beats
		now = now.Add(2 * followBeat)
		if s.lasts(now) {
			if told++; i < 2 {
				t.Errorf("told after %d misses", i+1)
			}
		}
	}
	if told != 3 {
		t.Errorf("a silence of 24 s was told %d times, want 3", told)
	}
}
