package interview

import (
	"slices"
	"time"

	"matchday/hiring"
)

// settleLimit bounds the invitations that one settle changes, so that they and their bookings fit one atomic batch.
const settleLimit = 100

// settle does what is due without anybody's command. First it ends the invitations that are over: past their expiry, of a cancelled
// day, of an erased learner; and those not accepted of a learner who may be shown no more, or for an opening that was withdrawn. Then
// it tells those whom a change of the day concerns, then it offers what is free to those who wait, and once all talks are over the day
// was held. At most settleLimit invitations at once: call it until it returns nothing.
func settle(b *daybook, s surroundings, now time.Time) []change {
	if b.day == nil {
		return nil
	}
	var due []hiring.Ref
	for ref, inv := range b.invitations {
		if to, _ := over(b, s, inv, now); to != "" {
			due = append(due, ref)
		}
	}
	slices.Sort(due)
	s, note := s.noting()
	var changes []change
	for _, ref := range due[:min(len(due), settleLimit)] {
		next := *b.invitations[ref]
		to, kind := over(b, s, &next, now)
		if s.erased(next.Learner) || next.Status != hiring.Accepted && s.hidden(next.Learner) { // the ledger goes with the person
			next = bare(next)
		}
		end := ended(s, &next, to, kind, now)
		note(end)
		changes = append(changes, end...)
	}
	for _, step := range []func(*daybook, surroundings, time.Time) []change{solvedInTime, told, offers, wasHeld} {
		if len(changes) > 0 {
			break
		}
		changes = step(b, s, now)
	}
	return changes
}

// over says which final status an invitation has reached by now and the fact that tells it; "" for none.
func over(b *daybook, s surroundings, inv *hiring.Invitation, now time.Time) (hiring.InvitationStatus, string) {
	switch {
	case !inv.Status.Live():
		return "", ""
	case b.day.Status == hiring.StatusCancelled, s.erased(inv.Learner):
		return hiring.Withdrawn, hiring.InvitationRecalled
	case inv.Status == hiring.Accepted: // what was accepted stands
		return "", ""
	case s.hidden(inv.Learner), s.withdrawn(inv.Opening):
		return hiring.Withdrawn, hiring.InvitationRecalled
	case b.day.Status == hiring.StatusHeld, b.day.Status == hiring.StatusArchived:
		return hiring.Expired, hiring.InvitationExpired
	}
	until := inv.Until()
	if inv.Status == hiring.Waiting {
		until = b.last().Start
	}
	if !now.Before(until) {
		return hiring.Expired, hiring.InvitationExpired
	}
	return "", ""
}

// wasHeld says that the day was held, once its last talk is over.
func wasHeld(b *daybook, _ surroundings, now time.Time) []change {
	if !b.running() || now.Before(b.ends()) {
		return nil
	}
	day := *b.day
	day.Status, day.Command = hiring.StatusHeld, ""
	return []change{{kind: hiring.DayHeld, day: &day}}
}

// ended gives next its final status, and frees the seat that it held.
func ended(s surroundings, next *hiring.Invitation, to hiring.InvitationStatus, kind string, now time.Time) []change {
	seated := next.Status == hiring.Accepted
	if seated {
		next.Former = next.Slot
		next.Sequence++
	}
	next.Status, next.Slot, next.Offer, next.EndedAt = to, nil, nil, &now
	changes := []change{{kind: kind, invitation: next}}
	if seated {
		changes = append(changes, change{kind: hiring.BookingChanged, booking: unbooked(s.booking(next.Learner), next)})
	}
	return changes
}
