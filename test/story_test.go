package test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// A small world: two programmes, three openings of one employer and one of another, and learners between them.
const (
	smallSkills = `{"id":"x:sql","name":"SQL","labels":{"en":"SQL","es":"SQL"},"alt":{"en":["structured query language"]}}
{"id":"x:excel","name":"Excel","alt":{"es":["hojas de cálculo"]}}
{"id":"x:python","name":"Python"}
{"id":"x:support","name":"Customer support","labels":{"es":"Atención al cliente"}}
{"id":"x:cobol","name":"COBOL"}
`
	smallProgrammes = `{"id":"p/data","name":"Data Certificate","provider":"Acme Academy","skills":[{"name":"sql"},{"name":"Excel"}],"price":49,"months":3}
{"id":"p/code","name":"Coding Certificate","provider":"Acme Academy","skills":["Python"],"credit":"6 ECTS","stacksInto":"p/data"}
`
	smallOpenings = `{"id":"acme/analyst","pay":{"min":20,"currency":"USD","per":"hour"},"title":"Analyst","employer":"Acme","skills":[{"name":"SQL","need":"essential"},{"name":"Excel","need":"essential"},{"name":"Python","need":"optional"}],"mode":"remote"}
{"id":"acme/agent","pay":{"min":20,"currency":"USD","per":"hour"},"title":"Agent","employer":"Acme","skills":[{"name":"atencion al cliente","need":"essential"},{"name":"Excel","need":"optional"}],"place":{"name":"Austin","lat":30.27,"lon":-97.74}}
{"id":"acme/coder","pay":{"min":20,"currency":"USD","per":"hour"},"title":"Coder","employer":"Acme","skills":[{"name":"Python","need":"essential","must":true},{"name":"SQL","need":"optional"}]}
{"id":"beta/rare","pay":{"min":20,"currency":"USD","per":"hour"},"title":"Mainframe keeper","employer":"Beta","skills":[{"name":"COBOL","need":"essential"}]}
`
	smallLearners = `{"id":"ana","name":"Ana Unique-Name-7531","contact":{"email":"ana-unique-7531@example.org","phone":"+1-555-7531-ana"},"text":"ana-private-text-7531","skills":[{"name":"hojas de cálculo","from":"work"}],"credentials":[{"programme":"p/data","date":"2026-05-01"}],"languages":["es"],"place":{"name":"Phoenix","country":"US","lat":33.45,"lon":-112.07}}
{"id":"ben","name":"Ben","contact":{"email":"ben@example.org"},"skills":[{"name":"SQL"}],"languages":["en"]}
{"id":"cyd","name":"Cyd","contact":{"email":"cyd@example.org"},"skills":[{"name":"Customer support","from":"work","level":4}]}
{"id":"dan","name":"Dan","skills":[{"name":"Excel"}],"visible":false}
`
)

func (in *installation) loadSmallWorld() uint64 {
	in.t.Helper()
	in.t.Log("loading")
	into[map[string]any](in, in.call("POST", "/v1/imports/skills?name=x&release=1", "application/x-ndjson", smallSkills))
	in.accepted("programmes", smallProgrammes)
	in.accepted("openings", smallOpenings)
	return in.accepted("learners", smallLearners)
}

type matched struct {
	Learner, Opening string
	Score            float64
	Matched, Missing []string
	Parts            []hiring.Part
}

type matches struct{ Matches []matched }

func (m matches) learners() (list []string) {
	for _, x := range m.Matches {
		list = append(list, x.Learner)
	}
	return list
}

func (in *installation) matchesOf(opening string, after uint64) matches {
	in.t.Helper()
	return get[matches](in, fmt.Sprintf("/v1/openings/%s/matches?limit=10&explain=true&after=%d", esc(opening), after))
}

func TestFromImportToSeat(t *testing.T) { both(t, fromImportToSeat) }

func fromImportToSeat(t *testing.T, in *installation) {
	at := in.loadSmallWorld()

	ranked := in.matchesOf("acme/analyst", at)
	if got := fmt.Sprint(ranked.learners()); got != "[ana ben]" {
		t.Fatalf("analyst ranks %s; dan is invisible and cyd shares nothing", got)
	}
	ana := ranked.Matches[0]
	if fmt.Sprint(ana.Matched) != "[x:sql x:excel]" || fmt.Sprint(ana.Missing) != "[x:python]" {
		t.Errorf("ana matched %v, missing %v", ana.Matched, ana.Missing)
	}
	var sum hiring.Score
	for _, p := range ana.Parts {
		sum += p.Value
		if p.Skill == "x:sql" && (p.Credential != "Data Certificate" || p.Proof != hiring.ProofRecorded) {
			t.Errorf("ana's SQL rests on %+v", p)
		}
	}
	if sum.Float() != ana.Score {
		t.Errorf("the parts sum to %v, the score is %v", sum.Float(), ana.Score)
	}

	// The order of the openings for dan, who is invisible to employers and sees his own matches.
	dans := get[matches](in, "/v1/learners/dan/matches?limit=10")
	if len(dans.Matches) != 2 {
		t.Errorf("dan reaches %+v", dans.Matches)
	}

	// The seeds' first complaint: which openings does the programme reach?
	reach := get[matches](in, "/v1/programmes/"+esc("p/data")+"/openings?limit=10")
	if len(reach.Matches) != 2 || reach.Matches[0].Opening != "acme/analyst" { // the coder must know Python
		t.Errorf("the programme reaches %+v", reach.Matches)
	}

	// A completion arrives and lifts ben over ana for the coder.
	at = in.accepted("credentials", `{"learner":"ben","programme":"p/code","date":"2026-08-01"}`)
	if got := in.matchesOf("acme/coder", at).learners(); fmt.Sprint(got) != "[ben]" {
		t.Errorf("coder ranks %v; Python is a must", got)
	}

	in.searches()
	ref := in.interviewDay()
	in.seat(ref)
	in.facts()
}

// searches checks search by words, skill and place, what each role sees, and facets.
func (in *installation) searches() {
	t := in.t
	t.Helper()
	type found struct {
		Hits []struct {
			ID, Learner string
			Highlights  map[string][]string
		}
	}
	in.eventually(func() string {
		f := get[found](in, "/v1/search/learners?q="+esc(`skill:"structured query language"`))
		if len(f.Hits) != 2 {
			return fmt.Sprintf("SQL finds %+v", f.Hits)
		}
		return ""
	})
	in.eventually(func() string {
		if f := get[found](in, "/v1/search/learners?q="+esc(`skill:"SQL" -skill:"Python"`)); len(f.Hits) != 1 {
			return fmt.Sprintf("SQL without Python finds %+v", f.Hits)
		}
		return ""
	})
	if f := get[found](in, "/v1/search/openings?q="+esc(`near:"30.2,-97.7,50km"`)); len(f.Hits) != 1 {
		t.Errorf("near Austin finds %+v", f.Hits)
	}
	recruiter := in.tokenFor(hiring.RoleRecruiter, "Acme")
	a := in.as(recruiter, "GET", "/v1/search/learners?q="+esc(`skill:"SQL"`), "", "")
	if a.status != 200 || bytes.Contains(a.body, []byte(`"ana"`)) || !bytes.Contains(a.body, []byte("L-")) || !bytes.Contains(bytes.ReplaceAll(a.body, []byte(`\u003c`), []byte("<")), []byte(`"<10"`)) {
		t.Errorf("a recruiter sees %d %s; wanted pseudonyms and counts below ten hidden", a.status, a.body)
	}
}

var smallDay = `{"id":"acme/day","employer":"Acme","title":"Acme day","zone":"America/Chicago","openings":["acme/analyst","acme/coder"],"run":{"start":"` + ahead(0) + `T09:00","minutes":30,"count":1,"seats":1},"bar":0.1}`

// ahead returns the date of a day some weeks from now, the n-th of them.
func ahead(n int) string { return time.Now().UTC().AddDate(0, 0, 30+n).Format(time.DateOnly) }

type invitations struct {
	Invitations []struct {
		Ref, Learner, Opening, Status, Name string
		Match                               matched
		Slot                                *struct{ Start time.Time }
	}
}

// interviewDay drafts and opens a day with one seat and returns the ref of the one invitation.
func (in *installation) interviewDay() string {
	t := in.t
	t.Helper()
	employer := in.tokenFor(hiring.RoleEmployer, "Acme")
	into[map[string]any](in, in.as(employer, "PUT", "/v1/days/"+esc("acme/day"), "application/json", smallDay))
	if a := in.as(in.tokenFor(hiring.RoleEmployer, "Beta"), "GET", "/v1/days/"+esc("acme/day"), "", ""); a.status != 404 {
		t.Errorf("another employer reads the day: %d %s", a.status, a.body)
	}
	preview := into[struct{ Matches []matched }](in, in.as(employer, "GET", "/v1/days/"+esc("acme/day")+"/preview", "", ""))
	if len(preview.Matches) != 1 || !strings.HasPrefix(preview.Matches[0].Learner, "L-") {
		t.Fatalf("the preview shows %+v", preview.Matches)
	}
	if n := into[struct{ Sent int }](in, in.as(employer, "POST", "/v1/days/"+esc("acme/day")+"/open", "application/json", "{}")).Sent; n != 1 {
		t.Fatalf("%d invitations for one seat", n)
	}
	list := into[invitations](in, in.as(employer, "GET", "/v1/days/"+esc("acme/day")+"/invitations", "", ""))
	if len(list.Invitations) != 1 || list.Invitations[0].Name != "" || !strings.HasPrefix(list.Invitations[0].Learner, "L-") {
		t.Fatalf("the employer sees %+v before anyone accepted", list.Invitations)
	}
	return list.Invitations[0].Ref
}

// seat declines as the first learner, then follows the mail of the second to its page and accepts there.
func (in *installation) seat(ref string) {
	t := in.t
	t.Helper()
	events, stop := in.stream("/v1/days/" + esc("acme/day") + "/invitations/events")
	defer stop()
	if sent := <-events; sent.kind != hiring.InvitationSent {
		t.Fatalf("the stream starts with %+v", sent)
	}
	into[map[string]any](in, in.call("POST", "/v1/invitations/"+ref+"/decline", "application/json", `{"reason":"time"}`))
	if declined := <-events; declined.kind != hiring.InvitationDeclined {
		t.Fatalf("the stream goes on with %+v", declined)
	}
	next := <-events
	if next.kind != hiring.InvitationSent {
		t.Fatalf("after a decline the next is invited, but the stream says %+v", next)
	}
	link := in.linkInMail(next.ref)
	page := in.as("", "GET", link, "", "")
	if page.status != 200 || !bytes.Contains(page.body, []byte("<form")) || bytes.Contains(page.body, []byte("<script")) {
		t.Fatalf("the invitation page answers %d:\n%s", page.status, page.body)
	}
	if a := in.as("", "POST", link, "application/x-www-form-urlencoded", "answer=accept&do=accept&action=accept"); a.status != 200 {
		t.Fatalf("accepting on the page answers %d:\n%s", a.status, a.body)
	}
	accepted := <-events
	if accepted.kind != hiring.InvitationAccepted || accepted.ref != next.ref {
		t.Fatalf("the stream says %+v", accepted)
	}
	list := into[invitations](in, in.as(in.tokenFor(hiring.RoleEmployer, "Acme"), "GET", "/v1/days/"+esc("acme/day")+"/invitations", "", ""))
	for _, i := range list.Invitations {
		if i.Ref == next.ref && (i.Name == "" || i.Slot == nil) {
			t.Errorf("after acceptance the employer sees %+v", i)
		}
	}
	// A stream that resumes gets the rest, once.
	resumed, stopAgain := in.streamFrom("/v1/days/"+esc("acme/day")+"/invitations/events", next.id)
	defer stopAgain()
	if again := <-resumed; again.id != accepted.id {
		t.Errorf("resuming after %s starts with %+v", next.id, again)
	}
}

// linkInMail waits for the mail file of an invitation and returns the path of the signed link in it.
func (in *installation) linkInMail(ref string) (link string) {
	in.t.Helper()
	in.eventually(func() string {
		found, _ := filepath.Glob(filepath.Join(in.mails, "*"+ref+"*.eml"))
		if len(found) == 0 {
			return "no mail for " + ref
		}
		b, err := os.ReadFile(found[0])
		if err != nil {
			return err.Error()
		}
		text := strings.ReplaceAll(strings.ReplaceAll(string(b), "=\r\n", ""), "=3D", "=")
		_, rest, ok := strings.Cut(text, "/i/")
		if !ok {
			return "no link in " + text
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune("\r\n \"<>", r) })
		link = "/i/" + rest[:end]
		return ""
	})
	return link
}

// streamed is one server-sent event.
type streamed struct{ id, kind, ref string }

func (in *installation) stream(path string) (<-chan streamed, func()) { return in.streamFrom(path, "") }

// streamFrom reads server-sent events, after the given one where it is not "", until stop is called.
func (in *installation) streamFrom(path, last string) (<-chan streamed, func()) {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	req, err := http.NewRequestWithContext(ctx, "GET", in.url+path, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+in.token)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != 200 {
		in.t.Fatalf("%v %v", err, resp)
	}
	out := make(chan streamed, 100)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(out)
		defer resp.Body.Close()
		var e streamed
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "id":
				e.id = value
			case "event":
				e.kind = value
			case "data":
				var i struct{ Ref string }
				_ = json.Unmarshal([]byte(value), &i)
				e.ref = i.Ref
			case "":
				if e.id != "" {
					out <- e
				}
				e = streamed{}
			}
		}
	})
	return out, func() { cancel(); reading.Wait() }
}

func TestImportTwiceChangesNothing(t *testing.T) { both(t, importTwice) }

func importTwice(t *testing.T, in *installation) {
	in.loadSmallWorld()
	before := len(in.facts())
	for kind, lines := range map[string]string{"programmes": smallProgrammes, "openings": smallOpenings, "learners": smallLearners} {
		if s := in.load(kind, lines); s.Accepted != 0 || s.Unchanged != strings.Count(lines, "\n") {
			t.Errorf("%s again: %+v", kind, s)
		}
	}
	if after := len(in.facts()); after != before {
		t.Errorf("%d facts before, %d after importing again", before, after)
	}
	s := in.load("learners", strings.Replace(smallLearners, `"name":"SQL"`, `"name":"COBOL"`, 1))
	if s.Accepted != 1 || s.Unchanged != 3 {
		t.Errorf("one changed line: %+v", s)
	}
	if got := in.matchesOf("beta/rare", s.Position).learners(); fmt.Sprint(got) != "[ben]" {
		t.Errorf("after the change COBOL ranks %v", got)
	}
}

func TestExpiredAndWithdrawnOpeningsStopMatching(t *testing.T) { both(t, endedOpenings) }

func endedOpenings(t *testing.T, in *installation) {
	in.loadSmallWorld()
	soon := time.Now().Add(1500 * time.Millisecond).UTC().Format(time.RFC3339Nano)
	at := in.accepted("openings", fmt.Sprintf(`{"id":"acme/soon","title":"Soon over","employer":"Acme","pay":{"min":20,"currency":"USD","per":"hour"},"skills":[{"name":"COBOL","need":"essential"},{"name":"SQL","need":"essential"}],"validThrough":%q}`, soon))
	reached := func(id string) bool {
		m := get[matches](in, fmt.Sprintf("/v1/learners/ben/matches?limit=10&after=%d", at))
		for _, x := range m.Matches {
			if x.Opening == id {
				return true
			}
		}
		return false
	}
	if !reached("acme/soon") {
		t.Fatal("an opening that is open still is not reached")
	}
	in.eventually(func() string {
		if reached("acme/soon") {
			return "an expired opening is still reached"
		}
		return ""
	})
	if a := in.call("DELETE", "/v1/openings/"+esc("acme/analyst"), "", ""); a.status/100 != 2 {
		t.Fatalf("withdrawing answers %d %s", a.status, a.body)
	}
	in.eventually(func() string {
		if reached("acme/analyst") {
			return "a withdrawn opening is still reached"
		}
		return ""
	})
}

func TestProvidersUploadStaysInvisibleUntilConsent(t *testing.T) { both(t, consent) }

func consent(t *testing.T, in *installation) {
	in.loadSmallWorld()
	provider := in.tokenFor(hiring.RoleProvider, "Acme Academy")
	s := into[summary](in, in.as(provider, "POST", "/v1/imports/learners", "application/x-ndjson", `{"id":"eve","skills":[{"name":"COBOL"}]}`))
	if got := in.matchesOf("beta/rare", s.Position).learners(); len(got) != 0 {
		t.Fatalf("a provider's upload is visible: %v", got)
	}
	done := into[struct{ Position uint64 }](in, in.as(in.tokenFor(hiring.RoleLearner, "eve"), "PUT", "/v1/learners/eve/consent", "application/json", `{"visible":true}`))
	if got := in.matchesOf("beta/rare", done.Position).learners(); fmt.Sprint(got) != "[eve]" {
		t.Errorf("after her consent: %v", got)
	}
}

func TestOutsideListener(t *testing.T) { both(t, outsideListener) }

func outsideListener(t *testing.T, in *installation) {
	in.loadSmallWorld()
	heard := make(chan string, 100)
	stop, err := events.Listen(t.Context(), in.listener, "invitation.>", func(subject string, header map[string][]string, _ []byte) {
		heard <- header["ce-type"][0]
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, subject := range []string{"fact.>", ">", "cmd.>", "key.>", "$JS.>"} {
		if stop, err := events.Listen(t.Context(), in.listener, subject, func(string, map[string][]string, []byte) {}); err == nil {
			stop()
			t.Errorf("a listener may subscribe to %s", subject)
		}
	}
	in.interviewDay()
	if kind := <-heard; kind != hiring.InvitationSent {
		t.Errorf("heard %s", kind)
	}
	// What the broker refuses is never heard: a fenced publish that comes too late.
	log, err := events.Connect(t.Context(), in.broker)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for _, f := range in.facts() {
		if f.Kind() == hiring.KindInvitation {
			_, err := log.Publish(t.Context(), events.Draft{Subject: f.Subject, Type: hiring.InvitationExpired, Source: "test", Body: f.Data, Expect: f.Seq - 1})
			if hiring.CodeOf(err) != hiring.Stale {
				t.Errorf("a stale publish: %v", err)
			}
		}
	}
	select {
	case kind := <-heard:
		t.Errorf("heard %s, which was refused", kind)
	case <-time.After(300 * time.Millisecond):
	}
}
