package table

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"matchday/hiring"
)

// Columns says what the columns of a table fill; see [NewColumns]. It is safe for concurrent use.
type Columns struct {
	kind  hiring.ImportKind
	width int
	fills []fill
}

type fill struct {
	column int
	field  string
	read   reader
}

// NewColumns resolves a header and a map (column → field) for tables of one kind. The error, a [hiring.Error], names the column or
// field that is unknown or meant twice.
func NewColumns(kind hiring.ImportKind, header []string, fieldOf map[string]string) (*Columns, error) {
	fields := fieldsOf[kind]
	if fields == nil {
		return nil, hiring.Invalidf("kind", "is not one of learners, openings, programmes, credentials")
	}
	if len(header) == 0 || len(header) > 1000 {
		return nil, hiring.Invalidf("header", "has no columns, or more than 1,000")
	}
	c := &Columns{kind: kind, width: len(header)}
	index := map[string]int{}
	for i, name := range header {
		name = clean(name)
		if _, twice := index[name]; twice {
			index[name] = -1
			continue
		}
		index[name] = i
	}
	byField := map[string]string{}
	for _, column := range slices.Sorted(maps.Keys(fieldOf)) {
		field := fieldOf[column]
		i, known := index[clean(column)]
		switch {
		case !known:
			return nil, noSuchColumn(column, header)
		case i < 0:
			return nil, hiring.Invalidf("map", "names column %q, which the header has twice", short(column))
		case fields[field] == nil:
			return nil, noSuchField(field, kind)
		case byField[field] != "":
			return nil, hiring.Invalidf("map", "fills field %q from two columns", short(field))
		}
		byField[field] = column
		c.fills = append(c.fills, fill{i, field, fields[field]})
	}
	mapped := map[int]bool{}
	for _, f := range c.fills {
		mapped[f.column] = true
	}
	named := map[string]bool{}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(index))) { // small letters first: "title" wins over "Title"
		i, field := index[name], fieldFor(kind, name)
		if i >= 0 && !mapped[i] && field != "" && !named[field] && !overlaps(byField, field) {
			named[field] = true
			c.fills = append(c.fills, fill{i, field, fields[field]})
		}
	}
	if len(c.fills) == 0 {
		return nil, noColumn(kind, header)
	}
	for i, f := range c.fills {
		for _, g := range c.fills[:i] {
			if nested(f.field, g.field) {
				return nil, hiring.Invalidf("map", "fills both field %q and a part of it", min(f.field, g.field))
			}
		}
	}
	slices.SortFunc(c.fills, func(a, b fill) int { return a.column - b.column })
	return c, nil
}

// clean strips what spreadsheets leave around a header: spaces and a byte order mark.
func clean(column string) string { return strings.TrimSpace(strings.TrimPrefix(column, "\ufeff")) }

func short(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}

// overlaps reports whether the map already fills a field, a part of it, or the whole that it is part of.
func overlaps(byField map[string]string, field string) bool {
	for f := range byField {
		if f == field || nested(f, field) {
			return true
		}
	}
	return false
}

func nested(a, b string) bool {
	return strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

// Decode turns a row into the native form. again is how many rows before it have the same identifying cells: without an id column,
// each of them gets an id of its own.
func (c *Columns) Decode(row []string, again int) (map[string]any, error) {
	if len(row) != c.width {
		return nil, hiring.Errorf(hiring.Invalid, "the row has %d cells where the header has %d", len(row), c.width)
	}
	doc := make(map[string]any, len(c.fills)+1)
	for _, f := range c.fills {
		if cell := strings.TrimSpace(row[f.column]); cell != "" {
			f.read(doc, f.field, cell)
		}
	}
	for _, field := range []string{"pay", "payFloor"} {
		if err := settlePay(doc, field); err != nil {
			return nil, err
		}
	}
	if doc["id"] != nil {
		return doc, nil
	}
	id := derivedID(c.kind, doc)
	if id == "" {
		return doc, missing(c.kind, doc)
	}
	if again > 0 {
		id += "-" + strconv.Itoa(again+1)
	}
	doc["id"] = id
	return doc, nil
}

// derivedID makes an id from what identifies a programme or an opening; "" when too little is there, or for other kinds.
func derivedID(kind hiring.ImportKind, doc map[string]any) string {
	var basis []string
	for _, field := range hiring.Identifying(kind) {
		outer, inner, nested := strings.Cut(field, ".")
		v := doc[outer]
		if nested {
			object, _ := v.(map[string]any)
			v = object[inner]
		}
		basis = append(basis, word(v))
	}
	if len(basis) < 2 || basis[0] == "" || basis[1] == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(basis, "\x00")))
	return slug(basis[0], 40) + "/" + slug(basis[1], 80) + "-" + hex.EncodeToString(sum[:4])
}

func word(v any) string {
	s, _ := v.(string)
	return s
}

// slug keeps the letters and digits of ASCII, in lower case, with one hyphen for anything between.
func slug(s string, limit int) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
		if b.Len() >= limit {
			break
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}
