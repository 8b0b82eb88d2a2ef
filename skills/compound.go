package skills

import "strings"

// Compounds are words written together from others, as German, Dutch and Swedish form them: "Strafvollzugsverfahren" is "Straf",
// "Vollzug" and "Verfahren".

const (
	leastCompound = 8 // letters of a word that may be a compound
	leastPart     = 4 // letters of its parts
	mostParts     = 4
)

// links stand between the parts of a compound, the longest first.
func links(lang string) []string {
	switch lang {
	case "de":
		return []string{"", "s", "es", "n", "en", "er", "e"}
	case "nl":
		return []string{"", "s", "en", "e", "er", "n"}
	case "sv":
		return []string{"", "s", "e", "o", "u", "a"}
	}
	return []string{""}
}

// parts returns the lemmas of the fewest known words that a word is written together from, nil when it is no such word. Of several ways
// the one with the longest first part stands.
func (l *lexicon) parts(word string) []uint32 {
	if len(word) < leastCompound || !lowerASCII(word) {
		return nil
	}
	between := links(l.lang)
	for n := 2; n <= mostParts; n++ {
		if found := l.split(word, between, n, true); found != nil {
			return found
		}
	}
	return nil
}

// split divides a word into exactly n known words; first says that nothing of it was split off yet, as a word is no part of itself.
func (l *lexicon) split(word string, between []string, n int, first bool) []uint32 {
	if n == 1 {
		if w, ok := l.part(word); ok && !first {
			return []uint32{w}
		}
		return nil
	}
	for at := len(word) - leastPart*(n-1); at >= leastPart; at-- {
		head, ok := l.part(word[:at])
		if !ok {
			continue
		}
		for _, link := range between {
			rest, linked := strings.CutPrefix(word[at:], link)
			if !linked || len(rest) < leastPart {
				continue
			}
			if tail := l.split(rest, between, n-1, false); tail != nil {
				return append([]uint32{head}, tail...)
			}
		}
	}
	return nil
}

// part returns the lemma of a word that may be a part of a compound.
func (l *lexicon) part(word string) (uint32, bool) {
	w, ok := l.forms[word]
	if !ok || l.empty[w] || len(word) < leastPart {
		return 0, false
	}
	return w, true
}
