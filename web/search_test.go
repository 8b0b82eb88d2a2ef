package web

import (
	"strings"
	"testing"
)

// A page that found nothing has the same fields as one that did.
func TestNothingFoundHasEmptyLists(t *testing.T) {
	h := open(t)
	body := string(h.call(h.server.secrets.OperatorToken(), "GET", "/v1/search/learners?q=cobol", nil).ok(t, 200).body)
	for _, want := range []string{`"total":0`, `"hits":[]`, `"facets":{}`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
}

// A parameter that a route does not know is refused in words, without its name, which may be what somebody meant to keep.
func TestUnknownParameterReads(t *testing.T) {
	h := open(t)
	p := h.call(h.server.secrets.OperatorToken(), "GET", "/v1/search/learners?secret=cobol", nil).problem(t, 400, "secret", "cobol")
	if p.Field != "query" || p.Detail != "a query parameter is not one of this route's" || p.Fix == "" {
		t.Errorf("got %+v", p)
	}
}
