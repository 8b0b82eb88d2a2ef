package skills

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// maxFile bounds a file of a taxonomy, unpacked, in bytes. The largest of ESCO and O*NET together has 20 MB.
const maxFile = 256 << 20

// errTooLarge is what reading past maxFile gives.
var errTooLarge = fmt.Errorf("unpacks to more than %d MiB", maxFile>>20)

// openPlain opens name, or name.gz unpacked. The error wraps fs.ErrNotExist when neither is there.
func openPlain(fsys fs.FS, name string) (io.ReadCloser, error) {
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, ".gz") {
		f, err = fsys.Open(name + ".gz")
	}
	if err != nil {
		return nil, err
	}
	r, err := unpack(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("unpacking %s: %w", name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r, maxFile}, f}, nil
}

// unpack returns r, through gzip when that is how it begins.
func unpack(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	if head, _ := br.Peek(2); string(head) != "\x1f\x8b" {
		return br, nil
	}
	return gzip.NewReader(br)
}

// bounded fails, rather than ends, once more than left bytes were read.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// row is one line of a table, by column.
type row struct {
	file   string
	line   int
	index  map[string]int
	values []string
}

// get returns a column's value without the space around it, "" where the table has no such column.
func (r row) get(column string) string {
	i, ok := r.index[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.values[i])
}

// where names the row for people.
func (r row) where() string { return fmt.Sprintf("%s line %d", r.file, r.line) }

// table says how a file is written and which columns it has to have; others are left alone.
type table struct {
	name    string
	comma   rune // ',' with CSV's quotes, '\t' without any
	columns []string
}

// each calls fn for every row. Rows with another number of cells than the header are skipped.
func (t table) each(fsys fs.FS, in *intake, fn func(row) error) error {
	f, err := openPlain(fsys, t.name)
	if err != nil {
		return err
	}
	defer f.Close()
	return t.read(f, in, fn)
}

func (t table) read(r io.Reader, in *intake, fn func(row) error) error {
	next := t.cells(r)
	header, _, err := next()
	if err != nil {
		return fmt.Errorf("%s has no header: %w", t.name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	index := make(map[string]int, len(header))
	for i, column := range header {
		index[strings.TrimSpace(column)] = i
	}
	for _, column := range t.columns {
		if _, ok := index[column]; !ok {
			return fmt.Errorf("%s has no column %q", t.name, column)
		}
	}
	for {
		values, line, err := next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote):
			in.skip("%s line %d: a quote is out of place", t.name, line)
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", t.name, err)
		case len(values) != len(header):
			in.skip("%s line %d: has %d cells, the header %d", t.name, line, len(values), len(header))
			continue
		}
		if err := fn(row{t.name, line, index, values}); err != nil {
			return err
		}
	}
}

// cells returns a function that gives the cells of the next line and where it began.
func (t table) cells(r io.Reader) func() ([]string, int, error) {
	if t.comma == ',' {
		c := csv.NewReader(r)
		c.FieldsPerRecord, c.ReuseRecord = -1, false
		return func() ([]string, int, error) {
			values, err := c.Read()
			if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
				return nil, bad.StartLine, err
			}
			if err != nil {
				return nil, 0, err
			}
			line, _ := c.FieldPos(0)
			return values, line, nil
		}
	}
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxLine)
	line := 0
	return func() ([]string, int, error) {
		for s.Scan() {
			line++
			if text := strings.TrimSuffix(s.Text(), "\r"); text != "" {
				return strings.Split(text, string(t.comma)), line, nil
			}
		}
		if s.Err() != nil {
			return nil, line, fmt.Errorf("line %d: %w", line+1, s.Err())
		}
		return nil, line, io.EOF
	}
}
