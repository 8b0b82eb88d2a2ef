package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"time"

	"matchday/hiring"
)

// keptFor is how long the answer to a keyed import is kept, if the cache keeps it.
const keptFor = 24 * time.Hour

// keyed knows the keyed requests under way in this process.
type keyed struct {
	mu  sync.Mutex
	now map[string]bool
}

func newKeyed() *keyed { return &keyed{now: map[string]bool{}} }

// start claims an Idempotency-Key for one request of a caller; an empty one claims nothing. While the same request is under way
// it is a conflict. done gives the claim back.
func (s *Server) start(who caller, what, sent string) (key string, done func(), err error) {
	if sent == "" {
		return "", func() {}, nil
	}
	k := s.keyed
	key = "answer:" + s.secrets.Digest([]byte(strings.Join([]string{who.hash, what, sent}, "\x00")))
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now[key] {
		return "", nil, hiring.Errorf(hiring.Conflict, "the same request is still under way").Mend("wait for its answer, or use another Idempotency-Key")
	}
	k.now[key] = true
	return key, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.now, key)
	}, nil
}

// fingerprint tells bodies apart by their length, where it was announced, and their first 64 KB.
func (s *Server) fingerprint(length int64, head []byte) string {
	return s.secrets.Digest(append(strconv.AppendInt(nil, length, 10), head...))
}

// keptAnswer returns the answer that a request of this key and body got before. Under the key of another body there is none to give.
func (s *Server) keptAnswer(ctx context.Context, key, fingerprint string) (answer []byte, ok bool, err error) {
	if key == "" {
		return nil, false, nil
	}
	b, ok, err := s.cache.Get(ctx, key)
	if err != nil || !ok {
		return nil, false, nil //nolint:nilerr // a cache that fails knows nothing
	}
	answer, ok = bytes.CutPrefix(b, []byte(fingerprint+"\n"))
	if !ok {
		return nil, false, hiring.Errorf(hiring.Impossible, "this Idempotency-Key came with another body before").Mend("use a new key for a new body")
	}
	return answer, true, nil
}

func (s *Server) keepAnswer(ctx context.Context, key, fingerprint string, answer []byte) {
	if key == "" {
		return
	}
	if err := s.cache.Set(ctx, key, append([]byte(fingerprint+"\n"), answer...), keptFor); err != nil {
		s.logger.Warn("an answer could not be kept for its key", "error", err)
	}
}

// command names a command for ever. A key that the caller sent is made the caller's own; without one, repeat names what is the
// same when sent again (an acceptance), and "" gets a name that nothing repeats.
func (s *Server) command(who caller, sent, repeat string) string {
	switch {
	case sent != "":
		return s.secrets.Digest([]byte(strings.Join([]string{"key", string(who.Role), who.Subject, sent}, "\x00")))
	case repeat != "":
		return s.secrets.Digest([]byte(strings.Join([]string{"repeat", string(who.Role), who.Subject, repeat}, "\x00")))
	}
	return rand.Text()
}
