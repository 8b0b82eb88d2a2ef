package events

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchday/events/natsd"
	"matchday/hiring"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	internal = natsd.User{Name: "internal", Password: "internal-password-1"}
	listener = natsd.User{Name: "listener", Password: "listener-password-1"}
)

// broker starts a real broker on dir and stops it with the test.
func broker(t testing.TB, dir, listen string) *natsd.Server {
	t.Helper()
	s, err := natsd.Start(natsd.Options{Dir: dir, Listen: listen, Internal: internal, Listener: listener, MaxStore: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// options connect to s within the process.
func options(s *natsd.Server) Options {
	return Options{Conn: s.InProcess(), User: internal.Name, Password: internal.Password, MaxBytes: 256 << 20}
}

func connect(t testing.TB, o Options) *Log {
	t.Helper()
	l, err := Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// newLog returns a Log on a broker of its own.
func newLog(t testing.TB) *Log {
	t.Helper()
	return connect(t, options(broker(t, t.TempDir(), "")))
}

type body struct {
	N    int    `json:"n"`
	Text string `json:"text,omitempty"`
}

func draft(subject string, n int) Draft {
	return Draft{Subject: subject, Type: hiring.DayDrafted, Source: "test", Body: body{N: n}}
}

func mustPublish(t testing.TB, l *Log, d Draft) uint64 {
	t.Helper()
	seq, err := l.Publish(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func number(t testing.TB, f hiring.Fact) int {
	t.Helper()
	var b body
	if err := json.Unmarshal(f.Data, &b); err != nil {
		t.Fatal(err)
	}
	return b.N
}

// within fails the test when ch yields nothing for a long time.
func within[T any](t testing.TB, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// background runs fn until the returned stop is called, which waits for it and fails the test on an error.
func background(t testing.TB, what string, fn func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := within(t, done, what+" to stop"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func subject(i int) string { return fmt.Sprintf("fact.day.d%d", i) }
