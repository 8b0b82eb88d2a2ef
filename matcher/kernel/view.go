package kernel

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
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

// together is how many neighbouring queries of a batch one processor takes at a time.
const together = 64

// Each answers n queries on all processors: all openings against all learners, say. Query i is what ask(i) returns, twice, and its
// answer goes to done(i, hits); both are called from several goroutines at once, in no order. Each returns when all are answered.
// Queries that ask for the same are answered one after the other, while what they read is at hand: that spares about a tenth.
func (v *View) Each(n int, ask func(i int) Query, done func(i int, hits []Hit)) {
	type keyed struct {
		key   [2]List
		query int
	}
	order := make([]keyed, n)
	for i := range order {
		order[i] = keyed{heaviest(ask(i).Groups), i}
	}
	slices.SortFunc(order, func(a, b keyed) int { return cmp.Or(slices.Compare(a.key[:], b.key[:]), a.query-b.query) })
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for {
				from := int(next.Add(together)) - together
				if from >= n {
					return
				}
				for _, k := range order[from:min(from+together, n)] {
					done(k.query, v.Top(ask(k.query)))
				}
			}
		})
	}
	workers.Wait()
}

// heaviest returns the lists of the two greatest weights: the rarest of what is asked, by which queries resemble each other most.
func heaviest(groups []Group) (lists [2]List) {
	var weights [2]uint32
	for _, g := range groups {
		if len(g) == 0 || g[0].Weight <= weights[1] {
			continue
		}
		lists[1], weights[1] = g[0].List, g[0].Weight
		if weights[1] > weights[0] {
			lists[0], lists[1] = lists[1], lists[0]
			weights[0], weights[1] = weights[1], weights[0]
		}
	}
	return lists
}

// Top returns the q.K rows of the greatest sums, best first.
func (v *View) Top(q Query) []Hit {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	if q.K == 0 {
		return nil
	}
	v.ask(s, q.Groups, q.Must)
	s.front.reset(q.K, q.Before, bits.Len32(s.most))
	s.look = func(_ *segment, block, group int, rows uint64) {
		for ; rows != 0; rows &= rows - 1 {
			lane := bits.TrailingZeros64(rows)
			if sum := s.sums.value(group, lane); sum >= s.base {
				s.front.add(block*blockRows+lane, sum)
				s.base = uint32(s.front.least())
			}
		}
	}
	for _, p := range v.parts {
		s.front.begin(p.rows)
		s.scan(p)
	}
	s.look = nil
	return s.front.sorted()
}

// ask prepares a search for a query.
func (v *View) ask(s *search, groups []Group, must [][]List) {
	s.groups, s.must, s.most = groups, must, most(groups)
	s.base, s.needs = 1, nil
	s.vector, s.exhaustive = v.able && !v.options.Portable, v.options.Exhaustive
}
