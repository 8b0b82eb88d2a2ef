package test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Killed in the middle of an import, nothing that was acknowledged is missing, and importing again doubles nothing.
func TestKillDuringImport(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	serve := func() (*process, *installation) {
		p := run(t, path, "serve", os.Environ(), "serve", "--data", data, "--listen", "127.0.0.1:0")
		p.wait(t, "serves ")
		return p, &installation{t: t, url: p.said("serves "), token: secretsOf(t, data).OperatorToken(), data: data}
	}
	const chunk, chunks = 200, 40
	lines := func(c int) string {
		var b strings.Builder
		for i := range chunk {
			fmt.Fprintf(&b, `{"id":"l-%04d","skills":[{"name":"SQL"}]}`+"\n", c*chunk+i)
		}
		return b.String()
	}
	p, in := serve()
	acknowledged := 0
	next, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		<-next
		_ = p.cmd.Process.Kill()
	}()
	for c := range chunks {
		if c == 3 {
			close(next) // while this chunk is under way; where in it, nobody chose
		}
		a, err := in.try("POST", "/v1/imports/learners", lines(c))
		if err != nil || a.status != 200 {
			break
		}
		var s summary
		if json.Unmarshal(a.body, &s) != nil || s.Accepted != chunk {
			t.Fatalf("chunk %d: %s", c, a.body)
		}
		acknowledged += chunk
	}
	<-killed
	_ = p.cmd.Wait()
	<-p.done
	if acknowledged < 3*chunk || acknowledged == chunk*chunks {
		t.Fatalf("killed after %d of %d learners were acknowledged: the test shows nothing", acknowledged, chunk*chunks)
	}

	p, in = serve()
	var unchanged, accepted int
	for c := range chunks {
		s := in.load("learners", lines(c))
		unchanged, accepted = unchanged+s.Unchanged, accepted+s.Accepted
	}
	if unchanged < acknowledged || unchanged+accepted != chunk*chunks {
		t.Errorf("%d were acknowledged, %d were still there, %d came anew", acknowledged, unchanged, accepted)
	}
	if s := in.load("learners", lines(0)); s.Unchanged != chunk {
		t.Errorf("a third time: %+v", s)
	}
	p.stop(t)
	out, err := exec.Command(path, "search", "learners", `skill:"SQL"`, "--limit", "1", "--data", data).Output()
	var found struct{ Total int }
	if err != nil || json.Unmarshal(out, &found) != nil || found.Total != chunk*chunks {
		t.Errorf("searching finds %s (%v), want %d", out, err, chunk*chunks)
	}
}

// A second process on one data directory refuses to start with status 4, and so does one whose secret is gone.
func TestRefusalsToStart(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	p := run(t, path, "serve", os.Environ(), "serve", "--data", data, "--listen", "127.0.0.1:0")
	p.wait(t, "serves ")
	refused := func(what, says string, args ...string) {
		t.Helper()
		if len(args) == 0 {
			args = []string{"match", "--all"}
		}
		out, err := exec.Command(path, append(args, "--data", data)...).CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 4 || !strings.Contains(string(out), says) { //nolint:errorlint // Run returns it unwrapped
			t.Errorf("%s: %v %s", what, err, out)
		}
	}
	refused("a second process", "works on "+data+"; stop it, or talk to it with --server")
	refused("a second serve, though its port is free", "works on "+data, "serve", "--listen", "127.0.0.1:0")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	refused("a second serve on a port that is taken", "works on "+data, "serve", "--listen", taken.Addr().String())
	p.stop(t)
	secrets := filepath.Join(data, "secrets")
	if err := os.Chmod(secrets, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a secret that others can read", "chmod 600")
	if err := os.Rename(secrets, secrets+".moved"); err != nil {
		t.Fatal(err)
	}
	refused("a log without its secret", "backup")
}
