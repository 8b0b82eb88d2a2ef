package skills

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"matchday/hiring"
)

// Key returns the normal form of a skill's name: names are the same when their keys are. Compatibility forms are unified
// (Unicode NFKC), case and accents folded, '&' read as "and", and punctuation becomes a space, except where it tells skills apart:
//
//   - '+' and '#' that end a word stay: C, C++ and C#, A+, F#.
//   - ".NET" keeps its dot and stands alone, so ASP.NET is "asp .net" and differs from "net".
//   - a dot between digits stays: Python 3.11.
//   - "js" at the end of a word stands alone: Node.js, NodeJS and "node js" are "node js".
//   - the apostrophe of a possessive goes without a space: driver's is "drivers".
//
// A slash becomes a space like other punctuation, so "A/B testing", "A-B testing" and "a b testing" are one. Key(Key(s)) is
// Key(s). A text without letters and digits has the key "", which names no skill.
func Key(text string) string {
	k := keying{in: fold(text), out: make([]byte, 0, len(text)+8)}
	for k.at < len(k.in) {
		k.step()
	}
	k.end()
	if !k.names {
		return ""
	}
	key := string(k.out[:len(k.out)-1]) // without the space behind the last word
	if ascii(key) {
		return key
	}
	return norm.NFC.String(key)
}

// ascii reports whether text has nothing to normalise, which asks less than package norm does to find out.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// keying is the state of one call of Key.
type keying struct {
	in    []rune
	at    int // the next rune of in
	out   []byte
	word  int  // where in out the word being read begins; it ends at the first thing that does not belong to it
	names bool // whether a letter or digit was seen
}

// step reads one rune, or a run of pluses.
func (k *keying) step() {
	r := k.in[k.at]
	k.at++
	switch {
	case inWord(r):
		k.names = k.names || !unicode.IsMark(r)
		k.out = utf8.AppendRune(k.out, r)
		return
	case r == '&':
		k.end()
		k.out = append(k.out, "and"...)
		k.names = true
	case r == '+' && k.last() != 0:
		k.pluses()
	case r == '#' && k.last() != 0 && k.peek(0) != '#' && !inWord(k.peek(0)):
		k.out = append(k.out, '#')
		return
	case r == '.' && digit(k.last()) && digit(k.peek(0)):
		k.out = append(k.out, '.')
		return
	case r == '.' && k.peek(0) == 'n' && k.peek(1) == 'e' && k.peek(2) == 't' && !inWord(k.peek(3)):
		k.end()
		k.out = append(k.out, '.')
		return
	case (r == '\'' || r == '’') && unicode.IsLetter(k.last()) && k.peek(0) == 's' && !inWord(k.peek(1)):
		return
	}
	k.end()
}

// pluses takes a run of pluses after a word: they belong to it when there are several, or when nothing else follows.
func (k *keying) pluses() {
	n := 1
	for k.peek(0) == '+' {
		k.at++
		n++
	}
	if n > 1 || !inWord(k.peek(0)) {
		k.out = append(k.out, strings.Repeat("+", n)...)
	}
}

// peek returns the rune n places ahead, 0 behind the end.
func (k *keying) peek(n int) rune {
	if k.at+n < len(k.in) {
		return k.in[k.at+n]
	}
	return 0
}

// last returns the last rune of the word being read, 0 when it has none yet.
func (k *keying) last() rune {
	if len(k.out) == k.word {
		return 0
	}
	r, _ := utf8.DecodeLastRune(k.out)
	return r
}

// end ends the word being read, if there is one, with a space; a final "js" becomes a word of its own.
func (k *keying) end() {
	stem := len(k.out)
	if stem == k.word {
		return
	}
	for stem > k.word+2 && string(k.out[stem-2:stem]) == "js" {
		stem -= 2
	}
	scripts := (len(k.out) - stem) / 2
	k.out = append(k.out[:stem], strings.Repeat(" js", scripts)...)
	k.out = append(k.out, ' ')
	k.word = len(k.out)
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || digit(r)
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// fold decomposes text and drops case, accents (combining diacritics) and characters that do not show.
func fold(text string) []rune {
	if !ascii(text) {
		text = norm.NFKD.String(strings.ToValidUTF8(text, " ")) // norm leaves what follows a stray byte as it is
	}
	folded := make([]rune, 0, len(text))
	for _, r := range text {
		switch r = unicode.ToLower(r); {
		case r < utf8.RuneSelf:
			folded = append(folded, r)
		case r >= 0x300 && r <= 0x36f, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		default:
			folded = spell(folded, r)
		}
	}
	return folded
}

// spell appends a letter that Unicode does not decompose as it is written without its own key.
func spell(to []rune, r rune) []rune {
	switch r {
	case 'ß':
		return append(to, 's', 's')
	case 'æ':
		return append(to, 'a', 'e')
	case 'œ':
		return append(to, 'o', 'e')
	case 'ø':
		return append(to, 'o')
	case 'ł':
		return append(to, 'l')
	case 'đ', 'ð':
		return append(to, 'd')
	case 'þ':
		return append(to, 't', 'h')
	case 'ı':
		return append(to, 'i')
	case 'ς':
		return append(to, 'σ')
	case '♯':
		return append(to, '#')
	}
	return append(to, r)
}

// textPrefix begins the id of a skill that no taxonomy knows.
const textPrefix = "text:"

// maxText bounds the words in a text id, in bytes; longer ones are cut and told apart by a hash.
const maxText = 200

// textID returns the id of words that no taxonomy knows: "text:" and their key, at most 238 bytes. Same words, same id.
func textID(key string) hiring.SkillID {
	if len(key) <= maxText {
		return hiring.SkillID(textPrefix + key)
	}
	cut := maxText
	for !utf8.RuneStart(key[cut]) {
		cut--
	}
	sum := sha256.Sum256([]byte(key))
	return hiring.SkillID(textPrefix + key[:cut] + "~" + hex.EncodeToString(sum[:16]))
}
