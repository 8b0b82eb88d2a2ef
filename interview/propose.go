package interview

import (
	"slices"
	"time"

	"matchday/hiring"
)

// proposable is how far before the first and after the last of a day's times a learner may propose another.
const proposable = 12 * time.Hour

// propose notes that the learner asks for a time that the day does not have, or that is full. The invitation stands as it does
// meanwhile: it may be accepted for a time that is free, and expires when it would.
func propose(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if c.Slot == nil {
		return nil, hiring.Invalidf("slot", "is missing").Mend("give the start of the time wanted")
	}
	at := c.Slot.UTC()
	if p := inv.Proposal; p != nil && p.Start.Equal(at) && !p.Refused {
		return nil, nil
	}
	if err := proposing(b, s, inv, at, now); err != nil {
		return nil, err
	}
	next := *inv
	next.Proposal, next.Command = &hiring.Proposal{Start: at, At: now}, c.Command
	return []change{{kind: hiring.InvitationProposed, invitation: &next}}, nil
}

// proposing refuses a proposal that nobody could agree to, or that nobody needs to.
func proposing(b *daybook, s surroundings, inv *hiring.Invitation, at, now time.Time) error {
	if err := answerable(b, s, inv, now); err != nil {
		return err
	}
	switch {
	case !b.running():
		return hiring.Errorf(hiring.Conflict, "the day is %s", b.day.Status)
	case at.Second() != 0 || at.Nanosecond() != 0:
		return hiring.Invalidf("slot", "is not a whole minute")
	case !at.After(now):
		return impossible("slot", "is in the past")
	case at.Before(b.day.Slots[0].Start.Add(-proposable)), at.After(b.ends().Add(proposable)):
		return impossible("slot", "is not near the day").Mend("propose a time within twelve hours of the day's own")
	case inv.Status == hiring.Accepted && inv.Slot.Start.Equal(at):
		return hiring.Errorf(hiring.Conflict, "is the time that was accepted").In("slot")
	}
	booking := unbooked(s.booking(inv.Learner), inv)
	slot, there := b.day.Slot(at)
	if !there {
		slot = madeSlot(b, at)
	} else if sittable(b, booking, slot, now) == nil {
		return hiring.Errorf(hiring.Conflict, "is free").In("slot").Mend("accept it, or move to it")
	}
	return comes(booking, slot, now)
}

// madeSlot is a slot of one seat, as long as the day's first.
func madeSlot(b *daybook, at time.Time) hiring.Slot {
	first := b.day.Slots[0]
	return hiring.Slot{Start: at, End: at.Add(first.End.Sub(first.Start)), Seats: 1}
}

// agree makes a seat at the time that a learner proposed, and seats them there: day, invitation and booking change together.
func agree(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Status == hiring.Accepted && again(c, inv.Command) {
		return nil, nil
	}
	if inv.Proposal == nil || inv.Proposal.Refused {
		return nil, hiring.Errorf(hiring.Conflict, "no other time is proposed")
	}
	if err := settled(b, now); err != nil {
		return nil, err
	}
	at := inv.Proposal.Start
	if err := proposing(b, s, inv, at, now); err != nil {
		return nil, err
	}
	day := *b.day
	day.Slots, day.Moves = slices.Clone(b.day.Slots), nil
	day.Revision, day.Command = day.Revision+1, c.Command
	i := slices.IndexFunc(day.Slots, func(x hiring.Slot) bool { return !x.Start.Before(at) })
	switch {
	case i >= 0 && day.Slots[i].Start.Equal(at):
		day.Slots[i].Seats++
	case i >= 0:
		day.Slots = slices.Insert(day.Slots, i, madeSlot(b, at))
	default:
		day.Slots = append(day.Slots, madeSlot(b, at))
	}
	if err := day.Validate(); err != nil {
		return nil, err
	}
	slot, _ := day.Slot(at)
	kind := hiring.InvitationAccepted
	if inv.Status == hiring.Accepted {
		kind = hiring.InvitationMoved
	}
	changes := append([]change{{kind: hiring.DayChanged, day: &day}}, seated(b, s, inv, slot, c.Command, kind)...)
	changes[1].invitation.Revision = day.Revision
	return append(changes, freed(b, s, inv.Held(), inv.Ref, now)...), nil
}

// refuse answers a proposal with no.
func refuse(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if inv.Proposal == nil {
		return nil, hiring.Errorf(hiring.Conflict, "no other time is proposed")
	}
	if inv.Proposal.Refused {
		return nil, nil
	}
	if err := answerable(b, s, inv, now); err != nil {
		return nil, err
	}
	next, p := *inv, *inv.Proposal
	p.Refused = true
	next.Proposal, next.Command = &p, c.Command
	return []change{{kind: hiring.InvitationRefused, invitation: &next}}, nil
}
