package interview

import (
	"slices"

	"matchday/hiring"
)

// host finds who talks with a learner at the time that they chose on a scheduled day: who was to already, or else the first of the
// employer's interviewers who is there, free, and shares a language with the learner. It is "" on a day that names nobody, and an
// error where nobody is free.
func host(b *daybook, s surroundings, inv *hiring.Invitation, slot hiring.Slot) (string, error) {
	if b.day.Admits() != hiring.AdmitScheduled || len(b.day.Interviewers) == 0 {
		return "", nil
	}
	found := ""
	for _, w := range b.day.Interviewers {
		if w.Employer != inv.Employer || !present(w, slot) || !converse(w, s.learner(inv.Learner)) || b.engaged(w.ID, slot, inv.Ref) {
			continue
		}
		if found == "" || w.ID == inv.Interviewer {
			found = w.ID
		}
	}
	if found == "" {
		return "", hiring.Errorf(hiring.Conflict, "no interviewer is free at that time").In("slot").Mend("choose another time")
	}
	return found, nil
}

// present reports whether an interviewer is there for the whole of a slot.
func present(w hiring.Interviewer, slot hiring.Slot) bool {
	in := len(w.Hours) == 0 || slices.ContainsFunc(w.Hours, func(h hiring.Span) bool { return !slot.Start.Before(h.Start) && !slot.End.After(h.End) })
	return in && !slices.ContainsFunc(w.Breaks, func(x hiring.Span) bool { return x.Start.Before(slot.End) && slot.Start.Before(x.End) })
}

// converse reports whether an interviewer and a learner share a language. Who names none talks in any.
func converse(w hiring.Interviewer, l *hiring.Learner) bool {
	if l == nil || len(l.Languages) == 0 || len(w.Languages) == 0 {
		return true
	}
	theirs := tongues(l.Languages)
	return slices.ContainsFunc(tongues(w.Languages), func(t string) bool { return slices.Contains(theirs, t) })
}
