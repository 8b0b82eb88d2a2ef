package interview

import (
	"context"
	"sync"
	"time"

	"matchday/hiring"
)

// queueLimit bounds the commands that wait for one day.
const queueLimit = 4096

// loopIdle is how long a loop without anything to do lives on.
const loopIdle = time.Minute

// loops holds the loop of every day that had something to do of late.
type loops struct {
	mu    sync.Mutex
	byDay map[hiring.DayID]*loop
	start func(*loop)
}

// put gives the day's loop something to do, starting it when there is none. A loop cannot end in between.
func (s *loops) put(day hiring.DayID, give func(*loop)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.byDay[day]
	if l == nil {
		l = &loop{day: day, wake: make(chan struct{}, 1)}
		s.byDay[day] = l
		s.start(l)
	}
	l.mu.Lock()
	give(l)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// end forgets a loop that has nothing to do, and reports whether it had nothing.
func (s *loops) end(l *loop) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) > 0 || l.untended {
		return false
	}
	delete(s.byDay, l.day)
	return true
}

// tend makes the day's loop look at what is due.
func (s *loops) tend(day hiring.DayID) {
	s.put(day, func(l *loop) { l.untended = true })
}

// ask queues a command in its day's loop and waits for what became of it.
func (s *loops) ask(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	req := request{ctx: ctx, command: c, reply: make(chan result, 1)}
	full := false
	s.put(c.Day, func(l *loop) {
		if full = len(l.queue) >= queueLimit; !full {
			l.queue = append(l.queue, req)
		}
	})
	if full {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Unavailable, "too many commands wait for this day").Mend("try again shortly")
	}
	select {
	case res := <-req.reply:
		return res.answer, res.err
	case <-ctx.Done():
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Unavailable, "the command was not carried out in time").
			Mend("send it again with the same command id")
	}
}

// loop is the one decider of a day in this process: commands queue here and are carried out one after another; replies
// that came meanwhile are written at once.
type loop struct {
	day  hiring.DayID
	wake chan struct{}

	mu       sync.Mutex
	queue    []request
	untended bool
}

// request is a command that waits for its answer. The reply has room for one result, so that a loop never waits for an asker.
type request struct {
	ctx     context.Context // the asker's: nothing is decided for one who left
	command hiring.DayCommand
	reply   chan result
}

type result struct {
	answer hiring.DayAnswer
	err    error
}

// take empties the queue.
func (l *loop) take() (queue []request, untended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, untended = l.queue, l.untended
	l.queue, l.untended = nil, false
	return queue, untended
}

// run carries out commands and tends the day until ctx ends, or nothing was to do for loopIdle.
func (l *loop) run(ctx context.Context, r *Role) {
	idle := time.NewTimer(loopIdle)
	defer idle.Stop()
	for {
		idle.Reset(loopIdle)
		select {
		case <-ctx.Done():
			return
		case <-idle.C:
			if r.loops.end(l) {
				return
			}
			continue
		case <-l.wake:
		}
		queue, untended := l.take()
		for len(queue) > 0 {
			n := groupOf(queue)
			untended = r.serveAll(ctx, l.day, queue[:n]) || untended
			queue = queue[n:]
		}
		if untended {
			r.tend(ctx, l.day)
		}
	}
}
