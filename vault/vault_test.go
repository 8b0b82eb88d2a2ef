package vault

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchday/hiring"
)

// fixedMaster is the secret that the known answers below were computed for, by another implementation of the same standards.
const fixedMaster = "c3a1f07e5b9d2468ace013579bdf8642112233485f60718293a4b5c6d7e8f90a"

func fixed(t testing.TB) *Secrets {
	t.Helper()
	return open(t, fixedMaster)
}

func fresh(t testing.TB) *Secrets {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, content string) *Secrets {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Everything derived is stored in logs, links and broker accounts: an answer that changes here loses existing data.
func TestDerivationsStayAsTheyAre(t *testing.T) {
	s := fixed(t)
	learner := s.LearnerRef("learner-1")
	invitation := s.InvitationRef("day-1", "opening-1", learner)
	for _, c := range []struct{ what, got, want string }{
		{"learner ref", string(learner), "jtt5nr52dwjvxh6r5b3vdtryfq"},
		{"opening ref", string(s.Ref(hiring.KindOpening, "learner-1")), "liw2axroh6qjboihcey4ghde54"},
		{"invitation ref", string(invitation), "siicxy5fpr2jnhqqmmuql5uhiq"},
		{"pseudonym", s.Pseudonym("Acme", learner), "L-lm7z4mzwkf"},
		{"digest", s.Digest([]byte("abc")), "479832a86c4bcf4906bd3c7bcd8a374d"},
		{"link", s.SignLink(invitation, expiry), "siicxy5fpr2jnhqqmmuql5uhiq.vbbc00.MFm8nlbEKAjY8oH00veQrA"},
		{"feed", s.SignFeed(invitation, 0), "siicxy5fpr2jnhqqmmuql5uhiq.0.3lxdmjplXYNmTur2KkaIfw"},
		{"password", s.Password("internal"), "UGhIqq4gWHJTsZo0z1OYp7SQ9vr23GDwrCB7e3wVVmc"},
		{"token hash", TokenHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", c.what, c.got, c.want)
		}
	}
}

func TestRefsTellKindsIdsAndInstallationsApart(t *testing.T) {
	s := fixed(t)
	seen := map[hiring.Ref]string{}
	add := func(what string, r hiring.Ref) {
		t.Helper()
		if len(r) != 26 || strings.Trim(string(r), "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Errorf("%s: %q is not 26 characters of a–z 2–7", what, r)
		}
		if other, ok := seen[r]; ok {
			t.Errorf("%s and %s share a ref", what, other)
		}
		seen[r] = what
	}
	add("opening x", s.Ref(hiring.KindOpening, "x"))
	add("day x", s.Ref(hiring.KindDay, "x"))
	add("opening X", s.Ref(hiring.KindOpening, "X"))
	add("learner x", hiring.Ref(s.LearnerRef("x")))
	add("opening x elsewhere", fresh(t).Ref(hiring.KindOpening, "x"))
	add("invitation a, bc", s.InvitationRef("a", "bc", "l"))
	add("invitation ab, c", s.InvitationRef("ab", "c", "l"))
	add("invitation a, bc, m", s.InvitationRef("a", "bc", "m"))
	add("invitation named a", s.Ref(hiring.KindInvitation, "a"))
	if first, again := s.Ref(hiring.KindOpening, "x"), s.Ref(hiring.KindOpening, "x"); first != again {
		t.Error("the same id got two refs")
	}
}

func TestAttack41TheSamePersonHasADifferentPseudonymForEachEmployer(t *testing.T) {
	s := fixed(t)
	learner := s.LearnerRef("ana")
	names := map[string]bool{}
	for i := range 100 {
		name := s.Pseudonym(hiring.EmployerName(fmt.Sprintf("Employer %d", i)), learner)
		if !strings.HasPrefix(name, "L-") || len(name) != 12 {
			t.Fatalf("%q is not L- and 10 characters", name)
		}
		names[name] = true
	}
	if len(names) != 100 {
		t.Errorf("100 employers share %d pseudonyms", len(names))
	}
	if s.Pseudonym("Acme", learner) == s.Pseudonym("Acme", s.LearnerRef("ben")) {
		t.Error("two learners share a pseudonym")
	}
}

func TestDigestsArePrivateToTheInstallation(t *testing.T) {
	a, b := fresh(t), fresh(t)
	first, again := a.Digest([]byte("x")), a.Digest([]byte("x"))
	if first != again || first == a.Digest([]byte("y")) {
		t.Error("digests do not follow the content")
	}
	if a.Digest([]byte("x")) == b.Digest([]byte("x")) {
		t.Error("another installation computes the same digest")
	}
}

func TestPasswordsDifferByPurpose(t *testing.T) {
	s := fixed(t)
	if s.Password("internal") == s.Password("listener") {
		t.Error("two purposes share a password")
	}
	if fresh(t).Password("internal") == s.Password("internal") {
		t.Error("two installations share a password")
	}
}

func TestSecretsDoNotPrintThemselves(t *testing.T) {
	s := fixed(t)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "secrets", s, "value", *s)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "secrets", s)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		log.WriteString(fmt.Sprintf(verb, s) + fmt.Sprintf(verb, *s))
	}
	for _, leak := range []string{"c3a1f07e", "195 161 240", "0xc3"} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("the secret shows as %q in %s", leak, log.String())
		}
	}
}

func TestTokensAreLongAndDiffer(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || len(a) != 46 || !strings.HasPrefix(a, "md_") {
		t.Errorf("tokens %q and %q", a, b)
	}
	if TokenHash(a) == TokenHash(b) || len(TokenHash(a)) != 64 {
		t.Error("hashes do not tell the tokens apart")
	}
}
