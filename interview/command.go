package interview

import (
	"context"
	"time"

	"matchday/events"
	"matchday/hiring"
)

const (
	rankPage   = 1000            // learners asked for at once, at most
	rankSpare  = 16              // asked for beyond the need, for those who turn out not to be invitable
	rankWithin = 5 * time.Second // for the matcher to answer
	retryAfter = time.Second     // when the matcher could not
)

// command carries out a command. Another process may have drafted the day or sent the invitation just now: what is not known here is
// looked for again once this role has folded all that the log holds.
func (r *Role) command(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	answer, err := r.dispatch(ctx, c)
	if hiring.CodeOf(err) != hiring.NotFound {
		return answer, err
	}
	end, lost := r.log.End(ctx)
	if lost != nil || r.pos.Wait(ctx, end) != nil {
		return answer, err
	}
	return r.dispatch(ctx, c)
}

// dispatch answers a DayCommand: it waits in the loop of its day.
func (r *Role) dispatch(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	if !c.ByLink {
		if err := c.Actor.Validate(); err != nil {
			return hiring.DayAnswer{}, err
		}
	}
	if c.Day == "" {
		r.mu.RLock()
		c.Day = r.ledger.dayOf[c.Invitation]
		r.mu.RUnlock()
	}
	if c.Day == "" && c.Invitation != "" {
		return hiring.DayAnswer{}, noInvitation()
	}
	if err := hiring.ValidID("day", string(c.Day)); err != nil {
		return hiring.DayAnswer{}, err
	}
	c.Ref = r.secrets.Ref(hiring.KindDay, string(c.Day))
	if c.Do != hiring.DoDraft && !r.known(c.Day) {
		return hiring.DayAnswer{}, noDay() // makes no loop for days that nobody drafted
	}
	return r.loops.of(c.Day).ask(ctx, c)
}

func (r *Role) known(day hiring.DayID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.ledger.book(day).day != nil
}

// carryOut decides and publishes one command in its day's loop. A day opens only when the matcher could be asked who to invite.
func (r *Role) carryOut(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	look := func(b *daybook, s surroundings, now time.Time) ([]change, error) { return decide(b, s, c, now) }
	var ranked []hiring.Match
	if c.Do == hiring.DoOpen {
		var err error
		if ranked, err = r.rankToOpen(ctx, c, look); err != nil {
			return hiring.DayAnswer{}, err
		}
	}
	if _, err := r.commit(ctx, c.Day, look); err != nil {
		return hiring.DayAnswer{}, err
	}
	switch c.Do {
	case hiring.DoOpen:
		if err := r.invite(ctx, c.Day, ranked); err != nil {
			r.later(c.Day, err)
		}
	case hiring.DoCancel:
		if err := r.settle(ctx, c.Day); err != nil {
			r.later(c.Day, err)
		}
	}
	return r.state(c), nil
}

// rankToOpen asks who could be invited, unless the command is going to be refused anyway.
func (r *Role) rankToOpen(ctx context.Context, c hiring.DayCommand, look decision) ([]hiring.Match, error) {
	r.mu.RLock()
	_, err := look(r.ledger.book(c.Day), r.surroundings(), r.now())
	r.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	return r.rank(ctx, c.Day)
}

// state is the answer to a command that was carried out.
func (r *Role) state(c hiring.DayCommand) hiring.DayAnswer {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := r.ledger.book(c.Day)
	a := hiring.DayAnswer{Day: *b.day, Position: max(r.ledger.seen[hiring.DaySubject(c.Ref)], b.fence)}
	if inv := b.invitations[c.Invitation]; inv != nil {
		shown := *inv
		a.Invitation = &shown
	}
	if c.Do == hiring.DoOpen {
		a.Sent = b.sentAtOnce()
	}
	return a
}

// tend ends what is over on a day and invites who is next. What fails is tried again shortly.
func (r *Role) tend(ctx context.Context, day hiring.DayID) {
	err := r.settle(ctx, day)
	if err == nil && r.wants(day) {
		var ranked []hiring.Match
		if ranked, err = r.rank(ctx, day); err == nil {
			err = r.invite(ctx, day, ranked)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.later(day, err)
	}
}

func (r *Role) later(day hiring.DayID, err error) {
	r.logger.Warn("a day could not be tended; it is tried again", "err", err)
	r.alarms.at(r.now().Add(retryAfter), day)
}

// settle publishes the end of every invitation that is over.
func (r *Role) settle(ctx context.Context, day hiring.DayID) error {
	for {
		done, err := r.commit(ctx, day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
			return settle(b, s, now), nil
		})
		if err != nil || len(done) == 0 {
			return err
		}
	}
}

// wants reports whether the day has seats to offer.
func (r *Role) wants(day hiring.DayID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := r.ledger.book(day)
	return b.inviting(r.now()) && b.room() > 0
}

// invite sends invitations to the best of the ranked learners while there is room.
func (r *Role) invite(ctx context.Context, day hiring.DayID, ranked []hiring.Match) error {
	var at time.Time // one time for all that go out at once
	for {
		done, err := r.commit(ctx, day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
			if !b.inviting(now) {
				return nil, nil
			}
			if at.IsZero() {
				at = now
			}
			chosen := choose(b, s, ranked, at, r.naming(day))
			var changes []change
			for i := range chosen[:min(len(chosen), settleLimit)] {
				changes = append(changes, change{kind: hiring.InvitationSent, invitation: &chosen[i]})
			}
			return changes, nil
		})
		if err != nil || len(done) == 0 {
			return err
		}
	}
}

func (r *Role) naming(day hiring.DayID) naming {
	return func(o hiring.OpeningID, l hiring.LearnerRef) hiring.Ref { return r.secrets.InvitationRef(day, o, l) }
}

// rank asks the matcher for the learners of every opening of a day that still takes people: as many as there may be invited, and
// those who were already.
func (r *Role) rank(ctx context.Context, day hiring.DayID) ([]hiring.Match, error) {
	r.mu.RLock()
	now, b := r.now(), r.ledger.book(day)
	need := b.room() + len(b.invitations) + rankSpare
	bars := map[hiring.OpeningID]hiring.Score{}
	for _, id := range b.day.Openings {
		if o := r.world.Openings[id]; o != nil && o.OpenAt(now) {
			bars[id] = max(b.day.Bar, millionths(o.Bar), 1)
		}
	}
	openings := b.day.Openings
	r.mu.RUnlock()
	var ranked []hiring.Match
	for _, id := range openings {
		bar, taking := bars[id]
		if !taking {
			continue
		}
		list, err := r.rankOpening(ctx, id, bar, need, now)
		if err != nil {
			return nil, err
		}
		ranked = append(ranked, list...)
	}
	return ranked, nil
}

// rankOpening reads an opening's ranking page by page, down to the bar and as far as needed.
func (r *Role) rankOpening(ctx context.Context, id hiring.OpeningID, bar hiring.Score, need int, now time.Time) ([]hiring.Match, error) {
	ctx, cancel := context.WithTimeout(ctx, rankWithin)
	defer cancel()
	var list []hiring.Match
	for len(list) < need {
		q := hiring.RankLearners{
			Asked:   hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleOperator, Subject: source}, After: r.pos.Now()},
			Opening: id, Offset: len(list), Limit: min(need-len(list), rankPage), Explain: true, At: now,
		}
		page, err := events.Ask[hiring.RankedLearners](ctx, r.log, q)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Matches {
			m.Opening = id
			list = append(list, m)
		}
		if n := len(page.Matches); n < q.Limit || page.Matches[n-1].Score < bar {
			break
		}
	}
	return list, nil
}
