package search

import (
	"context"
	"errors"

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
	terms []string // each once
	boost float64
}

// fewTerms are looked up one by one; of more, those that no document holds are left out first.
const fewTerms = 128

// held returns the terms that a document holds, or may hold: going through the field's dictionary once costs less than looking up many.
func (q *anyOf) held(r bindex.IndexReader) (held []string, err error) {
	if len(q.terms) <= fewTerms {
		return q.terms, nil
	}
	wanted := make(map[string]struct{}, len(q.terms))
	for _, t := range q.terms {
		wanted[t] = struct{}{}
	}
	dict, err := r.FieldDict(q.field)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return held, err
		}
		if _, ok := wanted[e.Term]; ok {
			held = append(held, e.Term)
		}
	}
}

// Searcher makes the query ready for one reader.
func (q *anyOf) Searcher(ctx context.Context, r bindex.IndexReader, _ mapping.IndexMapping, o bsearch.SearcherOptions) (bsearch.Searcher, error) {
	terms, err := q.held(r)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	plain := o
	plain.Score = "none"
	found, err := searcher.NewMultiTermSearcher(ctx, r, terms, q.field, 1, plain, false)
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
