package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"matchday/hiring"
	"matchday/vault"
)

func TestTokens(t *testing.T) {
	h := open(t)
	h.call("", "GET", "/v1/search/openings", nil).problem(t, 401)
	if got := h.call("md_wrong", "GET", "/v1/search/openings", nil).ok(t, 401).Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
		t.Errorf("WWW-Authenticate is %q", got)
	}
	token := h.token(hiring.RoleEmployer, "Acme")
	h.call(token, "GET", "/v1/search/openings", nil).ok(t, 200)
	asked := questions[hiring.Search](h)
	if got := asked[len(asked)-1].Actor; got != (hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}) {
		t.Errorf("the role was asked by %+v", got)
	}
	h.call(token, "POST", "/v1/tokens", TokenBody{hiring.RoleOperator, "me"}).problem(t, 403)
	h.call(token, "GET", "/v1/events/dead", nil).problem(t, 403)
	h.call(token, "DELETE", "/v1/tokens/"+vault.TokenHash(token), nil).problem(t, 403)
}

func TestTokensSurviveARestart(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleLearner, "l1")
	again, err := New(Options{Log: h.log, Secrets: h.secrets, Cache: h.server.cache, Now: h.clock})
	must(t, err)
	go again.Run(t.Context())
	<-again.Ready()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/search/openings", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	again.Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("after a restart the token is answered %d", w.Code)
	}
	// The installation's own token opens every process that has its secret, and none that has not.
	stranger, err := vault.Open(filepath.Join(t.TempDir(), "secrets"))
	must(t, err)
	for token, want := range map[string]int{h.secrets.OperatorToken(): 200, stranger.OperatorToken(): 401} {
		r.Header.Set("Authorization", "Bearer "+token)
		w = httptest.NewRecorder()
		if again.Handler().ServeHTTP(w, r); w.Code != want {
			t.Errorf("an installation's token is answered %d, want %d", w.Code, want)
		}
	}
}

func TestAttack02SequentialIdsAreLockedOut(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Misses = 5 })
	token := h.token(hiring.RoleProvider, "School")
	for i := range 5 {
		h.call(token, "GET", fmt.Sprintf("/v1/learners/%d", 1000+i), nil).problem(t, 404)
	}
	if p := h.call(token, "GET", "/v1/learners/1005", nil); p.StatusCode != 429 || p.Header.Get("Retry-After") == "" {
		t.Errorf("the sixth guess is answered %d", p.StatusCode)
	}
}

func TestAttack04RevokedToken(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleRecruiter, "Acme")
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	stream := h.stream(token, "/v1/days/spring/invitations/events", "")
	h.call(h.server.secrets.OperatorToken(), "DELETE", "/v1/tokens/"+vault.TokenHash(token), nil).ok(t, 200)
	stream.wantEnd(t)
	h.call(token, "GET", "/v1/search/openings", nil).problem(t, 401)
	h.call(h.server.secrets.OperatorToken(), "DELETE", "/v1/tokens/"+vault.TokenHash("never"), nil).problem(t, 404)
}

func TestAttack05PrivilegesInABody(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	for path, body := range map[string]string{
		"/v1/tokens":               `{"role":"learner","subject":"l1","verified":true}`,
		"/v1/skills/resolve":       `{"texts":[],"role":"operator"}`,
		"/v1/invitations/x/accept": `{"employerId":"Acme"}`,
	} {
		h.call(op, "POST", strings.Replace(path, "/x/", "/abcdefghijklmnopqrstuvwxyz/", 1), body).problem(t, 400, "Acme", "verified", "employerId")
	}
	h.call(op, "PUT", "/v1/days/d1", `{"id":"d1","employerId":"x"}`).problem(t, 400, "employerId")
	// Records are read by ingest; its refusal comes through.
	h.roles.ingest = func(hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{Rejects: []hiring.Reject{{Line: 1, Error: *hiring.Invalidf("verified", "is not a field")}}}, nil
	}
	if p := h.call(op, "PUT", "/v1/learners/l1", `{"id":"l1","verified":true}`).problem(t, 400); p.Field != "verified" {
		t.Errorf("the refusal is %+v", p)
	}
}

func TestAttack39ForwardedForIsIgnored(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.FailedAuth = 3 })
	for i := range 3 {
		h.call("md_guess", "GET", "/v1/matches", nil, "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i)).problem(t, 401)
	}
	if p := h.call("md_guess", "GET", "/v1/matches", nil, "X-Forwarded-For", "10.0.0.9", "Forwarded", "for=1.2.3.4").problem(t, 429); p.Code != hiring.TooMany {
		t.Errorf("the code is %q", p.Code)
	}
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/search/openings", nil).ok(t, 200) // a valid token behind the same address goes on
}

func TestRateLimits(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Token, o.Limits.Address = 3, 1000 })
	token := h.token(hiring.RoleLearner, "l1")
	for range 3 {
		h.call(token, "GET", "/v1/search/openings", nil).ok(t, 200)
	}
	if a := h.call(token, "GET", "/v1/search/openings", nil); a.StatusCode != 429 || a.Header.Get("Retry-After") == "" {
		t.Errorf("the fourth request is answered %d", a.StatusCode)
	}
	other := h.token(hiring.RoleLearner, "l2")
	h.call(other, "GET", "/v1/search/openings", nil).ok(t, 200)
}

func TestAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:4711": "192.0.2.7", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "pipe": "pipe", "": "",
	} {
		r := &http.Request{RemoteAddr: remote}
		if got := (proxies)(nil).address(r); got != want {
			t.Errorf("address of %q is %q, want %q", remote, got, want)
		}
	}
}

func TestAddressBehindProxies(t *testing.T) {
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"10.0.0.1:1", "198.51.100.4", "198.51.100.4"},
		{"10.0.0.1:1", "6.6.6.6, 198.51.100.4, 10.9.9.9", "198.51.100.4"}, // the sender wrote the first hop
		{"[fd00::1]:1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"10.0.0.1:1", "6.6.6.6, nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "10.0.0.2", "10.0.0.2"},
		{"192.0.2.7:1", "198.51.100.4", "192.0.2.7"}, // no proxy of ours
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		for _, line := range strings.Split(c.forwarded, "|") {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := trusted.address(r); got != c.want {
			t.Errorf("address of %q for %q is %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
}

// Behind a proxy everyone has one address: a flood without a token must shut out neither tokens nor pages.
func TestFloodShutsOutNoToken(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Address, o.Limits.FailedAuth = 3, 1000 })
	token := h.token(hiring.RoleLearner, "l1")
	for range 3 {
		h.call("", "GET", "/v1/search/openings", nil).problem(t, 401)
	}
	h.call("", "GET", "/v1/search/openings", nil).problem(t, 429)
	for range 3 {
		h.call("", "GET", "/", nil).ok(t, 200)
	}
	h.call("", "GET", "/", nil).problem(t, 429)
	for range 5 {
		h.call(token, "GET", "/v1/search/openings", nil).ok(t, 200)
	}
}

func TestTrustedProxySpeaksForStrangers(t *testing.T) {
	h := open(t, func(o *Options) {
		o.Limits.FailedAuth, o.TrustedProxies = 1, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	for i := range 4 {
		h.call("md_guess", "GET", "/v1/matches", nil, "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)).problem(t, 401)
	}
	h.call("md_guess", "GET", "/v1/matches", nil, "X-Forwarded-For", "203.0.113.9, 198.51.100.1").problem(t, 429)
}
