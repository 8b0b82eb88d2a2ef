package interview

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"matchday/hiring"
	"matchday/vault"
)

// viewDay shows a day to those who manage it.
func (r *Role) viewDay(ctx context.Context, q hiring.ViewDay) (hiring.DayView, error) {
	view, err := r.dayView(q)
	if err != nil || !q.Preview {
		return view, err
	}
	if err := r.payable(q.Day); err != nil {
		return hiring.DayView{}, err
	}
	ranked, _, err := r.rank(ctx, q.Day)
	if err != nil {
		return hiring.DayView{}, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	b, now := r.ledger.book(q.Day), r.now()
	room := b.room(now)
	if b.day.Admits() != hiring.AdmitOpen {
		room = rankMost
	}
	chosen, _ := choose(b, r.surroundings(), ranked, room, now, r.naming(q.Day))
	view.Total = min(len(chosen), rankMost)
	for _, inv := range part(chosen[:view.Total], q) {
		view.Preview = append(view.Preview, inv.Match)
		r.identify(view.IDs, inv.Learner)
	}
	return view, nil
}

// payable refuses to preview a day that could not be opened: who looked at nobody would wonder.
func (r *Role) payable(day hiring.DayID) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return allPayable(r.ledger.book(day), r.surroundings())
}

func (r *Role) dayView(q hiring.ViewDay) (hiring.DayView, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	b := r.ledger.book(q.Day)
	if b.day == nil || !q.Actor.MayViewDay(b.day) {
		return hiring.DayView{}, noDay()
	}
	view := hiring.DayView{
		Day: *b.day, Invitations: []hiring.Invitation{}, Free: b.frees(), Waiting: b.waiting, Review: r.review(b),
		IDs: map[hiring.LearnerRef]hiring.LearnerID{}, Position: r.pos.Now(),
	}
	for _, inv := range b.invitations {
		if q.Actor.MaySeeInvitation(inv) {
			view.Total++
		}
	}
	if q.Preview || q.Limit < 1 {
		return view, nil
	}
	list := make([]hiring.Invitation, 0, len(b.invitations))
	for _, inv := range b.invitations {
		if q.Actor.MaySeeInvitation(inv) {
			list = append(list, r.shown(*inv))
		}
	}
	slices.SortFunc(list, func(x, y hiring.Invitation) int {
		return cmp.Or(cmp.Compare(y.Match.Score, x.Match.Score), strings.Compare(string(x.Learner), string(y.Learner)))
	})
	view.Invitations = part(list, q)
	for i := range view.Invitations {
		r.identify(view.IDs, view.Invitations[i].Learner)
	}
	return view, nil
}

// review reports whether invitations of the day wait until an operator has verified an employer.
func (r *Role) review(b *daybook) bool {
	s := r.surroundings()
	return b.running() && slices.ContainsFunc(b.day.Openings, func(id hiring.OpeningID) bool {
		o := s.opening(id)
		return o != nil && s.quota(o.Employer) == 0
	})
}

// shown is the invitation as those who manage the day may see it now: of an erased learner nothing is left but that there was one,
// and of one who hid since nothing that they bring, unless they accepted.
func (r *Role) shown(inv hiring.Invitation) hiring.Invitation {
	s := r.surroundings()
	switch {
	case s.erased(inv.Learner):
		inv = bare(inv)
		inv.Learner = ""
	case inv.Status != hiring.Accepted && s.hidden(inv.Learner):
		inv = bare(inv)
	}
	return inv
}

// part returns what a question wants of a list, as far as one answer carries it.
func part[T any](list []T, q hiring.ViewDay) []T {
	list = list[min(max(q.Offset, 0), len(list)):]
	return hiring.Fitting(list[:min(max(q.Limit, 0), len(list))])
}

// identify adds a learner's id, unless the learner was erased.
func (r *Role) identify(ids map[hiring.LearnerRef]hiring.LearnerID, ref hiring.LearnerRef) {
	if l := r.world.Learners[ref]; l != nil && !l.Erased {
		ids[ref] = l.ID
	}
}

// viewInvitation shows an invitation to the learner, to who holds its link, and to those who manage the day. What tells who the
// learner is is left out for those who know learners by pseudonym.
func (r *Role) viewInvitation(_ context.Context, q hiring.ViewInvitation) (hiring.InvitationView, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if q.Code != "" {
		q.Invitation, q.ByLink = r.ledger.codes[vault.TidyCode(q.Code)], true
	}
	b, inv := r.ledger.invitation(q.Invitation)
	if inv == nil || b.day == nil {
		return hiring.InvitationView{}, noInvitation()
	}
	l := r.world.Learners[inv.Learner]
	if l == nil || l.Erased {
		return hiring.InvitationView{}, noInvitation()
	}
	if !q.ByLink && !q.Actor.IsLearner(l.ID) && !(q.Actor.MayViewDay(b.day) && q.Actor.MaySeeInvitation(inv)) {
		return hiring.InvitationView{}, noInvitation()
	}
	view := hiring.InvitationView{
		Invitation: *inv, Day: *b.day, Opening: r.world.Openings[inv.Opening], Free: b.frees(), Position: r.pos.Now(),
		Queue: place(b, inv.Ref),
	}
	if q.ByLink || q.Actor.IsLearner(l.ID) {
		view.LearnerID, view.Languages, view.Place = l.ID, l.Languages, l.Place
		elsewhere := unbooked(r.ledger.bookings[inv.Learner], inv)
		for n, slot := range b.day.Slots {
			if _, clash := elsewhere.Clash(slot); clash {
				view.Taken = append(view.Taken, n)
			}
		}
		return view, nil
	}
	view.Invitation = r.shown(*inv)
	if !q.Actor.SeesPseudonyms() {
		view.LearnerID, view.Languages, view.Place = l.ID, l.Languages, l.Place
	}
	return view, nil
}

// listInvitations lists a learner's invitations, newest first.
func (r *Role) listInvitations(_ context.Context, q hiring.ListInvitations) (hiring.InvitationList, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	l := r.world.LearnerByID(q.Learner)
	if l == nil || !q.Actor.MayReadLearner(l) {
		return hiring.InvitationList{}, hiring.Errorf(hiring.NotFound, "no such learner")
	}
	list := hiring.InvitationList{Invitations: []hiring.Invitation{}, Ref: l.Ref}
	for _, ref := range r.ledger.invited[l.Ref] {
		_, inv := r.ledger.invitation(ref)
		list.Invitations = append(list.Invitations, *inv)
	}
	slices.SortFunc(list.Invitations, func(x, y hiring.Invitation) int {
		return cmp.Or(y.SentAt.Compare(x.SentAt), strings.Compare(string(x.Ref), string(y.Ref)))
	})
	list.Invitations = hiring.Fitting(list.Invitations)
	return list, nil
}
