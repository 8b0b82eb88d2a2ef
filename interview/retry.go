package interview

import (
	"sync"
	"time"

	"matchday/hiring"
)

// How long a day waits before it is tried again: twice as long each time.
const (
	retryFirst = time.Second
	retryMost  = time.Minute
)

// retries knows which days could not be tended, and when they are tried again: one time a day, however many attempts fail.
type retries struct {
	mu    sync.Mutex
	byDay map[hiring.DayID]retry
}

type retry struct {
	at   time.Time
	wait time.Duration
}

// failed notes a failure now. It returns when the day is tried again, and whether that was not settled already.
func (s *retries) failed(day hiring.DayID, now time.Time) (at time.Time, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, again := s.byDay[day]
	if again && now.Before(old.at) {
		return old.at, false
	}
	next := retry{wait: retryFirst}
	if again {
		next.wait = min(2*old.wait, retryMost)
	}
	next.at = now.Add(next.wait)
	s.byDay[day] = next
	return next.at, true
}

// waits reports whether a day is to be left alone still.
func (s *retries) waits(day hiring.DayID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.byDay[day].at)
}

// done forgets the failures of a day.
func (s *retries) done(day hiring.DayID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byDay, day)
}
