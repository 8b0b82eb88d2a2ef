package skills

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"matchday/hiring"
)

// Shelf holds the map of the taxonomies in force, for all roles of a process. It is safe for concurrent use.
type Shelf struct {
	open func(ctx context.Context, sha string) (io.ReadCloser, error)
	kept keeping

	mu      sync.Mutex
	current *Map
	set     string             // what current was built from
	flights map[string]*flight // maps being built, by set
}

// flight is one building of a map; m and err are set once done is closed.
type flight struct {
	done chan struct{}
	m    *Map
	err  error
}

// NewShelf returns a shelf that reads the concepts of a taxonomy through open, which is given the SHA-256 of their blob: JSON
// Lines in the normal form, gzip-compressed or not.
func NewShelf(open func(ctx context.Context, sha string) (io.ReadCloser, error)) *Shelf {
	return &Shelf{open: open, current: NewMap(), flights: map[string]*flight{}}
}

// Load returns the map of these taxonomies. It is built once for each distinct set, however many ask at once; only the last one
// built is kept. A blob that cannot be opened or holds a line that is no concept is an error, and the next Load tries again.
func (s *Shelf) Load(ctx context.Context, ts []hiring.Taxonomy) (*Map, error) {
	ts = slices.Clone(ts)
	slices.SortFunc(ts, func(a, b hiring.Taxonomy) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Release, b.Release), strings.Compare(a.Blob, b.Blob))
	})
	var set strings.Builder
	for _, t := range ts {
		fmt.Fprintf(&set, "%q %q %q\n", t.Name, t.Release, t.Blob)
	}
	for {
		m, f, mine := s.join(set.String())
		if m != nil {
			return m, nil
		}
		if mine {
			f.m, f.err = s.make(ctx, ts, set.String())
			s.land(set.String(), f)
			return f.m, f.err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.done:
		}
		// Another caller's lost patience is not this one's.
		if gone := errors.Is(f.err, context.Canceled) || errors.Is(f.err, context.DeadlineExceeded); !gone || ctx.Err() != nil {
			return f.m, f.err
		}
	}
}

// join returns the map of a set where it is current, else the flight that builds it, and whether that is now the caller's to fly.
func (s *Shelf) join(set string) (m *Map, f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set == set {
		return s.current, nil, false
	}
	if f := s.flights[set]; f != nil {
		return nil, f, false
	}
	f = &flight{done: make(chan struct{})}
	s.flights[set] = f
	return nil, f, true
}

// land ends a flight.
func (s *Shelf) land(set string, f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.err == nil {
		s.current, s.set = f.m, set
	}
	delete(s.flights, set)
	close(f.done)
}

// make returns the map that was kept of a set, or builds it and keeps it.
func (s *Shelf) make(ctx context.Context, ts []hiring.Taxonomy, set string) (*Map, error) {
	if len(ts) == 0 {
		return NewMap(), nil
	}
	of := sha256.Sum256([]byte(aliasFile + "\n" + set))
	if m := s.kept.read(of); m != nil {
		return m, nil
	}
	m, err := s.build(ctx, ts)
	if err == nil {
		s.kept.write(m, of)
	}
	return m, err
}

func (s *Shelf) build(ctx context.Context, ts []hiring.Taxonomy) (*Map, error) {
	releases := make([]Release, 0, len(ts))
	for _, t := range ts {
		concepts, err := s.read(ctx, t.Blob)
		if err != nil {
			return nil, fmt.Errorf("loading taxonomy %s@%s: %w", t.Name, t.Release, err)
		}
		releases = append(releases, Release{Name: t.Name, Version: t.Release, Concepts: concepts})
	}
	return NewMap(WithCurated(releases)...), nil
}

func (s *Shelf) read(ctx context.Context, sha string) ([]Concept, error) {
	blob, err := s.open(ctx, sha)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	r, err := unpack(blob)
	if err != nil {
		return nil, fmt.Errorf("unpacking the blob: %w", err)
	}
	var concepts []Concept
	counts, err := ReadJSONL(&bounded{r, maxFile}, func(c Concept) error {
		concepts = append(concepts, c)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(counts.Skipped) > 0 {
		return nil, hiring.Errorf(hiring.Invalid, "the blob holds what is no concept: %s", counts.Skipped[0])
	}
	return concepts, nil
}
