package hiring

import (
	"slices"
	"time"
)

// DefaultLeads are how long before a talk its learner is reminded, in seconds, where the day does not say.
var DefaultLeads = [...]int64{24 * 3600, 2 * 3600}

// LeadTimes are how long before a talk of the day its learner is reminded, in seconds, the longest first.
func (d *Day) LeadTimes() []int64 {
	if len(d.Leads) == 0 {
		return DefaultLeads[:]
	}
	return d.Leads
}

// Due lists the leads for which the learner has to be reminded at now: those whose time has come and that were not used for this talk.
// After the talk has begun there are none, nor are there for a time before the talk became what it is: then a confirmation said it all.
func (i *Invitation) Due(leads []int64, now time.Time) []int64 {
	if i.Status != Accepted || i.Slot == nil || !now.Before(i.Slot.Start) {
		return nil
	}
	var due []int64
	for _, lead := range leads {
		at := i.Slot.Start.Add(-time.Duration(lead) * time.Second)
		if !now.Before(at) && (i.Revised == nil || at.After(*i.Revised)) && !i.wasReminded(lead) {
			due = append(due, lead)
		}
	}
	return due
}

// wasReminded reports whether the learner was reminded of the talk as it stands.
func (i *Invitation) wasReminded(lead int64) bool {
	return i.RemindedOf != nil && i.RemindedOf.Equal(i.Slot.Start) && slices.Contains(i.Reminded, lead)
}

// Remind returns the invitation as it is once its learner was reminded for the leads that were due.
func (i *Invitation) Remind(due []int64) Invitation {
	next := *i
	if i.RemindedOf == nil || !i.RemindedOf.Equal(i.Slot.Start) {
		next.Reminded = nil
	}
	next.Reminded = append(slices.Clone(next.Reminded), due...)
	next.RemindedOf = &i.Slot.Start
	return next
}
