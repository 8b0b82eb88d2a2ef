package interview

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"matchday/hiring"
)

// heard counts a reply in the minute in which it came.
func (b *daybook) heard(kind string, at time.Time) {
	minute := at.UTC().Truncate(time.Minute)
	count := b.replies[minute.Unix()]
	count.Minute = minute
	if count.Count(kind) {
		b.replies[minute.Unix()] = count
	}
}

// viewDashboard shows a day at a glance to those who may view it. Numbers only: so a host of a fair learns of the others' learners no
// more than that there are some.
func (r *Role) viewDashboard(_ context.Context, q hiring.ViewDashboard) (hiring.Dashboard, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := r.ledger.book(q.Day)
	if b.day == nil || !q.Actor.MayViewDay(b.day) {
		return hiring.Dashboard{}, noDay()
	}
	return dashboard(b, r.pos.Now()), nil
}

func dashboard(b *daybook, position uint64) hiring.Dashboard {
	d := hiring.Dashboard{
		Day: b.day.ID, Title: b.day.Title, Zone: b.day.Zone, Status: b.day.Status, Slots: make([]hiring.SlotFill, 0, len(b.day.Slots)),
		Invitations: map[hiring.InvitationStatus]int{}, Presences: map[hiring.Presence]int{}, Waiting: b.waiting, Position: position,
	}
	here := map[int64]int{}
	for _, inv := range b.invitations {
		d.Invitations[inv.Status]++
		if inv.Status != hiring.Accepted || inv.Attendance == nil || inv.Slot == nil {
			continue
		}
		d.Presences[inv.Attendance.Presence]++
		if p := inv.Attendance.Presence; p == hiring.CheckedIn || p == hiring.Attended {
			here[inv.Slot.Start.Unix()]++
		}
	}
	for _, s := range b.day.Slots {
		takes, free := b.day.Capacity(s), b.free(s)
		d.Slots = append(d.Slots, hiring.SlotFill{Slot: s, Takes: takes, Taken: takes - free, Free: max(free, 0), Here: here[s.Start.Unix()]})
	}
	d.Replies = slices.SortedFunc(maps.Values(b.replies), func(x, y hiring.ReplyMinute) int { return cmp.Compare(x.Minute.Unix(), y.Minute.Unix()) })
	d.Replies = append([]hiring.ReplyMinute{}, d.Replies[max(0, len(d.Replies)-hiring.MaxReplyMinutes):]...)
	return d
}
