package skills

import (
	"math"
	"slices"
	"strings"
)

// literal adds the longest phrase that stands at each token from on, up to to, and the longest that a conjunction splits.
func (r *reading) literal(from, to int) {
	for i := from; i < to; i++ {
		w := r.lemmas[i]
		if w == noLemma || skipped(r.tokens[i].word) {
			continue
		}
		lo, hi := r.l.starts.of(w)
		r.match(walk{lo: lo, hi: hi, depth: 1, first: i, at: i, mask: 1}, to)
	}
}

// walk is a way down the trie: the phrases that begin with the tokens so far.
type walk struct {
	lo, hi    uint32
	depth     int
	first, at int // the first token, and the last one matched
	mask      uint64
	split     bool
}

// match follows a walk as far as it goes and adds the longest phrase on it. On the way it may leap over a conjunction once.
func (r *reading) match(w walk, to int) {
	l := r.l
	var best hit
	ok := false
	for w.lo < w.hi {
		if int(l.phrases[w.lo].size) == w.depth {
			best, ok = hit{phrase: l.barest(w.lo, w.hi), first: w.first, last: w.at, split: w.split, mask: w.mask}, true
		}
		if !w.split {
			r.leap(w, to)
		}
		next := w.at + 1
		for next < to && skipped(r.tokens[next].word) {
			next++
		}
		if !r.step(&w, next, to) {
			break
		}
	}
	if ok {
		r.hits = append(r.hits, best)
	}
}

// barest returns, of the phrases from lo on that have the same lemmas, the one with the fewest words beside them: "SQL" is not "My SQL".
func (l *lexicon) barest(lo, hi uint32) uint32 {
	best, least := lo, math.MaxInt
	for p := lo; p < hi && l.phrases[p].size == l.phrases[lo].size; p++ {
		if n := strings.Count(l.m.keys.at(l.phrases[p].key), " "); n < least {
			best, least = p, n
		}
	}
	return best
}

// step moves a walk on to a token and reports whether that is possible.
func (r *reading) step(w *walk, next, to int) bool {
	if next >= to || next-w.first >= maxStretch || r.lemmas[next] == noLemma {
		return false
	}
	w.lo, w.hi = r.l.narrow(w.lo, w.hi, w.depth, r.lemmas[next])
	w.depth++
	w.at = next
	w.mask |= 1 << (next - w.first)
	return w.lo < w.hi
}

// leap tries a walk behind a conjunction near ahead: over it and the word that it adds, "manage (and train) staff", or over what stands
// before it, "manage (staff and) budgets".
func (r *reading) leap(w walk, to int) {
	for at := w.at + 1; at < min(w.at+5, to); at++ {
		if !conjunction(r.tokens[at].word) {
			continue
		}
		next := at + 1
		if at == w.at+1 {
			next++
		}
		for next < to && skipped(r.tokens[next].word) {
			next++
		}
		w.split = true
		if r.step(&w, next, to) {
			r.match(w, to)
		}
		return
	}
}

func conjunction(word string) bool {
	switch word {
	case "and", "or", "und", "oder", "en", "of", "och", "eller", "y", "o", "e", "et", "ou":
		return true
	}
	return false
}

// narrow returns the phrases of a range whose lemma at depth is w.
func (l *lexicon) narrow(lo, hi uint32, depth int, w uint32) (uint32, uint32) {
	at := func(i uint32) int64 {
		if p := &l.phrases[i]; int(p.size) > depth {
			return int64(l.text[p.from+uint32(depth)])
		}
		return -1
	}
	a, b := lo, hi
	for a < b {
		if mid := (a + b) / 2; at(mid) < int64(w) {
			a = mid + 1
		} else {
			b = mid
		}
	}
	lo = a
	b = hi
	for a < b {
		if mid := (a + b) / 2; at(mid) <= int64(w) {
			a = mid + 1
		} else {
			b = mid
		}
	}
	return lo, a
}

// overlapping adds phrases most of which stands in a stretch of tokens, in any order and with others between.
func (r *reading) overlapping(t *tally, from, to int) {
	l := r.l
	for i := from; i < to; i++ {
		w := r.lemmas[i]
		if w == noLemma || l.weight[w] == 0 || slices.Contains(r.lemmas[from:i], w) {
			continue
		}
		a, b := l.holders.of(w)
		if b-a > maxHolders {
			continue
		}
		for _, p := range l.holding[a:b] {
			t.add(p, l.weight[w]*l.weight[w])
		}
	}
	for _, p := range t.touched {
		norm := l.phrases[p].norm
		if t.score[p] < leastShared*norm*norm {
			continue
		}
		r.weigh(p, from, to)
	}
	t.clear()
}

// weigh adds a phrase with the cosine between it and the tokens that it reaches over.
func (r *reading) weigh(p uint32, from, to int) {
	l := r.l
	first, last := to, from
	shared := float32(0)
	matched := 0
	words := l.of(&l.phrases[p])
	for j, w := range words {
		if slices.Contains(words[:j], w) || l.weight[w] == 0 {
			continue
		}
		if i := slices.Index(r.lemmas[from:to], w); i >= 0 {
			first, last = min(first, from+i), max(last, from+i)
			shared += l.weight[w] * l.weight[w]
			matched++
		}
	}
	if matched < 2 {
		return
	}
	var window float32
	for _, w := range r.lemmas[first : last+1] {
		switch {
		case w == noLemma:
			window += unknownWeight * unknownWeight
		default:
			window += l.weight[w] * l.weight[w]
		}
	}
	score := float64(shared) / (float64(l.phrases[p].norm) * math.Sqrt(float64(window)))
	if score > leastCosine {
		r.hits = append(r.hits, hit{phrase: p, first: first, last: last, cosine: score, mask: 2<<(last-first) - 1})
	}
}
