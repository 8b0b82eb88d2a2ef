package skills

import "strings"

// meantWord is a lemma that a word of a query may mean, and how surely.
type meantWord struct {
	lemma  uint32
	credit float32 // in (0, 1]
}

// query is a name as the words that it may mean. Words that mean nothing known count by weight.
type query struct {
	words   [][]meantWord // alternatives of each word, best first
	unknown int           // words without any
}

// query reads a name. A word is taken as it is where labels have it; otherwise as the words that it is written together from, as a
// known one with typing errors, or together with the next.
func (l *lexicon) query(key string) query {
	var q query
	words := splitWords(key)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if skipped(w) {
			continue
		}
		if lemma := l.lemma(w); lemma != noLemma {
			q.add(meantWord{lemma, 1})
			for _, part := range l.partsOf(lemma) {
				q.add(meantWord{part, 1})
			}
			if i+1 < len(words) && !l.empty[lemma] {
				q.join(l, w+words[i+1])
			}
			continue
		}
		if i+1 < len(words) && q.join(l, w+words[i+1]) {
			i++
			continue
		}
		q.guess(l, w)
	}
	return q
}

// splitWords is strings.Fields without what a query is too long to need.
func splitWords(key string) []string {
	words := strings.Fields(key)
	return words[:min(len(words), maxQuery)]
}

// maxQuery bounds the words of a name.
const maxQuery = 60

func (q *query) add(words ...meantWord) { q.words = append(q.words, words) }

// join adds two words written together, where labels have that.
func (q *query) join(l *lexicon, joined string) bool {
	lemma, ok := l.forms[joined]
	if !ok || len(joined) < leastPart {
		return false
	}
	q.add(meantWord{lemma, 1})
	return true
}

// guess adds an unknown word as one with a single typing error, or as the words that it is written together from, or as what is spelt
// most like it.
func (q *query) guess(l *lexicon, word string) {
	near, errors := l.spelling().near(word)
	if errors != 1 {
		if parts := l.parts(word); parts != nil {
			for _, p := range parts {
				q.add(meantWord{p, 1})
			}
			return
		}
	}
	if near == nil {
		q.unknown++
		return
	}
	list := make([]meantWord, len(near))
	for i, r := range near {
		list[i] = meantWord(r)
	}
	q.add(list...)
	for _, p := range l.partsOf(list[0].lemma) {
		q.add(meantWord{p, list[0].credit})
	}
}
