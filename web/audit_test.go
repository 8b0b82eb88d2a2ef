package web

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// Refusals are written down without what was sent, for operators to read.
func TestRefusalsAreWrittenDown(t *testing.T) {
	h := open(t)
	op, nurse := h.server.secrets.OperatorToken(), h.token(hiring.RoleLearner, "secret-learner")
	h.call(nurse, "GET", "/v1/openings/secret-opening", nil).problem(t, 404)
	h.call(nurse, "POST", "/v1/tokens", `{"role":"operator","subject":"secret-subject"}`).problem(t, 403)
	h.call("wrong", "GET", "/v1/audit", nil).problem(t, 401)
	h.call(nurse, "GET", "/v1/audit", nil).problem(t, 403)
	h.call(nurse, "GET", "/v1/secret-address", nil)
	h.call(op, "GET", "/v1/openapi.json", nil).ok(t, 200)
	want := []string{
		"learner GET /v1/audit 403", " GET /v1/audit 401", "learner POST /v1/tokens 403", "learner GET /v1/openings/{id} 404",
	}
	var list Refusals
	for begun := time.Now(); len(list.Refusals) < len(want) && time.Since(begun) < 8*time.Second; { // they are written a moment after
		h.call(op, "GET", "/v1/audit", nil).ok(t, 200).into(t, &list)
	}
	for i, r := range list.Refusals {
		if have := strings.Join([]string{string(r.Role), r.Method, r.Route, strconv.Itoa(r.Status)}, " "); i >= len(want) || have != want[i] {
			t.Errorf("refusal %d is %s", i, have)
		}
		if (r.Role == "") != (r.Token == "") || len(r.Token) > 8 || r.Time.IsZero() {
			t.Errorf("refusal %d: %+v", i, r)
		}
	}
	h.call(op, "GET", "/v1/audit?limit=1", nil).ok(t, 200).into(t, &list)
	if len(list.Refusals) != 1 || list.Refusals[0].Route != "/v1/audit" {
		t.Errorf("the newest: %+v", list.Refusals)
	}
	if all := string(h.call(op, "GET", "/v1/audit", nil).ok(t, 200).body); strings.Contains(all, "secret") {
		t.Errorf("the audit repeats what was sent: %s", all)
	}
}

// What was refused just before the end is written down too: a short-lived process has nothing else to write.
func TestLastRefusalsAreWrittenDown(t *testing.T) {
	h, a := open(t), newAudit()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); a.run(ctx, h.server) }()
	a.note(hiring.Refusal{Route: "/last", Status: 404})
	for len(a.waiting) > 0 {
		runtime.Gosched()
	}
	cancel()
	<-ended
	list, err := h.server.log.Refusals(t.Context(), 1)
	if err != nil || len(list) != 1 || list[0].Route != "/last" {
		t.Errorf("written down: %+v (%v)", list, err)
	}
}

// A flood of refusals neither waits nor grows: what cannot be written is counted.
func TestAuditOfAFlood(t *testing.T) {
	a := newAudit()
	for range auditQueue + 7 {
		a.note(hiring.Refusal{})
	}
	if len(a.waiting) != auditQueue || a.lost.Load() != 7 {
		t.Errorf("%d wait, %d are lost", len(a.waiting), a.lost.Load())
	}
}
