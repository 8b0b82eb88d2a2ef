package interview

import (
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

func TestRetriesBackOff(t *testing.T) {
	s := retries{byDay: map[hiring.DayID]retry{}}
	now := start
	for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		wait := time.Duration(seconds) * time.Second
		at, fresh := s.failed("d1", now)
		if !fresh || at.Sub(now) != wait {
			t.Fatalf("tried again after %v, want %v", at.Sub(now), wait)
		}
		if same, fresh := s.failed("d1", now.Add(time.Millisecond)); fresh || !same.Equal(at) {
			t.Errorf("another failure meanwhile set %v beside %v", same, at)
		}
		if !s.waits("d1", at.Add(-1)) || s.waits("d1", at) || s.waits("d2", now) {
			t.Errorf("waits until another time than %v", at)
		}
		now = at
	}
	s.done("d1")
	if at, _ := s.failed("d1", now); at.Sub(now) != retryFirst {
		t.Errorf("after a success the wait is %v", at.Sub(now))
	}
}

// While the matcher cannot be asked, a day asks once a wait, whatever stirs it meanwhile; then it goes on.
func TestMatcherAway(t *testing.T) {
	h := newHouse(t)
	r, _ := h.start()
	h.opening("o1")
	h.open("d1", "o1", "2027-03-15T09:00", 1)
	h.mu.Lock()
	h.down = hiring.Errorf(hiring.Unavailable, "away")
	before := h.asked
	h.mu.Unlock()
	refs, _ := h.learners("l", 30, "o1")
	for range 20 {
		h.publish(events.Draft{Subject: hiring.LearnerSubject(refs[0]), Type: hiring.LearnerRecorded,
			Body: hiring.Learner{ID: "l000", Ref: refs[0], Visible: true, RegisteredBy: operator}})
		r.tend(h.ctx, "d1")
	}
	h.mu.Lock()
	if n := h.asked - before; n != 1 {
		t.Errorf("asked %d times within one wait", n)
	}
	h.down = nil
	h.mu.Unlock()
	h.clock.set(start.Add(retryFirst))
	h.await(func(_ hiring.Fact, inv hiring.Invitation) bool {
		return inv.Learner == refs[0] && inv.Status == hiring.Sent
	})
}
