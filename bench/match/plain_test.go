package match

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"matchday/matcher/kernel"
)

// The contestants written in Go.
const (
	ours      = "kernel"
	portable  = "kernel, pure Go"
	whole     = "kernel, every block"
	words     = "kernel, sums of 16 bits"
	yardstick = "postings read once"
)

// counters are postings summed up in a dense array of counters.
type counters struct {
	rows     int
	postings [][]uint32
	sums     []uint16
	allowed  []uint8
	touched  []uint32
}

func newCounters(w *world) *counters {
	c := &counters{rows: len(w.records), postings: make([][]uint32, freeList+availability), sums: make([]uint16, len(w.records)),
		allowed: make([]uint8, len(w.records))}
	for _, r := range w.records {
		for _, l := range r.Lists {
			c.postings[l] = append(c.postings[l], uint32(r.Row))
		}
	}
	return c
}

func (c *counters) ask(q kernel.Query) ([]kernel.Hit, error) {
	for step, set := range q.Must {
		for _, l := range set {
			for _, row := range c.postings[l] {
				if int(c.allowed[row]) == step {
					c.allowed[row]++
				}
			}
		}
	}
	c.touched = c.touched[:0]
	for _, g := range q.Groups {
		weight := uint16(g[0].Weight)
		for _, row := range c.postings[g[0].List] {
			if c.sums[row] == 0 {
				c.touched = append(c.touched, row)
			}
			c.sums[row] += weight
		}
	}
	best := newTop(q.K)
	for _, row := range c.touched {
		if int(c.allowed[row]) == len(q.Must) {
			best.add(row, c.sums[row])
		}
		c.sums[row] = 0
	}
	for _, set := range q.Must {
		for _, l := range set {
			for _, row := range c.postings[l] {
				c.allowed[row] = 0
			}
		}
	}
	return best.hits(), nil
}

// top keeps the k best, sorting now and then.
type top struct {
	k     int
	least uint16
	list  []kernel.Hit
}

func newTop(k int) *top { return &top{k: k} }

func (t *top) add(row uint32, sum uint16) {
	if sum < t.least {
		return
	}
	t.list = append(t.list, kernel.Hit{Row: kernel.Row(row), Score: int64(sum)})
	if len(t.list) == 8*t.k {
		t.list = t.hits()
		t.least = uint16(t.list[t.k-1].Score)
	}
}

func (t *top) hits() []kernel.Hit {
	slices.SortFunc(t.list, func(a, b kernel.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Row, b.Row))
	})
	return t.list[:min(t.k, len(t.list))]
}

// read adds up the numbers of every row on the query's lists: what it takes to look at all postings once.
func (c *counters) read(q kernel.Query) ([]kernel.Hit, error) {
	var sum uint32
	for _, g := range q.Groups {
		for _, row := range c.postings[g[0].List] {
			sum += row
		}
	}
	for _, set := range q.Must {
		for _, l := range set {
			for _, row := range c.postings[l] {
				sum += row
			}
		}
	}
	c.touched = append(c.touched[:0], sum)
	return nil, nil
}

// bitmaps are postings as Roaring bitmaps.
type bitmaps struct {
	lists []*roaring.Bitmap
	sums  []uint16
	rows  []uint32
	batch [4096]uint32
}

func newBitmaps(c *counters) *bitmaps {
	b := &bitmaps{sums: make([]uint16, c.rows)}
	for _, p := range c.postings {
		l := roaring.BitmapOf(p...)
		l.RunOptimize()
		b.lists = append(b.lists, l)
	}
	return b
}

func (b *bitmaps) ask(q kernel.Query) ([]kernel.Hit, error) {
	var allowed *roaring.Bitmap
	for _, set := range q.Must {
		var lists []*roaring.Bitmap
		for _, l := range set {
			lists = append(lists, b.lists[l])
		}
		any := roaring.FastOr(lists...)
		if allowed == nil {
			allowed = any
		} else {
			allowed.And(any)
		}
	}
	b.rows = b.rows[:0]
	for _, g := range q.Groups {
		list := b.lists[g[0].List]
		if allowed != nil {
			list = roaring.And(list, allowed)
		}
		weight := uint16(g[0].Weight)
		for it := list.ManyIterator(); ; {
			n := it.NextMany(b.batch[:])
			if n == 0 {
				break
			}
			for _, row := range b.batch[:n] {
				if b.sums[row] == 0 {
					b.rows = append(b.rows, row)
				}
				b.sums[row] += weight
			}
		}
	}
	best := newTop(q.K)
	for _, row := range b.rows {
		best.add(row, b.sums[row])
		b.sums[row] = 0
	}
	return best.hits(), nil
}
