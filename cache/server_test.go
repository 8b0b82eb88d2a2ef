package cache

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// server is a real redis-server of its own on a socket in a temporary directory.
type server struct {
	t      *testing.T
	socket string
	url    string
	admin  *redis.Client
	args   []string
	cmd    *exec.Cmd
}

// startRedis starts a server; without the program the test is skipped, and fails where CI is set.
func startRedis(t *testing.T, args ...string) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed, and CI must test against it")
		}
		t.Skip("SKIPPED: redis-server is not installed; install it to test the cache against Redis")
	}
	dir, err := os.MkdirTemp("", "redis") // t.TempDir's path may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "redis.sock")
	s := &server{t: t, socket: socket, url: "unix://" + socket, args: args}
	s.admin = redis.NewClient(&redis.Options{
		Network: "unix", Addr: socket, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	t.Cleanup(func() { _ = s.admin.Close() })
	s.start()
	t.Cleanup(s.stop)
	return s
}

// start runs the server and returns once it accepts connections.
func (s *server) start() {
	s.t.Helper()
	args := append([]string{
		"--port", "0", "--unixsocket", s.socket, "--dir", filepath.Dir(s.socket), "--save", "", "--appendonly", "no",
	}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() {
				for lines.Scan() { // so that it never blocks on a full pipe
				}
			}()
			return
		}
	}
	s.t.Fatal("redis-server ended before it was ready")
}

// stop ends the server at once; stopping twice is no error.
func (s *server) stop() {
	s.t.Helper()
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Error(err)
	}
	_ = s.cmd.Wait() // it was killed
	s.cmd = nil
}

// keys returns all keys with what their type is.
func (s *server) keys() map[string]string {
	s.t.Helper()
	names, err := s.admin.Keys(s.t.Context(), "*").Result()
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		all[name] = s.admin.Type(s.t.Context(), name).Val()
	}
	return all
}

// do runs a command that must succeed.
func (s *server) do(args ...any) {
	s.t.Helper()
	if err := s.admin.Do(s.t.Context(), args...).Err(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) ttl(key string) time.Duration {
	s.t.Helper()
	return s.admin.PTTL(s.t.Context(), key).Val()
}
