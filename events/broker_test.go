package events

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

func TestRestartKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	s := broker(t, dir, "")
	l := connect(t, options(s))
	seq := mustPublish(t, l, draft("fact.day.a", 1))
	if err := l.PutKeys(t.Context(), map[hiring.LearnerRef][]byte{"l1": []byte("k")}); err != nil {
		t.Fatal(err)
	}
	sha, err := l.PutBlob(t.Context(), strings.NewReader("blob"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.PublishRanking(t.Context(), "match.opening.o1", hiring.Ranking{}, 4); err != nil {
		t.Fatal(err)
	}
	l.Close()
	s.Close()
	l = connect(t, options(broker(t, dir, "")))
	if f, err := l.Last(t.Context(), "fact.day.a"); err != nil || f.Seq != seq {
		t.Errorf("the fact: %+v, %v", f, err)
	}
	if k, err := l.Key(t.Context(), "l1"); err != nil || string(k) != "k" {
		t.Errorf("the key: %q, %v", k, err)
	}
	if r, err := l.OpenBlob(t.Context(), sha); err != nil {
		t.Errorf("the blob: %v", err)
	} else {
		r.Close()
	}
	if n, err := l.RankedThrough(t.Context()); err != nil || n != 4 {
		t.Errorf("RankedThrough = %d, %v", n, err)
	}
	next := draft("fact.day.a", 2)
	next.Expect = seq
	if again := mustPublish(t, l, next); again != seq+1 {
		t.Errorf("the sequence goes on at %d", again)
	}
}

func TestALostLogIsNotMadeAgain(t *testing.T) {
	for name, external := range map[string]bool{"our broker": false, "a broker elsewhere": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := broker(t, dir, "127.0.0.1:0")
			o := options(s)
			l := connect(t, o)
			mustPublish(t, l, draft("fact.day.a", 1))
			l.Close()
			s.Close()
			if err := os.RemoveAll(filepath.Join(dir, "jetstream", "$G", "streams", factsStream)); err != nil {
				t.Fatal(err)
			}
			s = broker(t, dir, "127.0.0.1:0")
			o = options(s)
			if external {
				o.Conn, o.URL = nil, "nats://"+s.Addr()
			}
			if _, err := Connect(t.Context(), o); err == nil || !strings.Contains(err.Error(), "is gone") {
				t.Errorf("Connect: %v", err)
			}
		})
	}
}

func TestOtherSettingsAreRefused(t *testing.T) {
	s := broker(t, t.TempDir(), "")
	connect(t, options(s))
	o := options(s)
	o.MaxBytes *= 2
	if _, err := Connect(t.Context(), o); err == nil || !strings.Contains(err.Error(), "other settings") {
		t.Errorf("Connect: %v", err)
	}
}

// A log made when only invitations were published again keeps its facts and publishes days too.
func TestOlderLogPublishesDays(t *testing.T) {
	s := broker(t, t.TempDir(), "")
	o := options(s)
	l := connect(t, o)
	mustPublish(t, l, draft("fact.day.a", 1))
	old := factsConfig(o)
	old.RePublish = &jetstream.RePublish{Source: "fact.invitation.>", Destination: "invitation.>"}
	if _, err := l.js.UpdateStream(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	l.Close()
	l = connect(t, o)
	if f, err := l.Last(t.Context(), "fact.day.a"); err != nil || f.Seq != 1 {
		t.Errorf("the old fact: %+v, %v", f, err)
	}
	seen := make(chan *nats.Msg, 1)
	if _, err := l.nc.ChanSubscribe("day.>", seen); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, l, draft("fact.day.b", 2))
	if m := within(t, seen, "a day"); m.Subject != "day.b" {
		t.Errorf("saw %s", m.Subject)
	}
	o.MaxBytes += o.MaxBytes / 2
	if _, err := Connect(t.Context(), o); err == nil || !strings.Contains(err.Error(), "other settings") {
		t.Errorf("with another size: %v", err)
	}
}

func TestConnectWaitsOnlySoLong(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Connect(ctx, Options{URL: "nats://127.0.0.1:1"}); err == nil {
		t.Error("connected to nothing")
	}
	s := broker(t, t.TempDir(), "127.0.0.1:0")
	if _, err := Connect(t.Context(), Options{URL: "nats://" + s.Addr(), User: "internal", Password: "wrong"}); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("with a wrong password: %v", err)
	}
}

// TestListenerSeesWhatWasStored is attack 53: a listener sees invitations, and nothing that the broker refused, and may do nothing.
func TestListenerSeesWhatWasStored(t *testing.T) {
	s := broker(t, t.TempDir(), "127.0.0.1:0")
	l := connect(t, options(s))
	violations := make(chan error, 10)
	outsider, err := nats.Connect("nats://"+s.Addr(), nats.UserInfo(listener.Name, listener.Password),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { violations <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer outsider.Close()
	seen := make(chan *nats.Msg, 10)
	if _, err := outsider.ChanSubscribe("invitation.>", seen); err != nil {
		t.Fatal(err)
	}
	days := make(chan *nats.Msg, 10)
	if _, err := outsider.ChanSubscribe("day.>", days); err != nil {
		t.Fatal(err)
	}
	if err := outsider.Flush(); err != nil {
		t.Fatal(err)
	}
	stored := draft("fact.invitation.d1.o1.l1", 1)
	mustPublish(t, l, stored)
	if _, err := l.Publish(t.Context(), draft("fact.invitation.d1.o1.l1", 2)); !errors.Is(err, ErrStale) {
		t.Fatalf("not refused: %v", err)
	}
	if _, err := l.PublishBatch(t.Context(), []Draft{draft("fact.invitation.d1.o1.l2", 3), draft("fact.invitation.d1.o1.l1", 4)}); !errors.Is(err, ErrStale) {
		t.Fatalf("not refused: %v", err)
	}
	mustPublish(t, l, draft("fact.day.d1", 5))
	mustPublish(t, l, draft("fact.invitation.d1.o1.l3", 6))
	for _, want := range []string{"invitation.d1.o1.l1", "invitation.d1.o1.l3"} {
		m := within(t, seen, "an invitation")
		if m.Subject != want || first(m.Header, ceType) != stored.Type {
			t.Errorf("saw %s %v, not %s", m.Subject, m.Header, want)
		}
	}
	if m := within(t, days, "a day"); m.Subject != "day.d1" || first(m.Header, ceType) != stored.Type {
		t.Errorf("saw %s %v, not day.d1", m.Subject, m.Header)
	}
	for _, subject := range []string{"fact.>", ">", "key.>", "_INBOX.x", "$JS.API.>"} {
		if _, err := outsider.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		if err := within(t, violations, "the refusal of "+subject); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("subscribing to %s: %v", subject, err)
		}
	}
	for _, subject := range []string{"fact.day.x", "invitation.d1.o1.l9", "$JS.API.STREAM.INFO.FACTS", "ask.search"} {
		if err := outsider.Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
		if err := within(t, violations, "the refusal of "+subject); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("publishing to %s: %v", subject, err)
		}
	}
	if len(seen) > 0 {
		t.Errorf("saw %s too", (<-seen).Subject)
	}
}

func TestTail(t *testing.T) {
	l := newLog(t)
	subjects := make(chan string, 100)
	background(t, "Tail", func(ctx context.Context) error {
		return l.Tail(ctx, "invitation.>", func(subject string, h map[string][]string, data []byte) error {
			if len(h[ceType]) != 1 || len(data) == 0 {
				t.Errorf("%s: %v %s", subject, h, data)
			}
			subjects <- subject
			return nil
		})
	})
	for i := 0; ; i++ { // until the subscription is there
		d := draft("fact.invitation.d1.o1.l1", i)
		d.Unfenced = true
		mustPublish(t, l, d)
		select {
		case s := <-subjects:
			if s != "invitation.d1.o1.l1" {
				t.Errorf("saw %s", s)
			}
			return
		default:
		}
	}
}

// Several processes that start at once on a broker that nobody used agree on one log.
func TestManyStartAtOnce(t *testing.T) {
	for range 5 {
		o := options(broker(t, t.TempDir(), ""))
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				l, err := Connect(t.Context(), o)
				if err != nil {
					t.Errorf("connecting: %v", err)
					return
				}
				l.Close()
			})
		}
		all.Wait()
	}
}
