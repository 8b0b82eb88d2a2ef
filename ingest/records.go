package ingest

import (
	"slices"

	"matchday/hiring"
	"matchday/ingest/native"
)

// notYours is how a record is refused that the token may not write: in the same words whether it exists or not.
func notYours() error {
	return hiring.Errorf(hiring.Forbidden, "this token may not write this record").Mend("send it with a token of its owner, or under another id")
}

// openingRecord is an opening as it was imported.
type openingRecord struct {
	at      string
	opening hiring.Opening
}

func (r *openingRecord) subject() string { return r.at }

func (r *openingRecord) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	old := w.Openings[r.opening.ID]
	if !a.MayManageOpening(&r.opening) || old != nil && !a.MayManageOpening(old) {
		return nil, notYours()
	}
	if old != nil && !old.Withdrawn && old.Employer != r.opening.Employer {
		return nil, hiring.Errorf(hiring.Conflict, "this id belongs to another employer's opening").
			Mend("give it another id, or withdraw that one first")
	}
	what := hiring.OpeningPosted
	o := r.opening
	o.Held = doubted(w, a, old, o)
	if old != nil {
		if same(old, o) {
			return nil, nil
		}
		if !old.Withdrawn {
			what = hiring.OpeningChanged
		}
	}
	return &change{what: what, body: o, expect: w.Seq(r.at)}, nil
}

// programmeRecord is a programme as it was imported.
type programmeRecord struct {
	at        string
	programme hiring.Programme
}

func (r *programmeRecord) subject() string { return r.at }

func (r *programmeRecord) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	old := w.Programmes[r.programme.ID]
	if !a.MayManageProgramme(&r.programme) || old != nil && !a.MayManageProgramme(old) {
		return nil, notYours()
	}
	if old != nil && !old.Withdrawn && old.Provider != r.programme.Provider {
		return nil, hiring.Errorf(hiring.Conflict, "this id belongs to another provider's programme").Mend("give it another id")
	}
	if old != nil && same(old, r.programme) {
		return nil, nil
	}
	return &change{what: hiring.ProgrammePublished, body: r.programme, expect: w.Seq(r.at)}, nil
}

// learnerRecord is a learner as they were imported. Digest, over the record and Personal in clear, is set; Ref is, too.
type learnerRecord struct {
	at string
	native.Learner
	digest func(hiring.Learner, hiring.Personal) string
}

func (r *learnerRecord) subject() string { return r.at }

func (r *learnerRecord) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	old := w.Learners[r.Ref]
	switch {
	case old == nil && a.Role == hiring.RoleLearner, old != nil && !old.Erased && !a.MayReadLearner(old):
		return nil, notYours()
	case old != nil && old.Erased:
		return nil, hiring.Invalidf("id", "was erased").Mend("use another id")
	}
	visible, decided, err := visibility(old, r.Visible, a)
	if err != nil {
		return nil, err
	}
	l := r.Learner.Learner // a copy
	l.RegisteredBy = a
	what := hiring.LearnerRecorded
	if old != nil {
		l.RegisteredBy = old.RegisteredBy
		what = hiring.LearnerChanged
	}
	if a.Role == hiring.RoleLearner {
		l.Claims = selfNamed(l.Claims, old.Claims)
	}
	l.Digest = r.digest(l, r.Personal)
	l.Visible, l.Decided = visible, decided
	if old != nil && old.Digest == l.Digest && old.Visible == visible && old.Decided == decided {
		return nil, nil
	}
	c := &change{what: what, learner: &l, expect: w.Seq(r.at), keyed: old != nil && len(old.Sealed) > 0}
	if r.Personal != (hiring.Personal{}) {
		c.personal = &r.Personal
	}
	return c, nil
}

// visibility decides whether a learner is shown, and whether that was decided by their own word. A provider's upload neither shows nor
// hides; an operator's shows unless it says otherwise; once the learner has decided, only the learner's own record changes it.
func visibility(old *hiring.Learner, said *bool, a hiring.Actor) (visible, decided bool, err error) {
	if old != nil {
		visible, decided = old.Visible, old.Decided
	}
	switch {
	case a.Role == hiring.RoleProvider:
		if said != nil && *said && !visible {
			return false, false, hiring.Invalidf("visible", "is for the learner to say").Mend("leave it out; the learner can consent later")
		}
	case a.Role == hiring.RoleLearner:
		if said != nil {
			return *said, true, nil
		}
	case old == nil:
		return said == nil || *said, false, nil
	case said != nil && !decided:
		return *said, false, nil
	}
	return visible, decided, nil
}

// selfNamed marks the claims of a learner's own update that the record did not hold before.
func selfNamed(claims, before []hiring.Claim) []hiring.Claim {
	claims = slices.Clone(claims)
	for i := range claims {
		claims[i].SelfNamed = true
		for _, b := range before {
			if same(claims[i], mark(b)) {
				claims[i].SelfNamed = b.SelfNamed
				break
			}
		}
	}
	return claims
}

func mark(c hiring.Claim) hiring.Claim {
	c.SelfNamed = true
	return c
}
