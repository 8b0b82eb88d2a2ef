package main

import (
	"fmt"
	"math"
	"slices"
)

// bin is the tags of about the same score.
type bin struct {
	from, to    float64
	tags, right int
	scores      float64 // their sum
}

// scored is a tag's score and whether it was right.
type scored struct {
	score float64
	right bool
}

// bounds of the bins; nothing is tagged below the first.
var bounds = []float64{threshold, 0.4, 0.5, 0.6, 0.7, 1}

// reliability sorts tags into bins by score, and returns the expected calibration error: the mean difference between what scores promise and
// what is right, over the bins by their size.
func reliability(tags []scored) (bins []bin, ece float64) {
	for i := range len(bounds) - 1 {
		bins = append(bins, bin{from: bounds[i], to: bounds[i+1]})
	}
	for _, t := range tags {
		at := slices.IndexFunc(bins, func(b bin) bool { return t.score < b.to })
		if at < 0 {
			at = len(bins) - 1
		}
		b := &bins[at]
		b.tags++
		b.scores += t.score
		if t.right {
			b.right++
		}
	}
	for _, b := range bins {
		if b.tags > 0 {
			ece += math.Abs(b.scores-float64(b.right)) / float64(len(tags))
		}
	}
	return bins, ece
}

func printReliability(d *corpus, held map[string][]example) {
	var tags []scored
	for _, set := range sets {
		for _, s := range d.sentences[set] {
			for _, e := range held[s.text] {
				tags = append(tags, scored{e.Score, s.skills[e.Name]})
			}
		}
	}
	bins, ece := reliability(tags)
	fmt.Printf("\n%-44s %8s %8s %8s\n", "score of a tag, cross-validated", "tags", "mean", "right")
	for _, b := range bins {
		n := max(1, float64(b.tags))
		fmt.Printf("%-44s %8d %8.2f %8.2f\n", fmt.Sprintf("%.2f to %.2f", b.from, b.to), b.tags, b.scores/n, float64(b.right)/n)
	}
	fmt.Printf("%-44s %8.3f\n", "expected calibration error", ece)
}
