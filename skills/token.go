package skills

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a text as Key writes it, and where it stands: bytes of the text. Where Key makes several words of one ("NodeJS"
// is "node js") they share a place.
type token struct {
	word       string
	start, end int
	// breaks says that punctuation or a new line stands before it, so that no phrase reaches over.
	breaks bool
	upper  bool // begins with a capital
	shout  bool // has no small letter
}

// maxWord bounds a run of characters without a space that is read as words, in bytes; longer ones are no language.
const maxWord = 120

// tokenise appends the words of text to tokens. Joined with spaces they are what Key makes of the text, except for apostrophes and
// pluses in odd places.
func tokenise(tokens []token, text string) []token {
	breaks := true
	for i := 0; i < len(text); {
		if !startsWord(text, i) {
			before := len(tokens)
			var size int
			var gap bool
			tokens, size, gap = between(tokens, text, i, breaks)
			breaks = gap || breaks && len(tokens) == before
			i += size
			continue
		}
		end, plain := wordEnd(text, i)
		before := len(tokens)
		switch {
		case end-i > maxWord:
		case plain:
			tokens = appendPlain(tokens, text, i, end)
		default:
			for word := range strings.FieldsSeq(Key(text[i:end])) {
				tokens = append(tokens, token{word: word, start: i, end: end, upper: startsUpper(text[i:end])})
			}
		}
		if len(tokens) > before {
			tokens[before].breaks = breaks
		}
		breaks = len(tokens) == before
		i = end
	}
	return tokens
}

// between reads what stands between words at i: it returns its size in bytes, and whether a phrase ends there.
func between(tokens []token, text string, i int, breaks bool) (_ []token, size int, gap bool) {
	c := text[i]
	switch {
	case c == '.' && opensNet(text[i:]):
		return append(tokens, token{word: ".net", start: i, end: i + 4, breaks: breaks, upper: true}), 4, false
	case c == '&':
		return append(tokens, token{word: "and", start: i, end: i + 1, breaks: breaks}), 1, false
	case c < utf8.RuneSelf:
		return tokens, 1, strings.IndexByte(".,;:!?()[]{}|\n\r\t*", c) >= 0
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	return tokens, size, !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r)
}

// appendPlain appends a word of ASCII letters and digits, with a final "js" of its own.
func appendPlain(tokens []token, text string, start, end int) []token {
	t := token{word: text[start:end], start: start, end: end, upper: 'A' <= text[start] && text[start] <= 'Z'}
	if capitals := countCapitals(t.word); capitals > 0 {
		t.shout = capitals == len(t.word)
		t.word = strings.ToLower(t.word)
	}
	if len(t.word) > 2 && strings.HasSuffix(t.word, "js") {
		js := t
		t.word, js.word = t.word[:len(t.word)-2], "js"
		if !strings.HasSuffix(t.word, "js") {
			return append(tokens, t, js)
		}
		t.word += "js" // a run of them is no language
	}
	return append(tokens, t)
}

func countCapitals(word string) (n int) {
	for i := range len(word) {
		if 'A' <= word[i] && word[i] <= 'Z' {
			n++
		}
	}
	return n
}

// startsWord reports whether a word begins at i.
func startsWord(text string, i int) bool {
	if c := text[i]; c < utf8.RuneSelf {
		return wordByte(c)
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return inWord(r)
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// wordByte reports whether an ASCII character can begin or go on in a word by itself.
func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// opensNet reports whether s begins with ".NET" as a word.
func opensNet(s string) bool {
	return len(s) >= 4 && strings.EqualFold(s[:4], ".net") && (len(s) == 4 || !wordByte(s[4]))
}

// wordEnd returns where the word that begins at i ends, and whether it is of letters and digits of ASCII only.
func wordEnd(text string, i int) (end int, plain bool) {
	plain = true
	for i < len(text) {
		c, size := text[i], 1
		switch {
		case wordByte(c):
		case c >= utf8.RuneSelf:
			var r rune
			if r, size = utf8.DecodeRuneInString(text[i:]); !inWord(r) && !unicode.Is(unicode.Cf, r) && !possessive(text[i+size:], r) {
				return i, plain
			}
			plain = false
		case c == '#' || c == '+' && !(i+1 < len(text) && wordByte(text[i+1])):
			plain = false
		case c == '\'' && possessive(text[i+1:], '\''):
			plain = false
		case c == '.' && i+1 < len(text) && digit(rune(text[i+1])) && digit(rune(text[i-1])):
			plain = false
		default:
			return i, plain
		}
		i += size
	}
	return i, plain
}

// possessive reports whether an apostrophe followed by rest is that of a possessive.
func possessive(rest string, r rune) bool {
	return (r == '\'' || r == '’') && len(rest) > 0 && rest[0]|0x20 == 's' && (len(rest) == 1 || !wordByte(rest[1]))
}
