package vault

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

var expiry = time.Unix(1893456000, 0) // 2030-01-01

const inv = hiring.Ref("siicxy5fpr2jnhqqmmuql5uhiq")

func TestLinksOpenUntilTheyExpire(t *testing.T) {
	s := fixed(t)
	token := s.SignLink(inv, expiry)
	if url.PathEscape(token) != token || url.QueryEscape(token) != token {
		t.Errorf("%q needs escaping", token)
	}
	if got, err := s.VerifyLink(token, expiry.Add(-time.Second)); err != nil || got != inv {
		t.Errorf("a second before expiry: %q, %v", got, err)
	}
	for _, late := range []time.Duration{0, time.Second, 1e6 * time.Hour} {
		ref, err := s.VerifyLink(token, expiry.Add(late))
		if hiring.CodeOf(err) != hiring.Conflict || !strings.Contains(err.Error(), "has expired") || ref != "" {
			t.Errorf("%v after expiry: %q, %v", late, ref, err)
		}
	}
}

func TestForgedLinksDoNotExist(t *testing.T) {
	s := fixed(t)
	token := s.SignLink(inv, expiry)
	parts := strings.Split(token, ".")
	later := strings.Split(s.SignLink(inv, expiry.Add(time.Hour)), ".")
	forgeries := []string{
		"", ".", "..", "...", strings.Repeat(".", 1_000_000), strings.Repeat("a", 257),
		token + ".", token + "A", token[:len(token)-1], strings.ToUpper(token),
		parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2],
		parts[0] + "." + later[1] + "." + parts[2],
		"a" + parts[0] + "." + parts[1] + "." + parts[2],
		parts[0] + ".0" + parts[1] + "." + parts[2],
		fresh(t).SignLink(inv, expiry),
	}
	for i := range token { // any one character changed, including the unused bits of the last one
		for _, c := range "Aab4" {
			if byte(c) != token[i] {
				forgeries = append(forgeries, token[:i]+string(c)+token[i+1:])
			}
		}
	}
	for _, f := range forgeries {
		for _, now := range []time.Time{expiry.Add(-time.Hour), expiry.Add(time.Hour)} {
			if _, err := s.VerifyLink(f, now); hiring.CodeOf(err) != hiring.NotFound {
				t.Fatalf("%.80q: %v", f, err)
			}
		}
	}
}

func TestLinksOfTheDistantPastAreExpired(t *testing.T) {
	s := fixed(t)
	if _, err := s.VerifyLink(s.SignLink(inv, time.Time{}), expiry); hiring.CodeOf(err) != hiring.Conflict {
		t.Error(err)
	}
}

func FuzzVerifyLink(f *testing.F) {
	s := fixed(f)
	good := s.SignLink(inv, expiry)
	f.Add(good)
	f.Add("a.b.c")
	f.Add(string(inv) + ".zzzzzzzzzzzzzzzz." + "MFm8nlbEKAjY8oH00veQrA")
	f.Fuzz(func(t *testing.T, token string) {
		ref, err := s.VerifyLink(token, expiry.Add(-time.Hour))
		if (err == nil) != (token == good) || err == nil && ref != inv {
			t.Errorf("%q opened %q, %v", token, ref, err)
		}
		if err != nil && hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("%q: %v", token, err)
		}
	})
}

func TestReplyCodesAreReadAsTheyAreTyped(t *testing.T) {
	s := fixed(t)
	code := s.ReplyCode(inv)
	if len(code) != 11 || code[5] != '-' || TidyCode(code) != code {
		t.Fatalf("%q is tidied to %q", code, TidyCode(code))
	}
	if code == s.ReplyCode(inv+"a") || code == fresh(t).ReplyCode(inv) {
		t.Error("another invitation or another secret has the same code")
	}
	for _, typed := range []string{strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + code[:3] + " " + code[3:] + "\t"} {
		if TidyCode(typed) != code {
			t.Errorf("%q is read as %q", typed, TidyCode(typed))
		}
	}
	if got := TidyCode("oil00-00000"); got != "01100-00000" {
		t.Errorf("misread letters give %q", got)
	}
	for _, bad := range []string{"", "-", "12345", "12345-6789", "12345-678901", "12345-6789U", "12345-6789\x00", strings.Repeat("0", 65), "12345-678é"} {
		if TidyCode(bad) != "" {
			t.Errorf("%q is taken for %q", bad, TidyCode(bad))
		}
	}
}

func FuzzTidyCode(f *testing.F) {
	f.Add("7K3QF-9MTXC")
	f.Fuzz(func(t *testing.T, text string) {
		if code := TidyCode(text); code != "" && TidyCode(code) != code {
			t.Errorf("%q is read as %q and that as %q", text, code, TidyCode(code))
		}
	})
}

func TestCheckInCode(t *testing.T) {
	s := fixed(t)
	seen := map[string]bool{}
	for i := range 200 {
		ref := hiring.Ref(fmt.Sprintf("ref%d", i))
		code := s.CheckInCode(ref)
		if len(code) != 7 || code[3] != '-' || code != s.CheckInCode(ref) {
			t.Fatalf("the code of %s is %s beside %s", ref, code, s.ReplyCode(ref))
		}
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "0", "o")} {
			if got := TidyCheckIn(typed); got != code {
				t.Errorf("%q is read as %q", typed, got)
			}
		}
		if TidyCode(code) != "" || TidyCheckIn(s.ReplyCode(ref)) != "" {
			t.Errorf("%s passes for a code of the other kind", code)
		}
		seen[code] = true
	}
	if len(seen) < 199 {
		t.Errorf("%d codes for 200 invitations", len(seen))
	}
	for _, none := range []string{"", "ABC", "ABC-DE!", "ABC-DEU", strings.Repeat("-", 65)} {
		if got := TidyCheckIn(none); got != "" {
			t.Errorf("%q is read as %q", none, got)
		}
	}
}

// A link to wishes opens those of one learner on one day, until it expires; links of invitations open none, nor the other way.
func TestWishesLink(t *testing.T) {
	s, now := fixed(t), time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	day, learner := s.Ref(hiring.KindDay, "fair"), s.LearnerRef("ana")
	token := s.SignWishes(day, learner, now.Add(time.Hour))
	if d, l, err := s.VerifyWishes(token, now); err != nil || d != day || l != learner {
		t.Errorf("opened %s of %s, %v", l, d, err)
	}
	if _, _, err := s.VerifyWishes(token, now.Add(time.Hour)); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("expired: %v", err)
	}
	if _, _, err := s.VerifyWishes(token+"x", now); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("forged: %v", err)
	}
	inv := s.InvitationRef("fair", "o1", learner)
	if _, _, err := s.VerifyWishes(s.SignLink(inv, now.Add(time.Hour)), now); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("by the link of an invitation: %v", err)
	}
}
