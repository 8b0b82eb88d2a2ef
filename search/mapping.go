package search

import (
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
)

// Fields of the index below "words" and "exact", by whether facets count their values.
func wordFields() []string {
	return []string{"title", "skill", "programme", "issuer", "employer", "place", "contract", "availability", "text"}
}

func exactFields() map[string]bool {
	fields := map[string]bool{}
	for _, f := range []string{
		"skill", "programme", "issuer", "place", "mode", "employer", "contract", "degree",
		"skillKey", "need", "needKey", "programmeID", "proof", "language", "registrar",
	} {
		fields[f] = counted(f)
	}
	return fields
}

func counted(exact string) bool {
	switch exact {
	case "skill", "programme", "programmeID", "issuer", "place", "mode", "employer", "contract", "degree":
		return true
	}
	return false
}

// newMapping describes the index: no field is dynamic, none is stored, none is in a composite field.
func newMapping() (*mapping.IndexMappingImpl, error) {
	m := mapping.NewIndexMapping()
	if err := m.AddCustomAnalyzer("folded", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	text := mapping.NewDocumentStaticMapping()
	for _, f := range wordFields() {
		text.AddFieldMappingsAt(f, wordMapping())
	}
	exact := mapping.NewDocumentStaticMapping()
	for f, counted := range exactFields() {
		exact.AddFieldMappingsAt(f, exactMapping(counted))
	}
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", mapping.NewDocumentDisabledMapping()) // Bleve's composite of all fields
	m.DefaultMapping.AddSubDocumentMapping("words", text)
	m.DefaultMapping.AddSubDocumentMapping("exact", exact)
	m.DefaultMapping.AddFieldMappingsAt("kind", exactMapping(false))
	m.DefaultMapping.AddFieldMappingsAt("geo", geoMapping())
	m.DefaultMapping.AddFieldMappingsAt("from", numberMapping(false))
	m.DefaultMapping.AddFieldMappingsAt("through", numberMapping(false))
	m.DefaultMapping.AddFieldMappingsAt("verified", numberMapping(true))
	return m, m.Validate()
}

func wordMapping() *mapping.FieldMapping {
	return &mapping.FieldMapping{Type: "text", Analyzer: "folded", Index: true, IncludeTermVectors: true}
}

func numberMapping(counted bool) *mapping.FieldMapping {
	return &mapping.FieldMapping{Type: "number", Index: true, DocValues: counted}
}

func geoMapping() *mapping.FieldMapping {
	return &mapping.FieldMapping{Type: "geopoint", Index: true, DocValues: true}
}

func exactMapping(counted bool) *mapping.FieldMapping {
	return &mapping.FieldMapping{Type: "text", Analyzer: keyword.Name, Index: true, DocValues: counted}
}
