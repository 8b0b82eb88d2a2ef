package interview

import (
	"time"

	"matchday/hiring"
	"matchday/vault"
)

// arriving finds the accepted invitation of a day by its check-in code; "" for none, and for two that share the code.
func (r *Role) arriving(day hiring.DayID, typed string) hiring.Ref {
	code := vault.TidyCheckIn(typed)
	r.mu.RLock()
	defer r.mu.RUnlock()
	var found hiring.Ref
	for ref, inv := range r.ledger.book(day).invitations {
		if inv.Status != hiring.Accepted || r.secrets.CheckInCode(ref) != code {
			continue
		}
		if found != "" {
			return ""
		}
		found = ref
	}
	return found
}

// mayReport lets the learner of an invitation and the employer whose opening it is about say what became of the talk. A check-in code
// is for hosts: whoever else knows one can do nothing with it.
func mayReport(b *daybook, s surroundings, c hiring.DayCommand) error {
	inv := b.invitations[c.Invitation]
	gone := b.day == nil || inv == nil || s.erased(inv.Learner)
	host := !gone && (c.Actor.Operator() || c.Actor.ActsFor(inv.Employer))
	switch {
	case c.Code == "":
		if !host && (gone || !theirs(s, c, inv)) {
			return noInvitation()
		}
	case b.day == nil || !c.Actor.MayViewDay(b.day):
		return noDay()
	case !host:
		return hiring.Errorf(hiring.NotFound, "is no code of this day").In("code").Mend("look the learner up in the day's list")
	}
	return nil
}

// theirs reports whether a command is the learner's own word.
func theirs(s surroundings, c hiring.DayCommand, inv *hiring.Invitation) bool {
	l := s.learner(inv.Learner)
	return c.ByLink || l != nil && c.Actor.IsLearner(l.ID)
}

// attend notes what is known of a learner's coming. The learner checks in, or says that they are late, in the slot's window and until
// the host has settled the talk. The host may say anything that can be known by then, and correct it until the day is archived.
func attend(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if c.Attendance == nil {
		return nil, hiring.Invalidf("attendance", "is missing")
	}
	if err := c.Attendance.Validate(); err != nil {
		return nil, err
	}
	if err := talked(b, inv); err != nil {
		return nil, err
	}
	if b.day.Status == hiring.StatusArchived {
		return nil, hiring.Errorf(hiring.Conflict, "the day is archived")
	}
	what, old := *c.Attendance, inv.Attendance
	if what.Presence != hiring.RunningLate {
		what.Minutes = 0
	}
	if old != nil && old.Presence == what.Presence && old.Minutes == what.Minutes {
		return nil, nil
	}
	refusal := timelyPresence(*inv.Slot, what.Presence, now)
	if theirs(s, c, inv) {
		refusal = ownPresence(*inv.Slot, old, what.Presence, now)
	}
	if refusal != nil {
		return nil, refusal
	}
	what.At = now
	next := *inv
	next.Attendance, next.Command = &what, c.Command
	return []change{{kind: hiring.InvitationAttended, invitation: &next}}, nil
}

// talked refuses an invitation that led to no talk.
func talked(b *daybook, inv *hiring.Invitation) error {
	if inv.Status != hiring.Accepted || inv.Slot == nil || b.day.Status == hiring.StatusCancelled {
		return hiring.Errorf(hiring.Conflict, "the invitation is %s: there is no talk to say it of", inv.Status)
	}
	return nil
}

// ownPresence refuses what a learner may not say of their own coming.
func ownPresence(slot hiring.Slot, old *hiring.Attendance, what hiring.Presence, now time.Time) error {
	switch {
	case what != hiring.CheckedIn && what != hiring.RunningLate:
		return hiring.Errorf(hiring.Forbidden, "is for the host to say").In("presence")
	case old.Settled():
		return hiring.Errorf(hiring.Conflict, "the host has said already what became of the talk").Mend("speak to the host, who can correct it")
	case what == hiring.RunningLate && old != nil && old.Presence == hiring.CheckedIn:
		return hiring.Errorf(hiring.Conflict, "you are checked in")
	}
	return inWindow(slot, now)
}

// timelyPresence refuses what cannot be known of a talk yet.
func timelyPresence(slot hiring.Slot, what hiring.Presence, now time.Time) error {
	switch what {
	case hiring.NoShow, hiring.Attended:
		if now.Before(slot.Start) {
			return hiring.Errorf(hiring.Conflict, "the talk has not begun").In("presence")
		}
	case hiring.CheckedIn, hiring.RunningLate:
		return inWindow(slot, now)
	}
	return nil
}

func inWindow(slot hiring.Slot, now time.Time) error {
	switch {
	case slot.Arriving(now):
		return nil
	case now.Before(slot.Start):
		return hiring.Errorf(hiring.Conflict, "it is too early: this can be said from two hours before the talk")
	}
	return hiring.Errorf(hiring.Conflict, "the talk is over")
}

// report notes what one side says came of a talk. What the other side says stands beside it, whether or not the two agree.
func report(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	inv := b.invitations[c.Invitation]
	if c.Outcome == nil {
		return nil, hiring.Invalidf("outcome", "is missing")
	}
	if err := c.Outcome.Validate(); err != nil {
		return nil, err
	}
	if err := talked(b, inv); err != nil {
		return nil, err
	}
	if now.Before(inv.Slot.Start) {
		return nil, hiring.Errorf(hiring.Conflict, "the talk has not begun")
	}
	own := theirs(s, c, inv)
	if !own && inv.Attendance != nil && inv.Attendance.Presence == hiring.NoShow {
		return nil, hiring.Errorf(hiring.Conflict, "the learner is marked as not having come").Mend("correct the attendance first")
	}
	next, said := *inv, *c.Outcome
	said.At, next.Command = now, c.Command
	old := &next.EmployerOutcome
	if own {
		old = &next.LearnerOutcome
	}
	if said.Same(*old) {
		return nil, nil
	}
	*old = &said
	return []change{{kind: hiring.InvitationOutcome, invitation: &next}}, nil
}
