package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"matchday/hiring"
)

// Labels that the authenticated data of each use begins with, so that a wrapped key is never taken for a sealed record.
const (
	keyLabel      = "matchday person key v1"
	personalLabel = "matchday personal v1 "
)

var errUnopened = errors.New("does not open: another key, another learner, or damaged")

// NewKey returns a fresh key of one person, wrapped by the installation's key (AES-256-GCM; nonce, 32 bytes, tag). Only the
// wrapped form is ever stored; destroying it makes everything sealed with it unreadable.
func (s *Secrets) NewKey() (wrapped []byte, err error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the process first
	return s.wrapping.Seal(nil, nil, key, []byte(keyLabel)), nil
}

// Seal encrypts what names or reaches a person with the person's key (AES-256-GCM, random nonce). The ref is authenticated with
// it, so that one learner's data cannot be passed off as another's.
func (s *Secrets) Seal(wrapped []byte, ref hiring.LearnerRef, p hiring.Personal) ([]byte, error) {
	aead, err := s.unwrap(wrapped)
	if err != nil {
		return nil, fmt.Errorf("vault: seal: %w", err)
	}
	clear, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("vault: seal: %w", err)
	}
	return aead.Seal(nil, nil, clear, []byte(personalLabel+string(ref))), nil
}

// Unseal is the inverse of [Secrets.Seal]. It fails for another key, another ref and any changed byte.
func (s *Secrets) Unseal(wrapped []byte, ref hiring.LearnerRef, sealed []byte) (hiring.Personal, error) {
	aead, err := s.unwrap(wrapped)
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("vault: unseal: %w", err)
	}
	clear, err := aead.Open(nil, nil, sealed, []byte(personalLabel+string(ref)))
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("vault: unseal: the record %w", errUnopened)
	}
	var p hiring.Personal
	if err := json.Unmarshal(clear, &p); err != nil {
		return hiring.Personal{}, fmt.Errorf("vault: unseal: %w", err)
	}
	return p, nil
}

// unwrap opens a person's key.
func (s *Secrets) unwrap(wrapped []byte) (cipher.AEAD, error) {
	key, err := s.wrapping.Open(nil, nil, wrapped, []byte(keyLabel))
	if err != nil {
		return nil, fmt.Errorf("the person's key %w", errUnopened)
	}
	return newAEAD(key)
}

// newAEAD returns AES-GCM with a random nonce in front of each message. One key is used for far fewer than the 2^32 messages
// that random nonces allow (NIST SP 800-38D, 8.3): the installation's wraps one key a learner.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
