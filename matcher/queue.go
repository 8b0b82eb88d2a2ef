package matcher

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"matchday/hiring"
)

// entity is what a ranking is for: an opening or a learner.
type entity struct {
	opening hiring.OpeningID
	learner hiring.LearnerRef
}

// cause is a fact after which an entity must be ranked again, or no more when it is gone.
type cause struct {
	seq uint64
	entity
	gone bool
}

// queue holds the causes that wait to be published, in order of fact. Of several about one entity only the latest waits. It is safe
// for concurrent use.
type queue struct {
	wake chan struct{} // holds one token while something may wait

	mu      sync.Mutex
	through uint64
	waiting []cause           // ascending; a cause that is not its entity's latest is void
	latest  map[entity]uint64 // sequence of the cause that counts
	handed  []cause           // by next, last
}

func newQueue() *queue {
	return &queue{wake: make(chan struct{}, 1), latest: map[entity]uint64{}}
}

// add lets causes wait, in order of sequence; those at or before the last one skipped stay out.
func (q *queue) add(causes []cause) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range causes {
		switch {
		case c.gone:
			delete(q.latest, c.entity)
		case c.seq > q.through:
			q.latest[c.entity] = c.seq
			q.waiting = append(q.waiting, c)
		}
	}
	if len(q.latest) > 0 {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
}

// skip drops everything caused at or before through.
func (q *queue) skip(through uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.through = max(q.through, through)
	for e, seq := range q.latest {
		if seq <= q.through {
			delete(q.latest, e)
		}
	}
}

// all returns the causes that wait, and those handed out last that are not published yet.
func (q *queue) all() (list []cause) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range q.handed {
		if c.seq > q.through {
			list = append(list, c)
		}
	}
	for _, c := range q.waiting {
		if q.latest[c.entity] == c.seq {
			list = append(list, c)
		}
	}
	return list
}

// restart lets nothing wait but these causes, as far as they are not published.
func (q *queue) restart(causes []cause) {
	q.mu.Lock()
	q.waiting, q.latest = nil, map[entity]uint64{}
	q.mu.Unlock()
	q.add(causes)
}

// done returns the sequence up to which everything is published.
func (q *queue) done() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.through
}

// next takes out all causes of the earliest fact that waits, openings first, then in order of id. It blocks while nothing waits and
// returns nil when ctx ends. rest is how many entities wait beside these.
func (q *queue) next(ctx context.Context) (group []cause, rest int) {
	for {
		if group, rest = q.take(); len(group) > 0 {
			return group, rest
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
			return nil, 0
		}
	}
}

func (q *queue) take() (group []cause, rest int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for ; n < len(q.waiting); n++ {
		c := q.waiting[n]
		if q.latest[c.entity] != c.seq {
			continue
		}
		if len(group) > 0 && group[0].seq != c.seq {
			break
		}
		delete(q.latest, c.entity)
		group = append(group, c)
	}
	q.waiting, q.handed = q.waiting[n:], group
	slices.SortFunc(group, func(a, b cause) int {
		return cmp.Or(strings.Compare(string(a.opening), string(b.opening)), strings.Compare(string(a.learner), string(b.learner)))
	})
	return group, len(q.latest)
}
