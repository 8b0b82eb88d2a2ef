package hiring

import (
	"encoding/json"
	"fmt"
	"sync"
)

// shared is the decoded body of a fact, once somebody wanted it.
type shared struct {
	mu   sync.Mutex
	body any
}

// Share returns f such that its copies decode the body once for all: every [World] that applies one of them holds the same state.
// Several roles of one process then pay the decoding and the memory once.
func (f Fact) Share() Fact {
	f.shared = new(shared)
	return f
}

// decode returns the body of f as a T, to be read only. Complete, when given, adds to it what the body leaves to the subject.
func decode[T any](f Fact, complete func(*T)) (*T, error) {
	if f.shared != nil {
		f.shared.mu.Lock()
		defer f.shared.mu.Unlock()
		if v, ok := f.shared.body.(*T); ok {
			return v, nil
		}
	}
	v := new(T)
	if err := json.Unmarshal(f.Data, v); err != nil {
		return nil, fmt.Errorf("decoding the body: %w", err)
	}
	if complete != nil {
		complete(v)
	}
	if f.shared != nil {
		f.shared.body = v
	}
	return v, nil
}
