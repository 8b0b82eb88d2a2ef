package cache

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// errForeign says that Redis holds something under our key that is not ours. It costs the one answer and is no outage.
var errForeign = errors.New("cache: a foreign value")

// pause is how long Redis is left alone after it failed, so that requests do not each wait for it.
const pause = time.Second

// outage remembers whether Redis answers.
type outage struct {
	logger  *slog.Logger
	address string
	now     func() time.Time

	mu    sync.Mutex
	down  bool
	again time.Time // when to try next while down
}

func newOutage(l *slog.Logger, address string, now func() time.Time) *outage {
	return &outage{logger: l, address: address, now: now}
}

// try reports whether Redis should be asked: always while it answers, and by one caller each pause while it does not.
func (o *outage) try() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.down {
		return true
	}
	now := o.now()
	if now.Before(o.again) {
		return false
	}
	o.again = now.Add(pause)
	return true
}

// note takes the outcome of an exchange.
func (o *outage) note(err error) {
	failed := err != nil && !isMiss(err)
	o.mu.Lock()
	defer o.mu.Unlock()
	if failed {
		o.again = o.now().Add(pause)
	}
	if failed == o.down {
		return
	}
	o.down = failed
	if failed {
		o.logger.Warn("Redis does not answer: caching and shared limits are off until it does", "address", o.address, "error", err)
	} else {
		o.logger.Info("Redis answers again", "address", o.address)
	}
}

// isMiss reports whether the error is about the one key only: nothing there, or something that is not ours.
func isMiss(err error) bool {
	return errors.Is(err, redis.Nil) || errors.Is(err, errForeign) || isForeign(err)
}

// isForeign reports whether a command found a value of another kind than we write.
func isForeign(err error) bool {
	return redis.HasErrorPrefix(err, "WRONGTYPE") || redis.HasErrorPrefix(err, "value is not an integer") ||
		redis.HasErrorPrefix(err, "increment or decrement would overflow")
}
