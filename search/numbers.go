package search

import (
	"context"
	"fmt"
	"strings"

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
	p, err := r.compile(parsed, limits, known)
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
// loaded, but for each one's id.
func (r *Role) numbers(ctx context.Context, p plan) (*roaring64.Bitmap, error) {
	found := roaring64.New()
	var refs []hiring.LearnerRef
	number := func() { // in portions, so that the projection need not wait for long
		r.mu.RLock()
		defer r.mu.RUnlock()
		for _, ref := range refs {
			if n := r.world.First(ref); n > 0 {
				found.Add(n)
			}
		}
		refs = refs[:0]
	}
	err := r.index.each(ctx, p, func(reader bindex.IndexReader) (visitor, error) {
		return func(id bindex.IndexInternalID) error {
			key, err := reader.ExternalID(id)
			if err != nil {
				return err
			}
			if refs = append(refs, hiring.LearnerRef(strings.TrimPrefix(key, OfLearners+"/"))); len(refs) == 4096 {
				number()
			}
			return nil
		}, nil
	})
	number()
	return found, err
}

// visitor is told of each document that a plan finds.
type visitor func(bindex.IndexInternalID) error

// each calls the visitor that prepare makes for every document that a plan finds, in no order and without a score.
func (x *index) each(ctx context.Context, p plan, prepare func(bindex.IndexReader) (visitor, error)) error {
	engine, err := x.Advanced()
	if err != nil {
		return err
	}
	reader, err := engine.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	searcher, err := p.query.Searcher(ctx, reader, x.Mapping(), bsearch.SearcherOptions{Score: "none"})
	if err != nil {
		return err
	}
	defer searcher.Close()
	visit, err := prepare(reader)
	if err != nil {
		return err
	}
	return eachMatch(ctx, searcher, reader, visit)
}

// eachMatch calls visit for every document that a searcher finds.
func eachMatch(ctx context.Context, searcher bsearch.Searcher, reader bindex.IndexReader, visit visitor) error {
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
