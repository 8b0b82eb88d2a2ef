package skills

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line of JSON Lines; a concept at its bounds fits.
const maxLine = 4 << 20

// ReadJSONL reads the normal form: one concept a line, as [Concept] names its fields. A line that is no such object, is longer
// than 4 MiB, or has a field that is unknown or stands twice is skipped with its number and the field's name; the error is only
// ever the reader's or emit's own.
func ReadJSONL(r io.Reader, emit func(Concept) error) (Counts, error) {
	in := newIntake(emit)
	err := eachLine(r, func(number int, line []byte, tooLong bool) error {
		where := fmt.Sprintf("line %d", number)
		if tooLong {
			in.skip("%s: longer than %d bytes", where, maxLine)
			return nil
		}
		c, err := parseConcept(line)
		if err != nil {
			in.skip("%s: %v", where, err)
			return nil
		}
		return in.add(where, c)
	})
	if err != nil {
		return in.done(), fmt.Errorf("reading concepts: %w", err)
	}
	return in.done(), nil
}

// eachLine calls fn for every line that is not blank, without its end; of one over maxLine only the fact.
func eachLine(r io.Reader, fn func(number int, line []byte, tooLong bool) error) error {
	br := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	for number := 1; ; number++ {
		line = line[:0]
		tooLong := false
		var err error
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			if tooLong = tooLong || len(line)+len(part) > maxLine; !tooLong {
				line = append(line, part...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if text := bytes.TrimSpace(line); tooLong || len(text) > 0 {
			if err := fn(number, text, tooLong); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// parseConcept decodes one object strictly: exact names, each at most once, nothing behind it.
func parseConcept(line []byte) (Concept, error) {
	var c Concept
	fields := map[string]any{
		"id": &c.ID, "name": &c.Name, "kind": &c.Kind, "description": &c.Description, "labels": &c.Labels, "alt": &c.Alt,
		"hidden": &c.Hidden, "broader": &c.Broader, "related": &c.Related,
	}
	seen := make(map[string]bool, len(fields))
	dec := json.NewDecoder(bytes.NewReader(line))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return c, errors.New("is not a JSON object")
	}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return c, errors.New("is not valid JSON")
		}
		target := fields[name]
		switch {
		case target == nil:
			return c, fmt.Errorf("%.50q is not a field of a concept", name)
		case seen[name]:
			return c, fmt.Errorf("%s stands twice", name)
		}
		seen[name] = true
		if err := dec.Decode(target); err != nil {
			return c, fmt.Errorf("%s %s", name, problem(err, target))
		}
	}
	if _, err := dec.Token(); err != nil {
		return c, errors.New("is not valid JSON")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return c, errors.New("has something behind its object")
	}
	return c, nil
}

// problem says what a field should have held, without repeating what it did.
func problem(err error, target any) string {
	var t *json.UnmarshalTypeError
	if !errors.As(err, &t) {
		return "is not valid JSON"
	}
	switch target.(type) {
	case *string:
		return "is not a string"
	case *[]string:
		return "is not a list of strings"
	case *map[string]string:
		return "is not an object of one string a language"
	}
	return "is not an object of a list of strings a language"
}

// WriteJSONL writes one concept in the normal form, as a line.
func WriteJSONL(w io.Writer, c Concept) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("writing concept %s: %w", c.ID, err)
	}
	return nil
}
