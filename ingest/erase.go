package ingest

import (
	"context"
	"fmt"

	"matchday/events"
	"matchday/hiring"
)

// eraseLearner erases a person. The order lets a command that broke off be finished by repeating it:
//
//  1. a tombstone, fenced, on top of the person's facts: every role drops the person, and nobody writes to the record any more;
//  2. credentials, bookings, tokens and the published ranking are overwritten on disk;
//  3. the facts below the tombstone are overwritten, the tombstone last;
//  4. the tombstone again, so that an old fact sent anew resurrects nobody after a rebuild, and the log ends with a fact;
//  5. the key is destroyed.
//
// The key goes last because it is the trace that step 3 leaves until step 4: a person who is unknown but has a key is half erased. Step
// 0 makes one for whom nothing was ever sealed. Facts of invitations and rankings of openings hold only the person's ref.
func (r *Role) eraseLearner(ctx context.Context, q hiring.EraseLearner) (hiring.Done, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.Done{}, err
	}
	ref := r.secrets.LearnerRef(q.Learner)
	subject := hiring.LearnerSubject(ref)
	release, err := r.inHand.take(ctx, []string{subject})
	if err != nil {
		return hiring.Done{}, err
	}
	defer release()
	if done, err := r.mayErase(ctx, q, ref); err != nil || done.Position > 0 {
		return done, err
	}
	if err := r.markErased(ctx, ref); err != nil {
		return hiring.Done{}, err
	}
	if err := r.eraseTraces(ctx, q.Learner, ref); err != nil {
		return hiring.Done{}, err
	}
	seq, err := r.bury(ctx, ref)
	if err != nil {
		return hiring.Done{}, err
	}
	if err := r.pos.Wait(ctx, seq); err != nil {
		return hiring.Done{}, hiring.Errorf(hiring.Unavailable, "the learner is erased; this role has yet to read that").Mend("try again")
	}
	r.logger.Info("a learner was erased", "ref", short(hiring.Ref(ref)), "role", q.Actor.Role)
	return hiring.Done{Position: seq}, nil
}

// short is as much of a ref as a log holds. A log outlives an erasure, so it names no learner by id, and never an id beside a ref.
func short(ref hiring.Ref) hiring.Ref { return ref[:min(len(ref), 6)] }

// mayErase lets the operator and the learner erase somebody who is known or half erased. For somebody erased already, whose key is
// gone as the last step, it returns where the tombstone stands.
func (r *Role) mayErase(ctx context.Context, q hiring.EraseLearner, ref hiring.LearnerRef) (hiring.Done, error) {
	if !q.Actor.Operator() && !q.Actor.IsLearner(q.Learner) {
		return hiring.Done{}, noLearner()
	}
	r.mu.RLock()
	l, seq := r.world.Learners[ref], r.world.Seq(hiring.LearnerSubject(ref))
	r.mu.RUnlock()
	if l != nil && !l.Erased {
		return hiring.Done{}, nil
	}
	_, err := r.log.Key(ctx, ref)
	switch {
	case err == nil:
		return hiring.Done{}, nil
	case hiring.CodeOf(err) != hiring.NotFound:
		return hiring.Done{}, err
	case l == nil:
		return hiring.Done{}, noLearner()
	}
	return hiring.Done{Position: seq}, nil
}

// markErased is steps 0 and 1.
func (r *Role) markErased(ctx context.Context, ref hiring.LearnerRef) error {
	if _, err := r.log.Key(ctx, ref); hiring.CodeOf(err) == hiring.NotFound {
		key, err := r.secrets.NewKey()
		if err == nil {
			err = r.log.PutKeys(ctx, map[hiring.LearnerRef][]byte{ref: key})
		}
		if err != nil && hiring.CodeOf(err) != hiring.Stale {
			return err
		}
	}
	s := &step{intent: &tombstone{ref}}
	if err := r.carry(ctx, hiring.Actor{}, []*step{s}); err != nil {
		return err
	}
	return s.err
}

// eraseTraces is step 2.
func (r *Role) eraseTraces(ctx context.Context, id hiring.LearnerID, ref hiring.LearnerRef) error {
	for _, t := range r.tokensOf(id) {
		if err := r.eraseToken(ctx, t); err != nil {
			return fmt.Errorf("revoking a token: %w", err)
		}
	}
	for _, filter := range []string{hiring.CredentialsOf(ref), hiring.BookingSubject(ref), hiring.WishesOf(ref)} {
		if _, err := r.log.EraseSubjects(ctx, filter); err != nil {
			return err
		}
	}
	return r.log.EraseRanking(ctx, "match.learner."+string(ref))
}

// eraseToken revokes a token and overwrites the facts of it, which hold the learner's id. What stays says that it is revoked, for those
// who had not folded the revocation before it was overwritten.
func (r *Role) eraseToken(ctx context.Context, t hiring.Token) error {
	t.Revoked = true
	if _, err := r.do(ctx, hiring.Actor{Role: hiring.RoleOperator, Subject: source}, &tokenRecord{t}); err != nil {
		return err
	}
	if _, err := r.log.EraseSubjects(ctx, hiring.TokenSubject(t.Hash)); err != nil {
		return err
	}
	t.Subject = "erased"
	_, err := r.log.Publish(ctx, events.Draft{Subject: hiring.TokenSubject(t.Hash), Type: hiring.TokenRevoked, Source: source, Body: t})
	return err
}

// bury is steps 3 to 5. It returns where the tombstone stands.
func (r *Role) bury(ctx context.Context, ref hiring.LearnerRef) (uint64, error) {
	stone := &tombstone{ref}
	if _, err := r.log.EraseSubjects(ctx, stone.subject()); err != nil {
		return 0, err
	}
	seq, err := r.log.Publish(ctx, events.Draft{Subject: stone.subject(), Type: hiring.LearnerErased, Source: source, Body: stone.body()})
	if err != nil {
		return 0, err
	}
	return seq, r.log.DestroyKey(ctx, ref)
}

func (r *Role) tokensOf(id hiring.LearnerID) []hiring.Token {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var tokens []hiring.Token
	for _, t := range r.world.Tokens {
		if t.IsLearner(id) {
			tokens = append(tokens, *t)
		}
	}
	return tokens
}

// tombstone is the intent that a learner be erased.
type tombstone struct{ ref hiring.LearnerRef }

func (t *tombstone) subject() string { return hiring.LearnerSubject(t.ref) }

// body is a whole fact of its own form: nothing but the ref is left.
func (t *tombstone) body() any {
	return struct {
		Ref    hiring.LearnerRef `json:"ref"`
		Erased bool              `json:"erased"`
	}{t.ref, true}
}

func (t *tombstone) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	if l := w.Learners[t.ref]; l != nil && l.Erased {
		return nil, nil
	}
	return &change{what: hiring.LearnerErased, body: t.body(), expect: w.Seq(t.subject())}, nil
}
