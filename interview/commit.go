package interview

import (
	"context"
	"errors"
	"time"

	"matchday/events"
	"matchday/hiring"
)

const (
	source = "interview" // ce-source of the role's facts
	// attempts bounds how often a decision is made anew because the log had moved on.
	attempts = 16
	// patience bounds one publish or one reading up, so that a loop never hangs on a broker that is away.
	patience = 10 * time.Second
)

// decision is a pure look at a day: the changes wanted, or why there are none. It may be called several times.
type decision func(b *daybook, s surroundings, now time.Time) ([]change, error)

// commit decides and publishes, and decides again when the log had moved on since. It returns what it published; the ledger
// holds it then. No changes is not an error.
func (r *Role) commit(ctx context.Context, day hiring.DayID, decide decision) ([]change, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for range attempts {
		r.mu.RLock()
		b, now := r.ledger.book(day), r.now()
		changes, err := decide(b, r.surroundings(), now)
		revise(b, changes, now)
		drafts := r.drafts(day, changes)
		r.mu.RUnlock()
		if err != nil || len(changes) == 0 {
			return nil, err
		}
		last, err := r.press.publish(ctx, drafts)
		if errors.Is(err, events.ErrStale) {
			if err := r.readUp(ctx, day, drafts); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		r.keep(changes, drafts, last)
		return changes, nil
	}
	return nil, hiring.Errorf(hiring.Unavailable, "the day changes too fast to decide").Mend("try again shortly")
}

// keep folds what was published: the facts of a batch stand in the log without gaps, up to last.
func (r *Role) keep(changes []change, drafts []events.Draft, last uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := last + 1 - uint64(len(drafts))
	for i, c := range changes {
		r.ledger.apply(c, drafts[i].Subject, first+uint64(i))
		if c.invitation != nil && c.invitation.Status == hiring.Sent {
			r.alarms.at(c.invitation.Expires, c.invitation.Day)
		}
	}
}

// drafts turns changes into facts with the expectations of the state they were decided on; the caller holds mu since deciding.
// The first invitation carries the fence for all of a batch: within it nothing can come between. So does the first of several facts of
// one subject.
func (r *Role) drafts(day hiring.DayID, changes []change) []events.Draft {
	list := make([]events.Draft, 0, len(changes))
	fenced, written := false, map[string]bool{}
	for _, c := range changes {
		d := events.Draft{Type: c.kind, Source: source}
		switch {
		case c.day != nil:
			d.Subject, d.Body = hiring.DaySubject(c.day.Ref), c.day
			d.Expect = r.ledger.seen[d.Subject]
		case c.invitation != nil:
			ref := r.secrets.Ref(hiring.KindDay, string(day))
			opening := r.secrets.Ref(hiring.KindOpening, string(c.invitation.Opening))
			d.Subject, d.Body = hiring.InvitationSubject(ref, opening, c.invitation.Learner), c.invitation
			d.Fence, d.Expect = hiring.InvitationsOfDay(ref), r.ledger.book(day).fence
			if fenced {
				d.Fence, d.Expect, d.Unfenced = "", 0, true
			}
			fenced = true
		case c.booking != nil:
			d.Subject, d.Body = hiring.BookingSubject(c.booking.Learner), c.booking
			d.Expect = r.ledger.seen[d.Subject]
		case c.wishes != nil:
			d.Subject, d.Body = hiring.WishSubject(r.secrets.Ref(hiring.KindDay, string(day)), c.wishes.Learner), c.wishes
			d.Expect = r.ledger.seen[d.Subject]
		}
		if written[d.Subject] {
			d.Fence, d.Expect, d.Unfenced = "", 0, true
		}
		written[d.Subject] = true
		list = append(list, d)
	}
	return list
}

// readUp folds the log up to the last fact behind every expectation of the drafts, and takes what stands there for the next
// attempt. The log is asked rather than the fold alone, for erasure removes facts: then the last one is older than what was seen.
func (r *Role) readUp(ctx context.Context, day hiring.DayID, drafts []events.Draft) error {
	for _, d := range drafts {
		if d.Unfenced {
			continue
		}
		subject := d.Subject
		if d.Fence != "" {
			subject = d.Fence
		}
		f, err := r.log.Last(ctx, subject)
		if err != nil && hiring.CodeOf(err) != hiring.NotFound {
			return err
		}
		if err := r.pos.Wait(ctx, f.Seq); err != nil {
			return err
		}
		r.mu.Lock()
		if d.Fence != "" {
			r.ledger.keep(day).fence = f.Seq
		} else {
			r.ledger.seen[subject] = f.Seq
		}
		r.mu.Unlock()
	}
	return nil
}
