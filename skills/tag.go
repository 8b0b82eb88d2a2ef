package skills

import (
	"cmp"
	"math"
	"slices"

	"matchday/hiring"
)

// Tagged is a place of a text that names a skill. Its score says how likely it names that skill, as measured on annotated sentences of
// postings.
type Tagged = hiring.TaggedSkill

// hit is a phrase that stands in a text.
type hit struct {
	phrase      uint32
	first, last int     // tokens
	cosine      float64 // between the phrase and what it reaches over; 0 for one that stands there word by word
	split       bool    // a conjunction and what it joins stand inside: "manage (and train) staff"
	mask        uint64  // tokens that it uses, from first on
	score       float64
}

// reading is the state of tagging one text.
type reading struct {
	l      *lexicon
	tokens []token
	lemmas []uint32 // by token
	hits   []hit
}

const (
	// minScore is what a tag has to reach: where precision and recall together were best on annotated sentences.
	minScore = 0.27
	// maxHolders is how many labels a word may have to look for phrases by it.
	maxHolders = 250
	// leastShared is how much of a label's weight a stretch of text has to hold for the label to be looked at, and leastCosine how
	// near it has to come to what it reaches over.
	leastShared = 0.4
	leastCosine = 0.6
)

// maxStretch bounds what is read at once, in tokens without punctuation; longer stretches are cut.
const maxStretch = 64

// Tag finds the skills that text names, in order of the text. Of overlapping places the more certain one stands. The language is guessed
// when lang is empty.
func (m *Map) Tag(text, lang string) []Tagged {
	r := m.read(text, lang)
	r.judge()
	return r.tagged()
}

// judge gives every hit its score and drops those that are denied or too unlikely.
func (r *reading) judge() {
	kept := r.hits[:0]
	for _, h := range r.hits {
		if r.negated(&h) {
			continue
		}
		e := r.evidence(&h)
		if h.score = e.probability(&tagWeights); h.score >= minScore {
			kept = append(kept, h)
		}
	}
	r.hits = kept
}

// read finds every place of text that may name a skill.
func (m *Map) read(text, lang string) *reading {
	tokens := tokenise(make([]token, 0, len(text)/6+1), text)
	if lang == "" {
		lang = guess(tokens)
	}
	l := m.lexicon(lang)
	r := &reading{l: l, tokens: tokens}
	r.lemmas = make([]uint32, len(r.tokens))
	for i, t := range r.tokens {
		r.lemmas[i] = l.lemma(t.word)
	}
	t := l.tallies.get(len(l.phrases))
	defer l.tallies.pool.Put(t)
	for from := 0; from < len(r.tokens); {
		to := from + 1
		for to < len(r.tokens) && !r.tokens[to].breaks && to-from < maxStretch {
			to++
		}
		r.literal(from, to)
		r.overlapping(t, from, to)
		from = to
	}
	return r
}

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
			best, ok = hit{phrase: w.lo, first: w.first, last: w.at, split: w.split, mask: w.mask}, true
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

// tagged picks hits that do not overlap, best first, and then those that conjunctions split.
func (r *reading) tagged() []Tagged {
	slices.SortFunc(r.hits, func(x, y hit) int {
		if x.split != y.split && y.split {
			return -1
		} else if x.split != y.split {
			return 1
		}
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.first, y.first), cmp.Compare(y.last, x.last), cmp.Compare(x.phrase, y.phrase))
	})
	taken := make([]bool, len(r.tokens))
	var list []Tagged
	for _, h := range r.hits {
		if !r.room(taken, &h) {
			continue
		}
		for i := h.first; i <= h.last; i++ {
			taken[i] = taken[i] || h.mask>>(i-h.first)&1 == 1
		}
		list = append(list, r.tag(&h))
	}
	slices.SortFunc(list, func(x, y Tagged) int { return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End)) })
	return list
}

// room reports whether a hit may stand beside those that took tokens before it: where it takes none of theirs, or where a conjunction
// makes words serve twice, one at least of its own.
func (r *reading) room(taken []bool, h *hit) bool {
	own := 0
	for i := h.first; i <= h.last; i++ {
		if h.mask>>(i-h.first)&1 == 0 {
			continue
		}
		if !taken[i] {
			own++
		} else if !h.split {
			return false
		}
	}
	return own > 0
}

// ranked returns the skills of all hits, the most certain first.
func (r *reading) ranked() []similarity {
	best := map[uint32]float64{}
	for i := range r.hits {
		e := r.evidence(&r.hits[i])
		c := r.l.meansPost(r.hits[i].phrase).concept
		if p := e.probability(&tagWeights); p > leastRanked {
			best[c] = max(best[c], p)
		}
	}
	list := make([]similarity, 0, len(best))
	for c, score := range best {
		list = append(list, similarity{c, score})
	}
	slices.SortFunc(list, func(x, y similarity) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.concept, y.concept))
	})
	return list
}

// leastRanked is how likely a hit has to be to be listed before what is only similar.
const leastRanked = 0.1

func (r *reading) tag(h *hit) Tagged {
	c := r.l.meansPost(h.phrase).concept
	return Tagged{
		Skill: hiring.SkillID(r.l.m.ids.at(c)), Name: r.l.m.name(c, r.l.code),
		Start: r.tokens[h.first].start, End: r.tokens[h.last].end, Score: h.score,
	}
}

func (l *lexicon) finding(x post) finding {
	return finding{post: x, foreign: x.lang != l.code && x.lang != anyLang}
}

// meansPost returns the concept that a phrase means best: by the kind of label, then by how many occupations ask for it.
func (l *lexicon) meansPost(p uint32) post {
	from, to := l.m.meaning.of(l.phrases[p].key)
	best := l.m.posts[from]
	for _, x := range l.m.posts[from+1 : to] {
		if a, b := l.finding(x), l.finding(best); a.worth() < b.worth() || a.worth() == b.worth() && l.m.demand[x.concept] > l.m.demand[best.concept] {
			best = x
		}
	}
	return best
}
