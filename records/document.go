package records

import (
	"bytes"
	"encoding/json"
	"io"

	"matchday/hiring"
)

// maxContext bounds the "@context" that is copied to each object of a document, in bytes. Contexts are addresses; a large one,
// copied to many small objects, would make a small body a huge one.
const maxContext = 4 << 10

// document is a JSON-LD document: an object, an array of objects, an object with "@graph", or an array of those; or several of
// them one after another. An object that is malformed inside its brackets fails alone.
type document struct {
	scanner
	limit   int
	each    func(cut) error
	line    int // the line of offset counted, from 1
	counted int
	stopped bool // what comes next cannot be told
}

// cutDocument takes each object of a document, or of the documents in an HTML page, of at most so many bytes as a record.
func cutDocument(r io.Reader, limit, most int, each func(cut) error) error {
	text, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return err
	}
	if len(text) > most {
		return hiring.Errorf(hiring.TooLarge, "the document is longer than %d bytes", most).Mend("send JSON Lines, or split it")
	}
	if isPage(text[:min(len(text), 512)]) {
		return cutPage(text, limit, each)
	}
	return cutText(text, 1, limit, each)
}

// cutText takes each object of a document, which begins at a line, as a record.
func cutText(text []byte, line, limit int, each func(cut) error) (err error) {
	d := &document{scanner: scanner{text}, limit: limit, each: each, line: line}
	for i := d.space(0); i < len(text) && err == nil && !d.stopped; i = d.space(i) {
		if text[i] == '[' {
			i, err = d.array(i, d.object)
		} else {
			i, err = d.value(i, d.object)
		}
	}
	return err
}

// value gives the value at i to fn and returns the offset after it; where none ends, it says so and returns the end of the text.
func (d *document) value(i int, fn func(i, end int) error) (int, error) {
	end := d.end(i)
	if end < 0 {
		return len(d.text), d.malformed(i)
	}
	return end, fn(i, end)
}

// array gives each element of the array at i to fn and returns the offset after it; as value does when it is malformed.
func (d *document) array(i int, fn func(i, end int) error) (int, error) {
	for i = d.space(i + 1); d.at(i) != ']'; {
		end, err := d.value(i, fn)
		if err != nil || d.stopped {
			return end, err
		}
		switch i = d.space(end); d.at(i) {
		case ',':
			i = d.space(i + 1)
		case ']':
		default:
			return len(d.text), d.malformed(i)
		}
	}
	return i + 1, nil
}

// object gives the object in [i, end), or each element of its "@graph" where it has one.
func (d *document) object(i, end int) error {
	graph, at, ok := d.members(i, end)
	if !ok || graph == (span{}) {
		return d.give(i, end, nil)
	}
	context := d.text[at.from:at.to]
	if len(context) > maxContext || len(context) > 0 && !json.Valid(context) {
		return d.refuse(i, hiring.Invalidf("@context", "is malformed or longer than %d bytes", maxContext).
			Mend("name contexts by their addresses"))
	}
	element := func(i, end int) error { return d.give(i, end, context) }
	if d.at(graph.from) != '[' {
		return element(graph.from, graph.to)
	}
	_, err := d.array(graph.from, element)
	return err
}

// give hands on the value in [i, end) with the context of its document, unless it has its own. It copies, so that no record keeps
// the whole document in memory; one byte more than the limit is enough to show that the value is beyond it.
func (d *document) give(i, end int, context []byte) error {
	if _, own, _ := d.members(i, end); own != (span{}) {
		context = nil
	}
	raw := bytes.Clone(d.text[i:min(end, i+d.limit+1)])
	return d.each(cut{line: d.lineAt(i), raw: raw, context: context})
}

func (d *document) malformed(i int) error {
	d.stopped = true
	return d.refuse(i, hiring.Errorf(hiring.Invalid, "the document is malformed or cut off here, and nothing after it was read").
		Mend("check brackets, quotes and commas"))
}

// refuse hands on a problem with what stands at i; the rest of its line stands for it.
func (d *document) refuse(i int, problem *hiring.Error) error {
	i = min(i, len(d.text))
	rest, _, _ := bytes.Cut(d.text[i:min(len(d.text), i+d.limit)], []byte("\n"))
	return d.each(cut{line: d.lineAt(i), raw: bytes.Clone(rest), problem: problem})
}

// lineAt returns the line of an offset; offsets must not fall.
func (d *document) lineAt(i int) int {
	d.line += bytes.Count(d.text[d.counted:i], []byte("\n"))
	d.counted = i
	return d.line
}

// withContext returns the object with the context in front of its members.
func withContext(object, context []byte) []byte {
	if len(context) == 0 || !bytes.HasPrefix(object, []byte("{")) {
		return object
	}
	members := bytes.TrimLeft(object[1:], " \t\r\n")
	joined := append([]byte(`{"@context":`), context...)
	if !bytes.HasPrefix(members, []byte("}")) {
		joined = append(joined, ',')
	}
	return append(joined, members...)
}
