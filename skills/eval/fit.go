package main

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"matchday/skills"
)

// example is a place of a text that may name a skill, and whether it does.
type example struct {
	sentence int
	skills.Evidence
	right bool
}

// logistic fits weights, the constant last, by gradient descent with momentum and a penalty on large weights.
func logistic(list []example, penalty float64) []float64 {
	if len(list) == 0 {
		return nil
	}
	n := len(list[0].Features)
	w, speed := make([]float64, n+1), make([]float64, n+1)
	for range 600 {
		slope := make([]float64, n+1)
		for _, e := range list {
			miss := probability(w, e.Features)
			if e.right {
				miss--
			}
			for i, x := range e.Features {
				slope[i] += miss * x
			}
			slope[n] += miss
		}
		for i := range w {
			speed[i] = 0.9*speed[i] - 0.3*(slope[i]/float64(len(list))+penalty*w[i])
			w[i] += speed[i]
		}
	}
	return w
}

func probability(w, features []float64) float64 {
	z := w[len(features)]
	for i, x := range features {
		z += w[i] * x
	}
	return 1 / (1 + math.Exp(-z))
}

// pick returns the examples of one sentence, best first, that do not overlap and reach a threshold.
func pick(list []example, w []float64, threshold float64) []example {
	list = slices.Clone(list)
	for i := range list {
		list[i].Score = probability(w, list[i].Features)
	}
	slices.SortStableFunc(list, func(a, b example) int { return cmp.Compare(b.Score, a.Score) })
	var kept []example
	for _, e := range list {
		if e.Score >= threshold && !slices.ContainsFunc(kept, func(k example) bool { return k.Start < e.End && e.Start < k.End }) {
			kept = append(kept, e)
		}
	}
	return kept
}

const folds = 5

// fold deals sentences into parts, those of the same words into the same.
func fold(s *sentence) int {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, skills.Key(s.text))
	return int(h.Sum32() % folds)
}

// touching returns the examples of SkillSpan's training postings: whether a place is a skill at all.
func touching(d *corpus) (list []example) {
	for i, s := range whole(d.train) {
		for _, e := range d.esco.Evidence(s.text, "en") {
			place := [][2]int{{e.Start, e.End}}
			right := slices.ContainsFunc(append(s.knowledge, s.skills...), func(k [2]int) bool { return overlaps(place, k) })
			list = append(list, example{i, e, right})
		}
	}
	return list
}

// meaning returns the examples of the annotated sentences: whether a place names that skill. What was learnt from touching is one more
// feature.
func meaning(d *corpus, touch []float64) (all []*sentence, list []example) {
	for _, set := range sets {
		all = append(all, d.sentences[set]...)
	}
	for i, s := range all {
		for _, e := range d.esco.Evidence(s.text, "en") {
			e.Features = append(e.Features, logit(touch, e.Features))
			list = append(list, example{i, e, s.skills[e.Name]})
		}
	}
	return all, list
}

const (
	touchPenalty   = 1e-5
	meaningPenalty = 1e-3
	threshold      = 0.27 // that of the tagger
)

// heldOut tags each annotated sentence by weights that were fitted on the sentences of other folds, by its text.
func heldOut(d *corpus) map[string][]example {
	all, list := meaning(d, logistic(touching(d), touchPenalty))
	mine := make([][]example, len(all))
	for _, e := range list {
		mine[e.sentence] = append(mine[e.sentence], e)
	}
	found := map[string][]example{}
	for held := range folds {
		w := logistic(slices.DeleteFunc(slices.Clone(list), func(e example) bool { return fold(all[e.sentence]) == held }), meaningPenalty)
		for i, s := range all {
			if fold(s) == held {
				found[s.text] = pick(mine[i], w, threshold)
			}
		}
	}
	return found
}

// crossed measures a set on what was held out.
func crossed(d *corpus, set string, found map[string][]example) (precision, recall, f1 float64) {
	return microF1(d.sentences[set], func(text string) (names []string) {
		for _, e := range found[text] {
			names = append(names, e.Name)
		}
		return names
	})
}

// fit learns the weights of the tagger and prints them: first what is a skill at all, then which one.
func fit(d *corpus) {
	touch := logistic(touching(d), touchPenalty)
	_, list := meaning(d, touch)
	w := logistic(list, meaningPenalty)
	n := len(touch) - 1
	final := make([]float64, n+1)
	for i := range n {
		final[i] = w[i] + w[n]*touch[i]*touchShare
	}
	final[n] = w[n+1] + w[n]*touch[n]*touchShare
	found := heldOut(d)
	for _, set := range sets {
		p, r, f1 := crossed(d, set, found)
		fmt.Printf("%s, cross-validated: F1 %.3f, precision %.2f, recall %.2f\n", set, f1, p, r)
	}
	fmt.Print("tagWeights:")
	for _, x := range final {
		fmt.Printf(" %.3f,", x)
	}
	fmt.Println()
}

// touchShare brings the log-odds of touching to about the size of the other features.
const touchShare = 0.25

func logit(w, features []float64) float64 {
	z := w[len(features)]
	for i, x := range features {
		z += w[i] * x
	}
	return z * touchShare
}
