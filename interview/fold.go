package interview

import (
	"slices"
	"time"

	"matchday/hiring"
)

// refillDelay gathers what changes in a short while (an import, say) into one look at who else may be invited.
const refillDelay = 200 * time.Millisecond

// fold takes facts of the log in order.
func (r *Role) fold(facts []hiring.Fact) error {
	r.mu.Lock()
	stirred := map[hiring.DayID]bool{} // days that may invite others now
	everywhere := false
	for _, f := range facts {
		c, err := r.world.Apply(f)
		if err != nil {
			r.logger.Error("a fact was skipped", "err", err)
		}
		mine, err := r.ledger.fold(f)
		if err != nil {
			r.logger.Error("a fact was skipped", "err", err)
		}
		switch f.Kind() {
		case hiring.KindLearner, hiring.KindCredential, hiring.KindProgramme, hiring.KindOpening, hiring.KindEmployer:
			everywhere = true
		}
		if f.Kind() == hiring.KindEmployer { // what waited for the employer to be verified need not any more
			clear(r.arranged)
			clear(r.asked)
		}
		if f.Kind() == hiring.KindLearner {
			r.recall(c.Learners)
			r.forget(c)
		}
		r.withdraw(c.Opening)
		r.note(mine, stirred)
		r.expect(mine)
	}
	r.stir(stirred, everywhere)
	r.mu.Unlock()
	if n := len(facts); n > 0 {
		r.pos.Advance(facts[n-1].Seq)
	}
	return nil
}

// recall wakes the days on which learners were invited who were erased or may be shown no more, so that their invitations are
// withdrawn.
func (r *Role) recall(learners []hiring.LearnerRef) {
	for _, ref := range learners {
		if l := r.world.Learners[ref]; l == nil || l.Visible {
			continue
		}
		for _, ref := range r.ledger.invited[ref] {
			if _, inv := r.ledger.invitation(ref); inv.Status.Live() {
				r.alarms.at(r.now(), inv.Day)
			}
		}
	}
}

// withdraw wakes the days of an opening that was withdrawn.
func (r *Role) withdraw(opening hiring.OpeningID) {
	if o := r.world.Openings[opening]; o == nil || !o.Withdrawn {
		return
	}
	for id, b := range r.ledger.books {
		if b.live > 0 && b.day != nil && slices.Contains(b.day.Openings, opening) {
			r.alarms.at(r.now(), id)
		}
	}
}

// note sets the alarm that a change calls for.
func (r *Role) note(c change, stirred map[hiring.DayID]bool) {
	switch {
	case c.day != nil:
		stirred[c.day.ID] = true
		if b := r.ledger.book(c.day.ID); b.running() {
			r.alarms.at(b.last().Start, c.day.ID)
			r.alarms.at(b.ends(), c.day.ID)
			if c.day.Unsolved() {
				r.alarms.at(c.day.SolveBy(), c.day.ID)
			}
		}
	case c.invitation == nil:
	case !c.invitation.Until().IsZero():
		r.alarms.at(c.invitation.Until(), c.invitation.Day)
	default:
		stirred[c.invitation.Day] = true
	}
}

// stir lets days that have room look again shortly: those given, or all. Until the role is ready it does nothing, for every open
// day is looked at then.
func (r *Role) stir(days map[hiring.DayID]bool, all bool) {
	select {
	case <-r.ready:
	default:
		return
	}
	if all {
		for id := range r.ledger.books {
			days[id] = true
		}
	}
	now := r.now()
	soon := now.Add(refillDelay).Truncate(refillDelay) // on a grid, so that a stream of facts sets one alarm a step
	for id := range days {
		b := r.ledger.books[id]
		if b == nil || b.day == nil {
			continue
		}
		if r.inviting(b, now) || r.arranges(b, now) || r.asks(b, now) || b.waiting > 0 || b.day.Status == hiring.StatusCancelled && b.live > 0 {
			r.alarms.at(soon, id)
		}
	}
}
