package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
	"matchday/vault"
)

// hiringIngest is what reaches the ingest role.
type hiringIngest = hiring.Ingest

func hashOf(token string) string { return vault.TokenHash(token) }

func TestAttack06DuplicateKeys(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	for _, body := range []string{
		`{"role":"learner","ROLE":"operator","subject":"l1"}`,
		`{"role":"learner","role":"operator","subject":"l1"}`,
		`{"role":"learner","subject":"l1","\u0072ole":"operator"}`,
		`{"role":"learner","subject":"l1"} {"role":"operator"}`,
		`{"role":"learner","subject":"l1"}]`,
	} {
		h.call(op, "POST", "/v1/tokens", body).problem(t, 400, "operator")
	}
	h.call(op, "PUT", "/v1/openings/o1", `{"id":"o1","place":{"name":"a","name":"b"}}`).problem(t, 400)
	if n := len(questions[hiringIngest](h)); n != 0 {
		t.Errorf("%d refused records reached ingest", n)
	}
}

func TestAttack07Depth(t *testing.T) {
	h := open(t)
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/tokens", deep).problem(t, 400)
	h.call(h.server.secrets.OperatorToken(), "PUT", "/v1/openings/o1", `{"id":"o1","place":`+deep+`}`).problem(t, 400)
}

func TestAttack08LargeBody(t *testing.T) {
	h := open(t)
	large := `{"id":"o1","text":"` + strings.Repeat("x", 257<<10) + `"}`
	h.call(h.server.secrets.OperatorToken(), "PUT", "/v1/openings/o1", large).problem(t, 413)
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/tokens", large).problem(t, 413)
	fits := `{"id":"o1","text":"` + strings.Repeat("x", 255<<10) + `"}`
	h.call(h.server.secrets.OperatorToken(), "PUT", "/v1/openings/o1", fits).ok(t, 200)
}

func TestAttack08SlowBody(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.ReadTimeout = 100 * time.Millisecond })
	for _, path := range []string{"/v1/tokens", "/v1/imports/openings", "/v1/imports/skills?name=own&release=1"} {
		conn, err := net.Dial("tcp", h.http.Listener.Addr().String())
		must(t, err)
		defer conn.Close()
		must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{\"id\":", path, h.server.secrets.OperatorToken())
		must(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestTimeout || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: a slow body is answered %s %s", path, resp.Status, resp.Header.Get("Content-Type"))
		}
	}
}

func TestAttack35CrossSitePost(t *testing.T) {
	h := open(t, func(o *Options) { o.BaseURL = "https://matchday.example" })
	op := h.server.secrets.OperatorToken()
	h.call(op, "POST", "/v1/skills/resolve", `{"texts":[]}`, "Sec-Fetch-Site", "cross-site").problem(t, 403)
	h.call(op, "POST", "/v1/skills/resolve", `{"texts":[]}`, "Origin", "https://evil.example").problem(t, 403)
	h.call("", "POST", "/i/x", "do=accept", "Origin", "null", "Content-Type", "application/x-www-form-urlencoded").problem(t, 403)
	h.call(op, "POST", "/v1/skills/resolve", `{"texts":[]}`, "Origin", "https://matchday.example").ok(t, 200)
	h.call(op, "POST", "/v1/skills/resolve", `{"texts":[]}`, "Sec-Fetch-Site", "same-origin").ok(t, 200)
}

func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `[1,{"a":[true,null]}]`, `{"a":1,"A":2}`, `"x" "y"`, `{"a":{"b":"a"},"c":["a","a"]}`, `{`, ``, `nul`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if err := decodeStrict(data, &v); err == nil && len(data) == 0 {
			t.Error("nothing was read as a value")
		}
	})
}

func TestDecodeStrict(t *testing.T) {
	for body, good := range map[string]bool{
		`{"subject":"x","role":"learner"}`:    true,
		` {"subject":"x"} ` + "\n":            true,
		`{"subject":"role","role":"subject"}`: true,
		`{"subject":"a","Subject":"b"}`:       false,
		`{"subject":["a"]}`:                   false,
		``:                                    false,
		`null x`:                              false,
		`{"subject":"x"`:                      false,
		`{"subject":"x",}`:                    false,
		strings.Repeat("[", 65) + strings.Repeat("]", 65): false,
	} {
		var v TokenBody
		if err := decodeStrict([]byte(body), &v); (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
}
