package interview

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"matchday/hiring"
)

// decide says what a command changes, or why not. No changes and no error mean that the state is already what the command asks
// for: a repeat, which gets the first answer. It changes nothing itself.
func decide(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if err := authorise(b, s, c); err != nil {
		return nil, err
	}
	if act := actions()[c.Do]; act != nil {
		return act(b, s, c, now)
	}
	return nil, hiring.Invalidf("do", "is not an action on a day")
}

// action decides one kind of command.
type action func(*daybook, surroundings, hiring.DayCommand, time.Time) ([]change, error)

// actions are all that can be decided on what is known. Invitations to learners by name need their matches too: see [inviteThese].
func actions() map[hiring.DayAction]action {
	return map[hiring.DayAction]action{
		hiring.DoDraft:    draft,
		hiring.DoOpen:     open,
		hiring.DoSolve:    solve,
		hiring.DoWish:     wish,
		hiring.DoChange:   amend,
		hiring.DoAgree:    agree,
		hiring.DoRefuse:   refuse,
		hiring.DoClose:    closeDay,
		hiring.DoHold:     hold,
		hiring.DoArchive:  archive,
		hiring.DoCancel:   cancel,
		hiring.DoAccept:   accept,
		hiring.DoDecline:  decline,
		hiring.DoWait:     wait,
		hiring.DoPropose:  propose,
		hiring.DoMove:     move,
		hiring.DoWithdraw: withdraw,
		hiring.DoRead:     read,
		hiring.DoAttend:   attend,
		hiring.DoOutcome:  report,
	}
}

// authorise checks that the actor may give the command. A refusal looks like a thing that does not exist.
func authorise(b *daybook, s surroundings, c hiring.DayCommand) error {
	switch c.Do {
	case hiring.DoDraft:
		return mayDraft(b, c)
	case hiring.DoAccept, hiring.DoDecline, hiring.DoWait, hiring.DoPropose, hiring.DoMove, hiring.DoWithdraw, hiring.DoRead:
		inv := b.invitations[c.Invitation]
		if b.day == nil || inv == nil || s.erased(inv.Learner) {
			return noInvitation()
		}
		l := s.learner(inv.Learner)
		if c.ByLink || c.Actor.Operator() || l != nil && c.Actor.IsLearner(l.ID) {
			return nil
		}
		return noInvitation()
	case hiring.DoWish:
		return mayWish(b, s, c)
	case hiring.DoAgree, hiring.DoRefuse:
		inv := b.invitations[c.Invitation]
		if b.day == nil || inv == nil || s.erased(inv.Learner) || !c.Actor.Operator() && !c.Actor.ActsFor(inv.Employer) {
			return noInvitation()
		}
		return nil
	case hiring.DoAttend, hiring.DoOutcome:
		return mayReport(b, s, c)
	case hiring.DoInvite:
		o := s.opening(c.Opening)
		if b.day == nil || !c.Actor.MayViewDay(b.day) {
			return noDay()
		}
		if o == nil || !slices.Contains(b.day.Openings, c.Opening) || !c.Actor.MayManageOpening(o) {
			return hiring.Invalidf("opening", "is none of the day's")
		}
		return nil
	}
	if b.day == nil || !c.Actor.MayManageDay(b.day) {
		return noDay()
	}
	return nil
}

// mayDraft lets employers draft days of their own. A fair invites in the name of others, so that it takes an operator.
func mayDraft(b *daybook, c hiring.DayCommand) error {
	if c.Plan == nil {
		return hiring.Invalidf("plan", "is missing")
	}
	if b.day != nil && !c.Actor.MayManageDay(b.day) {
		return noDay()
	}
	if !c.Actor.Operator() && !c.Actor.ActsFor(c.Plan.Employer) {
		return hiring.Errorf(hiring.Forbidden, "a day is drafted by its employer").In("plan.employer")
	}
	if !c.Actor.Operator() && len(c.Plan.Hosts) > 0 {
		return hiring.Errorf(hiring.Forbidden, "a day of several employers is drafted by an operator").In("plan.hosts")
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
		if o := s.opening(id); o == nil || !day.Hosted(o.Employer) {
			return nil, impossible(fmt.Sprintf("openings[%d]", i), "is not an opening of the day's employers").Mend("post the opening first")
		}
	}
	if err := schedulable(&day, s); err != nil {
		return nil, err
	}
	day.Command = c.Command
	return []change{{kind: hiring.DayDrafted, day: &day}}, nil
}

// open opens the day, once every opening says what it pays.
func open(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day.Status == hiring.StatusDraft {
		if !now.Before(b.day.Deadline) {
			return nil, hiring.Errorf(hiring.Conflict, "the day's deadline has passed").Mend("change the draft")
		}
		if err := allPayable(b, s); err != nil {
			return nil, err
		}
	}
	return to(b, c, hiring.StatusOpen, hiring.DayOpened, hiring.StatusDraft)
}

// allPayable refuses a day one of whose openings nobody may be invited for.
func allPayable(b *daybook, s surroundings) error {
	for i, id := range b.day.Openings {
		if o := s.opening(id); o != nil && !o.Withdrawn {
			if err := payable(o); err != nil {
				return about("openings", i, err)
			}
		}
	}
	return nil
}

func closeDay(b *daybook, _ surroundings, c hiring.DayCommand, _ time.Time) ([]change, error) {
	return to(b, c, hiring.StatusClosed, hiring.DayClosed, hiring.StatusOpen)
}

// hold says that the day takes place; settle says so when nobody did.
func hold(b *daybook, _ surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.running() && now.Before(b.day.Slots[0].Start) {
		return nil, hiring.Errorf(hiring.Conflict, "the first talk has not begun")
	}
	return to(b, c, hiring.StatusHeld, hiring.DayHeld, hiring.StatusOpen, hiring.StatusClosed)
}

func archive(b *daybook, _ surroundings, c hiring.DayCommand, _ time.Time) ([]change, error) {
	return to(b, c, hiring.StatusArchived, hiring.DayArchived, hiring.StatusHeld, hiring.StatusCancelled)
}

func cancel(b *daybook, _ surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day.Status != hiring.StatusCancelled && !now.Before(b.ends()) {
		return nil, hiring.Errorf(hiring.Conflict, "the day is over")
	}
	return to(b, c, hiring.StatusCancelled, hiring.DayCancelled, hiring.StatusDraft, hiring.StatusOpen, hiring.StatusClosed)
}

// to changes the day's status from one of the given ones. A day that is there already stays as it is.
func to(b *daybook, c hiring.DayCommand, status hiring.DayStatus, kind string, from ...hiring.DayStatus) ([]change, error) {
	if b.day.Status == status {
		return nil, nil
	}
	for _, f := range from {
		if b.day.Status == f {
			day := *b.day
			day.Status, day.Command = status, c.Command
			return []change{{kind: kind, day: &day}}, nil
		}
	}
	return nil, hiring.Errorf(hiring.Conflict, "the day is %s: it cannot become %s", b.day.Status, status)
}

// again reports whether c is the command that led to a state.
func again(c hiring.DayCommand, last string) bool { return c.Command != "" && c.Command == last }

// about says which entry of a list an error is about.
func about(list string, i int, err error) error {
	var e *hiring.Error
	if errors.As(err, &e) {
		return e.In(fmt.Sprintf("%s[%d]", list, i))
	}
	return err
}
