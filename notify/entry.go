package notify

import (
	"net/mail"
	"strings"

	"matchday/calendar"
	"matchday/hiring"
)

// entry is the talk for the learner's calendar, nil where the mail is about none. Its UID stays and its sequence grows, so that a
// calendar changes what it has. It holds no link by which it could be answered: calendars are shared.
func (w *writer) entry(s say) *calendar.Entry {
	l, inv := s.letter, &s.letter.Invitation
	var slot *hiring.Slot
	switch {
	case l.Occasion.agrees(inv):
		slot = inv.Slot
	case l.Occasion.cancels(inv):
		slot = inv.Former
	default:
		return nil
	}
	stamp := l.Written
	if inv.Revised != nil {
		stamp = *inv.Revised
	}
	e := &calendar.Entry{
		Invitation: inv.Ref, Sequence: inv.Sequence, Start: slot.Start, End: slot.End, Zone: s.zone, Stamp: stamp,
		Summary: s.say("entry."+string(l.Day.Kind), s.about), Cancelled: slot == inv.Former,
		Organizer: mail.Address{Name: string(inv.Employer), Address: w.from.Address}, Attendee: l.To,
	}
	lines := []string{s.say("when", args{"When": s.at(slot.Start, s.zone, s.home)})}
	if !e.Cancelled {
		for _, b := range s.where() {
			lines = append(lines, b.Text)
		}
		if l.Day.Place != nil {
			e.Place = oneLine(l.Day.Place.Name)
		}
		e.URL = oneLine(l.Day.Link)
		lines = append(lines, s.say("entry.change", nil))
	}
	e.Description = strings.Join(lines, "\n")
	return e
}
