package calendar

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"matchday/hiring"
)

// Limits of a reply mail.
const (
	maxMail  = 1 << 20 // bytes
	maxParts = 50
	maxDepth = 5 // of parts in parts
)

// ReadMail finds the calendar's reply in a mail and reads it, as [ParseReply] does. It reads a megabyte at the most.
func ReadMail(r io.Reader) (Reply, error) {
	limited := &io.LimitedReader{R: r, N: maxMail}
	m, err := mail.ReadMessage(limited)
	if err != nil {
		return Reply{}, hiring.Errorf(hiring.Invalid, "this is not a mail")
	}
	w := &walk{}
	err = w.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, 0)
	switch {
	case limited.N <= 0:
		return Reply{}, hiring.Errorf(hiring.TooLarge, "the mail is larger than a calendar's reply")
	case w.found:
		return w.reply(m.Header)
	case err != nil:
		return Reply{}, hiring.Errorf(hiring.Invalid, "the mail's parts cannot be read")
	}
	return Reply{}, hiring.Errorf(hiring.NotFound, "the mail holds no calendar's reply")
}

// reply reads the calendar that was found, and who sent it.
func (w *walk) reply(h mail.Header) (Reply, error) {
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 {
		return Reply{}, hiring.Errorf(hiring.Invalid, "the mail does not say from whom it is")
	}
	r, err := ParseReply(w.calendar)
	r.From = from[0].Address
	return r, err
}

// walk looks through a mail's parts for the first one that is a calendar.
type walk struct {
	parts    int
	found    bool
	calendar []byte
}

var errTooMany = errors.New("too many parts")

func (w *walk) part(kind, encoding string, body io.Reader, depth int) error {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		return errTooMany
	}
	media, params, err := mime.ParseMediaType(kind)
	switch {
	case err != nil: // of no kind that is known: not a calendar
		return nil
	case strings.HasPrefix(media, "multipart/"):
		return w.multipart(multipart.NewReader(body, params["boundary"]), depth)
	case media != "text/calendar":
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(decoded(encoding, body), maxReply+1))
	if err != nil {
		return fmt.Errorf("reading the calendar: %w", err)
	}
	w.found, w.calendar = true, b
	return nil
}

func (w *walk) multipart(parts *multipart.Reader, depth int) error {
	for !w.found {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a part: %w", err)
		}
		if err := w.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// decoded undoes a transfer encoding.
func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}
