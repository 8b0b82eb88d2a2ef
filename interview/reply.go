package interview

import (
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// accept gives the learner a seat: the one that is kept for them, that of the slot named, or the earliest that is free and clashes with
// nothing they accepted.
func accept(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Status == hiring.Accepted {
		if c.Slot == nil || c.Slot.Equal(inv.Slot.Start) || again(c, inv.Command) {
			return nil, nil
		}
		return nil, hiring.Errorf(hiring.Conflict, "the invitation was accepted for another time").In("slot").Mend("move to the other time instead")
	}
	if err := answerable(b, s, inv, now); err != nil {
		return nil, err
	}
	booking := s.booking(inv.Learner)
	slot, kept, err := wanted(b, inv, booking, c.Slot, now)
	if err != nil {
		return nil, err
	}
	changes := seated(b, s, inv, slot, c.Command, hiring.InvitationAccepted)
	if !kept {
		if changes[0].invitation.Interviewer, err = host(b, s, inv, slot); err != nil {
			return nil, err
		}
	}
	if !kept && inv.Offer != nil {
		changes = append(changes, freed(b, s, &inv.Offer.Slot, inv.Ref, now)...)
	}
	return changes, nil
}

// wanted is the slot that an acceptance asks for, and whether a seat in it is kept for the learner.
func wanted(b *daybook, inv *hiring.Invitation, booking *hiring.Booking, want *time.Time, now time.Time) (slot hiring.Slot, kept bool, err error) {
	if inv.Offer != nil && (want == nil || want.Equal(inv.Offer.Slot.Start)) {
		if slot, ok := b.day.Slot(inv.Offer.Slot.Start); ok {
			return slot, true, comes(booking, slot, now)
		}
	}
	slot, err = seat(b, booking, want, now)
	return slot, false, err
}

// seated gives an invitation its seat. A learner who had one before is told of a change, as calendars call it.
func seated(b *daybook, s surroundings, inv *hiring.Invitation, slot hiring.Slot, command, kind string) []change {
	next := *inv
	if next.Status == hiring.Accepted {
		next.Former, next.Attendance = next.Slot, nil
	}
	if next.Former != nil {
		next.Sequence++
	}
	if next.Offer == nil || !next.Offer.Slot.Start.Equal(slot.Start) {
		next.Interviewer = "" // whoever it was, they were there at another time
	}
	next.Status, next.Slot, next.Command, next.Revision = hiring.Accepted, &slot, command, b.day.Revision
	next.Offer, next.Proposal, next.WaitingSince = nil, nil, nil
	return []change{
		{kind: kind, invitation: &next},
		{kind: hiring.BookingChanged, booking: booked(s.booking(inv.Learner), inv, slot)},
	}
}

// move changes the slot of an accepted invitation. The old seat is given up by the very fact that takes the new one.
func move(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	switch {
	case c.Slot == nil:
		return nil, hiring.Invalidf("slot", "is missing").Mend("give the start of the time wanted")
	case inv.Status != hiring.Accepted:
		return nil, hiring.Errorf(hiring.Conflict, "the invitation was not accepted").Mend("accept it for the time wanted")
	case c.Slot.Equal(inv.Slot.Start):
		return nil, nil
	case !now.Before(inv.Slot.Start):
		return nil, hiring.Errorf(hiring.Conflict, "the talk has begun")
	case !b.running():
		return nil, hiring.Errorf(hiring.Conflict, "the day is %s", b.day.Status)
	}
	slot, err := seat(b, unbooked(s.booking(inv.Learner), inv), c.Slot, now)
	if err != nil {
		return nil, err
	}
	changes := seated(b, s, inv, slot, c.Command, hiring.InvitationMoved)
	if changes[0].invitation.Interviewer, err = host(b, s, inv, slot); err != nil {
		return nil, err
	}
	return append(changes, freed(b, s, inv.Slot, inv.Ref, now)...), nil
}

// answerable refuses an invitation that is over, whether or not the fact that says so was written yet: at the very instant of its
// expiry an acceptance loses.
func answerable(b *daybook, s surroundings, inv *hiring.Invitation, now time.Time) error {
	status := inv.Status
	if to, _ := over(b, s, inv, now); to != "" {
		status = to
	}
	switch status {
	case hiring.Withdrawn:
		return hiring.Errorf(hiring.Conflict, "the invitation was withdrawn")
	case hiring.Declined:
		return hiring.Errorf(hiring.Conflict, "the invitation was declined before")
	case hiring.Expired:
		return hiring.Errorf(hiring.Conflict, "the invitation has expired")
	}
	return nil
}

// seat picks the slot to sit in.
func seat(b *daybook, booking *hiring.Booking, want *time.Time, now time.Time) (hiring.Slot, error) {
	if want != nil {
		i := slices.IndexFunc(b.day.Slots, func(s hiring.Slot) bool { return s.Start.Equal(*want) })
		if i < 0 {
			return hiring.Slot{}, hiring.Invalidf("slot", "is none of the day's").Mend("give the start of one of the day's slots")
		}
		return b.day.Slots[i], sittable(b, booking, b.day.Slots[i], now)
	}
	var why error
	for _, s := range b.day.Slots {
		err := sittable(b, booking, s, now)
		if err == nil {
			return s, nil
		}
		if why == nil || b.free(s) > 0 {
			why = err
		}
	}
	return hiring.Slot{}, why
}

// sittable refuses a slot that has begun, is full, or overlaps a talk that the learner has accepted anywhere.
func sittable(b *daybook, booking *hiring.Booking, s hiring.Slot, now time.Time) error {
	if now.Before(s.Start) && b.free(s) < 1 {
		return hiring.Errorf(hiring.Conflict, "is taken: no seat is left at that time").In("slot").Mend("choose another time, or wait for one")
	}
	return comes(booking, s, now)
}

// comes refuses a slot at which the learner cannot come even if a seat is kept for them.
func comes(booking *hiring.Booking, s hiring.Slot, now time.Time) error {
	if !now.Before(s.Start) {
		return hiring.Errorf(hiring.Conflict, "has begun").In("slot")
	}
	if _, clash := booking.Clash(s); clash {
		return hiring.Errorf(hiring.Conflict, "overlaps a talk that was accepted before").In("slot").Mend("choose another time")
	}
	return nil
}

// decline ends the invitation. An accepted one may be declined until its talk starts; its seat is offered to those who wait, or free.
func decline(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.invitations[c.Invitation].Status == hiring.Declined {
		return nil, nil
	}
	return giveUp(b, s, c, hiring.InvitationDeclined, now)
}

// withdraw gives the seat of an accepted invitation back.
func withdraw(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	switch inv := b.invitations[c.Invitation]; inv.Status {
	case hiring.Declined:
		return nil, nil
	case hiring.Accepted:
		return giveUp(b, s, c, hiring.InvitationReturned, now)
	default:
		if err := answerable(b, s, inv, now); err != nil {
			return nil, err
		}
		return nil, hiring.Errorf(hiring.Conflict, "the invitation was not accepted").Mend("decline it")
	}
}

func giveUp(b *daybook, s surroundings, c hiring.DayCommand, kind string, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if c.Reason != "" && !slices.Contains(hiring.DeclineReasons[:], c.Reason) {
		return nil, hiring.Invalidf("reason", "is not one of %s", strings.Join(hiring.DeclineReasons[:], ", "))
	}
	if inv.Status == hiring.Accepted {
		if !now.Before(inv.Slot.Start) {
			return nil, hiring.Errorf(hiring.Conflict, "the talk has begun")
		}
	} else if err := answerable(b, s, inv, now); err != nil {
		return nil, err
	}
	next := *inv
	next.Reason, next.Command = c.Reason, c.Command
	return append(ended(s, &next, hiring.Declined, kind, now), freed(b, s, inv.Held(), inv.Ref, now)...), nil
}

// read notes that the learner has seen the invitation. It is no news once they answered, and none when it is over.
func read(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Status != hiring.Sent || answerable(b, s, inv, now) != nil {
		return nil, nil
	}
	next := *inv
	next.Status, next.Command = hiring.Opened, c.Command
	return []change{{kind: hiring.InvitationOpened, invitation: &next}}, nil
}

// booked returns the booking with one more talk, in order of time.
func booked(old *hiring.Booking, inv *hiring.Invitation, slot hiring.Slot) *hiring.Booking {
	next := unbooked(old, inv)
	next.Talks = append(next.Talks, hiring.Talk{Day: inv.Day, Invitation: inv.Ref, Slot: slot})
	slices.SortStableFunc(next.Talks, func(a, b hiring.Talk) int { return a.Slot.Start.Compare(b.Slot.Start) })
	return next
}

// unbooked returns a copy of the booking without the invitation's talk.
func unbooked(old *hiring.Booking, inv *hiring.Invitation) *hiring.Booking {
	next := &hiring.Booking{Learner: inv.Learner, Talks: []hiring.Talk{}}
	if old != nil {
		for _, t := range old.Talks {
			if t.Invitation != inv.Ref {
				next.Talks = append(next.Talks, t)
			}
		}
	}
	return next
}
