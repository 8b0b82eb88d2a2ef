package native

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"matchday/hiring"
)

// object reads the fields of one JSON object. The first problem stays in *err and makes later reads return zero values, so that a
// decoder reads straight through and asks once at the end.
type object struct {
	of     string // what it is, for messages: "an opening"
	path   string // where it stands in the record; empty for the record itself
	fields map[string]any
	asked  []string
	err    *error
}

func newObject(of string, fields map[string]any) *object {
	return &object{of: of, fields: fields, err: new(error), asked: make([]string, 0, 20)}
}

// fail keeps the first problem.
func (o *object) fail(field, format string, args ...any) {
	if *o.err == nil {
		*o.err = hiring.Invalidf(field, format, args...)
	}
}

// get returns a field that is present and not null.
func (o *object) get(name string) (any, bool) {
	o.asked = append(o.asked, name)
	v := o.fields[name]
	return v, v != nil && *o.err == nil
}

// done refuses fields that nobody asked for, in order of name, and returns the first problem of all.
func (o *object) done() error {
	unknown := ""
	for name := range o.fields {
		if !slices.Contains(o.asked, name) && (unknown == "" || name < unknown) {
			unknown = name
		}
	}
	if unknown != "" {
		o.fail(join(o.path, printable(unknown)), "is not a field of %s", o.of)
	} else if _, empty := o.fields[""]; empty {
		o.fail(o.path, "holds a field without a name")
	}
	return *o.err
}

func (o *object) text(name string) string {
	v, ok := o.get(name)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		o.fail(join(o.path, name), "is not a text")
	}
	return s
}

// id reads an id, which must be valid where it is present.
func (o *object) id(name string, required bool) string {
	s := o.text(name)
	if *o.err == nil && (o.fields[name] != nil || required) {
		if err := hiring.ValidID(join(o.path, name), s); err != nil {
			*o.err = err
		}
	}
	return s
}

// number reads a number; ok is false when there is none.
func (o *object) number(name string) (n float64, ok bool) {
	v, ok := o.get(name)
	if !ok {
		return 0, false
	}
	n, ok = numberOf(v)
	if !ok {
		o.fail(join(o.path, name), "is not a number")
	}
	return n, ok
}

func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case json.Number:
		n, err := v.Float64()
		return n, err == nil
	}
	return 0, false
}

// level reads a whole number from 1 to 5, 0 when there is none.
func (o *object) level(name string) int {
	n, ok := o.number(name)
	if !ok {
		return 0
	}
	if n != math.Trunc(n) || n < 1 || n > 5 {
		o.fail(join(o.path, name), "is not a whole number from 1 to 5")
		return 0
	}
	return int(n)
}

func (o *object) flag(name string) *bool {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	b, ok := v.(bool)
	if !ok {
		o.fail(join(o.path, name), "is not true or false")
		return nil
	}
	return &b
}

// edge is which end of a day a date without a time stands for.
type edge bool

const (
	begin edge = false
	end   edge = true
)

func (o *object) instant(name string, e edge) *time.Time {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	return o.time(join(o.path, name), v, e)
}

func (o *object) time(path string, v any, e edge) *time.Time {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse(time.DateOnly, s)
		if err == nil && e == end {
			t = t.Add(24*time.Hour - time.Second)
		}
	}
	if err != nil || t.Year() < 1 || t.UTC().Year() > 9999 {
		if *o.err == nil {
			*o.err = hiring.Invalidf(path, "is not a date").Mend("write RFC 3339, as in 2027-03-01 or 2027-03-01T18:00:00Z")
		}
		return nil
	}
	t = t.UTC()
	return &t
}

// list reads a list, or one value as a list of one.
func (o *object) list(name string) []any {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// words reads a list of texts, or one text.
func (o *object) words(name string) []string {
	var words []string
	for i, v := range o.list(name) {
		s, ok := v.(string)
		if !ok {
			o.fail(at(join(o.path, name), i), "is not a text")
			return nil
		}
		words = append(words, strings.TrimSpace(s))
	}
	return words
}

// textOrNumber reads a text, or a number as its digits.
func (o *object) textOrNumber(name string) string {
	if n, ok := numberOf(o.fields[name]); ok {
		o.asked = append(o.asked, name)
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return o.text(name)
}

func (o *object) sub(of, path string, v any) *object {
	m, ok := v.(map[string]any)
	if !ok {
		o.fail(path, "is not an object")
		return nil
	}
	return &object{of: of, path: path, fields: m, err: o.err}
}
