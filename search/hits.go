package search

import (
	"cmp"
	"context"
	"strings"

	bsearch "github.com/blevesearch/bleve/v2/search"
	"golang.org/x/sync/errgroup"

	"matchday/hiring"
)

// hits tells each document found from the World. One that is gone or hidden there meanwhile is left out: the World may be a batch
// ahead of the index, and never shows what it should not.
func (r *Role) hits(ctx context.Context, found bsearch.DocumentMatchCollection, m marks, s scope) ([]hiring.Hit, error) {
	own, err := r.personals(ctx, found, s)
	if err != nil {
		return nil, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	hits := make([]hiring.Hit, 0, len(found))
	for i, d := range found {
		var hit hiring.Hit
		var e entry
		if ref, ok := strings.CutPrefix(d.ID, OfLearners+"/"); ok {
			l := r.world.Learners[hiring.LearnerRef(ref)]
			if !shown(l) {
				continue
			}
			e = learnerEntry(r.world, l, own[i])
			e.whole()
			hit = hiring.Hit{ID: string(l.ID), Learner: l.Ref}
		} else {
			o := r.world.Openings[hiring.OpeningID(strings.TrimPrefix(d.ID, OfOpenings+"/"))]
			if o == nil || !o.OpenAt(s.at) {
				continue
			}
			e = openingEntry(o)
			hit = hiring.Hit{ID: string(o.ID), Title: o.Title}
		}
		hit.Score = relevance(d.Score)
		hit.Highlights = m.highlights(e)
		hit.Skills = m.skillNames(e)
		hit.Verified = e.verified != nil && *e.verified >= micros(s.at)
		if e.place != nil {
			hit.Place = cmp.Or(e.place.Name, e.place.Country)
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// personals unseals what the learners found keep sealed: it masks all else that is told of them.
func (r *Role) personals(ctx context.Context, found bsearch.DocumentMatchCollection, s scope) ([]*hiring.Personal, error) {
	own := make([]*hiring.Personal, len(found))
	if s.of != OfLearners {
		return own, nil
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(openers)
	for i, d := range found {
		r.mu.RLock()
		l := r.world.Learners[hiring.LearnerRef(strings.TrimPrefix(d.ID, OfLearners+"/"))]
		r.mu.RUnlock()
		if !shown(l) {
			continue
		}
		g.Go(func() (err error) {
			own[i], err = r.personal(gctx, l)
			return err
		})
	}
	return own, g.Wait()
}

// skillNames names an entry's skills, those that the query asked for first.
func (m marks) skillNames(e entry) []string {
	var first, rest []string
	seen := map[string]bool{}
	for _, s := range e.skills {
		name := s.name
		if name == "" {
			name = strings.TrimPrefix(string(s.id), "text:")
		}
		switch {
		case seen[name]:
		case m.meant(s):
			first = append(first, name)
		default:
			rest = append(rest, name)
		}
		seen[name] = true
	}
	names := append(first, rest...)
	return names[:min(len(names), hitSkills)]
}
