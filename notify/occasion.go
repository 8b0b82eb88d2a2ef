package notify

import (
	"time"

	"matchday/hiring"
)

// occasion is what a mail is about. It names the mail's words, and stands in its file's name.
type occasion string

const (
	invited   occasion = "sent"
	offered   occasion = "offered"  // a seat is held for who waited
	confirmed occasion = "accepted" // the learner accepted
	moved     occasion = "moved"    // the learner chose another time
	changed   occasion = "changed"  // the day changed for the learner
	dropped   occasion = "dropped"  // the learner's time was cancelled, and they wait for another
	returned  occasion = "returned" // the learner gave the seat back
	recalled  occasion = "withdrawn"
	refused   occasion = "refused" // the time that the learner proposed
	reminded  occasion = "reminded"
	asked     occasion = "asked"  // what came of a talk that took place
	wished    occasion = "wishes" // what the learner would talk about on a scheduled day; about no invitation
)

// occasionOf says what there is to tell about a fact, "" for nothing: a learner knows what they did themselves, unless their calendar
// has to hear of it.
func occasionOf(kind string, inv *hiring.Invitation) occasion {
	switch kind {
	case hiring.InvitationSent:
		return invited
	case hiring.InvitationOffered:
		return offered
	case hiring.InvitationAccepted:
		return confirmed
	case hiring.InvitationMoved:
		return moved
	case hiring.InvitationRefused:
		return refused
	case hiring.InvitationReminded:
		return reminded
	case hiring.InvitationRecalled:
		return recalled
	case hiring.InvitationAttended:
		if a := inv.Attendance; a != nil && a.Presence == hiring.Attended && inv.LearnerOutcome == nil {
			return asked
		}
	case hiring.InvitationDeclined, hiring.InvitationReturned:
		if inv.Former != nil {
			return returned
		}
	case hiring.InvitationChanged:
		switch {
		case inv.Status != hiring.Waiting:
			return changed
		case inv.Former != nil:
			return dropped
		}
	}
	return ""
}

// timely reports whether it still makes sense to tell.
func (o occasion) timely(inv *hiring.Invitation, now time.Time) bool {
	switch o {
	case recalled:
		return inv.Match.Score > 0 || inv.Former != nil // without its ledger it ended because the learner hid: they know
	case returned, dropped:
		return inv.Former != nil && now.Before(inv.Former.End)
	case asked:
		return inv.Slot != nil && now.Before(inv.Slot.End.Add(answerWithin))
	}
	if inv.Slot != nil {
		return inv.Status == hiring.Accepted && now.Before(inv.Slot.Start)
	}
	if until := inv.Until(); !until.IsZero() {
		return now.Before(until)
	}
	return o == refused && inv.Status.Live()
}

// agrees reports whether a talk stands: then the mail carries its entry for the learner's calendar.
func (o occasion) agrees(inv *hiring.Invitation) bool {
	return (o == confirmed || o == moved || o == changed) && inv.Status == hiring.Accepted && inv.Slot != nil
}

// cancels reports whether a talk stands no more: then the mail takes its entry back.
func (o occasion) cancels(inv *hiring.Invitation) bool {
	return (o == returned || o == dropped || o == recalled) && inv.Former != nil && inv.Slot == nil
}

// answerWithin is how long after a talk its learner is asked what came of it.
const answerWithin = 60 * 24 * time.Hour

// until is how long the mail's link is needed: to answer, and once accepted to give the seat back, to check in, and to say after the
// talk what came of it.
func until(inv *hiring.Invitation, day *hiring.Day) time.Time {
	if inv.Slot != nil {
		return inv.Slot.End.Add(answerWithin)
	}
	if t := inv.Until(); !t.IsZero() {
		return t
	}
	return day.Slots[len(day.Slots)-1].Start
}
