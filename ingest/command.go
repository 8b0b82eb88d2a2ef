package ingest

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
)

// withdrawal takes an opening back.
type withdrawal struct {
	at string
	q  hiring.WithdrawOpening
}

func (r *Role) withdrawOpening(ctx context.Context, q hiring.WithdrawOpening) (hiring.Done, error) {
	return r.do(ctx, q.Actor, &withdrawal{hiring.OpeningSubject(r.secrets.Ref(hiring.KindOpening, string(q.Opening))), q})
}

func (c *withdrawal) subject() string { return c.at }

func (c *withdrawal) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	old := w.Openings[c.q.Opening]
	if old == nil || !a.MayManageOpening(old) {
		return nil, hiring.Errorf(hiring.NotFound, "there is no such opening")
	}
	if c.q.IfMatch != 0 && c.q.IfMatch != w.Seq(c.at) {
		return nil, events.ErrStale
	}
	if old.Withdrawn {
		return nil, nil
	}
	o := *old
	o.Withdrawn = true
	return &change{what: hiring.OpeningWithdrawn, body: o, expect: w.Seq(c.at)}, nil
}

// consent records whether a learner may be shown.
type consent struct {
	at string
	q  hiring.SetConsent
}

func (r *Role) setConsent(ctx context.Context, q hiring.SetConsent) (hiring.Done, error) {
	return r.do(ctx, q.Actor, &consent{hiring.LearnerSubject(r.secrets.LearnerRef(q.Learner)), q})
}

func (c *consent) subject() string { return c.at }

func (c *consent) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	old := w.LearnerByID(c.q.Learner)
	if old == nil || !a.Operator() && !a.IsLearner(old.ID) {
		return nil, noLearner()
	}
	if old.Visible == c.q.Visible && old.Decided {
		return nil, nil
	}
	l := *old // sealed with the same key, of the same digest: neither covers consent
	l.Visible, l.Decided = c.q.Visible, true
	return &change{what: hiring.LearnerConsented, body: l, expect: w.Seq(c.at)}, nil
}

func noLearner() error { return hiring.Errorf(hiring.NotFound, "there is no such learner") }

// tokenRecord records a token, or that it counts no more.
type tokenRecord struct{ token hiring.Token }

var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (r *Role) putToken(ctx context.Context, q hiring.PutToken) (hiring.Done, error) {
	if !q.Actor.Operator() {
		return hiring.Done{}, hiring.Errorf(hiring.Forbidden, "only an operator may create or revoke tokens")
	}
	if !hashPattern.MatchString(q.Token.Hash) {
		return hiring.Done{}, hiring.Invalidf("token.hash", "is not a SHA-256 in hex")
	}
	if err := q.Token.Actor.Validate(); err != nil {
		return hiring.Done{}, within("token", err)
	}
	return r.do(ctx, q.Actor, &tokenRecord{q.Token})
}

func (c *tokenRecord) subject() string { return hiring.TokenSubject(c.token.Hash) }

func (c *tokenRecord) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	old := w.Tokens[c.token.Hash]
	switch {
	case old != nil && *old == c.token:
		return nil, nil
	case old != nil && old.Actor != c.token.Actor:
		return nil, hiring.Errorf(hiring.Conflict, "this token belongs to someone else")
	case old != nil && old.Revoked:
		return nil, hiring.Errorf(hiring.Conflict, "this token was revoked").Mend("create a new one")
	}
	what := hiring.TokenCreated
	if c.token.Revoked {
		what = hiring.TokenRevoked
	}
	return &change{what: what, body: c.token, expect: w.Seq(c.subject())}, nil
}

// taxonomyRecord puts a taxonomy in force.
type taxonomyRecord struct{ hiring.Taxonomy }

func (r *Role) releaseTaxonomy(ctx context.Context, q hiring.ReleaseTaxonomy) (hiring.ReleasedTaxonomy, error) {
	none := hiring.ReleasedTaxonomy{}
	if !q.Actor.Operator() {
		return none, hiring.Errorf(hiring.Forbidden, "only an operator may release a taxonomy")
	}
	t := hiring.Taxonomy{Name: q.Name, Release: q.Release, Blob: q.Blob}
	if err := t.Validate(); err != nil {
		return none, err
	}
	if b, err := hex.DecodeString(q.Blob); err != nil || len(b) != 32 {
		return none, hiring.Invalidf("blob", "is not a SHA-256 in hex")
	}
	counts, err := r.count(ctx, q.Blob)
	if err != nil {
		return none, err
	}
	t.Skills = counts.Skills
	for _, n := range counts.Labels {
		t.Labels += n
	}
	if err := r.tryTaxonomy(ctx, t); err != nil {
		return none, err
	}
	if _, err := r.do(ctx, q.Actor, &taxonomyRecord{t}); err != nil {
		return none, err
	}
	return hiring.ReleasedTaxonomy{Taxonomy: t, Unresolved: r.unresolved()}, nil
}

// tryTaxonomy builds the map as it will be with t in force, which every role is about to need.
func (r *Role) tryTaxonomy(ctx context.Context, t hiring.Taxonomy) error {
	r.mu.RLock()
	inForce := maps.Clone(r.world.Taxonomies)
	r.mu.RUnlock()
	inForce[t.Name] = t
	_, err := r.shelf.Load(ctx, slices.Collect(maps.Values(inForce)))
	return err
}

// count reads a blob of concepts, gzip-compressed or not, and counts them.
func (r *Role) count(ctx context.Context, blob string) (skills.Counts, error) {
	b, err := r.log.OpenBlob(ctx, blob)
	if err != nil {
		return skills.Counts{}, err
	}
	defer b.Close()
	buffered := bufio.NewReader(b)
	var plain io.Reader = buffered
	if magic, _ := buffered.Peek(2); string(magic) == "\x1f\x8b" {
		if plain, err = gzip.NewReader(buffered); err != nil {
			return skills.Counts{}, hiring.Invalidf("blob", "is not gzip")
		}
	}
	counts, err := skills.ReadJSONL(plain, func(skills.Concept) error { return ctx.Err() })
	switch {
	case err != nil:
		return counts, fmt.Errorf("reading the concepts: %w", err)
	case len(counts.Skipped) > 0:
		return counts, hiring.Invalidf("blob", "holds what is no concept: %s", counts.Skipped[0])
	case counts.Skills == 0 && len(counts.Labels) == 0:
		return counts, hiring.Invalidf("blob", "holds neither skills nor labels")
	}
	return counts, nil
}

func (c *taxonomyRecord) subject() string { return hiring.TaxonomySubject(c.Name) }

func (c *taxonomyRecord) decide(w *hiring.World, _ hiring.Actor) (*change, error) {
	if old, ok := w.Taxonomies[c.Name]; ok && old == c.Taxonomy {
		return nil, nil
	}
	return &change{what: hiring.TaxonomyReleased, body: c.Taxonomy, expect: w.Seq(c.subject())}, nil
}

// Limits of one question about names.
const (
	maxTexts      = 10_000
	maxCandidates = 100
)

func (r *Role) resolveSkills(ctx context.Context, q hiring.ResolveSkills) (hiring.ResolvedSkills, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.ResolvedSkills{}, err
	}
	if q.Limit < 1 || q.Limit > maxCandidates {
		return hiring.ResolvedSkills{}, hiring.Invalidf("limit", "is outside 1 to %d", maxCandidates)
	}
	if len(q.Texts) > maxTexts {
		return hiring.ResolvedSkills{}, hiring.Errorf(hiring.TooLarge, "more than %d texts were sent at once", maxTexts)
	}
	m, err := r.skillMap(ctx)
	if err != nil {
		return hiring.ResolvedSkills{}, err
	}
	answer := hiring.ResolvedSkills{Candidates: make([][]hiring.Candidate, len(q.Texts))}
	for i, text := range q.Texts {
		if answer.Candidates[i] = m.Resolve(text, q.Lang, q.Limit); answer.Candidates[i] == nil {
			answer.Candidates[i] = []hiring.Candidate{}
		}
	}
	return answer, nil
}

// nameSkills answers hiring.NameSkills.
func (r *Role) nameSkills(ctx context.Context, q hiring.NameSkills) (hiring.SkillNames, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.SkillNames{}, err
	}
	if len(q.Skills) > maxTexts {
		return hiring.SkillNames{}, hiring.Errorf(hiring.TooLarge, "more than %d skills were sent at once", maxTexts)
	}
	m, err := r.skillMap(ctx)
	if err != nil {
		return hiring.SkillNames{}, err
	}
	answer := hiring.SkillNames{Names: make(map[hiring.SkillID]string, len(q.Skills))}
	for _, id := range q.Skills {
		if name := m.Name(id, q.Lang); name != "" {
			answer.Names[id] = name
		}
	}
	return answer, nil
}
