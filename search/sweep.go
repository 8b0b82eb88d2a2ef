package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// sweep rewrites every segment that holds a deleted document and returns when the old files are gone from the disk: a delete alone
// leaves the terms of an erased person in their segment until a merge happens to pass by.
//
// The deletions must be committed already. Scorch plans no merge for an index of one segment, so the marker document is written
// first, into a segment of its own: once it is on disk, whatever still holds a deleted document has at least one neighbour. The
// merge runs in scorch's own merging goroutine, so none that began before the deletions is still under way when it ends. Batches of
// the projection may go on meanwhile.
func (x *index) sweep(ctx context.Context) error {
	adv, err := x.Advanced()
	if err != nil {
		return err
	}
	engine, ok := adv.(*scorch.Scorch)
	if !ok {
		return errors.New("the index is not a scorch index")
	}
	if err := x.flush(ctx); err != nil {
		return err
	}
	everything := mergeplan.SingleSegmentMergePlanOptions
	everything.SegmentsPerMergeTask = 1000
	everything.CalcBudget = func(int64, int64, *mergeplan.MergePlanOptions) int { return 0 } // no segment may stay as it is
	if err := engine.ForceMerge(ctx, &everything); err != nil {
		return fmt.Errorf("merging segments: %w", err)
	}
	old := x.segments()
	for try := range sweepTries {
		if old, err = stale(engine, old); err != nil || len(old) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * 10 * time.Millisecond):
		}
		// Scorch removes files after it persisted a snapshot, when nobody reads the one before: give it one to persist.
		if err := x.flush(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("%d old segments are still there", len(old))
}

// sweepTries bounds the waiting for old files to be removed, to about ten seconds.
const sweepTries = 45

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

// stale returns those of the files that exist and belong to no live segment.
func stale(engine *scorch.Scorch, files []string) ([]string, error) {
	reader, err := engine.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.New("the index has no snapshot of segments")
	}
	live := map[string]bool{}
	for _, s := range snapshot.Segments() {
		if p, ok := s.Segment().(interface{ Path() string }); ok { // those in memory have none
			live[p.Path()] = true
		}
	}
	return slices.DeleteFunc(files, func(f string) bool {
		_, err := os.Stat(f)
		return live[f] || errors.Is(err, os.ErrNotExist)
	}), nil
}

// segments lists the segment files on disk.
func (x *index) segments() []string {
	files, _ := filepath.Glob(filepath.Join(x.path, "store", "*.zap")) // the pattern is well formed
	return files
}
