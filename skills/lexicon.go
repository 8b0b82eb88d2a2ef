package skills

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// lexicon is the labels of a map as phrases of lemmas, for texts of one language. It holds the labels of that language, those of no
// language, and of concepts that have none in it all others: technologies are called alike everywhere.
type lexicon struct {
	m    *Map
	lang string
	code uint8

	lemmas map[string]uint32 // by stem
	forms  map[string]uint32 // by word as labels write it: spares stemming
	weight []float32         // by lemma: rarity, the natural logarithm of one over its share of labels
	filler []bool            // by lemma: what postings say of every skill
	empty  []bool            // by lemma: a function word, which no phrase is found by

	phrases []phrase // in order of their lemmas: a token trie, laid flat
	text    []uint32 // lemmas of all phrases
	starts  spans    // by lemma: the phrases that begin with it
	holders spans    // by lemma: from holding
	holding []uint32 // phrases, each lemma's in order

	own      []int32 // by concept: the phrase of its preferred label, -1 without one
	ordinary map[string]bool

	pieces spans // by lemma: from piece, the lemmas that a compound is written together from
	piece  []uint32

	spell    func() *spelling
	synonyms spans // by lemma: from synonym
	synonym  []synonym

	tallies tallies
}

// phrase is a label.
type phrase struct {
	key  uint32  // of the map
	from uint32  // in text
	size uint16  // lemmas
	norm float32 // root of the squares of its lemmas' weights, those of parts of compounds too
	long float32 // norm to the power of labelLength
}

func (l *lexicon) of(p *phrase) []uint32 { return l.text[p.from : p.from+uint32(p.size)] }

// fewLabels is how many labels there are taken to be at least: a word is not common because a small taxonomy repeats it.
const fewLabels = 50_000

// maxPhrase bounds the lemmas of a label that is looked for in texts; longer ones are sentences.
const maxPhrase = 14

// newLexicon reads the labels of m for a language. It costs a tenth of a second per hundred thousand labels.
func newLexicon(m *Map, code uint8) *lexicon {
	l := &lexicon{m: m, lang: undetermined, code: code, lemmas: map[string]uint32{}, forms: map[string]uint32{}, ordinary: map[string]bool{}}
	if int(code) < len(m.langs) {
		l.lang = m.langs[code]
	}
	home := l.atHome()
	var words []uint32
	for key := range uint32(m.keys.len()) {
		if !l.wants(key, home) {
			continue
		}
		words = words[:0]
		for word := range strings.FieldsSeq(m.keys.at(key)) {
			if !skipped(word) {
				words = append(words, l.learn(word))
			}
		}
		if len(words) == 0 || len(words) > maxPhrase {
			continue
		}
		l.phrases = append(l.phrases, phrase{key: key, from: uint32(len(l.text)), size: uint16(len(words))})
		l.text = append(l.text, words...)
	}
	l.order()
	l.takeApart()
	l.invert()
	l.knowOwn()
	l.learnSynonyms()
	for word := range strings.FieldsSeq(ordinaryWords) {
		l.ordinary[word] = true
	}
	l.spell = sync.OnceValue(func() *spelling { return newSpelling(l.forms) })
	return l
}

// atHome says which concepts have a label in the lexicon's language.
func (l *lexicon) atHome() []bool {
	home := make([]bool, l.m.ids.len())
	for _, p := range l.m.posts {
		home[p.concept] = home[p.concept] || p.lang == l.code
	}
	return home
}

// wants reports whether a key is a label of the lexicon.
func (l *lexicon) wants(key uint32, home []bool) bool {
	from, to := l.m.meaning.of(key)
	for _, p := range l.m.posts[from:to] {
		if p.lang == l.code || p.lang == anyLang || !home[p.concept] {
			return true
		}
	}
	return false
}

// learn returns the number of a word's lemma, a new one if need be.
func (l *lexicon) learn(word string) uint32 {
	if n, ok := l.forms[word]; ok {
		return n
	}
	s := stem(word, l.lang)
	n, ok := l.lemmas[s]
	if !ok {
		n = uint32(len(l.lemmas))
		l.lemmas[s] = n
		l.empty = append(l.empty, functional(word))
		l.filler = append(l.filler, filler(word))
	}
	l.forms[word] = n
	return n
}

// noLemma stands for a word that no label has.
const noLemma = math.MaxUint32

// lemma returns the number of a word's lemma, noLemma when no label has it.
func (l *lexicon) lemma(word string) uint32 {
	if n, ok := l.forms[word]; ok {
		return n
	}
	if n, ok := l.lemmas[stem(word, l.lang)]; ok {
		return n
	}
	return noLemma
}

// order sorts the phrases by their lemmas and notes where those that begin with each lemma stand.
func (l *lexicon) order() {
	slices.SortFunc(l.phrases, func(x, y phrase) int { return cmp.Or(slices.Compare(l.of(&x), l.of(&y)), cmp.Compare(x.key, y.key)) })
	l.starts = make(spans, 0, len(l.lemmas)+1)
	for i := range l.phrases {
		for first := l.text[l.phrases[i].from]; uint32(len(l.starts)) <= first; {
			l.starts = append(l.starts, uint32(i))
		}
	}
	for len(l.starts) <= len(l.lemmas) {
		l.starts = append(l.starts, uint32(len(l.phrases)))
	}
}

// takeApart notes what compounds are written together from.
func (l *lexicon) takeApart() {
	l.pieces = make(spans, len(l.lemmas)+1)
	if len(links(l.lang)) == 1 {
		return
	}
	whole := make([]string, len(l.lemmas)) // by lemma: its first form by the alphabet
	for form, lemma := range l.forms {
		if whole[lemma] == "" || form < whole[lemma] {
			whole[lemma] = form
		}
	}
	for lemma, form := range whole {
		l.pieces[lemma] = uint32(len(l.piece))
		l.piece = append(l.piece, l.parts(form)...)
	}
	l.pieces[len(whole)] = uint32(len(l.piece))
}

// partsOf returns the lemmas that a lemma is written together from.
func (l *lexicon) partsOf(lemma uint32) []uint32 {
	from, to := l.pieces.of(lemma)
	return l.piece[from:to]
}

// withPieces appends the lemmas of a phrase, each followed by its parts.
func (l *lexicon) withPieces(to []uint32, p *phrase) []uint32 {
	for _, w := range l.of(p) {
		to = append(append(to, w), l.partsOf(w)...)
	}
	return to
}

func (l *lexicon) spelling() *spelling { return l.spell() }

// invert notes which phrases hold each lemma, and how rare that makes it.
func (l *lexicon) invert() {
	count := make(spans, len(l.lemmas)+1)
	var words []uint32
	each := func(fn func(p int, lemma uint32)) {
		for i := range l.phrases {
			words = l.withPieces(words[:0], &l.phrases[i])
			for j, w := range words {
				if !slices.Contains(words[:j], w) {
					fn(i, w)
				}
			}
		}
	}
	each(func(_ int, w uint32) { count[w]++ })
	l.weight = make([]float32, len(l.lemmas))
	total := uint32(0)
	for w := range l.weight {
		l.weight[w] = float32(math.Log(1 + float64(max(len(l.phrases), fewLabels))/float64(count[w]+1)))
		if l.filler[w] {
			l.weight[w] *= fillerWeight
		}
		if l.empty[w] {
			l.weight[w] = 0
		}
		count[w], total = total, total+count[w]
	}
	count[len(l.weight)] = total
	l.holding = make([]uint32, total)
	l.holders = slices.Clone(count)
	each(func(p int, w uint32) {
		l.holding[count[w]] = uint32(p)
		count[w]++
	})
	for i := range l.phrases {
		p := &l.phrases[i]
		words = l.withPieces(words[:0], p)
		for _, w := range words {
			p.norm += l.weight[w] * l.weight[w]
		}
		p.norm = float32(math.Sqrt(float64(p.norm)))
		p.long = float32(math.Pow(float64(p.norm), labelLength))
	}
}

// skipped reports whether a word is left out of phrases altogether: articles and possessives, which people set as they like.
func skipped(word string) bool {
	switch word {
	case "a", "an", "the", "our", "your", "their", "its", "his", "her", "my", "this", "these", "those":
		return true
	}
	return false
}

// functional reports whether a word says nothing of a skill by itself.
func functional(word string) bool {
	switch word {
	case "and", "or", "of", "in", "on", "to", "for", "with", "by", "at", "from", "as", "is", "are", "be", "via", "per", "into", "within",
		"und", "oder", "von", "im", "mit", "fur", "der", "die", "das", "den", "dem", "des", "zu", "zur", "zum", "auf", "bei", "ein", "eine",
		"en", "of het", "het", "de", "van", "voor", "met", "op", "te", "het gebruik", "och", "eller", "av", "for att", "att", "till", "pa", "om", "med",
		"y", "o", "el", "la", "los", "las", "para", "con", "et", "ou", "le", "les", "du", "pour":
		return true
	}
	return false
}

// filler reports whether a word is one that postings put around any skill.
func filler(word string) bool {
	switch word {
	case "skill", "skills", "ability", "able", "knowledge", "experience", "experienced", "strong", "good", "excellent", "proven", "solid",
		"practice", "practices", "tool", "tools", "technology", "technologies", "discipline", "disciplines", "environment", "level", "high",
		"concept", "concepts", "expertise", "understanding", "proficiency", "proficient", "familiarity", "complex", "modern", "various",
		"technique", "techniques", "using", "use", "work", "working", "other", "others":
		return true
	}
	return false
}
