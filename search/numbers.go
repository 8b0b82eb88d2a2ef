package search

import (
	"context"
	"fmt"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
	bsearch "github.com/blevesearch/bleve/v2/search"
	bindex "github.com/blevesearch/bleve_index_api"

	"matchday/hiring"
)

// findLearners is the answer to hiring.FindLearners: everybody whom a query finds, by number, in no order and without telling more of
// them. The position is read first, so that the answer reflects at least that.
func (r *Role) findLearners(ctx context.Context, q hiring.FindLearners) (hiring.FoundLearners, error) {
	limits, parsed, known, err := r.prepare(ctx, hiring.Search{Asked: q.Asked, Of: OfLearners, Query: q.Query, At: q.At})
	if err != nil {
		return hiring.FoundLearners{}, err
	}
	p, err := compile(parsed, limits, known)
	if err != nil {
		return hiring.FoundLearners{}, err
	}
	a := hiring.FoundLearners{Position: r.pos.Now()}
	found, err := r.numbers(ctx, p)
	if err != nil {
		return hiring.FoundLearners{}, fmt.Errorf("searching learners: %w", err)
	}
	found.RunOptimize()
	if a.Numbers, err = found.ToBytes(); err != nil {
		return hiring.FoundLearners{}, fmt.Errorf("encoding the learners found: %w", err)
	}
	return a, nil
}

// numbers returns the numbers of the learners that a plan finds. It goes through Bleve's own iterator: nothing is scored, sorted or
// loaded, but for one value a learner.
func (r *Role) numbers(ctx context.Context, p plan) (*roaring64.Bitmap, error) {
	engine, err := r.index.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := engine.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	searcher, err := p.query.Searcher(ctx, reader, r.index.Mapping(), bsearch.SearcherOptions{Score: "none"})
	if err != nil {
		return nil, err
	}
	defer searcher.Close()
	values, err := reader.DocValueReader([]string{"number"})
	if err != nil {
		return nil, err
	}
	found := roaring64.New()
	visit := func(_ string, term []byte) {
		if n, err := strconv.ParseUint(string(term), 10, 64); err == nil {
			found.Add(n)
		}
	}
	return found, eachMatch(ctx, searcher, reader, func(id bindex.IndexInternalID) error { return values.VisitDocValues(id, visit) })
}

// eachMatch calls visit for every document that a searcher finds.
func eachMatch(ctx context.Context, searcher bsearch.Searcher, reader bindex.IndexReader, visit func(bindex.IndexInternalID) error) error {
	pool := bsearch.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0)
	within := &bsearch.SearchContext{DocumentMatchPool: pool, IndexReader: reader}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		d, err := searcher.Next(within)
		if err != nil || d == nil {
			return err
		}
		if err := visit(d.IndexInternalID); err != nil {
			return err
		}
		pool.Put(d)
	}
}
