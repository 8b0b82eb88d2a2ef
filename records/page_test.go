package records

import (
	"slices"
	"strings"
	"testing"

	"matchday/hiring"
)

const page = `<!DOCTYPE html>
<html><head><title>Jobs</title>
<script>var a = {"@type":"JobPosting"}</script>
<script type="application/ld+json">
{"@context":"https://schema.org","@graph":[{"@type":"WebSite"},
{"@type":"JobPosting","title":"A <b> & c"}]}
</script></head><body>
<script async type="application/LD+JSON; charset=utf-8">[{"@type":"JobPosting"}]</script>
<script type="application/ld+json">{"broken":</script>
<script type="application/ld+json"></script>
</body></html>`

func TestPostingsInAPage(t *testing.T) {
	got, err := frame(t, hiring.JSONLD, page, 0)
	want(t, got, err,
		`5 json {"@context":"https://schema.org","@type":"WebSite"}`,
		`6 json {"@context":"https://schema.org","@type":"JobPosting","title":"A <b> & c"}`,
		`8 json {"@type":"JobPosting"}`,
		`9 invalid`)
	var picked []string
	err = Pick(strings.NewReader(page), hiring.JSONLD, 0, map[int]bool{3: true}, func(_ int, raw string) error {
		picked = append(picked, raw)
		return nil
	})
	if err != nil || !slices.Equal(picked, []string{`{"@type":"JobPosting"}`}) {
		t.Errorf("picked %v, %v", picked, err)
	}
}

// TestWhatIsNoTextFailsAsAWhole checks that a wrong file is named once, and how to mend it.
func TestWhatIsNoTextFailsAsAWhole(t *testing.T) {
	for _, c := range []struct {
		format     hiring.Format
		body, want string
	}{
		{hiring.CSV, "PK\x03\x04\x14\x00\n\n,", "the file is an Excel workbook or an archive; save the sheet as CSV UTF-8"},
		{hiring.JSONLines, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an Excel workbook or an archive; save the sheet as CSV UTF-8"},
		{hiring.CSV, "\n<!doctype HTML><p>a,b", "the file is an HTML page"},
		{hiring.JSONLines, "<html>", "the file is an HTML page"},
		{hiring.JSONLD, "<html><p>Nurse wanted</html>", "the HTML page holds no JSON-LD"},
		{hiring.CSV, "id,Caf\xe9\n1,2\n", "header is not UTF-8 text; save the file as 'CSV UTF-8'"},
	} {
		got, err := frame(t, c.format, c.body, 0)
		if len(got) > 0 || err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q as %s: %v, %v, want %q", c.body, c.format, got, err, c.want)
		}
	}
}

func TestACellInLatin1NamesItsColumn(t *testing.T) {
	var problems []*hiring.Error
	body := "id,Stra\u00dfe\n1,Caf\xe9\n2,Caf\u00e9\n"
	_, err := Framer{}.Frame(strings.NewReader(body), hiring.CSV, func(r hiring.Record) error {
		problems = append(problems, r.Problem)
		return nil
	})
	if err != nil || len(problems) != 2 || problems[1] != nil {
		t.Fatalf("%v, %v", problems, err)
	}
	if got := problems[0].Error(); got != "Stra\u00dfe is not UTF-8 text; save the file as 'CSV UTF-8'" {
		t.Errorf("got %q", got)
	}
}

func FuzzPage(f *testing.F) {
	f.Add(page)
	f.Add(`<script type=application/ld+json>{"a":"</script>`)
	f.Add("<html><script type='application/ld+json'>[[[")
	f.Fuzz(func(t *testing.T, body string) {
		last := 0
		_, _ = Framer{Limit: 200}.Frame(strings.NewReader("<html>"+body), hiring.JSONLD, func(r hiring.Record) error {
			if r.Line < last || r.Line < 1 {
				t.Errorf("line %d after %d", r.Line, last)
			}
			last = r.Line
			return nil
		})
	})
}
