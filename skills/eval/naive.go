package main

import (
	"cmp"
	"slices"
	"strings"

	"matchday/skills"
)

// naive is what one would write first: labels that stand literally in the text, and character trigrams.
type naive struct {
	exact    map[string]string // preferred label by the key of any label
	longest  int               // words of a label
	names    []string          // of every label, the concept's preferred one
	sizes    []int             // trigrams of each label
	postings map[string][]int32
}

func newNaive(concepts []skills.Concept) *naive {
	n := &naive{exact: map[string]string{}, postings: map[string][]int32{}}
	add := func(label, name string, preferred bool) {
		key := skills.Key(label)
		if _, ok := n.exact[key]; preferred || !ok {
			n.exact[key] = name
		}
		n.longest = max(n.longest, 1+strings.Count(key, " "))
		grams := trigrams(key)
		for _, g := range grams {
			n.postings[g] = append(n.postings[g], int32(len(n.names)))
		}
		n.names, n.sizes = append(n.names, name), append(n.sizes, len(grams))
	}
	for _, preferred := range []bool{false, true} {
		for _, c := range concepts {
			if c.Kind == skills.Group || c.Name == "" {
				continue
			}
			if preferred {
				add(c.Name, c.Name, true)
				continue
			}
			for _, label := range c.Alt["en"] {
				add(label, c.Name, false)
			}
		}
	}
	return n
}

func trigrams(key string) []string {
	key = " " + key + " "
	var list []string
	for i := 0; i+3 <= len(key); i++ {
		list = append(list, key[i:i+3])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// literal returns the skills whose labels stand in the text word by word, longest first from the left.
func (n *naive) literal(text string) []string {
	words := strings.Fields(skills.Key(text))
	var found []string
	for i := 0; i < len(words); {
		step := 1
		for size := min(n.longest, len(words)-i); size > 0; size-- {
			if name, ok := n.exact[strings.Join(words[i:i+size], " ")]; ok {
				found, step = append(found, name), size
				break
			}
		}
		i += step
	}
	return found
}

func key(text string) string { return skills.Key(text) }

// places returns where labels stand literally, word by word.
func (n *naive) places(text string) (list [][2]int) {
	type word struct{ start, end int }
	var words []word
	for i := 0; i < len(text); {
		end := i + strings.IndexByte(text[i:]+" ", ' ')
		words = append(words, word{i, end})
		i = end + 1
	}
	for i := 0; i < len(words); {
		step := 1
		for size := min(n.longest, len(words)-i); size > 0; size-- {
			if _, ok := n.exact[key(text[words[i].start:words[i+size-1].end])]; ok {
				list, step = append(list, [2]int{words[i].start, words[i+size-1].end}), size
				break
			}
		}
		i += step
	}
	return list
}

// similar ranks skills by the Jaccard similarity of their best label's trigrams.
func (n *naive) similar(text string) []string {
	grams := trigrams(skills.Key(text))
	shared := map[int32]int{}
	for _, g := range grams {
		for _, l := range n.postings[g] {
			shared[l]++
		}
	}
	best := map[string]float64{}
	for l, s := range shared {
		score := float64(s) / float64(len(grams)+n.sizes[l]-s)
		best[n.names[l]] = max(best[n.names[l]], score)
	}
	names := make([]string, 0, len(best))
	for name := range best {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(best[b], best[a]), strings.Compare(a, b)) })
	return first(names, 10)
}

// ranked puts literal labels before similar ones.
func (n *naive) ranked(text string) []string {
	found := n.literal(text)
	for _, name := range n.similar(text) {
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}
