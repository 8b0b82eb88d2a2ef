package cache

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
)

// What a cache in process may hold. Beyond it, what is used least goes first.
const (
	memoryBytes  = 64 << 20 // of keys, values and their bookkeeping
	memoryCounts = 100_000  // keys counted, of about 200 bytes each
)

// memory is the cache of one process.
type memory struct {
	values *otter.Cache[string, entry]
	counts *otter.Cache[string, tally]
	now    func() time.Time
}

type entry struct {
	value []byte
	ttl   time.Duration
}

// tally is the count of one key in the current window and the one before it.
type tally struct {
	window          window
	before, current int64
}

// newMemory makes a cache that holds about so many bytes of values and so many counts.
func newMemory(now func() time.Time, most uint64, keys int) (*memory, error) {
	values, err := otter.New(&otter.Options[string, entry]{
		MaximumWeight:    most,
		Weigher:          func(key string, e entry) uint32 { return uint32(len(key) + len(e.value) + 128) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, entry]) time.Duration { return e.Value.ttl }),
		Clock:            ticker(now),
	})
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	counts, err := otter.New(&otter.Options[string, tally]{
		MaximumSize: keys,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, tally]) time.Duration {
			return 2 * e.Value.window.length
		}),
		Clock: ticker(now),
	})
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &memory{values, counts, now}, nil
}

// Get implements [Cache].
func (m *memory) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	e, ok := m.values.GetIfPresent(key)
	return bytes.Clone(e.value), ok, nil
}

// Set implements [Cache].
func (m *memory) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(value) > MaxValue || ttl <= 0 {
		m.values.Invalidate(key)
		return nil
	}
	m.values.Set(key, entry{bytes.Clone(value), ttl})
	return nil
}

// Count implements [Cache].
func (m *memory) Count(ctx context.Context, key string, length time.Duration) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	w, err := windowAt(m.now(), length)
	if err != nil {
		return 0, err
	}
	t, _ := m.counts.Compute(fmt.Sprintf("%d:%s", length, key), func(t tally, _ bool) (tally, otter.ComputeOp) {
		return t.add(w), otter.WriteOp
	})
	return w.count(t.before, t.current), nil
}

// add counts one event in the window w.
func (t tally) add(w window) tally {
	switch w.number - t.window.number {
	case 0:
	case 1:
		t.before, t.current = t.current, 0
	default:
		t.before, t.current = 0, 0
	}
	t.window = w
	t.current++
	return t
}

// Close implements [io.Closer].
func (m *memory) Close() error {
	m.values.StopAllGoroutines()
	m.counts.StopAllGoroutines()
	return nil
}

// ticker is the clock of otter over a function that tells the time.
type ticker func() time.Time

// NowNano returns the time in nanoseconds since the epoch.
func (t ticker) NowNano() int64 { return t().UnixNano() }

// Tick returns a channel for the periodic removal of what has expired.
func (t ticker) Tick(d time.Duration) <-chan time.Time { return time.Tick(d) }
