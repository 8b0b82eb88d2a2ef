package main

import "slices"

// share is a part of a whole; its zero value is nothing of nothing.
type share struct{ part, whole float64 }

func (s *share) count(holds bool) {
	s.whole++
	if holds {
		s.part++
	}
}

func (s share) value() float64 {
	if s.whole == 0 {
		return 0
	}
	return s.part / s.whole
}

// microF1 compares the set of skills found in each sentence with the one wanted, over all sentences together.
func microF1(list []*sentence, find func(string) []string) (precision, recall, f1 float64) {
	var hit, found, wanted float64
	for _, s := range list {
		names := find(s.text)
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			found++
			if s.skills[name] {
				hit++
			}
		}
		wanted += float64(len(s.skills))
	}
	precision, recall = share{hit, found}.value(), share{hit, wanted}.value()
	return precision, recall, share{2 * hit, found + wanted}.value()
}

// rp5 is the mean R-precision at 5 over the sentences that name a skill: how many of the first five are wanted, out of as many as
// could be.
func rp5(list []*sentence, rank func(string) []string) float64 {
	var s share
	for _, x := range list {
		if len(x.skills) == 0 {
			continue
		}
		s.whole++
		hits := map[string]bool{}
		for _, name := range first(rank(x.text), 5) {
			if x.skills[name] {
				hits[name] = true
			}
		}
		s.part += float64(len(hits)) / float64(min(5, len(x.skills)))
	}
	return s.value()
}

// acc5 is how often the wanted skill of a span is among the first five.
func acc5(list []*sentence, resolve func(string) []string) float64 {
	var s share
	for _, x := range list {
		for _, sp := range x.spans {
			s.whole++
			if slices.Contains(first(resolve(sp.text), 5), sp.skill) {
				s.part++
			}
		}
	}
	return s.value()
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }

// touched says how many marked knowledge spans overlap a tag, and how many tags overlap any marked span.
func touched(list []marked, tag func(string) [][2]int) (recall, precision float64) {
	var spans, tags share
	for _, m := range list {
		found := tag(m.text)
		for _, k := range m.knowledge {
			spans.whole++
			if overlaps(found, k) {
				spans.part++
			}
		}
		for _, f := range found {
			tags.whole++
			if overlaps(m.knowledge, f) || overlaps(m.skills, f) {
				tags.part++
			}
		}
	}
	return spans.value(), tags.value()
}

func overlaps(list [][2]int, r [2]int) bool {
	return slices.ContainsFunc(list, func(x [2]int) bool { return x[0] < r[1] && r[0] < x[1] })
}
