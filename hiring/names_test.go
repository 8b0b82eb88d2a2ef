package hiring

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Names fold the quick way as they do by the book.
func TestFoldedNames(t *testing.T) {
	check := func(t rapid.TB, s string) {
		want := "key " + strings.ToLower(strings.Join(strings.Fields(s), " "))
		if got := string(appendFolded([]byte("key "), s)); got != want {
			t.Fatalf("%q folds to %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{"", " ", "Google IT Support", "  two\t\n blanks \r", "É  Paris", "plain É", "a\u00a0b", "\v\fX ", "x\x85y"} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "name")) })
}
