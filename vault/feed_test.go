package vault

import (
	"strings"
	"testing"

	"matchday/hiring"
)

func TestFeedsOpenWithTheirOwnTokenOnly(t *testing.T) {
	s := fixed(t)
	for _, generation := range []int{0, 1, 35, 36, 1<<31 - 1} {
		if of, got, err := s.VerifyFeed(s.SignFeed(inv, generation)); err != nil || of != inv || got != generation {
			t.Errorf("generation %d: %s, %d, %v", generation, of, got, err)
		}
	}
	const known = "siicxy5fpr2jnhqqmmuql5uhiq.0."
	token := s.SignFeed(inv, 0)
	if !strings.HasPrefix(token, known) {
		t.Errorf("token %s", token)
	}
	later := strings.Split(s.SignFeed(inv, 1), ".")
	forgeries := []string{
		"", "...", strings.Repeat(".", 1_000_000), token + "A", token[:len(token)-1], known + later[2], string(inv) + ".1." + strings.TrimPrefix(token, known),
		string(inv) + ".00." + strings.TrimPrefix(token, known), string(inv) + ".-1." + later[2], fresh(t).SignFeed(inv, 0), s.SignLink(inv, expiry),
	}
	for _, f := range forgeries {
		if _, _, err := s.VerifyFeed(f); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%.80q: %v", f, err)
		}
	}
	if _, err := s.VerifyLink(token, expiry); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("a feed's token opens an invitation: %v", err)
	}
}

func FuzzVerifyFeed(f *testing.F) {
	s := fixed(f)
	f.Add(s.SignFeed(inv, 7))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		of, generation, err := s.VerifyFeed(token)
		if (err == nil) != (generation >= 0 && of != "" && token == s.SignFeed(of, generation)) {
			t.Errorf("%q opened %q, %d, %v", token, of, generation, err)
		}
	})
}
