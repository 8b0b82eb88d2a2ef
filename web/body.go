package web

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"matchday/hiring"
)

const (
	headBytes = 64 << 10 // what formats are guessed from
	// A gzip body may grow without limit while it grows no faster than any real data does.
	bombBytes = 16 << 20
	bombRatio = 250
)

// errBomb ends a body that expands as no data does.
var errBomb = hiring.Errorf(hiring.Invalid, "the compressed body expands far more than records do").Mend("send it uncompressed")

// importBody is a streamed request body: unzipped where it is gzip, with a read deadline that moves with every read, so that a
// sender may take as long as it likes in all but not for one piece.
type importBody struct {
	*bufio.Reader
	gz  *gzip.Reader
	raw *timedReader
}

// importBody opens the body of a request.
func (s *Server) importBody(w http.ResponseWriter, r *http.Request) (*importBody, error) {
	if t := mediaType(r.Header.Get("Content-Type")); t != "" && !slices.Contains(importTypes, t) {
		p := newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is of the wrong content type")
		p.Fix = "send one of " + strings.Join(importTypes, ", ")
		return nil, p
	}
	encoding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding")))
	if encoding != "" && encoding != "identity" && encoding != "gzip" {
		p := newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is encoded in a way that is not known here")
		p.Fix = "send it plain or with Content-Encoding: gzip"
		return nil, p
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // the answer comes when the body ends, whenever that is
	raw := &timedReader{r: r.Body, wait: s.limits.ReadTimeout, deadline: control.SetReadDeadline}
	b := &importBody{Reader: bufio.NewReaderSize(raw, headBytes), raw: raw}
	magic, err := b.Peek(2)
	if len(magic) < 2 {
		if err = b.explain(err); err == nil && encoding == "gzip" {
			err = errNotGzip
		}
		return b, err
	}
	if encoding != "gzip" && (magic[0] != 0x1f || magic[1] != 0x8b) {
		return b, nil
	}
	if b.gz, err = gzip.NewReader(b.Reader); err != nil {
		return nil, errNotGzip
	}
	b.Reader = bufio.NewReaderSize(&inflated{gz: b.gz, raw: raw}, headBytes)
	return b, nil
}

var errNotGzip = hiring.Errorf(hiring.Invalid, "the body is not gzip").Mend("send it plain, without Content-Encoding")

// head returns the first bytes, which stay to be read.
func (b *importBody) head() []byte {
	head, _ := b.Peek(headBytes) // shorter when the body is
	return head
}

// abort lets a read under way end soon, so that nobody waits for a sender that nobody listens to.
func (b *importBody) abort() { b.raw.stop() }

// drainTime is how long a sender is still listened to after it was answered early, so that it finds the answer: a connection that is
// closed with unread data in it is reset, and the answer is lost with it.
const drainTime = time.Second

// early answers a request whose body may still be under way, reads on for a moment, and has the connection closed.
func early(w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter)) {
	if b, ok := r.Body.(*arrivingBody); ok && b.whole || r.Body == nil || r.Body == http.NoBody {
		answer(w)
		return
	}
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // net/http would read first and answer then
	w.Header().Set("Connection", "close")
	answer(w)
	_ = control.Flush()
	_ = control.SetReadDeadline(time.Now().Add(drainTime))
	_, _ = io.Copy(io.Discard, r.Body) // ends with the body, the moment or the connection
}

// Close releases the decompressor.
func (b *importBody) Close() error {
	if b.gz == nil {
		return nil
	}
	return b.gz.Close()
}

// explain turns an error of reading into what the sender should know.
func (b *importBody) explain(err error) error {
	var timeout net.Error
	var known *hiring.Error
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &timeout) && timeout.Timeout():
		p := newProblem(http.StatusRequestTimeout, hiring.Invalid, "the body took too long to arrive")
		p.Fix = "send it faster, or in parts; what was taken in stays"
		p.header.Set("Connection", "close")
		return p
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return hiring.Errorf(hiring.Invalid, "the body ends in the middle").Mend("send it again; what was taken in stays")
	}
	return fmt.Errorf("reading the body: %w", err)
}

// timedReader renews the deadline before each read and counts bytes.
type timedReader struct {
	r        io.Reader
	wait     time.Duration
	deadline func(time.Time) error // fails where the connection has none: then nothing limits the sender
	n        int64

	mu      sync.Mutex
	stopped bool
}

// Read reads.
func (t *timedReader) Read(p []byte) (int, error) {
	t.renew()
	n, err := t.r.Read(p)
	t.n += int64(n)
	return n, err
}

func (t *timedReader) renew() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.stopped {
		_ = t.deadline(time.Now().Add(t.wait))
	}
}

// stop makes reads fail from in a moment on.
func (t *timedReader) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	_ = t.deadline(time.Now().Add(drainTime))
}

// inflated reads the decompressed body and stops a bomb.
type inflated struct {
	gz  *gzip.Reader
	raw *timedReader
	n   int64
}

// Read reads.
func (i *inflated) Read(p []byte) (int, error) {
	n, err := i.gz.Read(p)
	i.n += int64(n)
	if i.n > bombBytes && i.n > bombRatio*i.raw.n {
		return 0, errBomb
	}
	return n, err
}
