// Package vault keeps the installation's one secret and everything that is computed from it: the refs that stand for ids in the
// log, employers' pseudonyms for learners, the sealing of personal data, signed links and the passwords of the broker's users.
//
// There is one 256-bit secret, in one file. Each use has a key of its own, derived with HKDF-SHA256 (RFC 5869) under a purpose
// label, so that no use can be turned against another. The derivations are part of the stored data: changing a label or an
// encoding makes an existing log unreadable, which is why tests pin known answers.
//
// A [Secrets] is immutable and safe for concurrent use. It never prints itself.
package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
)

// Secrets is what an installation knows and nobody else does. Make one with [Open].
type Secrets struct {
	master     []byte
	refs       []byte      // keys [Secrets.Ref] and [Secrets.InvitationRef]
	pseudonyms []byte      // keys [Secrets.Pseudonym]
	digests    []byte      // keys [Secrets.Digest]
	links      []byte      // keys [Secrets.SignLink]
	codes      []byte      // keys [Secrets.ReplyCode]
	wrapping   cipher.AEAD // wraps the keys of persons
}

func newSecrets(master []byte) (*Secrets, error) {
	s := &Secrets{master: master}
	s.refs = s.derive("ref")
	s.pseudonyms = s.derive("pseudonym")
	s.digests = s.derive("digest")
	s.links = s.derive("link")
	s.codes = s.derive("reply code")
	var err error
	if s.wrapping, err = newAEAD(s.derive("person-key")); err != nil {
		return nil, err
	}
	return s, nil
}

// Password returns the password of a purpose, such as a user of the broker: 43 URL-safe characters, the same at every start.
func (s *Secrets) Password(purpose string) string {
	return base64.RawURLEncoding.EncodeToString(s.derive("password/" + purpose))
}

// Format writes a fixed word whatever the verb, so that a stray %v cannot put the keys in a log.
func (Secrets) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, "vault.Secrets(hidden)") }

// derive returns the 256-bit key of a purpose. The version in the label is that of all derivations together.
func (s *Secrets) derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s.master, nil, "matchday/v1/"+purpose, 32)
	if err != nil { // only for lengths that HKDF cannot give, or a master that FIPS mode finds too short
		panic(fmt.Sprintf("vault: derive %s: %v", purpose, err))
	}
	return key
}
