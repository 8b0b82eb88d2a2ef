package schedule

import "math/bits"

// times is a set of slots.
type times [MaxSlots / 64]uint64

func (t *times) has(s int) bool { return t[s>>6]>>(s&63)&1 == 1 }
func (t *times) add(s int)      { t[s>>6] |= 1 << (s & 63) }
func (t *times) remove(s int)   { t[s>>6] &^= 1 << (s & 63) }

func (t times) and(u times) times {
	for i := range t {
		t[i] &= u[i]
	}
	return t
}

func (t times) minus(u times) times {
	for i := range t {
		t[i] &^= u[i]
	}
	return t
}

func (t times) count() int {
	n := 0
	for _, w := range t {
		n += bits.OnesCount64(w)
	}
	return n
}

func (t times) meets(u times) bool {
	for i := range t {
		if t[i]&u[i] != 0 {
			return true
		}
	}
	return false
}

// all yields the slots in order.
func (t times) all(yield func(int) bool) {
	for i, w := range t {
		for ; w != 0; w &= w - 1 {
			if !yield(i<<6 + bits.TrailingZeros64(w)) {
				return
			}
		}
	}
}

// ends returns the first and the last slot of t; of an empty set, the last comes before the first.
func (t *times) ends() (first, last int) {
	first, last = MaxSlots, nobody
	for i, w := range t {
		if w != 0 {
			first = min(first, i<<6+bits.TrailingZeros64(w))
			last = i<<6 + 63 - bits.LeadingZeros64(w)
		}
	}
	return first, last
}

// between returns the slots after first and before last.
func between(first, last int) (t times) {
	for i := (first + 1) >> 6; i <= (last-1)>>6; i++ {
		t[i] = ^uint64(0)
	}
	t[(first+1)>>6] &^= 1<<((first+1)&63) - 1
	t[(last-1)>>6] &= ^uint64(0) >> (63 - (last-1)&63)
	return t
}
