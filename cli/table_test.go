package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var scores = regexp.MustCompile(`0\.\d{3}`)

// At a terminal a ranked list is a table; with --json, and everywhere else, the same JSON as ever.
func TestRankedListsAreTablesAtATerminal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	at := func(terminal bool, stdin string, args ...string) string {
		t.Helper()
		var out, problems bytes.Buffer
		c := console{in: strings.NewReader(stdin), out: &out, err: &problems, tables: terminal}
		if status := run(context.Background(), append(args, "--data", data), c); status != exitOK {
			t.Fatalf("%v: status %d\n%s", args, status, problems.String())
		}
		return out.String()
	}
	at(true, skillLines, "skills", "import", "jsonl", "-")
	at(true, strings.Replace(openingLines, `"optional"`, `"optional","must":true`, 1), "import", "openings", "-")
	at(true, learnerLines+`{"id":"cem","skills":[{"name":"SQL"},{"name":"Excel"}]}`+"\n", "import", "learners", "-")
	got := scores.ReplaceAllString(at(true, "", "match", "--opening", "acme/1", "--language", "en"), "0.###")
	want := "2 learners for acme/1\n" +
		"   SCORE  LEARNER  HAS         LACKS  NEARLY\n" +
		"1  0.###  cem      SQL, Excel         \n" +
		"2  0.###  ben      Excel       SQL    \n" +
		"left out by must-have Excel alone: 1\n" +
		"left out by language alone: 0; 2 of those shown did not say\n"
	if got != want {
		t.Errorf("a terminal shows\n%s, want\n%s", got, want)
	}
	if got := at(true, "", "match", "--learner", "ben"); !strings.HasPrefix(got, "1 openings for ben\n") || !strings.Contains(got, "OPENING") {
		t.Errorf("a terminal shows\n%s", got)
	}
	piped := at(false, "", "match", "--opening", "acme/1")
	if forced := at(true, "", "match", "--opening", "acme/1", "--json"); forced != piped || !strings.HasPrefix(piped, `{"opening":"acme/1","matches":[{`) {
		t.Errorf("piped %s, with --json %s", piped, forced)
	}
	if got := at(true, "", "match", "--all"); !strings.Contains(got, "learners for acme/1") || strings.Contains(got, "{") {
		t.Errorf("--all shows\n%s", got)
	}
	if got := at(true, "", "search", "learners", "sql"); !strings.HasPrefix(got, "{") {
		t.Errorf("a search shows\n%s", got)
	}
}

func TestTablesAreSafeToShow(t *testing.T) {
	var out bytes.Buffer
	v := `{"opening":"o","matches":[{"learner":"L\\u001b[2J","score":0.5,"matched":["a\\tb"],"missing":[]}]}`
	if err := (table{&out}).value([]byte(strings.ReplaceAll(v, `\\u`, `\u`))); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\t") {
		t.Errorf("control characters reach the terminal: %q", out.String())
	}
}
