package search

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"matchday/hiring"
	"matchday/vault"
)

// cursor is where a page ended: the sort values of its last hit, and how many hits came up to it.
type cursor struct {
	Score float64 `json:"s"`
	ID    string  `json:"i"`
	Depth int     `json:"n"`
}

// after is the cursor as Bleve's search-after takes it.
func (c cursor) after() []string {
	return []string{strconv.FormatFloat(c.Score, 'g', -1, 64), c.ID}
}

// cursors seals cursors, because they hold a learner's ref: two employers who compared theirs would see that they found the same
// person. A cursor works for the same actor and question only, on every replica, since the key comes from the installation's secrets.
type cursors struct{ aead cipher.AEAD }

func newCursors(s *vault.Secrets) (cursors, error) {
	key := sha256.Sum256([]byte(s.Password("search-cursor")))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return cursors{}, err
	}
	aead, err := cipher.NewGCM(block)
	return cursors{aead}, err
}

func bound(q hiring.Search, parsed Query) []byte {
	return []byte(strings.Join([]string{string(q.Actor.Role), q.Actor.Subject, q.Of, parsed.String()}, "\x00"))
}

func (c cursors) seal(at cursor, binding []byte) (string, error) {
	body, err := json.Marshal(at)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, c.aead.NonceSize(), c.aead.NonceSize()+len(body)+c.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, body, binding)), nil
}

func (c cursors) open(text string, binding []byte) (cursor, error) {
	bad := hiring.Invalidf("cursor", "is not one that this search gave").Mend("start again without a cursor")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < c.aead.NonceSize() {
		return cursor{}, bad
	}
	n := c.aead.NonceSize()
	body, err := c.aead.Open(nil, raw[:n], raw[n:], binding)
	if err != nil {
		return cursor{}, bad
	}
	var at cursor
	if err := json.Unmarshal(body, &at); err != nil || at.Depth < 0 || at.Depth >= MaxDepth {
		return cursor{}, bad
	}
	return at, nil
}
