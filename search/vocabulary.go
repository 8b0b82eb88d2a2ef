package search

import (
	"sync"

	"matchday/skills"
)

// vocabulary remembers how texts were folded that many entries of a batch share: names of skills, programmes and issuers. It lives as
// long as the batch and is safe for concurrent use; a nil one remembers nothing.
type vocabulary struct {
	keys sync.Map // text → its skills.Key
	cuts sync.Map // text → its words
}

// shared are the fields whose texts recur from entry to entry.
var shared = map[string]bool{"skill": true, "programme": true, "issuer": true}

// key returns the [skills.Key] of a text.
func (v *vocabulary) key(text string) string {
	if v == nil {
		return skills.Key(text)
	}
	if k, ok := v.keys.Load(text); ok {
		return k.(string)
	}
	k := skills.Key(text)
	v.keys.Store(text, k)
	return k
}

// words returns the [words] of a text of a field.
func (v *vocabulary) words(field, text string) []word {
	if v == nil || !shared[field] {
		return words(text)
	}
	if w, ok := v.cuts.Load(text); ok {
		return w.([]word)
	}
	w := words(text)
	v.cuts.Store(text, w)
	return w
}
