package skills

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// similarity is a concept that shares words with a text.
type similarity struct {
	concept uint32
	score   float64 // about 0 to 1
}

// tally adds up a score a number. It is reused, because clearing what was touched costs less than clearing all.
type tally struct {
	score   []float32
	touched []uint32
}

func (t *tally) add(n uint32, s float32) {
	if t.score[n] == 0 {
		t.touched = append(t.touched, n)
	}
	t.score[n] += s
}

func (t *tally) clear() {
	for _, n := range t.touched {
		t.score[n] = 0
	}
	t.touched = t.touched[:0]
}

// tallies lends tallies of one size.
type tallies struct{ pool sync.Pool }

func (ts *tallies) get(size int) *tally {
	if t, ok := ts.pool.Get().(*tally); ok {
		return t
	}
	return &tally{score: make([]float32, size)}
}

// Weights of [lexicon.similar]: choices, checked on the annotated validation sentences, on which they matter little.
const (
	synonymCredit = 0.7  // of a word that stands where the text has another for the same, times the root of how often it does
	labelLength   = 1.1  // exponent of a label's norm: above 1 because whole short labels say more than parts of long ones
	demandCredit  = 0.03 // for the logarithm of how many occupations ask for a skill: what many want is meant more often
	fillerWeight  = 0.7  // of words that postings put around any skill
	unknownWeight = 6    // of a word that no label has: about that of one that a few hundred labels have
	leastSimilar  = 0.3  // a cosine below which nothing is said
	worthListing  = 0.45 // share of the best cosine that a label has to reach to be listed
)

// likely is how far kinds of label are to be believed.
var likely = [...]float64{decided: 1, preferred: 1, reviewed: 1, unqualified: 0.97, alternative: 0.93, hidden: 0.9}

// similar ranks concepts by the cosine of the angle between words of the query and of a label, each weighted by its rarity; words
// count for their synonyms in part. It returns at most limit, none whose cosine is below least.
func (l *lexicon) similar(q query, limit int, least float64) []similarity {
	t := l.tallies.get(len(l.phrases))
	defer func() { t.clear(); l.tallies.pool.Put(t) }()
	norm := math.Sqrt(l.gather(t, q))
	top := 0.0
	cosine := func(p uint32) float64 {
		return float64(t.score[p]) / (norm * float64(l.phrases[p].long))
	}
	for _, p := range t.touched {
		top = max(top, cosine(p))
	}
	best := map[uint32]float64{}
	for _, p := range t.touched {
		c := cosine(p)
		if c < least || c < top*worthListing {
			continue
		}
		from, to := l.m.meaning.of(l.phrases[p].key)
		for _, x := range l.m.posts[from:to] {
			best[x.concept] = max(best[x.concept], c*likely[x.class]+demandCredit*math.Log1p(float64(l.m.demand[x.concept])))
		}
	}
	list := make([]similarity, 0, len(best))
	for c, score := range best {
		list = append(list, similarity{c, score})
	}
	slices.SortFunc(list, func(x, y similarity) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.concept, y.concept))
	})
	return list[:min(limit, len(list))]
}

// gather adds up what each phrase shares with a query and returns the square of the query's norm.
func (l *lexicon) gather(t *tally, q query) (square float64) {
	square = float64(q.unknown) * unknownWeight * unknownWeight
	said := func(lemma uint32) bool {
		return slices.ContainsFunc(q.words, func(w []meantWord) bool { return w[0].lemma == lemma })
	}
	for i, alternatives := range q.words {
		if slices.ContainsFunc(q.words[:i], func(w []meantWord) bool { return w[0].lemma == alternatives[0].lemma }) {
			continue
		}
		heaviest := float32(0)
		for _, w := range alternatives {
			weight := l.weight[w.lemma]
			heaviest = max(heaviest, weight)
			l.share(t, w.lemma, w.credit*weight*weight)
			from, to := l.synonyms.of(w.lemma)
			for _, s := range l.synonym[from:to] {
				if !said(s.to) {
					l.share(t, s.to, synonymCredit*w.credit*float32(math.Sqrt(float64(s.share)))*weight*l.weight[s.to])
				}
			}
		}
		square += float64(heaviest * heaviest)
	}
	return square
}

// share adds to every phrase that holds a lemma.
func (l *lexicon) share(t *tally, lemma uint32, score float32) {
	if score == 0 {
		return
	}
	from, to := l.holders.of(lemma)
	for _, p := range l.holding[from:to] {
		t.add(p, score)
	}
}
