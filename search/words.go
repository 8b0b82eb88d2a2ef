package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one word of a text: where it stands, in bytes, and the term it is indexed under.
type word struct {
	start, end int
	term       string
}

// words cuts a text into words and folds case and accents. The same function serves documents, queries and highlights, so the
// three cannot disagree. Letters, marks and digits make words, a Han character is one by itself, everything else separates; C++, C#
// (any single letter so written) and .NET stay whole, since they are skills that a bare "c" is not.
func words(text string) []word {
	var list []word
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		var end int
		switch {
		case r == '.' && dotNet(text, i):
			end = i + len(".net")
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			i += size
			continue
		case unicode.Is(unicode.Han, r):
			end = i + size
		default:
			end = wordEnd(text, i)
			end += sign(text, i, end)
		}
		if term := fold(text[i:end]); term != "" {
			list = append(list, word{i, end, term})
		}
		i = end
	}
	return list
}

// wordEnd returns where the word that starts at i ends.
func wordEnd(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) || unicode.Is(unicode.Han, r) {
			break
		}
		i += size
	}
	return i
}

// sign returns the length of a "#" or "++" that belongs to the single letter text[start:end].
func sign(text string, start, end int) int {
	if end-start != 1 || text[start] < 'A' {
		return 0
	}
	switch rest := text[end:]; {
	case strings.HasPrefix(rest, "#"):
		return 1
	case strings.HasPrefix(rest, "++"):
		return 2
	}
	return 0
}

// dotNet reports whether the dot at i begins a ".NET" that stands alone, unlike the end of a host name.
func dotNet(text string, i int) bool {
	if i > 0 {
		if r, _ := utf8.DecodeLastRuneInString(text[:i]); unicode.IsLetter(r) || unicode.IsNumber(r) {
			return false
		}
	}
	return len(text) >= i+4 && strings.EqualFold(text[i+1:i+4], "net") && wordEnd(text, i+1) == i+4
}

// fold lowers case and strips accents: "Café" and "CAFE" are one term.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(s)
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
	return norm.NFC.String(bare)
}

// terms returns the terms of a text in order.
func terms(text string) []string {
	list := words(text)
	ts := make([]string, len(list))
	for i, w := range list {
		ts[i] = w.term
	}
	return ts
}
