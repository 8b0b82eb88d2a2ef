package events

import (
	"context"
	"sync"

	"matchday/hiring"
)

// convoy reads the end of the log once for all who follow it in this process: the roles that run together would otherwise have each fact
// sent to every one of them. It waits for nobody; who falls too far behind reads alone until they have caught up.
type convoy struct {
	mu  sync.Mutex
	now *source // nil while nobody reads
}

// source is one consumer and who reads of it. The convoy's mutex guards it.
type source struct {
	seq     uint64 // of the last fact handed on
	readers map[*reader]struct{}
	end     func()
}

const (
	convoyFacts = 8192     // how far behind one may be
	convoyBytes = 32 << 20 // and in bytes of bodies
)

// join adds a reader that gets every fact after joint. Where nobody reads yet, it begins after from.
func (c *convoy) join(ctx context.Context, l *Log, from uint64) (r *reader, joint uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.now
	if s == nil {
		s = &source{seq: from, readers: map[*reader]struct{}{}}
		s.end, _, err = l.consume(ctx, everyFact, from, func() { c.drop(s) }, func(f hiring.Fact, _ uint64) { c.push(s, f) })
		if err != nil {
			return nil, 0, err
		}
		c.now = s
	}
	r = newReader(convoyFacts)
	r.stop = sync.OnceFunc(func() { c.leave(s, r) })
	s.readers[r] = struct{}{}
	return r, s.seq, nil
}

// push hands a fact on to everybody who is not too far behind.
func (c *convoy) push(s *source, f hiring.Fact) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.seq = f.Seq
	for r := range s.readers {
		if r.bytes.Add(int64(len(f.Data))) <= convoyBytes {
			select {
			case r.facts <- f:
				continue
			default:
			}
		}
		r.behind.Store(true)
		r.fail()
		delete(s.readers, r)
	}
}

// drop sends everybody away from a source that lost its consumer; what may still come of that is for nobody.
func (c *convoy) drop(s *source) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for r := range s.readers {
		r.fail()
	}
	clear(s.readers)
	if c.now == s {
		c.now = nil
	}
}

// leave takes a reader away; the last one ends the source.
func (c *convoy) leave(s *source, r *reader) {
	c.mu.Lock()
	delete(s.readers, r)
	last := len(s.readers) == 0
	if last && c.now == s {
		c.now = nil
	}
	c.mu.Unlock()
	if last {
		s.end()
	}
}
