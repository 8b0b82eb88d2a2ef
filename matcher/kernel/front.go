package kernel

import (
	"cmp"
	"slices"
)

// bar is what a hit must reach to be among the k best so far. It counts hits by score, or by ranges of scores, so that one more costs a
// few additions.
type bar struct {
	k       int
	floor   int64 // what a score must reach at any rate
	width   int   // of a range, in bits
	counts  []int32
	at      int // the range of the k-th best
	reached int // hits in this range and above
}

// ranges is how many ranges of scores a bar tells apart at most, as a number of bits.
const ranges = 10

// reset forgets all hits, for scores of so many bits at most.
func (b *bar) reset(k int, floor int64, bits int) {
	b.k, b.floor, b.width = k, floor, max(0, bits-ranges)
	if b.counts == nil {
		b.counts = make([]int32, 1<<ranges)
	}
	b.counts = b.counts[:1<<(bits-b.width)]
	b.clear()
}

func (b *bar) clear() {
	clear(b.counts)
	b.at, b.reached = 0, 0
}

// count takes note of a hit.
func (b *bar) count(score int64) {
	at := int(score >> b.width)
	b.counts[at]++
	if at < b.at {
		return
	}
	for b.reached++; b.reached-int(b.counts[b.at]) >= b.k; b.at++ {
		b.reached -= int(b.counts[b.at])
	}
}

// least returns what a score must reach.
func (b *bar) least() int64 { return max(b.floor, int64(b.at)<<b.width) }

// front keeps the hits that may be among the k best. Only now and then, and in the end, does it sort them. Until a part is done its hits
// are positions: to read the number of each row as it comes is to wait for memory, and most of them fall out again.
type front struct {
	bar
	before func(a, b Row) bool
	hits   []Hit
	rows   []Row // of the part at hand, by position
	named  int   // hits that have their rows
	ranged []Hit // scratch of cut
}

// spare is how many hits beside twice the k best a front keeps before it sorts.
const spare = 2048

func (f *front) reset(k int, before func(a, b Row) bool, bits int) {
	f.bar.reset(k, 1, bits)
	f.before, f.hits, f.named = before, f.hits[:0], 0
}

// begin is called before each part, with its rows.
func (f *front) begin(rows []Row) {
	f.name()
	f.rows = rows
}

// name gives the hits of the part at hand their rows.
func (f *front) name() {
	for i := f.named; i < len(f.hits); i++ {
		f.hits[i].Row = f.rows[f.hits[i].Row]
	}
	f.named = len(f.hits)
}

// add takes in the row at a position with its sum, which must reach the least.
func (f *front) add(position int, sum uint32) {
	if len(f.hits) >= 2*f.k+spare {
		f.cut()
		f.clear()
		for _, h := range f.hits {
			f.count(h.Score)
		}
	}
	f.hits = append(f.hits, Hit{Row(position), int64(sum)})
	f.count(int64(sum))
}

// cut sorts the hits and drops all but the k best: by range, which counts tell the places of, and then inside each.
func (f *front) cut() {
	f.name()
	if n := len(f.hits); n > cap(f.ranged) {
		f.ranged = make([]Hit, n+spare)
	}
	var from [1 << ranges]int32
	n := int32(0)
	for at := len(f.counts) - 1; at >= f.at; at-- {
		from[at] = n
		n += f.counts[at]
	}
	f.ranged = f.ranged[:n]
	for _, h := range f.hits {
		if at := int(h.Score >> f.width); at >= f.at {
			f.ranged[from[at]] = h
			from[at]++
		}
	}
	better := func(x, y Hit) int { return compare(x, y, f.before) }
	if f.width == 0 && f.before == nil { // all in a range have the same sum
		better = func(x, y Hit) int { return cmp.Compare(x.Row, y.Row) }
	}
	for at := f.at; at < len(f.counts); at++ {
		if ties := f.counts[at]; ties > 1 {
			slices.SortFunc(f.ranged[from[at]-ties:from[at]], better)
		}
	}
	f.hits = append(f.hits[:0], f.ranged[:min(f.k, len(f.ranged))]...)
	f.named = len(f.hits)
}

// sorted returns the k best hits, best first. Nothing more can be added.
func (f *front) sorted() []Hit {
	f.cut()
	f.rows = nil // which may be all that keeps an old part
	return slices.Clone(f.hits)
}
