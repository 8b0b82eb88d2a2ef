package skills

import (
	"cmp"
	"slices"
)

// synonym is a lemma that labels use where others of the same concept use another.
type synonym struct {
	from, to uint32
	share    float32 // of all that stands in the place of from, in (0, 1]
}

const (
	synonymsKept  = 4    // of a lemma
	synonymTimes  = 3    // how often at least a pair has to be seen
	synonymShare  = 0.05 // least share
	synonymSpread = 4    // words at most by which two labels differ
)

// learnSynonyms compares each concept's preferred label with its others: what one has in the place of what the other has is another
// word for it, or belongs to it. "lead a team" and "manage a team" make "manage" a synonym of "lead".
func (l *lexicon) learnSynonyms() {
	var seen []synonym
	l.eachLabel(func(p uint32, x post) {
		if x.class == alternative && l.own[x.concept] >= 0 {
			seen = l.compare(seen, l.of(&l.phrases[l.own[x.concept]]), l.of(&l.phrases[p]))
		}
	})
	l.keepSynonyms(seen)
}

// knowOwn notes each concept's preferred label.
func (l *lexicon) knowOwn() {
	l.own = make([]int32, l.m.ids.len())
	for c := range l.own {
		l.own[c] = -1
	}
	l.eachLabel(func(p uint32, x post) {
		if x.class == preferred && l.own[x.concept] < 0 {
			l.own[x.concept] = int32(p)
		}
	})
}

// eachLabel calls fn for each concept that a phrase of the lexicon's own language names.
func (l *lexicon) eachLabel(fn func(p uint32, x post)) {
	for i := range l.phrases {
		from, to := l.m.meaning.of(l.phrases[i].key)
		for _, x := range l.m.posts[from:to] {
			if x.lang == l.code || x.lang == anyLang {
				fn(uint32(i), x)
			}
		}
	}
}

// compare appends each pair of words that stand in the place of one another.
func (l *lexicon) compare(seen []synonym, a, b []uint32) []synonym {
	without := func(list, other []uint32) (rest []uint32) {
		for _, w := range list {
			if !l.empty[w] && !slices.Contains(other, w) && !slices.Contains(rest, w) {
				rest = append(rest, w)
			}
		}
		return rest
	}
	onlyA, onlyB := without(a, b), without(b, a)
	if len(onlyA) == 0 || len(onlyB) == 0 || len(onlyA) > synonymSpread || len(onlyB) > synonymSpread {
		return seen
	}
	share := 1 / float32(len(onlyA)*len(onlyB))
	for _, x := range onlyA {
		for _, y := range onlyB {
			seen = append(seen, synonym{x, y, share}, synonym{y, x, share})
		}
	}
	return seen
}

// keepSynonyms adds up what was seen and keeps the best of each lemma.
func (l *lexicon) keepSynonyms(seen []synonym) {
	slices.SortFunc(seen, func(x, y synonym) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
	l.synonyms = make(spans, 0, len(l.weight)+1)
	for i, lemma := 0, uint32(0); lemma <= uint32(len(l.weight)); lemma++ {
		l.synonyms = append(l.synonyms, uint32(len(l.synonym)))
		var mine []synonym
		total := float32(0)
		for i < len(seen) && seen[i].from == lemma {
			s := seen[i]
			times := 1
			for i++; i < len(seen) && seen[i].from == lemma && seen[i].to == s.to; i++ {
				s.share += seen[i].share
				times++
			}
			total += s.share
			if times >= synonymTimes {
				mine = append(mine, s)
			}
		}
		slices.SortFunc(mine, func(x, y synonym) int { return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.to, y.to)) })
		for _, s := range mine[:min(synonymsKept, len(mine))] {
			if s.share /= total; s.share >= synonymShare {
				l.synonym = append(l.synonym, s)
			}
		}
	}
}
