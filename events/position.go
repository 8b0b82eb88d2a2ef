package events

import (
	"context"
	"sync"
)

// Position is how far a role has folded the log. The zero value stands at 0; it is safe for concurrent use and must not be copied.
type Position struct {
	mu      sync.Mutex
	seq     uint64
	changed chan struct{} // closed at the next advance; nil while nobody waits
	wanted  uint64        // the greatest that anybody waited for
	more    chan struct{} // closed when wanted grows; nil while nobody looks
}

// Awaited returns the greatest position that anybody waits or waited for; more is closed once somebody waits for a greater one.
func (p *Position) Awaited() (seq uint64, more <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.more == nil {
		p.more = make(chan struct{})
	}
	return p.wanted, p.more
}

// want notes that somebody waits for seq. The caller holds mu.
func (p *Position) want(seq uint64) {
	if seq <= p.wanted {
		return
	}
	p.wanted = seq
	if p.more != nil {
		close(p.more)
		p.more = nil
	}
}

// Advance moves the position forward to seq; it never moves back.
func (p *Position) Advance(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seq <= p.seq {
		return
	}
	p.seq = seq
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// Now returns the position.
func (p *Position) Now() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seq
}

// Wait returns nil once the position has reached seq, or ctx's error when that ends first.
func (p *Position) Wait(ctx context.Context, seq uint64) error {
	for {
		p.mu.Lock()
		if p.seq >= seq {
			p.mu.Unlock()
			return nil
		}
		p.want(seq)
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
