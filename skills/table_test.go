package skills

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// folder makes a folder of files; those named .gz are packed.
func folder(t testing.TB, files map[string]string) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		data := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			data = zipped(t, text)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return fsys
}

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestTableReadsCellsAndSkipsWhatIsRagged(t *testing.T) {
	for name, c := range map[string]struct {
		table   table
		text    string
		rows    []string
		skipped []string
	}{
		"csv": {
			table{"t.csv", ',', []string{"a", "b"}},
			"\ufeffb,a\r\n\"1\n2\", x \r\n3\n5,\"y\"\n",
			[]string{"x|1\n2|t.csv line 2", "y|5|t.csv line 5"},
			[]string{"t.csv line 4: has 1 cells, the header 2"},
		},
		"csv with a stray quote": {
			table{"t.csv", ',', []string{"a"}},
			"a,b\nx\"y,1\nz,2\n",
			[]string{"z||t.csv line 3"},
			[]string{"t.csv line 2: a quote is out of place"},
		},
		"tabs": {
			table{"t.txt", '\t', []string{"a", "b"}},
			"a\tb\r\n\"x\t1\n\nonly\ny\t2",
			[]string{"\"x|1|t.txt line 2", "y|2|t.txt line 5"},
			[]string{"t.txt line 4: has 1 cells, the header 2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := newIntake(nil)
			var rows []string
			err := c.table.read(strings.NewReader(c.text), in, func(r row) error {
				b := ""
				if _, ok := r.index["b"]; ok && len(c.table.columns) > 1 {
					b = r.get("b")
				}
				rows = append(rows, r.get("a")+"|"+b+"|"+r.where())
				return nil
			})
			if err != nil || strings.Join(rows, ";") != strings.Join(c.rows, ";") ||
				strings.Join(in.done().Skipped, ";") != strings.Join(c.skipped, ";") {
				t.Errorf("rows %q, skipped %q, err %v", rows, in.done().Skipped, err)
			}
		})
	}
}

func TestTableRefusesAnotherTable(t *testing.T) {
	in := newIntake(nil)
	for text, want := range map[string]string{
		"":      "t.csv has no header",
		"a,c\n": `t.csv has no column "b"`,
	} {
		err := table{"t.csv", ',', []string{"a", "b"}}.read(strings.NewReader(text), in, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestOpenPlain(t *testing.T) {
	fsys := folder(t, map[string]string{"plain.csv": "p", "packed.csv.gz": "q", "odd.csv": "\x1f\x8bnot gzip"})
	for name, want := range map[string]string{"plain.csv": "p", "packed.csv": "q"} {
		f, err := openPlain(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil || string(text) != want || f.Close() != nil {
			t.Errorf("%s holds %q, %v", name, text, err)
		}
	}
	if _, err := openPlain(fsys, "odd.csv"); err == nil || !strings.Contains(err.Error(), "unpacking odd.csv") {
		t.Errorf("a file that only begins like gzip: %v", err)
	}
	if _, err := openPlain(fsys, "none.csv"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestBoundedFailsRatherThanEnds(t *testing.T) {
	for n, want := range map[int]error{10: nil, 11: errTooLarge, 5000: errTooLarge} {
		_, err := io.ReadAll(&bounded{strings.NewReader(strings.Repeat("x", n)), 10})
		if !errors.Is(err, want) {
			t.Errorf("%d bytes of 10: %v, want %v", n, err, want)
		}
	}
}
