package search

import (
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
)

// document is an entry as Bleve takes it. Learners and openings share one index, told apart by Kind: one index has one batch, so
// one position commits with everything that was folded up to it; two indexes would have two positions to keep in step.
//
// Nothing is stored: hits and highlights are told from the World. Words come folded (see [words]) and are only cut at blanks.
type document struct {
	Kind     string              `json:"kind"`
	Words    map[string][]string `json:"words"`
	Exact    map[string][]string `json:"exact"`
	Geo      *point              `json:"geo"`
	From     *float64            `json:"from"`
	Through  *float64            `json:"through"`
	Verified *float64            `json:"verified"`
}

// point is a place on earth, in degrees, in the form that Bleve reads.
type point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

func (e *entry) document() document {
	d := document{Kind: e.of, Words: make(map[string][]string, len(e.texts)), Exact: e.exact, From: e.from, Through: e.through, Verified: e.verified}
	for field, texts := range e.texts {
		for _, t := range texts {
			if f := folded(t); f != "" {
				d.Words[field] = append(d.Words[field], f)
			}
		}
	}
	if e.place != nil && e.place.Lat != nil && e.place.Lon != nil {
		d.Geo = &point{Lat: *e.place.Lat, Lon: *e.place.Lon}
	}
	return d
}

// Fields of the index below "words" and "exact", by whether facets count their values.
func wordFields() []string {
	return []string{"title", "skill", "programme", "issuer", "employer", "place", "contract", "availability", "text"}
}

func exactFields() map[string]bool {
	return map[string]bool{
		"skill": true, "programme": true, "issuer": true, "place": true, "mode": true, "employer": true, "contract": true, "degree": true,
		"skillKey": false, "need": false, "needKey": false, "programmeID": false, "proof": false, "language": false, "registrar": false,
	}
}

// newMapping describes the index: no field is dynamic, none is stored, none is in a composite field.
func newMapping() (*mapping.IndexMappingImpl, error) {
	m := mapping.NewIndexMapping()
	if err := m.AddCustomAnalyzer("folded", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	text := mapping.NewDocumentStaticMapping()
	for _, f := range wordFields() {
		text.AddFieldMappingsAt(f, &mapping.FieldMapping{Type: "text", Analyzer: "folded", Index: true, IncludeTermVectors: true})
	}
	exact := mapping.NewDocumentStaticMapping()
	for f, counted := range exactFields() {
		exact.AddFieldMappingsAt(f, exactMapping(counted))
	}
	number := &mapping.FieldMapping{Type: "number", Index: true}
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", mapping.NewDocumentDisabledMapping()) // Bleve's composite of all fields
	m.DefaultMapping.AddSubDocumentMapping("words", text)
	m.DefaultMapping.AddSubDocumentMapping("exact", exact)
	m.DefaultMapping.AddFieldMappingsAt("kind", exactMapping(false))
	m.DefaultMapping.AddFieldMappingsAt("geo", &mapping.FieldMapping{Type: "geopoint", Index: true, DocValues: true})
	m.DefaultMapping.AddFieldMappingsAt("from", number)
	m.DefaultMapping.AddFieldMappingsAt("through", number)
	m.DefaultMapping.AddFieldMappingsAt("verified", &mapping.FieldMapping{Type: "number", Index: true, DocValues: true})
	return m, m.Validate()
}

func exactMapping(counted bool) *mapping.FieldMapping {
	return &mapping.FieldMapping{Type: "text", Analyzer: keyword.Name, Index: true, DocValues: counted}
}
