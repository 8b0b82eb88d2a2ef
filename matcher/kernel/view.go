package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// View is an immutable state of an index.
type View struct {
	parts   []part
	options Options
	able    bool       // the processor has what the vector leaf needs
	pool    *sync.Pool // of *search
}

// With returns the same state, which answers the same in another way.
func (v *View) With(o Options) *View {
	w := *v
	w.options = o
	return &w
}

// Each answers n queries on all processors: all openings against all learners, say. Query i is what ask(i) returns, and its answer
// goes to done(i, hits); both are called from several goroutines at once, in no order. Each returns when all are answered.
func (v *View) Each(n int, ask func(i int) Query, done func(i int, hits []Hit)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				done(i, v.Top(ask(i)))
			}
		})
	}
	workers.Wait()
}

// Top returns the q.K rows of the greatest sums, best first.
func (v *View) Top(q Query) []Hit {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	top := best{k: q.K, before: q.Before, floor: 1}
	if q.K == 0 {
		return nil
	}
	v.ask(s, q.Groups, q.Must)
	s.look = func(g *segment, position int, sum uint32) {
		top.add(Hit{g.rows[position], int64(sum)})
		s.base = uint32(top.least())
	}
	s.base, s.needs = 1, nil
	for _, p := range v.parts {
		s.scan(p)
	}
	s.look = nil
	return top.sorted()
}

// ask prepares a search for a query.
func (v *View) ask(s *search, groups []Group, must [][]List) {
	s.groups, s.must, s.most = groups, must, most(groups)
	s.vector, s.exhaustive = v.able && !v.options.Portable, v.options.Exhaustive
	s.chosen = append(s.chosen[:0], make([]int32, len(groups))...)
}
