package skills

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"matchday/hiring"
)

// blobs opens blobs that stand in memory and counts how often.
type blobs struct {
	data  map[string][]byte
	opens atomic.Int64
	hold  chan struct{} // where not nil, opening waits for it or for the caller to go
}

func (b *blobs) open(ctx context.Context, sha string) (io.ReadCloser, error) {
	b.opens.Add(1)
	if b.hold != nil {
		select {
		case <-b.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	data, ok := b.data[sha]
	if !ok {
		return nil, hiring.Errorf(hiring.NotFound, "no such blob")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func stored(t testing.TB) *blobs {
	return &blobs{data: map[string][]byte{
		"aa": []byte(`{"id":"o:1","name":"Welding"}` + "\n"),
		"bb": zipped(t, `{"id":"p:1","name":"Baking"}`+"\n"),
		"cc": []byte(`{"id":"p:1","colour":"red"}`),
	}}
}

var (
	own  = hiring.Taxonomy{Name: "own", Release: "1", Blob: "aa"}
	pack = hiring.Taxonomy{Name: "pack", Release: "2", Blob: "bb"}
)

func TestShelfBuildsOncePerSet(t *testing.T) {
	b := stored(t)
	s := NewShelf(b.open)
	empty, err := s.Load(t.Context(), nil)
	if err != nil || empty.Len() != 0 {
		t.Fatalf("without taxonomies: %v, %v", empty, err)
	}
	both, err := s.Load(t.Context(), []hiring.Taxonomy{own, pack})
	if err != nil || both.Len() != 2 {
		t.Fatalf("with two: %v", err)
	}
	if ref, _ := both.Lookup("baking", ""); ref.By != "pack@2" {
		t.Errorf("baking is %+v", ref)
	}
	again, err := s.Load(t.Context(), []hiring.Taxonomy{pack, own})
	if err != nil || again != both || b.opens.Load() != 2 {
		t.Errorf("the same set in another order: another map after %d opens, %v", b.opens.Load(), err)
	}
	one, err := s.Load(t.Context(), []hiring.Taxonomy{own})
	if err != nil || one.Len() != 1 || both.Len() != 2 {
		t.Errorf("a smaller set: %v", err)
	}
}

func TestShelfSaysWhatFailed(t *testing.T) {
	b := stored(t)
	s := NewShelf(b.open)
	if _, err := s.Load(t.Context(), []hiring.Taxonomy{own}); err != nil {
		t.Fatal(err)
	}
	for blob, want := range map[string]string{
		"dd": "loading taxonomy x@1: no such blob",
		"cc": `line 1: "colour" is not a field of a concept`,
	} {
		_, err := s.Load(t.Context(), []hiring.Taxonomy{{Name: "x", Release: "1", Blob: blob}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("blob %s: %v, want %s", blob, err, want)
		}
	}
	opens := b.opens.Load()
	if m, err := s.Load(t.Context(), []hiring.Taxonomy{own}); err != nil || m.Len() != 1 || b.opens.Load() != opens {
		t.Errorf("a failure took the current map away: %v", err)
	}
}

func TestShelfIsSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := stored(t)
		b.hold = make(chan struct{})
		s := NewShelf(b.open)
		maps := make([]*Map, 16)
		var wg sync.WaitGroup
		for i := range maps {
			wg.Go(func() {
				m, err := s.Load(t.Context(), []hiring.Taxonomy{own})
				if err != nil {
					t.Error(err)
				}
				maps[i] = m
			})
		}
		synctest.Wait() // one opens, fifteen wait for it
		close(b.hold)
		wg.Wait()
		for _, m := range maps {
			if m != maps[0] {
				t.Fatal("callers got different maps")
			}
		}
		if n := b.opens.Load(); n != 1 {
			t.Errorf("the blob was opened %d times", n)
		}
	})
}

func TestShelfOutlivesACallerThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := stored(t)
		b.hold = make(chan struct{})
		s := NewShelf(b.open)
		impatient, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := s.Load(impatient, []hiring.Taxonomy{own}); !errors.Is(err, context.Canceled) {
				t.Errorf("the one who left got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if m, err := s.Load(t.Context(), []hiring.Taxonomy{own}); err != nil || m.Len() != 1 {
				t.Errorf("the one who stayed got %v", err)
			}
		})
		wg.Go(func() {
			if _, err := s.Load(impatient, []hiring.Taxonomy{own}); !errors.Is(err, context.Canceled) {
				t.Errorf("one who waited and left got %v", err)
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait() // the one who stayed opens again
		close(b.hold)
		wg.Wait()
	})
}
