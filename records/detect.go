package records

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime"
	"path"
	"strings"

	"matchday/hiring"
)

// Detect decides how a body is written: by the ending of its name (with or without .gz), else by its content type, else by its
// first bytes, which may be those of a gzip stream. ".json" and "application/json" are used for lines and documents alike, so there
// the first line decides: a complete object without "@graph" is a line, anything else is a document. An HTML page is read for the JSON-LD in it.
func Detect(name, contentType string, first []byte) hiring.Format {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch path.Ext(name) {
	case ".csv", ".tsv":
		return hiring.CSV
	case ".jsonld", ".html", ".htm":
		return hiring.JSONLD
	case ".jsonl", ".ndjson":
		return hiring.JSONLines
	case ".json":
		return detectJSON(firstText(first))
	}
	media, _, _ := mime.ParseMediaType(contentType)
	switch media {
	case "text/csv", "text/tab-separated-values":
		return hiring.CSV
	case "application/ld+json":
		return hiring.JSONLD
	case "application/jsonl", "application/x-ndjson", "application/ndjson":
		return hiring.JSONLines
	}
	text := firstText(first)
	if isPage(text) {
		return hiring.JSONLD
	}
	if !bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("[")) {
		if line, _, _ := bytes.Cut(text, []byte("\n")); bytes.ContainsAny(line, ",;\t") {
			return hiring.CSV
		}
	}
	return detectJSON(text)
}

// detectJSON tells lines from a document. The text may break off anywhere; a first line that is cut off is taken for whole, since a
// document with line breaks has its first one early.
func detectJSON(text []byte) hiring.Format {
	line, _, ended := bytes.Cut(text, []byte("\n"))
	switch {
	case isPage(text):
		return hiring.JSONLD
	case len(text) == 0:
		return hiring.JSONLines
	case text[0] == '[', text[0] == '{' && bytes.Contains(line, []byte(`"@graph"`)):
		return hiring.JSONLD
	case text[0] == '{' && ended && !json.Valid(line):
		return hiring.JSONLD
	}
	return hiring.JSONLines
}

// firstText unpacks the first bytes if need be, and skips the byte order mark and blank lines.
func firstText(first []byte) []byte {
	if bytes.HasPrefix(first, gzipMagic) {
		if z, err := gzip.NewReader(bytes.NewReader(first)); err == nil {
			first, _ = io.ReadAll(io.LimitReader(z, bufferSize)) // breaks off where the first bytes do
		}
	}
	return bytes.TrimLeft(bytes.TrimPrefix(first, utf8Mark), jsonSpace)
}
