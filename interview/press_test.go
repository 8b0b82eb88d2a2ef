package interview

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"matchday/events"
	"matchday/hiring"
)

func pressDraft(subject string, expect uint64) events.Draft {
	return events.Draft{Subject: subject, Type: hiring.BookingChanged, Source: source, Body: map[string]int{"n": 1}, Expect: expect}
}

// What waits together and does not touch goes in one batch; who comes back to a subject waits for the next.
func TestPressTakesWhatDoesNotTouch(t *testing.T) {
	p := press{}
	fenced := func(subject, fence string) events.Draft {
		d := pressDraft(subject, 0)
		d.Fence = fence
		return d
	}
	big := make([]events.Draft, pressMost)
	for i := range big {
		big[i] = pressDraft(fmt.Sprintf("fact.booking.big%d", i), 0)
	}
	for _, drafts := range [][]events.Draft{
		{fenced("fact.invitation.a.o.l1", "fact.invitation.a.>"), pressDraft("fact.booking.l1", 0)},
		{fenced("fact.invitation.b.o.l1", "fact.invitation.b.>"), pressDraft("fact.booking.l1", 0)}, // the same learner
		{fenced("fact.invitation.a.o.l2", "fact.invitation.a.>")},                                   // the same day
		{fenced("fact.invitation.c.o.l3", "fact.invitation.c.>"), pressDraft("fact.booking.l3", 0)},
		big,
	} {
		p.jobs = append(p.jobs, &job{drafts: drafts})
	}
	var turns []string
	for jobs := p.next(); len(jobs) > 0; jobs = p.next() {
		turn := ""
		for _, j := range jobs {
			turn += j.drafts[0].Subject + " "
		}
		turns = append(turns, turn)
	}
	want := []string{
		"fact.invitation.a.o.l1 fact.invitation.c.o.l3 ", "fact.invitation.b.o.l1 fact.invitation.a.o.l2 ", "fact.booking.big0 ",
	}
	if fmt.Sprint(turns) != fmt.Sprint(want) || p.busy {
		t.Errorf("turns are %q, want %q", turns, want)
	}
}

// One decision that stands on an old state is refused alone; each of the others learns where its own last fact stands.
func TestPressRefusesOnlyWhoIsStale(t *testing.T) {
	h := newHouse(t)
	p := press{log: h.log}
	var all sync.WaitGroup
	const days = 20
	seqs, errs := make([]uint64, days), make([]error, days)
	for i := range days {
		all.Go(func() {
			expect := uint64(0)
			if i == 7 {
				expect = 5 // nothing was ever written there
			}
			drafts := []events.Draft{pressDraft(fmt.Sprintf("fact.booking.a%d", i), expect), pressDraft(fmt.Sprintf("fact.booking.b%d", i), 0)}
			seqs[i], errs[i] = p.publish(h.ctx, drafts)
		})
	}
	all.Wait()
	p.done.Wait()
	for i := range days {
		if i == 7 {
			if !errors.Is(errs[i], events.ErrStale) {
				t.Errorf("a stale decision: %d, %v", seqs[i], errs[i])
			}
			if f, err := h.log.Last(h.ctx, "fact.booking.b7"); err == nil {
				t.Errorf("half of a refused decision stands at %d", f.Seq)
			}
			continue
		}
		f, err := h.log.Last(h.ctx, fmt.Sprintf("fact.booking.b%d", i))
		if errs[i] != nil || err != nil || f.Seq != seqs[i] {
			t.Errorf("decision %d: told %d, %v; stands at %d, %v", i, seqs[i], errs[i], f.Seq, err)
		}
	}
}
