package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"

	"matchday/hiring"
	"matchday/skills"
)

const (
	defaultPage = 20
	facetValues = 20 // most frequent values of one facet
	hitSkills   = 20
	fewest      = 10 // counts of people below this are not told to those who see pseudonyms
)

// answer is the answer to hiring.Search.
func (r *Role) answer(ctx context.Context, q hiring.Search) (hiring.SearchAnswer, error) {
	limits, parsed, known, err := r.prepare(ctx, q)
	if err != nil {
		return hiring.SearchAnswer{}, err
	}
	p, err := r.compile(parsed, limits, known)
	if err != nil {
		return hiring.SearchAnswer{}, err
	}
	var from cursor
	if q.Cursor != "" {
		if from, err = r.cursors.open(q.Cursor, bound(q, parsed)); err != nil {
			return hiring.SearchAnswer{}, err
		}
	}
	a := hiring.SearchAnswer{Position: r.pos.Now()}
	found, err := r.index.SearchInContext(ctx, request(p, q, limits, from))
	if err != nil {
		return hiring.SearchAnswer{}, fmt.Errorf("searching: %w", err)
	}
	if a.Hits, err = r.hits(ctx, found.Hits, p.marks, limits); err != nil {
		return hiring.SearchAnswer{}, err
	}
	hide := q.Of == OfLearners && q.Actor.SeesPseudonyms()
	a.Total = count(int(found.Total), hide)
	if !hide || found.Total >= fewest { // of fewer, facets would be the attributes of single people
		a.Facets = facets(found.Facets, known, hide)
		if q.Of == OfLearners {
			if err := r.tell(ctx, p, known, hide, a.Facets); err != nil {
				return hiring.SearchAnswer{}, fmt.Errorf("counting what the learners found hold: %w", err)
			}
		}
	}
	a.Next, err = r.next(found, from, bound(q, parsed))
	return a, err
}

// prepare checks a question and who asks it, and reads what is asked.
func (r *Role) prepare(ctx context.Context, q hiring.Search) (limits scope, parsed Query, known *skills.Map, err error) {
	if limits, err = allow(q); err != nil {
		return limits, parsed, nil, err
	}
	if parsed, err = Parse(q.Of, q.Query); err != nil {
		return limits, parsed, nil, err
	}
	known, err = r.skillMap(ctx)
	return limits, parsed, known, err
}

// compile makes a plan by what the programmes say now.
func (r *Role) compile(q Query, s scope, known *skills.Map) (plan, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return compile(q, s, known, r.catalogue)
}

// allow checks the bounds of a question and who asks it, and says what it may see.
func allow(q hiring.Search) (scope, error) {
	if err := q.Actor.Validate(); err != nil {
		return scope{}, hiring.Errorf(hiring.Forbidden, "no known role asks")
	}
	s := scope{of: q.Of, at: q.At}
	switch q.Of {
	case OfOpenings:
	case OfLearners:
		if q.Actor.Role == hiring.RoleLearner {
			return scope{}, hiring.Errorf(hiring.Forbidden, "learners do not search for learners")
		}
		if q.Actor.Role == hiring.RoleProvider {
			s.registrar = registrar(q.Actor)
		}
	default:
		return scope{}, hiring.Invalidf("of", "is not one of learners, openings")
	}
	if q.Limit < 0 || q.Limit > MaxPage {
		return scope{}, hiring.Invalidf("limit", "is outside 1 to %d", MaxPage)
	}
	if q.At.IsZero() {
		return scope{}, hiring.Invalidf("at", "is missing")
	}
	return s, nil
}

// request is the question to Bleve: best first, equals by id, so that the order is total and a cursor finds its place in it.
func request(p plan, q hiring.Search, s scope, from cursor) *bleve.SearchRequest {
	size := cmp.Or(q.Limit, defaultPage)
	req := bleve.NewSearchRequestOptions(p.query, min(size, MaxDepth-from.Depth), 0, false)
	req.SortByCustom(bsearch.SortOrder{&bsearch.SortScore{Desc: true}, &bsearch.SortDocID{}})
	if q.Cursor != "" {
		req.SetSearchAfter(from.after())
	}
	for _, f := range facetFields(q.Of) {
		req.AddFacet(f, bleve.NewFacetRequest("exact."+f, facetValues))
	}
	if q.Of == OfLearners {
		now, end := micros(s.at), 2*never
		verified := bleve.NewFacetRequest("verified", 1)
		verified.AddNumericRange("true", &now, &end)
		req.AddFacet("verified", verified)
	}
	return req
}

// facetFields are what Bleve counts by; of learners, [Role.tell] counts the rest.
func facetFields(of string) []string {
	if of == OfLearners {
		return []string{"place", "mode"}
	}
	return []string{"skill", "employer", "place", "mode", "contract", "degree"}
}

// next seals the cursor of the page that follows, "" when there is none or it would lie too deep.
func (r *Role) next(found *bleve.SearchResult, from cursor, binding []byte) (string, error) {
	n := len(found.Hits)
	depth := from.Depth + n
	if n == 0 || uint64(depth) >= found.Total || depth >= MaxDepth {
		return "", nil
	}
	last := found.Hits[n-1]
	return r.cursors.seal(cursor{Score: last.Score, ID: last.ID, Depth: depth}, binding)
}

// skillMap returns the map of the taxonomies that the log names.
func (r *Role) skillMap(ctx context.Context) (*skills.Map, error) {
	r.mu.RLock()
	ts := make([]hiring.Taxonomy, 0, len(r.world.Taxonomies))
	for _, t := range r.world.Taxonomies {
		ts = append(ts, t)
	}
	r.mu.RUnlock()
	m, err := r.opts.Shelf.Load(ctx, ts)
	if err != nil {
		return nil, fmt.Errorf("loading the skill map: %w", err)
	}
	return m, nil
}

// facets turns Bleve's counts into ours: skills by name; those that are hidden in order of name, since their order by count would
// tell what the count does not.
func facets(found bsearch.FacetResults, known *skills.Map, hide bool) map[string][]hiring.Facet {
	all := map[string][]hiring.Facet{}
	for name, f := range found {
		var list []hiring.Facet
		for _, t := range f.Terms.Terms() {
			value := t.Term
			if name == "skill" {
				value = skillName(known, hiring.SkillID(t.Term))
			}
			list = append(list, hiring.Facet{Value: value, Count: count(t.Count, hide)})
		}
		for _, n := range f.NumericRanges {
			if n.Count > 0 {
				list = append(list, hiring.Facet{Value: n.Name, Count: count(n.Count, hide)})
			}
		}
		slices.SortFunc(list, compareFacets)
		if len(list) > 0 {
			all[name] = list
		}
	}
	return all
}

func compareFacets(a, b hiring.Facet) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
}

func skillName(known *skills.Map, id hiring.SkillID) string {
	if name := known.Name(id, "en"); name != "" {
		return name
	}
	return strings.TrimPrefix(string(id), "text:")
}

func count(n int, hide bool) hiring.Count {
	if hide && n < fewest {
		return hiring.FewerThanTen
	}
	return hiring.Count(n)
}

// relevance brings Bleve's score, which has no upper end, below 1; the order stays.
func relevance(score float64) float64 {
	if math.IsNaN(score) || score < 0 {
		return 0
	}
	return 1 - 1/(1+score)
}
