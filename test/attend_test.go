package test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// From the morning of a day to what its learners' programme hears of it: the code on arrival, who came, what each side says.
func TestTheDayItself(t *testing.T) { both(t, theDayItself) }

type talk struct {
	Ref, Learner, Name, CheckIn     string
	Attendance                      *hiring.Attendance
	EmployerOutcome, LearnerOutcome *hiring.Outcome
}

func theDayItself(t *testing.T, in *installation) {
	in.loadSmallWorld()
	into[map[string]any](in, in.call("PUT", "/v1/employers/Acme", "application/json", `{"verified":true}`))
	acme, beta, ana := in.tokenFor(hiring.RoleEmployer, "Acme"), in.tokenFor(hiring.RoleEmployer, "Beta"), in.tokenFor(hiring.RoleLearner, "ana")
	ref := in.soonSeated(acme, ana)

	events, stop := in.stream("/v1/days/today/dashboard/events")
	defer stop()
	if first := <-events; first.kind != "dashboard" {
		t.Fatalf("the dashboard's stream starts with %+v", first)
	}
	mine := into[struct{ Invitations []talk }](in, in.as(ana, "GET", "/v1/learners/ana/invitations", "", "")).Invitations[0]
	desk := into[struct{ URL string }](in, in.as(acme, "POST", "/v1/days/today/desk", "application/json", "{}")).URL
	at, err := url.Parse(desk)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"do": {"checkin"}, "code": {strings.ToLower(mine.CheckIn)}}.Encode()
	page := in.as("", "POST", "/"+strings.TrimPrefix(at.Path, "/"), "application/x-www-form-urlencoded", form)
	if body := string(page.body); page.status != 200 || !strings.Contains(body, "Ana Unique-Name-7531: Here") {
		t.Fatalf("the desk answers %d: %s", page.status, body)
	}
	if next := <-events; next.kind != "dashboard" {
		t.Errorf("after the check-in came %+v", next)
	}
	sheet := in.as(acme, "GET", "/v1/days/today/sheet", "", "")
	if body := string(sheet.body); sheet.status != 200 || !strings.Contains(body, "Ana Unique-Name-7531") || !strings.Contains(body, `"why":"missing"`) {
		t.Errorf("the sheet is %d: %s", sheet.status, body)
	}
	in.settleTalk(acme, ref)
	for _, refused := range []string{"/v1/invitations/" + ref + "/outcome", "/v1/days/today/check-in", "/v1/days/today/desk"} {
		if a := in.as(beta, "POST", refused, "application/json", `{"result":"hired","code":"`+mine.CheckIn+`"}`); a.status/100 != 4 || a.status == 429 {
			t.Errorf("another employer at %s: %d", refused, a.status)
		}
	}
	said := in.sides(acme, ana, ref)
	in.told(said)
}

// soonSeated opens a day that begins in a moment and seats ana.
func (in *installation) soonSeated(acme, ana string) (ref string) {
	in.t.Helper()
	start := time.Now().UTC().Add(6 * time.Second).Truncate(time.Second)
	plan := fmt.Sprintf(`{"id":"today","employer":"Acme","title":"Today","zone":"UTC","openings":["acme/analyst"],"deadline":%q,"slots":[{"start":%q,"minutes":30,"seats":3}]}`,
		start.Add(-time.Second).Format(time.RFC3339), start.Format("2006-01-02T15:04:05"))
	into[map[string]any](in, in.as(acme, "PUT", "/v1/days/today", "application/json", plan))
	into[map[string]any](in, in.as(acme, "POST", "/v1/days/today/open", "application/json", "{}"))
	list := into[struct{ Invitations []talk }](in, in.as(ana, "GET", "/v1/learners/ana/invitations", "", ""))
	if len(list.Invitations) != 1 {
		in.t.Fatalf("ana is invited to %+v", list.Invitations)
	}
	ref = list.Invitations[0].Ref
	into[map[string]any](in, in.as(ana, "POST", "/v1/invitations/"+ref+"/accept", "application/json", "{}"))
	return ref
}

// settleTalk says that ana did not come, once that can be said, and corrects it.
func (in *installation) settleTalk(acme, ref string) {
	in.t.Helper()
	in.eventually(func() string {
		if a := in.as(acme, "POST", "/v1/invitations/"+ref+"/attendance", "application/json", `{"presence":"noShow"}`); a.status != 200 {
			return string(a.body)
		}
		return ""
	})
	done := into[struct{ Invitation talk }](in, in.as(acme, "POST", "/v1/invitations/"+ref+"/attendance", "application/json", `{"presence":"attended"}`))
	if done.Invitation.Attendance.Presence != hiring.Attended || done.Invitation.CheckIn != "" {
		in.t.Errorf("the host reads %+v", done.Invitation)
	}
	in.eventually(func() string { // ana is asked by mail
		names, err := os.ReadDir(in.mails)
		for _, n := range names {
			if strings.Contains(n.Name(), ".asked.") {
				return ""
			}
		}
		return fmt.Sprintf("no mail asks: %v %v", names, err)
	})
}

// sides has both say what came of the talk: they disagree, and neither hears the other.
func (in *installation) sides(acme, ana, ref string) uint64 {
	in.t.Helper()
	type done struct {
		Invitation talk
		Position   uint64
	}
	into[done](in, in.as(acme, "POST", "/v1/invitations/"+ref+"/outcome", "application/json", `{"result":"rejected"}`))
	a := into[done](in, in.as(ana, "POST", "/v1/invitations/"+ref+"/outcome", "application/json", `{"result":"hired","pay":{"min":24,"currency":"USD","per":"hour"}}`))
	if i := a.Invitation; i.EmployerOutcome != nil || i.LearnerOutcome == nil || i.LearnerOutcome.Pay.Min != 24 {
		in.t.Errorf("ana reads %+v", i)
	}
	found := false
	for _, f := range in.facts() {
		if f.Type != hiring.InvitationOutcome {
			continue
		}
		var i hiring.Invitation
		if err := json.Unmarshal(f.Data, &i); err != nil {
			in.t.Fatal(err)
		}
		found = i.EmployerOutcome.Result == hiring.NotOffered && i.LearnerOutcome != nil && i.LearnerOutcome.Result == hiring.Hired
	}
	if !found {
		in.t.Error("the last fact of an outcome does not hold both sides")
	}
	return a.Position
}

// told checks what the programme's provider is told, and the operator.
func (in *installation) told(position uint64) {
	in.t.Helper()
	path := fmt.Sprintf("/v1/programmes/p%%2Fdata/outcomes?after=%d", position)
	provider := in.as(in.tokenFor(hiring.RoleProvider, "Acme Academy"), "GET", path, "", "")
	if out := into[map[string]any](in, provider); out["attended"] != "<10" || out["disputed"] != "<10" {
		in.t.Errorf("the provider is told %v", out)
	}
	if out := get[map[string]any](in, path); out["invited"] != 1.0 || out["attended"] != 1.0 || out["hired"] != 0.0 || out["disputed"] != 1.0 {
		in.t.Errorf("the operator is told %v", out)
	}
	if a := in.as(in.tokenFor(hiring.RoleProvider, "Another School"), "GET", path, "", ""); a.status != 404 {
		in.t.Errorf("another provider is told %d %s", a.status, a.body)
	}
}
