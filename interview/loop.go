package interview

import (
	"context"
	"sync"

	"matchday/hiring"
)

// queueLimit bounds the commands that wait for one day.
const queueLimit = 4096

// loops holds the loop of every day that had something to do.
type loops struct {
	mu    sync.Mutex
	byDay map[hiring.DayID]*loop
	start func(*loop)
}

// of returns the day's loop, starting it when it is new.
func (s *loops) of(day hiring.DayID) *loop {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.byDay[day]
	if l == nil {
		l = &loop{day: day, wake: make(chan struct{}, 1)}
		s.byDay[day] = l
		s.start(l)
	}
	return l
}

// tend makes the day's loop look at what is due.
func (s *loops) tend(day hiring.DayID) {
	l := s.of(day)
	l.mu.Lock()
	l.untended = true
	l.mu.Unlock()
	l.signal()
}

// loop is the one decider of a day in this process: commands queue here and are carried out one after another.
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

// ask queues a command and waits for what became of it.
func (l *loop) ask(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	req := request{ctx: ctx, command: c, reply: make(chan result, 1)}
	l.mu.Lock()
	full := len(l.queue) >= queueLimit
	if !full {
		l.queue = append(l.queue, req)
	}
	l.mu.Unlock()
	if full {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Unavailable, "too many commands wait for this day").Mend("try again shortly")
	}
	l.signal()
	select {
	case res := <-req.reply:
		return res.answer, res.err
	case <-ctx.Done():
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Unavailable, "the command was not carried out in time").
			Mend("send it again with the same command id")
	}
}

func (l *loop) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take empties the queue.
func (l *loop) take() (queue []request, untended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, untended = l.queue, l.untended
	l.queue, l.untended = nil, false
	return queue, untended
}

// run carries out commands and tends the day until ctx ends.
func (l *loop) run(ctx context.Context, r *Role) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		queue, untended := l.take()
		for _, req := range queue {
			if req.ctx.Err() != nil {
				continue
			}
			answer, err := r.carryOut(ctx, req.command)
			req.reply <- result{answer, err}
			untended = untended || err == nil && req.command.Do == hiring.DoDecline
		}
		if untended {
			r.tend(ctx, l.day)
		}
	}
}
