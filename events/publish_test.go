package events

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"matchday/hiring"
)

func TestPublishKeepsTheEnvelope(t *testing.T) {
	l := newLog(t)
	d := Draft{Subject: "fact.day.a", Type: hiring.DayOpened, Source: "interview", ID: "Größe 100% \r\nNats-Rollup: all", Body: body{N: 7}}
	seq := mustPublish(t, l, d)
	f, err := l.Last(t.Context(), "fact.day.a")
	if err != nil {
		t.Fatal(err)
	}
	if f.Seq != seq || f.Subject != d.Subject || f.ID != d.ID || f.Type != d.Type || f.Source != d.Source || f.Time.IsZero() || number(t, f) != 7 {
		t.Errorf("read back %+v", f)
	}
	if end, err := l.End(t.Context()); err != nil || end != seq {
		t.Errorf("End = %d, %v; want %d", end, err, seq)
	}
	if _, err := l.Last(t.Context(), "fact.day.b"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("Last of nothing: %v", err)
	}
}

func TestPublishRefusesWhatCannotBeAFact(t *testing.T) {
	l := newLog(t)
	for _, s := range []string{"", "day.a", "fact.day.*", "fact.>", "fact.day a", "fact..a", "fact.day.", "fact.day.a\r\nPUB x"} {
		if _, err := l.Publish(t.Context(), draft(s, 1)); err == nil {
			t.Errorf("subject %q was taken", s)
		}
	}
	d := draft("fact.day.a", 1)
	d.Body = body{Text: strings.Repeat("x", maxFactSize)}
	if _, err := l.Publish(t.Context(), d); hiring.CodeOf(err) != hiring.TooLarge {
		t.Errorf("an oversized fact: %v", err)
	}
	if end, err := l.End(t.Context()); err != nil || end != 0 {
		t.Errorf("End = %d, %v; want nothing stored", end, err)
	}
}

func TestStaleExpectationWritesNothing(t *testing.T) {
	l := newLog(t)
	first := mustPublish(t, l, draft("fact.day.a", 1))
	for name, d := range map[string]Draft{
		"as if nothing were there": draft("fact.day.a", 2),
		"ahead":                    {Subject: "fact.day.a", Type: "t", Source: "test", Expect: first + 5, Body: body{}},
		"wildcard fence":           {Subject: "fact.day.b", Type: "t", Source: "test", Fence: "fact.day.*", Body: body{}},
	} {
		_, err := l.Publish(t.Context(), d)
		if !errors.Is(err, ErrStale) || hiring.CodeOf(err) != hiring.Stale {
			t.Errorf("%s: %v", name, err)
		}
	}
	next := draft("fact.day.b", 2)
	next.Fence, next.Expect = "fact.day.*", first
	if seq := mustPublish(t, l, next); seq != first+1 {
		t.Errorf("the fenced fact has sequence %d", seq)
	}
	free := draft("fact.day.a", 3)
	free.Unfenced = true
	mustPublish(t, l, free)
}

func TestRetryOfASuccessAnswersSuccess(t *testing.T) {
	l := newLog(t)
	d := draft("fact.day.a", 1)
	d.ID = "command-1"
	seq := mustPublish(t, l, d)
	if again := mustPublish(t, l, d); again != seq {
		t.Errorf("the retry answered %d, not %d", again, seq)
	}
	later := draft("fact.day.a", 2)
	later.Expect = seq
	mustPublish(t, l, later)
	if again := mustPublish(t, l, d); again != seq {
		t.Errorf("the retry after a later fact answered %d, not %d", again, seq)
	}
	free := draft("fact.day.b", 1)
	free.ID, free.Unfenced = "command-2", true
	seq = mustPublish(t, l, free)
	if again := mustPublish(t, l, free); again != seq {
		t.Errorf("the retry without expectation answered %d, not %d", again, seq)
	}
}

func TestOneOfManyWins(t *testing.T) {
	l := newLog(t)
	var wins, stale int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			_, err := l.Publish(context.Background(), draft("fact.day.a", i))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case errors.Is(err, ErrStale):
				stale++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if wins != 1 || stale != 63 {
		t.Errorf("%d won, %d were stale", wins, stale)
	}
}

func TestBatchIsAllOrNothing(t *testing.T) {
	l := newLog(t)
	taken := mustPublish(t, l, draft("fact.day.taken", 0))
	_, err := l.PublishBatch(t.Context(), []Draft{draft("fact.day.a", 1), draft("fact.day.taken", 1), draft("fact.day.b", 1)})
	if !errors.Is(err, ErrStale) {
		t.Errorf("a batch with one stale draft: %v", err)
	}
	fenced := draft("fact.day.b", 1)
	fenced.Fence = "fact.day.*"
	if _, err := l.PublishBatch(t.Context(), []Draft{draft("fact.booking.a", 1), fenced}); !errors.Is(err, ErrStale) {
		t.Errorf("a batch with a stale fence: %v", err)
	}
	if end, err := l.End(t.Context()); err != nil || end != taken {
		t.Fatalf("End = %d, %v: something of a refused batch was stored", end, err)
	}
	fenced.Expect, fenced.ID = taken, "b1"
	one := draft("fact.booking.a", 1)
	one.ID = "a1"
	again := draft("fact.booking.a", 2)
	again.Unfenced, again.ID = true, "a2"
	batch := []Draft{one, fenced, again}
	last, err := l.PublishBatch(t.Context(), batch)
	if err != nil || last != taken+3 {
		t.Fatalf("PublishBatch = %d, %v", last, err)
	}
	if seq, err := l.PublishBatch(t.Context(), batch); err != nil || seq != last {
		t.Errorf("the retry of a batch answered %d, %v", seq, err)
	}
}

func TestManyBatchesAtOnce(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	var wg sync.WaitGroup
	for i := range 120 {
		wg.Go(func() {
			a, b := draft(fmt.Sprintf("fact.day.x%d", i), 1), draft(fmt.Sprintf("fact.booking.x%d", i), 1)
			if _, err := l.PublishBatch(context.Background(), []Draft{a, b}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if end, err := l.End(t.Context()); err != nil || end != 240 {
		t.Errorf("End = %d, %v", end, err)
	}
}

func TestPublishEachSaysWhatBecameOfEach(t *testing.T) {
	l := newLog(t)
	mustPublish(t, l, draft(subject(30), 0))
	var ds []Draft
	for i := range 250 {
		ds = append(ds, draft(subject(i), i))
	}
	ds = append(ds, draft(subject(249), 0), Draft{Subject: "fact.day.*"}) // stale: 249 was written just before; and malformed
	last := uint64(1)
	for i, p := range l.PublishEach(t.Context(), ds) {
		switch i {
		case 30, 250:
			if !errors.Is(p.Err, ErrStale) {
				t.Errorf("draft %d: %v", i, p.Err)
			}
		case 251:
			if hiring.CodeOf(p.Err) != hiring.Internal {
				t.Errorf("draft %d: %v", i, p.Err)
			}
		default:
			if p.Err != nil || p.Seq != last+1 {
				t.Fatalf("draft %d: %d, %v after %d", i, p.Seq, p.Err, last)
			}
			last = p.Seq
		}
	}
}

func TestPublishToABrokerThatIsGone(t *testing.T) {
	s := broker(t, t.TempDir(), "")
	l := connect(t, options(s))
	l.Close()
	if _, err := l.Publish(t.Context(), draft("fact.day.a", 1)); hiring.CodeOf(err) != hiring.Unavailable {
		t.Errorf("Publish: %v", err)
	}
	for i, p := range l.PublishEach(t.Context(), []Draft{draft("fact.day.a", 1), draft("fact.day.b", 1)}) {
		if hiring.CodeOf(p.Err) != hiring.Unavailable || p.Seq != 0 {
			t.Errorf("draft %d: %+v", i, p)
		}
	}
	if err := l.Healthy(t.Context()); hiring.CodeOf(err) != hiring.Unavailable {
		t.Errorf("Healthy: %v", err)
	}
}

func FuzzPercentEncoding(f *testing.F) {
	for _, s := range []string{"", "plain", "a b", "100%", "\"quoted\"", "\r\n", "Größe 😀", "%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := percentEncode(s)
		if strings.ContainsAny(e, " \r\n\"\x00\x7f") {
			t.Errorf("%q is encoded as %q", s, e)
		}
		if d := percentDecode(e); d != s {
			t.Errorf("%q became %q", s, d)
		}
		percentDecode(s)
	})
}

func BenchmarkPublishEach(b *testing.B) {
	l := newLog(b)
	ds := make([]Draft, b.N)
	for i := range ds {
		ds[i] = draft(subject(i), i)
		ds[i].Body = body{N: i, Text: strings.Repeat("x", 600)}
	}
	b.ResetTimer()
	for i, p := range l.PublishEach(b.Context(), ds) {
		if p.Err != nil {
			b.Fatalf("draft %d: %v", i, p.Err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}

func BenchmarkPublish(b *testing.B) {
	l := newLog(b)
	for i := range b.N {
		mustPublish(b, l, draft(subject(i), i))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}
