package table

import (
	"maps"
	"slices"
	"strings"

	"matchday/hiring"
)

// of says what a record of a kind is called.
var of = map[hiring.ImportKind]string{
	hiring.ImportOpenings: "an opening", hiring.ImportLearners: "a learner", hiring.ImportProgrammes: "a programme", hiring.ImportCredentials: "a completion",
}

const mapThem = "map them with --map 'COLUMN=FIELD'"

// noColumn refuses a header of which nothing is a field. The sender's own column names are shown back, so that they see what was read.
func noColumn(kind hiring.ImportKind, header []string) error {
	return hiring.Errorf(hiring.Invalid, "no column is a field of %s; columns: %s; fields: %s", of[kind], names(header), fieldNames(kind)).Mend(mapThem)
}

// noSuchColumn refuses a map that names a column which the header lacks.
func noSuchColumn(column string, header []string) error {
	e := hiring.Invalidf("map", "names column %q, which the header does not have", short(column))
	if near := nearest(column, header); near != "" {
		return e.Mend("did you mean " + short(near) + "? columns: " + names(header))
	}
	return e.Mend("the columns are " + names(header))
}

// noSuchField refuses a map to what is no field.
func noSuchField(field string, kind hiring.ImportKind) error {
	e := hiring.Invalidf("map", "names field %q, which %s do not have", short(field), kind)
	if near := nearest(field, slices.Sorted(maps.Keys(fieldsOf[kind]))); near != "" {
		return e.Mend("did you mean " + near + "? fields: " + fieldNames(kind))
	}
	return e.Mend("the fields are " + fieldNames(kind))
}

func fieldNames(kind hiring.ImportKind) string {
	return strings.Join(slices.Sorted(maps.Keys(fieldsOf[kind])), ", ")
}

// names lists columns, not more than people read.
func names(header []string) string {
	const most = 30
	shown := make([]string, 0, most+1)
	for _, column := range header[:min(most, len(header))] {
		shown = append(shown, short(clean(column)))
	}
	if len(header) > most {
		shown = append(shown, "…")
	}
	return strings.Join(shown, ", ")
}

// nearest returns which of the names somebody who wrote so may have meant: one that is the same but for case and punctuation, one that
// has it as its last part ("email" of "contact.email"), or the one that fewest typing errors make of it; "" when none is near.
func nearest(said string, names []string) string {
	want := slug(said, 100)
	best, least := "", 1+min(3, len(want)/2)
	for _, name := range names {
		got := slug(name, 100)
		distance := typos(want, got)
		if strings.HasSuffix(got, "-"+want) {
			distance = min(distance, 1)
		}
		if distance < least {
			best, least = name, distance
		}
	}
	return best
}

// typos is the Levenshtein distance of two texts in bytes.
func typos(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// fieldFor returns the field that a column's heading names, whatever its letter case; "" when it names none.
func fieldFor(kind hiring.ImportKind, heading string) string {
	for field := range fieldsOf[kind] {
		if strings.EqualFold(field, heading) {
			return field
		}
	}
	return ""
}

// missing says what a record without an id lacks to have one made.
func missing(kind hiring.ImportKind, doc map[string]any) error {
	made := map[hiring.ImportKind]string{
		hiring.ImportOpenings: "employer, title and place", hiring.ImportProgrammes: "provider and name",
	}[kind]
	if made == "" {
		return nil
	}
	for _, field := range hiring.Identifying(kind)[:2] {
		if word(doc[field]) == "" {
			return hiring.Invalidf(field, "is missing (an id is made from %s)", made).Mend("fill it, or give each row an id")
		}
	}
	return nil
}
