package interview

import (
	"cmp"
	"context"
	"slices"
	"time"

	"matchday/hiring"
)

// arrangements bounds how often a day is solved anew because it changed while it was.
const arrangements = 4

// solveDay has a day solved, and invites. It needs the matcher, as opening a day does.
func (r *Role) solveDay(ctx context.Context, c hiring.DayCommand, look decision) (hiring.DayAnswer, error) {
	r.mu.RLock()
	_, err := look(r.ledger.book(c.Day), r.surroundings(), r.now())
	r.mu.RUnlock()
	if err == nil {
		_, _, err = r.rank(ctx, c.Day)
	}
	if err != nil {
		return hiring.DayAnswer{}, err
	}
	if _, err := r.commit(ctx, c.Day, look); err != nil {
		return hiring.DayAnswer{}, err
	}
	if err := r.arrange(ctx, c.Day, cmp.Or(c.Command, "solve")); err != nil {
		r.later(c.Day, err)
	}
	return r.state(c), nil
}

// arranges reports whether a solved day is to be solved again: it was not since this process started, or seats were given back since.
// The caller holds mu.
func (r *Role) arranges(b *daybook, now time.Time) bool {
	return b.inviting(now) && b.day.SolvedAt != nil && r.arranged[b.day.ID] != 1+b.ended()
}

// arrange solves a day and invites to what is new. Promised seats stay; all else follows from the state, so that after a stop
// half-way the rest is found again. A day that changes meanwhile is solved anew.
func (r *Role) arrange(ctx context.Context, day hiring.DayID, command string) (err error) {
	for range arrangements {
		var ranked []hiring.Match
		if ranked, _, err = r.rank(ctx, day); err != nil {
			return err
		}
		r.mu.RLock()
		b := r.ledger.book(day)
		q, ended := questionOf(b, r.surroundings(), ranked, r.now()), b.ended()
		r.mu.RUnlock()
		var plan arrangement
		if plan, err = q.solve(); err == nil {
			err = r.publishPlan(ctx, day, plan, command)
		}
		if err == nil {
			r.mu.Lock()
			r.arranged[day] = 1 + ended
			r.mu.Unlock()
		}
		if hiring.CodeOf(err) != hiring.Conflict {
			return err
		}
	}
	return err
}

// publishPlan invites, one batch after another, each of which stands by itself; then it answers wishes.
func (r *Role) publishPlan(ctx context.Context, day hiring.DayID, plan arrangement, command string) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	var at time.Time // one time, and one wave, for all
	for batch := range slices.Chunk(plan.pairs, settleLimit) {
		_, err := r.commit(ctx, day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
			if at.IsZero() {
				at = now
			}
			return seatPairs(b, s, batch, command, at, r.naming(day))
		})
		if err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(plan.answers, settleLimit) {
		_, err := r.commit(ctx, day, func(b *daybook, s surroundings, _ time.Time) ([]change, error) {
			return answered(s, b, batch), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// answered turns answers into facts, but for those who were erased meanwhile.
func answered(s surroundings, b *daybook, list []hiring.Wishes) (changes []change) {
	for i, w := range list {
		if old := b.wishes[w.Learner]; !s.erased(w.Learner) && (old == nil || !slices.Equal(old.Answers, w.Answers)) {
			changes = append(changes, change{kind: hiring.WishesAnswered, wishes: &list[i]})
		}
	}
	return changes
}

// unarranged reports whether tend is to solve the day again, and may by now.
func (r *Role) unarranged(day hiring.DayID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	now := r.now()
	return !r.retries.waits(day, now) && r.arranges(r.ledger.book(day), now)
}
