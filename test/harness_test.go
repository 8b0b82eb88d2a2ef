package test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"matchday/app"
	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/vault"
)

// installation is a running Matchday that scenarios talk to, whatever it is made of.
type installation struct {
	t     testing.TB
	url   string
	token string // an operator's
	data  string // every file that it keeps is below
	mails string
	// broker reaches the log, to look at facts; listener is the address and password of a listener outside.
	broker   events.Options
	listener events.Options
	// restart stops everything and starts it again on the same data.
	restart func()
	// emptyCache forgets all hot data; nil where it lives in the process of the web role.
	emptyCache func()
}

// perWeek lets tests invite the same learners round after round; the limit has tests of its own.
const perWeek = 1_000_000

// both runs a scenario in one process and with each role in its own process against one NATS server on a real port.
func both(t *testing.T, scenario func(t *testing.T, in *installation)) {
	t.Run("together", func(t *testing.T) { scenario(t, together(t)) })
	t.Run("apart", func(t *testing.T) { scenario(t, apart(t)) })
}

// together starts every role in this process, with a broker that outsiders may listen to.
func together(t *testing.T) *installation {
	in := &installation{t: t, data: filepath.Join(t.TempDir(), "data"), mails: filepath.Join(t.TempDir(), "mail")}
	var stop func()
	start := func() {
		ctx, cancel := context.WithCancel(context.Background())
		a, err := app.New(ctx, app.Options{Data: in.data, Listen: "127.0.0.1:0", NATSListen: "127.0.0.1:0", MailDir: in.mails, InvitationsPerWeek: perWeek})
		if err != nil {
			cancel()
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx) }()
		stop = func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("running: %v", err)
			}
			a.Close()
		}
		if err := a.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		addr, user, password := a.Broker()
		in.url, in.token = a.URL(), a.OperatorToken()
		in.listener = events.Options{URL: "nats://" + addr, User: user, Password: password}
		in.broker = events.Options{URL: "nats://" + addr, User: "internal", Password: secretsOf(t, in.data).Password("nats internal"), MaxBytes: 8 << 30}
	}
	start()
	in.restart = func() { stop(); start() }
	t.Cleanup(func() { stop() })
	return in
}

func secretsOf(t testing.TB, data string) *vault.Secrets {
	t.Helper()
	s, err := vault.Open(filepath.Join(data, "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// binary builds matchday once for all tests of this run, with the race detector when the tests have it.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "matchday-e2e-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "matchday")
	args := []string{"build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "matchday/cmd/matchday")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building matchday: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// apart starts a NATS server on a real port and each role as a process of its own.
func apart(t *testing.T) *installation {
	if testing.Short() {
		t.Skip("starts a process for each role")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	in := &installation{t: t, data: filepath.Join(t.TempDir(), "data"), mails: filepath.Join(t.TempDir(), "mail")}
	if err := os.MkdirAll(in.data, 0o700); err != nil {
		t.Fatal(err)
	}
	secrets := secretsOf(t, in.data)
	in.token = secrets.OperatorToken()
	redis := in.redis()
	var stop func()
	start := func() {
		broker, err := natsd.Start(natsd.Options{
			Dir: filepath.Join(in.data, "log"), Listen: "127.0.0.1:0",
			Internal: natsd.User{Name: "internal", Password: secrets.Password("nats internal")},
			Listener: natsd.User{Name: "listener", Password: secrets.Password("nats listener")},
		})
		if err != nil {
			t.Fatal(err)
		}
		nats := "nats://" + broker.Addr()
		in.listener = events.Options{URL: nats, User: "listener", Password: secrets.Password("nats listener")}
		in.broker = events.Options{URL: nats, User: "internal", Password: secrets.Password("nats internal"), MaxBytes: 8 << 30}
		var processes []*process
		var web *process
		for _, role := range app.Roles {
			args := []string{"serve", "--invitations-per-week", strconv.Itoa(perWeek), "--roles", role, "--nats", nats, "--data", filepath.Join(in.data, role),
				"--secrets", filepath.Join(in.data, "secrets"), "--mail-dir", in.mails, "--listen", "127.0.0.1:0", "--redis", redis}
			p := run(t, path, role, append(os.Environ(), "MATCHDAY_NATS_USER=internal", "MATCHDAY_NATS_PASSWORD="+in.broker.Password), args...)
			processes = append(processes, p)
			if role == app.Web {
				web = p
			}
		}
		stop = func() {
			for _, p := range processes {
				p.stop(t)
			}
			broker.Close()
		}
		for _, p := range processes {
			p.wait(t, "ready", "serves ")
		}
		in.url = web.said("serves ")
	}
	start()
	in.restart = func() { stop(); start() }
	t.Cleanup(func() { stop() })
	return in
}

// redis starts a redis-server on a socket and returns its address; "" where none is installed, which fails in CI.
func (in *installation) redis() string {
	in.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			in.t.Fatal("redis-server is missing; 'make needs' installs it")
		}
		in.t.Log("redis-server is missing: hot data stays in process, and nothing shows that roles work with a real one")
		return ""
	}
	dir, err := os.MkdirTemp("", "redis-*") // a socket's path must be short
	if err != nil {
		in.t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(path, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	})
	in.eventually(func() string {
		if _, err := os.Stat(socket); err != nil {
			return "redis-server has no socket yet"
		}
		return ""
	})
	in.emptyCache = func() {
		if out, err := exec.Command("redis-cli", "-s", socket, "FLUSHALL").CombinedOutput(); err != nil {
			in.t.Fatalf("emptying Redis: %v %s", err, out)
		}
	}
	return "unix://" + socket
}

// process is one matchday process and what it says on standard error.
type process struct {
	name string
	cmd  *exec.Cmd
	mu   sync.Mutex
	told []string
	news chan struct{}
	done chan struct{}
}

func run(t testing.TB, path, name string, env []string, args ...string) *process {
	t.Helper()
	p := &process{name: name, cmd: exec.Command(path, args...), news: make(chan struct{}, 1), done: make(chan struct{})}
	p.cmd.Env = env
	stderr, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	go func() {
		defer close(p.done)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.mu.Lock()
			p.told = append(p.told, lines.Text())
			p.mu.Unlock()
			select {
			case p.news <- struct{}{}:
			default:
			}
		}
	}()
	return p
}

// wait waits until the process says one of the words.
func (p *process) wait(t testing.TB, words ...string) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		for _, w := range words {
			if p.said(w) != "" {
				return
			}
		}
		select {
		case <-p.news:
		case <-p.done:
			t.Fatalf("%s ended: %s", p.name, p.log())
		case <-late:
			t.Fatalf("%s is not ready: %s", p.name, p.log())
		}
	}
}

// said returns the word that follows mark in what the process said, or "" when it did not.
func (p *process) said(mark string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.told {
		if _, rest, ok := strings.Cut(line, mark); ok {
			if word, _, _ := strings.Cut(rest, " "); word != "" {
				return word
			}
			return mark
		}
	}
	return ""
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.told, "\n")
}

// stop asks the process to end and fails the test when it does not do so cleanly or reports a data race.
func (p *process) stop(t testing.TB) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.done
	if err := p.cmd.Wait(); err != nil || strings.Contains(p.log(), "DATA RACE") {
		t.Errorf("%s ended with %v:\n%s", p.name, err, p.log())
	}
}

// answer is what the API answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call sends a request with the operator's token.
func (in *installation) call(method, path, contentType, body string) answer {
	return in.as(in.token, method, path, contentType, body)
}

// as sends a request with any token.
func (in *installation) as(token, method, path, contentType, body string) answer {
	in.t.Helper()
	a, err := request(http.DefaultClient, token, method, in.url+path, contentType, body)
	if err != nil {
		in.t.Fatal(err)
	}
	return a
}

// try sends JSON Lines with the operator's token to a server that may be gone.
func (in *installation) try(method, path, body string) (answer, error) {
	return request(http.DefaultClient, in.token, method, in.url+path, "application/x-ndjson", body)
}

func request(client *http.Client, token, method, url, contentType, body string) (answer, error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, b}, err
}

// get asks with the operator's token and decodes the answer, which must be 200.
func get[T any](in *installation, path string) (v T) {
	in.t.Helper()
	return into[T](in, in.call("GET", path, "", ""))
}

// into decodes an answer that must be a success.
func into[T any](in *installation, a answer) (v T) {
	in.t.Helper()
	if a.status/100 != 2 {
		in.t.Fatalf("answered %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		in.t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// summary is what an import answers.
type summary struct {
	Accepted, Unchanged, Rejected, UnknownSkills int
	Position                                     uint64
	Rejects                                      []struct {
		Line                     int
		Field, Code, Reason, Fix string
	}
}

// load imports lines and returns the summary.
func (in *installation) load(kind, lines string) summary {
	in.t.Helper()
	return into[summary](in, in.call("POST", "/v1/imports/"+kind, "application/x-ndjson", lines))
}

// accepted imports lines that must all be accepted, and returns the log position.
func (in *installation) accepted(kind, lines string) uint64 {
	in.t.Helper()
	s := in.load(kind, lines)
	if want := strings.Count(strings.TrimSpace(lines), "\n") + 1; s.Accepted != want || s.Rejected != 0 {
		in.t.Fatalf("importing %s: %+v, want %d accepted", kind, s, want)
	}
	return s.Position
}

// tokenFor makes a token for a role and subject.
func (in *installation) tokenFor(role hiring.Role, subject string) string {
	in.t.Helper()
	b, err := json.Marshal(hiring.Actor{Role: role, Subject: subject})
	if err != nil {
		in.t.Fatal(err)
	}
	return into[struct{ Token string }](in, in.call("POST", "/v1/tokens", "application/json", string(b))).Token
}

// facts returns every fact of the log, each checked against the schema of its type.
func (in *installation) facts() (list []hiring.Fact) {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	log, err := events.Connect(ctx, in.broker)
	if err != nil {
		in.t.Fatal(err)
	}
	defer log.Close()
	end, err := log.End(ctx)
	if err != nil {
		in.t.Fatal(err)
	}
	done := fmt.Errorf("read to the end")
	err = log.Follow(ctx, 0, func(batch []hiring.Fact) error {
		list = append(list, batch...)
		if batch[len(batch)-1].Seq >= end {
			return done
		}
		return nil
	})
	if err != done { //nolint:errorlint // Follow returns deliver's error as it is
		in.t.Fatalf("reading the log: %v", err)
	}
	for _, f := range list {
		checkFact(in.t, f)
	}
	return list
}

// eventually waits until the check returns "", and fails with what it returned last.
func (in *installation) eventually(check func() string) {
	in.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		problem := check()
		if problem == "" {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			in.t.Fatal(problem)
		}
	}
}

// filesWith returns the files below the data directory that hold the text.
func (in *installation) filesWith(text string) (found []string) {
	in.t.Helper()
	err := filepath.WalkDir(in.data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // merged away meanwhile
		}
		if bytes.Contains(b, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return found
}

func esc(id string) string { return url.PathEscape(id) }
