package matcher

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

// broker is a real one, in this process.
type broker struct {
	server  *natsd.Server
	secrets *vault.Secrets
	log     *events.Log
}

func startBroker(t testing.TB) *broker {
	t.Helper()
	dir := t.TempDir()
	server, err := natsd.Start(natsd.Options{Dir: filepath.Join(dir, "log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	secrets, err := vault.Open(filepath.Join(dir, "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	b := &broker{server: server, secrets: secrets}
	b.log = b.connect(t)
	return b
}

func (b *broker) connect(t testing.TB) *events.Log {
	t.Helper()
	log, err := events.Connect(t.Context(), events.Options{Conn: b.server.InProcess()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Close)
	return log
}

// put publishes entities' states and returns the last sequence.
func (b *broker) put(t testing.TB, entities ...any) (seq uint64) {
	t.Helper()
	for _, e := range entities {
		f := fact(t, e)
		var err error
		seq, err = b.log.Publish(t.Context(), events.Draft{Subject: f.Subject, Type: f.Type, Source: "test", Body: e, Unfenced: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	return seq
}

// run starts a matcher and waits until it is ready. stop ends it and waits.
func (b *broker) run(t testing.TB, log *events.Log) (m *Matcher, stop func()) {
	t.Helper()
	m, err := New(Options{Log: log, Secrets: b.secrets, Shelf: skills.NewShelf(log.OpenBlob), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	select {
	case <-m.Ready():
	case err := <-done:
		t.Fatalf("matcher ended before it was ready: %v", err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping the matcher: %v", err)
		}
	}
	t.Cleanup(stop)
	return m, stop
}

// sent is a ranking as a subscriber saw it.
type sent struct {
	subject string
	trigger uint64
	hiring.Ranking
}

// watch returns every ranking sent from now on. Call it before any matcher runs.
func (b *broker) watch(t testing.TB) <-chan sent {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	seen := make(chan sent, 1000)
	log, ended := b.connect(t), make(chan error, 1)
	go func() {
		ended <- log.Tail(ctx, "match.>", func(subject string, header map[string][]string, data []byte) error {
			s := sent{subject: subject}
			if v := header["Matchday-Trigger"]; len(v) > 0 {
				s.trigger, _ = strconv.ParseUint(v[0], 10, 64)
			}
			if err := json.Unmarshal(data, &s.Ranking); err != nil {
				return err
			}
			seen <- s
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("watching rankings: %v", err)
		}
	})
	b.probe(t, seen)
	return seen
}

// probe sends rankings that nothing caused until one is seen: a plain subscription does not say when it stands.
func (b *broker) probe(t testing.TB, seen chan sent) {
	t.Helper()
	for n := 1; ; n++ {
		subject := "match.opening.probe" + strconv.Itoa(n)
		if err := b.log.PublishRanking(t.Context(), subject, hiring.Ranking{}, 0); err != nil {
			t.Fatal(err)
		}
		timer := time.NewTimer(50 * time.Millisecond)
		select {
		case s := <-seen:
			for s.subject != subject {
				s = <-seen
			}
			return
		case <-timer.C:
		}
	}
}

// until collects what is sent up to the ranking with this trigger.
func until(t testing.TB, seen <-chan sent, trigger uint64) []sent {
	t.Helper()
	var list []sent
	late := time.After(20 * time.Second)
	for {
		select {
		case s := <-seen:
			if list = append(list, s); s.trigger == trigger {
				return list
			}
		case <-late:
			t.Fatalf("no ranking for fact %d; saw %d others", trigger, len(list))
		}
	}
}
