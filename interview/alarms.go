package interview

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"matchday/hiring"
)

// look is how often alarms look at the clock at least: a clock that is stepped, or a machine that slept, makes nothing late for
// longer than this.
const look = 200 * time.Millisecond

// alarm is a time at which something may be due on a day.
type alarm struct {
	at  int64 // nanoseconds of Unix time
	day hiring.DayID
}

// alarms wakes days when something may be due. It is rebuilt from facts; an alarm for nothing is harmless, for what is due is
// decided by the state and the clock.
type alarms struct {
	mu    sync.Mutex
	queue alarmQueue
	set   map[alarm]struct{}
	moved chan struct{}
}

func newAlarms() *alarms {
	return &alarms{set: map[alarm]struct{}{}, moved: make(chan struct{}, 1)}
}

// at sets an alarm; the same one twice is one.
func (a *alarms) at(t time.Time, day hiring.DayID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	x := alarm{t.UnixNano(), day}
	if _, ok := a.set[x]; ok {
		return
	}
	a.set[x] = struct{}{}
	heap.Push(&a.queue, x)
	if a.queue[0] == x {
		select {
		case a.moved <- struct{}{}:
		default:
		}
	}
}

// due takes the alarms at or before now and returns their days, each once, in order of time.
func (a *alarms) due(now time.Time) []hiring.DayID {
	a.mu.Lock()
	defer a.mu.Unlock()
	var days []hiring.DayID
	seen := map[hiring.DayID]bool{}
	for len(a.queue) > 0 && a.queue[0].at <= now.UnixNano() {
		x := heap.Pop(&a.queue).(alarm)
		delete(a.set, x)
		if !seen[x.day] {
			seen[x.day] = true
			days = append(days, x.day)
		}
	}
	return days
}

// wait is how long to sleep from now on: until the next alarm, and at most look.
func (a *alarms) wait(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		return time.Hour
	}
	return min(max(time.Duration(a.queue[0].at-now.UnixNano()), time.Millisecond), look)
}

// run fires alarms until ctx ends.
func (a *alarms) run(ctx context.Context, now func() time.Time, fire func(hiring.DayID)) {
	for {
		for _, day := range a.due(now()) {
			fire(day)
		}
		timer := time.NewTimer(a.wait(now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-a.moved:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// alarmQueue is a heap of alarms, the earliest first.
type alarmQueue []alarm

func (q alarmQueue) Len() int           { return len(q) }
func (q alarmQueue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q alarmQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *alarmQueue) Push(x any)        { *q = append(*q, x.(alarm)) }
func (q *alarmQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
