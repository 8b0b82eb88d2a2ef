package interview

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchday/events"
	"matchday/hiring"
)

// Commands come from several people at once, to two processes that are stopped at any moment, between publishing and answering too; who
// got no answer sends the command again. What the log holds in the end is folded anew and counted.
func TestSeatsHoldOverCrashes(t *testing.T) {
	checks(t, times(200, 8))
	h := newHouse(t)
	run := 0
	stops := []func(){h.role(), h.role()}
	rapid.Check(t, func(rt *rapid.T) {
		run++
		o := hiring.OpeningID(fmt.Sprintf("o%d", run))
		h.clock.set(start.Add(time.Duration(run) * time.Second))
		h.opening(o)
		refs, _ := h.learners(fmt.Sprintf("r%d-", run), 4, o)
		days := []hiring.DayID{hiring.DayID(fmt.Sprintf("a%d", run)), hiring.DayID(fmt.Sprintf("b%d", run))}
		for i, day := range days { // at the same time, one in waves of more than it seats
			p := hiring.DayPlan{ID: day, Employer: employer, Title: "T", Zone: "UTC", Openings: []hiring.OpeningID{o}, Wave: 4 * i,
				Run: &hiring.SlotRun{Start: "2027-05-04T09:00", Minutes: 30, Count: 2, Seats: 2 - i}}
			h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: day, Do: hiring.DoDraft, Plan: &p})
			h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: day, Do: hiring.DoOpen})
		}
		for step := range rapid.IntRange(2, 5).Draw(rt, "steps") {
			commands := make([]hiring.DayCommand, rapid.IntRange(1, 6).Draw(rt, "commands"))
			for i := range commands {
				do := rapid.SampledFrom([]hiring.DayAction{hiring.DoAccept, hiring.DoAccept, hiring.DoWait, hiring.DoDecline, hiring.DoWithdraw, hiring.DoMove}).Draw(rt, "do")
				commands[i] = h.reply(do, rapid.SampledFrom(days).Draw(rt, "day"), o, rapid.SampledFrom(refs).Draw(rt, "learner"))
				commands[i].Command = fmt.Sprintf("%d-%d-%d", run, step, i)
				if do == hiring.DoMove || rapid.Bool().Draw(rt, "with slot") {
					at := time.Date(2027, 5, 4, 9, 30*rapid.IntRange(0, 1).Draw(rt, "slot"), 0, 0, time.UTC)
					commands[i].Slot = &at
				}
			}
			crash := rapid.IntRange(-1, 1).Draw(rt, "crash")
			h.volley(rt, commands, func() {
				if crash >= 0 {
					stops[crash]()
					stops[crash] = h.role()
				}
			})
		}
		h.recount(rt, days, refs)
	})
}

// volley sends commands at once while something happens, and again until each is answered.
func (h *house) volley(t *rapid.T, commands []hiring.DayCommand, meanwhile func()) {
	var wg sync.WaitGroup
	problems := make([]error, len(commands))
	for i, c := range commands {
		wg.Go(func() {
			c.Ref = h.secrets.Ref(hiring.KindDay, string(c.Day))
			for range 40 {
				ctx, cancel := context.WithTimeout(h.ctx, 500*time.Millisecond)
				_, err := events.Ask[hiring.DayAnswer](ctx, h.log, c)
				cancel()
				if code := hiring.CodeOf(err); code != hiring.Unavailable && code != hiring.Internal {
					problems[i] = nil
					return
				}
				problems[i] = err
			}
			problems[i] = fmt.Errorf("%s was never answered: %w", c.Do, problems[i])
		})
	}
	meanwhile()
	wg.Wait()
	for _, err := range problems {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// recount folds the log anew and counts seats, talks and waiting.
func (h *house) recount(t *rapid.T, days []hiring.DayID, learners []hiring.LearnerRef) {
	l := newLedger(codeOf)
	end, err := h.log.Last(h.ctx, "fact.>")
	if err != nil {
		t.Fatal(err)
	}
	sent := map[hiring.Ref]int{}
	err = h.log.Watch(h.ctx, "fact.>", 0, func(f hiring.Fact) error {
		if c, err := l.fold(f); err != nil {
			return err
		} else if c.kind == hiring.InvitationSent {
			sent[c.invitation.Ref]++
		}
		if f.Seq >= end.Seq {
			return errFound{}
		}
		return nil
	})
	if !errors.Is(err, errFound{}) {
		t.Fatal(err)
	}
	for ref, n := range sent {
		if n != 1 {
			t.Fatalf("invitation %s was sent %d times", ref, n)
		}
	}
	accepted := map[hiring.LearnerRef]int{}
	for _, id := range days {
		b := l.book(id)
		for _, s := range b.day.Slots {
			if b.free(s) < 0 {
				t.Fatalf("%s: %d more than seats at %v", id, -b.free(s), s.Start)
			}
		}
		for _, inv := range b.invitations {
			if inv.Status == hiring.Accepted {
				accepted[inv.Learner]++
			}
		}
	}
	for _, ref := range learners {
		var talks []hiring.Talk
		if b := l.bookings[ref]; b != nil {
			talks = b.Talks
		}
		if len(talks) != accepted[ref] {
			t.Fatalf("%s accepted %d talks and is booked for %d", ref, accepted[ref], len(talks))
		}
		for i := 1; i < len(talks); i++ {
			if talks[i].Slot.Start.Before(talks[i-1].Slot.End) {
				t.Fatalf("%s sits in two talks at once", ref)
			}
		}
	}
}
