package interview

import (
	"testing"
	"time"

	"matchday/hiring"
)

// A wave goes out when nobody of the one before can answer any more, not earlier by that clock, and once: over a clock that is stepped
// back and forward an hour, over a restart past the time, and with two processes that both find it due.
func TestWavesGoOutOnce(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o1")
	refs, _ := h.learners("l", 6, "o1")
	p := hiring.DayPlan{ID: "d1", Employer: employer, Title: "Interviews", Zone: "UTC", Openings: []hiring.OpeningID{"o1"}, Wave: 2,
		Slots: []hiring.LocalSlot{{Start: "2027-04-15T09:00", Minutes: 60, Seats: 1}}}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoDraft, Plan: &p})
	// Opening it again shows that the day's loop has looked at the clock: it invites whoever is due.
	look := func(at time.Time) {
		h.clock.set(at)
		h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "d1", Do: hiring.DoOpen})
	}
	sent := func() map[hiring.LearnerRef]int {
		counts := map[hiring.LearnerRef]int{}
		last, err := h.log.Last(h.ctx, "fact.invitation.>")
		if err != nil {
			t.Fatal(err)
		}
		h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
			if f.Type == hiring.InvitationSent {
				counts[inv.Learner]++
			}
			return f.Seq == last.Seq
		})
		return counts
	}
	end := start.Add(defaultReplyWithin)
	for _, at := range []time.Time{start, end.Add(-time.Hour), end.Add(-2 * time.Hour), end.Add(-1), end.Add(-time.Hour)} {
		look(at)
		if got := sent(); len(got) != 2 {
			t.Fatalf("%v before the end %d are invited, want 2", end.Sub(at), len(got))
		}
	}
	stop()
	h.clock.set(end)
	stop = h.role()
	second := h.role()
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		return f.Type == hiring.InvitationSent && inv.Learner == refs[3]
	})
	for _, at := range []time.Time{end.Add(-time.Hour), end.Add(time.Hour), end, end.Add(defaultReplyWithin - 1)} {
		look(at)
	}
	second()
	stop()
	h.role()
	look(end.Add(defaultReplyWithin - 1))
	got := sent()
	for i, want := range []int{1, 1, 1, 1, 0, 0} {
		if got[refs[i]] != want {
			t.Errorf("learner %d was invited %d times, want %d", i, got[refs[i]], want)
		}
	}
}
