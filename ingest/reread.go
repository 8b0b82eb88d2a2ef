package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"matchday/hiring"
	"matchday/skills"
)

// rereadAtOnce is how many records are worked on together.
const rereadAtOnce = 500

// rereadSkills resolves the words of everything that is known anew, as after a taxonomy was loaded, and writes what changed.
func (r *Role) rereadSkills(ctx context.Context, q hiring.RereadSkills) (hiring.Reread, error) {
	var sum hiring.Reread
	if !q.Actor.Operator() {
		return sum, hiring.Errorf(hiring.Forbidden, "only an operator may have skills read again")
	}
	m, err := r.skillMap(ctx)
	if err != nil {
		return sum, err
	}
	for chunk := range slices.Chunk(r.rereads(q.Actor, m), rereadAtOnce) {
		if err := r.reread(ctx, q.Actor, chunk, &sum); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// rereads lists what would change now, in order of subject.
func (r *Role) rereads(a hiring.Actor, m *skills.Map) []*step {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var steps []*step
	add := func(i intent) {
		if c, err := i.decide(r.world, a); c != nil || err != nil {
			steps = append(steps, &step{intent: i})
		}
	}
	for id := range r.world.Openings {
		add(&openingReread{hiring.OpeningSubject(r.secrets.Ref(hiring.KindOpening, string(id))), id, m})
	}
	for id := range r.world.Programmes {
		add(&programmeReread{hiring.ProgrammeSubject(r.secrets.Ref(hiring.KindProgramme, string(id))), id, m})
	}
	for ref := range r.world.Learners {
		add(&learnerReread{at: hiring.LearnerSubject(ref), ref: ref, skills: m, digest: (&decoder{secrets: r.secrets}).digest})
	}
	slices.SortFunc(steps, func(x, y *step) int { return cmp.Compare(x.intent.subject(), y.intent.subject()) })
	return steps
}

// reread carries out some of them and counts what was written.
func (r *Role) reread(ctx context.Context, a hiring.Actor, steps []*step, sum *hiring.Reread) error {
	release, err := r.inHand.take(ctx, touched(steps))
	if err != nil {
		return err
	}
	defer release()
	for _, s := range steps {
		if l, ok := s.intent.(*learnerReread); ok {
			if err := r.unseal(ctx, l); err != nil {
				return err
			}
		}
	}
	if err := r.carry(ctx, a, steps); err != nil {
		return err
	}
	for _, s := range steps {
		switch {
		case s.err != nil:
			sum.Failed++
			r.logger.Warn("skills could not be read again", "subject", s.intent.subject(), "error", s.err)
			continue
		case s.seq == 0:
			continue
		}
		sum.Position = max(sum.Position, s.seq)
		switch s.intent.(type) {
		case *openingReread:
			sum.Openings++
		case *programmeReread:
			sum.Programmes++
		case *learnerReread:
			sum.Learners++
		}
	}
	return nil
}

// unseal opens what the learner's digest is over too.
func (r *Role) unseal(ctx context.Context, l *learnerReread) error {
	r.mu.RLock()
	old := r.world.Learners[l.ref]
	r.mu.RUnlock()
	if old == nil || old.Erased || len(old.Sealed) == 0 {
		return nil
	}
	key, err := r.log.Key(ctx, l.ref)
	if err != nil {
		return err
	}
	if l.personal, err = r.secrets.Unseal(key, l.ref, old.Sealed); err != nil {
		return fmt.Errorf("opening a learner's record: %w", err)
	}
	return nil
}

// asSaid turns stored mentions back into what was sent: the words, unless the sender gave an id.
func asSaid[S any](list []S, ref func(*S) *hiring.SkillRef) []S {
	list = slices.Clone(list)
	for i := range list {
		r := ref(&list[i])
		words := cmp.Or(r.Said, r.Name)
		if r.By != "" || r.Unresolved() {
			r.Skill = ""
		}
		*r = hiring.SkillRef{Skill: r.Skill, Said: words}
	}
	return list
}

// openingReread resolves an opening's skills anew.
type openingReread struct {
	at     string
	id     hiring.OpeningID
	skills *skills.Map
}

func (i *openingReread) subject() string { return i.at }

func (i *openingReread) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	old := w.Openings[i.id]
	if old == nil || old.Withdrawn {
		return nil, nil
	}
	o, r := *old, &resolver{skills: i.skills}
	var err error
	o.Skills, err = r.requirements(asSaid(old.Skills, func(s *hiring.Requirement) *hiring.SkillRef { return &s.SkillRef }))
	if err != nil || same(old.Skills, o.Skills) {
		return nil, err
	}
	return &change{what: hiring.OpeningChanged, body: o, expect: w.Seq(i.at)}, nil
}

// programmeReread resolves a programme's skills anew.
type programmeReread struct {
	at     string
	id     hiring.ProgrammeID
	skills *skills.Map
}

func (i *programmeReread) subject() string { return i.at }

func (i *programmeReread) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	old := w.Programmes[i.id]
	if old == nil || old.Withdrawn {
		return nil, nil
	}
	p, r := *old, &resolver{skills: i.skills, lang: old.Language}
	var err error
	p.Skills, err = r.taught(asSaid(old.Skills, func(s *hiring.TaughtSkill) *hiring.SkillRef { return &s.SkillRef }))
	if err != nil || same(old.Skills, p.Skills) {
		return nil, err
	}
	return &change{what: hiring.ProgrammePublished, body: p, expect: w.Seq(i.at)}, nil
}

// learnerReread resolves a learner's skills anew. personal is what their record holds sealed.
type learnerReread struct {
	at       string
	ref      hiring.LearnerRef
	skills   *skills.Map
	personal hiring.Personal
	digest   func(hiring.Learner, hiring.Personal) string
}

func (i *learnerReread) subject() string { return i.at }

func (i *learnerReread) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	old := w.Learners[i.ref]
	if old == nil || old.Erased {
		return nil, nil
	}
	l, r := *old, &resolver{skills: i.skills}
	if len(l.Languages) > 0 {
		r.lang = l.Languages[0]
	}
	var err error
	l.Skills, err = r.held(asSaid(old.Skills, func(s *hiring.HeldSkill) *hiring.SkillRef { return &s.SkillRef }))
	if err != nil || same(old.Skills, l.Skills) {
		return nil, err
	}
	l.Digest = i.digest(l, i.personal)
	return &change{what: hiring.LearnerChanged, body: l, expect: w.Seq(i.at)}, nil
}
