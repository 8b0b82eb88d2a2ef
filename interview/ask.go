package interview

import (
	"context"
	"slices"
	"time"

	"matchday/hiring"
)

// asks reports whether the learners of a scheduled day are still to be asked what they wish: once by this process, and again when an
// employer was verified since. The caller holds mu.
func (r *Role) asks(b *daybook, now time.Time) bool {
	return wishable(b, now) && !r.asked[b.day.ID]
}

// wishable reports whether wishes may be stated for long enough to ask for them.
func wishable(b *daybook, now time.Time) bool {
	return b.inviting(now) && b.day.Unsolved() && now.Before(b.day.SolveBy())
}

// unasked reports whether tend is to ask learners, and may by now.
func (r *Role) unasked(day hiring.DayID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	now := r.now()
	return !r.retries.waits(day, now) && r.asks(r.ledger.book(day), now)
}

// ask asks those who could be invited to a scheduled day for their wishes, each once: who was asked stands in the log.
func (r *Role) ask(ctx context.Context, day hiring.DayID) error {
	r.mu.Lock()
	r.asked[day] = true // before looking: an employer who is verified meanwhile has it done again
	r.mu.Unlock()
	err := r.askRanked(ctx, day)
	if err != nil {
		r.mu.Lock()
		delete(r.asked, day)
		r.mu.Unlock()
	}
	return err
}

func (r *Role) askRanked(ctx context.Context, day hiring.DayID) error {
	ranked, _, err := r.rank(ctx, day)
	if err != nil {
		return err
	}
	for {
		done, err := r.commit(ctx, day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
			return asking(b, s, ranked, now), nil
		})
		if err != nil || len(done) == 0 {
			return err
		}
	}
}

// asking asks some of the ranked learners who were neither asked nor stated wishes by themselves: settleLimit at once. An employer
// who is not verified has nobody written to.
func asking(b *daybook, s surroundings, ranked []hiring.Match, now time.Time) (changes []change) {
	if !wishable(b, now) {
		return nil
	}
	var whom []hiring.LearnerRef
	for _, m := range ranked {
		o := s.opening(m.Opening)
		if o != nil && s.verified(o.Employer) && b.wishes[m.Learner] == nil && !b.asked[m.Learner] && invitable(b, s, m, now) == nil {
			whom = append(whom, m.Learner)
		}
	}
	slices.Sort(whom)
	whom = slices.Compact(whom)
	for _, ref := range whom[:min(len(whom), settleLimit)] {
		w := hiring.Wishes{Day: b.day.ID, Learner: ref, Openings: []hiring.OpeningID{}}
		changes = append(changes, change{kind: hiring.WishesAsked, wishes: &w})
	}
	return changes
}
