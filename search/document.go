package search

import (
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
)

// document is the entry as Bleve takes it. Learners and openings share one index, told apart by kind: one index has one batch, so
// one position commits with everything that was folded up to it; two indexes would have two positions to keep in step.
//
// Nothing is stored: hits and highlights are told from the World. The terms are those that the mapping would make (a test compares),
// made here because walking the mapping and cutting into words again what [words] has cut costs several times as much. A document
// goes into one batch only.
func (e *entry) document() *document.Document {
	d := document.NewDocument(e.id)
	d.AddField(exactField("kind", false, []string{e.of}))
	for field, values := range e.exact {
		d.AddField(exactField("exact."+field, counted(field), values))
	}
	options := wordMapping().Options()
	for field, texts := range e.texts {
		if ts := wordTokens(texts); len(ts) > 0 {
			d.AddField(document.NewTextFieldCustom("words."+field, nil, nil, options, ts))
		}
	}
	if p := e.place; p != nil && p.Lat != nil && p.Lon != nil {
		d.AddField(document.NewGeoPointFieldWithIndexingOptions("geo", nil, *p.Lon, *p.Lat, geoMapping().Options()))
	}
	for _, n := range []struct {
		field   string
		value   *float64
		counted bool
	}{{"from", e.from, false}, {"through", e.through, false}, {"verified", e.verified, true}} {
		if n.value != nil {
			d.AddField(document.NewNumericFieldWithIndexingOptions(n.field, nil, *n.value, numberMapping(n.counted).Options()))
		}
	}
	return d
}

// exactField holds values that are compared whole.
func exactField(name string, counted bool, values []string) document.Field {
	ts := newTokens(len(values))
	for i, v := range values {
		*ts[i] = analysis.Token{Term: []byte(v), End: len(v), Position: 1}
	}
	return document.NewTextFieldCustom(name, nil, nil, exactMapping(counted).Options(), ts)
}

// apart is how far the words of two texts of a field are from each other, so that no phrase reaches from one into the next.
const apart = 100

// wordTokens are the terms of a field's texts, one after the other: a Bleve field for each text would say the same at twice the cost.
func wordTokens(texts []string) tokens {
	var list []word
	var ends []int // of the texts, in list
	for _, t := range texts {
		list = append(list, words(t)...)
		ends = append(ends, len(list))
	}
	ts := newTokens(len(list))
	start, position := 0, 1
	for i, w := range list {
		if i == ends[0] {
			position += apart
		}
		for i == ends[0] {
			ends = ends[1:]
		}
		*ts[i] = analysis.Token{Term: []byte(w.term), Start: start, End: start + len(w.term), Position: position}
		start += len(w.term) + 1
		position++
	}
	return ts
}

// tokens are the analyzer of a field that was analysed already.
type tokens analysis.TokenStream

// Analyze returns the tokens.
func (t tokens) Analyze([]byte) analysis.TokenStream { return analysis.TokenStream(t) }

func newTokens(n int) tokens {
	all := make([]analysis.Token, n)
	ts := make(tokens, n)
	for i := range ts {
		ts[i] = &all[i]
	}
	return ts
}
