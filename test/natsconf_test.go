package test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"matchday/events"
)

// composeNATS starts the server of docker-compose.yml, as its configuration file says, on a free port.
func composeNATS(t *testing.T, password, listener string) *server.Server {
	t.Helper()
	t.Setenv("MATCHDAY_NATS_PASSWORD", password)
	t.Setenv("MATCHDAY_LISTENER_PASSWORD", listener)
	o, err := server.ProcessConfigFile(filepath.Join("..", "docker", "nats.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if !o.JetStream || !o.SyncAlways || o.StoreDir != "/data" || o.JetStreamMaxStore <= 0 || o.MaxPayload != 8<<20 {
		t.Errorf("JetStream %v, synced %v, in %q up to %d, payload %d", o.JetStream, o.SyncAlways, o.StoreDir, o.JetStreamMaxStore, o.MaxPayload)
	}
	if o.HTTPHost != "127.0.0.1" || o.HTTPPort == 0 {
		t.Errorf("monitoring listens on %q:%d", o.HTTPHost, o.HTTPPort)
	}
	o.Host, o.Port, o.HTTPPort, o.StoreDir, o.NoSigs, o.NoLog = "127.0.0.1", server.RANDOM_PORT, 0, t.TempDir(), true, true
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	return s
}

// The roles can declare their streams on the server that compose starts, and nobody can without a password.
func TestComposeNATSServesTheRoles(t *testing.T) {
	s := composeNATS(t, "p1internal", "p2listener")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	log, err := events.Connect(ctx, events.Options{URL: s.ClientURL(), User: "internal", Password: "p1internal", MaxBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := log.Healthy(ctx); err != nil {
		t.Error(err)
	}
	for _, login := range [][2]string{{"", ""}, {"internal", ""}, {"internal", "p2listener"}, {"listener", "p1internal"}} {
		nc, err := nats.Connect(s.ClientURL(), nats.UserInfo(login[0], login[1]))
		if err == nil {
			nc.Close()
			t.Errorf("%q got in with %q", login[0], login[1])
		}
	}
}

// Attack 53: a listener publishes, or reads what is not an invitation.
func TestComposeNATSAttack53ListenersOnlyListen(t *testing.T) {
	s := composeNATS(t, "p1internal", "p2listener")
	violations := make(chan error, 10)
	nc, err := nats.Connect(s.ClientURL(), nats.UserInfo("listener", "p2listener"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { violations <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for _, subject := range []string{"invitation.>", "day.>"} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil || len(violations) > 0 {
		t.Errorf("invitation.> or day.> is refused: %v", err)
	}
	for what, attempt := range map[string]func() error{
		"fact.>":         func() error { _, err := nc.SubscribeSync("fact.>"); return err },
		"$JS.API.>":      func() error { _, err := nc.SubscribeSync("$JS.API.>"); return err },
		"invitation.x":   func() error { return nc.Publish("invitation.x", nil) },
		"$JS.API.STREAM": func() error { return nc.Publish("$JS.API.STREAM.PURGE.FACTS", nil) },
	} {
		if err := attempt(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-violations:
			if !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
				t.Errorf("%s: %v", what, err)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s is allowed", what)
		}
	}
}

// Passwords made as .env.example says are taken as they are. (Digits alone would be read as a number.)
func TestComposeNATSTakesThePasswordsThatTheExampleAdvises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		password := "p" + rapid.StringMatching(`[0-9a-f]{48}`).Draw(r, "password")
		t.Setenv("MATCHDAY_NATS_PASSWORD", password)
		t.Setenv("MATCHDAY_LISTENER_PASSWORD", "p"+password)
		o, err := server.ProcessConfigFile(filepath.Join("..", "docker", "nats.conf"))
		if err != nil {
			r.Fatal(err)
		}
		if len(o.Users) != 2 || o.Users[0].Password != password || o.Users[1].Password != "p"+password {
			r.Fatalf("users: %+v", o.Users)
		}
	})
}

func TestComposeNATSNeedsItsPasswords(t *testing.T) {
	t.Setenv("MATCHDAY_NATS_PASSWORD", "p1internal")
	if o, err := server.ProcessConfigFile(filepath.Join("..", "docker", "nats.conf")); err == nil {
		t.Errorf("it starts without the listener's password: %+v", o.Users)
	}
}
