package schedule

import (
	"cmp"
	"slices"
)

// match has the learners propose to the openings, down their wishes, until each has as many talks as it may or nobody left to
// ask; an opening holds the best of all who asked. The order of proposals does not change the outcome. Pairs that are
// barred do not come about, and quotas and rooms are those given, so that a market with some talks fixed is one too.
// The pairs come in the order in which they deserve a time: everybody's first wishes first, then the openings' rankings.
func (m *market) match(quota, room []int, barred func(pair) bool) []pair {
	held := make([][]int, len(m.openings)) // places on the opening's ranking, ascending
	next := make([]int, len(m.learners))
	talks := make([]int, len(m.learners))
	var ask []int
	for l := range m.learners {
		ask = append(ask, l)
	}
	for len(ask) > 0 {
		l := ask[len(ask)-1]
		if talks[l] >= quota[l] || next[l] == len(m.wishes[l]) {
			ask = ask[:len(ask)-1]
			continue
		}
		p := pair{l, m.wishes[l][next[l]]}
		next[l]++
		o, place := p.opening, m.placeOf(p)
		if place == nobody || room[o] <= 0 || barred(p) {
			continue
		}
		at, _ := slices.BinarySearch(held[o], place)
		held[o] = slices.Insert(held[o], at, place)
		talks[l]++
		if len(held[o]) > room[o] {
			last := m.ranking[o][held[o][room[o]]]
			held[o] = held[o][:room[o]]
			talks[last]--
			ask = append(ask, last)
		}
	}
	var pairs []pair
	for o, places := range held {
		for _, place := range places {
			pairs = append(pairs, pair{m.ranking[o][place], o})
		}
	}
	slices.SortFunc(pairs, m.byMerit)
	return pairs
}

// byMerit orders pairs as they deserve a time.
func (m *market) byMerit(p, q pair) int {
	return cmp.Or(cmp.Compare(m.likingOf(p), m.likingOf(q)), cmp.Compare(m.placeOf(p), m.placeOf(q)),
		cmp.Compare(p.learner, q.learner), cmp.Compare(p.opening, q.opening))
}
