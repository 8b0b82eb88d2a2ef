package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"matchday/hiring"
)

// secureHeaders sets what every answer carries. Pages that the API does not serve set a policy of their own.
func secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// crossOrigin refuses what a page of another site makes a browser send.
func (s *Server) crossOrigin() (func(http.Handler) http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if s.base.Host != "" {
		if err := protection.AddTrustedOrigin(s.base.Scheme + "://" + s.base.Host); err != nil {
			return nil, fmt.Errorf("web: the base URL is no origin: %w", err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { crossSite().write(w) }))
	return protection.Handler, nil
}

// crossSite is the refusal of a request that another site's page made.
func crossSite() *Problem {
	return problemOf(hiring.Errorf(hiring.Forbidden, "the request comes from a page of another site").Mend("open the page here and send it from there"))
}

// recoverer turns a panic into a problem, where nothing was sent yet, and logs it.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := &sentWriter{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			s.logger.Error("a handler panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			if !sent.sent {
				problemOf(hiring.Errorf(hiring.Internal, "")).write(w)
			}
		}()
		next.ServeHTTP(sent, r)
	})
}

// writes refuses requests that write while the log takes no writes, before they cost anything and without a long wait.
func (s *Server) writes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasPrefix(r.URL.Path, "/v1/skills/")
		if !reads && s.writable() != nil {
			early(w, r, problemOf(fullLog()).write)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fullLog is the refusal of a write that cannot be kept.
func fullLog() error {
	return hiring.Errorf(hiring.Unavailable, "the log takes no writes at the moment").Mend("try again later; the operator has to free disk space")
}

// sentWriter remembers whether anything was sent, and with which status.
type sentWriter struct {
	http.ResponseWriter
	sent   bool
	status int
}

// WriteHeader sends the status.
func (w *sentWriter) WriteHeader(code int) {
	if w.sent = true; code >= 200 {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write sends part of the body.
func (w *sentWriter) Write(b []byte) (int, error) {
	w.sent = true
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController what it needs.
func (w *sentWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// deadlines gives every request a time for its body to arrive and for its answer to be written; imports and streams renew theirs. A
// writer without deadlines (in tests) goes on without.
//
// The time to arrive ends with the body: net/http goes on reading, to learn that the caller left, and would take a deadline that
// passes then for just that and cancel the request.
func (s *Server) deadlines(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control, now := http.NewResponseController(w), time.Now()
		_ = control.SetWriteDeadline(now.Add(s.limits.ReadTimeout + 2*s.limits.Handler))
		if r.Body != nil && r.Body != http.NoBody {
			_ = control.SetReadDeadline(now.Add(s.limits.ReadTimeout))
			r.Body = &arrivingBody{ReadCloser: r.Body, arrived: func() { _ = control.SetReadDeadline(time.Time{}) }}
		}
		next.ServeHTTP(w, r)
	})
}

// arrivingBody tells when it was read to its end.
type arrivingBody struct {
	io.ReadCloser
	arrived func()
	whole   bool
}

// Read reads.
func (b *arrivingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.whole = true
		b.arrived()
	}
	return n, err
}
