package kernel

import "sync"

// View is an immutable state of an index.
type View struct {
	parts      []part
	exhaustive bool
	pool       *sync.Pool
}

// Top returns the q.K rows of the greatest sums, best first.
func (v *View) Top(q Query) []Hit {
	s := v.pool.Get().(*search)
	defer v.pool.Put(s)
	top := best{k: q.K, before: q.Before, floor: 1}
	if q.K == 0 {
		return nil
	}
	s.ask(q.Groups, q.Must)
	s.exhaustive = v.exhaustive
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

// ask prepares for a query.
func (s *search) ask(groups []Group, must [][]List) {
	s.groups, s.must, s.most, s.exhaustive = groups, must, most(groups), false
	s.chosen = append(s.chosen[:0], make([]int32, len(groups))...)
}
