package cli

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMatchAllTellsABrokenStream(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"opening":"o1","matches":[]}`+"\n"+`{"error":{"status":503,"code":"unavailable","detail":"the matcher is reading the log","fix":"try again"}}`+"\n")
	}))
	defer server.Close()
	var out, problems strings.Builder
	status := run(context.Background(), []string{"match", "--all", "--server", server.URL, "--token", "t"}, console{out: &out, err: &problems})
	if status != exitFailed || !strings.Contains(problems.String(), "broke off: the matcher is reading the log") {
		t.Errorf("status %d, saying %s", status, problems.String())
	}
	if out.String() != `{"opening":"o1","matches":[]}`+"\n" {
		t.Errorf("printed %s", out.String())
	}
}

// What was taken in before an import was stopped is said, and its rejects are written.
func TestStoppedImportsSayWhatTheyDid(t *testing.T) {
	dir := t.TempDir()
	data, rejects := filepath.Join(dir, "data"), filepath.Join(dir, "rejects.jsonl")
	mixed := openingLines + `{"id":"acme/2","title":"T","employer":"Acme","wage":7}` + "\n"
	status, out, problems := command(t, mixed, "import", "openings", "-", "--strict", "--rejects", rejects, "--data", data)
	var s summary
	if err := json.Unmarshal([]byte(out), &s); err != nil || status != exitFailed || s.Accepted != 1 || s.Rejected != 1 || !strings.Contains(problems, "1 accepted") {
		t.Errorf("status %d (%v), printed %s, saying %s", status, err, out, problems)
	}
	if b, err := os.ReadFile(rejects); err != nil || !strings.Contains(string(b), `"line":2`) || !strings.Contains(string(b), "acme/2") {
		t.Errorf("the rejects are %s (%v)", b, err)
	}

	status, out, problems = command(t, mixed, "import", "openings", "-", "--rejects", "-", "--data", data)
	var r struct{ Line int }
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != exitRejected || r.Line != 2 || !strings.Contains(problems, "1 rejected") {
		t.Errorf("status %d (%v), printed %s, saying %s", status, err, out, problems)
	}

	cut := filepath.Join(dir, "cut.jsonl.gz")
	var zipped strings.Builder
	z := gzip.NewWriter(&zipped)
	for i := range 3000 {
		fmt.Fprintf(z, `{"id":"o%d","title":"Clerk %d","employer":"Acme","skills":[{"name":"SQL %d"}]}`+"\n", i, i*7919%3000, i*31)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, []byte(zipped.String()[:zipped.Len()*2/3]), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, problems = command(t, "", "import", "openings", cut, "--data", data)
	s = summary{}
	if err := json.Unmarshal([]byte(out), &s); err != nil || status != exitFailed || s.Accepted < 500 || !strings.Contains(problems, "cut.jsonl.gz") {
		t.Errorf("status %d (%v), printed %s, saying %s", status, err, out, problems)
	}
}
