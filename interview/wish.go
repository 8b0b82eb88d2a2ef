package interview

import (
	"context"
	"slices"
	"time"

	"matchday/hiring"
)

// wish notes which openings of a scheduled day a learner would talk about. It may be said again until the day is solved.
func wish(b *daybook, s surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	next := *c.Wishes
	next.Day, next.Command, next.Answers = c.Day, c.Command, nil
	if old := b.wishes[next.Learner]; old != nil {
		if again(c, old.Command) {
			return nil, nil
		}
		if slices.Equal(old.Openings, next.Openings) && old.Alike == next.Alike && old.Talks == next.Talks && b.day.SolvedAt == nil {
			return nil, nil
		}
	}
	switch {
	case b.day.Admits() != hiring.AdmitScheduled:
		return nil, hiring.Errorf(hiring.Conflict, "the day is not one that is solved as a whole").Mend("wait for an invitation")
	case b.day.SolvedAt != nil:
		return nil, hiring.Errorf(hiring.Conflict, "the day is solved: wishes are no longer taken")
	case !b.inviting(now):
		return nil, hiring.Errorf(hiring.Conflict, "the day takes no wishes now: it is %s", b.day.Status)
	}
	if err := next.Validate(b.day); err != nil {
		return nil, err
	}
	if s.hidden(next.Learner) {
		return nil, hiring.Errorf(hiring.Conflict, "the learner is not shown to employers").Mend("consent to be shown first")
	}
	return []change{{kind: hiring.WishesStated, wishes: &next}}, nil
}

// mayWish lets learners, whoever registered them and operators say what a learner wishes, and whoever holds the learner's link.
func mayWish(b *daybook, s surroundings, c hiring.DayCommand) error {
	if c.Wishes == nil {
		return hiring.Invalidf("wishes", "is missing")
	}
	l := s.learner(c.Wishes.Learner)
	if l == nil || l.Erased || !c.ByLink && !c.Actor.MayReadLearner(l) {
		return hiring.Errorf(hiring.NotFound, "no such learner")
	}
	if b.day == nil || b.day.Status == hiring.StatusDraft {
		return noDay()
	}
	return nil
}

// solve says that the day is solved: the learners whom the solver pairs are invited from then on.
func solve(b *daybook, _ surroundings, c hiring.DayCommand, now time.Time) ([]change, error) {
	if b.day.Admits() != hiring.AdmitScheduled {
		return nil, hiring.Errorf(hiring.Conflict, "the day is not one that is solved as a whole").Mend("draft it with admission scheduled")
	}
	if b.day.SolvedAt != nil {
		return nil, nil
	}
	if err := invites(b, now); err != nil {
		return nil, err
	}
	day := *b.day
	day.SolvedAt, day.Command = &now, c.Command
	return []change{{kind: hiring.DaySolved, day: &day}}, nil
}

// solvedInTime has a day solved that nobody had solved before.
func solvedInTime(b *daybook, s surroundings, now time.Time) []change {
	if !b.day.Unsolved() || now.Before(b.day.SolveBy()) {
		return nil
	}
	changes, err := solve(b, s, hiring.DayCommand{}, now)
	if err != nil {
		return nil
	}
	return changes
}

// viewWishes shows what a learner wishes of a day, and what became of it.
func (r *Role) viewWishes(_ context.Context, q hiring.ViewWishes) (hiring.WishesView, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	ref, b, s := q.Ref, r.ledger.bookOf(q.DayRef), r.surroundings()
	if !q.ByLink {
		ref, b = r.secrets.LearnerRef(q.Learner), r.ledger.book(q.Day)
	}
	c := hiring.DayCommand{Asked: q.Asked, ByLink: q.ByLink, Wishes: &hiring.Wishes{Learner: ref}}
	if err := mayWish(b, s, c); err != nil {
		return hiring.WishesView{}, err
	}
	l, now := s.learner(ref), r.now()
	view := hiring.WishesView{
		Day: *b.day, Wishes: b.wishes[ref], LearnerID: l.ID, Languages: l.Languages, Choices: []hiring.Opening{}, Position: r.pos.Now(),
	}
	for _, id := range b.day.Openings {
		if o := s.opening(id); o != nil && o.OpenAt(now) {
			view.Choices = append(view.Choices, *o)
		}
	}
	for _, ref := range b.had[ref] {
		view.Talks = append(view.Talks, *b.invitations[ref])
	}
	slices.SortFunc(view.Talks, func(x, y hiring.Invitation) int { return x.SentAt.Compare(y.SentAt) })
	return view, nil
}

// nameSeeker puts the ref of the learner whom a command names where decisions look for it. Who shows a link is named by that.
func (r *Role) nameSeeker(c *hiring.DayCommand) {
	if c.Wishes == nil || c.ByLink {
		return
	}
	w := *c.Wishes
	w.Learner = ""
	if len(c.Learners) == 1 {
		w.Learner = r.secrets.LearnerRef(hiring.LearnerID(c.Learners[0]))
	}
	c.Wishes = &w
}

// forget drops the wishes of who was erased.
func (r *Role) forget(c hiring.Change) {
	if !c.Erased {
		return
	}
	for _, b := range r.ledger.books {
		for _, ref := range c.Learners {
			delete(b.wishes, ref)
			delete(b.asked, ref)
		}
	}
}

// bookOf returns what is known of a day by its ref; an empty book for a day never heard of.
func (l *ledger) bookOf(ref hiring.Ref) *daybook {
	for _, b := range l.books {
		if b.day != nil && b.day.Ref == ref {
			return b
		}
	}
	return newDaybook()
}
