package skills

import (
	"cmp"
	"slices"
)

// spelling finds words of a vocabulary that are written nearly like another, by the trigrams that they share.
type spelling struct {
	words    []string
	lemmas   []uint32 // by word
	grams    edges    // from a trigram's bucket to words
	counters tallies
}

const (
	gramBuckets = 1 << 15
	leastTypo   = 4 // letters of a word that may be mistyped
	farTypo     = 8 // letters from which on two errors are forgiven, one in shorter words
	mostTypos   = 3 // words that one may stand for
	mostErrors  = 2
	leastAlike  = 0.5 // share of trigrams in common
)

func newSpelling(forms map[string]uint32) *spelling {
	s := &spelling{}
	for word := range forms {
		if len(word) >= leastTypo {
			s.words = append(s.words, word)
		}
	}
	slices.Sort(s.words)
	var list []edge
	var buckets []uint32
	for i, word := range s.words {
		s.lemmas = append(s.lemmas, forms[word])
		buckets = gramsOf(buckets[:0], word)
		for _, g := range buckets {
			list = append(list, edge{g, uint32(i)})
		}
	}
	s.grams = newEdges(gramBuckets, list)
	return s
}

// gramsOf appends the buckets of a word's trigrams, with a mark before and behind it.
func gramsOf(to []uint32, word string) []uint32 {
	a, b := uint32(0), uint32(' ')
	for i := 0; i <= len(word); i++ {
		c := uint32(' ')
		if i < len(word) {
			c = uint32(word[i])
		}
		if i > 0 || len(word) > 0 {
			to = append(to, (a*31*31+b*31+c)*2654435761>>17)
		}
		a, b = b, c
	}
	return to
}

// respelt is a known word that an unknown one may stand for.
type respelt struct {
	lemma  uint32
	credit float32 // 1 less what each error takes
}

// near returns the known words that an unknown one may stand for: those within one or two typing errors (a letter wrong, missing, too
// much, or two swapped), the fewest first; where there are none, those that share most trigrams. Ties go by the alphabet.
func (s *spelling) near(word string) (list []respelt, errors int) {
	if len(word) < leastTypo || len(word) > maxWord {
		return nil, 0
	}
	t := s.counters.get(len(s.words))
	defer func() { t.clear(); s.counters.pool.Put(t) }()
	grams := gramsOf(nil, word)
	for _, g := range grams {
		for _, w := range s.grams.from(g) {
			t.add(w, 1)
		}
	}
	if list, errors = s.mistyped(t, word, len(grams)); list != nil {
		return list, errors
	}
	return s.alike(t, len(grams)), mostErrors + 1
}

// mistyped returns the words within the errors allowed, and how many errors that is.
func (s *spelling) mistyped(t *tally, word string, grams int) (list []respelt, errors int) {
	allowed := 1
	if len(word) >= farTypo {
		allowed = mostErrors
	}
	type candidate struct {
		word   uint32
		errors int
	}
	var found []candidate
	for _, w := range t.touched {
		// An error spoils three trigrams at most, four when letters are swapped.
		if other := s.words[w]; int(t.score[w]) >= grams-4*allowed && abs(len(other)-len(word)) <= allowed {
			if d := typos(word, other, allowed); d <= allowed {
				found = append(found, candidate{w, d})
			}
		}
	}
	slices.SortFunc(found, func(x, y candidate) int { return cmp.Or(cmp.Compare(x.errors, y.errors), cmp.Compare(x.word, y.word)) })
	for _, c := range found {
		if c.errors > found[0].errors || len(list) == mostTypos {
			break
		}
		list = append(list, respelt{s.lemmas[c.word], 1 - 0.12*float32(c.errors)})
	}
	if found != nil {
		errors = found[0].errors
	}
	return list, errors
}

// alike returns the words that share most trigrams, by Dice's coefficient, which is also their credit.
func (s *spelling) alike(t *tally, grams int) (list []respelt) {
	type candidate struct {
		word uint32
		dice float32
	}
	var found []candidate
	for _, w := range t.touched {
		if dice := 2 * t.score[w] / float32(grams+len(s.words[w])+1); dice >= leastAlike {
			found = append(found, candidate{w, dice})
		}
	}
	slices.SortFunc(found, func(x, y candidate) int { return cmp.Or(cmp.Compare(y.dice, x.dice), cmp.Compare(x.word, y.word)) })
	for _, c := range found[:min(len(found), mostTypos)] {
		list = append(list, respelt{s.lemmas[c.word], min(1, c.dice)})
	}
	return list
}

func abs(n int) int { return max(n, -n) }

// typos counts the errors between two words (optimal string alignment), and gives up above most.
func typos(a, b string, most int) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j-1]+change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
