package native

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"matchday/hiring"
)

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"6 duplicate key", `{"role":"SECRET","role":1}`, "role is given twice"},
		{"6 duplicate key in another case", `{"role":"SECRET","ROLE":1}`, "ROLE is given twice"},
		{"6 nested duplicate", `{"skills":[{"name":"a"},{"name":"SECRET","Name":"b"}]}`, "skills.Name is given twice"},
		{"7 depth 20,000", strings.Repeat(`{"a":[`, 10_000), "the record is nested deeper than 32 levels"},
		{"truncated", `{"id":"SECRET","skills":[{"na`, "the record ends before its JSON is complete"},
		{"truncated after key", `{"id"`, "the record ends before its JSON is complete"},
		{"not JSON", `{"id":SECRET}`, "the record is not JSON at byte"},
		{"trailing comma", `{"id":1,}`, "the record is not JSON at byte"},
		{"mismatched", `{"id":[1}`, "the record is not JSON at byte"},
		{"a key that is no string", `{1:2}`, "the record is not JSON at byte"},
		{"not an object", `["SECRET"]`, "the record is not a JSON object"},
		{"two objects", `{"id":"a"} {"id":"SECRET"}`, "the record goes on after its object"},
		{"empty", ``, "the record ends before its JSON is complete"},
		{"invalid UTF-8", "{\"id\":\"\xff\"}", "the record is not UTF-8 text"},
		{"a hundred and one fields", "{" + strings.Repeat(`"a":1,`, 0) + manyFields(101) + "}", "holds more than 100 fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.in))
			refused(t, err, c.want)
		})
	}
}

func manyFields(n int) string {
	fields := make([]string, n)
	for i := range fields {
		fields[i] = `"f` + strings.Repeat("x", i) + `":1`
	}
	return strings.Join(fields, ",")
}

// refused checks that err is a refusal that says what is wanted and does not repeat the input's value, SECRET.
func refused(t *testing.T, err error, want string) {
	t.Helper()
	if hiring.CodeOf(err) != hiring.Invalid {
		t.Fatalf("got error %v, want a refusal saying %q", err, want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %q, want it to say %q", err, want)
	}
	if strings.Contains(err.Error(), "SECRET") {
		t.Errorf("%q repeats the refused value", err)
	}
}

func TestUnprintableFieldNamesAreNotShown(t *testing.T) {
	for _, key := range []string{"<script>", strings.Repeat("a", 61), "x\ny", "", "é"} {
		doc, err := Parse([]byte(`{"id":"a","` + strings.ReplaceAll(key, "\n", `\n`) + `":1}`))
		if err != nil {
			t.Fatal(err)
		}
		_, err = DecodeOpening(doc)
		if err == nil || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("field %q: got %v", key, err)
		}
	}
}

// FuzzParse holds Parse to what encoding/json takes for JSON, and each decoder to not panicking on it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"id":"a","skills":["x",{"name":"y","need":"optional","weight":1e3}],"pay":{"min":1}}`, `{"a":{"b":[1,null,true]}}`,
		`{"payFloor":12,"contact":"a@b","credentials":["x",{"name":1}],"starts":["2027-01-01"],"price":"$1,2"}`, `{`, `[]`, `{"a":1e999}`,
		" {\t\"a\\u0041\\\"\" : [ -1.5e+3 , true,false,null,\"\\\\\", {} , [ ] ],\n\"\\ud83d\\ude00\":\"é\\ud800\"}\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := Parse(raw)
		if err != nil {
			if hiring.CodeOf(err) != hiring.Invalid {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var want map[string]any
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(doc, want) {
			t.Fatalf("read %q as %v, encoding/json as %v, %v", raw, doc, want, err)
		}
		_, _ = DecodeOpening(doc)
		_, _ = DecodeLearner(doc)
		_, _ = DecodeProgramme(doc)
		_, _ = DecodeCompletion(doc)
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"$1,200", "49 EUR", "free", "€ 1.200,50", "USD 0", ",", "1'000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := ParseMoney(s); ok && m.Amount < 0 {
			t.Fatalf("%q is %v", s, m)
		}
	})
}
