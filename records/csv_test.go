package records

import (
	"bufio"
	"strings"
	"testing"

	"matchday/hiring"
)

func TestCSV(t *testing.T) {
	wide := strings.Repeat("x", 60)
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"header only":        {"a,b", []string{"header a|b"}},
		"plain":              {"a,b\n1,2\n3,4\n", []string{"header a|b", "2 row 1|2", "3 row 3|4"}},
		"CRLF, mark, space":  {"\xef\xbb\xbf a ,b\r\n1, 2\r\n", []string{"header a|b", "2 row 1| 2"}},
		"quotes":             {"a,b\n\"x, \"\"y\"\"\",\"\"\n", []string{"header a|b", "2 row x, \"y\"|"}},
		"line breaks":        {"a,b\n\"x\r\n\ny\",2\n3,4", []string{"header a|b", "2 row x\n\ny|2", "5 row 3|4"}},
		"in the header":      {"\"a\nb\",c\n1,2\n", []string{"header a\nb|c", "3 row 1|2"}},
		"blank lines":        {"\n\na,b\n\n1,2\n  \n3,4\n\n", []string{"header a|b", "5 row 1|2", "7 row 3|4"}},
		"blank rows":         {"a,b\n,\n\" \",\n1,\n", []string{"header a|b", "4 row 1|"}},
		"ragged":             {"a,b\n1\n1,2,3\n4,5\n", []string{"header a|b", "2 invalid", "3 invalid", "4 row 4|5"}},
		"inch mark":          {"a,b\n5\" pipe,x \"y\" z\n", []string{"header a|b", `2 row 5" pipe|x "y" z`}},
		"semicolons":         {"a;b;\"c,d,e,f\"\n1,5;2;3\n", []string{"header a|b|c,d,e,f", "2 row 1,5|2|3"}},
		"tabs":               {"a\tb\n1,2\t\"x\ty\"\n", []string{"header a|b", "2 row 1,2|x\ty"}},
		"one column":         {"a\n1\n2\n", []string{"header a", "2 row 1", "3 row 2"}},
		"never closed":       {"a,b\n\"1,2\n3,4\n5,6\n", []string{"header a|b", "2 invalid", "3 row 3|4", "4 row 5|6"}},
		"never closed, last": {"a,b\n1,2\n\"3,4", []string{"header a|b", "2 row 1|2", "3 invalid"}},
		"goes on":            {"a,b\n\"1\"x,2\n3,4\n", []string{"header a|b", "2 invalid", "3 row 3|4"}},
		"closed far below":   {"a,b\n1,\"2\n3,4\n5,\"6\"\n7,8\n", []string{"header a|b", "2 invalid", "3 row 3|4", "4 row 5|6", "5 row 7|8"}},
		"closed too late":    {"a,b\n\"1\n" + wide + ",2\n\",3\n4,5\n", []string{"header a|b", "2 invalid", "3 too_large", "4 invalid", "5 row 4|5"}},
		"one line too long":  {"a,b\n1," + wide + "\n2,3\n", []string{"header a|b", "2 too_large", "3 row 2|3"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := frame(t, hiring.CSV, c.body, 50)
			want(t, got, err, c.want...)
		})
	}
}

func TestUnusableHeadersAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"nothing":      {"", "is missing"},
		"blank":        {"\n \n", "is missing"},
		"unnamed":      {"a,,b\n1,2,3\n", "column 2"},
		"alike":        {"a,b, a\n1,2,3\n", "columns 1 and 3"},
		"never closed": {"\"a,b\n1,2\n", "not closed"},
		"too long":     {strings.Repeat("a,", 60), "longer than 50 bytes"},
	} {
		got, err := frame(t, hiring.CSV, c.body, 50)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "header") || len(got) > 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// A quote in each line that is never closed, closed too late or closed wrongly must not make the work quadratic: each line is looked at
// once as the start of a row and once as what follows one.
func TestEachLineIsScannedTwiceAtMost(t *testing.T) {
	const n = 2000
	for name, c := range map[string]struct {
		body      string
		good, bad int
	}{
		"closed by the next":   {strings.Repeat("\"1,2\n3,4\n", n), n, n},
		"opened by the next":   {strings.Repeat("x\",\"z\n", n), 0, n},
		"closed too late":      {strings.Repeat("x\",\"z\n", n) + strings.Repeat("1,2\n", 20_000) + "\"\n", 20_000, n + 1},
		"broken far below":     {strings.Repeat("x\",\"z\n", n) + "1\"2\n", 0, n + 1},
		"broken after a text":  {strings.Repeat("x\",\"z\n", n) + strings.Repeat("t", 30_000) + "\"2\n", 0, n + 1},
		"before a long line":   {strings.Repeat("x\",\"z\n", n) + strings.Repeat("t", 100_000) + "\n", 0, n + 1},
		"closed at the end":    {strings.Repeat("x\",\"z\n", n) + "\"\n1,2\n", 1, 1}, // one ragged row
		"swallows, then again": {strings.Repeat("\"\"\"\n\",1\n", n), n, 0},
	} {
		table := table{lines: newLines(bufio.NewReader(strings.NewReader("a,b\n"+c.body)), 50_000)}
		good, bad := -1, 0 // the header is no record
		err := table.cut(func(c cut) error {
			if c.problem != nil {
				bad++
			} else {
				good++
			}
			return nil
		})
		if err != nil || good != c.good || bad != c.bad {
			t.Errorf("%s: %d good, %d bad, %v", name, good, bad, err)
		}
		if table.scanned > 2*len(c.body) {
			t.Errorf("%s: %d bytes scanned of %d", name, table.scanned, len(c.body))
		}
	}
}
