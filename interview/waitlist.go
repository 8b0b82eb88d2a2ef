package interview

import (
	"cmp"
	"slices"
	"time"

	"matchday/hiring"
)

// wait puts a learner who finds no seat at the end of those who wait.
func wait(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if err := answerable(b, s, inv, now); err != nil {
		return nil, err
	}
	switch {
	case inv.Status == hiring.Waiting || inv.Status == hiring.Offered:
		return nil, nil
	case inv.Status == hiring.Accepted:
		return nil, hiring.Errorf(hiring.Conflict, "the invitation was accepted")
	case inv.Offer != nil:
		return nil, hiring.Errorf(hiring.Conflict, "a seat is kept for you").Mend("accept it, or propose another time")
	}
	if _, err := seat(b, s.booking(inv.Learner), nil, now); err == nil {
		return nil, hiring.Errorf(hiring.Conflict, "a seat is free").Mend("accept it")
	}
	next := *inv
	next.Status, next.WaitingSince, next.Command = hiring.Waiting, &now, c.Command
	return []change{{kind: hiring.InvitationWaiting, invitation: &next}}, nil
}

// offers keeps what is free for those who wait and can sit there, in order: for each the earliest.
func offers(b *daybook, s surroundings, now time.Time) []change {
	if !b.running() {
		return nil
	}
	var changes []change
	given := map[int64]int{}
	for _, inv := range b.queue() {
		for _, slot := range b.day.Slots {
			if b.free(slot) <= given[slot.Start.Unix()] || !sits(b, s, inv, slot, now) {
				continue
			}
			given[slot.Start.Unix()]++
			changes = append(changes, offered(b, inv, slot, now))
			break
		}
		if len(changes) == settleLimit {
			break
		}
	}
	return changes
}

// freed offers a seat that a change is about to free to the first of those who wait and can sit there; except is who frees it.
func freed(b *daybook, s surroundings, slot *hiring.Slot, except hiring.Ref, now time.Time) []change {
	if slot == nil || !b.running() {
		return nil
	}
	at, ok := b.day.Slot(slot.Start)
	if !ok || b.free(at) < 0 { // the slot is gone, or the seat never was: more sit there than it takes
		return nil
	}
	for _, inv := range b.queue() {
		if inv.Ref != except && sits(b, s, inv, at, now) {
			return []change{offered(b, inv, at, now)}
		}
	}
	return nil
}

// sits reports whether one who waits could sit in a slot if a seat were free.
func sits(b *daybook, s surroundings, inv *hiring.Invitation, slot hiring.Slot, now time.Time) bool {
	if to, _ := over(b, s, inv, now); to != "" || !now.Before(slot.Start) {
		return false
	}
	_, clash := s.booking(inv.Learner).Clash(slot)
	return !clash
}

// offered keeps a seat for one who waits, for as long as the day says and until the talk starts at most.
func offered(b *daybook, inv *hiring.Invitation, slot hiring.Slot, now time.Time) change {
	until := earlier(now.Add(time.Duration(cmp.Or(b.day.OfferWithin, hiring.DefaultOffer))*time.Second), slot.Start)
	next := *inv
	next.Status, next.Offer, next.Command = hiring.Offered, &hiring.Offer{Slot: slot, Until: until}, ""
	next.Revision = b.day.Revision
	return change{kind: hiring.InvitationOffered, invitation: &next}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// place is where an invitation stands among those who wait, from 1; 0 when it does not.
func place(b *daybook, ref hiring.Ref) int {
	return 1 + slices.IndexFunc(b.queue(), func(inv *hiring.Invitation) bool { return inv.Ref == ref })
}
