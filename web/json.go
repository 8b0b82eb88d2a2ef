package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"matchday/hiring"
)

// maxDepth is how deep JSON may be nested: the deepest document of ours has five levels.
const maxDepth = 64

// document is a JSON body read strictly: no unknown field, no name twice (in whatever case), no trailing data, bounded depth. The
// handler asks for it with get, so that a refusal is an ordinary error with its field.
type document[T any] struct {
	value T
	err   error
}

// get returns the body, or why it was refused. A nil document is a body that was left out: the zero T.
func (d *document[T]) get() (T, error) {
	if d == nil {
		var none T
		return none, nil
	}
	return d.value, d.err
}

// Schema describes the body as a T.
func (*document[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

func (d *document[T]) read(data []byte) { d.err = decodeStrict(data, &d.value) }

// jsonFormat is how huma reads and writes bodies.
func jsonFormat() huma.Format {
	f := huma.DefaultJSONFormat
	f.Unmarshal = func(data []byte, v any) error {
		if p := reflect.ValueOf(v).Elem(); p.Kind() == reflect.Pointer { // a body that may be left out
			p.Set(reflect.New(p.Type().Elem()))
			v = p.Interface()
		}
		if d, ok := v.(interface{ read([]byte) }); ok {
			d.read(data)
			return nil
		}
		return decodeStrict(data, v)
	}
	return f
}

// decodeStrict reads one JSON value into v. Errors name the field and never the value.
func decodeStrict(data []byte, v any) error {
	if err := checkJSON(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var mismatch *json.UnmarshalTypeError
	var own *hiring.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.As(err, &mismatch):
		return hiring.Invalidf(mismatch.Field, "is of the wrong type").Mend("see /docs for the type")
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return hiring.Errorf(hiring.Invalid, "the body has a field that is not known here").Mend("see /docs for the fields; leave out all others")
	}
	return hiring.Errorf(hiring.Invalid, "the body holds a value that cannot be read").Mend("times are RFC 3339; see /docs for the types")
}

// checkJSON walks one JSON value and refuses what decoders quietly accept: names that occur twice, nesting without end, data
// behind the value.
func checkJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var open []map[string]bool // names seen in each open object, nil for an array
	name := false              // the next string is a name
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return nil
		}
		if err != nil {
			return hiring.Errorf(hiring.Invalid, "the body is not valid JSON").Mend("check it with any JSON tool")
		}
		switch t := t.(type) {
		case json.Delim:
			switch t {
			case '{':
				open, name = append(open, map[string]bool{}), true
			case '[':
				open, name = append(open, nil), false
			default:
				open = open[:len(open)-1]
				name = len(open) > 0 && open[len(open)-1] != nil
			}
			if len(open) > maxDepth {
				return hiring.Errorf(hiring.Invalid, "the body is nested too deep").Mend("no document of ours needs more than 64 levels")
			}
		case string:
			if !name {
				name = len(open) > 0 && open[len(open)-1] != nil
				break
			}
			seen, folded := open[len(open)-1], strings.ToLower(t)
			if seen[folded] {
				return hiring.Errorf(hiring.Invalid, "the body has the same field twice").Mend("give each field once; case does not tell them apart")
			}
			seen[folded], name = true, false
		default:
			name = len(open) > 0 && open[len(open)-1] != nil
		}
		if len(open) == 0 && d.InputOffset() < int64(len(bytes.TrimRight(data, " \t\r\n"))) {
			return hiring.Errorf(hiring.Invalid, "the body goes on after its JSON value").Mend("send one JSON object")
		}
	}
}
