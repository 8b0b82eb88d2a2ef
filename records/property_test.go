package records

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// Of any body in lines, each line that is valid JSON comes back byte for byte and each other one fails alone.
func FuzzLines(f *testing.F) {
	f.Add([]byte("{}\n\r\n{\"a\":1}\r\nbad\n[[[["))
	f.Add([]byte("\xef\xbb\xbf1\n" + strings.Repeat("2", 70) + "\n3"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if bytes.HasPrefix(body, gzipMagic) || bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
			t.Skip("read otherwise")
		}
		var want []string
		for i, line := range bytes.Split(bytes.TrimPrefix(body, utf8Mark), []byte("\n")) {
			line = bytes.TrimSuffix(line, []byte("\r"))
			switch {
			case len(line) > 64:
				want = append(want, fmt.Sprintf("%d too_large", i+1))
			case len(bytes.TrimSpace(line)) == 0:
			case json.Valid(line):
				want = append(want, fmt.Sprintf("%d json %s", i+1, line))
			default:
				want = append(want, fmt.Sprintf("%d text %s", i+1, line))
			}
		}
		got, err := frame(t, hiring.JSONLines, string(body), 64)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v\nwant %q", got, err, want)
		}
	})
}

// Whatever the body and the format: no panic, lines in order and within the body, records that are one thing each and within the
// limit, and Pick finds what Frame found.
func FuzzFrame(f *testing.F) {
	f.Add("a,b\n\"1\n2\",3\n\"4\n5,6\n", uint8(1))
	f.Add("{\"@context\":\"c\",\"@graph\":[{\"a\":1},\n{}]}", uint8(2))
	f.Add("[{\"a\":[[]]},\n{\"b\":\"\\\"\"},oops,[1,", uint8(2))
	f.Add("\x1f\x8b\x08\x00", uint8(0))
	f.Fuzz(func(t *testing.T, body string, which uint8) {
		format := []hiring.Format{hiring.JSONLines, hiring.CSV, hiring.JSONLD}[which%3]
		last, found, all := 0, 0, map[int]bool{}
		_, err := Framer{Limit: 64}.Frame(strings.NewReader(body), format, func(r hiring.Record) error {
			if r.Line < 1 || r.Line < last || !strings.HasPrefix(body, "\x1f") && r.Line > strings.Count(body, "\n")+1 {
				t.Errorf("line %d after %d", r.Line, last)
			}
			found++
			last, all[r.N] = r.Line, true
			if r.N != found {
				t.Errorf("record %d is numbered %d", found, r.N)
			}
			one(t, r)
			return nil
		})
		if err != nil {
			return
		}
		picked := 0
		err = Pick(strings.NewReader(body), format, 64, all, func(n int, raw string) error {
			picked++
			if !all[n] || len(raw) > 65 {
				t.Errorf("picked %q as record %d", raw, n)
			}
			return nil
		})
		if err != nil || picked != found {
			t.Errorf("framed %d, picked %d, %v", found, picked, err)
		}
	})
}

func one(t *testing.T, r hiring.Record) {
	t.Helper()
	kinds := 0
	for _, is := range []bool{r.Problem != nil, r.Row != nil, r.JSON != nil, r.Text != ""} {
		if is {
			kinds++
		}
	}
	size := len(r.JSON) + len(r.Text)
	for _, cell := range r.Row {
		size += len(cell)
	}
	if kinds != 1 || size > 64 {
		t.Errorf("%d kinds, %d bytes: %+v", kinds, size, r)
	}
	if r.JSON != nil && !json.Valid(r.JSON) {
		t.Errorf("%q is not JSON", r.JSON)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Errorf("a record that cannot be sent: %v", err)
	}
}

// Rows that a CSV writer wrote come back cell by cell, whatever ragged rows stand between them.
func TestWrittenRowsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOfN(rapid.RuneFrom([]rune("aé\",;\n\t '5")), 0, 8, -1)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 3), 0, 10).Draw(t, "rows")
		var body bytes.Buffer
		w := csv.NewWriter(&body)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.Write([]string{"first", "second"}); err != nil {
			t.Fatal(err)
		}
		var want [][]string
		for _, row := range rows {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
			if len(row) == 2 && !empty(row) {
				want = append(want, row)
			}
		}
		w.Flush()
		var got [][]string
		_, err := Framer{}.Frame(&body, hiring.CSV, func(r hiring.Record) error {
			if r.Problem == nil {
				got = append(got, r.Row)
			}
			return nil
		})
		if err != nil || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("got %q, %v\nwant %q", got, err, want)
		}
	})
}

// Values that stand in an array or a graph come back, whatever malformed objects stand between them.
func TestWrittenObjectsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aé\"\\{}[],:\n @")), 0, 12, -1)
		values := rapid.SliceOf(rapid.MapOf(text, text)).Draw(t, "values")
		var parts, want []string
		for _, v := range values {
			raw, err := json.MarshalIndent(v, "", rapid.SampledFrom([]string{"", " "}).Draw(t, "indent"))
			if err != nil {
				t.Fatal(err)
			}
			parts, want = append(parts, string(raw)), append(want, string(raw))
			if rapid.Bool().Draw(t, "bad") {
				parts = append(parts, `{"a": oops}`)
			}
		}
		body := "[" + strings.Join(parts, rapid.SampledFrom([]string{",", ",\n"}).Draw(t, "comma")) + "]"
		if rapid.Bool().Draw(t, "graph") {
			body = `{"id":1, "@graph" :` + body + "}"
		}
		var got []string
		_, err := Framer{}.Frame(strings.NewReader(body), hiring.JSONLD, func(r hiring.Record) error {
			if r.JSON != nil {
				got = append(got, string(r.JSON))
			}
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %q, %v\nwant %q", got, err, want)
		}
	})
}
