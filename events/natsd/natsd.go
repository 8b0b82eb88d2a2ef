// Package natsd runs a NATS server with JetStream inside this process, so that one binary and one folder are a whole installation.
//
// Durability: every message is synced to disk before it is acknowledged (SyncAlways). One process owns a folder: a second one is
// refused by a lock. A folder whose streams vanished after they had been made is refused too, since starting with empty streams
// would look like an installation that nobody ever used.
//
// Access: without Options.Listen nobody can connect but this process. With it two users can: Internal may do anything, Listener may
// subscribe to invitation.> and day.>, and do nothing else.
package natsd

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ListenerSubjects are all that a listener may subscribe to.
func ListenerSubjects() []string { return []string{"invitation.>", "day.>"} }

const (
	maxPayload       = 8 << 20   // bytes of one message; what a question or an answer may measure
	maxMemory        = 256 << 20 // bytes of memory streams; none is declared, the limit must not be unlimited
	defaultMaxStore  = 32 << 30
	startTimeout     = 20 * time.Second
	listenerPassword = 16 // least length in characters of a password when listening
)

// User is a name and password that may connect.
type User struct {
	Name, Password string
}

// Options says where the server keeps its streams and who may connect.
type Options struct {
	// Dir is the folder of the streams, the lock and the marker; it is made when absent.
	Dir string
	// Listen is host:port (port 0 picks one); "" listens nowhere.
	Listen string
	// Internal may do anything; an empty name asks for no credentials, which is refused together with Listen.
	Internal User
	// Listener may only subscribe to [ListenerSubjects]; an empty name makes no such user.
	Listener User
	// MaxStore limits the bytes that all streams may reserve on disk; 0 means 32 GiB.
	MaxStore int64
	// Logger receives the server's warnings and errors; nil discards them.
	Logger *slog.Logger
}

// Server is a running NATS server.
type Server struct {
	dir    string
	lock   *lock
	logger *slog.Logger

	mu   sync.RWMutex // held while the server is exchanged for a new one
	opts *server.Options
	ns   *server.Server
}

// Start starts a server and waits until it takes connections. It fails when another process holds the folder, and when streams
// that were made in it are gone.
func Start(o Options) (*Server, error) {
	opts, err := o.server()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the broker's folder: %w", err)
	}
	held, err := takeLock(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, err
	}
	if err := checkStore(o.Dir); err != nil {
		held.release()
		return nil, err
	}
	s := &Server{dir: o.Dir, lock: held, logger: o.Logger, opts: opts}
	if s.ns, err = s.launch(); err != nil {
		held.release()
		return nil, err
	}
	return s, nil
}

// launch starts a server with s.opts and waits until it takes connections.
func (s *Server) launch() (*server.Server, error) {
	ns, err := server.NewServer(s.opts.Clone())
	if err != nil {
		return nil, fmt.Errorf("configuring the broker: %w", err)
	}
	ns.SetLoggerV2(&slogger{s.logger}, false, false, false)
	ns.Start()
	switch {
	case !ns.ReadyForConnections(startTimeout):
		err = fmt.Errorf("the broker in %s did not start within %v; its warnings say why", s.dir, startTimeout)
	case !ns.JetStreamEnabled():
		err = fmt.Errorf("the broker in %s could not open its streams; its warnings say why", s.dir)
	}
	if err != nil {
		ns.Shutdown()
		ns.WaitForShutdown()
		return nil, err
	}
	return ns, nil
}

// server translates o into the server's own options.
func (o Options) server() (*server.Options, error) {
	if o.Dir == "" {
		return nil, errors.New("the broker needs a folder")
	}
	opts := &server.Options{
		ServerName:         "matchday",
		DontListen:         o.Listen == "",
		NoSigs:             true,
		NoLog:              true,
		MaxPayload:         maxPayload,
		MaxPending:         64 << 20,
		JetStream:          true,
		StoreDir:           o.Dir,
		SyncAlways:         true,
		JetStreamMaxStore:  o.MaxStore,
		JetStreamMaxMemory: maxMemory,
		Users:              o.users(),
	}
	if opts.JetStreamMaxStore == 0 {
		opts.JetStreamMaxStore = defaultMaxStore
	}
	if o.Listen == "" {
		return opts, nil
	}
	if len(o.Internal.Password) < listenerPassword || o.Listener.Name != "" && len(o.Listener.Password) < listenerPassword {
		return nil, fmt.Errorf("a broker that listens needs passwords of %d characters or more", listenerPassword)
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("the address to listen on: %w", err)
	}
	opts.Host = host
	if opts.Port, err = strconv.Atoi(port); err != nil || opts.Port < 0 || opts.Port > 65535 {
		return nil, fmt.Errorf("the port to listen on is not a number from 0 to 65535")
	}
	if opts.Port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	return opts, nil
}

// users returns who may connect; nil asks nobody for credentials.
func (o Options) users() []*server.User {
	if o.Internal.Name == "" {
		return nil
	}
	users := []*server.User{{Username: o.Internal.Name, Password: o.Internal.Password}}
	if o.Listener.Name != "" {
		users = append(users, &server.User{
			Username: o.Listener.Name,
			Password: o.Listener.Password,
			Permissions: &server.Permissions{
				Publish:   &server.SubjectPermission{Deny: []string{">"}},
				Subscribe: &server.SubjectPermission{Allow: ListenerSubjects()},
			},
		})
	}
	return users
}

// Addr returns the address that the server listens on, "" when it listens nowhere.
func (s *Server) Addr() string {
	if a := s.current().Addr(); a != nil {
		return a.String()
	}
	return ""
}

func (s *Server) current() *server.Server {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ns
}

// Healthy returns nil when the server and its streams can take writes, and what is wrong otherwise.
func (s *Server) Healthy() error {
	h := s.current().Healthz(&server.HealthzOptions{})
	if h.Error != "" {
		return fmt.Errorf("the broker is not healthy: %s", h.Error)
	}
	if h.Status != "ok" {
		return fmt.Errorf("the broker is not healthy: %s", h.Status)
	}
	return nil
}

// Recover starts the server anew on the same folder and address, once the folder can be written again: after a failed write, as on a full
// disk, the streams stay frozen until then. Clients connect again by themselves; what was acknowledged is there. It returns nil when
// the new server is healthy.
func (s *Server) Recover() error {
	if err := tryWriting(s.dir); err != nil {
		return fmt.Errorf("the broker's folder cannot be written yet: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.ns.Addr().(*net.TCPAddr); ok && !s.opts.DontListen {
		s.opts.Port = a.Port
	}
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
	ns, err := s.launch()
	if err != nil {
		return err // the old server is shut down, so it stays unhealthy and is recovered again
	}
	s.ns = ns
	return nil
}

// Close stops the server, waits until its files are closed and frees the folder. Calling it again does nothing.
func (s *Server) Close() {
	ns := s.current()
	ns.Shutdown()
	ns.WaitForShutdown()
	s.lock.release()
}
