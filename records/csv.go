package records

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"matchday/hiring"
)

// table cuts a CSV (RFC 4180, with the header row required) into rows. It finds the extent of each row itself and leaves its
// cells to encoding/csv: left alone, that would take everything after a quote that is never closed for one cell.
//
// A row ends where its quotes close. When they do not, within the limit, or close and the cell goes on, the line on which the row
// starts is refused by itself and the next line starts anew: a stray quote costs its own line, and a broken cell with line breaks
// the lines of that cell.
type table struct {
	lines *lines
	comma byte
	ahead []pending
	total int // bytes of the lines read, with one for the end of each
	// stays is the number of the first line that is not known to leave quotes open that were open before it. Wherever a row starts that
	// opens one, it goes through the lines before stays, so each line is looked at once from inside quotes and not once for each such row.
	stays   int
	scanned int // bytes that were looked at for quotes
}

// pending is a line that was read but is not yet part of a row.
type pending struct {
	line
	start  int     // bytes before it, counted as in total
	within quoting // where a scan stands after it that began inside quotes; outside while that is not known
}

// cut takes the first row that is not blank as the header and each other one as a record.
func (t *table) cut(each func(cut) error) error {
	head, err := t.header()
	if err != nil {
		return err
	}
	if err := each(head); err != nil {
		return err
	}
	for {
		c, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if c.problem == nil && empty(c.row) {
			continue // what a spreadsheet writes for a blank line
		}
		if n := len(c.row); c.problem == nil && n != len(head.header) {
			c.problem = hiring.Errorf(hiring.Invalid, "the row has %d cells where the header has %d", n, len(head.header)).
				Mend("put cells that hold commas, quotes or line breaks in quotes")
		}
		if i := slices.IndexFunc(c.row, func(cell string) bool { return !utf8.ValidString(cell) }); c.problem == nil && i >= 0 {
			c.problem = notUTF8(head.header[i])
		}
		if err := each(c); err != nil {
			return err
		}
	}
}

// header reads the header and the delimiter with it: comma, semicolon (what spreadsheets write where the comma is decimal) or
// tab, whichever stands in it most often.
func (t *table) header() (cut, error) {
	first, err := t.peek(0)
	for err == nil && first.blank() {
		t.ahead = t.ahead[1:]
		first, err = t.peek(0)
	}
	if errors.Is(err, io.EOF) {
		return cut{}, hiring.Invalidf("header", "is missing").Mend("name the columns in the first row")
	}
	if err != nil {
		return cut{}, err
	}
	t.comma = delimiter(first.text)
	c, err := t.next()
	if err != nil {
		return cut{}, err
	}
	if c.problem != nil {
		return cut{}, c.problem.In("header")
	}
	seen := make(map[string]int, len(c.row))
	for i, name := range c.row {
		name = strings.TrimSpace(name)
		if name == "" {
			return cut{}, hiring.Invalidf("header", "has no name for column %d", i+1).Mend("name each column")
		}
		if other, ok := seen[name]; ok {
			return cut{}, hiring.Invalidf("header", "names columns %d and %d alike", other, i+1).Mend("name each column differently")
		}
		if !utf8.ValidString(name) {
			return cut{}, hiring.Invalidf("header", "is not UTF-8 text").Mend("save the file as 'CSV UTF-8'")
		}
		seen[name] = i + 1
		c.row[i] = name
	}
	c.header, c.row = c.row, nil
	return c, nil
}

// next cuts the next row that is not blank, io.EOF after the last one.
func (t *table) next() (cut, error) {
	first, err := t.peek(0)
	for err == nil && first.blank() {
		t.ahead = t.ahead[1:]
		first, err = t.peek(0)
	}
	if err != nil {
		return cut{}, err
	}
	c := cut{line: first.number, raw: first.text}
	if first.long {
		t.ahead = t.ahead[1:]
		c.problem = tooLong(t.lines.limit)
		return c, nil
	}
	n, err := t.extent(*first)
	if err != nil {
		return cut{}, err
	}
	if n > 0 {
		c.raw = t.join(n)
		c.row = t.cells(c.raw)
	}
	t.ahead = t.ahead[max(1, n):]
	if c.row == nil {
		c.problem = hiring.Errorf(hiring.Invalid, "a quoted cell is not closed, or goes on after its closing quote").
			Mend("double each quote that stands inside a cell")
	}
	return c, nil
}

// extent returns of how many lines the row is that starts with the line first; 0 when its quotes do not close, or not as they should.
func (t *table) extent(first pending) (int, error) {
	switch t.scan(outside, first.text) {
	case inside:
	case broken:
		return 0, nil
	default:
		return 1, nil
	}
	for i := max(1, t.stays-first.number); ; i++ {
		more, err := t.peek(i)
		if errors.Is(err, io.EOF) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		if more.long || more.start+len(more.text)-first.start > t.lines.limit {
			return 0, nil
		}
		if more.within == outside {
			more.within = t.scan(inside, more.text)
		}
		switch more.within {
		case inside:
			t.stays = more.number + 1
		case broken:
			return 0, nil
		default:
			return i + 1, nil
		}
	}
}

// join returns the text of the next n lines.
func (t *table) join(n int) []byte {
	raw := t.ahead[0].text
	if n > 1 {
		raw = bytes.Clone(raw) // what follows must not run into the line's own memory
	}
	for _, more := range t.ahead[1:n] {
		raw = append(append(raw, '\n'), more.text...)
	}
	return raw
}

// peek returns the i-th line that is not yet part of a row.
func (t *table) peek(i int) (*pending, error) {
	for len(t.ahead) <= i {
		next, err := t.lines.next()
		if err != nil {
			return nil, err
		}
		t.ahead = append(t.ahead, pending{line: next, start: t.total})
		t.total += len(next.text) + 1
	}
	return &t.ahead[i], nil
}

// cells reads one row whose quotes are known to be in order; nil when encoding/csv thinks otherwise.
func (t *table) cells(raw []byte) []string {
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = rune(t.comma), true, -1
	row, err := r.Read()
	if err != nil {
		return nil
	}
	return row
}

func empty(row []string) bool {
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
