package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// command runs one command line on a data directory and returns status, standard output and standard error.
func command(t *testing.T, stdin string, args ...string) (status int, out, problems string) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(context.Background(), args, console{in: strings.NewReader(stdin), out: &o, err: &e})
	return status, o.String(), e.String()
}

const (
	skillLines   = `{"id":"x:sql","name":"SQL"}` + "\n" + `{"id":"x:excel","name":"Excel","labels":{"es":"Hojas de cálculo"}}` + "\n"
	openingLines = `{"id":"acme/1","title":"Analyst","employer":"Acme","skills":[{"name":"sql","need":"essential"},{"name":"Excel","need":"optional"}]}` + "\n"
	learnerLines = `{"id":"ana","skills":[{"name":"SQL"}]}` + "\n" + `{"id":"ben","skills":[{"name":"hojas de calculo"}]}` + "\n"
)

func TestFromEmptyFolderToMatch(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ok := func(stdin string, args ...string) string {
		t.Helper()
		status, out, problems := command(t, stdin, append(args, "--data", data)...)
		if status != exitOK {
			t.Fatalf("%v: status %d\n%s", args, status, problems)
		}
		return out
	}
	if out := ok(skillLines, "skills", "import", "jsonl", "-"); !strings.Contains(out, `"skills":2`) {
		t.Errorf("skills import prints %s", out)
	}
	ok(openingLines, "import", "openings", "-")
	ok(learnerLines, "import", "learners", "-")
	var ranked struct {
		Opening string
		Matches []struct {
			Learner          string
			Score            float64
			Matched, Missing []string
		}
	}
	if err := json.Unmarshal([]byte(ok("", "match", "--opening", "acme/1", "--limit", "5")), &ranked); err != nil {
		t.Fatal(err)
	}
	if len(ranked.Matches) != 2 || ranked.Matches[0].Learner != "ana" || ranked.Matches[0].Matched[0] != "x:sql" || ranked.Matches[0].Missing[0] != "x:excel" {
		t.Errorf("ranked %+v", ranked)
	}
	if out := ok("", "match", "--opening", "acme/1", "--text", "sql", "--language", "en"); !strings.HasPrefix(out, `{"opening":"acme/1","matches":[{"learner":"ana",`) || strings.Contains(out, "ben") ||
		!strings.Contains(out, `"excluded":[{"filter":"language","excludes":0,"unsaid":1},{"filter":"text","excludes":1}]`) {
		t.Errorf("match --text prints %s", out)
	}
	if out := ok(strings.Replace(openingLines, "acme/1", "acme/draft", 1), "advise", "costs", "--draft", "-"); !strings.Contains(out, `"matching":2,"total":2`) {
		t.Errorf("advise costs --draft prints %s", out)
	}
	if out := ok("", "advise", "reach", "ana"); !strings.Contains(out, `"steps":[],"atMost":0`) {
		t.Errorf("advise reach prints %s", out)
	}
	if out := ok("", "match", "--all", "--limit", "1"); strings.Count(out, "\n") != 1 || !strings.HasPrefix(out, `{"opening":"acme/1"`) {
		t.Errorf("match --all prints %s", out)
	}
	if out := ok("", "match", "--learner", "ben", "--limit", "1"); !strings.HasPrefix(out, `{"learner":"ben","matches":[{"opening":"acme/1"`) {
		t.Errorf("match --learner prints %s", out)
	}
	if out := ok(`{"id":1,"text":"excel"}`+"\n"+`{"id":"b","text":"nothing of the kind"}`, "skills", "resolve", "--limit", "3", "-"); out !=
		`{"id":1,"candidates":[{"skill":"x:excel","name":"Excel","score":1}]}`+"\n"+`{"id":"b","candidates":[]}`+"\n" {
		t.Errorf("skills resolve prints %s", out)
	}
	if out := ok(`{"id":7,"text":"You use Excel daily."}`, "skills", "tag", "-"); !strings.HasPrefix(out, `{"id":7,"skills":[{"skill":"x:excel","name":"Excel","start":8,"end":13,"score":0.`) {
		t.Errorf("skills tag prints %s", out)
	}
	pasted := "Analyst\nRequirements\nExcel, 3 years\nSQL is a plus.\nBachelor's degree or equivalent experience.\n"
	if out := ok(pasted, "skills", "read", "--plain", "-"); !strings.Contains(out, `"title":"Analyst","skills":[{"skill":"x:excel","name":"Excel","start":21,"end":26,"score":0.`) ||
		!strings.Contains(out, `"need":"optional"`) || !strings.Contains(out, `"degree":"or-experience","degreeStart":51,"degreeEnd":93}`) {
		t.Errorf("skills read prints %s", out)
	}
	draft := ok(`{"id":"acme/9","text":`+strconv.Quote(pasted)+`}`, "skills", "read", "--employer", "Acme", "-")
	ok(draft, "import", "openings", "-")
	if out := ok("", "search", "openings", "Analyst", "--limit", "3"); !strings.Contains(out, `"id":"acme/9"`) {
		t.Errorf("the draft %sis not found: %s", draft, out)
	}
	if out := ok("", "search", "learners", `skill:"SQL"`, "--limit", "3"); !strings.Contains(out, `"id":"ana"`) || strings.Contains(out, `"id":"ben"`) {
		t.Errorf("search prints %s", out)
	}
	if token := strings.TrimSpace(ok("", "token", "create", "--role", "employer", "--subject", "Acme Inc.")); !strings.HasPrefix(token, "md_") || strings.Contains(token, " ") {
		t.Errorf("token create prints %q", token)
	}
}

func TestExitStatuses(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	mixed := openingLines + `{"id":"acme/2","title":"T","employer":"Acme","wage":7}` + "\n"
	for _, c := range []struct {
		name   string
		want   int
		stdin  string
		args   []string
		saying string
	}{
		{"all accepted", exitOK, openingLines, []string{"import", "openings", "-"}, "1 accepted"},
		{"unchanged", exitOK, openingLines, []string{"import", "openings", "-"}, "1 unchanged"},
		{"some rejected", exitRejected, mixed, []string{"import", "openings", "-", "--rejects", rejects}, "-:2: wage"},
		{"a taxonomy after what needs it", exitOK, skillLines, []string{"skills", "import", "jsonl", "-"}, "1 openings, 0 learners and 0 programmes hold names"},
		{"an empty file", exitOK, "\n", []string{"import", "openings", "-"}, "note: the input holds no records"},
		{"strict", exitFailed, mixed, []string{"import", "openings", "-", "--strict"}, "wage"},
		{"a file that is not there", exitFailed, "", []string{"import", "openings", "/nonexistent.jsonl"}, "nonexistent"},
		{"an opening that is not there", exitFailed, "", []string{"match", "--opening", "nobody"}, "opening"},
		{"no such command", exitUsage, "", []string{"frobnicate"}, "frobnicate"},
		{"two questions at once", exitUsage, "", []string{"match", "--opening", "a", "--learner", "b"}, ""},
		{"no question", exitUsage, "", []string{"match"}, ""},
		{"a filter for everybody", exitUsage, "", []string{"match", "--all", "--mode"}, "--opening"},
		{"no costs of anything", exitUsage, "", []string{"advise", "costs"}, "--draft"},
		{"a server without a token", exitUsage, "", []string{"match", "--all", "--server", "http://127.0.0.1:1"}, "--token"},
		{"help", exitOK, "", []string{"--help"}, ""},
	} {
		status, out, problems := command(t, c.stdin, append(c.args, "--data", data)...)
		if status != c.want || !strings.Contains(out+problems, c.saying) {
			t.Errorf("%s: status %d, want %d, saying %q:\n%s%s", c.name, status, c.want, c.saying, out, problems)
		}
	}
	b, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	var r reject
	if err := json.Unmarshal(b, &r); err != nil || r.Line != 2 || r.Field != "wage" || r.Reason == "" || !strings.Contains(r.Record, `"acme/2"`) {
		t.Errorf("rejects holds %s (%v)", b, err)
	}
}

func TestProgressIsDrawnOnTerminalsOnly(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		var drawn bytes.Buffer
		p := newProgress(console{err: &drawn, terminal: terminal}, "jobs.csv", 1000)
		if _, err := bytes.NewBuffer(nil).ReadFrom(p.reader(strings.NewReader(strings.Repeat("x", 500)))); err != nil {
			t.Fatal(err)
		}
		p.done()
		p.done()
		if got := drawn.String(); terminal != strings.Contains(got, "50%") {
			t.Errorf("terminal %v: drew %q", terminal, got)
		}
	}
}

func TestDemoTellsItsStory(t *testing.T) {
	status, out, problems := command(t, "", "demo", "--once", "--learners", "300")
	if status != exitOK {
		t.Fatalf("status %d\n%s\n%s", status, out, problems)
	}
	for _, chapter := range []string{"the provider's completion record arrives", "which is the score to the last digit", "invitations sent", "arrives on a NATS subscription", "the seat is hers"} {
		if !strings.Contains(out, chapter) {
			t.Errorf("the story lacks %q:\n%s", chapter, out)
		}
	}
}

// Several postings may stand on one line: what is written is the one that was rejected.
func TestRejectsOnOneLine(t *testing.T) {
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	posting := func(title string) string {
		return `{"@context":"https://schema.org","@type":"JobPosting","identifier":"` + title + `","title":"` + title +
			`","hiringOrganization":"Acme","jobLocationType":"TELECOMMUTE"}`
	}
	body := "[" + strings.Join([]string{posting("one"), `{"@type":"JobPosting"}`, posting("three"), posting("four")}, ",") + "]"
	status, out, problems := command(t, body, "import", "openings", "-", "--rejects", rejects, "--data", filepath.Join(t.TempDir(), "data"))
	if status != exitRejected || !strings.Contains(problems, "3 accepted, 0 unchanged, 1 rejected") {
		t.Fatalf("status %d: %s%s", status, out, problems)
	}
	b, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	var r reject
	if err := json.Unmarshal(b, &r); err != nil || r.N != 2 || r.Line != 1 || r.Record != `{"@type":"JobPosting"}` {
		t.Errorf("rejects holds %s (%v)", b, err)
	}
}
