package events

import (
	"sync"

	"matchday/hiring"
)

const (
	recentFacts = 4096     // how far apart two readers of one process may be and still share
	recentBytes = 16 << 20 // of bodies, in all
)

// recent holds the facts that were read last, so that the roles of one process, which all read about the same place of the log, share
// one copy of each and decode its body once: see [hiring.Fact.Share].
type recent struct {
	mu     sync.Mutex
	ring   [recentFacts]hiring.Fact // by sequence
	oldest uint64                   // nothing below it is held
	bytes  int
}

// share returns the fact of a sequence as another reader got it, or else as read tells it.
func (r *recent) share(seq uint64, read func() hiring.Fact) hiring.Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := &r.ring[seq%recentFacts]
	if at.Seq == seq {
		return *at
	}
	f := read()
	if seq < r.oldest || at.Seq > seq { // of a reader that is far behind the others
		return f
	}
	f = f.Share()
	r.drop(at)
	*at = f
	r.bytes += len(f.Data)
	for ; r.bytes > recentBytes; r.oldest++ {
		if old := &r.ring[r.oldest%recentFacts]; old.Seq == r.oldest {
			r.drop(old)
		}
	}
	return f
}

// forget drops the earlier facts of f's subject.
func (r *recent) forget(f hiring.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.ring {
		if r.ring[i].Subject == f.Subject && r.ring[i].Seq < f.Seq {
			r.drop(&r.ring[i])
		}
	}
}

func (r *recent) drop(at *hiring.Fact) {
	r.bytes -= len(at.Data)
	*at = hiring.Fact{}
}
