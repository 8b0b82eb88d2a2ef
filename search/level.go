package search

import (
	"context"

	"github.com/blevesearch/bleve/v2/mapping"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	bindex "github.com/blevesearch/bleve_index_api"
)

// level scores what a query finds to the precision of a float32. Bleve adds the parts of a score in an order that depends on how the
// index came to be, so that its last bits differ between two indexes of the same log; at the full precision these bits, and no longer the
// id, would order equals, and a page could repeat or miss somebody after the index was built anew or on another replica.
type level struct{ *query.BooleanQuery }

// Searcher makes the query ready for one reader.
func (q level) Searcher(ctx context.Context, r bindex.IndexReader, m mapping.IndexMapping, o bsearch.SearcherOptions) (bsearch.Searcher, error) {
	found, err := q.BooleanQuery.Searcher(ctx, r, m, o)
	if err != nil || o.Score == "none" {
		return found, err
	}
	return levelled{found}, nil
}

// levelled rounds the scores of a searcher.
type levelled struct{ bsearch.Searcher }

func (l levelled) Next(ctx *bsearch.SearchContext) (*bsearch.DocumentMatch, error) {
	return rounded(l.Searcher.Next(ctx))
}

func (l levelled) Advance(ctx *bsearch.SearchContext, to bindex.IndexInternalID) (*bsearch.DocumentMatch, error) {
	return rounded(l.Searcher.Advance(ctx, to))
}

func rounded(d *bsearch.DocumentMatch, err error) (*bsearch.DocumentMatch, error) {
	if d != nil {
		d.Score = float64(float32(d.Score))
	}
	return d, err
}
