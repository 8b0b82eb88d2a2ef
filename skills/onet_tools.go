package skills

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	columns := []string{"O*NET-SOC Code", "Example", "Commodity Code", "Commodity Title"}
	if kind == "technology" {
		columns = append(columns, "In Demand")
	}
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
		// Employers ask for what is in demand; what is not, or a tool, an occupation merely uses.
		o.asks(r.get("O*NET-SOC Code"), prefix+slug(key), kind == "technology" && r.get("In Demand") == "Y")
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
		c := Concept{
			ID: unspscPrefix + code, Name: titles[code], Kind: kind, Labels: map[string]string{"en": titles[code]}, Broader: o.classes[code],
		}
		if err := o.in.add(file+" commodity "+code, c); err != nil {
			return err
		}
	}
	for code, title := range titles {
		if key := Key(title); byKey[key] != nil { // "Spreadsheet software" as an example of itself
			o.instead[prefix+slug(key)] = unspscPrefix + code
			delete(byKey, key)
		}
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
