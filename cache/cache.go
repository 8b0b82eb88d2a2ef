// Package cache keeps hot data that can be computed again: pages of rankings, answers to repeated requests, request counts. It is
// never truth. Emptying it, losing it or filling it with rubbish may slow an answer and never changes one.
//
// [Open] without an address keeps the data in this process, bounded in memory; with one, in Redis (7.0 or later), where several
// processes share it. While Redis is out of reach, answers wrongly or holds what this installation did not write, reads miss, writes
// are lost and counts go on in this process alone: a limit then holds for each process instead of for all. No request fails of
// it. An outage is logged once when it begins and once when it ends.
//
// All of it is safe for concurrent use. Bytes that go in and come out are copies.
package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Cache keeps values for a while and counts events.
type Cache interface {
	// Get returns the value of a key; false when it is not, or no longer, known. The only error is that of a context that ended.
	Get(ctx context.Context, key string) ([]byte, bool, error)
	// Set keeps a value for at most ttl. One beyond [MaxValue], or with no time to live, is not kept and forgets the one before it.
	// The only error is that of a context that ended.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Count adds one event under key and returns about how many there were within the window before now, this one included. It
	// weighs two fixed windows: all of the current one and, of the one before it, the share that the sliding window still covers.
	// The key of each window length counts by itself. The error is that of a context that ended, or a window below a millisecond.
	Count(ctx context.Context, key string, window time.Duration) (int64, error)
}

// Closer is a Cache that somebody must close.
type Closer interface {
	Cache
	io.Closer
}

// MaxValue bounds one value, in bytes.
const MaxValue = 1 << 20

// Option changes how a cache is opened.
type Option func(*options)

type options struct {
	key    string
	logger *slog.Logger
	now    func() time.Time
}

// Keyed gives a secret of the installation: keys in Redis are prefixed with a hash of it and values are authenticated by it, so that
// installations may share a Redis and nothing that somebody else writes there is believed. It must be the same for all processes of
// an installation. Without it, values are only guarded against damage.
func Keyed(secret string) Option { return func(o *options) { o.key = secret } }

// LogTo names the logger; the default is slog.Default().
func LogTo(l *slog.Logger) Option { return func(o *options) { o.logger = l } }

// Open opens the cache at a Redis URL (redis://, rediss:// or unix://), or in this process when the URL is empty. It fails for a
// malformed URL, not for a Redis that does not answer: that is an outage like any other.
func Open(ctx context.Context, redisURL string, with ...Option) (Closer, error) {
	o := options{logger: slog.Default(), now: time.Now}
	for _, option := range with {
		option(&o)
	}
	local, err := newMemory(o.now, memoryBytes, memoryCounts)
	if err != nil {
		return nil, err
	}
	if redisURL == "" {
		return local, nil
	}
	shared, err := newRemote(ctx, redisURL, local, o)
	if err != nil {
		return nil, errors.Join(err, local.Close())
	}
	return shared, nil
}

// window is a place in time as Count sees it.
type window struct {
	length time.Duration
	number int64   // of the current fixed window, counted from the epoch
	before float64 // the share of the window before it that still counts, in (0, 1]
}

func windowAt(now time.Time, length time.Duration) (window, error) {
	if length < time.Millisecond {
		return window{}, fmt.Errorf("cache: a window of %v cannot be counted; give a millisecond or more", length)
	}
	ns := now.UnixNano()
	passed := ns % int64(length)
	return window{length, ns / int64(length), 1 - float64(passed)/float64(length)}, nil
}

// count weighs the counts of the window before and of the current one.
func (w window) count(before, current int64) int64 {
	return current + int64(float64(before)*w.before)
}
