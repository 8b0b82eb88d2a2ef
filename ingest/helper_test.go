package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	operator = hiring.Actor{Role: hiring.RoleOperator, Subject: "ops"}
	acme     = hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}
	rival    = hiring.Actor{Role: hiring.RoleEmployer, Subject: "Rival"}
	google   = hiring.Actor{Role: hiring.RoleProvider, Subject: "Google"}
	other    = hiring.Actor{Role: hiring.RoleProvider, Subject: "Other School"}
)

func asLearner(id string) hiring.Actor { return hiring.Actor{Role: hiring.RoleLearner, Subject: id} }

// world is a role that runs on a broker of its own.
type world struct {
	t    testing.TB
	dir  string
	log  *events.Log
	sec  *vault.Secrets
	role *Role
	stop func()
}

func start(t testing.TB) *world {
	w := &world{t: t, dir: t.TempDir()}
	s, err := natsd.Start(natsd.Options{Dir: filepath.Join(w.dir, "log"), Internal: natsd.User{Name: "internal", Password: "internal-password-1"}, MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w.log, err = events.Connect(t.Context(), events.Options{Conn: s.InProcess(), User: "internal", Password: "internal-password-1", MaxBytes: 256 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.log.Close)
	if w.sec, err = vault.Open(filepath.Join(w.dir, "secrets")); err != nil {
		t.Fatal(err)
	}
	w.role, w.stop = w.run()
	t.Cleanup(w.stop)
	return w
}

// run starts one more role on the same log, as another process would.
func (w *world) run() (*Role, func()) {
	out, err := os.OpenFile(filepath.Join(w.dir, "printed.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = out.Close() })
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r, err := New(Options{Log: w.log, Secrets: w.sec, Shelf: skills.NewShelf(w.log.OpenBlob), Logger: logger})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	select {
	case <-r.Ready():
	case err := <-done:
		w.t.Fatalf("the role ended with %v", err)
	}
	stopped := false
	return r, func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the role ended with %v", err)
		}
	}
}

func jsonl(lines ...string) []hiring.Record {
	records := make([]hiring.Record, len(lines))
	for i, l := range lines {
		records[i].Line = i + 1
		if json.Valid([]byte(l)) {
			records[i].JSON = json.RawMessage(l)
		} else {
			records[i].Text = l
		}
	}
	return records
}

// send puts lines to the role and returns its answer.
func (w *world) send(a hiring.Actor, kind hiring.ImportKind, lines ...string) hiring.Ingested {
	w.t.Helper()
	got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: a}, Kind: kind, Format: hiring.JSONLines, Records: jsonl(lines...)})
	if err != nil {
		w.t.Fatalf("importing %s: %v", kind, err)
	}
	return got
}

func (w *world) ask(q hiring.Ingest) (hiring.Ingested, error) {
	return events.Ask[hiring.Ingested](w.t.Context(), w.log, q)
}

// counts renders an answer in short, for comparing.
func counts(i hiring.Ingested) string {
	s := fmt.Sprintf("accepted %d unchanged %d rejected %d", i.Accepted, i.Unchanged, len(i.Rejects))
	for _, r := range i.Rejects {
		s += fmt.Sprintf("; line %d: %v", r.Line, &r.Error)
	}
	return s
}

func (w *world) want(got hiring.Ingested, want string) {
	w.t.Helper()
	if s := counts(got); s != want && !(strings.HasSuffix(want, "…") && strings.HasPrefix(s, strings.TrimSuffix(want, "…"))) {
		w.t.Errorf("got  %s\nwant %s", s, want)
	}
}

func (w *world) learner(id string) *hiring.Learner {
	w.role.mu.RLock()
	defer w.role.mu.RUnlock()
	return w.role.world.LearnerByID(hiring.LearnerID(id))
}

func (w *world) opening(id string) *hiring.Opening {
	w.role.mu.RLock()
	defer w.role.mu.RUnlock()
	return w.role.world.Openings[hiring.OpeningID(id)]
}

// personal unseals what the log holds of a learner.
func (w *world) personal(id string) hiring.Personal {
	w.t.Helper()
	l := w.learner(id)
	key, err := w.log.Key(w.t.Context(), l.Ref)
	if err != nil {
		w.t.Fatal(err)
	}
	p, err := w.sec.Unseal(key, l.Ref, l.Sealed)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// release puts a taxonomy of these concepts in force.
func (w *world) release(version string, concepts ...skills.Concept) (hiring.ReleasedTaxonomy, error) {
	w.t.Helper()
	var b bytes.Buffer
	for _, c := range concepts {
		if err := skills.WriteJSONL(&b, c); err != nil {
			w.t.Fatal(err)
		}
	}
	sha, err := w.log.PutBlob(w.t.Context(), &b)
	if err != nil {
		w.t.Fatal(err)
	}
	return events.Ask[hiring.ReleasedTaxonomy](w.t.Context(), w.log,
		hiring.ReleaseTaxonomy{Asked: hiring.Asked{Actor: operator}, Name: "own", Release: version, Blob: sha})
}

func code(err error) hiring.Code {
	var e *hiring.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return hiring.CodeOf(err)
}
