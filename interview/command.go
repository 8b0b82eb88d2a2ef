package interview

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"matchday/events"
	"matchday/hiring"
)

const (
	pageSize   = 200             // learners asked for at once, at most
	rankMost   = 1000            // invitable learners gathered for an opening at once, at most: each carries a ledger
	rankWithin = 5 * time.Second // for the matcher to answer once
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
	if c.Code != "" {
		c.Invitation = r.arriving(c.Day, c.Code)
	}
	if c.Do == hiring.DoWish {
		r.nameSeeker(&c)
	}
	if err := r.refusal(c); err != nil {
		return hiring.DayAnswer{}, err
	}
	return r.loops.ask(ctx, c)
}

// refusal says why a command on a day that nobody drafted yet cannot be taken. It is decided before there is a loop: otherwise
// anybody could make loops for days that never will be.
func (r *Role) refusal(c hiring.DayCommand) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := r.ledger.book(c.Day)
	switch {
	case b.day != nil:
		return nil
	case c.Do != hiring.DoDraft:
		return noDay()
	}
	_, err := decide(b, r.surroundings(), c, r.now())
	return err
}

// carryOut decides and publishes one command in its day's loop.
func (r *Role) carryOut(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	look := func(b *daybook, s surroundings, now time.Time) ([]change, error) { return decide(b, s, c, now) }
	switch c.Do {
	case hiring.DoOpen:
		return r.open(ctx, c, look)
	case hiring.DoInvite:
		return r.inviteNamed(ctx, c)
	case hiring.DoSolve:
		return r.solveDay(ctx, c, look)
	case hiring.DoChange, hiring.DoAgree: // who still is to be told of the last change is told first
		if err := r.settle(ctx, c.Day); err != nil {
			return hiring.DayAnswer{}, err
		}
	}
	if _, err := r.commit(ctx, c.Day, look); err != nil {
		return hiring.DayAnswer{}, err
	}
	switch c.Do {
	case hiring.DoCancel, hiring.DoChange:
		if err := r.settle(ctx, c.Day); err != nil {
			r.later(c.Day, err)
		}
	}
	return r.state(c), nil
}

// open opens a day and invites. A day opens only when the matcher could be asked who to invite.
func (r *Role) open(ctx context.Context, c hiring.DayCommand, look decision) (hiring.DayAnswer, error) {
	ranked, more, err := r.rankToOpen(ctx, c, look)
	if err != nil {
		return hiring.DayAnswer{}, err
	}
	if _, err := r.commit(ctx, c.Day, look); err != nil {
		return hiring.DayAnswer{}, err
	}
	held, err := r.invite(ctx, c.Day, ranked, cmp.Or(c.Command, opening))
	if err != nil {
		r.later(c.Day, err)
	} else if more {
		r.loops.tend(c.Day)
	}
	answer := r.state(c)
	answer.Held = held
	return answer, nil
}

// rankToOpen asks who could be invited, unless the command is going to be refused anyway or the day invites nobody by itself.
func (r *Role) rankToOpen(ctx context.Context, c hiring.DayCommand, look decision) (ranked []hiring.Match, more bool, err error) {
	r.mu.RLock()
	b := r.ledger.book(c.Day)
	_, err = look(b, r.surroundings(), r.now())
	idle := err == nil && b.day.Admits() != hiring.AdmitOpen
	r.mu.RUnlock()
	if err != nil || idle {
		return nil, false, err
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
	switch c.Do {
	case hiring.DoOpen:
		a.Sent = b.sentBy[b.opener]
	case hiring.DoInvite, hiring.DoSolve:
		a.Sent = b.sentBy[c.Command]
	}
	return a
}

// tend ends what is over on a day and invites who is next. What fails is tried again later, and nobody is invited before.
func (r *Role) tend(ctx context.Context, day hiring.DayID) {
	err := r.settle(ctx, day)
	if err == nil {
		err = r.remind(ctx, day)
	}
	for more := !r.retries.waits(day, r.now()); more && err == nil && r.wants(day); {
		var ranked []hiring.Match
		if ranked, more, err = r.rank(ctx, day); err == nil {
			_, err = r.invite(ctx, day, ranked, "")
		}
	}
	if err == nil && r.unarranged(day) {
		err = r.arrange(ctx, day, "")
	}
	if err == nil && r.unasked(day) {
		err = r.ask(ctx, day)
	}
	switch {
	case err != nil && ctx.Err() == nil:
		r.later(day, err)
	case err == nil && !r.retries.waits(day, r.now()):
		r.retries.done(day)
	}
}

// later has a day tried again after a failure, with one alarm however many attempts fail meanwhile. That another role does not answer
// yet is usual at a start, and worth a warning only when it goes on.
func (r *Role) later(day hiring.DayID, err error) {
	now := r.now()
	at, fresh := r.retries.failed(day, now)
	if fresh {
		level := slog.LevelWarn
		if hiring.CodeOf(err) == hiring.Unavailable && at.Sub(now) == retryFirst {
			level = slog.LevelInfo
		}
		r.logger.Log(context.Background(), level, "a day could not be tended; it is tried again", "err", err)
		r.alarms.at(at, day)
	}
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
	return r.inviting(r.ledger.book(day), r.now())
}

// inviting reports whether a day invites by itself, has room, and an employer who may; the caller holds mu.
func (r *Role) inviting(b *daybook, now time.Time) bool {
	return b.refills(now) && b.room(now) > 0 && len(r.openings(b, now)) > 0
}

// openings lists those of a day's openings that people may be invited for; the caller holds mu.
func (r *Role) openings(b *daybook, now time.Time) []hiring.OpeningID {
	s := r.surroundings()
	var list []hiring.OpeningID
	for _, id := range b.day.Openings {
		if o := s.opening(id); o != nil && o.OpenAt(now) && payable(o) == nil && s.quota(o.Employer) > 0 {
			list = append(list, id)
		}
	}
	return list
}

// invite sends invitations to the best of the ranked learners while there is room. They carry the id of the command that sent
// them, if one did. Held counts those that wait until their employer is verified.
func (r *Role) invite(ctx context.Context, day hiring.DayID, ranked []hiring.Match, command string) (held int, err error) {
	r.sending.Lock()
	defer r.sending.Unlock()
	var at time.Time // one time for all that go out at once
	for {
		done, err := r.commit(ctx, day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
			if !b.refills(now) {
				return nil, nil
			}
			if at.IsZero() {
				at = now
			}
			var chosen []hiring.Invitation
			chosen, held = choose(b, s, ranked, b.room(at), at, r.naming(day))
			var changes []change
			for i := range chosen[:min(len(chosen), settleLimit)] {
				chosen[i].Command = command
				changes = append(changes, change{kind: hiring.InvitationSent, invitation: &chosen[i]})
			}
			return changes, nil
		})
		if err != nil || len(done) == 0 {
			return held, err
		}
	}
}

func (r *Role) naming(day hiring.DayID) naming {
	return func(o hiring.OpeningID, l hiring.LearnerRef) hiring.Ref { return r.secrets.InvitationRef(day, o, l) }
}

// rank asks the matcher for the learners of every opening of a day that still takes people: as many as can be invited now. It
// reports whether there may be more, beyond rankMost.
func (r *Role) rank(ctx context.Context, day hiring.DayID) (ranked []hiring.Match, more bool, err error) {
	r.mu.RLock()
	now, b := r.now(), r.ledger.book(day)
	room := b.room(now)
	if b.day.Admits() != hiring.AdmitOpen { // those who choose see the whole list
		room = rankMost
	}
	openings := r.openings(b, now)
	r.mu.RUnlock()
	for _, id := range openings {
		list, err := r.rankOpening(ctx, day, id, min(room, rankMost), now)
		if err != nil {
			return nil, false, err
		}
		more = more || room > rankMost && len(list) >= rankMost
		ranked = append(ranked, list...)
	}
	return ranked, more, nil
}

// rankOpening reads an opening's ranking page by page, until it found need learners who can be invited or those left are below
// the bar. Whom the day invited before stand on the first pages, so these are read again and again, but not kept.
func (r *Role) rankOpening(ctx context.Context, day hiring.DayID, id hiring.OpeningID, need int, now time.Time) ([]hiring.Match, error) {
	var list []hiring.Match
	for offset := 0; len(list) < need; {
		page, err := r.rankPage(ctx, hiring.RankLearners{
			Asked:   hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleOperator, Subject: source}, After: r.pos.Now()},
			Opening: id, Offset: offset, Limit: pageSize, Explain: true, At: now,
		})
		if err != nil {
			return nil, err
		}
		var low bool
		list, low = r.gather(list, day, page.Matches, now)
		offset += len(page.Matches)
		if low || len(page.Matches) == 0 || offset >= page.Total {
			break
		}
	}
	return list, nil
}

func (r *Role) rankPage(ctx context.Context, q hiring.RankLearners) (hiring.RankedLearners, error) {
	ctx, cancel := context.WithTimeout(ctx, rankWithin)
	defer cancel()
	page, err := events.Ask[hiring.RankedLearners](ctx, r.log, q)
	for i := range page.Matches {
		page.Matches[i].Opening = q.Opening
	}
	return page, err
}

// gather appends those of a page who can be invited, and reports whether the page reaches below the bar.
func (r *Role) gather(list []hiring.Match, day hiring.DayID, page []hiring.Match, now time.Time) (_ []hiring.Match, low bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b, s := r.ledger.book(day), r.surroundings()
	for _, m := range page {
		if m.Score >= bar(b.day, s.opening(m.Opening)) && invitable(b, s, m, now) == nil {
			list = append(list, m)
		}
		low = low || m.Score < bar(b.day, s.opening(m.Opening))
	}
	return list, low
}
