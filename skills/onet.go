package skills

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ReadONET reads a folder of the O*NET text database (tab-separated .txt, each plain or .gz). Only "Content Model Reference.txt" is
// required; what else is missing is named in Counts.Skipped. Ids are made from what O*NET keeps stable:
//
//   - onet:2.A.1.a for the skills and knowledge areas that Skills.txt and Knowledge.txt rate, by element; the elements above them
//     are groups.
//   - onet:tech/<words> and onet:tool/<words> for each distinct example of Technology Skills.txt and Tools Used.txt. O*NET gives
//     examples no code and lists one under several commodities, so the id is made of its key: one skill, all its commodities
//     broader.
//   - onet:unspsc/43232306 for those commodities, by their UNSPSC code; they are skills too ("Spreadsheet software").
//
// Source of the columns: "O*NET 29.3 Database" data dictionary.
func ReadONET(fsys fs.FS, emit func(Concept) error) (Counts, error) {
	o := onet{fsys: fsys, in: newIntake(emit), commodities: map[string]bool{}}
	err := o.elements()
	for _, f := range []struct{ file, kind, prefix string }{
		{"Technology Skills.txt", "technology", "onet:tech/"},
		{"Tools Used.txt", "tool", "onet:tool/"},
	} {
		if err == nil {
			err = o.examples(f.file, f.kind, f.prefix)
		}
	}
	if err != nil {
		return o.in.done(), fmt.Errorf("reading O*NET: %w", err)
	}
	return o.in.done(), nil
}

type onet struct {
	fsys        fs.FS
	in          *intake
	commodities map[string]bool // emitted already: both files use some
}

const (
	onetPrefix   = "onet:"
	unspscPrefix = "onet:unspsc/"
)

// each reads a file; its absence is a reason, not an error.
func (o onet) each(file string, columns []string, fn func(row) error) error {
	err := table{file, '\t', columns}.each(o.fsys, o.in, fn)
	if errors.Is(err, fs.ErrNotExist) {
		o.in.skip("%s: the folder has no such file", file)
		return nil
	}
	return err
}

// elements emits the rated elements of the content model, and as groups those above them.
func (o onet) elements() error {
	kinds := map[string]string{}
	for file, kind := range map[string]string{"Skills.txt": "skill", "Knowledge.txt": "knowledge"} {
		err := o.each(file, []string{"Element ID"}, func(r row) error {
			id := r.get("Element ID")
			kinds[id] = kind
			for up := parent(id); up != "" && kinds[up] == ""; up = parent(up) {
				kinds[up] = Group
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	columns := []string{"Element ID", "Element Name", "Description"}
	return table{"Content Model Reference.txt", '\t', columns}.each(o.fsys, o.in, func(r row) error {
		id := r.get("Element ID")
		kind := kinds[id]
		if kind == "" {
			return nil // abilities, interests, work styles: no skills
		}
		c := Concept{
			ID: onetPrefix + id, Name: r.get("Element Name"), Kind: kind, Description: r.get("Description"),
			Labels: map[string]string{"en": r.get("Element Name")},
		}
		if up := parent(id); up != "" {
			c.Broader = []string{onetPrefix + up}
		}
		return o.in.add(r.where(), c)
	})
}

// parent returns the element above one, "" above the topmost: "2.A.1" for "2.A.1.a".
func parent(id string) string { return id[:max(0, strings.LastIndexByte(id, '.'))] }

// example is a technology or tool as the file names it, gathered over all occupations.
type example struct {
	key         string
	names       []string // spellings, in order of the file
	commodities []string
}

// examples emits a file's commodities, then its examples, each in order of id.
func (o onet) examples(file, kind, prefix string) error {
	byKey := map[string]*example{}
	titles := map[string]string{}
	columns := []string{"Example", "Commodity Code", "Commodity Title"}
	err := o.each(file, columns, func(r row) error {
		name, code := r.get("Example"), r.get("Commodity Code")
		key := Key(name)
		if key == "" || code == "" {
			o.in.skip("%s: has no name or no commodity", r.where())
			return nil
		}
		e := byKey[key]
		if e == nil {
			e = &example{key: key}
			byKey[key] = e
		}
		e.names = insert(e.names, name)
		e.commodities = insert(e.commodities, unspscPrefix+code)
		titles[code] = r.get("Commodity Title")
		return nil
	})
	if err != nil {
		return err
	}
	return o.emit(file, kind, prefix, byKey, titles)
}

// insert adds what a short list does not hold yet.
func insert(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func (o onet) emit(file, kind, prefix string, byKey map[string]*example, titles map[string]string) error {
	for _, code := range slices.Sorted(maps.Keys(titles)) {
		if o.commodities[code] {
			continue
		}
		o.commodities[code] = true
		c := Concept{ID: unspscPrefix + code, Name: titles[code], Kind: kind, Labels: map[string]string{"en": titles[code]}}
		if err := o.in.add(file+" commodity "+code, c); err != nil {
			return err
		}
	}
	for _, title := range titles {
		delete(byKey, Key(title)) // "Spreadsheet software" as an example of itself
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		e := byKey[key]
		slices.Sort(e.names)
		c := Concept{
			ID: prefix + slug(key), Name: e.names[0], Kind: kind, Labels: map[string]string{"en": e.names[0]}, Broader: e.commodities,
		}
		c.Alt = map[string][]string{"en": append(e.names[1:], acronym(e.names[0])...)}
		if err := o.in.add(fmt.Sprintf("%s example %.50q", file, e.names[0]), c); err != nil {
			return err
		}
	}
	return nil
}

// acronym returns the two names in one that O*NET writes like "Structured query language SQL": the words, and their initials. It
// returns none where the last word is not exactly the initials of all others, three at least.
func acronym(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' || r == '/' })
	if len(words) < 4 {
		return nil
	}
	last := words[len(words)-1]
	var initials strings.Builder
	for _, w := range words[:len(words)-1] {
		r, _ := utf8.DecodeRuneInString(w)
		initials.WriteRune(unicode.ToUpper(r))
	}
	if initials.String() != last || !strings.HasSuffix(name, " "+last) {
		return nil
	}
	return []string{strings.TrimSuffix(name, " "+last), last}
}

// slug writes a key in the characters of an id: spaces as '-', a plus as "plus", anything else that is not ASCII as its code. Keys
// hold neither '-' nor '_', so no two keys share a slug.
func slug(key string) string {
	var s strings.Builder
	for _, r := range key {
		switch {
		case r == ' ':
			s.WriteByte('-')
		case r == '+':
			s.WriteString("_plus")
		case r < utf8.RuneSelf:
			s.WriteRune(r)
		default:
			fmt.Fprintf(&s, "_%x", r)
		}
	}
	return s.String()
}
