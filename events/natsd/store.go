package natsd

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Local lets package events connect within the process and remember that the streams were made.
type Local struct{ s *Server }

// InProcess returns how this process connects: it satisfies nats.InProcessConnProvider.
func (s *Server) InProcess() *Local { return &Local{s} }

// InProcessConn returns a connection that does not leave the process. Credentials are asked for as over the network.
func (l *Local) InProcessConn() (net.Conn, error) { return l.s.current().InProcessConn() }

// Initialised reports whether the streams of this folder were made once.
func (l *Local) Initialised() bool { return initialised(l.s.dir) }

// MarkInitialised records that the streams of this folder have been made: from now on it is an error when they are gone.
func (l *Local) MarkInitialised() error {
	if l.Initialised() {
		return nil
	}
	f, err := os.OpenFile(marker(l.s.dir), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("marking the broker's folder: %w", err)
	}
	_, err = io.WriteString(f, "The streams of this folder were made. Matchday does not make them again when they are gone.\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("marking the broker's folder: %w", err)
	}
	return nil
}

// spare is how many bytes must be writable before a server is started anew: enough that it does not stumble at once.
const spare = 16 << 20

// tryWriting writes and removes a file of spare bytes.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, "spare-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, spare))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

func marker(dir string) string { return filepath.Join(dir, "initialised") }

func initialised(dir string) bool {
	_, err := os.Stat(marker(dir))
	return err == nil
}

// checkStore refuses a folder that was in use and holds no stream any more.
func checkStore(dir string) error {
	if !initialised(dir) {
		return nil
	}
	streams, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*", "meta.inf"))
	if err != nil {
		return fmt.Errorf("looking for streams in %s: %w", dir, err)
	}
	if len(streams) == 0 {
		return fmt.Errorf("%w: the folder %s was in use, but its streams are gone: put the jetstream folder back from a copy, "+
			"or remove the file %s to start empty", ErrRefused, dir, marker(dir))
	}
	return nil
}

// ErrRefused is wrapped by the errors about a folder that must not be used: another process holds it, or its streams vanished.
var ErrRefused = errors.New("the broker refuses to start")

// HeldError says that another process works on the folder. It is an [ErrRefused].
type HeldError struct {
	Dir     string
	Process string // its id, as it wrote it into the lock
}

// Error says who holds the folder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("the folder %s is in use by process %s: stop that process, or choose another folder", e.Dir, e.Process)
}

// Unwrap returns [ErrRefused].
func (e *HeldError) Unwrap() error { return ErrRefused }

// lock is an advisory lock on a file, held by at most one process (and within it by one holder).
type lock struct {
	file *os.File
	once sync.Once
}

// takeLock takes the lock or says who has it.
func takeLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the broker's lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(f, 32))
		f.Close()
		return nil, &HeldError{Dir: filepath.Dir(path), Process: strings.TrimSpace(string(holder))}
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return &lock{file: f}, nil
}

// release frees the lock. The file stays: removing it could let two processes lock two files of one name.
func (l *lock) release() { l.once.Do(func() { l.file.Close() }) }
