package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// server is a running Matchday.
type server struct{ url, token string }

// start builds the binary and serves an empty folder; stop ends it and removes the folder.
func start() (s *server, stop func(), err error) {
	dir, err := os.MkdirTemp("", "matchday-fresh-*")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	binary, data := filepath.Join(dir, "matchday"), filepath.Join(dir, "data")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/matchday").CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("building: %w\n%s", err, out)
	}
	cmd := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	said := bufio.NewReader(stderr)
	for address := ""; address == ""; {
		line, err := said.ReadString('\n')
		if err != nil {
			stop()
			return nil, nil, errors.Join(errors.New("the server did not say where it serves"), err)
		}
		_, rest, _ := strings.Cut(line, "serves ")
		address, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
		s = &server{url: address}
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	token, err := exec.Command(binary, "token", "bootstrap", "--data", data).Output()
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("the operator's token: %w", err)
	}
	s.token = strings.TrimSpace(string(token))
	return s, stop, nil
}

// ask sends one request and decodes the answer into v, where that is not nil.
func (s *server) ask(method, path string, body []byte, v any) error {
	b, err := s.send(method, path, body)
	if err != nil || v == nil {
		return err
	}
	return json.Unmarshal(b, v)
}

func (s *server) send(method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %s", method, path, resp.Status, b)
	}
	return b, err
}

// shows asks until an answer contains the mark, at once again where it does not, and returns how long after sent that was.
func (s *server) shows(sent time.Time, path, mark string) (time.Duration, error) {
	var err error
	var b []byte
	for time.Since(sent) < 10*time.Second {
		if b, err = s.send("GET", path, nil); err == nil && bytes.Contains(b, []byte(mark)) {
			return time.Since(sent), nil
		}
	}
	return 0, fmt.Errorf("%s does not show %s: %w %s", path, mark, err, b)
}
