package jobposting

import (
	"encoding/json"
	"strings"
)

// local strips the writings of the schema.org namespace from a term.
func local(term string) string {
	for _, prefix := range []string{"schema:", "https://schema.org/", "http://schema.org/", "https://www.schema.org/", "http://www.schema.org/"} {
		if rest, ok := strings.CutPrefix(term, prefix); ok {
			return rest
		}
	}
	return term
}

// flatten returns the node with its keys stripped of the namespace. The plain writing of a property wins over a prefixed one.
func flatten(node map[string]any) map[string]any {
	prefixed := false
	for k := range node {
		prefixed = prefixed || local(k) != k
	}
	if !prefixed {
		return node
	}
	flat := make(map[string]any, len(node))
	for k, v := range node {
		if l := local(k); l == k || node[l] == nil {
			flat[l] = v
		}
	}
	return flat
}

// list returns a value as a list: JSON-LD writes one value and many alike.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any:
		if l, ok := v["@list"].([]any); ok {
			return l
		}
	}
	return []any{v}
}

// first returns the first of a value or list of values.
func first(v any) any {
	if l := list(v); len(l) > 0 {
		return l[0]
	}
	return nil
}

// text returns a value as text: a string, a number's digits, a value object's value; "" for anything else.
func text(v any) string {
	switch v := first(v).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case map[string]any:
		s, _ := v["@value"].(string)
		return s
	}
	return ""
}
