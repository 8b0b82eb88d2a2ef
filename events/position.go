package events

import (
	"context"
	"sync"
)

// Position is how far a role has folded the log. The zero value stands at 0; it is safe for concurrent use and must not be copied.
type Position struct {
	mu      sync.Mutex
	seq     uint64
	changed chan struct{}  // closed at the next advance; nil while nobody waits
	waiting map[uint64]int // how many wait for a position
	more    chan struct{}  // closed when somebody begins to wait; nil while nobody looks
}

// Awaited returns the least position that somebody waits for now, 0 when nobody does; more is closed once somebody else begins to wait.
func (p *Position) Awaited() (seq uint64, more <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.more == nil {
		p.more = make(chan struct{})
	}
	for s := range p.waiting {
		if s > p.seq && (seq == 0 || s < seq) {
			seq = s
		}
	}
	return seq, p.more
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seq >= seq {
		return nil
	}
	p.await(seq)
	defer p.leave(seq)
	for p.seq < seq {
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		p.mu.Lock()
		if p.seq < seq && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// await notes that one more waits for seq; the caller holds mu.
func (p *Position) await(seq uint64) {
	if p.waiting == nil {
		p.waiting = map[uint64]int{}
	}
	p.waiting[seq]++
	if p.more != nil {
		close(p.more)
		p.more = nil
	}
}

// leave notes that one less waits for seq; the caller holds mu.
func (p *Position) leave(seq uint64) {
	if p.waiting[seq]--; p.waiting[seq] == 0 {
		delete(p.waiting, seq)
	}
}
