package skills

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ReadCTDL reads the competencies of a CTDL or CTDL-ASN document (JSON-LD, gzip-compressed or not): a single object, an array, a
// @graph, or an envelope of the Credential Registry around one. competencyLabel names a competency, or else competencyText;
// isChildOf and hasChild say what is broader; exactAlignment, broadAlignment and narrowAlignment relate it to other taxonomies.
// A document that is not JSON is skipped with the reason; nodes of other types are counted in Counts.Skipped by their type.
//
// Source of the terms: the CTDL-ASN schema of Credential Engine (credreg.net/ctdlasn/terms).
func ReadCTDL(r io.Reader, emit func(Concept) error) (Counts, error) {
	in := newIntake(emit)
	document, err := readJSON(r)
	if err != nil {
		if document == nil && isSyntax(err) {
			in.skip("the document is not valid JSON: %v", err)
			return in.done(), nil
		}
		return in.done(), fmt.Errorf("reading CTDL: %w", err)
	}
	c := ctdl{in: in, parents: map[string][]string{}, others: map[string]int{}}
	c.gather(document, 0)
	for _, node := range c.nodes {
		if err := c.emit(node); err != nil {
			return in.done(), err
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(c.others)) {
		in.skip("%d nodes of type %.60q are no competencies", c.others[kind], kind)
	}
	return in.done(), nil
}

// isSyntax reports whether an error is about the document rather than about reading it.
func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, errTrailing)
}

var errTrailing = fmt.Errorf("something follows the document")

// readJSON reads one JSON value, plain or packed, and refuses what follows it.
func readJSON(r io.Reader) (any, error) {
	plain, err := unpack(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(&bounded{plain, maxDocument})
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errTrailing
	}
	return v, nil
}

const (
	maxDocument = 64 << 20 // bytes of a JSON document, unpacked
	maxNesting  = 100      // depth at which nodes are looked for
)

type ctdl struct {
	in      *intake
	nodes   []map[string]any
	parents map[string][]string // by child, from hasChild
	others  map[string]int      // nodes of other types
}

// gather finds the competencies anywhere in a document.
func (c *ctdl) gather(v any, depth int) {
	if depth > maxNesting {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			c.gather(x, depth+1)
		}
	case map[string]any:
		if kinds := texts(v["@type"]); slices.ContainsFunc(kinds, func(k string) bool { return local(k) == "Competency" }) {
			c.nodes = append(c.nodes, v)
			for _, child := range refs(property(v, "hasChild")) {
				c.parents[child] = append(c.parents[child], identity(v))
			}
			return
		} else if len(kinds) > 0 {
			c.others[kinds[0]]++
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			c.gather(v[name], depth+1)
		}
	}
}

// local returns a name without its prefix: "Competency" for "ceasn:Competency".
func local(name string) string { return name[strings.LastIndexAny(name, ":/#")+1:] }

// property returns a value by its name, whatever its prefix.
func property(node map[string]any, name string) any {
	for _, prefix := range []string{"ceasn:", "", "ceterms:", "asn:"} {
		if v, ok := node[prefix+name]; ok {
			return v
		}
	}
	return nil
}

func identity(node map[string]any) string {
	for _, v := range []any{node["@id"], node["id"], property(node, "ctid")} {
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// texts returns the strings of a value that is one or a list of them.
func texts(v any) (list []string) {
	switch v := v.(type) {
	case string:
		list = append(list, v)
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				list = append(list, s)
			}
		}
	}
	return list
}

// refs returns the ids of a value: strings, or objects with an @id, one or many. Ids with spaces are none of ours.
func refs(v any) (list []string) {
	if one, ok := v.(map[string]any); ok {
		v = []any{one}
	}
	if many, ok := v.([]any); ok {
		for _, x := range many {
			if object, ok := x.(map[string]any); ok {
				list = append(list, texts(object["@id"])...)
			}
		}
	}
	return slices.DeleteFunc(append(list, texts(v)...), func(id string) bool { return unusable(Concept{ID: id}) != "" })
}

// languages returns a text by language: {"en-US": "…"}, a list of such, or a plain string.
func languages(v any) map[string]string {
	labels := map[string]string{}
	switch v := v.(type) {
	case string:
		labels[undetermined] = v
	case map[string]any:
		for tag, text := range v {
			if list := texts(text); len(list) > 0 {
				labels[language(tag)] = list[0]
			}
		}
	case []any:
		if len(v) > 0 {
			return languages(v[0])
		}
	}
	for lang, text := range labels {
		if labels[lang] = strings.Join(strings.Fields(text), " "); labels[lang] == "" {
			delete(labels, lang)
		}
	}
	return labels
}

// anyOf returns the English text, or else the first by language.
func anyOf(labels map[string]string) string {
	if labels["en"] != "" {
		return labels["en"]
	}
	for _, lang := range slices.Sorted(maps.Keys(labels)) {
		return labels[lang]
	}
	return ""
}

func (c *ctdl) emit(node map[string]any) error {
	id := identity(node)
	where := fmt.Sprintf("competency %.100s", id)
	label, text := languages(property(node, "competencyLabel")), languages(property(node, "competencyText"))
	about := text
	if len(label) == 0 {
		label, about = text, languages(property(node, "comment"))
	}
	if len(label) == 0 {
		c.in.skip("%s: has neither competencyLabel nor competencyText", where)
		return nil
	}
	x := Concept{ID: id, Name: anyOf(label), Kind: "skill", Description: anyOf(about), Labels: label}
	x.Broader = append(refs(property(node, "isChildOf")), c.parents[id]...)
	x.Broader = append(x.Broader, refs(property(node, "broadAlignment"))...)
	x.Same = append(refs(property(node, "exactAlignment")), refs(property(node, "equivalentCompetency"))...)
	x.Related = append(refs(property(node, "majorAlignment")), refs(property(node, "minorAlignment"))...)
	for _, narrower := range refs(property(node, "narrowAlignment")) {
		if narrower != id {
			if err := c.in.add(where, Concept{ID: narrower, Broader: []string{id}}); err != nil {
				return err
			}
		}
	}
	return c.in.add(where, x)
}
