package skills

import "strings"

// stemEnglish reduces an English word in lower case to its stem, after M. F. Porter, "An algorithm for suffix stripping" (Program
// 14, 1980), with the later Snowball rules for plurals and for -ly, and British -ise and -our read as American.
func stemEnglish(word string) string {
	if len(word) < 3 || !lowerASCII(word) {
		return word
	}
	if stem, ok := irregular(word); ok {
		return stem
	}
	w := plural(word)
	w = pastOrGerund(w)
	if n := len(w) - 1; n > 1 && w[n] == 'y' && !vowelAt(w, n-1) {
		w = w[:n] + "i"
	}
	w = american(w)
	w = replaceSuffix(w, doubleSuffixes, 0)
	w = replaceSuffix(w, adjectiveSuffixes, 0)
	w = replaceSuffix(w, plainSuffixes, 1)
	return tidyEnd(w)
}

// irregular holds frequent words of postings whose forms no suffix tells.
func irregular(word string) (string, bool) {
	switch word {
	case "led":
		return "lead", true
	case "written", "wrote":
		return "write", true
	case "built":
		return "build", true
	case "taught":
		return "teach", true
	case "sold":
		return "sell", true
	case "analysis", "analyses", "analyst", "analysts":
		return "analyz", true
	case "people":
		return "person", true
	case "news", "sales", "aws", "sas", "ios", "sass", "less", "redis", "jenkins", "kubernetes", "windows":
		return word, true
	}
	return "", false
}

func plural(w string) string {
	switch {
	case strings.HasSuffix(w, "sses"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "ies"), strings.HasSuffix(w, "ied"):
		if len(w) > 4 {
			return w[:len(w)-2]
		}
		return w[:len(w)-1]
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"):
		return w
	case strings.HasSuffix(w, "s") && strings.ContainsAny(w[:len(w)-2], "aeiouy"):
		return w[:len(w)-1]
	}
	return w
}

func pastOrGerund(w string) string {
	if stem, ok := strings.CutSuffix(w, "eed"); ok {
		if measure(stem) > 0 {
			return w[:len(w)-1]
		}
		return w
	}
	for _, suffix := range []string{"ingly", "edly", "ing", "ed"} {
		stem, ok := strings.CutSuffix(w, suffix)
		if !ok || !hasVowel(stem) || len(stem) < 2 {
			continue
		}
		n := len(stem)
		switch {
		case strings.HasSuffix(stem, "at"), strings.HasSuffix(stem, "bl"), strings.HasSuffix(stem, "iz"), strings.HasSuffix(stem, "is"), strings.HasSuffix(stem, "ys"):
			return stem + "e"
		case stem[n-1] == stem[n-2] && !strings.ContainsRune("lszaeo", rune(stem[n-1])):
			return stem[:n-1]
		case measure(stem) == 1 && shortEnd(stem):
			return stem + "e"
		}
		return stem
	}
	return w
}

// american rewrites endings that British and American spelling write otherwise.
func american(w string) string {
	for _, p := range [...][2]string{{"isation", "ization"}, {"ise", "ize"}, {"yse", "yze"}, {"our", "or"}, {"isat", "izat"}, {"ogue", "og"}} {
		if stem, ok := strings.CutSuffix(w, p[0]); ok && measure(stem) > 0 {
			return stem + p[1]
		}
	}
	return w
}

// Suffixes and what they become, longest first among those that end alike.
var (
	doubleSuffixes = [][2]string{
		{"ational", "ate"}, {"ization", "ize"}, {"fulness", "ful"}, {"ousness", "ous"}, {"iveness", "ive"}, {"tional", "tion"},
		{"biliti", "ble"}, {"lessli", "less"}, {"entli", "ent"}, {"ation", "ate"}, {"alism", "al"}, {"aliti", "al"}, {"ousli", "ous"},
		{"iviti", "ive"}, {"fulli", "ful"}, {"enci", "ence"}, {"anci", "ance"}, {"abli", "able"}, {"izer", "ize"}, {"ator", "ate"},
		{"alli", "al"}, {"bli", "ble"}, {"ogi", "og"}, {"li", ""},
	}
	adjectiveSuffixes = [][2]string{
		{"ational", "ate"}, {"tional", "tion"}, {"alize", "al"}, {"icate", "ic"}, {"iciti", "ic"}, {"ative", ""}, {"ical", "ic"},
		{"ness", ""}, {"ful", ""},
	}
	plainSuffixes = [][2]string{
		{"ement", ""}, {"ance", ""}, {"ence", ""}, {"able", ""}, {"ible", ""}, {"ment", ""}, {"sion", "s"}, {"tion", "t"}, {"ant", ""},
		{"ent", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""}, {"al", ""}, {"er", ""}, {"ic", ""},
	}
)

// replaceSuffix replaces the first suffix of the list that w ends in, where more than least syllables stand before it.
func replaceSuffix(w string, list [][2]string, least int) string {
	for _, p := range list {
		if stem, ok := strings.CutSuffix(w, p[0]); ok {
			if measure(stem) > least {
				return stem + p[1]
			}
			return w
		}
	}
	return w
}

// tidyEnd drops a silent e and one of two l.
func tidyEnd(w string) string {
	if stem, ok := strings.CutSuffix(w, "e"); ok {
		if m := measure(stem); m > 1 || m == 1 && !shortEnd(stem) {
			w = stem
		}
	}
	if strings.HasSuffix(w, "ll") && measure(w) > 1 {
		w = w[:len(w)-1]
	}
	return w
}

// vowelAt reports whether the letter at i is a vowel; y is one behind a consonant.
func vowelAt(w string, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !vowelAt(w, i-1)
	}
	return false
}

func hasVowel(w string) bool {
	for i := range len(w) {
		if vowelAt(w, i) {
			return true
		}
	}
	return false
}

// measure counts the changes from vowels to consonants: Porter's m, roughly the syllables.
func measure(w string) int {
	m, vowel := 0, false
	for i := range len(w) {
		v := vowelAt(w, i)
		if vowel && !v {
			m++
		}
		vowel = v
	}
	return m
}

// shortEnd reports whether w ends in consonant, vowel, consonant other than w, x and y.
func shortEnd(w string) bool {
	n := len(w)
	return n > 2 && !vowelAt(w, n-1) && vowelAt(w, n-2) && !vowelAt(w, n-3) && !strings.ContainsRune("wxy", rune(w[n-1]))
}

func lowerASCII(w string) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}
