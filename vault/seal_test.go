package vault

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

var ana = hiring.Personal{Name: "Ana", Contact: hiring.Contact{Email: "ana@example.org"}}

func TestSealedDataComesBack(t *testing.T) {
	s := fixed(t)
	rapid.Check(t, func(t *rapid.T) {
		key := newKey(t, s)
		ref := s.LearnerRef(hiring.LearnerID(rapid.String().Draw(t, "id")))
		p := hiring.Personal{Name: rapid.String().Draw(t, "name"), Text: rapid.String().Draw(t, "text")}
		sealed, err := s.Seal(key, ref, p)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Unseal(key, ref, sealed); err != nil || got != p {
			t.Fatalf("got %v, %v; want %v", got, err, p)
		}
	})
}

func newKey(t rapid.TB, s *Secrets) []byte {
	t.Helper()
	key, err := s.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func seal(t rapid.TB, s *Secrets, key []byte, ref hiring.LearnerRef) []byte {
	t.Helper()
	sealed, err := s.Seal(key, ref, ana)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// Sealed by another implementation of AES-256-GCM: data of earlier versions must open in all later ones.
func TestOldSealsStillOpen(t *testing.T) {
	s := fixed(t)
	key, err1 := hex.DecodeString(oldKey)
	sealed, err2 := hex.DecodeString(oldSeal)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if got, err := s.Unseal(key, s.LearnerRef("learner-1"), sealed); err != nil || got != ana {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNothingIsSealedTwiceAlike(t *testing.T) {
	s := fixed(t)
	key := newKey(t, s)
	if bytes.Equal(key, newKey(t, s)) {
		t.Error("two persons share a key")
	}
	a, b := seal(t, s, key, "l"), seal(t, s, key, "l")
	if bytes.Equal(a, b) || bytes.Equal(a[:12], b[:12]) {
		t.Error("a nonce was used twice")
	}
	if bytes.Contains(a, []byte("Ana")) {
		t.Error("the name shows")
	}
}

func TestSealsOpenOnlyWithTheirOwnKeyAndRef(t *testing.T) {
	s := fixed(t)
	key, other := newKey(t, s), newKey(t, s)
	sealed := seal(t, s, key, "ana")
	for what, try := range map[string]func() error{
		"another learner":      func() error { _, err := s.Unseal(key, "ben", sealed); return err },
		"another key":          func() error { _, err := s.Unseal(other, "ana", sealed); return err },
		"no key":               func() error { _, err := s.Unseal(nil, "ana", sealed); return err },
		"nothing sealed":       func() error { _, err := s.Unseal(key, "ana", nil); return err },
		"a key as a record":    func() error { _, err := s.Unseal(key, "ana", key); return err },
		"a record as a key":    func() error { _, err := s.Unseal(sealed, "ana", sealed); return err },
		"another installation": func() error { _, err := fresh(t).Unseal(key, "ana", sealed); return err },
		"sealing with no key":  func() error { _, err := s.Seal(nil, "ana", ana); return err },
	} {
		err := try()
		if err == nil {
			t.Errorf("%s: it opened", what)
		} else if strings.Contains(err.Error(), "Ana") {
			t.Errorf("%s: %v shows the name", what, err)
		}
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	s := fixed(t)
	key := newKey(t, s)
	sealed := seal(t, s, key, "ana")
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := s.Unseal(key, "ana", bad); err == nil {
			t.Fatalf("byte %d of the record was changed unnoticed", i)
		}
	}
	for i := range key {
		bad := bytes.Clone(key)
		bad[i] ^= 0x80
		if _, err := s.Unseal(bad, "ana", sealed); err == nil {
			t.Fatalf("byte %d of the key was changed unnoticed", i)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	s := fixed(f)
	key, err := s.NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, []byte{})
	f.Add(key, []byte("short"))
	f.Fuzz(func(t *testing.T, wrapped, sealed []byte) {
		if _, err := s.Unseal(wrapped, "l", sealed); err == nil {
			t.Error("a forged record opened")
		}
	})
}

const (
	oldKey = "6465666768696a6b6c6d6e6f5a80eb6542c4c888fd13b90a00dd7f8f76b48e21936ee718e813fbe145a68b138c18d8b7f9c4" +
		"f6da89d0e09f412cb6f0"
	oldSeal = "32333435363738393a3b3c3dbd7981a1a859a3d94f4684e779c1dd9b09dd6fe0ea3985d1aa386ef5d65af7501922ab2576a3" +
		"62d6f0610ab3c1488c9f98d69a902de407b2ea36bf1d68424d235663599f"
)
