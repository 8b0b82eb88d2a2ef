package ingest

import (
	"context"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// employerRecord is what an operator says of an employer.
type employerRecord struct {
	at string
	q  hiring.VerifyEmployer
}

// verifyEmployer records that an employer is who it says, and shows its openings that were held; or takes the first back.
func (r *Role) verifyEmployer(ctx context.Context, q hiring.VerifyEmployer) (hiring.Done, error) {
	if !q.Actor.Operator() {
		return hiring.Done{}, hiring.Errorf(hiring.Forbidden, "only an operator may verify employers")
	}
	if err := (hiring.Actor{Role: hiring.RoleEmployer, Subject: string(q.Name)}).Validate(); err != nil {
		return hiring.Done{}, within("name", err)
	}
	if strings.TrimSpace(string(q.Name)) != string(q.Name) {
		return hiring.Done{}, hiring.Invalidf("name", "begins or ends with a blank").Mend("write it as the employer's openings do")
	}
	done, err := r.do(ctx, q.Actor, &employerRecord{hiring.EmployerSubject(r.secrets.Ref(hiring.KindEmployer, string(q.Name))), q})
	if err != nil || !q.Verified {
		return done, err
	}
	last, err := r.releaseHeld(ctx, q)
	return hiring.Done{Position: max(done.Position, last)}, err
}

// releaseHeld shows the employer's openings that were held. What a stop leaves held is shown when the employer is verified again.
func (r *Role) releaseHeld(ctx context.Context, q hiring.VerifyEmployer) (last uint64, err error) {
	r.mu.RLock()
	var ids []hiring.OpeningID
	for id, o := range r.world.Openings {
		if o.Employer == q.Name && len(o.Held) > 0 && !o.Withdrawn {
			ids = append(ids, id)
		}
	}
	r.mu.RUnlock()
	slices.Sort(ids)
	for _, id := range ids {
		done, err := r.do(ctx, q.Actor, &releaseRecord{hiring.OpeningSubject(r.secrets.Ref(hiring.KindOpening, string(id))), id})
		if err != nil {
			return last, err
		}
		last = max(last, done.Position)
	}
	return last, nil
}

func (c *employerRecord) subject() string { return c.at }

func (c *employerRecord) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	if w.Verified(c.q.Name) == c.q.Verified {
		return nil, nil
	}
	what := hiring.EmployerSuspended
	if c.q.Verified {
		what = hiring.EmployerVerified
	}
	return &change{what: what, body: hiring.Employer{Name: c.q.Name, Verified: c.q.Verified, By: a, At: time.Now().UTC()}, expect: w.Seq(c.at)}, nil
}

// releaseRecord shows an opening that was held.
type releaseRecord struct {
	at string
	id hiring.OpeningID
}

func (c *releaseRecord) subject() string { return c.at }

func (c *releaseRecord) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	old := w.Openings[c.id]
	if old == nil || len(old.Held) == 0 || old.Withdrawn {
		return nil, nil
	}
	o := *old
	o.Held = nil
	return &change{what: hiring.OpeningReleased, body: o, expect: w.Seq(c.at)}, nil
}

// doubted returns what must be looked at before an opening is shown: nothing of an employer that was verified, nor of what an operator
// sends, for that was looked at, nor of one that an operator has shown before and that says the same still.
func doubted(w *hiring.World, a hiring.Actor, old *hiring.Opening, o hiring.Opening) []string {
	if a.Operator() || w.Verified(o.Employer) {
		return nil
	}
	if old != nil && len(old.Held) == 0 && same(old, o) {
		return nil
	}
	return o.Doubts()
}
