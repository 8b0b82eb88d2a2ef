package search

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

func TestParse(t *testing.T) {
	for text, want := range map[string][]Clause{
		"":                                      nil,
		"   \t\n ":                              nil,
		"bookkeeping":                           {{Text: "bookkeeping"}},
		`"account management" sql`:              {{Text: "account management"}, {Text: "sql"}},
		`-night -"door to door" -mode:onsite`:   {{Not: true, Text: "night"}, {Not: true, Text: "door to door"}, {Not: true, Field: "mode", Text: "onsite"}},
		`skill:"SQL" place:Austin`:              {{Field: "skill", Text: "SQL"}, {Field: "place", Text: "Austin"}},
		`Skill:sql`:                             {{Field: "skill", Text: "sql"}},
		`skill:http://data.europa.eu/esco/x`:    {{Field: "skill", Text: "http://data.europa.eu/esco/x"}},
		`near:"30.27,-97.74,50km"`:              {{Field: "near", Text: "30.27,-97.74,50km"}},
		`verified:TRUE`:                         {{Field: "verified", Text: "true"}},
		`sales - remote`:                        {{Text: "sales"}, {Text: "remote"}},
		`R & D`:                                 {{Text: "R"}, {Text: "D"}},
		`"C*" "/ja.*/" what? c++`:               {{Text: "C*"}, {Text: "/ja.*/"}, {Text: "what?"}, {Text: "c++"}},
		`10:30 "http://x"`:                      {{Text: "10:30"}, {Text: "http://x"}},
		`"say \"hi\" \\"`:                       {{Text: `say "hi" \`}},
		`a"b c"d`:                               {{Text: "a"}, {Text: "b c"}, {Text: "d"}},
		`title~2 boost^9 (nurse OR AND NOT) +x`: {{Text: "title~2"}, {Text: "boost^9"}, {Text: "(nurse"}, {Text: "OR"}, {Text: "AND"}, {Text: "NOT)"}, {Text: "+x"}},
	} {
		got, err := Parse(OfLearners, text)
		if err != nil || !reflect.DeepEqual(got.Clauses, want) {
			t.Errorf("%q: got %+v, %v; want %+v", text, got.Clauses, err, want)
		}
	}
}

func TestAttack42HostileQueriesAreInvalid(t *testing.T) {
	for name, text := range map[string]string{
		"regex":            "/ja.*/",
		"wildcard":         "java*",
		"wildcard inside":  "t?st",
		"only a wildcard":  "*",
		"field wildcard":   "skill:sq*",
		"ten thousand":     strings.Repeat("a ", 10_000),
		"33 clauses":       strings.Repeat("a ", 33),
		"65 words":         `"` + strings.Repeat("a ", 65) + `"`,
		"1,001 characters": strings.Repeat("a", 1001),
		"not UTF-8":        "a\xff",
		"NUL":              "a\x00b",
		"open quote":       `"never closed`,
		"unknown field":    "salary:100",
		"other kind":       "employer:Acme",
		"bleve's own":      "_id:x",
		"no value":         "skill:",
		"empty value":      `place:""`,
		"near":             "near:here",
		"near NaN":         `near:"NaN,1,5km"`,
		"near far":         `near:"30,30,99999km"`,
		"near unit":        `near:"30,30,5"`,
		"near Inf":         `near:"30,30,Infkm"`,
		"mode":             "mode:moon",
		"verified":         "verified:maybe",
		"nothing":          "... !!!",
	} {
		_, err := Parse(OfLearners, text)
		if name == "bleve's own" { // not letters alone: a word like any other
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && len(text) > 20 && strings.Contains(err.Error(), text) {
			t.Errorf("%s: the error repeats the input", name)
		}
	}
	_, err := Parse(OfLearners, "salary:100")
	for _, f := range Fields(OfLearners) {
		if !strings.Contains(err.Error(), f) {
			t.Errorf("the error does not list %s: %v", f, err)
		}
	}
}

func TestParseNear(t *testing.T) {
	c, err := parseNear("30.27, -97.74, 10mi")
	if err != nil || c.lat != 30.27 || c.lon != -97.74 || fmt.Sprintf("%.3f", c.km) != "16.093" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestFieldsByKind(t *testing.T) {
	if _, err := Parse(OfOpenings, `employer:Acme degree:none need:SQL`); err != nil {
		t.Error(err)
	}
	if _, err := Parse(OfOpenings, `issuer:Google`); hiring.CodeOf(err) != hiring.Invalid {
		t.Error("openings have no issuer")
	}
}

// What String writes, Parse reads as the same query.
func TestStringRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[a-zé :"\\*/?-]{0,20}`),
			rapid.SampledFrom([]string{"sql", "-x", "skill:x", `a"b`, `\`, "/re/", "two words", "10:30"}),
			rapid.String(),
		)
		var q Query
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			c := Clause{Not: rapid.Bool().Draw(t, "not"), Text: text.Draw(t, "text")}
			if rapid.Bool().Draw(t, "field") {
				c.Field = rapid.SampledFrom([]string{"skill", "place", "programme", "issuer"}).Draw(t, "name")
			}
			if len(terms(c.Text)) == 0 || checkText(c.Text) != nil {
				continue
			}
			q.Clauses = append(q.Clauses, c)
		}
		s := q.String()
		got, err := Parse(OfLearners, s)
		if checkText(s) != nil || tooMany(q) {
			return
		}
		if err != nil || !reflect.DeepEqual(got, q) {
			t.Fatalf("%q: got %+v, %v; want %+v", s, got, err, q)
		}
	})
}

func tooMany(q Query) bool {
	n := 0
	for _, c := range q.Clauses {
		n += len(terms(c.Text))
	}
	return n > MaxTerms
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a", `-"b c"`, `skill:"x\"y"`, "near:1,2,3km", "mode:remote -", `"`, "::", "-skill:-x", "«»"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, learners bool) {
		of := OfOpenings
		if learners {
			of = OfLearners
		}
		q, err := Parse(of, text)
		if err != nil {
			if hiring.CodeOf(err) != hiring.Invalid {
				t.Fatalf("%q: %v is not Invalid", text, err)
			}
			return
		}
		if len(q.Clauses) > MaxClauses {
			t.Fatalf("%d clauses", len(q.Clauses))
		}
		s := q.String()
		again, err := Parse(of, s)
		if checkText(s) != nil { // quotes and escapes made it longer than what may be typed
			return
		}
		if err != nil || !reflect.DeepEqual(again, q) {
			t.Fatalf("%q → %q: %+v, %v", text, s, again, err)
		}
	})
}
