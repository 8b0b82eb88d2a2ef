package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// sweep rewrites every segment that holds a deleted document and returns when the old files are gone from the disk: a delete alone
// leaves the terms of an erased person in their segment until a merge happens to pass by.
//
// The deletions must be committed already. Scorch plans no merge for an index of one segment, so the marker document is written
// first, into a segment of its own: once it is on disk, whatever still holds a deleted document has at least one neighbour.
// Batches of the projection may go on meanwhile.
func (x *index) sweep(ctx context.Context) error {
	if err := x.flush(ctx); err != nil {
		return err
	}
	adv, err := x.Advanced()
	if err != nil {
		return err
	}
	engine, ok := adv.(*scorch.Scorch)
	if !ok {
		return errors.New("the index is not a scorch index")
	}
	tainted, err := x.tainted(engine)
	if err != nil {
		return err
	}
	everything := mergeplan.SingleSegmentMergePlanOptions
	everything.SegmentsPerMergeTask = 1000
	everything.CalcBudget = func(int64, int64, *mergeplan.MergePlanOptions) int { return 0 } // no segment may stay as it is
	for try := 0; try < 20; try++ {
		if left := remaining(tainted); left == 0 {
			return nil
		}
		if try%5 == 0 {
			if err := engine.ForceMerge(ctx, &everything); err != nil {
				return fmt.Errorf("merging segments: %w", err)
			}
		}
		// Scorch removes files after it persisted a snapshot, when nobody reads the one before: give it snapshots to persist.
		if err := x.flush(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * 20 * time.Millisecond):
		}
	}
	return fmt.Errorf("%d old segments are still there", remaining(tainted))
}

// flush writes the marker and waits until it, and all before it, is on disk.
func (x *index) flush(ctx context.Context) error {
	persisted, err := x.touch()
	if err != nil {
		return err
	}
	select {
	case <-persisted:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tainted returns the files that may hold deleted documents: live segments with deletions, and files of no live segment.
func (x *index) tainted(engine *scorch.Scorch) (map[string]bool, error) {
	reader, err := engine.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.New("the index has no snapshot of segments")
	}
	files := map[string]bool{}
	for _, f := range x.segments() {
		files[f] = true
	}
	for _, s := range snapshot.Segments() {
		if d := s.Deleted(); d != nil && !d.IsEmpty() {
			continue
		}
		if p, ok := s.Segment().(interface{ Path() string }); ok {
			delete(files, p.Path())
		}
	}
	return files, nil
}

func (x *index) segments() []string {
	files, _ := filepath.Glob(filepath.Join(x.path, "store", "*.zap")) // the pattern is well formed
	return files
}

// remaining counts the files that still exist.
func remaining(files map[string]bool) int {
	n := 0
	for f := range files {
		if _, err := os.Stat(f); err == nil {
			n++
		}
	}
	return n
}
