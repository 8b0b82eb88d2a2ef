package interview

import (
	"fmt"
	"slices"
	"time"

	"matchday/hiring"
)

// amend changes a day that is open or closed. Those whom it concerns are told by settle, one invitation after another; until then the
// seats of a slot that was moved count as taken where it is now.
func amend(b *daybook, _ surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day.Revision > 0 && again(c, b.day.Command) {
		return nil, nil
	}
	if !b.running() {
		return nil, hiring.Errorf(hiring.Conflict, "the day is %s", b.day.Status)
	}
	if c.Change == nil {
		return nil, hiring.Invalidf("change", "is missing")
	}
	if err := settled(b, now); err != nil {
		return nil, err
	}
	loc, err := zone(b.day.Zone)
	if err != nil {
		return nil, err
	}
	day := *b.day
	day.Revision, day.Command, day.Moves = day.Revision+1, c.Command, nil
	if rewritten(&day, *c.Change) {
		day.Details = day.Revision
	}
	a := amendment{loc: loc, now: now, slots: slices.Clone(b.day.Slots)}
	if err := a.all(*c.Change); err != nil {
		return nil, err
	}
	day.Slots, day.Moves = a.slots, a.moves
	if day.Details != day.Revision && slices.Equal(day.Slots, b.day.Slots) {
		return nil, nil
	}
	if err := day.Validate(); err != nil {
		return nil, err
	}
	return []change{{kind: hiring.DayChanged, day: &day}}, nil
}

// settled refuses to change times while somebody still is to be told of the last change: they are followed from one change to the next.
func settled(b *daybook, now time.Time) error {
	for _, inv := range b.invitations {
		if held := inv.Held(); held != nil && concerned(b, inv, now) {
			if _, there := b.day.Slot(held.Start); !there {
				return hiring.Errorf(hiring.Unavailable, "the day's last change is still being told").Mend("try again shortly")
			}
		}
	}
	return nil
}

// rewritten changes where and how the talks are held, and reports whether anything is different.
func rewritten(day *hiring.Day, c hiring.DayChange) bool {
	old := *day
	if c.Place != nil {
		day.Place = c.Place
	}
	if c.Link != nil {
		day.Link = *c.Link
	}
	if c.Access != nil {
		day.Access = *c.Access
	}
	if c.Format != nil {
		day.Format = *c.Format
	}
	moved := c.Place != nil && (old.Place == nil || c.Place.Name != old.Place.Name || c.Place.Country != old.Place.Country)
	return moved || old.Link != day.Link || old.Access != day.Access || old.Format != day.Format
}

// amendment is a change of slots in the making.
type amendment struct {
	loc   *time.Location
	now   time.Time
	slots []hiring.Slot
	moves []hiring.Move
	gone  []time.Time // starts of slots that were moved away or dropped
}

func (a *amendment) all(c hiring.DayChange) error {
	for i, m := range c.Move {
		if err := a.move(fmt.Sprintf("move[%d]", i), m); err != nil {
			return err
		}
	}
	for i, text := range c.Drop {
		if _, err := a.take(fmt.Sprintf("drop[%d]", i), text); err != nil {
			return err
		}
	}
	for i, s := range c.Add {
		field := fmt.Sprintf("add[%d]", i)
		start, err := a.fresh(field+".start", s.Start)
		if err != nil {
			return err
		}
		if s.Minutes < 1 || s.Minutes > 24*60 {
			return hiring.Invalidf(field+".minutes", "is outside 1 to 1,440")
		}
		a.slots = append(a.slots, hiring.Slot{Start: start, End: start.Add(time.Duration(s.Minutes) * time.Minute), Seats: s.Seats})
	}
	if len(a.slots) == 0 {
		return hiring.Errorf(hiring.Conflict, "leaves no time at all").In("drop").Mend("cancel the day")
	}
	slices.SortFunc(a.slots, func(x, y hiring.Slot) int { return x.Start.Compare(y.Start) })
	return nil
}

func (a *amendment) move(field string, m hiring.SlotMove) error {
	slot, err := a.take(field+".from", m.From)
	if err != nil {
		return err
	}
	to, err := a.fresh(field+".to", m.To)
	if err != nil {
		return err
	}
	a.moves = append(a.moves, hiring.Move{From: slot.Start, To: to})
	a.slots = append(a.slots, hiring.Slot{Start: to, End: to.Add(slot.End.Sub(slot.Start)), Seats: slot.Seats})
	return nil
}

// take removes the slot that starts at a local time and has not begun.
func (a *amendment) take(field, text string) (hiring.Slot, error) {
	at, err := localTime(field, text, a.loc)
	if err != nil {
		return hiring.Slot{}, err
	}
	i := slices.IndexFunc(a.slots, func(s hiring.Slot) bool { return s.Start.Equal(at) })
	if i < 0 {
		return hiring.Slot{}, hiring.Invalidf(field, "is none of the day's times")
	}
	slot := a.slots[i]
	if !a.now.Before(slot.Start) {
		return hiring.Slot{}, hiring.Errorf(hiring.Conflict, "has begun").In(field)
	}
	a.slots = slices.Delete(a.slots, i, i+1)
	a.gone = append(a.gone, at)
	return slot, nil
}

// fresh reads the start of a slot to be: one in the future that no slot has or had before this change, so that nobody's seat can be
// taken for another.
func (a *amendment) fresh(field, text string) (time.Time, error) {
	at, err := localTime(field, text, a.loc)
	if err != nil {
		return time.Time{}, err
	}
	if slices.ContainsFunc(a.slots, func(s hiring.Slot) bool { return s.Start.Equal(at) }) || slices.ContainsFunc(a.gone, at.Equal) {
		return time.Time{}, hiring.Errorf(hiring.Conflict, "is one of the day's times").In(field)
	}
	return at, ahead([]hiring.Slot{{Start: at}}, a.now)
}

// told brings invitations up to date with a day that changed, those only whom the change concerns: who sits in a slot that was moved or
// dropped, and everyone when place, link, access or format did.
func told(b *daybook, s surroundings, now time.Time) []change {
	if !b.running() || b.day.Revision == 0 {
		return nil
	}
	var due []hiring.Ref
	for ref, inv := range b.invitations {
		if concerned(b, inv, now) {
			due = append(due, ref)
		}
	}
	slices.Sort(due)
	s, note := s.noting()
	var changes []change
	for _, ref := range due[:min(len(due), settleLimit/2)] {
		news := tell(b, s, b.invitations[ref])
		note(news)
		changes = append(changes, news...)
	}
	return changes
}

// concerned reports whether an invitation is behind its day.
func concerned(b *daybook, inv *hiring.Invitation, now time.Time) bool {
	if !inv.Status.Live() || inv.Status == hiring.Waiting { // who waits hears how the day is now with the seat that they are offered
		return false
	}
	held := inv.Held()
	if held != nil && !now.Before(held.Start) { // the talk has begun: nothing about it can change
		return false
	}
	if held != nil {
		if _, there := b.day.Slot(held.Start); !there {
			return true
		}
	}
	return inv.Revision < b.day.Details
}

// tell brings one invitation up to date. Who cannot come at the time that their slot was moved to, or whose slot was cancelled, is the
// first of those who wait.
func tell(b *daybook, s surroundings, inv *hiring.Invitation) []change {
	next := *inv
	next.Revision, next.Command = b.day.Revision, ""
	held := inv.Held()
	if held == nil {
		return []change{{kind: hiring.InvitationChanged, invitation: &next}}
	}
	rest := unbooked(s.booking(inv.Learner), inv)
	to, there := b.day.Slot(movedTo(b.day, held.Start))
	if _, clash := rest.Clash(to); there && clash && inv.Status == hiring.Accepted {
		there = false
	}
	accepted := inv.Status == hiring.Accepted
	if accepted {
		next.Sequence++
	}
	if !there || !to.Start.Equal(held.Start) {
		next.Attendance = nil // it was of the time before
	}
	if !there {
		next.Former, next.Slot, next.Offer, next.Interviewer = held, nil, nil, ""
		next.Status, next.WaitingSince = hiring.Waiting, &next.SentAt
	} else if !to.Start.Equal(held.Start) {
		if accepted {
			next.Former, next.Slot = held, &to
		} else {
			next.Offer = &hiring.Offer{Slot: to, Until: earlier(inv.Offer.Until, to.Start)}
		}
	}
	changes := []change{{kind: hiring.InvitationChanged, invitation: &next}}
	switch {
	case accepted && !there:
		changes = append(changes, change{kind: hiring.BookingChanged, booking: rest})
	case accepted && !to.Start.Equal(held.Start):
		changes = append(changes, change{kind: hiring.BookingChanged, booking: booked(rest, inv, to)})
	}
	return changes
}

// movedTo is where a slot that started at a time is now.
func movedTo(d *hiring.Day, at time.Time) time.Time {
	for _, m := range d.Moves {
		if m.From.Equal(at) {
			return m.To
		}
	}
	return at
}
