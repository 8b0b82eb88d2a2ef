package interview

import (
	"fmt"
	"time"

	"matchday/hiring"
)

// decide says what a command changes, or why not. No changes and no error mean that the state is already what the command asks
// for: a repeat, which gets the first answer. It changes nothing itself.
func decide(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if err := authorise(b, s, c); err != nil {
		return nil, err
	}
	switch c.Do {
	case hiring.DoDraft:
		return draft(b, s, c, now)
	case hiring.DoOpen:
		return open(b, c, now)
	case hiring.DoClose:
		return move(b, c, hiring.StatusClosed, hiring.DayClosed, hiring.StatusOpen)
	case hiring.DoCancel:
		if last := b.day.Slots[len(b.day.Slots)-1]; !now.Before(last.End) {
			return nil, hiring.Errorf(hiring.Conflict, "the day is over")
		}
		return move(b, c, hiring.StatusCancelled, hiring.DayCancelled, hiring.StatusDraft, hiring.StatusOpen, hiring.StatusClosed)
	case hiring.DoAccept:
		return accept(b, s, c, now)
	case hiring.DoDecline:
		return decline(b, s, c, now)
	case hiring.DoRead:
		return read(b, s, c, now)
	}
	return nil, hiring.Invalidf("do", "is not one of draft, open, close, cancel, accept, decline, read")
}

// authorise checks that the actor may give the command. A refusal looks like a thing that does not exist.
func authorise(b *daybook, s surroundings, c hiring.DayCommand) error {
	switch c.Do {
	case hiring.DoDraft:
		if c.Plan == nil {
			return hiring.Invalidf("plan", "is missing")
		}
		mine := c.Actor.Operator() || c.Actor.ActsFor(c.Plan.Employer)
		if b.day != nil && !c.Actor.MayManageDay(b.day) {
			return noDay()
		}
		if !mine {
			return hiring.Errorf(hiring.Forbidden, "a day is drafted by its employer").In("plan.employer")
		}
		return nil
	case hiring.DoAccept, hiring.DoDecline, hiring.DoRead:
		inv := b.invitations[c.Invitation]
		if b.day == nil || inv == nil || s.erased(inv.Learner) {
			return noInvitation()
		}
		l := s.learner(inv.Learner)
		if c.ByLink || c.Actor.Operator() || l != nil && c.Actor.IsLearner(l.ID) {
			return nil
		}
		return noInvitation()
	}
	if b.day == nil || !c.Actor.MayManageDay(b.day) {
		return noDay()
	}
	return nil
}

func noDay() error        { return hiring.Errorf(hiring.NotFound, "no such day") }
func noInvitation() error { return hiring.Errorf(hiring.NotFound, "no such invitation") }

// draft makes the day, or changes one that is still a draft.
func draft(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day != nil && b.day.Status != hiring.StatusDraft {
		return nil, hiring.Errorf(hiring.Conflict, "the day is no draft any more").Mend("cancel it and draft another")
	}
	if b.day != nil && again(c, b.day.Command) {
		return nil, nil
	}
	if c.Plan.ID != c.Day {
		return nil, hiring.Invalidf("plan.id", "is not the day that the command names")
	}
	day, err := planDay(*c.Plan, c.Ref, now)
	if err != nil {
		return nil, err
	}
	if b.day != nil && day.Employer != b.day.Employer {
		return nil, hiring.Errorf(hiring.Conflict, "a day cannot change its employer").In("employer")
	}
	if !day.Deadline.After(now) {
		return nil, impossible("deadline", "is in the past").Mend("give one between now and the first slot")
	}
	for i, id := range day.Openings {
		if o := s.opening(id); o == nil || o.Employer != day.Employer {
			return nil, impossible(fmt.Sprintf("openings[%d]", i), "is not an opening of this employer").Mend("post the opening first")
		}
	}
	day.Command = c.Command
	return []change{{kind: hiring.DayDrafted, day: &day}}, nil
}

func open(b *daybook, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day.Status == hiring.StatusDraft && !now.Before(b.day.Deadline) {
		return nil, hiring.Errorf(hiring.Conflict, "the day's deadline has passed").Mend("change the draft")
	}
	return move(b, c, hiring.StatusOpen, hiring.DayOpened, hiring.StatusDraft)
}

// move changes the day's status from one of the given ones. A day that is there already stays as it is.
func move(b *daybook, c hiring.DayCommand, to hiring.DayStatus, kind string, from ...hiring.DayStatus) ([]change, error) {
	if b.day.Status == to {
		return nil, nil
	}
	for _, f := range from {
		if b.day.Status == f {
			day := *b.day
			day.Status, day.Command = to, c.Command
			return []change{{kind: kind, day: &day}}, nil
		}
	}
	return nil, hiring.Errorf(hiring.Conflict, "the day is %s: it cannot become %s", b.day.Status, to)
}

// again reports whether c is the command that led to a state.
func again(c hiring.DayCommand, last string) bool { return c.Command != "" && c.Command == last }
