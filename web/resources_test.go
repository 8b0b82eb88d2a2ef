package web

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

func TestOpeningResource(t *testing.T) {
	h := open(t)
	subject := hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "a/1"))
	h.put(subject, hiring.OpeningPosted, hiring.Opening{ID: "a/1", Title: "Nurse", Employer: "Acme", Bar: 0.7})
	learner, owner := h.token(hiring.RoleLearner, "l1"), h.token(hiring.RoleEmployer, "Acme")
	a := h.call(learner, "GET", "/v1/openings/a%2F1", nil).ok(t, 200)
	tag := a.Header.Get("ETag")
	if !strings.Contains(string(a.body), `"title":"Nurse"`) || strings.Contains(string(a.body), "bar") || tag == "" {
		t.Errorf("the opening is %s with ETag %q", a.body, tag)
	}
	if body := string(h.call(owner, "GET", "/v1/openings/a%2F1", nil).ok(t, 200).body); !strings.Contains(body, `"bar":0.7`) {
		t.Errorf("the employer sees %s", body)
	}
	if a := h.call(learner, "GET", "/v1/openings/a%2F1", nil, "If-None-Match", tag).ok(t, 304); len(a.body) != 0 || a.Header.Get("ETag") != tag {
		t.Errorf("a 304 has the ETag %q and the body %q", a.Header.Get("ETag"), a.body)
	}
	h.call(learner, "GET", "/v1/openings/none", nil).problem(t, 404)
	begins := h.clock().Add(24 * time.Hour)
	h.put(hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "soon")), hiring.OpeningPosted, hiring.Opening{ID: "soon", Title: "Baker", Employer: "Acme", ValidFrom: &begins})
	h.call(learner, "GET", "/v1/openings/soon", nil).problem(t, 404)
	h.call(owner, "GET", "/v1/openings/soon", nil).ok(t, 200)
	body := `{"id":"a/1","title":"Head nurse"}`
	h.call(owner, "PUT", "/v1/openings/a%2F1", body, "If-Match", `"999"`).problem(t, 412)
	h.call(owner, "PUT", "/v1/openings/a%2F1", body, "If-None-Match", "*").problem(t, 412)
	h.call(owner, "DELETE", "/v1/openings/a%2F1", nil, "If-Match", `"999"`).problem(t, 412)
	if n := len(questions[hiring.Ingest](h)) + len(questions[hiring.WithdrawOpening](h)); n != 0 {
		t.Errorf("%d changes passed a condition that does not hold", n)
	}
	h.call(owner, "PUT", "/v1/openings/a%2F1", body, "If-Match", tag).ok(t, 200)
	h.call(owner, "DELETE", "/v1/openings/a%2F1", nil, "If-Match", tag).ok(t, 200)
	if q := questions[hiring.WithdrawOpening](h); len(q) != 1 || q[0].IfMatch == 0 || q[0].Opening != "a/1" {
		t.Errorf("ingest was asked %+v", q)
	}
	h.call(owner, "PUT", "/v1/openings/new", `{"id":"new"}`, "If-None-Match", "*").ok(t, 200)
	q := questions[hiring.Ingest](h)
	if len(q) != 2 || q[0].Expect == nil || etag(*q[0].Expect) != tag || q[1].Expect == nil || *q[1].Expect != 0 {
		t.Errorf("ingest was asked %+v", q)
	}
	// Somebody else was faster: ingest refuses what it was to write on another state.
	h.roles.ingest = func(hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{Rejects: []hiring.Reject{{Line: 1, Error: *hiring.Errorf(hiring.Stale, "it stands elsewhere")}}}, nil
	}
	h.call(owner, "PUT", "/v1/openings/new2", `{"id":"new2"}`, "If-None-Match", "*").problem(t, 412)
}

func TestPutChecksTheId(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	for _, body := range []string{`{}`, `{"id":"other"}`, `[]`, `"o1"`, `{"id":7}`, `null`} {
		h.call(op, "PUT", "/v1/programmes/o1", body).problem(t, 400, "other")
	}
	h.call(op, "PUT", "/v1/programmes/o1", `{"id":"o1","name":"x"}`).ok(t, 200)
	if q := questions[hiring.Ingest](h); len(q) != 1 || q[0].Kind != hiring.ImportProgrammes || q[0].Format != hiring.JSONLines || string(q[0].Records[0].JSON) == "" {
		t.Errorf("ingest was asked %+v", q)
	}
}

func TestLearnerResource(t *testing.T) {
	h := open(t)
	school := hiring.Actor{Role: hiring.RoleProvider, Subject: "School"}
	ref := h.learner("l1", hiring.Personal{Name: "Ana Souza", Contact: hiring.Contact{Email: "ana@example.org"}, Text: "CV"}, school)
	for _, token := range []string{h.token(hiring.RoleLearner, "l1"), h.token(hiring.RoleProvider, "School"), h.server.secrets.OperatorToken()} {
		var got LearnerRecord
		a := h.call(token, "GET", "/v1/learners/l1", nil).ok(t, 200)
		a.into(t, &got)
		if got.ID != "l1" || got.Name != "Ana Souza" || got.Contact == nil || got.Contact.Email != "ana@example.org" || got.Text != "CV" || !got.Visible {
			t.Errorf("the learner is %s", a.body)
		}
		if strings.Contains(string(a.body), string(ref)) || strings.Contains(string(a.body), "sealed") {
			t.Errorf("the record shows what is internal: %s", a.body)
		}
		h.call(token, "GET", "/v1/learners/l1", nil, "If-None-Match", a.Header.Get("ETag")).ok(t, 304)
	}
	must(t, h.log.DestroyKey(t.Context(), ref))
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/learners/l1", nil).problem(t, 404)
	h.put(hiring.LearnerSubject(ref), hiring.LearnerErased, hiring.Learner{Ref: ref, Erased: true})
	h.call(h.token(hiring.RoleProvider, "School"), "GET", "/v1/learners/l1", nil).problem(t, 404)
}

func TestAttack01AnotherLearnersId(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{Name: "Ana Souza"}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	for _, token := range []string{
		h.token(hiring.RoleLearner, "l2"), h.token(hiring.RoleEmployer, "Acme"), h.token(hiring.RoleRecruiter, "Acme"), h.token(hiring.RoleProvider, "Other"),
	} {
		for _, c := range []struct{ method, path, body string }{
			{"GET", "/v1/learners/%s", ""},
			{"GET", "/v1/learners/%s/matches", ""},
			{"GET", "/v1/learners/%s/invitations", ""},
			{"GET", "/v1/learners/%s/invitations/events", ""},
		} {
			exists := h.call(token, c.method, strings.Replace(c.path, "%s", "l1", 1), nil)
			absent := h.call(token, c.method, strings.Replace(c.path, "%s", "l999", 1), nil)
			exists.problem(t, 404, "Ana", "l1")
			if string(exists.body) != string(absent.body) {
				t.Errorf("%s tells that the learner exists: %s against %s", c.path, exists.body, absent.body)
			}
		}
		h.call(token, "PUT", "/v1/learners/l1", `{"id":"l1"}`, "If-Match", `"1"`).problem(t, 404)
	}
}

func TestConsentAndErasure(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleLearner, "l1")
	h.call(token, "PUT", "/v1/learners/l1/consent", `{"visible":false}`).ok(t, 200)
	h.call(token, "PUT", "/v1/learners/l1/consent", `{}`).problem(t, 400)
	h.call(token, "PUT", "/v1/learners/l1/consent", `{"visible":"yes"}`).problem(t, 400, "yes")
	h.call(token, "DELETE", "/v1/learners/l1", nil).ok(t, 200)
	if c, e := questions[hiring.SetConsent](h), questions[hiring.EraseLearner](h); len(c) != 1 || c[0].Visible || len(e) != 1 || e[0].Learner != "l1" || e[0].Actor.Subject != "l1" {
		t.Errorf("ingest was asked %+v and %+v", c, e)
	}
}

func TestETags(t *testing.T) {
	for header, want := range map[string]bool{`"7"`: true, `W/"7"`: true, `"1", "7"`: true, "*": true, `"8"`: false, "7": false, "": false, `"77"`: false} {
		if got := matches(header, 7); got != want {
			t.Errorf("matches(%q) is %v", header, got)
		}
	}
}

func TestDays(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleEmployer, "Acme")
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{Day: dayOf(h), Position: 5, Sent: 2}, nil
	}
	plan := `{"employer":"Acme","title":"Spring","zone":"America/Chicago","openings":["o1"],"run":{"start":"2027-03-09T09:00","minutes":30,"count":2,"seats":2}}`
	var done DayDone
	h.call(token, "PUT", "/v1/days/spring", plan, "Idempotency-Key", "k1").ok(t, 200).into(t, &done)
	if done.Position != 5 || done.Day.Slots[0].Start.Format(time.RFC3339) != "2027-03-09T09:00:00-06:00" || done.Day.ReplyWithin != "72h0m0s" {
		t.Errorf("the day is %+v", done)
	}
	h.call(token, "PUT", "/v1/days/spring", `{"id":"autumn"}`).problem(t, 400, "autumn")
	h.call(token, "PUT", "/v1/days/spring", plan, "Idempotency-Key", "k1").ok(t, 200)
	h.call(token, "PUT", "/v1/days/spring", plan).ok(t, 200)
	h.call(token, "PUT", "/v1/days/spring", plan).ok(t, 200)
	for _, action := range []string{"open", "close", "cancel"} {
		h.call(token, "POST", "/v1/days/spring/"+action, `{}`).ok(t, 200)
	}
	h.call(token, "PUT", "/v1/days/spring", `{"title":"no zone"}`).problem(t, 400, "no zone")
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{Day: dayOf(h), Position: 6}, nil
	}
	for action, sent := range map[string]bool{"open": true, "close": false} {
		if body := string(h.call(token, "POST", "/v1/days/spring/"+action, `{}`).ok(t, 200).body); strings.Contains(body, `"sent":0`) != sent {
			t.Errorf("%s answers %s", action, body)
		}
	}
	got := questions[hiring.DayCommand](h)
	if got[0].Plan.ID != "spring" || got[0].Ref != h.secrets.Ref(hiring.KindDay, "spring") || got[0].Actor.Subject != "Acme" {
		t.Errorf("the first command is %+v", got[0])
	}
	if got[0].Command != got[1].Command || got[2].Command == got[3].Command || got[2].Command == got[0].Command {
		t.Errorf("the commands are named %q, %q, %q, %q", got[0].Command, got[1].Command, got[2].Command, got[3].Command)
	}
	if got[4].Do != hiring.DoOpen || got[5].Do != hiring.DoClose || got[6].Do != hiring.DoCancel {
		t.Errorf("the commands do %v, %v, %v", got[4].Do, got[5].Do, got[6].Do)
	}
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Impossible, "does not exist: the clocks go forward").In("run.start")
	}
	if p := h.call(token, "PUT", "/v1/days/spring", plan).problem(t, 422); p.Field != "run.start" { // attack 46
		t.Errorf("the problem is %+v", p)
	}
}

func TestAcceptAndDecline(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleLearner, "l1")
	i := invitationOf(h, "l1")
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{Day: dayOf(h), Invitation: &i, Position: 8}, nil
	}
	path := "/v1/invitations/" + string(i.Ref)
	var done InvitationDone
	h.call(token, "POST", path+"/accept", `{"slot":"2027-03-09T09:00:00-06:00"}`).ok(t, 200).into(t, &done)
	if done.Invitation.Ref != i.Ref || done.Invitation.Learner != "l1" || done.Position != 8 {
		t.Errorf("the answer is %+v", done)
	}
	h.call(token, "POST", path+"/accept", `{"slot":"2027-03-09T15:00:00Z"}`).ok(t, 200) // the same time, sent again
	h.call(token, "POST", path+"/accept", nil).ok(t, 200)
	h.call(token, "POST", path+"/decline", `{"reason":"pay"}`).ok(t, 200)
	h.call(token, "POST", path+"/read", nil).ok(t, 200)
	got := questions[hiring.DayCommand](h)
	if len(got) != 5 || got[0].Command != got[1].Command || got[2].Command == got[0].Command || got[2].Slot != nil {
		t.Fatalf("the commands are %+v", got)
	}
	if got[3].Do != hiring.DoDecline || got[3].Reason != "pay" || got[4].Do != hiring.DoRead || got[0].ByLink || got[0].Invitation != i.Ref {
		t.Errorf("the commands are %+v", got)
	}
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Conflict, "is taken: no seat is left at that time").In("slot").Mend("choose another time")
	}
	if p := h.call(token, "POST", path+"/accept", nil).problem(t, 409); p.Field != "slot" || p.Fix == "" {
		t.Errorf("the problem is %+v", p)
	}
	var list LearnerInvitations
	h.call(token, "GET", "/v1/learners/l1/invitations", nil).ok(t, 200).into(t, &list)
	if len(list.Invitations) != 1 || list.Invitations[0].Learner != "l1" || len(list.Invitations[0].Match.Parts) != 1 {
		t.Errorf("the list is %+v", list)
	}
}

func TestDeadLetters(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	var list DeadLetters
	h.call(op, "GET", "/v1/events/dead", nil).ok(t, 200).into(t, &list)
	if list.Letters == nil || len(list.Letters) != 0 {
		t.Errorf("a fresh log has %+v", list)
	}
	h.call(op, "POST", "/v1/events/dead/1/replay", nil).problem(t, 404)
	h.call(op, "POST", "/v1/events/dead/x/replay", nil).problem(t, 400)

	work, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- h.log.Consume(work, events.Work{Name: "mail", Filters: []string{"fact.day.>"}}, func(context.Context, hiring.Fact) error {
			return fmt.Errorf("no such address: %w", events.ErrPermanent)
		})
	}()
	defer func() { stop(); <-ended }()
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	deadline := time.After(8 * time.Second)
	for len(list.Letters) == 0 {
		select {
		case <-deadline:
			t.Fatal("the dead letter did not come")
		case <-time.After(20 * time.Millisecond):
		}
		h.call(op, "GET", "/v1/events/dead", nil).ok(t, 200).into(t, &list)
	}
	if l := list.Letters[0]; l.Consumer != "mail" || l.Type != hiring.DayDrafted || !strings.Contains(l.Reason, "no such address") || l.Fact != 1 || len(l.Data) == 0 {
		t.Errorf("the dead letter is %+v", l)
	}
	h.call(op, "POST", fmt.Sprintf("/v1/events/dead/%d/replay", list.Letters[0].Seq), nil).ok(t, 200)
}
