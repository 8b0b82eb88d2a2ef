package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

// caller is who a request comes from: an actor, and the hash of the token that says so.
type caller struct {
	hiring.Actor
	hash string
	own  bool
}

// internal reports whether the caller holds the installation's secret: the command line, as a rule.
func (c caller) internal() bool { return c.own }

// short names the caller's token in logs, where neither a token nor a person's id belongs.
func (c caller) short() string { return c.hash[:min(8, len(c.hash))] }

// callerKey is the context key of the caller. It is set in one place, authenticate, and read in one, callerOf.
type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// tokens is the fold of token facts.
type tokens struct {
	mu       sync.RWMutex
	world    *hiring.World
	own      map[string]hiring.Actor
	position events.Position
	ready    chan struct{}
}

func newTokens() *tokens {
	return &tokens{world: hiring.NewWorld(hiring.KindToken), own: map[string]hiring.Actor{}, ready: make(chan struct{})}
}

// internal adds a token that is not in the log; before anyone asks.
func (t *tokens) internal(hash string, a hiring.Actor) { t.own[hash] = a }

// find returns the caller behind a token's hash.
func (t *tokens) find(hash string) (caller, bool) {
	if a, ok := t.own[hash]; ok {
		return caller{a, hash, true}, true
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	token := t.world.Tokens[hash]
	if token == nil || token.Revoked {
		return caller{}, false
	}
	return caller{token.Actor, hash, false}, true
}

// follow folds token facts until ctx ends, and tells revoked about each token that stops being valid.
func (t *tokens) follow(ctx context.Context, log *events.Log, revoked func(hash string)) error {
	all := hiring.TokenSubject(">")
	last, err := log.Last(ctx, all)
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return fmt.Errorf("finding the last token: %w", err)
	}
	caughtUp := sync.OnceFunc(func() { close(t.ready) })
	if last.Seq == 0 {
		caughtUp()
	}
	return log.Watch(ctx, all, 0, func(f hiring.Fact) error {
		t.fold(f, revoked)
		if f.Seq >= last.Seq {
			caughtUp()
		}
		return nil
	})
}

// fold applies one fact. One that cannot be read is skipped: whoever holds the token stays out.
func (t *tokens) fold(f hiring.Fact, revoked func(hash string)) {
	t.mu.Lock()
	_, err := t.world.Apply(f)
	token := t.world.Tokens[string(f.Ref())]
	t.mu.Unlock()
	t.position.Advance(f.Seq)
	if err == nil && token != nil && token.Revoked {
		revoked(token.Hash)
	}
}

// authenticate lets requests with a valid token pass, with their caller in the context, and counts them.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, problem := s.identify(r)
		if problem != nil {
			problem.write(w)
			return
		}
		identified(r.Context(), who)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, who)))
	})
}

// identify finds the caller of a request, or what to answer instead.
func (s *Server) identify(r *http.Request) (caller, *Problem) {
	ctx := r.Context()
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	who, ok := s.tokens.find(vault.TokenHash(token))
	if ok && who.internal() {
		return who, nil
	}
	if !ok {
		from := s.proxies.address(r)
		if s.over(ctx, "address:"+from, s.limits.Address, time.Minute) {
			return caller{}, tooMany("too many requests from this address", time.Minute)
		}
		if token != "" && s.over(ctx, "auth:"+from, s.limits.FailedAuth, time.Minute) {
			s.logger.Warn("an address is shut out for wrong tokens", "address", from)
			return caller{}, tooMany("too many wrong tokens from this address", time.Minute)
		}
		return caller{}, unauthenticated()
	}
	if s.over(ctx, "token:"+who.hash, s.limits.Token, time.Minute) {
		return caller{}, tooMany("too many requests with this token", time.Minute)
	}
	return who, nil
}

// unauthenticated is a 401.
func unauthenticated() *Problem {
	p := problemOf(hiring.Errorf(hiring.Unauthenticated, "no valid token was sent").Mend("send Authorization: Bearer and a token that is not revoked"))
	p.header.Set("WWW-Authenticate", `Bearer realm="matchday"`)
	return p
}
