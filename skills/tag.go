package skills

import (
	"cmp"
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
	means       post
	odds        float64 // the logarithm of the odds that it names what it means, without what else the text asks for
	fits        float64 // how far it goes with that
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
		if h.score = h.probability(); h.score >= minScore {
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
	r.consider()
	return r
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
		c := r.hits[i].means.concept
		if p := r.hits[i].probability(); p > leastRanked {
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
	c := h.means.concept
	return Tagged{
		Skill: hiring.SkillID(r.l.m.ids.at(c)), Name: r.l.m.name(c, r.l.code),
		Start: r.tokens[h.first].start, End: r.tokens[h.last].end, Score: h.score,
	}
}

func (l *lexicon) finding(x post) finding {
	return finding{post: x, foreign: x.lang != l.code && x.lang != anyLang}
}

// rivals returns how many skills a phrase names. Posts of a concept stand together.
func (l *lexicon) rivals(p uint32) (n int) {
	from, to := l.m.meaning.of(l.phrases[p].key)
	for i := from; i < to; i++ {
		if i == from || l.m.posts[i].concept != l.m.posts[i-1].concept {
			n++
		}
	}
	return n
}

// meansPost returns the concept that a phrase means best: by the kind of label, then by how well it fits what else the text asks for (where
// that is known), then by how many occupations ask for it.
func (l *lexicon) meansPost(p uint32, around *surroundings) post {
	from, to := l.m.meaning.of(l.phrases[p].key)
	best := l.m.posts[from]
	for _, x := range l.m.posts[from+1 : to] {
		if a, b := l.finding(x).worth(), l.finding(best).worth(); a < b || a == b && l.m.likelier(x.concept, best.concept, around) {
			best = x
		}
	}
	return best
}

func (m *Map) likelier(a, b uint32, around *surroundings) bool {
	if around != nil {
		if x, y := around.fits(a), around.fits(b); x != y {
			return x > y
		}
	}
	return m.demand[a] > m.demand[b]
}
