package test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

func TestSolvedDay(t *testing.T) { both(t, solveAFair) }

type wished struct {
	Openings []string
	Talks    int
	SolvedAt *time.Time
	Link     string
	Choices  []struct{ Opening string }
	Answers  []struct {
		Opening, Code, Text string
		Above, Places       int
	}
}

type solvedInvitation struct {
	Ref, Learner, Opening, Status, Interviewer string
	Slot, Offer                                *struct{ Start time.Time }
}

// solveAFair plays a day that is solved as a whole: learners say what they would talk about, by token and by link; the day is solved;
// each hears what became of each wish and why; one drops out, and the place goes on while the others' times stand, also over a restart.
func solveAFair(t *testing.T, in *installation) {
	at := in.loadSmallWorld()
	in.matchesOf("acme/analyst", at)
	first := time.Now().AddDate(0, 0, 30).Format("2006-01-02") + "T09:00"
	plan := fmt.Sprintf(`{"employer":"Acme","title":"Autumn fair","zone":"America/Chicago","admission":"scheduled","openings":["acme/analyst","acme/agent"],
		"run":{"start":%q,"minutes":30,"count":1,"seats":2},"interviewers":[{"id":"table-1"},{"id":"table-2","languages":["en"]}]}`, first)
	into[map[string]any](in, in.call("PUT", "/v1/days/fair", "application/json", plan))
	into[map[string]any](in, in.call("POST", "/v1/days/fair/open", "application/json", "{}"))

	// Ben by token, Ana by her link; Cyd says nothing and takes what she matches best.
	into[wished](in, in.call("PUT", "/v1/days/fair/wishes/ben", "application/json", `{"openings":["acme/analyst","acme/agent"],"talks":1}`))
	for subject, want := range map[hiring.Actor]int{
		{Role: hiring.RoleLearner, Subject: "ben"}: 200, {Role: hiring.RoleLearner, Subject: "cyd"}: 404, {Role: hiring.RoleEmployer, Subject: "Acme"}: 404,
	} {
		token := in.tokenFor(subject.Role, subject.Subject)
		if a := in.as(token, "GET", "/v1/days/fair/wishes/ben", "", ""); a.status != want {
			t.Errorf("%s %s is answered %d: %s", subject.Role, subject.Subject, a.status, a.body)
		}
	}
	ana := get[wished](in, "/v1/days/fair/wishes/ana")
	if ana.Link == "" || len(ana.Choices) != 2 || ana.SolvedAt != nil {
		t.Fatalf("ana is offered %+v", ana)
	}
	in.wishByLink(ana)
	if ana = get[wished](in, "/v1/days/fair/wishes/ana"); fmt.Sprint(ana.Openings, ana.Talks) != "[acme/analyst] 1" {
		t.Fatalf("by link ana wished %+v", ana)
	}

	solved := into[struct{ Sent int }](in, in.call("POST", "/v1/days/fair/solve", "application/json", "{}"))
	if solved.Sent != 2 {
		t.Fatalf("solving invited %d", solved.Sent)
	}
	before := in.invitedTo("fair")
	if in.call("PUT", "/v1/days/fair/wishes/ben", "application/json", `{"openings":["acme/agent"]}`).status != http.StatusConflict {
		t.Error("wishes are taken after the day was solved")
	}
	in.explained(before)

	// Whoever has a seat gives it back: it goes on, and the other stays.
	var gone, stays solvedInvitation
	for _, i := range before {
		if i.Learner == "ana" {
			stays = i
		} else {
			gone = i
		}
	}
	into[map[string]any](in, in.call("POST", "/v1/invitations/"+stays.Ref+"/accept", "application/json", "{}"))
	in.restart()
	into[map[string]any](in, in.call("POST", "/v1/invitations/"+gone.Ref+"/decline", "application/json", `{"reason":"time"}`))
	in.eventually(func() string {
		now := in.invitedTo("fair")
		if len(now) != 3 {
			return fmt.Sprintf("invited now: %+v", now)
		}
		for _, i := range now {
			if i.Ref == stays.Ref && (i.Status != "accepted" || i.Slot == nil || !i.Slot.Start.Equal(stays.Offer.Start) || i.Interviewer != stays.Interviewer) {
				return fmt.Sprintf("the other's talk changed: %+v, was %+v", i, stays)
			}
		}
		return ""
	})
	types := in.factTypes()
	for _, want := range []string{hiring.DaySolved, hiring.WishesStated, hiring.WishesAnswered} {
		if types[want] == 0 {
			t.Errorf("no fact says %s; %v", want, types)
		}
	}
}

// invitedTo lists a day's invitations.
func (in *installation) invitedTo(day string) []solvedInvitation {
	in.t.Helper()
	return get[struct{ Invitations []solvedInvitation }](in, "/v1/days/"+day+"/invitations").Invitations
}

// explained checks that everybody who wished hears what became of each wish.
func (in *installation) explained(invited []solvedInvitation) {
	in.t.Helper()
	granted := map[string]bool{}
	for _, i := range invited {
		granted[i.Learner+" "+i.Opening] = true
		if i.Offer == nil || i.Interviewer == "" {
			in.t.Errorf("%s is invited to no fixed time: %+v", i.Learner, i)
		}
	}
	for _, l := range []string{"ana", "ben"} {
		w := get[wished](in, "/v1/days/fair/wishes/"+l)
		if len(w.Answers) != len(w.Openings) || w.SolvedAt == nil {
			in.t.Errorf("%s hears %+v", l, w)
		}
		for _, a := range w.Answers {
			if (a.Code == "granted") != granted[l+" "+a.Opening] || a.Text == "" || strings.Contains(a.Text, "%") {
				in.t.Errorf("%s hears of %s: %+v", l, a.Opening, a)
			}
		}
	}
}

// wishByLink fills in the page of wishes.
func (in *installation) wishByLink(w wished) {
	in.t.Helper()
	page, err := http.Get(in.url + w.Link)
	if err != nil {
		in.t.Fatal(err)
	}
	body, _ := io.ReadAll(page.Body)
	page.Body.Close()
	if page.StatusCode != http.StatusOK || !strings.Contains(string(body), "acme/analyst") {
		in.t.Fatalf("the page of wishes: %d %s", page.StatusCode, body)
	}
	form := url.Values{"talks": {"1"}}
	for i, c := range w.Choices {
		form.Set(fmt.Sprintf("opening-%d", i), c.Opening)
		form.Set(fmt.Sprintf("rank-%d", i), "0")
		if c.Opening == "acme/analyst" {
			form.Set(fmt.Sprintf("rank-%d", i), "1")
		}
	}
	answer, err := http.PostForm(in.url+w.Link, form)
	if err != nil {
		in.t.Fatal(err)
	}
	body, _ = io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "<option value=\"1\" selected>") {
		in.t.Fatalf("after the form: %d %s", answer.StatusCode, body)
	}
	if forged, err := http.Get(in.url + w.Link + "x"); err != nil || forged.StatusCode != http.StatusNotFound {
		in.t.Errorf("a forged link gives %v, %v", forged.StatusCode, err)
	}
}

// factTypes counts the facts of the log by type.
func (in *installation) factTypes() map[string]int {
	in.t.Helper()
	n := map[string]int{}
	for _, f := range in.facts() {
		n[f.Type]++
		if !json.Valid(f.Data) {
			in.t.Errorf("fact %d is no JSON", f.Seq)
		}
	}
	return n
}
