package skills

import (
	"math"
	"slices"
	"strings"
)

// sound reports whether every number of a map points into it, so that no method of a map that was read from a file can fail.
func (m *Map) sound() bool {
	n, releases := m.ids.len(), uint32(len(m.releases))
	switch {
	case !m.ids.sound() || !m.labels.sound() || !m.keys.sound():
	case len(m.langs) == 0 || len(m.langs) > maxLangs+1 || m.langs[0] != undetermined:
	case len(m.release) != n || len(m.group) != n || len(m.demand) != n || len(m.nameKey) != n || len(m.trades) != len(m.releases):
	case !m.names.sound(n, len(m.nameIn)) || len(m.nameIn) != m.labels.len() || !m.meaning.sound(m.keys.len(), len(m.posts)):
	case !m.broader.sound(n, n) || !m.narrower.sound(n, n) || !m.related.sound(n, n) || !m.askers.sound(n, m.occupations):
	case !m.ids.sorted() || !m.keys.sorted():
	case slices.ContainsFunc(m.release, func(r uint16) bool { return uint32(r) >= releases }):
	case slices.ContainsFunc(m.nameKey, func(k uint32) bool { return k != noKey && int(k) >= m.keys.len() }):
	case slices.ContainsFunc(m.nameIn, func(l uint8) bool { return int(l) >= len(m.langs) }):
	case slices.ContainsFunc(m.posts, func(p post) bool {
		return int(p.concept) >= n || uint32(p.release) >= releases || int(p.lang) >= len(m.langs) || p.class > hidden
	}):
	case slices.ContainsFunc(m.same, func(s stated) bool { return int(s.from) >= n || int(s.to) >= n || uint32(s.release) >= releases }):
	case slices.ContainsFunc(m.demand, func(d float32) bool { return !(d >= 0 && d < math.MaxInt32) }):
	case !(m.middleShare >= 0 && m.middleShare < math.MaxInt32) || m.occupations > maxOccupations:
	default:
		// A concept has a name, and a key a meaning.
		return slices.IsSortedFunc(m.names, rising) && slices.IsSortedFunc(m.meaning, rising)
	}
	return false
}

// maxOccupations bounds what an unsound file can make a process hold.
const maxOccupations = 1 << 24

// rising orders so that equal numbers are out of order.
func rising(a, b uint32) int {
	if a > b {
		return 1
	}
	return -1
}

func (a arena) sound() bool {
	return slices.IsSorted(a.ends) && (len(a.ends) == 0 && a.text == "" || len(a.ends) > 0 && int(a.ends[len(a.ends)-1]) == len(a.text))
}

// sorted reports whether strings stand in order, each once.
func (a arena) sorted() bool {
	for i := 1; i < len(a.ends); i++ {
		if strings.Compare(a.at(uint32(i-1)), a.at(uint32(i))) >= 0 {
			return false
		}
	}
	return true
}

// sound reports whether spans are those of n parts of a slice of this size.
func (s spans) sound(n, size int) bool {
	return len(s) == n+1 && slices.IsSorted(s) && s[0] == 0 && int(s[n]) == size
}

func (e edges) sound(n, targets int) bool {
	return e.spans.sound(n, len(e.to)) && !slices.ContainsFunc(e.to, func(c uint32) bool { return int(c) >= targets })
}
