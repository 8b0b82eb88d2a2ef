package interview

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchday/hiring"
)

func (s *loops) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byDay)
}

// An idle loop ends, and the next thing to do on its day starts another.
func TestIdleLoopsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Role{now: time.Now, ledger: newLedger(codeOf), world: hiring.NewWorld(), alarms: newAlarms()}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var loops sync.WaitGroup
		r.loops = loopsOf(func(l *loop) { loops.Go(func() { l.run(ctx, r) }) })
		r.loops.tend("d1")
		time.Sleep(loopIdle / 2)
		r.loops.tend("d1")
		time.Sleep(loopIdle - time.Second)
		if n := r.loops.count(); n != 1 {
			t.Errorf("%d loops before they were idle for long", n)
		}
		loops.Wait() // by itself
		if n := r.loops.count(); n != 0 {
			t.Errorf("%d loops are kept", n)
		}
		c := hiring.DayCommand{Day: "d1", Do: hiring.DoOpen}
		if _, err := r.loops.ask(ctx, c); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("the next loop answers %v", err)
		}
		loops.Wait()
	})
}

// A loop that is about to end takes what is given to it, or another does: nothing is lost in between.
func TestNothingIsLostWhileLoopsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Role{now: time.Now, ledger: newLedger(codeOf), world: hiring.NewWorld(), alarms: newAlarms()}
		ctx, cancel := context.WithCancel(t.Context())
		r.loops = loopsOf(func(l *loop) { go l.run(ctx, r) })
		for range 200 {
			var askers sync.WaitGroup
			for range 4 {
				askers.Go(func() {
					if _, err := r.loops.ask(ctx, hiring.DayCommand{Day: "d1", Do: hiring.DoClose}); hiring.CodeOf(err) != hiring.NotFound {
						t.Errorf("answered %v", err)
					}
				})
			}
			askers.Wait()
			time.Sleep(loopIdle) // the loop's own timer fires at the same instant
		}
		cancel()
	})
}

func loopsOf(start func(*loop)) loops { return loops{byDay: map[hiring.DayID]*loop{}, start: start} }

// Whatever token: days that nobody may draft get no loop.
func TestMadeUpDaysMakeNoLoops(t *testing.T) {
	h := newHouse(t)
	r, _ := h.start()
	h.opening("o1")
	learner := hiring.Actor{Role: hiring.RoleLearner, Subject: "l1"}
	for i := range 50 {
		p := hiring.DayPlan{ID: hiring.DayID(fmt.Sprintf("made-up-%d", i)), Employer: employer, Title: "x", Zone: "UTC", Openings: []hiring.OpeningID{"o1"},
			Slots: []hiring.LocalSlot{{Start: "2027-03-15T09:00", Minutes: 60, Seats: 1}}}
		if _, err := h.do(hiring.DayCommand{Asked: hiring.Asked{Actor: learner}, Day: p.ID, Do: hiring.DoDraft, Plan: &p}); hiring.CodeOf(err) != hiring.Forbidden {
			t.Fatalf("a learner's draft: %v", err)
		}
		p.Zone = "Nowhere"
		if _, err := h.do(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: p.ID, Do: hiring.DoDraft, Plan: &p}); hiring.CodeOf(err) != hiring.Impossible {
			t.Fatalf("an impossible draft: %v", err)
		}
	}
	r.loops.mu.Lock()
	defer r.loops.mu.Unlock()
	if n := len(r.loops.byDay); n != 0 {
		t.Errorf("%d loops", n)
	}
}
