package schedule

import "slices"

// Fairness says how the talks are spread over the learners who wished for any.
type Fairness struct {
	// Learners who wished for a talk; Talks that they have; None are those without one, by id.
	Learners, Talks int
	None            []string
	// Least, Median and Most talks of a learner; Gini is 0 when all have as many as each other, and nears 1 when one has all.
	Least, Median, Most int
	Gini                float64
	// First counts the learners who have the wish they ranked first (or one of several).
	First int
}

// FairnessOf returns how fair a schedule is.
func FairnessOf(p Problem, s Schedule) Fairness {
	talks := map[string]int{}
	granted := map[[2]string]bool{}
	for _, t := range s.Talks {
		talks[t.Learner]++
		granted[[2]string{t.Learner, t.Opening}] = true
	}
	f := Fairness{Talks: len(s.Talks)}
	var counts []int
	for _, l := range p.Learners {
		if len(l.Wishes) == 0 || l.Talks == 0 {
			continue
		}
		counts = append(counts, talks[l.ID])
		if talks[l.ID] == 0 {
			f.None = append(f.None, l.ID)
		}
		first := slices.MinFunc(l.Wishes, func(a, b Wish) int { return a.Rank - b.Rank }).Rank
		if slices.ContainsFunc(l.Wishes, func(w Wish) bool { return w.Rank == first && granted[[2]string{l.ID, w.Opening}] }) {
			f.First++
		}
	}
	slices.Sort(f.None)
	slices.Sort(counts)
	if f.Learners = len(counts); f.Learners > 0 {
		f.Least, f.Median, f.Most = counts[0], counts[len(counts)/2], counts[len(counts)-1]
		f.Gini = gini(counts)
	}
	return f
}

// gini is the mean difference of two, relative to twice the mean; counts ascend.
func gini(counts []int) float64 {
	sum, weighted := 0, 0
	for i, n := range counts {
		sum += n
		weighted += (2*i + 1 - len(counts)) * n
	}
	if sum == 0 {
		return 0
	}
	return float64(weighted) / float64(len(counts)*sum)
}
