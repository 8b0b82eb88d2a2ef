package natsd

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func refused(t *testing.T, o Options, why string) {
	t.Helper()
	s, err := Start(o)
	if err == nil {
		s.Close()
		t.Fatalf("started, though %s", why)
	}
	if !strings.Contains(err.Error(), why) {
		t.Errorf("the error does not say %q: %v", why, err)
	}
}

func TestStartListensNowhereByDefault(t *testing.T) {
	s := start(t, Options{Dir: t.TempDir()})
	if s.Addr() != "" {
		t.Errorf("listens on %s", s.Addr())
	}
	if err := s.Healthy(); err != nil {
		t.Error(err)
	}
	conn, err := s.InProcess().InProcessConn()
	if err != nil {
		t.Fatal(err)
	}
	info := make([]byte, 4)
	if _, err := conn.Read(info); err != nil || string(info) != "INFO" {
		t.Errorf("the server greets with %q, %v", info, err)
	}
	conn.Close()
	s.Close()
	if err := s.Healthy(); err == nil {
		t.Error("a closed server calls itself healthy")
	}
	s.Close()
}

func TestStartListensWhereAsked(t *testing.T) {
	users := Options{Internal: User{"internal", strings.Repeat("i", 16)}, Listener: User{"listener", strings.Repeat("l", 16)}}
	o := users
	o.Dir, o.Listen = t.TempDir(), "127.0.0.1:0"
	s := start(t, o)
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	for listen, why := range map[string]string{"nowhere": "address to listen on", "127.0.0.1:x": "port", "127.0.0.1:70000": "port"} {
		o.Dir, o.Listen = t.TempDir(), listen
		refused(t, o, why)
	}
}

// TestStartRefusesWeakPasswords is attack 58.
func TestStartRefusesWeakPasswords(t *testing.T) {
	strong := User{"internal", strings.Repeat("i", 16)}
	for _, o := range []Options{
		{},
		{Internal: User{Name: "internal"}},
		{Internal: User{"internal", "short"}},
		{Internal: strong, Listener: User{"listener", "short"}},
	} {
		o.Dir, o.Listen = t.TempDir(), "127.0.0.1:0"
		refused(t, o, "password")
	}
}

func TestAFolderHasOneServer(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	refused(t, Options{Dir: dir}, "in use by process")
	refused(t, Options{}, "needs a folder")
	s.Close()
	start(t, Options{Dir: dir})
}

func TestVanishedStreamsAreRefused(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	if s.InProcess().Initialised() {
		t.Error("a new folder counts as initialised")
	}
	for range 2 {
		if err := s.InProcess().MarkInitialised(); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	refused(t, Options{Dir: dir}, "streams are gone")
	if err := os.Remove(filepath.Join(dir, "initialised")); err != nil { // as the error says
		t.Fatal(err)
	}
	start(t, Options{Dir: dir})
}

func TestStartNeedsAFolderItCanWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, Options{Dir: file}, "folder")
}

func TestWarningsReachTheLog(t *testing.T) {
	var b bytes.Buffer
	l := &slogger{slog.New(slog.NewTextHandler(&b, nil))}
	l.Noticef("started %d", 1)
	l.Debugf("x")
	l.Tracef("x")
	l.Warnf("disk %s", "full")
	l.Errorf("broken")
	l.Fatalf("dead")
	if got := b.String(); strings.Contains(got, "started") || !strings.Contains(got, "broker: disk full") || strings.Count(got, "level=ERROR") != 2 {
		t.Errorf("logged %s", got)
	}
}
