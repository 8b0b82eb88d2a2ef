package cache

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// cases are the two implementations; each gets a clock that only the test moves.
func cases(t *testing.T, run func(t *testing.T, c Closer, advance func(time.Duration))) {
	t.Helper()
	for name, url := range map[string]func(*testing.T) string{
		"in process": func(*testing.T) string { return "" },
		"redis":      func(t *testing.T) string { return startRedis(t).url },
	} {
		t.Run(name, func(t *testing.T) {
			now := newHand()
			run(t, open(t, url(t), clock(now.Now), Keyed("secret")), now.advance)
		})
	}
}

func open(t *testing.T, url string, with ...Option) Closer {
	t.Helper()
	c, err := Open(t.Context(), url, with...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// clock replaces time.Now.
func clock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// hand is a clock moved by hand. It starts at the beginning of a minute.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func newHand() *hand { return &hand{now: time.Date(2030, 1, 2, 3, 4, 0, 0, time.UTC)} }

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func get(t *testing.T, c Cache, key string) ([]byte, bool) {
	t.Helper()
	value, ok, err := c.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return value, ok
}

func set(t *testing.T, c Cache, key, value string, ttl time.Duration) {
	t.Helper()
	if err := c.Set(t.Context(), key, []byte(value), ttl); err != nil {
		t.Fatal(err)
	}
}

func hit(t *testing.T, c Cache, key, want string) {
	t.Helper()
	if value, ok := get(t, c, key); !ok || string(value) != want {
		t.Errorf("%q holds %.40q, %v; want %.40q", key, value, ok, want)
	}
}

func miss(t *testing.T, c Cache, key string) {
	t.Helper()
	if value, ok := get(t, c, key); ok {
		t.Errorf("%q holds %.40q, want nothing", key, value)
	}
}

func count(t *testing.T, c Cache, key string, window time.Duration, want int64) {
	t.Helper()
	if n, err := c.Count(t.Context(), key, window); err != nil || n != want {
		t.Errorf("%q counted %d, %v; want %d", key, n, err, want)
	}
}

func TestWhatIsSetIsGot(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		miss(t, c, "a")
		set(t, c, "a", "1", time.Hour)
		set(t, c, "b", "\x00\xff\r\n", time.Hour)
		set(t, c, "", "no name", time.Hour)
		set(t, c, "key with space\r\n*", "", time.Hour)
		hit(t, c, "a", "1")
		hit(t, c, "b", "\x00\xff\r\n")
		hit(t, c, "", "no name")
		hit(t, c, "key with space\r\n*", "")
		set(t, c, "a", "2", time.Hour)
		hit(t, c, "a", "2")
		miss(t, c, "A")
	})
}

func TestValuesAreCopies(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		mine := []byte("mine")
		if err := c.Set(t.Context(), "k", mine, time.Hour); err != nil {
			t.Fatal(err)
		}
		mine[0] = 'x'
		got, _ := get(t, c, "k")
		copy(got, "yyyy")
		hit(t, c, "k", "mine")
	})
}

func TestWhatCannotBeKeptIsForgotten(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		most := string(bytes.Repeat([]byte("x"), MaxValue))
		set(t, c, "k", most, time.Hour)
		hit(t, c, "k", most)
		set(t, c, "k", most+"x", time.Hour)
		miss(t, c, "k")
		for _, ttl := range []time.Duration{0, -time.Hour} {
			set(t, c, "k", "before", time.Hour)
			set(t, c, "k", "after", ttl)
			miss(t, c, "k")
		}
	})
}

func TestCountsSlideOverTwoWindows(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, advance func(time.Duration)) {
		for want := range int64(60) {
			count(t, c, "k", time.Minute, want+1)
		}
		count(t, c, "other", time.Minute, 1)
		count(t, c, "k", time.Hour, 1)
		advance(59 * time.Second)
		count(t, c, "k", time.Minute, 61)
		advance(16 * time.Second) // a quarter into the next window: three quarters of 61 still count
		count(t, c, "k", time.Minute, 1+45)
		advance(30 * time.Second) // three quarters
		count(t, c, "k", time.Minute, 2+15)
		advance(2 * time.Minute) // both windows are past
		count(t, c, "k", time.Minute, 1)
	})
}

func TestCountsAddUpWhenManyCount(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		const n = 200
		var mu sync.Mutex
		seen := map[int64]bool{}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range n / 8 {
					got, err := c.Count(t.Context(), "k", time.Minute)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					seen[got] = true
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if len(seen) != n || !seen[n] {
			t.Errorf("%d events were given %d counts", n, len(seen))
		}
	})
}

func TestTooShortWindowsAreRefused(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		for _, w := range []time.Duration{0, -time.Second, time.Microsecond} {
			if _, err := c.Count(t.Context(), "k", w); err == nil || !strings.Contains(err.Error(), "window") {
				t.Errorf("%v: %v", w, err)
			}
		}
	})
}

func TestAnEndedContextIsTheOnlyError(t *testing.T) {
	cases(t, func(t *testing.T, c Closer, _ func(time.Duration)) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err1 := c.Get(ctx, "k")
		err2 := c.Set(ctx, "k", nil, time.Hour)
		_, err3 := c.Count(ctx, "k", time.Minute)
		for _, err := range []error{err1, err2, err3} {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		set(t, c, "k", "1", time.Hour) // and it is no outage
		hit(t, c, "k", "1")
	})
}
