package records

import (
	"strings"
	"testing"

	"matchday/hiring"
)

func TestDetect(t *testing.T) {
	posting := `{"@context":"https://schema.org","@type":"JobPosting","title":"x"}`
	for _, c := range []struct {
		name, contentType, first string
		want                     hiring.Format
	}{
		{"a.csv", "", "{}", hiring.CSV},
		{"dir.json/A.CSV.GZ", "application/json", "{}", hiring.CSV},
		{"a.tsv", "", "", hiring.CSV},
		{"a.jsonld", "", "{}\n", hiring.JSONLD},
		{"a.html", "", "<p>", hiring.JSONLD},
		{"-", "", "\n<!DOCTYPE html>\n<title>Jobs; all, of them</title>", hiring.JSONLD},
		{"a.json", "", "<html>", hiring.JSONLD},
		{"a.jsonl", "text/csv", "[\n", hiring.JSONLines},
		{"a.ndjson.gz", "", "[", hiring.JSONLines},
		{"a.json", "", posting + "\n" + posting + "\n", hiring.JSONLines},
		{"a.json", "", posting, hiring.JSONLines},
		{"a.json", "", "\xef\xbb\xbf\n" + posting + "\r\n", hiring.JSONLines},
		{"a.json", "", "{\n  \"id\": 1\n}", hiring.JSONLD},
		{"a.json", "", "[{}]", hiring.JSONLD},
		{"a.json", "", `{"@context":"c","@graph":[{}]}`, hiring.JSONLD},
		{"a.json", "", "", hiring.JSONLines},
		{"a.json.gz", "", gzipped(t, "[\n{}]"), hiring.JSONLD},
		{"a.json.gz", "", gzipped(t, posting+"\n"+posting), hiring.JSONLines},
		{"-", "text/csv; charset=utf-8", "{}", hiring.CSV},
		{"", "application/ld+json", posting + "\n", hiring.JSONLD},
		{"", "application/x-ndjson", "[", hiring.JSONLines},
		{"", "application/json", "[{}]", hiring.JSONLD},
		{"", "application/json", "{}\n{}\n", hiring.JSONLines},
		{"", "application/octet-stream", "id,title\n1,2\n", hiring.CSV},
		{"-", "", "id;title\n", hiring.CSV},
		{"-", "", gzipped(t, "id\ttitle\n"), hiring.CSV},
		{"-", "", posting + "\n", hiring.JSONLines},
		{"-", "", "hello\nworld, and all", hiring.JSONLines},
		{"-", "", "", hiring.JSONLines},
		{"-", "a/b/c;;", "\x1f\x8bgarbage", hiring.JSONLines},
	} {
		if got := Detect(c.name, c.contentType, []byte(c.first)); got != c.want {
			t.Errorf("Detect(%q, %q, %.40q) = %s, want %s", c.name, c.contentType, c.first, got, c.want)
		}
	}
}

func TestDetectNeedsOnlyTheFirstBytes(t *testing.T) {
	line := `{"text":"` + strings.Repeat("x", 100_000) + `"}`
	if got := Detect("a.json", "", []byte(line[:4096])); got != hiring.JSONLines {
		t.Errorf("a long line is taken for %s", got)
	}
	packed := gzipped(t, "[\n"+line+"]")
	if got := Detect("a.json.gz", "", []byte(packed[:len(packed)-20])); got != hiring.JSONLD {
		t.Errorf("the start of a packed array is taken for %s", got)
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("a.json", "text/csv", []byte("{"))
	f.Add("", "", []byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, name, contentType string, first []byte) {
		switch got := Detect(name, contentType, first); got {
		case hiring.JSONLines, hiring.CSV, hiring.JSONLD:
		default:
			t.Errorf("%q is no format", got)
		}
	})
}
