package test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// Attack 48, over HTTP: an employer that nobody has verified opens a day for sixty; 20 invitations go out, and the rest after review.
func TestAttack48InvitationsWaitForReview(t *testing.T) {
	in := together(t)
	in.crowd(60)
	into[map[string]any](in, in.call("PUT", "/v1/employers/Acme", "application/json", `{"verified":false}`))
	acme := in.tokenFor(hiring.RoleEmployer, "Acme")
	if a := in.as(acme, "PUT", "/v1/employers/Acme", "application/json", `{"verified":true}`); a.status != http.StatusForbidden {
		t.Errorf("an employer verifies itself: %d", a.status)
	}
	plan := `{"id":"d","employer":"Acme","title":"Day","zone":"UTC","openings":["acme/one"],"run":{"start":"` + ahead(1) + `T08:00","minutes":10,"count":60,"seats":1}}`
	into[map[string]any](in, in.as(acme, "PUT", "/v1/days/d", "application/json", plan))
	opened := into[struct{ Sent, Held int }](in, in.as(acme, "POST", "/v1/days/d/open", "application/json", "{}"))
	if opened.Sent != hiring.MaxUnverified || opened.Held != 60-hiring.MaxUnverified {
		t.Fatalf("%+v", opened)
	}
	if d := get[struct{ Review bool }](in, "/v1/days/d"); !d.Review {
		t.Error("the day does not say that invitations wait for review")
	}
	into[map[string]any](in, in.call("PUT", "/v1/employers/Acme", "application/json", `{"verified":true}`))
	in.eventually(func() string {
		if n := len(get[invitations](in, "/v1/days/d/invitations").Invitations); n != 60 {
			return fmt.Sprintf("%d are invited", n)
		}
		return ""
	})
}

// Attack 49, over HTTP: who declined is refused to the same employer.
func TestAttack49DeclinedIsNotInvitedAgain(t *testing.T) {
	in := together(t)
	in.crowd(1)
	ref := in.openDay("d1", ahead(1)+"T08:00", 1)[0]
	into[map[string]any](in, in.call("POST", "/v1/invitations/"+ref+"/decline", "application/json", `{"reason":"place"}`))
	if refs := in.openDay("d2", ahead(2)+"T08:00", 1); len(refs) != 0 {
		t.Errorf("invited again: %v", refs)
	}
	a := in.call("POST", "/v1/days/d2/invite", "application/json", `{"opening":"acme/one","learners":["crowd-000"]}`)
	if a.status != http.StatusConflict || !strings.Contains(string(a.body), "declined") {
		t.Errorf("by name: %d %s", a.status, a.body)
	}
}

// Attack 50: a posting with a phone number, a link or a fee of an employer that nobody has verified is held: no learner sees it and
// nobody is invited for it, until an operator has verified the employer.
func TestAttack50DoubtfulPostingsAreHeld(t *testing.T) { both(t, doubtfulPostings) }

func doubtfulPostings(t *testing.T, in *installation) {
	at := in.loadSmallWorld()
	scam := in.tokenFor(hiring.RoleEmployer, "Quick Riches")
	ana := in.tokenFor(hiring.RoleLearner, "ana")
	post := func(id, text string) {
		t.Helper()
		record := fmt.Sprintf(`{"id":%q,"title":"Clerk","employer":"Quick Riches","text":%q,"pay":{"min":90,"currency":"USD","per":"hour"},"skills":[{"name":"SQL"}]}`, id, text)
		at = max(at, into[struct{ Position uint64 }](in, in.as(scam, "PUT", "/v1/openings/"+id, "application/json", record)).Position)
	}
	post("phone", "Call +1 555 010 0199 now")
	post("link", "Apply at http://quick-riches.example")
	post("fee", "A refundable deposit secures your place")
	post("honest", "Sort and enter data.")
	seen := func() (list []string) {
		for _, m := range get[matches](in, fmt.Sprintf("/v1/learners/ana/matches?limit=20&after=%d", at)).Matches {
			if m.Opening == "phone" || m.Opening == "link" || m.Opening == "fee" || m.Opening == "honest" {
				list = append(list, m.Opening)
			}
		}
		return list
	}
	if got := seen(); len(got) != 1 || got[0] != "honest" {
		t.Errorf("ana sees %v", got)
	}
	if a := in.as(ana, "GET", "/v1/openings/phone", "", ""); a.status != http.StatusNotFound {
		t.Errorf("she reads the held posting: %d", a.status)
	}
	if o := into[struct{ Held []string }](in, in.as(scam, "GET", "/v1/openings/phone", "", "")); len(o.Held) != 1 || o.Held[0] != "phone" {
		t.Errorf("its employer is told %v", o.Held)
	}
	plan := `{"id":"d","employer":"Quick Riches","title":"Day","zone":"UTC","openings":["fee"],"run":{"start":"` + ahead(1) + `T08:00","minutes":10,"count":5,"seats":1}}`
	into[map[string]any](in, in.as(scam, "PUT", "/v1/days/d", "application/json", plan))
	if a := in.as(scam, "POST", "/v1/days/d/open", "application/json", "{}"); a.status != http.StatusConflict {
		t.Errorf("a day for it opens: %d %s", a.status, a.body)
	}
	at = into[struct{ Position uint64 }](in, in.call("PUT", "/v1/employers/"+esc("Quick Riches"), "application/json", `{"verified":true}`)).Position
	if got := seen(); len(got) != 4 {
		t.Errorf("after review ana sees %v", got)
	}
	if a := in.as(scam, "POST", "/v1/days/d/open", "application/json", "{}"); a.status != http.StatusOK {
		t.Errorf("and the day opens: %d %s", a.status, a.body)
	}
}

// form posts a form of a page, as a browser without JavaScript does, and returns the status.
func (in *installation) form(path string, values url.Values) (status int, where string) {
	in.t.Helper()
	r, err := http.NewRequestWithContext(in.t.Context(), http.MethodPost, in.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		in.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", in.url)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		in.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Header.Get("Location")
}

// A learner without an account waits, is offered the seat that another gives back, proposes another time and moves there; opening the
// page changes nothing, and the reply code leads to it.
func TestLearnersAnswerByLinkAndByCode(t *testing.T) {
	in := together(t)
	in.crowd(2)
	plan := `{"id":"d","employer":"Acme","title":"Day","zone":"UTC","openings":["acme/one"],"wave":2,"run":{"start":"` + ahead(1) + `T08:00","minutes":30,"count":1,"seats":1}}`
	into[map[string]any](in, in.call("PUT", "/v1/days/d", "application/json", plan))
	into[map[string]any](in, in.call("POST", "/v1/days/d/open", "application/json", "{}"))
	var refs []string
	for _, i := range get[invitations](in, "/v1/days/d/invitations").Invitations {
		refs = append(refs, i.Ref)
	}
	if len(refs) != 2 {
		t.Fatalf("%d invited", len(refs))
	}
	secrets := secretsOf(t, in.data)
	page := func(i int) string { return "/i/" + secrets.SignLink(hiring.Ref(refs[i]), time.Now().Add(time.Hour)) }
	do := func(i int, want int, values ...string) {
		t.Helper()
		form := url.Values{}
		for n := 0; n < len(values); n += 2 {
			form.Set(values[n], values[n+1])
		}
		if status, _ := in.form(page(i), form); status != want {
			t.Errorf("%v: %d, want %d", values, status, want)
		}
	}
	stands := func(i int, status string) {
		t.Helper()
		for _, inv := range get[invitations](in, "/v1/days/d/invitations").Invitations {
			if inv.Ref == refs[i] && inv.Status != status {
				t.Errorf("invitation %d is %s, want %s", i, inv.Status, status)
			}
		}
	}
	do(1, http.StatusConflict, "do", "wait") // a seat is free
	do(0, http.StatusSeeOther, "do", "accept")
	do(1, http.StatusConflict, "do", "accept")
	do(1, http.StatusSeeOther, "do", "wait")
	stands(1, "waiting")
	do(0, http.StatusSeeOther, "do", "withdraw", "reason", "time")
	stands(0, "declined")
	stands(1, "offered")
	do(1, http.StatusSeeOther, "do", "accept")
	stands(1, "accepted")
	do(1, http.StatusSeeOther, "do", "propose", "at", ahead(1)+"T11:00")
	into[map[string]any](in, in.as(in.tokenFor(hiring.RoleEmployer, "Acme"), "POST", "/v1/invitations/"+refs[1]+"/agree", "application/json", "{}"))
	moved := get[struct {
		Slots []struct {
			Start time.Time
			Free  int
		}
	}](in, "/v1/days/d")
	if len(moved.Slots) != 2 || moved.Slots[0].Free != 1 || moved.Slots[1].Free != 0 {
		t.Errorf("after the proposal was agreed to: %+v", moved.Slots)
	}
	do(1, http.StatusSeeOther, "do", "move", "slot", moved.Slots[0].Start.Format(time.RFC3339))
	do(1, http.StatusBadRequest, "do", "move")
	do(1, http.StatusBadRequest, "do", "cancel")
	before := len(in.facts())
	if a := in.as("", "GET", page(1)+"?do=withdraw", "", ""); a.status != http.StatusOK || len(in.facts()) != before {
		t.Errorf("opening the page: %d, %d facts more", a.status, len(in.facts())-before)
	}
	code := secrets.ReplyCode(hiring.Ref(refs[1]))
	status, where := in.form("/r", url.Values{"code": {" " + strings.ToLower(code) + " "}})
	if a := in.as("", "GET", where, "", ""); status != http.StatusSeeOther || a.status != http.StatusOK || !strings.Contains(string(a.body), "Day") {
		t.Errorf("by code: %d to %q", status, where)
	}
	for n := 0; status != http.StatusTooManyRequests; n++ {
		if n > 20 {
			t.Fatal("codes can be tried without limit")
		}
		status, _ = in.form("/r", url.Values{"code": {"00000-00000"}})
	}
	if status, where = in.form("/r", url.Values{"code": {code}}); status != http.StatusTooManyRequests {
		t.Errorf("a good code among guesses is told apart: %d %q", status, where)
	}
	reply := fmt.Sprintf(`{"code":%q,"do":"withdraw","reason":"other"}`, code)
	if a := in.as(in.tokenFor(hiring.RoleEmployer, "Acme"), "POST", "/v1/replies", "application/json", reply); a.status != http.StatusForbidden {
		t.Errorf("an employer answers by code: %d", a.status)
	}
	into[map[string]any](in, in.call("POST", "/v1/replies", "application/json", reply))
	stands(1, "declined")
}
