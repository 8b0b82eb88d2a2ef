package records

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// line is one line of a text.
type line struct {
	number int    // from 1
	text   []byte // without its end; when long, the first bytes up to the limit
	long   bool   // the line is longer than the limit
}

func (l line) blank() bool { return !l.long && len(bytes.TrimSpace(l.text)) == 0 }

// lines reads lines, holding no more of each than the limit and one buffer.
type lines struct {
	r      *bufio.Reader
	limit  int // bytes, without the line end
	number int
}

func newLines(r *bufio.Reader, limit int) *lines { return &lines{r: r, limit: limit} }

// next returns the next line, io.EOF after the last one. Its text is the caller's to keep.
func (l *lines) next() (line, error) {
	l.number++
	got := line{number: l.number}
	for {
		chunk, err := l.r.ReadSlice('\n')
		if !got.long {
			got.text = append(got.text, chunk...)
			got.cutTo(l.limit, !errors.Is(err, bufio.ErrBufferFull))
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && (len(got.text) > 0 || got.long):
			return got, nil
		default:
			return got, err
		}
	}
}

// cutTo marks the line as long when its text, less the line end, is beyond the limit.
func (l *line) cutTo(limit int, ended bool) {
	if ended {
		l.text = bytes.TrimSuffix(bytes.TrimSuffix(l.text, []byte("\n")), []byte("\r"))
	}
	if slack := 1; len(l.text) > limit+slack || ended && len(l.text) > limit { // the slack is a CR whose LF is yet to come
		l.text, l.long = l.text[:limit], true
	}
}

// cutLines takes each line that is not blank as a record.
func cutLines(l *lines, each func(cut) error) error {
	for {
		got, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if got.blank() {
			continue
		}
		c := cut{line: got.number, raw: got.text}
		if got.long {
			c.problem = tooLong(l.limit)
		}
		if err := each(c); err != nil {
			return err
		}
	}
}
