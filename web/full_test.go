package web

import (
	"errors"
	"sync/atomic"
	"testing"

	"matchday/hiring"
)

// While the log takes no writes, they are refused at once with when to come again; what only reads goes on.
func TestFullDiskRefusesWrites(t *testing.T) {
	var full atomic.Bool
	h := open(t, func(o *Options) {
		o.Writable = func() error {
			if full.Load() {
				return errors.New("no space left on device")
			}
			return nil
		}
	})
	op := h.server.secrets.OperatorToken()
	h.call("", "GET", "/readyz", nil).ok(t, 200)
	full.Store(true)
	for _, c := range []struct{ method, path, body string }{
		{"PUT", "/v1/openings/o1", `{"id":"o1"}`},
		{"POST", "/v1/imports/openings", lines(2000)},
		{"DELETE", "/v1/learners/l1", ""},
	} {
		a := h.call(op, c.method, c.path, c.body)
		if p := a.problem(t, 503, "device"); p.Code != hiring.Unavailable || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s is answered %s", c.method, c.path, a.body)
		}
	}
	h.call("", "POST", "/i/whatever", "").ok(t, 503)
	h.call("", "GET", "/i/whatever", nil).ok(t, 404)
	h.call("", "GET", "/readyz", nil).ok(t, 503)
	h.call(op, "GET", "/v1/search/openings", nil).ok(t, 200)
	h.call(op, "POST", "/v1/skills/resolve", `{"texts":["SQL"]}`).ok(t, 200)
	full.Store(false)
	h.call("", "GET", "/readyz", nil).ok(t, 200)
	h.call(op, "PUT", "/v1/openings/o1", `{"id":"o1"}`)
	if len(questions[hiring.Ingest](h)) != 1 {
		t.Error("with space back, writes do not pass")
	}
}
