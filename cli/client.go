package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"matchday/app"
)

// client speaks the HTTP API, over the network or to a handler in this process.
type client struct {
	base  string
	token string
	http  *http.Client
	app   *app.App // nil when the server is another process
	close func()
}

// dial connects to --server, or starts Matchday embedded on --data and connects to that. It makes no new Matchday: a folder that
// holds none is most likely misspelt.
func (g *globals) dial(ctx context.Context, c console) (*client, error) {
	if g.Server == "" && !g.kept() {
		return nil, fmt.Errorf("%s holds no Matchday; name its folder with --data, or a running one with --server", g.Data)
	}
	return g.dialOrMake(ctx, c)
}

// kept reports whether the data folder holds a Matchday.
func (g *globals) kept() bool {
	for _, part := range []string{"secrets", "log"} {
		if _, err := os.Stat(filepath.Join(g.Data, part)); err == nil {
			return true
		}
	}
	return false
}

// dialOrMake is dial for commands that something new may begin with.
func (g *globals) dialOrMake(ctx context.Context, c console) (*client, error) {
	if g.Server == "" {
		return g.embed(ctx, c, app.Options{})
	}
	u, err := url.Parse(g.Server)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, usageError{"--server is not a web address; use http(s)://host[:port]"}
	}
	if g.Token == "" {
		return nil, usageError{"--server needs --token; make one with 'matchday token create' on the server"}
	}
	return &client{base: strings.TrimSuffix(g.Server, "/"), token: g.Token, http: &http.Client{}, close: func() {}}, nil
}

// embed starts every role in this process and returns a client of its handler once all are ready. o may hold further options.
func (g *globals) embed(ctx context.Context, c console, o app.Options) (*client, error) {
	o.Data, o.Logger, o.Version = g.Data, g.logger(c), Version
	a, err := app.New(ctx, o)
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()

	pipe := newPipeListener()
	served := make(chan error, 1)
	go func() { served <- a.Serve(running, pipe) }()
	cl := &client{
		base:  "http://matchday",
		token: a.OperatorToken(),
		app:   a,
		http:  &http.Client{Transport: &http.Transport{DialContext: pipe.dial, DisableCompression: true}},
		close: sync.OnceFunc(func() {
			stop()
			_, _ = <-served, <-ended // their errors, if any, have made the command fail already
			a.Close()
		}),
	}
	ready := make(chan struct{})
	go func() { defer close(ready); _ = a.WaitReady(running) }()
	select {
	case <-ready:
		return cl, ctx.Err()
	case err := <-ended:
		ended <- nil
		cl.close()
		return nil, err
	}
}

// get fetches path and decodes the JSON answer into v.
func (cl *client) get(ctx context.Context, path string, v any) error {
	return cl.do(ctx, http.MethodGet, path, nil, v)
}

// do sends body (nil for none) as JSON and decodes the answer into v (nil to ignore it).
func (cl *client) do(ctx context.Context, method, path string, body, v any) error {
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encoding the request: %w", err)
		}
		reader = bytes.NewReader(b)
	}
	resp, err := cl.send(ctx, method, path, "application/json", reader)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if v == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		return fmt.Errorf("reading the answer of %s %s: %w", method, path, err)
	}
	return nil
}

// send sends a request and returns the answer; a problem+json answer becomes a [hiring.Error].
func (cl *client) send(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, cl.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+cl.token)
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := cl.http.Do(req)
	if err != nil {
		return nil, cl.unreached(err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<20)) // what came of it says enough
	return nil, stoppedAfter(b, cl.refused(resp, b))
}

// pipeListener is a net.Listener within the process: every dial is a synchronous pipe.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next dial.
func (p *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept; open pipes stay.
func (p *pipeListener) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr names the pipe.
func (p *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "in process" }
