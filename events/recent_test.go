package events

import (
	"bytes"
	"sync"
	"testing"

	"matchday/hiring"
)

func factOf(seq uint64, size int) func() hiring.Fact {
	return func() hiring.Fact { return hiring.Fact{Seq: seq, Subject: "fact.x.y", Data: make([]byte, size)} }
}

func TestReadersShareWhatIsRecent(t *testing.T) {
	var r recent
	reads := 0
	read := func() hiring.Fact {
		reads++
		return factOf(7, 10)()
	}
	if a, b := r.share(7, read), r.share(7, read); reads != 1 || &a.Data[0] != &b.Data[0] {
		t.Errorf("%d reads of one fact, or two bodies", reads)
	}
	r.share(7+recentFacts, factOf(7+recentFacts, 1)) // takes the place of 7
	if f := r.share(7, read); reads != 2 || f.Seq != 7 {
		t.Errorf("after %d reads fact %d", reads, f.Seq)
	}
	if f := r.share(7+recentFacts, func() hiring.Fact { t.Error("read again"); return hiring.Fact{} }); f.Seq != 7+recentFacts {
		t.Error("a reader behind drove out what the others hold")
	}
}

func TestRecentFactsAreBoundedInBytes(t *testing.T) {
	var r recent
	const size = recentBytes / 10
	for seq := uint64(1); seq <= 1000; seq++ {
		r.share(seq, factOf(seq, size))
		held := 0
		for _, f := range r.ring {
			held += len(f.Data)
		}
		if held != r.bytes || held > recentBytes {
			t.Fatalf("after %d facts: %d bytes are held, %d counted", seq, held, r.bytes)
		}
	}
	if r.share(1000, factOf(0, 0)).Seq != 1000 || r.share(1, factOf(1, 3)).Seq != 1 {
		t.Error("wrong facts")
	}
}

func TestErasedLearnerIsNotRecent(t *testing.T) {
	var r recent
	r.share(1, factOf(1, 5))
	erased := r.share(2, factOf(2, 5))
	r.forget(erased)
	if r.ring[1].Seq != 0 || r.ring[2].Seq != 2 || r.bytes != 5 {
		t.Error("the record before the erasure is held, or the erasure is not")
	}
}

func TestReadersShareAtTheSameTime(t *testing.T) {
	var r recent
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for seq := uint64(1); seq <= 3*recentFacts; seq++ {
				if f := r.share(seq, factOf(seq, int(seq%100))); f.Seq != seq || !bytes.Equal(f.Data, make([]byte, seq%100)) {
					t.Errorf("asked for %d, got %d", seq, f.Seq)
					return
				}
			}
		})
	}
	all.Wait()
}
