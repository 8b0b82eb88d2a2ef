package records

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// frame cuts a body, one line of text for each record: "3 json {…}", "4 text …", "5 row a|b", "6 too_large", and "header a|b".
func frame(t testing.TB, f hiring.Format, body string, limit int) ([]string, error) {
	t.Helper()
	var got []string
	header, err := Framer{Limit: limit, Header: func(h []string) error {
		got = append(got, "header "+strings.Join(h, "|"))
		return nil
	}}.Frame(strings.NewReader(body), f, func(r hiring.Record) error {
		got = append(got, show(r))
		return nil
	})
	if err == nil && f == hiring.CSV && "header "+strings.Join(header, "|") != got[0] {
		t.Errorf("header %q was returned, %q told", header, got[0])
	}
	return got, err
}

func show(r hiring.Record) string {
	switch {
	case r.Problem != nil:
		return fmt.Sprintf("%d %s", r.Line, r.Problem.Code)
	case r.Row != nil:
		return fmt.Sprintf("%d row %s", r.Line, strings.Join(r.Row, "|"))
	case r.JSON != nil:
		return fmt.Sprintf("%d json %s", r.Line, r.JSON)
	}
	return fmt.Sprintf("%d text %s", r.Line, r.Text)
}

func want(t *testing.T, got []string, err error, want ...string) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLines(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 200_000) + `"}`
	for name, c := range map[string]struct {
		body  string
		limit int
		want  []string
	}{
		"empty":               {"", 100, nil},
		"only blank":          {"\n\r\n  \n", 100, nil},
		"two":                 {"{\"a\":1}\n{\"b\":2}\n", 100, []string{`1 json {"a":1}`, `2 json {"b":2}`}},
		"no last line end":    {"{}\n{}", 100, []string{"1 json {}", "2 json {}"}},
		"CRLF, blanks, mark":  {"\xef\xbb\xbf{}\r\n\r\n\n{}\r\n", 100, []string{"1 json {}", "4 json {}"}},
		"malformed":           {"{\"a\":\nnull\n{}", 100, []string{`1 text {"a":`, "2 json null", "3 json {}"}},
		"bytes survive":       {"{\"a\" : \"\\u0041<&>é\"} \n", 100, []string{"1 json {\"a\" : \"\\u0041<&>é\"} "}},
		"Latin-1":             {"{\"a\":\"Caf\xe9\"}\n{}\n{\"a\":\"Caf\xe9", 100, []string{"1 invalid", "2 json {}", "3 invalid"}},
		"at the limit":        {"[12345678]\r\n[123456789]\n{}", 10, []string{"1 json [12345678]", "2 too_large", "3 json {}"}},
		"at the limit at end": {"[12345678]\r", 10, []string{"1 json [12345678]"}},
		"beyond the buffer":   {long + "\n" + long + "\n{}", 200_000, []string{"1 too_large", "2 too_large", "3 json {}"}},
		"long but allowed":    {long + "\n{}", 300_000, []string{"1 json " + long, "2 json {}"}},
		"attack 7, depth":     {strings.Repeat("[", 20_000) + "\n{}", 0, []string{"1 invalid", "2 json {}"}},
		"depth 64":            {nested(64) + "\n" + nested(65), 0, []string{"1 json " + nested(64), "2 invalid"}},
		"brackets in strings": {`{"a":"` + strings.Repeat(`[\"{`, 100) + `"}`, 0, []string{`1 json {"a":"` + strings.Repeat(`[\"{`, 100) + `"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := frame(t, hiring.JSONLines, c.body, c.limit)
			want(t, got, err, c.want...)
		})
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

func TestAttack8ALineBeyondTheUsualLimitIsTooLarge(t *testing.T) {
	line := func(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }
	got, err := frame(t, hiring.JSONLines, line(Limit)+"\n"+line(Limit+1)+"\n"+line(300<<10)+"\n{}", 0)
	want(t, got, err, "1 json "+line(Limit), "2 too_large", "3 too_large", "4 json {}")
}

func TestProblemsSayTheLimitAndNotTheInput(t *testing.T) {
	err := Framer{Limit: 20}.cut(strings.NewReader("{\"secret\":\"0123456789\"}\n"), hiring.JSONLines, func(c cut) error {
		if text := c.problem.Error(); !strings.Contains(text, "20 bytes") || strings.Contains(text, "secret") {
			t.Error(text)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestReadersErrorsComeThroughAndCutLinesDoNot(t *testing.T) {
	broken := errors.New("the line broke")
	for _, f := range []hiring.Format{hiring.JSONLines, hiring.CSV, hiring.JSONLD} {
		body := io.MultiReader(strings.NewReader("{\"a\":1}\n{\"b\":"), iotest.ErrReader(broken))
		n := 0
		_, err := Framer{}.Frame(body, f, func(r hiring.Record) error {
			n++
			return nil
		})
		if !errors.Is(err, broken) || n > 1 {
			t.Errorf("%s: %d records, error %v", f, n, err)
		}
	}
}

func TestEmittersErrorEndsTheFraming(t *testing.T) {
	enough := errors.New("enough")
	for f, body := range map[hiring.Format]string{hiring.JSONLines: "{}\n{}\n", hiring.CSV: "a\n1\n2\n", hiring.JSONLD: "[{},{}]"} {
		n := 0
		_, err := Framer{}.Frame(strings.NewReader(body), f, func(hiring.Record) error {
			n++
			return enough
		})
		if !errors.Is(err, enough) || n != 1 {
			t.Errorf("%s: %d records, error %v", f, n, err)
		}
	}
	_, err := Framer{Header: func([]string) error { return enough }}.Frame(strings.NewReader("a\n1"), hiring.CSV, nil)
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

func TestUnknownFormatsAreRefused(t *testing.T) {
	_, err := Framer{}.Frame(strings.NewReader(""), "xml", nil)
	if hiring.CodeOf(err) != hiring.Invalid {
		t.Error(err)
	}
}

func TestSlowReadersChangeNothing(t *testing.T) {
	for f, body := range map[hiring.Format]string{
		hiring.JSONLines: "\xef\xbb\xbf{\"a\":1}\r\n\r\n{}",
		hiring.CSV:       "a,b\r\n1,\"x\r\ny\"\r\n",
		hiring.JSONLD:    "{\"@graph\":[{\"a\":1},\n{}]}",
	} {
		for _, packed := range []string{body, gzipped(t, body)} {
			whole, err1 := frame(t, f, packed, 0)
			var got []string
			header, err2 := Framer{}.Frame(iotest.OneByteReader(strings.NewReader(packed)), f, func(r hiring.Record) error {
				got = append(got, show(r))
				return nil
			})
			if f == hiring.CSV {
				got = append([]string{"header " + strings.Join(header, "|")}, got...)
			}
			want(t, got, errors.Join(err1, err2), whole...)
		}
	}
}

func gzipped(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		if _, err := io.WriteString(z, p); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestGzipIsReadAsItIs(t *testing.T) {
	got, err := frame(t, hiring.JSONLines, gzipped(t, "\xef\xbb\xbf{\"a\":1}\n{\"b", "\":2}\n"), 0)
	want(t, got, err, `1 json {"a":1}`, `2 json {"b":2}`)
}

func TestAttack21GzipBombsAreStopped(t *testing.T) {
	bomb := gzipped(t, strings.Repeat("\n", 1<<20))
	for _, f := range []hiring.Format{hiring.JSONLines, hiring.CSV, hiring.JSONLD} {
		_, err := Framer{Unpacked: 1 << 16}.Frame(strings.NewReader(bomb), f, func(hiring.Record) error { return nil })
		if hiring.CodeOf(err) != hiring.TooLarge {
			t.Errorf("%s: %v", f, err)
		}
	}
	body := gzipped(t, "{}\n{}\n{}\n")
	n := 0
	_, err := Framer{Unpacked: 9}.Frame(strings.NewReader(body), hiring.JSONLines, func(hiring.Record) error { n++; return nil })
	if err != nil || n != 3 {
		t.Errorf("a stream that just fits: %d records, %v", n, err)
	}
	_, err = Framer{Unpacked: 8}.Frame(strings.NewReader(body), hiring.JSONLines, func(hiring.Record) error { return nil })
	if hiring.CodeOf(err) != hiring.TooLarge {
		t.Errorf("a stream one byte too long: %v", err)
	}
}

func TestDamagedGzipIsSaidToBe(t *testing.T) {
	good := gzipped(t, strings.Repeat("{\"a\":1}\n", 1000))
	flipped := []byte(good)
	flipped[len(flipped)-5] ^= 1
	for name, body := range map[string]string{
		"magic only": "\x1f\x8b", "cut off": good[:len(good)/2], "checksum": string(flipped), "garbage": good[:10] + "garbage!",
	} {
		if _, err := frame(t, hiring.JSONLines, body, 0); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUTF16IsRefusedWithAdvice(t *testing.T) {
	for _, body := range []string{"\xff\xfei\x00d\x00", "\xfe\xff\x00i\x00d"} {
		_, err := frame(t, hiring.CSV, body, 0)
		if hiring.CodeOf(err) != hiring.Invalid || !strings.Contains(err.Error(), "UTF-8") {
			t.Error(err)
		}
	}
}

func TestPickReturnsTheRawRecords(t *testing.T) {
	for name, c := range map[string]struct {
		f    hiring.Format
		body string
		want []string
	}{
		"lines":    {hiring.JSONLines, "{}\n{ \"a\": 1 }\r\n\nbad\n" + strings.Repeat("x", 90), []string{"2 { \"a\": 1 }", "4 " + strings.Repeat("x", 50)}},
		"csv":      {hiring.CSV, "a,b\n1, \"2\"\nx\n\"3\n\",4\n5,\"6\n7,8\n", []string{"2 x", "4 5,\"6"}},
		"document": {hiring.JSONLD, "[\n{\"a\":1},\n{}\n,5,{\"b\" :2}]", []string{`2 {}`, `4 {"b" :2}`}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := Pick(strings.NewReader(c.body), c.f, 50, map[int]bool{2: true, 4: true}, func(n int, raw string) error {
				got = append(got, fmt.Sprintf("%d %s", n, raw))
				return nil
			})
			want(t, got, err, c.want...)
		})
	}
}
