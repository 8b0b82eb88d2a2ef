package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// The description of the API is committed, so that a change of it is seen in review.
func TestOpenAPIHasNotDrifted(t *testing.T) {
	h := open(t)
	got := h.call("", "GET", "/v1/openapi.json", nil).ok(t, 200).body
	path := filepath.Join("..", "docs", "openapi.json")
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("docs/openapi.json differs from what is served; look at the change and run: go test ./web -run OpenAPI -update")
	}
	for _, leak := range []string{"ErrorModel", "$schema"} {
		if strings.Contains(string(got), leak) {
			t.Errorf("the description holds %q", leak)
		}
	}
}

// Every part of an address that varies is a parameter of its operation: one that is not reaches no handler.
func TestOperationsKnowTheirAddress(t *testing.T) {
	h := open(t)
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	must(t, json.Unmarshal(h.call("", "GET", "/v1/openapi.json", nil).ok(t, 200).body, &api))
	for path, operations := range api.Paths {
		for method, o := range operations {
			known := map[string]bool{}
			for _, p := range o.Parameters {
				known["{"+p.Name+"}"] = p.In == "path"
			}
			for _, part := range strings.Split(path, "/") {
				if strings.HasPrefix(part, "{") && !known[part] {
					t.Errorf("%s %s: %s is no parameter", method, path, part)
				}
			}
		}
	}
}

func TestHealth(t *testing.T) {
	h := open(t)
	if got := h.call("", "GET", "/healthz", nil).ok(t, 200); string(got.body) != "ok\n" {
		t.Errorf("healthz answered %q", got.body)
	}
	var ready health
	h.call("", "GET", "/readyz", nil).ok(t, 200).into(t, &ready)
	if !ready.Ready || !ready.Log || len(ready.Roles) != 4 || ready.Version != "test" {
		t.Errorf("readyz answered %+v", ready)
	}
}

func TestProblemsEverywhere(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	for _, c := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"GET", "/nowhere/s3cret", nil, 404},
		{"GET", "/v1/s3cret", nil, 404},
		{"PATCH", "/v1/openings/s3cret", nil, 405},
		{"GET", "/v1/openings/o1/matches?limit=s3cret", nil, 400},
		{"GET", "/v1/openings/o1/matches?limit=1001", nil, 400},
		{"GET", "/v1/openings/o1/matches?offset=1000000000", nil, 400},
		{"GET", "/v1/openings/o1/matches?s3cret=1", nil, 400},
		{"GET", "/v1/openings/o1/matches?cursor=s3cret", nil, 400},
		{"GET", "/v1/openings/s3cret%20x", nil, 400},
		{"POST", "/v1/tokens", `{"role":"s3cret","subject":"x"}`, 400},
		{"POST", "/v1/tokens", `{"role":"operator","subject":7}`, 400},
		{"POST", "/v1/tokens", `{"role":"s3cret`, 400},
		{"POST", "/v1/tokens", ``, 400},
		{"POST", "/v1/imports/s3cret", `{}`, 400},
		{"POST", "/v1/imports/openings?map=s3cret", `{}`, 400},
		{"GET", "/v1/events/tail?subject=fact.s3cret", nil, 400},
		{"DELETE", "/v1/tokens/s3cret", nil, 400},
		{"POST", "/v1/invitations/s3cret/accept", `{}`, 404},
		{"POST", "/v1/invitations/abcdefghijklmnopqrstuvwxyz/accept", `{"slot":"s3cret"}`, 400},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			h.t = t
			h.call(op, c.method, c.path, c.body).problem(t, c.status, "s3cret")
		})
	}
	h.t = t
	p := h.call(op, "POST", "/v1/tokens", "role=x", "Content-Type", "application/x-www-form-urlencoded").problem(t, 415)
	if p.Fix == "" {
		t.Error("a wrong content type is not told how to mend it")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/", "/docs", "/healthz", "/v1/openapi.json", "/v1/openings/x", "/i/x", "/nowhere", "/assets/matchday.css"} {
		head := h.call("", "GET", path, nil).Header
		csp := head.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
		if head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Referrer-Policy") == "" {
			t.Errorf("%s lacks a header: %v", path, head)
		}
	}
}

func TestPanicsBecomeProblems(t *testing.T) {
	h := open(t)
	guarded := h.server.recoverer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the s3cret of the house") }))
	h.http.Config.Handler = guarded
	h.call("", "GET", "/", nil).problem(t, 500, "s3cret")
}
