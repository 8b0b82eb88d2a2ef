package search

import (
	"context"
	"slices"

	"github.com/blevesearch/bleve/v2/mapping"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/scorer"
	"github.com/blevesearch/bleve/v2/search/searcher"
	bindex "github.com/blevesearch/bleve_index_api"
)

// anyOf finds the documents that hold at least one of some terms of a field, and scores them as if these were one term: who completed
// two programmes that teach a skill has it no more than who completed one, and a programme that few completed does not make the
// skill rarer.
type anyOf struct {
	field string
	terms []string
	boost float64
}

func newAnyOf[T ~string](field string, values []T, boost float64) *anyOf {
	q := &anyOf{field: field, boost: boost, terms: make([]string, len(values))}
	for i, v := range values {
		q.terms[i] = string(v)
	}
	slices.Sort(q.terms)
	q.terms = slices.Compact(q.terms)
	return q
}

// Searcher makes the query ready for one reader.
func (q *anyOf) Searcher(ctx context.Context, r bindex.IndexReader, _ mapping.IndexMapping, o bsearch.SearcherOptions) (bsearch.Searcher, error) {
	if len(q.terms) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	plain := o
	plain.Score = "none"
	found, err := searcher.NewMultiTermSearcher(ctx, r, q.terms, q.field, 1, plain, false)
	if err != nil || o.Score == "none" {
		return found, err
	}
	total, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	return &united{found, scorer.NewTermQueryScorer(nil, q.field, q.boost, total, min(found.Count(), total), 0, o)}, nil
}

// united scores what a searcher finds as the hits of one term that stands once in a field of its own.
type united struct {
	bsearch.Searcher
	scorer *scorer.TermQueryScorer
}

func (u *united) Next(ctx *bsearch.SearchContext) (*bsearch.DocumentMatch, error) {
	return u.scored(ctx)(u.Searcher.Next(ctx))
}

func (u *united) Advance(ctx *bsearch.SearchContext, to bindex.IndexInternalID) (*bsearch.DocumentMatch, error) {
	return u.scored(ctx)(u.Searcher.Advance(ctx, to))
}

func (u *united) scored(ctx *bsearch.SearchContext) func(*bsearch.DocumentMatch, error) (*bsearch.DocumentMatch, error) {
	return func(d *bsearch.DocumentMatch, err error) (*bsearch.DocumentMatch, error) {
		if d == nil || err != nil {
			return nil, err
		}
		match := u.scorer.Score(ctx, &bindex.TermFieldDoc{ID: d.IndexInternalID, Freq: 1, Norm: 1})
		ctx.DocumentMatchPool.Put(d)
		return match, nil
	}
}

func (u *united) Weight() float64            { return u.scorer.Weight() }
func (u *united) SetQueryNorm(norm float64)  { u.scorer.SetQueryNorm(norm) }
func (u *united) DocumentMatchPoolSize() int { return u.Searcher.DocumentMatchPoolSize() + 1 }
