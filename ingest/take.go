package ingest

import (
	"context"
	"errors"

	"matchday/hiring"
)

// maxRecords bounds a chunk.
const maxRecords = 10_000

// writers says which roles may import what at all; which records, each intent decides.
var writers = map[hiring.ImportKind][]hiring.Role{
	hiring.ImportLearners:    {hiring.RoleOperator, hiring.RoleProvider, hiring.RoleLearner},
	hiring.ImportOpenings:    {hiring.RoleOperator, hiring.RoleEmployer, hiring.RoleRecruiter},
	hiring.ImportProgrammes:  {hiring.RoleOperator, hiring.RoleProvider},
	hiring.ImportCredentials: {hiring.RoleOperator, hiring.RoleProvider},
}

// mayImport checks the token against the kind.
func mayImport(a hiring.Actor, kind hiring.ImportKind) error {
	if err := a.Validate(); err != nil {
		return err
	}
	roles, known := writers[kind]
	if !known {
		return hiring.Invalidf("kind", "is not one of learners, openings, programmes, credentials")
	}
	for _, role := range roles {
		if a.Role == role {
			return nil
		}
	}
	return hiring.Errorf(hiring.Forbidden, "a token of role %s may not import %s", a.Role, kind)
}

// take answers hiring.Ingest.
func (r *Role) take(ctx context.Context, q hiring.Ingest) (hiring.Ingested, error) {
	if err := mayImport(q.Actor, q.Kind); err != nil {
		return hiring.Ingested{}, err
	}
	if len(q.Records) > maxRecords {
		return hiring.Ingested{}, hiring.Errorf(hiring.TooLarge, "a chunk holds more than %d records", maxRecords)
	}
	if q.Expect != nil && len(q.Records) != 1 {
		return hiring.Ingested{}, hiring.Errorf(hiring.Invalid, "only a single record can expect a position")
	}
	d, err := r.decoder(ctx, q)
	if err != nil {
		return hiring.Ingested{}, err
	}
	all := d.all(q.Records)
	steps := make([]*step, 0, len(all))
	of := make([]*step, len(all))
	for i := range all {
		if all[i].err == nil && all[i].intent != nil {
			of[i] = &step{intent: all[i].intent, expect: q.Expect}
			steps = append(steps, of[i])
		}
	}
	r.settle(q.Actor, steps)
	release, err := r.inHand.take(ctx, touched(steps))
	if err != nil {
		return hiring.Ingested{}, err
	}
	defer release()
	since := q.Since
	if since == 0 {
		since = r.pos.Now() + 1
	}
	if err := r.carry(ctx, q.Actor, steps); err != nil {
		return hiring.Ingested{}, err
	}
	return r.tally(q, all, of, since), nil
}

// who is an actor in a log: of a learner, whose subject is their id, the start of their ref.
func (r *Role) who(a hiring.Actor) string {
	if a.Role == hiring.RoleLearner {
		return string(short(hiring.Ref(r.secrets.LearnerRef(hiring.LearnerID(a.Subject)))))
	}
	return a.Subject
}

// touched lists the subjects that steps work on: a completion also stands on its learner, who must not be erased meanwhile.
func touched(steps []*step) []string {
	subjects := make([]string, 0, len(steps))
	for _, s := range steps {
		subjects = append(subjects, s.intent.subject())
		if c, ok := s.intent.(*completionRecord); ok {
			subjects = append(subjects, c.of)
		}
	}
	return subjects
}

// tally counts what became of a chunk. What was written over a fact of since or later, wrote over a record of the same import.
func (r *Role) tally(q hiring.Ingest, all []decoded, of []*step, since uint64) hiring.Ingested {
	sum := hiring.Ingested{Since: since, Notes: r.notes(q.Kind)}
	var unknown names
	for i, rec := range q.Records {
		err := all[i].err
		if err == nil && of[i] != nil {
			err = of[i].err
		}
		sum.Ignored += all[i].ignored
		switch {
		case err != nil:
			sum.Rejects = append(sum.Rejects, hiring.Reject{N: rec.N, Line: rec.Line, Error: refusal(err)})
			if hiring.CodeOf(err) == hiring.Forbidden {
				r.logger.Warn("a record was refused", "kind", q.Kind, "role", q.Actor.Role, "by", r.who(q.Actor), "line", rec.Line)
			}
			continue
		case of[i] == nil:
			continue
		case of[i].seq == 0:
			sum.Unchanged++
		default:
			sum.Accepted++
			sum.Position = max(sum.Position, of[i].seq)
			if of[i].change.expect >= since {
				sum.Replaced++
			}
		}
		if len(all[i].unknown) > 0 {
			sum.UnknownSkills++
			unknown.add(all[i].unknown)
		}
		if skillless(of[i].intent) {
			sum.WithoutSkills++
		}
	}
	sum.Unknown = unknown.top(hiring.MaxUnknown)
	return sum
}

// refusal returns what a sender may be told of an error.
func refusal(err error) hiring.Error {
	var e *hiring.Error
	if errors.As(err, &e) {
		return *e
	}
	return hiring.Error{Code: hiring.Internal, Message: "the record could not be taken in"}
}
