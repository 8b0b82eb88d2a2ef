package skills

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestKey(t *testing.T) {
	for _, same := range [][]string{ // the first is the key itself
		{"sql", "SQL", " sql ", "SQL.", "(SQL)", "ＳＱＬ", "s\u00adql"},
		{"c"}, {"c#", "C#", "C♯", "Ｃ＃"}, {"c++", "C++", "C++,"}, {"f#", "F#"}, {"r", "R", "'R'"}, {"go", "Go!"},
		{".net", ".NET", "(.net)"}, {"net", "Net"}, {"asp .net", "ASP.NET", "ASP .NET"}, {".net core", ".NET Core"},
		{"node js", "Node.js", "NodeJS", "nodejs", "node-js", "Node JS"}, {"c c++", "C/C++"}, {"c++ 17", "C++17"},
		{"a b testing", "A/B testing", "A-B Testing", "a b testing"}, {"r and d", "R&D", "R & D", "R and D"},
		{"python 3.11", "Python 3.11"}, {"tcp ip", "TCP/IP"}, {"sales marketing", "sales+marketing"}, {"comptia a+", "CompTIA A+"},
		{"resume", "Résumé", "re\u0301sume\u0301", "RÉSUMÉ"}, {"strasse", "Straße", "STRASSE"}, {"smorrebrod", "Smørrebrød"},
		{"drivers licence", "driver's licence", "driver’s licence", "drivers' licence"}, {"l entretien", "l’entretien"},
		{"программирование", "Программирование"}, {"データ分析", "データ分析"}, {"हिन्दी", "हिन्दी"}, {"office 365", "office\u00a0365\t"},
		{"end next", "end .Next"}, {"1st", "#1st"}, {"js"}, {"5+ years", "5+ years"},
		{"", " ", "!?", "+", "#", "++", "...", "🙂", "\u0301", "\u05b0", "\xff"},
	} {
		for _, s := range same {
			if got := Key(s); got != same[0] {
				t.Errorf("Key(%q) = %q, want %q", s, got, same[0])
			}
		}
	}
}

func TestTextID(t *testing.T) {
	long := strings.Repeat("é", 150) // 300 bytes; é folds to e in a key, but not here
	for key, want := range map[string]string{
		"team spirit": "text:team spirit",
		long:          "text:" + strings.Repeat("é", 100) + "~",
	} {
		got := string(textID(key))
		if !strings.HasPrefix(got, want) || len(got) > 240 || !utf8.ValidString(got) {
			t.Errorf("textID(%q) = %q (%d bytes), want prefix %q", key, got, len(got), want)
		}
	}
	if textID(long+"a") == textID(long+"b") {
		t.Error("two long texts share an id")
	}
}

// checkKey tests what holds for every key.
func checkKey(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) {
	t.Helper()
	key := Key(text)
	switch {
	case Key(key) != key:
		t.Fatalf("Key(%q) = %q, whose key is %q", text, key, Key(key))
	case !utf8.ValidString(key):
		t.Fatalf("Key(%q) = %q is not UTF-8", text, key)
	case key != strings.Join(strings.Fields(key), " "):
		t.Fatalf("Key(%q) = %q has spaces to spare", text, key)
	case strings.ContainsAny(key, "_-~\x00"):
		t.Fatalf("Key(%q) = %q holds a sign that ids use", text, key)
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"C++/C# & .NET", "Node.js's", "a+'s", "ﷺ", "İstanbul ς ẞ", "x.netjsjs", "1.2.3js+", "각\u1100\u1161", "a\u0323\u200d\u0307", "##.net+#", "\xff.net", "0\xf3ǲ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkKey(t, s) })
}

func TestKeyHoldsForAnyMixOfSigns(t *testing.T) {
	signs := rapid.StringOfN(rapid.RuneFrom([]rune("aBjsnet019+#.'’&/- \u0301\u200dßİς♯")), 0, 16, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := signs.Draw(t, "text")
		checkKey(t, s)
		if k := Key(" (" + s + ") "); k != Key(s) {
			t.Fatalf("Key(%q) = %q, in parentheses %q", s, Key(s), k)
		}
	})
}

func TestKeyOfHugeTextIsQuick(t *testing.T) {
	for _, s := range []string{"a", "+", "#", "js", "🙂", "\u0301", "\u05b0", "."} {
		checkKey(t, strings.Repeat(s, 1<<20/len(s)))
	}
}

func BenchmarkKey(b *testing.B) {
	for name, s := range map[string]string{"ascii": "Manage C++ & .NET projects", "accents": "Betriebswirtschaftliche Führungskräfte ausbilden"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Key(s)
			}
		})
	}
}
