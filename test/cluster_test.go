package test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"matchday/app"
	"matchday/events"
)

// cluster is three NATS servers in this process that keep each stream three times.
type cluster struct {
	in    *installation
	opts  [3]*server.Options
	nodes [3]*server.Server
}

func newCluster(in *installation) *cluster {
	in.t.Helper()
	c := &cluster{in: in}
	var routes []*url.URL
	var ports [2 * len(c.opts)]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0") // nodes must know each other's ports before they start
		if err != nil {
			in.t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	for i := range c.opts {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", ports[2*i])})
	}
	for i := range c.opts {
		name := fmt.Sprintf("node%d", i)
		c.opts[i] = &server.Options{
			ServerName: name, Host: "127.0.0.1", Port: ports[2*i+1], NoSigs: true, NoLog: true, MaxPayload: 8 << 20,
			Cluster: server.ClusterOpts{Name: "matchday", Host: "127.0.0.1", Port: ports[2*i]}, Routes: routes,
			JetStream: true, StoreDir: filepath.Join(in.t.TempDir(), name), SyncAlways: true, JetStreamMaxStore: 32 << 30,
		}
	}
	return c
}

// start starts the nodes that do not run, and waits until all streams are in step.
func (c *cluster) start() {
	c.in.t.Helper()
	for i, n := range c.nodes {
		if n != nil && n.Running() {
			continue
		}
		s, err := server.NewServer(c.opts[i].Clone())
		if err != nil {
			c.in.t.Fatal(err)
		}
		s.Start()
		c.nodes[i] = s
	}
	c.in.eventually(func() string {
		for _, n := range c.nodes {
			if h := n.Healthz(&server.HealthzOptions{}); h.Status != "ok" {
				return n.Name() + " is not healthy: " + h.Error
			}
		}
		return ""
	})
}

// stop stops the nodes that run.
func (c *cluster) stop() {
	for _, n := range c.nodes {
		if n != nil {
			n.Shutdown()
			n.WaitForShutdown()
		}
	}
}

// url names all nodes.
func (c *cluster) url() string {
	var list []string
	for _, o := range c.opts {
		list = append(list, fmt.Sprintf("nats://127.0.0.1:%d", o.Port))
	}
	return strings.Join(list, ",")
}

// killLeader stops the node that leads the log, whatever it has in hand, and returns once it is gone.
func (c *cluster) killLeader() {
	for _, n := range c.nodes {
		if n.JetStreamIsStreamLeader("$G", "FACTS") {
			n.Shutdown()
			n.WaitForShutdown()
			return
		}
	}
	c.in.t.Error("nobody leads the log")
}

// clustered starts every role in this process against a cluster.
func clustered(t *testing.T) (*installation, *cluster) {
	in := &installation{t: t, data: filepath.Join(t.TempDir(), "data")}
	c := newCluster(in)
	c.start()
	t.Cleanup(c.stop)
	in.broker = events.Options{URL: c.url(), Replicas: len(c.opts), MaxBytes: 1 << 30}
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.New(ctx, app.Options{
		Data: in.data, Listen: "127.0.0.1:0", NATS: c.url(), Replicas: len(c.opts), MaxLog: in.broker.MaxBytes, InvitationsPerWeek: perWeek,
	})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("running: %v", err)
		}
		a.Close()
	})
	if err := a.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	in.url, in.token = a.URL(), a.OperatorToken()
	return in, c
}

// The same against three nodes, whose leader is killed in every third round while clients wait for answers: they are told what is so, or
// to try again, and never what is not.
func TestSeatsAreLinearizableOnACluster(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for elections")
	}
	in, c := clustered(t)
	h := newHistory(in)
	n, kills := long(200, 3), 0
	h.prepare(n)
	for r := range n {
		if r%3 != 1 {
			h.round(r, nil)
			continue
		}
		kills++
		h.round(r, func() {
			h.wait(roundClients / 2)
			c.killLeader()
		})
		c.start()
	}
	t.Logf("%d leaders killed", kills)
	h.settled()
}
