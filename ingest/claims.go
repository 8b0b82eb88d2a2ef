package ingest

import (
	"context"
	"sync"
)

// claims keeps two requests of this process from working on the same subjects at once, so that they need not find out from the
// broker's refusals. Between processes the expected sequences do that.
type claims struct {
	mu    sync.Mutex
	held  map[string]bool
	freed chan struct{} // closed when something is released; nil while nobody waits
}

// take waits until none of the subjects is held and holds them all. It takes all or none, so that no two can wait for each other.
func (c *claims) take(ctx context.Context, subjects []string) (release func(), err error) {
	for {
		c.mu.Lock()
		if c.free(subjects) {
			if c.held == nil {
				c.held = map[string]bool{}
			}
			for _, s := range subjects {
				c.held[s] = true
			}
			c.mu.Unlock()
			return func() { c.release(subjects) }, nil
		}
		if c.freed == nil {
			c.freed = make(chan struct{})
		}
		freed := c.freed
		c.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *claims) free(subjects []string) bool {
	for _, s := range subjects {
		if c.held[s] {
			return false
		}
	}
	return true
}

func (c *claims) release(subjects []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range subjects {
		delete(c.held, s)
	}
	if c.freed != nil {
		close(c.freed)
		c.freed = nil
	}
}
