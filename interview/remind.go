package interview

import (
	"context"
	"slices"
	"time"

	"matchday/hiring"
)

// remindMost bounds the reminders that one batch publishes.
const remindMost = 100

// remind publishes the reminders that are due on a day. Each is a fact under the day's fence, so that it is made once whoever makes it,
// and the mail about it is delivered by those who follow facts.
func (r *Role) remind(ctx context.Context, day hiring.DayID) error {
	for {
		done, err := r.commit(ctx, day, func(b *daybook, _ surroundings, now time.Time) ([]change, error) {
			return reminders(b, now), nil
		})
		if err != nil || len(done) == 0 {
			return err
		}
	}
}

// reminders are the changes that remind of talks: one for each talk, however many of its leads have come meanwhile.
func reminders(b *daybook, now time.Time) []change {
	if b.day == nil || b.day.Status == hiring.StatusCancelled {
		return nil
	}
	leads := b.day.LeadTimes()
	var changes []change
	for _, inv := range b.invitations {
		if due := inv.Due(leads, now); len(due) > 0 {
			next := inv.Remind(due)
			changes = append(changes, change{kind: hiring.InvitationReminded, invitation: &next})
		}
	}
	slices.SortFunc(changes, func(x, y change) int { return x.invitation.Slot.Start.Compare(y.invitation.Slot.Start) })
	return changes[:min(len(changes), remindMost)]
}

// expect sets the alarms for a talk's reminders; the caller holds mu.
func (r *Role) expect(c change) {
	inv := c.invitation
	if inv == nil || inv.Status != hiring.Accepted || inv.Slot == nil || !r.now().Before(inv.Slot.Start) {
		return
	}
	if b := r.ledger.book(inv.Day); b.day != nil {
		for _, lead := range b.day.LeadTimes() {
			r.alarms.at(inv.Slot.Start.Add(-time.Duration(lead)*time.Second), inv.Day)
		}
	}
}

// revise dates the changes that calendars show: a talk that is agreed or no longer is, or is at another time or place.
func revise(b *daybook, changes []change, now time.Time) {
	for _, c := range changes {
		inv := c.invitation
		if inv == nil || inv.Slot == nil && inv.Former == nil {
			continue
		}
		old := b.invitations[inv.Ref]
		if old == nil || old.Sequence != inv.Sequence || (old.Slot == nil) != (inv.Slot == nil) {
			inv.Revised = &now
		}
	}
}
