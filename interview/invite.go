package interview

import (
	"cmp"
	"slices"
	"time"

	"matchday/hiring"
)

// settleLimit bounds the invitations that one settle ends, so that they and their bookings fit one atomic batch.
const settleLimit = 100

// settle ends the invitations that are over without anybody's command: past their expiry, of a cancelled day, of an erased
// learner; and those not accepted of a learner who may be shown no more, or for an opening that was withdrawn. At most settleLimit at once: call it until it returns nothing.
func settle(b *daybook, s surroundings, now time.Time) []change {
	if b.day == nil {
		return nil
	}
	var due []hiring.Ref
	for ref, inv := range b.invitations {
		if to, _ := over(b, s, inv, now); to != "" {
			due = append(due, ref)
		}
	}
	slices.Sort(due)
	var changes []change
	for _, ref := range due[:min(len(due), settleLimit)] {
		next := *b.invitations[ref]
		to, kind := over(b, s, &next, now)
		if s.erased(next.Learner) || next.Status != hiring.Accepted && s.hidden(next.Learner) { // the ledger goes with the person
			next = bare(next)
		}
		changes = append(changes, ended(s, &next, to, kind)...)
	}
	return changes
}

// over says which final status an invitation has reached by now and the fact that tells it; "" for none.
func over(b *daybook, s surroundings, inv *hiring.Invitation, now time.Time) (hiring.InvitationStatus, string) {
	switch {
	case !inv.Status.Live():
		return "", ""
	case b.day.Status == hiring.StatusCancelled, s.erased(inv.Learner):
		return hiring.Withdrawn, hiring.InvitationRecalled
	case inv.Status != hiring.Accepted && (s.hidden(inv.Learner) || s.withdrawn(inv.Opening)): // what was accepted stands
		return hiring.Withdrawn, hiring.InvitationRecalled
	case inv.Status != hiring.Accepted && !now.Before(inv.Expires):
		return hiring.Expired, hiring.InvitationExpired
	}
	return "", ""
}

// naming gives the invitation of (opening, learner) on a day its ref; see vault.Secrets.InvitationRef.
type naming func(hiring.OpeningID, hiring.LearnerRef) hiring.Ref

// choose picks who is invited now out of the ranked learners of the day's openings: the best scores first whatever the opening, ties
// by learner, then opening; nobody below the bar of the day or the opening, nobody twice, nobody who could sit in no slot,
// and never more than there are seats. The day's status is not looked at, so that a draft can be previewed.
func choose(b *daybook, s surroundings, ranked []hiring.Match, now time.Time, name naming) []hiring.Invitation {
	order := slices.Clone(ranked)
	slices.SortFunc(order, func(x, y hiring.Match) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Learner, y.Learner), cmp.Compare(x.Opening, y.Opening))
	})
	room := b.room()
	chosen := map[hiring.LearnerRef]bool{}
	var list []hiring.Invitation
	for _, m := range order {
		if len(list) >= room {
			break
		}
		if chosen[m.Learner] || !invitable(b, s, m, now) {
			continue
		}
		chosen[m.Learner] = true
		list = append(list, hiring.Invitation{
			Ref: name(m.Opening, m.Learner), Day: b.day.ID, Opening: m.Opening, Employer: b.day.Employer, Learner: m.Learner,
			Status: hiring.Sent, SentAt: now, Expires: expiry(b.day, now), Match: m,
		})
	}
	return list
}

// invitable reports whether the learner of a match may be invited to the day for its opening.
func invitable(b *daybook, s surroundings, m hiring.Match, now time.Time) bool {
	o := s.opening(m.Opening)
	if o == nil || !o.OpenAt(now) || m.Score < bar(b.day, o) {
		return false
	}
	if _, had := b.invited[m.Learner]; had {
		return false
	}
	if l := s.learner(m.Learner); l == nil || l.Erased || !l.Visible {
		return false
	}
	booking := s.booking(m.Learner)
	return slices.ContainsFunc(b.day.Slots, func(slot hiring.Slot) bool { return sittable(b, booking, slot, now) == nil })
}

// bar is the least score that an invitation to the day for the opening takes; nil stands for an opening that is not known.
func bar(d *hiring.Day, o *hiring.Opening) hiring.Score {
	least := max(d.Bar, 1)
	if o != nil {
		least = max(least, millionths(o.Bar))
	}
	return least
}

// expiry is when an invitation sent now ends: after the day's time to reply, and no later than its deadline.
func expiry(d *hiring.Day, now time.Time) time.Time {
	at := now.Add(time.Duration(d.ReplyWithin) * time.Second)
	if at.After(d.Deadline) {
		return d.Deadline
	}
	return at
}
