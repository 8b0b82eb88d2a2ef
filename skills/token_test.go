package skills

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func spoken(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.word
	}
	return strings.Join(words, " ")
}

func TestTokenise(t *testing.T) {
	for text, want := range map[string]string{
		"C, C++ and C#":                    "c c++ and c#",
		"Node.js, NodeJS; .NET/ASP.NET":    "node js node js .net asp .net",
		"driver's licence & Python 3.11":   "drivers licence and python 3.11",
		"Führung – Straße\u00ad":           "fuhrung strasse",
		"• e-mail: a@b.example …":          "e mail a b example",
		"":                                 "",
		"!!! ??? …":                        "",
		"the driver’s (Java) team-players": "the drivers java team players",
	} {
		if got := spoken(tokenise(nil, text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestTokensBreakAtPunctuation(t *testing.T) {
	var broken []string
	for _, x := range tokenise(nil, "Plan work, lead teams\n(and) cook-off.") {
		if x.breaks {
			broken = append(broken, x.word)
		}
	}
	if got := strings.Join(broken, " "); got != "plan lead and cook" {
		t.Errorf("phrases begin at %q", got)
	}
}

// The words of plain text are those of its key, whatever stands between them.
func TestTokensAreTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.SampledFrom([]string{
			"Node.js", "C++", "c#", ".NET", "ASP.NET", "team", "Führung", "3.5", "R&D", "it's", "naïve", "A/B", "x-ray", "(ok)", "日本", "e.g.",
		})).Draw(t, "words")
		gap := rapid.SampledFrom([]string{" ", ", ", "\n", " - ", "; "}).Draw(t, "gap")
		text := strings.Join(words, gap)
		if got := spoken(tokenise(nil, text)); got != Key(text) {
			t.Fatalf("%q is %q, its key %q", text, got, Key(text))
		}
	})
}

func checkTokens(t *testing.T, text string) {
	t.Helper()
	last := 0
	for _, x := range tokenise(nil, text) {
		if x.start < last || x.end <= x.start || x.end > len(text) || x.word == "" {
			t.Fatalf("%q stands at %d to %d of %d bytes, after %d", x.word, x.start, x.end, len(text), last)
		}
		if valid := utf8.ValidString(text); valid && (!utf8.RuneStart(text[x.start]) || x.end < len(text) && !utf8.RuneStart(text[x.end])) {
			t.Fatalf("%q does not stand on runes", x.word)
		}
		last = x.start
	}
}

func FuzzTokenise(f *testing.F) {
	for _, s := range []string{"C++ & .NET", "e\u0301te\u0301", "\xff\xfe.net", "a'S’s", "👩‍💻 dev", "1.2.3.", "+#.'", strings.Repeat("\u0301", 40)} {
		f.Add(s)
	}
	f.Fuzz(checkTokens)
}
