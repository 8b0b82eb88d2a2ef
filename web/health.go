package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"matchday/events"
	"matchday/hiring"
)

const (
	probeTime = 2 * time.Second // for the log and each role to answer
	probeKeep = time.Second     // how long an answer is used again
)

// health is what runs.
type health struct {
	Ready    bool            `json:"ready"`
	Log      bool            `json:"log"`
	Roles    map[string]bool `json:"roles"`
	Position uint64          `json:"position"`
	Version  string          `json:"version,omitempty"`
}

// probe asks the log and each role whether they answer, once a second at most however many ask.
type probe struct {
	log *events.Log
	now func() time.Time

	mu   sync.Mutex
	last health
	at   time.Time
}

// look returns what runs.
func (p *probe) look(ctx context.Context) health {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.at.IsZero() && time.Since(p.at) < probeKeep {
		return p.last
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTime)
	defer cancel()
	p.last, p.at = p.ask(ctx), time.Now()
	return p.last
}

func (p *probe) ask(ctx context.Context) health {
	who := hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleOperator, Subject: "web"}}
	asks := map[string]func() error{
		"ingest": func() error {
			return answers[hiring.ResolvedSkills](ctx, p.log, hiring.ResolveSkills{Asked: who, Limit: 1})
		},
		"search": func() error {
			return answers[hiring.SearchAnswer](ctx, p.log, hiring.Search{Asked: who, Of: "openings", Limit: 1, At: p.now()})
		},
		"match": func() error {
			return answers[hiring.OpeningList](ctx, p.log, hiring.ListOpenings{Asked: who, Limit: 1})
		},
		"interview": func() error { return answers[hiring.InvitationView](ctx, p.log, hiring.ViewInvitation{Asked: who}) },
	}
	h := health{Roles: map[string]bool{}}
	var mu sync.Mutex
	var group sync.WaitGroup
	for role, ask := range asks {
		group.Go(func() {
			up := ask() == nil
			mu.Lock()
			defer mu.Unlock()
			h.Roles[role] = up
		})
	}
	h.Log = p.log.Healthy(ctx) == nil
	if end, err := p.log.End(ctx); err == nil {
		h.Position = end
	}
	group.Wait()
	h.Ready = h.Log
	for _, up := range h.Roles {
		h.Ready = h.Ready && up
	}
	return h
}

// answers returns nil when the question was answered, be it with a refusal.
func answers[A any, Q events.Question](ctx context.Context, log *events.Log, q Q) error {
	_, err := events.Ask[A](ctx, log, q)
	switch hiring.CodeOf(err) {
	case hiring.Unavailable, hiring.Internal:
		return err
	}
	return nil
}

// alive answers that the process runs.
func (s *Server) alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readiness answers 200 when the log takes writes, every role answers and tokens are known here; 503 otherwise.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	h := s.look(r.Context())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !h.Ready {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(h) // the caller may be gone
}

func (s *Server) look(ctx context.Context) health {
	h := s.probe.look(ctx)
	h.Version = s.version
	if s.writable() != nil {
		h.Ready, h.Log = false, false
	}
	select {
	case <-s.Ready():
	default:
		h.Ready = false
	}
	return h
}
