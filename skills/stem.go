package skills

import (
	"strings"
	"unicode/utf8"
)

// stem reduces a word of a key to what its inflections share, by language. Words with digits or symbols, and words of languages that it
// does not know, stay. Different words may share a stem: it finds candidates, scores tell them apart.
func stem(word, lang string) string {
	switch lang {
	case "en", undetermined, "":
		return stemEnglish(word)
	case "de":
		return stripSuffixes(word, german, 4)
	case "nl":
		return undouble(stripSuffixes(word, dutch, 3))
	case "sv":
		return stripSuffixes(word, swedish, 3)
	case "es":
		return stripSuffixes(word, spanish, 3)
	case "fr":
		return stripSuffixes(word, french, 4)
	}
	return word
}

// Inflections by language, longest first; what keys have no accents on. After the suffix lists of the Snowball stemmers of these
// languages (snowballstem.org), the regions R1 and R2 read as a least length of what stays.
const (
	german  = "erinnen ungen erin heit keit lich isch igen end ung ern est em en er es e s n"
	dutch   = "heden ingen ende ing end en es je se e s t"
	swedish = "heterna arnas ernas ornas andes andet heten heter ande aste ades arna erna orna aren arens ning ingen ingar " +
		"ens ets ade are ast en ar er or as es at et a e s"
	spanish = "aciones amiento imiento adoras adores acion adora mente ando iendo ador idad cion icos icas iste osos osas " +
		"ado ido ada ida ico ica oso osa ar er ir es os as a e o"
	french = "issements issement ateurs ations ateur ement ation euses ments ives euse eurs ment eur ive ant ees er ir ee es s e"
)

// stripSuffixes drops the first suffix of the list, written with spaces between, that leaves at least keep letters.
func stripSuffixes(word, suffixes string, keep int) string {
	if utf8.RuneCountInString(word) <= keep {
		return word
	}
	for suffix := range strings.FieldsSeq(suffixes) {
		if s, ok := strings.CutSuffix(word, suffix); ok && len(s) >= keep {
			return s
		}
	}
	return word
}

// undouble drops one of two equal letters at the end, and one of two equal vowels before the last letter: Dutch writes "bakken" but "bak",
// "lopen" but "loop".
func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] {
		return w[:n-1]
	}
	if n > 3 && w[n-2] == w[n-3] && strings.IndexByte("aeou", w[n-2]) >= 0 {
		return w[:n-2] + w[n-1:]
	}
	return w
}
