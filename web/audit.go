package web

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/hiring"
)

const (
	auditQueue = 4096 // refusals that wait to be written; more than these are only counted
	auditPage  = 500  // written at once
	auditPause = 200 * time.Millisecond
)

// audit writes down who was refused what, beside the requests: a flood of them must not wait for the disk, and not fill it. Refusals
// beyond what it can write are counted and logged.
type audit struct {
	waiting chan hiring.Refusal
	lost    atomic.Int64
}

func newAudit() *audit { return &audit{waiting: make(chan hiring.Refusal, auditQueue)} }

func (a *audit) note(r hiring.Refusal) {
	select {
	case a.waiting <- r:
	default:
		a.lost.Add(1)
	}
}

// run writes down what was noted until ctx ends, and then the rest: the end spares what is under way.
func (a *audit) run(ctx context.Context, s *Server) {
	for {
		select {
		case r := <-a.waiting:
			a.write(context.WithoutCancel(ctx), s, a.page(ctx, r))
		case <-ctx.Done():
			for len(a.waiting) > 0 {
				a.write(context.WithoutCancel(ctx), s, a.page(ctx, <-a.waiting))
			}
			return
		}
	}
}

// page collects for a moment, so that many refusals share one write.
func (a *audit) page(ctx context.Context, first hiring.Refusal) []hiring.Refusal {
	page := []hiring.Refusal{first}
	enough := time.After(auditPause)
	for len(page) < auditPage {
		select {
		case r := <-a.waiting:
			page = append(page, r)
			continue
		default:
		}
		select {
		case r := <-a.waiting:
			page = append(page, r)
		case <-enough:
			return page
		case <-ctx.Done():
			return page
		}
	}
	return page
}

func (a *audit) write(ctx context.Context, s *Server, page []hiring.Refusal) {
	if n := a.lost.Swap(0); n > 0 {
		s.logger.Warn("more was refused than can be written down", "lost", n)
	}
	if err := s.log.Audit(ctx, page); err != nil {
		s.logger.Warn("refusals were not written down", "number", len(page), "error", err)
	}
}

// witness learns who a request turned out to come from.
type witness struct{ who caller }

type witnessKey struct{}

// identified tells the audit of a request who sent it.
func identified(ctx context.Context, who caller) {
	if w, ok := ctx.Value(witnessKey{}).(*witness); ok {
		w.who = who
	}
}

// audited notes every request to a known address that is refused.
func (s *Server) audited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, seen := &sentWriter{ResponseWriter: w}, &witness{}
		r = r.WithContext(context.WithValue(r.Context(), witnessKey{}, seen))
		next.ServeHTTP(sent, r)
		route := chi.RouteContext(r.Context()).RoutePattern()
		if sent.status < 400 || sent.status >= 500 || route == "" || route == "/*" {
			return
		}
		s.audit.note(hiring.Refusal{
			Time: s.now().UTC(), Role: seen.who.Role, Token: seen.who.short(), Method: r.Method, Route: route, Status: sent.status,
		})
	})
}

type auditInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"10000" default:"100"`
}

// Refusals are requests that were refused.
type Refusals struct {
	Refusals []hiring.Refusal `json:"refusals" doc:"The newest first"`
}

func (s *Server) refusals(ctx context.Context, who caller, in *auditInput) (*reply[Refusals], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	list, err := s.log.Refusals(ctx, in.Limit)
	if err != nil {
		return nil, err
	}
	return answer(Refusals{Refusals: append([]hiring.Refusal{}, list...)}), nil
}
