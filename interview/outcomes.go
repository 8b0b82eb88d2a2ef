package interview

import (
	"context"
	"slices"

	"matchday/events"
	"matchday/hiring"
)

// progress is how far one learner came on interview days.
type progress struct {
	accepted, attended, offered, hired, disputed bool
	pay                                          *hiring.Pay
}

// countOutcomes counts, for whoever manages a programme, what became of those who hold it. Who holds it, the matcher knows, and whether
// the actor may ask.
func (r *Role) countOutcomes(ctx context.Context, q hiring.CountOutcomes) (hiring.ProgrammeOutcomes, error) {
	all, position := r.progress()
	refs := make([]hiring.LearnerRef, 0, len(all))
	for ref := range all {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	held := map[hiring.LearnerRef]progress{}
	for first := 0; first == 0 || first < len(refs); first += hiring.MaxHolders { // once even for nobody: the actor must be one who may ask
		ask := hiring.FindHolders{Asked: q.Asked, Programme: q.Programme, Learners: refs[first:min(first+hiring.MaxHolders, len(refs))]}
		found, err := events.Ask[hiring.FoundHolders](ctx, r.log, ask)
		if err != nil {
			return hiring.ProgrammeOutcomes{}, err
		}
		for _, ref := range found.Holders {
			held[ref] = all[ref]
		}
	}
	out := tally(held, q.Actor)
	out.Programme, out.Position = q.Programme, position
	return out, nil
}

// progress reads how far every learner came who was ever invited to an interview.
func (r *Role) progress() (map[hiring.LearnerRef]progress, uint64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := map[hiring.LearnerRef]progress{}
	for _, b := range r.ledger.books {
		if b.day == nil || b.day.Kind != hiring.Interviews {
			continue
		}
		for _, inv := range b.invitations {
			all[inv.Learner] = all[inv.Learner].with(inv)
		}
	}
	return all, r.pos.Now()
}

// with is the progress of a learner who got this invitation too. Of two jobs, the better paid counts.
func (p progress) with(inv *hiring.Invitation) progress {
	p.accepted = p.accepted || inv.Status == hiring.Accepted || inv.Former != nil
	if a := inv.Attendance; a != nil && (a.Presence == hiring.Attended || a.Presence == hiring.CheckedIn) {
		p.attended = true
	}
	p.offered = p.offered || inv.WasOffered()
	hired, disputed := inv.WasHired()
	p.hired, p.disputed = p.hired || hired, p.disputed || disputed
	if pay := inv.HiredAt(); hired && pay != nil && (p.pay == nil || pay.Min > p.pay.Min) {
		p.pay = pay
	}
	return p
}

// tally counts for an actor: what is hidden is hidden here, before it leaves the role.
func tally(held map[hiring.LearnerRef]progress, to hiring.Actor) hiring.ProgrammeOutcomes {
	count := func(is func(progress) bool) hiring.Count {
		n := 0
		for _, p := range held {
			if is(p) {
				n++
			}
		}
		return to.Told(n)
	}
	var pays []hiring.Pay
	for _, p := range held {
		if p.hired && p.pay != nil {
			pays = append(pays, *p.pay)
		}
	}
	return hiring.ProgrammeOutcomes{
		Invited:  count(func(progress) bool { return true }),
		Accepted: count(func(p progress) bool { return p.accepted }),
		Attended: count(func(p progress) bool { return p.attended }),
		Offered:  count(func(p progress) bool { return p.offered }),
		Hired:    count(func(p progress) bool { return p.hired }),
		Disputed: count(func(p progress) bool { return p.disputed && !p.hired }),
		Pay:      hiring.MedianPays(pays),
	}
}
