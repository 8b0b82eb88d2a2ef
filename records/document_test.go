package records

import (
	"fmt"
	"strings"
	"testing"

	"matchday/hiring"
)

func TestDocuments(t *testing.T) {
	wide := `{"w":"` + strings.Repeat("x", 100) + `"}`
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"empty":          {" \n", nil},
		"object":         {"\n{\n \"a\": 1\n}\n", []string{"2 json {\n \"a\": 1\n}"}},
		"array":          {"[\n{\"a\":1}, {\"b\":2},\n\n{\"c\":3}]", []string{`2 json {"a":1}`, `2 json {"b":2}`, `4 json {"c":3}`}},
		"empty array":    {"[ ]", nil},
		"one after one":  {"{\"a\":1}\n{\"b\":2}[{}]", []string{`1 json {"a":1}`, `2 json {"b":2}`, "2 json {}"}},
		"graph":          {"{\"@context\":\"c\",\"@graph\":[\n{\"a\":1},\n{}]}", []string{`2 json {"@context":"c","a":1}`, `3 json {"@context":"c"}`}},
		"context last":   {"{\"@graph\":[\n{ \"a\":1}] , \"@context\":[\"c\"]}", []string{`2 json {"@context":["c"],"a":1}`}},
		"no context":     {"{\"x\":[1,{\"@context\":0}],\"@graph\":[{\"a\":1}]}", []string{`1 json {"a":1}`}},
		"own context":    {`{"@context":"c","@graph":[{"@context":"d"}]}`, []string{`1 json {"@context":"d"}`}},
		"graph of one":   {`{"@context":"c","@graph":{"a":1}}`, []string{`1 json {"@context":"c","a":1}`}},
		"array of graph": {"[{\"@graph\":[{\"a\":1}]},\n{\"b\":2}]", []string{`1 json {"a":1}`, `2 json {"b":2}`}},
		"graph in graph": {`{"@graph":[{"@graph":[1]}]}`, []string{`1 json {"@graph":[1]}`}},
		"two graphs":     {`{"@graph":[{}],"@graph":[{}]}`, []string{`1 json {"@graph":[{}],"@graph":[{}]}`}},
		"graph in text":  {`{"a":"\"@graph\":[{}]"}`, []string{`1 json {"a":"\"@graph\":[{}]"}`}},
		"scalars":        {`[1,"a]",null,true]`, []string{"1 json 1", `1 json "a]"`, "1 json null", "1 json true"}},
		"one bad inside": {"[{\"a\":1},\n{\"b\":oops},\n{\"c\":]},\n{\"d\":4}]", []string{`1 json {"a":1}`, `2 text {"b":oops}`, `3 text {"c":]`, "3 invalid"}},
		"bad in graph":   {"{\"@graph\":[{a},\n{}]}", []string{"1 text {a}", "2 json {}"}},
		"cut off":        {"[{\"a\":1},\n{\"b\":", []string{`1 json {"a":1}`, "2 invalid"}},
		"cut off graph":  {"{\"@graph\":[{\"a\":1},\n{\"b\":", []string{"1 invalid"}},
		"not closed":     {"[{\"a\":1}\n", []string{`1 json {"a":1}`, "2 invalid"}},
		"no comma":       {"[{}\n{}]", []string{"1 json {}", "2 invalid"}},
		"only a comma":   {"[{},,{}]", []string{"1 json {}", "1 invalid"}},
		"stray bracket":  {"{}\n]", []string{"1 json {}", "2 invalid"}},
		"open string":    {"[{\"a\":\"x}\n]", []string{"1 invalid"}},
		"too long":       {"[" + wide + ",\n{}]", []string{"1 too_large", "2 json {}"}},
		"context counts": {`{"@context":"` + strings.Repeat("c", 90) + `","@graph":[{"a":1}]}`, []string{"1 too_large"}},
		"bad context":    {`{"@context":{c},"@graph":[{"a":1}]}`, []string{"1 invalid"}},
		"large context":  {`{"@context":"` + strings.Repeat("c", maxContext) + `","@graph":[{"a":1}]}`, []string{"1 invalid"}},
		"nothing like":   {"oops\n<html>", []string{"1 text oops", "2 text <html>"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := frame(t, hiring.JSONLD, c.body, 100)
			want(t, got, err, c.want...)
		})
	}
}

func TestAttack7DeepDocumentsFailAlone(t *testing.T) {
	deep := `{"a":` + nested(20_000) + `}`
	got, err := frame(t, hiring.JSONLD, "["+deep+",\n{\"b\":2}]", 0)
	want(t, got, err, "1 invalid", `2 json {"b":2}`)
	got, err = frame(t, hiring.JSONLD, strings.Repeat("[", 1_000_000), 0)
	want(t, got, err, "1 invalid")
	got, err = frame(t, hiring.JSONLD, strings.Repeat(`{"@graph":[`, 100_000), 0)
	want(t, got, err, "1 invalid")
}

func TestDocumentsAreBounded(t *testing.T) {
	f := Framer{Document: 8}
	for body, want := range map[string]hiring.Code{"[{},{ }]": "", "[{},{  }]": hiring.TooLarge, "[" + strings.Repeat(" ", 1<<20): hiring.TooLarge} {
		_, err := f.Frame(strings.NewReader(body), hiring.JSONLD, func(hiring.Record) error { return nil })
		if hiring.CodeOf(err) != want {
			t.Errorf("%.20q: %v", body, err)
		}
	}
}

func TestLinesOfManyObjects(t *testing.T) {
	var b strings.Builder
	b.WriteString("[\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "{\"n\":%d,\n\"x\":\"\\n\"},\n", i)
	}
	b.WriteString("{}]")
	next := 2
	_, err := Framer{}.Frame(strings.NewReader(b.String()), hiring.JSONLD, func(r hiring.Record) error {
		if r.Line != next || r.JSON == nil {
			t.Fatalf("got %s, want line %d", show(r), next)
		}
		next += 2
		return nil
	})
	if err != nil || next != 2004 {
		t.Error(next, err)
	}
}
