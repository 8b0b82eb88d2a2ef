// Package records frames the body of an import: it cuts JSON Lines, CSV and JSON-LD documents, also those in HTML pages, into records with line numbers, and
// says of a record that cannot be cut what is wrong with it, without losing the others. What a record means is for others.
//
// It reads a stream once, in order, and holds one record at a time (of a JSON-LD document, the document, at most
// [MaxDocument]). Gzip is recognised by its first bytes and read as it is; a byte order mark is skipped; lines end in LF or CRLF.
package records

import (
	"encoding/json"
	"io"
	"unicode/utf8"

	"matchday/hiring"
)

// Bounds on what is read.
const (
	// Limit is the usual limit of one record, in bytes: what one fact may carry.
	Limit = 256 << 10
	// MaxDepth is how deep the JSON of a record may nest.
	MaxDepth = 64
	// MaxUnpacked is how much a gzip stream may unpack to, in bytes, unless a [Framer] says otherwise.
	MaxUnpacked = 4 << 30
	// MaxDocument is how large a JSON-LD document may be, in bytes, unless a [Framer] says otherwise.
	MaxDocument = 64 << 20
)

// Framer cuts bodies into records. The zero value works.
type Framer struct {
	// Limit bounds one record, in bytes; 0 means [Limit].
	Limit int
	// Unpacked bounds what a gzip stream unpacks to, in bytes; 0 means [MaxUnpacked].
	Unpacked int64
	// Document bounds a JSON-LD document, which is held in memory, in bytes; 0 means [MaxDocument].
	Document int
	// Header, when set, is told the header of a CSV before the first record is emitted. Its error ends the framing.
	Header func([]string) error
}

// Frame cuts r into records and emits them in the order in which they stand. It returns the header of a CSV.
//
// A record that cannot be framed is emitted with its Problem, a malformed JSON one as Text; the rest goes on. The error is
// emit's, the reader's, or a [hiring.Error] when the whole cannot be read: a damaged gzip stream, a body beyond its limit, a CSV
// without a usable header, a workbook or a page where text should be.
func (f Framer) Frame(r io.Reader, format hiring.Format, emit func(hiring.Record) error) (header []string, err error) {
	limit := f.limit()
	err = f.cut(r, format, func(c cut) error {
		if c.header != nil {
			header = c.header
			if f.Header != nil {
				return f.Header(header)
			}
			return nil
		}
		rec := c.record(limit)
		rec.N = c.n
		return emit(rec)
	})
	return header, err
}

// Pick reads a body again and emits the raw text of the records with the given numbers (N of [hiring.Record]), in order: what a list
// of rejected records shows. A record beyond the limit, in bytes (0: [Limit]), comes cut to it.
func Pick(r io.Reader, f hiring.Format, limit int, numbers map[int]bool, emit func(n int, raw string) error) error {
	return Framer{Limit: limit}.cut(r, f, func(c cut) error {
		if !numbers[c.n] {
			return nil
		}
		return emit(c.n, string(c.raw))
	})
}

func (f Framer) limit() int {
	if f.Limit <= 0 {
		return Limit
	}
	return f.Limit
}

func (f Framer) document() int {
	if f.Document <= 0 {
		return MaxDocument
	}
	return f.Document
}

// cut is a record as it was cut out of the body, before anything is made of it.
type cut struct {
	n       int // which record it is, from 1; 0 for the header of a CSV
	line    int
	raw     []byte        // as it stands in the body, without the last line end; not shared with later cuts
	context []byte        // the "@context" of a JSON-LD document, for an object that has none of its own
	row     []string      // of a CSV
	header  []string      // of a CSV, and only there
	problem *hiring.Error // why there is nothing to read
}

// cut finds the records of a body.
func (f Framer) cut(r io.Reader, format hiring.Format, each func(cut) error) error {
	switch format {
	case hiring.JSONLines, hiring.CSV, hiring.JSONLD:
	default:
		return hiring.Invalidf("format", "is not one of jsonl, csv, jsonld")
	}
	body, err := f.open(r)
	if err != nil {
		return err
	}
	if err := refuse(body, format); err != nil {
		return err
	}
	n := 0
	numbered := func(c cut) error {
		if c.header == nil {
			n++
			c.n = n
		}
		return each(c)
	}
	switch format {
	case hiring.CSV:
		return (&table{lines: newLines(body, f.limit())}).cut(numbered)
	case hiring.JSONLD:
		return cutDocument(body, f.limit(), f.document(), numbered)
	}
	return cutLines(newLines(body, f.limit()), numbered)
}

// record judges a cut: JSON when it is well formed, the text as it came when not, a Problem when it is out of bounds.
func (c cut) record(limit int) hiring.Record {
	switch {
	case c.problem != nil:
		return hiring.Record{Line: c.line, Problem: c.problem}
	case c.row != nil:
		return hiring.Record{Line: c.line, Row: c.row}
	}
	text := withContext(c.raw, c.context)
	switch {
	case !utf8.Valid(text):
		return hiring.Record{Line: c.line, Problem: notUTF8("")}
	case len(text) > limit:
		return hiring.Record{Line: c.line, Problem: tooLong(limit)}
	case scanner{text}.deeper(MaxDepth):
		problem := hiring.Errorf(hiring.Invalid, "the record nests deeper than %d levels", MaxDepth)
		return hiring.Record{Line: c.line, Problem: problem}
	case !json.Valid(text):
		return hiring.Record{Line: c.line, Text: string(c.raw)}
	}
	return hiring.Record{Line: c.line, JSON: text}
}

// notUTF8 refuses what Latin-1 or Windows-1252 left. The column is that of a CSV.
func notUTF8(column string) *hiring.Error {
	if column == "" {
		return hiring.Errorf(hiring.Invalid, "the record is not UTF-8 text").Mend("save the file as UTF-8")
	}
	if r := []rune(column); len(r) > 60 {
		column = string(r[:60]) + "…"
	}
	return hiring.Invalidf(column, "is not UTF-8 text").Mend("save the file as 'CSV UTF-8'")
}

func tooLong(limit int) *hiring.Error {
	return hiring.Errorf(hiring.TooLarge, "the record is longer than %d bytes", limit).Mend("shorten its texts, or split it")
}
