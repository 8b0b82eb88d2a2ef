package interview

import (
	"context"
	"time"

	"matchday/hiring"
)

// maxNamed bounds the learners whom one command invites: they and nothing else fit one atomic batch.
const maxNamed = settleLimit

// inviteNamed invites the learners whom a command names, all or none.
func (r *Role) inviteNamed(ctx context.Context, c hiring.DayCommand) (hiring.DayAnswer, error) {
	none := hiring.DayAnswer{}
	r.mu.RLock()
	err := authorise(r.ledger.book(c.Day), r.surroundings(), c)
	r.mu.RUnlock()
	switch {
	case err != nil:
		return none, err
	case len(c.Learners) == 0:
		return none, hiring.Invalidf("learners", "is empty").Mend("name those to invite")
	case len(c.Learners) > maxNamed:
		return none, hiring.Invalidf("learners", "names more than %d", maxNamed)
	}
	matches, err := r.matchesOf(ctx, c)
	if err != nil {
		return none, err
	}
	r.sending.Lock()
	defer r.sending.Unlock()
	_, err = r.commit(ctx, c.Day, func(b *daybook, s surroundings, now time.Time) ([]change, error) {
		if err := authorise(b, s, c); err != nil {
			return nil, err
		}
		return inviteThese(b, s, c, matches, now, r.naming(c.Day))
	})
	if err != nil {
		return none, err
	}
	return r.state(c), nil
}

// matchesOf finds the matches of the learners whom a command names, in its order: by their ids, or by the pseudonyms under which the
// actor knows them. The opening's ranking is read until all are found.
func (r *Role) matchesOf(ctx context.Context, c hiring.DayCommand) ([]hiring.Match, error) {
	found := make([]hiring.Match, len(c.Learners))
	missing := map[string]int{}
	for i, name := range c.Learners {
		if _, twice := missing[name]; twice {
			return nil, about("learners", i, hiring.Errorf(hiring.Invalid, "is named twice"))
		}
		missing[name] = i
	}
	for offset := 0; len(missing) > 0; {
		page, err := r.rankPage(ctx, hiring.RankLearners{
			Asked:   hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleOperator, Subject: source}, After: r.pos.Now()},
			Opening: c.Opening, Offset: offset, Limit: pageSize, Explain: true, At: r.now(),
		})
		if err != nil {
			return nil, err
		}
		for _, m := range page.Matches {
			name := r.nameTo(c.Actor, m.Learner)
			if i, wanted := missing[name]; wanted {
				found[i] = m
				delete(missing, name)
			}
		}
		if offset += len(page.Matches); len(page.Matches) == 0 || offset >= page.Total {
			break
		}
	}
	for i, name := range c.Learners {
		if _, lost := missing[name]; lost {
			return nil, about("learners", i, hiring.Errorf(hiring.NotFound, "is nobody who matches the opening"))
		}
	}
	return found, nil
}

// nameTo is what an actor calls a learner.
func (r *Role) nameTo(a hiring.Actor, ref hiring.LearnerRef) string {
	if a.SeesPseudonyms() {
		return r.secrets.Pseudonym(hiring.EmployerName(a.Subject), ref)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if l := r.world.Learners[ref]; l != nil && !l.Erased {
		return string(l.ID)
	}
	return ""
}
