package cli

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchday/app"
	"matchday/events/natsd"
	"matchday/hiring"
)

// A recruiter ranks for the openings of the employer worked for; who has none is told so.
func TestMatchAllByRole(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	g := globals{Data: data}
	cl, err := g.embed(t.Context(), console{err: io.Discard}, app.Options{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer cl.close()
	far := []string{"--server", cl.app.URL(), "--token"}
	run := func(token, stdin string, args ...string) (int, string, string) {
		return command(t, stdin, append(append(args, far...), token)...)
	}
	if status, _, problems := run(cl.token, openingLines, "import", "openings", "-"); status != exitOK {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		role, subject string
		status        int
		out, saying   string
	}{
		{"recruiter", "Acme", exitOK, `{"opening":"acme/1"`, ""},
		{"employer", "Acme", exitOK, `{"opening":"acme/1"`, ""},
		{"recruiter", "Beta", exitOK, "", "no opening to rank learners for"},
		{"learner", "ana", exitFailed, "", "use 'matchday match --learner ID'"},
	} {
		_, token, problems := run(cl.token, "", "token", "create", "--role", c.role, "--subject", c.subject)
		status, out, more := run(strings.TrimSpace(token), "", "match", "--all")
		if status != c.status || !strings.HasPrefix(out, c.out) || out != "" && c.out == "" || !strings.Contains(more, c.saying) {
			t.Errorf("%s of %s: status %d, %s%s%s", c.role, c.subject, status, out, problems, more)
		}
	}
}

// What people get wrong, and what they are told.
func TestMistakesAreExplained(t *testing.T) {
	dir := t.TempDir()
	data, none := filepath.Join(dir, "data"), filepath.Join(dir, "none")
	if status, _, problems := command(t, openingLines, "import", "openings", "-", "--data", data); status != exitOK {
		t.Fatal(problems)
	}
	https := httptest.NewTLSServer(http.NotFoundHandler())
	defer https.Close()
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	esco := t.TempDir()
	for _, c := range []struct {
		name   string
		want   int
		stdin  string
		args   []string
		saying string
		not    string
	}{
		{"reading where nothing is", exitFailed, "", []string{"match", "--all", "--data", none}, none + " holds no Matchday; name its folder with --data, or a running one with --server", ""},
		{"importing what is not there", exitFailed, "", []string{"import", "openings", "/nonexistent.jsonl", "--data", none}, "no such file", ""},
		{"a folder that is no ESCO", exitFailed, "", []string{"skills", "import", "esco", esco, "--data", data}, "reading ESCO", "http://"},
		{"no such opening", exitFailed, "", []string{"match", "--opening", "acme/42", "--data", data}, "opening acme/42: no such opening; find ids with 'matchday search openings'", ""},
		{"no such learner", exitFailed, "", []string{"learner", "consent", "eve", "--data", data}, "learner eve: ", ""},
		{"no advice on no opening", exitFailed, "", []string{"advise", "costs", "acme/42", "--data", data}, "opening acme/42: no such opening", ""},
		{"no such day", exitFailed, "", []string{"day", "show", "spring", "--data", data}, "day spring: no such day", ""},
		{"nobody answers", exitFailed, "", []string{"match", "--all", "--server", "http://127.0.0.1:1", "--token", "t"}, "nothing answers at http://127.0.0.1:1: is 'matchday serve' running there?", "dial tcp"},
		{"https for http", exitFailed, "", []string{"match", "--all", "--server", strings.Replace(stranger.URL, "http", "https", 1), "--token", "t"}, "speaks http, not https", ""},
		{"http for https", exitFailed, "", []string{"match", "--all", "--server", strings.Replace(https.URL, "https", "http", 1), "--token", "t"}, "speaks https, not http", ""},
		{"no Matchday there", exitFailed, "", []string{"match", "--all", "--server", stranger.URL, "--token", "t"}, "is no Matchday: 404", ""},
		{"a column without a field", exitUsage, "", []string{"import", "openings", "-", "--map", "Title", "--data", none}, "--map 'Job title=title'", "%20"},
		{"a limit beyond bounds", exitUsage, "", []string{"match", "--all", "--limit", "0", "--data", none}, "--limit is outside 1 to 1000", ""},
		{"too much to explain", exitUsage, "", []string{"match", "--opening", "a", "--limit", "300", "--explain"}, "above 200 with --explain", ""},
		{"a page beyond bounds", exitUsage, "", []string{"search", "learners", "x", "--limit", "101"}, "--limit is outside 1 to 100", ""},
		{"nobody to be near", exitUsage, "", []string{"advise", "near", "acme/1", "--limit", "0", "--data", none}, "--limit is outside 1 to 1000", ""},
		{"a bar out of reach", exitUsage, "", []string{"advise", "learner", "a", "--opening", "acme/1", "--bar", "1.5", "--data", none}, "--bar is outside 0 to 1", ""},
		{"a bar that is none", exitUsage, "", []string{"advise", "reach", "a", "--bar", "NaN", "--data", none}, "--bar is outside 0 to 1", ""},
		{"too many programmes", exitUsage, "", []string{"advise", "reach", "a", "--programmes", "4", "--data", none}, "--programmes is outside 1 to 3", ""},
		{"an audit of nothing", exitUsage, "", []string{"audit", "--limit", "0", "--data", none}, "--limit is outside 1 to 10000", ""},
		{"serving at a server", exitUsage, "", []string{"serve", "--server", "http://127.0.0.1:1", "--data", none}, "unset MATCHDAY_SERVER", ""},
		{"a demo at a server", exitUsage, "", []string{"demo", "--once", "--server", "http://127.0.0.1:1"}, "unset MATCHDAY_SERVER", ""},
		{"a base URL that is none", exitUsage, "", []string{"serve", "--base-url", "nowhere", "--data", none}, "--base-url is not a web address", ""},
		{"a role alone", exitUsage, "", []string{"serve", "--roles", "match", "--data", none}, "--nats is missing", ""},
		{"a query that begins with -", exitUsage, "", []string{"search", "openings", "-remote"}, "after --: matchday search openings", ""},
		{"the same after --", exitOK, "", []string{"search", "openings", "--data", data, "--", "-remote"}, `"id":"acme/1"`, ""},
		{"an empty plan", exitFailed, "", []string{"day", "plan", "-", "--data", data}, "the plan in -: is empty", "EOF"},
		{"a plan with text for a number", exitFailed, `{"id":"d","run":{"minutes":"20"}}`, []string{"day", "plan", "-", "--data", data}, "run.minutes is a string; write a whole number", "Go struct"},
		{"a plan with an unknown field", exitFailed, `{"id":"d","when":1}`, []string{"day", "plan", "-", "--data", data}, `has the field "when", which is not known`, "json:"},
		{"a plan without an id", exitFailed, `{"title":"T"}`, []string{"day", "plan", "-", "--data", data}, "id is missing", ""},
		{"a plan without a zone", exitFailed, `{"id":"d","title":"T"}`, []string{"day", "plan", "-", "--data", data}, "zone is missing; use an IANA name", ""},
		{"lines without id", exitRejected, `{"text":"sql"}` + "\n" + `{"id":1,"text":2}`, []string{"skills", "resolve", "-", "--data", data}, "-:1: id is missing", "Go struct"},
	} {
		status, out, problems := command(t, c.stdin, c.args...)
		if status != c.want || !strings.Contains(out+problems, c.saying) || c.not != "" && strings.Contains(problems, c.not) {
			t.Errorf("%s: status %d, want %d, saying %q and not %q:\n%s%s", c.name, status, c.want, c.saying, c.not, out, problems)
		}
	}
	if _, err := os.Stat(none); err == nil {
		t.Errorf("%s was made by a command that only reads", none)
	}
}

func TestARevokedTokenIsExplained(t *testing.T) {
	cl := &client{base: "http://x"}
	err := cl.refused(&http.Response{Status: "401 Unauthorized"}, []byte(`{"title":"Unauthorized","code":"unauthenticated","detail":"no valid token was sent","fix":"send Authorization: Bearer"}`))
	if err == nil || err.Error() != "the token of --token is not known there or was revoked" {
		t.Errorf("says %v", err)
	}
}

// A folder that another process works on is named as the person named it, with a way out.
func TestAHeldFolderIsExplained(t *testing.T) {
	var told bytes.Buffer
	g := globals{Data: "./matchday-data"}
	status := g.conclude(&natsd.HeldError{Dir: "matchday-data/log", Process: "2671"}, console{err: &told})
	if want := "matchday: a Matchday (process 2671) works on ./matchday-data; stop it, or talk to it with --server URL --token T\n"; status != exitRefused || told.String() != want {
		t.Errorf("status %d, saying %s", status, told.String())
	}
}

func TestEraseAsksAPersonOnly(t *testing.T) {
	asked := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method
		_, _ = w.Write([]byte(`{"position":1}`))
	}))
	defer server.Close()
	for _, c := range []struct {
		name, typed string
		asks        bool
		more        []string
		erased      bool
	}{
		{"a yes", "yes\n", true, nil, true},
		{"a no", "n\n", true, nil, false},
		{"only enter", "\n", true, nil, false},
		{"nothing", "", true, nil, false},
		{"--yes", "", true, []string{"--yes"}, true},
		{"a program", "", false, nil, true},
	} {
		var out, problems bytes.Buffer
		args := append([]string{"learner", "erase", "ana", "--server", server.URL, "--token", "t"}, c.more...)
		status := run(context.Background(), args, console{in: strings.NewReader(c.typed), out: &out, err: &problems, asks: c.asks})
		if (status == exitOK) != c.erased || (len(asked) == 1) != c.erased {
			t.Errorf("%s: status %d, %d requests: %s", c.name, status, len(asked), problems.String())
		}
		for len(asked) > 0 {
			<-asked
		}
	}
}

func TestJSONMistakesNameTheField(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "is empty",
		"{":                                    "ends in the middle",
		"{]":                                   "is not JSON from byte 2 on",
		`[]`:                                   "is an array, not an object",
		`{"id":1}`:                             "id is a number; write text, in quotes",
		`{"bar":"x"}`:                          "bar is a string; write a number, without quotes",
		`{"slots":[{"start":"x","seats":[]}]}`: "seats is an array; write a whole number",
		`{"openings":"a"}`:                     "openings is a string; write a list",
		`{"run":7}`:                            "run is a number; write an object",
		`{"id":"a"} {}`:                        "goes on after",
	} {
		var plan hiring.DayPlan
		if err := readJSON([]byte(in), &plan); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: says %v, want %q", in, err, want)
		}
	}
}

// Who starts a Matchday learns where it keeps what, that no mail goes out, and how to get in.
func TestServeSaysWhereEverythingIs(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, told := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, console{out: io.Discard, err: told})
		told.Close()
	}()
	var all strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		fmt.Fprintln(&all, lines.Text())
		if strings.HasPrefix(lines.Text(), "the first token: ") {
			stop()
		}
	}
	if status := <-ended; status != exitOK {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{"Matchday serves http://127.0.0.1:", "data in " + data, "no --mail-dir: no mail is written", "matchday token bootstrap --data " + data} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not said:\n%s", want, all.String())
		}
	}
}
