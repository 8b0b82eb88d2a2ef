package native

import (
	"encoding/json"
	"errors"
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
	if !json.Valid(raw) {
		return nil, syntax(raw)
	}
	p := parser{raw: raw}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, hiring.Errorf(hiring.Invalid, "the record is not a JSON object")
	}
	return doc, nil
}

// syntax says what is wrong with raw, without the character that encoding/json would quote.
func syntax(raw []byte) error {
	var whole json.RawMessage
	var bad *json.SyntaxError
	if !errors.As(json.Unmarshal(raw, &whole), &bad) {
		return hiring.Errorf(hiring.Invalid, "the record is not JSON")
	}
	switch said := bad.Error(); {
	case strings.Contains(said, "unexpected end"):
		return hiring.Errorf(hiring.Invalid, "the record ends before its JSON is complete")
	case strings.Contains(said, "max depth"):
		return tooDeep()
	case strings.Contains(said, "after top-level value"):
		return hiring.Errorf(hiring.Invalid, "the record goes on after its object").Mend("write one object a line")
	}
	return hiring.Errorf(hiring.Invalid, "the record is not JSON at byte %d", bad.Offset)
}

func tooDeep() error {
	return hiring.Errorf(hiring.Invalid, "the record is nested deeper than %d levels", MaxDepth)
}

// parser walks JSON that is known to be valid: it need not look at what can only be one thing. A json.Decoder read token by token
// takes three times as long.
type parser struct {
	raw  []byte
	at   int      // the next byte
	path []string // field names and [indices] down to the value being read
}

// next returns the next byte that is neither blank nor what only parts values, and leaves it to be read.
func (p *parser) next() byte {
	for {
		switch c := p.raw[p.at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			p.at++
		default:
			return c
		}
	}
}

func (p *parser) value() (any, error) {
	switch c := p.next(); c {
	case '{', '[':
		if len(p.path) >= MaxDepth {
			return nil, tooDeep()
		}
		p.at++
		if c == '{' {
			return p.object()
		}
		return p.list()
	case '"':
		return p.text(), nil
	default:
		return p.literal(), nil
	}
}

func (p *parser) object() (map[string]any, error) {
	m := map[string]any{}
	for p.next() != '}' {
		key := p.text()
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
	p.at++
	return m, nil
}

func (p *parser) list() ([]any, error) {
	list := []any{}
	for p.next() != ']' {
		p.path = append(p.path, "")
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		list = append(list, v)
	}
	p.at++
	return list, nil
}

// text reads the string that begins here.
func (p *parser) text() string {
	start, plain := p.at, true
	for p.at++; p.raw[p.at] != '"'; p.at++ {
		if p.raw[p.at] == '\\' {
			plain = false
			p.at++
		}
	}
	p.at++
	if plain {
		return string(p.raw[start+1 : p.at-1])
	}
	var s string
	_ = json.Unmarshal(p.raw[start:p.at], &s) // valid, as the whole is
	return s
}

// literal reads the number, true, false or null that begins here.
func (p *parser) literal() any {
	start := p.at
	for p.at < len(p.raw) && !strings.ContainsRune(" \t\n\r,]}", rune(p.raw[p.at])) {
		p.at++
	}
	switch s := string(p.raw[start:p.at]); s {
	case "true", "false":
		return s == "true"
	case "null":
		return nil
	default:
		return json.Number(s)
	}
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
