package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// Limits bound what one caller may take. Counts are per minute unless said otherwise; they are kept in the cache, so they hold
// over several processes where it is shared, and are forgotten with it.
type Limits struct {
	// Token bounds requests with a valid token; 6,000. The process's own token is not counted. Address bounds, by address, pages, and
	// apart from them requests to the API without a valid token; 12,000. Behind a proxy all share an address: what strangers send
	// must not be counted against those who hold a token.
	Token, Address int64
	// FailedAuth bounds wrong tokens by address; 10. Beyond it they are answered 429. Valid tokens go on working, so that one
	// stranger behind a shared address does not shut out the rest.
	FailedAuth int64
	// Misses bounds answers "not found" by token; 120. It stops those who try ids one after the other.
	Misses int64
	// RareSearches bounds, by the hour and token, an employer's searches that find fewer than ten learners; 60.
	RareSearches int64
	// Streams is how many event streams a token may hold open at once, in this process; 20. AllStreams is how many all may; 10,000.
	Streams, AllStreams int
	// Body bounds a request's body in bytes, imports aside; 256 KB. Form bounds a page's form; 16 KB.
	Body, Form int64
	// ReadTimeout is how long a body, or a chunk of an import, may take to arrive; 20 s.
	ReadTimeout time.Duration
	// Handler is how long a request may take; 30 s. Imports and streams are exempt.
	Handler time.Duration
	// Heartbeat is the silence after which a stream sends a comment; 15 s. StreamWrite is how long a reader may take to accept
	// one event; 10 s.
	Heartbeat, StreamWrite time.Duration
}

func (l Limits) withDefaults() Limits {
	or(&l.Token, 6_000)
	or(&l.Address, 12_000)
	or(&l.FailedAuth, 10)
	or(&l.Misses, 120)
	or(&l.RareSearches, 60)
	or(&l.Streams, 20)
	or(&l.AllStreams, 10_000)
	or(&l.Body, 256<<10)
	or(&l.Form, 16<<10)
	or(&l.ReadTimeout, 20*time.Second)
	or(&l.Handler, 30*time.Second)
	or(&l.Heartbeat, 15*time.Second)
	or(&l.StreamWrite, 10*time.Second)
	return l
}

// or sets a zero value to its default.
func or[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

// over counts one event under key and reports whether there were more than limit within window. A cache that fails counts
// nothing: limits then do not hold, answers do.
func (s *Server) over(ctx context.Context, key string, limit int64, window time.Duration) bool {
	n, err := s.cache.Count(ctx, key, window)
	if err != nil {
		s.logger.Warn("counting requests failed", "error", err)
		return false
	}
	return n > limit
}

// tooMany is the refusal of a rate limit.
func tooMany(what string, wait time.Duration) *Problem {
	p := problemOf(hiring.Errorf(hiring.TooMany, "%s", what).Mend("wait and try again"))
	p.retryAfter(wait)
	return p
}

// proxies are the networks of the proxies in front of this server, whose word on whom they speak for is taken.
type proxies []netip.Prefix

func (p proxies) hold(ip netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(ip) })
}

// address returns whom to count a request against: the peer of the connection, an IPv6 one by its /64. Behind a trusted proxy it is
// the last hop of X-Forwarded-For that is no trusted proxy itself. Anybody can write that header, so from others it is ignored, and
// so is all that stands before the first hop that no trusted proxy vouches for.
func (p proxies) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.hold(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap().WithZone("")
	}
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
