package native

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"matchday/hiring"
)

// Limits of a document's shape.
const (
	// MaxDepth is how deep objects and lists may nest.
	MaxDepth = 32
	// MaxFields is how many fields one object may have.
	MaxFields = 100
)

// Parse reads one JSON object into a tree of map[string]any, []any, string, json.Number, bool and nil. It refuses, with an
// [hiring.Error] of code Invalid, anything that is not one whole object of valid UTF-8, a key given twice (letter case does not
// make a key another), and what exceeds MaxDepth or MaxFields.
func Parse(raw []byte) (map[string]any, error) {
	if !utf8.Valid(raw) {
		return nil, hiring.Errorf(hiring.Invalid, "the record is not UTF-8 text")
	}
	p := parser{dec: json.NewDecoder(bytes.NewReader(raw))}
	p.dec.UseNumber()
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, hiring.Errorf(hiring.Invalid, "the record is not a JSON object")
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, hiring.Errorf(hiring.Invalid, "the record goes on after its object").Mend("write one object a line")
	}
	return doc, nil
}

type parser struct {
	dec  *json.Decoder
	path []string // field names and [indices] down to the value being read
}

func (p *parser) value() (any, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, p.syntax(err)
	}
	d, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if len(p.path) >= MaxDepth {
		return nil, hiring.Errorf(hiring.Invalid, "the record is nested deeper than %d levels", MaxDepth)
	}
	if d == '{' {
		return p.object()
	}
	return p.list()
}

func (p *parser) object() (map[string]any, error) {
	m := map[string]any{}
	for p.dec.More() {
		t, err := p.dec.Token()
		if err != nil {
			return nil, p.syntax(err)
		}
		key, ok := t.(string)
		if !ok {
			return nil, hiring.Errorf(hiring.Invalid, "the record is not JSON")
		}
		for k := range m {
			if strings.EqualFold(k, key) {
				return nil, hiring.Invalidf(join(p.where(), printable(key)), "is given twice")
			}
		}
		if len(m) == MaxFields {
			return nil, hiring.Invalidf(p.where(), "holds more than %d fields", MaxFields)
		}
		p.path = append(p.path, key)
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		m[key] = v
	}
	_, err := p.dec.Token()
	return m, p.syntax(err)
}

func (p *parser) list() ([]any, error) {
	list := []any{}
	for p.dec.More() {
		p.path = append(p.path, "")
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		list = append(list, v)
	}
	_, err := p.dec.Token()
	return list, p.syntax(err)
}

// syntax renders a syntax error without the character that encoding/json would quote.
func (p *parser) syntax(err error) error {
	var bad *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return hiring.Errorf(hiring.Invalid, "the record ends before its JSON is complete")
	case errors.As(err, &bad):
		return hiring.Errorf(hiring.Invalid, "the record is not JSON at byte %d", p.dec.InputOffset())
	}
	return hiring.Errorf(hiring.Invalid, "the record is not JSON")
}

// where names the object being read, without the indices of lists.
func (p *parser) where() string {
	path := ""
	for _, name := range p.path {
		if name != "" {
			path = join(path, printable(name))
		}
	}
	return path
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// printable returns a field name that the sender chose when it is harmless to show, and a stand-in otherwise.
func printable(name string) string {
	ok := name != "" && len(name) <= 60
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@:_.-$/ ", r))
	}
	if !ok {
		return "(unprintable field)"
	}
	return name
}
