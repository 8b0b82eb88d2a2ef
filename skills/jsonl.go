package skills

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine bounds a line of JSON Lines; a concept at its bounds fits.
const maxLine = 8 << 20

// ReadJSONL reads the normal form: one concept a line, as [Concept] names its fields. A line that is no such object, is longer
// than 8 MiB, or has a field that is unknown or stands twice is skipped with its number and the field's name; the error is only
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
	if line[0] != '{' {
		return c, errors.New("is not a JSON object")
	}
	err := json.Unmarshal(line, &c)
	wrong := (*json.UnmarshalTypeError)(nil)
	if err != nil && !errors.As(err, &wrong) {
		return c, errors.New("is not valid JSON")
	}
	if err := knownFields(line); err != nil {
		return c, err
	}
	if wrong != nil {
		name, _, _ := strings.Cut(wrong.Field, ".")
		return c, fmt.Errorf("%s is not %s", name, wanted(name))
	}
	return c, nil
}

// wanted says what a field of a concept holds, "" for what is none.
func wanted(field string) string {
	switch field {
	case "id", "name", "kind", "description":
		return "a string"
	case "labels":
		return "an object of one string a language"
	case "alt", "hidden":
		return "an object of a list of strings a language"
	case "broader", "related", "same", "essential", "optional":
		return "a list of strings"
	}
	return ""
}

// knownFields checks the names in a valid JSON object, which encoding/json takes in any case and any number.
func knownFields(object []byte) error {
	var seen [16]string
	names, depth := seen[:0], 0
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := i + stringEnd(object[i:])
			if behind := bytes.TrimLeft(object[end:], " \t\r\n"); depth == 1 && behind[0] == ':' {
				var name string
				if err := json.Unmarshal(object[i:end], &name); err != nil {
					return errors.New("is not valid JSON")
				}
				switch {
				case wanted(name) == "":
					return fmt.Errorf("%.50q is not a field of a concept", name)
				case slices.Contains(names, name):
					return fmt.Errorf("%s stands twice", name)
				}
				names = append(names, name)
			}
			i = end - 1
		}
	}
	return nil
}

// stringEnd returns the length of the JSON string that text begins with, quotes and all.
func stringEnd(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
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
