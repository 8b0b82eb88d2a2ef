package kernel

import "slices"

// front keeps the hits that may be among the k best by sum. How many reach a sum is counted, by sums or by ranges of them, so that a row
// costs a few additions and what it takes to get in is known at once; only now and then, and in the end, are hits sorted.
type front struct {
	best
	counts  [256]int32 // by sum, or range of sums: hits
	width   int        // of a range, in bits
	bar     int        // the range of the least sum that gets in
	reached int        // hits in this range and above
	ranged  []Hit      // scratch of cut
}

// spare is how many hits beside twice the k best a front keeps before it sorts.
const spare = 256

// reset empties the front, for sums of at most so many bits.
func (f *front) reset(k int, before func(a, b Row) bool, bits int) {
	f.best = best{k: k, before: before, hits: f.hits[:0]}
	f.width = max(0, bits-8)
	f.recount()
}

// add takes in a hit and returns the least sum that others must reach.
func (f *front) add(h Hit) uint32 {
	if len(f.hits) >= 2*f.k+spare {
		f.cut()
		f.recount()
	}
	f.hits = append(f.hits, h)
	f.count(h)
	return uint32(max(1, f.bar<<f.width))
}

func (f *front) count(h Hit) {
	at := int(h.Score >> f.width)
	f.counts[at]++
	if at < f.bar {
		return
	}
	for f.reached++; f.reached-int(f.counts[f.bar]) >= f.k; f.bar++ {
		f.reached -= int(f.counts[f.bar])
	}
}

// cut sorts the hits and drops all but the k best: by range, which counts tell the places of, and then inside each.
func (f *front) cut() {
	if n := len(f.hits); n > cap(f.ranged) {
		f.ranged = make([]Hit, n+spare)
	}
	var from [len(f.counts)]int32
	n := int32(0)
	for at := len(f.counts) - 1; at >= f.bar; at-- {
		from[at] = n
		n += f.counts[at]
	}
	f.ranged = f.ranged[:n]
	for _, h := range f.hits {
		if at := int(h.Score >> f.width); at >= f.bar {
			f.ranged[from[at]] = h
			from[at]++
		}
	}
	better := func(x, y Hit) int {
		if f.worse(y, x) {
			return -1
		}
		return 1
	}
	for at := f.bar; at < len(f.counts); at++ {
		if ties := f.counts[at]; ties > 1 {
			slices.SortFunc(f.ranged[from[at]-ties:from[at]], better)
		}
	}
	f.hits = append(f.hits[:0], f.ranged[:min(f.k, len(f.ranged))]...)
}

func (f *front) recount() {
	clear(f.counts[:])
	f.bar, f.reached = 0, 0
	for _, h := range f.hits {
		f.count(h)
	}
}

// sorted returns the k best hits, best first. Nothing more can be added.
func (f *front) sorted() []Hit {
	f.cut()
	return slices.Clone(f.hits)
}
