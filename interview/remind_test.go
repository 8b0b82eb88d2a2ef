package interview

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// reminded lists the reminders in the log, in order: of whom, of which talk, for which leads in hours.
func (h *house) reminded() (list []string) {
	h.t.Helper()
	last, err := h.log.Last(h.ctx, "fact.invitation.>")
	if err != nil {
		h.t.Fatal(err)
	}
	used := map[string]int{}
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		if f.Type == hiring.InvitationReminded {
			key := fmt.Sprint(inv.Learner, inv.Slot.Start)
			for _, lead := range inv.Reminded[used[key]:] {
				list = append(list, fmt.Sprintf("%s %s %d", inv.Learner, inv.Slot.Start.Format("2 15:04"), lead/3600))
			}
			used[key] = len(inv.Reminded)
		}
		return f.Seq == last.Seq
	})
	return list
}

// remindedOf waits for a reminder of a talk for a lead.
func (h *house) remindedOf(start time.Time, hours int64) {
	h.t.Helper()
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		return f.Type == hiring.InvitationReminded && inv.Slot.Start.Equal(start) && slices.Contains(inv.Reminded, hours*3600)
	})
}

// looked waits until the day's loop has looked at the clock, which shows now: a talk of witness, two hours from now, is reminded of.
func (h *house) looked(day hiring.DayID, o hiring.OpeningID, witness hiring.LearnerRef, now time.Time) {
	h.t.Helper()
	h.clock.set(now)
	slot := hiring.Slot{Start: now.Add(2 * time.Hour), End: now.Add(3 * time.Hour), Seats: 1}
	h.talk(hiring.Invitation{
		Ref: h.secrets.InvitationRef(day, o, witness), Day: day, Opening: o, Employer: employer, Learner: witness, Status: hiring.Accepted, Slot: &slot,
	})
	h.remindedOf(slot.Start, 2)
}

// Reminders come at their leads, once: over restarts, over a clock that is stepped back and forward, and none for who did not accept.
func TestRemindersComeOnce(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o")
	refs, _ := h.learners("l", 2, "o")
	witnesses, _ := h.learners("w", 6)
	h.open("day", "o", "2027-03-10T09:00", 1, 1)
	talk := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	h.must(h.reply(hiring.DoAccept, "day", "o", refs[0])) // the other never answers
	at := func(n int, before time.Duration) { h.looked("day", "o", witnesses[n], talk.Add(-before)) }
	mine := func() []string {
		return slices.DeleteFunc(h.reminded(), func(s string) bool { return !strings.HasPrefix(s, string(refs[0])) })
	}
	at(0, 24*time.Hour+time.Second)
	if list := mine(); len(list) != 0 {
		t.Errorf("early: %v", list)
	}
	h.clock.set(talk.Add(-24 * time.Hour))
	h.remindedOf(talk, 24)
	at(1, 25*time.Hour+time.Minute) // the clock is stepped back, and forward again
	at(2, 24*time.Hour-time.Minute)
	stop()
	h.clock.set(talk.Add(-90 * time.Minute)) // the second falls due while nobody looks
	stop = h.role()
	h.remindedOf(talk, 2)
	stop()
	h.clock.set(talk.Add(-150 * time.Minute)) // back to before it, over a restart
	defer h.role()()
	at(3, 149*time.Minute)
	at(4, time.Minute)
	at(5, -time.Hour)
	first := string(refs[0])
	if want := []string{first + " 10 08:00 24", first + " 10 08:00 2"}; !slices.Equal(mine(), want) {
		t.Errorf("%v, want %v", mine(), want)
	}
}

// What fell due while nobody looked is sent once for both leads, before the talk; and never when the talk is over.
func TestLateRemindersComeBeforeTheTalkOnly(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o")
	refs, _ := h.learners("l", 2, "o")
	h.open("day", "o", "2027-03-10T09:00", 1, 1)
	first, second := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC), time.Date(2027, 3, 10, 9, 0, 0, 0, time.UTC)
	h.must(h.reply(hiring.DoAccept, "day", "o", refs[0]))
	h.must(h.reply(hiring.DoAccept, "day", "o", refs[1]))
	stop()
	h.clock.set(first) // begun
	defer h.role()()
	h.remindedOf(second, 2)
	facts := 0
	last, err := h.log.Last(h.ctx, "fact.invitation.>")
	if err != nil {
		t.Fatal(err)
	}
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		if f.Type == hiring.InvitationReminded {
			facts++
			if !inv.Slot.Start.Equal(second) || !slices.Equal(inv.Reminded, []int64{24 * 3600, 2 * 3600}) {
				t.Errorf("reminded of %v for %v", inv.Slot.Start, inv.Reminded)
			}
		}
		return f.Seq == last.Seq
	})
	if facts != 1 {
		t.Errorf("%d reminders", facts)
	}
}

// A talk that was moved is reminded of at its new time only.
func TestMovedTalkIsRemindedOfAnew(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o")
	refs, _ := h.learners("l", 1, "o")
	h.open("day", "o", "2027-03-10T09:00", 1, 1)
	inv := *h.must(h.reply(hiring.DoAccept, "day", "o", refs[0])).Invitation
	if inv.Revised == nil || !inv.Revised.Equal(h.clock.now()) {
		t.Errorf("revised at %v", inv.Revised)
	}
	before := inv.Slot.Start
	h.clock.set(before.Add(-24 * time.Hour))
	h.remindedOf(before, 24)
	now := h.clock.now()
	inv.Slot = &hiring.Slot{Start: before.AddDate(0, 0, 3), End: before.AddDate(0, 0, 3).Add(time.Hour), Seats: 1}
	inv.Reminded, inv.RemindedOf, inv.Sequence, inv.Revised = []int64{24 * 3600}, &before, 1, &now
	h.talk(inv)
	h.clock.set(inv.Slot.Start.Add(-24 * time.Hour))
	h.remindedOf(inv.Slot.Start, 24)
	h.clock.set(inv.Slot.Start.Add(-2 * time.Hour))
	h.remindedOf(inv.Slot.Start, 2)
	who := string(refs[0])
	if want := []string{who + " 10 08:00 24", who + " 13 08:00 24", who + " 13 08:00 2"}; !slices.Equal(h.reminded(), want) {
		t.Errorf("%v, want %v", h.reminded(), want)
	}
}

// Two processes that look at once make each reminder once: the broker refuses the second.
func TestTwoProcessesRemindOnce(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.role()
	h.opening("o")
	const n = 130 // more than one batch
	refs, _ := h.learners("l", n, "o")
	h.open("day", "o", "2027-03-10T09:00", n)
	for _, ref := range refs {
		h.must(h.reply(hiring.DoAccept, "day", "o", ref))
	}
	talk := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	for _, hours := range []int64{24, 2} {
		h.clock.set(talk.Add(-time.Duration(hours) * time.Hour))
		left := n
		seen := map[hiring.LearnerRef]bool{}
		h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
			if f.Type == hiring.InvitationReminded && slices.Contains(inv.Reminded, hours*3600) {
				if seen[inv.Learner] {
					t.Errorf("%s was reminded twice", inv.Learner)
				}
				seen[inv.Learner] = true
				left--
			}
			return left == 0
		})
	}
	if list := h.reminded(); len(list) != 2*n {
		t.Errorf("%d reminders of %d talks", len(list), n)
	}
}
