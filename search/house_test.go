package search

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

var (
	operator = hiring.Actor{Role: hiring.RoleOperator, Subject: "test"}
	acme     = hiring.Actor{Role: hiring.RoleRecruiter, Subject: "Acme"}
	school   = hiring.Actor{Role: hiring.RoleProvider, Subject: "Google"}
	now      = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
)

// house is a log on a real broker, with what the role needs beside it.
type house struct {
	testing.TB
	log     *events.Log
	secrets *vault.Secrets
	dir     string // of the index
	last    uint64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	internal := natsd.User{Name: "internal", Password: "internal-password-1"}
	listener := natsd.User{Name: "listener", Password: "listener-password-1"}
	s, err := natsd.Start(natsd.Options{Dir: t.TempDir(), Internal: internal, Listener: listener, MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	l, err := events.Connect(t.Context(), events.Options{Conn: s.InProcess(), User: internal.Name, Password: internal.Password, MaxBytes: 256 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	secrets, err := vault.Open(filepath.Join(t.TempDir(), "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	return &house{TB: t, log: l, secrets: secrets, dir: t.TempDir()}
}

// start runs a role until stop is called or the test ends, and waits until it is ready.
func (h *house) start() (r *Role, stop func()) {
	h.Helper()
	r, err := New(Options{Log: h.log, Secrets: h.secrets, Shelf: skills.NewShelf(h.log.OpenBlob), Dir: h.dir})
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			h.Errorf("Run: %v", err)
		}
	}
	h.Cleanup(stop)
	select {
	case <-r.Ready():
	case err := <-done:
		stopped = true
		cancel()
		h.Fatalf("Run ended before it was ready: %v", err)
	case <-time.After(20 * time.Second):
		h.Fatal("not ready after 20 s")
	}
	return r, stop
}

func (h *house) publish(subject, kind string, body any) {
	h.Helper()
	seq, err := h.log.Publish(h.Context(), events.Draft{Subject: subject, Type: kind, Source: "test", Body: body, Unfenced: true})
	if err != nil {
		h.Fatal(err)
	}
	h.last = seq
}

// learner publishes a learner with a key of their own; p is sealed with it.
func (h *house) learner(id string, p hiring.Personal, change func(*hiring.Learner)) hiring.LearnerRef {
	h.Helper()
	l := h.sealed(id, p)
	if change != nil {
		change(&l)
	}
	h.publish(hiring.LearnerSubject(l.Ref), hiring.LearnerRecorded, l)
	return l.Ref
}

func (h *house) sealed(id string, p hiring.Personal) hiring.Learner {
	h.Helper()
	l := hiring.Learner{ID: hiring.LearnerID(id), Ref: h.secrets.LearnerRef(hiring.LearnerID(id)), Visible: true, RegisteredBy: operator}
	if p == (hiring.Personal{}) {
		return l
	}
	key, err := h.log.Key(h.Context(), l.Ref)
	if hiring.CodeOf(err) == hiring.NotFound {
		if key, err = h.secrets.NewKey(); err == nil {
			err = h.log.PutKeys(h.Context(), map[hiring.LearnerRef][]byte{l.Ref: key})
		}
	}
	if err == nil {
		l.Sealed, err = h.secrets.Seal(key, l.Ref, p)
	}
	if err != nil {
		h.Fatal(err)
	}
	return l
}

func (h *house) opening(id string, change func(*hiring.Opening)) {
	h.Helper()
	o := hiring.Opening{ID: hiring.OpeningID(id), Title: "Opening " + id, Employer: "Acme"}
	change(&o)
	h.publish(hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, id)), hiring.OpeningPosted, o)
}

func (h *house) programme(id, name string, taught ...string) {
	h.Helper()
	p := hiring.Programme{ID: hiring.ProgrammeID(id), Name: name, Provider: "Google"}
	for _, s := range taught {
		p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: skill(s)})
	}
	h.publish(hiring.ProgrammeSubject(h.secrets.Ref(hiring.KindProgramme, id)), hiring.ProgrammePublished, p)
}

func skill(name string) hiring.SkillRef {
	return hiring.SkillRef{Skill: hiring.SkillID("text:" + skills.Key(name)), Name: name}
}

func held(names ...string) func(*hiring.Learner) {
	return func(l *hiring.Learner) {
		for _, n := range names {
			l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: skill(n)})
		}
	}
}

// ask puts a search and waits for the last fact published.
func (h *house) ask(q hiring.Search) (hiring.SearchAnswer, error) {
	h.Helper()
	if q.Actor.Role == "" {
		q.Actor = operator
	}
	q.After = h.last
	if q.Of == "" {
		q.Of = OfLearners
	}
	if q.At.IsZero() {
		q.At = now
	}
	return events.Ask[hiring.SearchAnswer](h.Context(), h.log, q)
}

// found returns the ids of a search's hits, sorted.
func (h *house) found(of, query string) string {
	h.Helper()
	a, err := h.ask(hiring.Search{Of: of, Query: query, Limit: 100})
	if err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	return ids(a)
}

func ids(a hiring.SearchAnswer) string {
	var list []string
	for _, hit := range a.Hits {
		list = append(list, hit.ID)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func (h *house) want(of, query, ids string) {
	h.Helper()
	if got := h.found(of, query); got != ids {
		h.Errorf("%s %s: got [%s], want [%s]", of, query, got, ids)
	}
}

func number(i int) string { return fmt.Sprintf("%04d", i) }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
