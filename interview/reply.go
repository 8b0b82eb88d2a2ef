package interview

import (
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// accept gives the learner a seat: that of the slot named, or the earliest that is free and clashes with nothing they accepted.
func accept(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Status == hiring.Accepted {
		if c.Slot == nil || c.Slot.Equal(inv.Slot.Start) || again(c, inv.Command) {
			return nil, nil
		}
		return nil, hiring.Errorf(hiring.Conflict, "the invitation was accepted for another time").In("slot")
	}
	if err := answerable(b, s, inv, now); err != nil {
		return nil, err
	}
	booking := s.booking(inv.Learner)
	slot, err := seat(b, booking, c.Slot, now)
	if err != nil {
		return nil, err
	}
	next := *inv
	next.Status, next.Slot, next.Command = hiring.Accepted, &slot, c.Command
	return []change{
		{kind: hiring.InvitationAccepted, invitation: &next},
		{kind: hiring.BookingChanged, booking: booked(booking, inv, slot)},
	}, nil
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
	if !now.Before(s.Start) {
		return hiring.Errorf(hiring.Conflict, "has begun").In("slot")
	}
	if b.free(s) < 1 {
		return hiring.Errorf(hiring.Conflict, "is taken: no seat is left at that time").In("slot").Mend("choose another time")
	}
	if _, clash := booking.Clash(s); clash {
		return hiring.Errorf(hiring.Conflict, "overlaps a talk that was accepted before").In("slot").Mend("choose another time")
	}
	return nil
}

// decline ends the invitation. An accepted one may be declined until its talk starts; the seat is free again.
func decline(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Status == hiring.Declined {
		return nil, nil
	}
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
	return ended(s, &next, hiring.Declined, hiring.InvitationDeclined), nil
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

// ended gives next its final status, and frees the seat that it held.
func ended(s surroundings, next *hiring.Invitation, to hiring.InvitationStatus, kind string) []change {
	seated := next.Status == hiring.Accepted
	next.Status, next.Slot = to, nil
	changes := []change{{kind: kind, invitation: next}}
	if seated {
		changes = append(changes, change{kind: hiring.BookingChanged, booking: unbooked(s.booking(next.Learner), next)})
	}
	return changes
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
