package web

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// viewOf is what the interview role answers about an invitation of a learner in New York to a day in Chicago.
func viewOf(h *house) hiring.InvitationView {
	i := invitationOf(h, "l1")
	i.Employer = "Northwind Health"
	i.Match.Matched = []hiring.SkillID{"sql", "desk"}
	i.Match.Missing = []hiring.SkillID{"excel", "python"}
	i.Match.Parts = []hiring.Part{
		{Skill: "sql", Name: "SQL", Relation: hiring.Same, Proof: hiring.ProofRecorded, Credential: "Google IT Support"},
		{Skill: "desk", Name: "Help desk support", Relation: hiring.Same, Proof: hiring.ProofWork},
		{Skill: "excel", Name: "Excel", By: "sheets", Relation: hiring.Sibling, Proof: hiring.ProofSelf},
	}
	top := 28.5
	d := dayOf(h)
	d.Slots = append(d.Slots, hiring.Slot{Start: d.Slots[1].Start.Add(time.Hour), End: d.Slots[1].Start.Add(90 * time.Minute), Seats: 1})
	d.Access = "Step-free entrance on Lake Street; ask for a sign-language interpreter two days ahead."
	return hiring.InvitationView{
		Invitation: i, Day: d, LearnerID: "l1", Free: []int{2, 0, 1}, Place: &hiring.Place{Name: "New York", Country: "US"},
		Opening: &hiring.Opening{
			ID: "o1", Title: "IT support technician", Employer: i.Employer, Mode: hiring.Hybrid, Pay: &hiring.Pay{Min: 24, Max: &top, Currency: "USD", Per: "hour"},
			Skills: []hiring.Requirement{{SkillRef: hiring.SkillRef{Skill: "python", Name: "Python scripting"}}},
		},
	}
}

// invite makes the interview role answer viewOf, changed, and returns the path of the invitation's link.
func (h *house) invite(change func(*hiring.InvitationView)) string {
	v := viewOf(h)
	if change != nil {
		change(&v)
	}
	h.roles.invitation = func(q hiring.ViewInvitation) (hiring.InvitationView, error) {
		if !q.ByLink || q.Invitation != v.Invitation.Ref {
			return hiring.InvitationView{}, hiring.Errorf(hiring.NotFound, "no such invitation")
		}
		return v, nil
	}
	return "/i/" + h.secrets.SignLink(v.Invitation.Ref, noon.Add(100*time.Hour))
}

func (h *house) form(path string, fields ...string) answered {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return h.call("", "POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

func TestInvitationPage(t *testing.T) {
	h := open(t)
	path := h.invite(nil)
	a := h.call("", "GET", path, nil).ok(t, 200)
	for _, want := range []string{
		`<html lang="en">`, "Northwind Health would like to talk with you", "IT support technician", "24–28.50 USD an hour", "Partly on site",
		"SQL", "Google IT Support, confirmed by the provider", "from your work", "Close to what they ask for", "Python scripting",
		"Tuesday 9 March 2027", "09:00–09:30", "10:00–10:30 in New York time", "2 seats left", "Full", "Chicago time",
		`name="do" value="accept"`, `name="do" value="decline"`, `<meta name="robots" content="noindex">`, "12 Harbor Street, Chicago",
	} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if a.Header.Get("X-Robots-Tag") == "" || strings.Contains(string(a.body), "<script") {
		t.Error("the page may be indexed, or has a script")
	}
	if n := len(questions[hiring.DayCommand](h)); n != 0 {
		t.Errorf("showing the page gave %d commands", n)
	}
}

func TestInvitationPageSpeaksSpanish(t *testing.T) {
	h := open(t)
	path := h.invite(func(v *hiring.InvitationView) { v.Languages = []string{"es-MX", "en"} })
	for _, c := range []struct{ query, want string }{{"", "martes 9 de marzo de 2027"}, {"?lang=en", "Tuesday 9 March 2027"}, {"?lang=xx", "Quedan 2 plazas"}} {
		if body := string(h.call("", "GET", path+c.query, nil).ok(t, 200).body); !strings.Contains(body, c.want) {
			t.Errorf("%q lacks %q", c.query, c.want)
		}
	}
	for lang, words := range h.server.site.texts {
		if len(words.weekdays) != 7 || len(words.months) != 12 {
			t.Errorf("%s has %d weekdays and %d months", lang, len(words.weekdays), len(words.months))
		}
		for key := range h.server.site.texts["en"].words {
			if strings.Count(words.words[key], "%") != strings.Count(h.server.site.texts["en"].words[key], "%") {
				t.Errorf("%s: %q takes other arguments than in English", lang, key)
			}
		}
	}
}

// Skills are called in the page's language where a taxonomy has words for them.
func TestInvitationPageNamesSkills(t *testing.T) {
	h := open(t)
	path := h.invite(func(v *hiring.InvitationView) { v.Languages = []string{"es"} })
	if body := string(h.call("", "GET", path, nil).ok(t, 200).body); !strings.Contains(body, "Help desk support") {
		t.Error("without an answer the ledger's name is not shown")
	}
	stub(h, func() func(hiring.NameSkills) (hiring.SkillNames, error) {
		return func(q hiring.NameSkills) (hiring.SkillNames, error) {
			if q.Lang != "es" || !slices.Contains(q.Skills, "desk") {
				t.Errorf("asked for %v in %s", q.Skills, q.Lang)
			}
			return hiring.SkillNames{Names: map[hiring.SkillID]string{"desk": "atención a usuarios"}}, nil
		}
	})
	if body := string(h.call("", "GET", path, nil).ok(t, 200).body); !strings.Contains(body, "atención a usuarios") || strings.Contains(body, "Help desk support") {
		t.Errorf("the page does not speak Spanish of skills: %s", body)
	}
	if body := string(h.call("", "GET", path+"?lang=en", nil).ok(t, 200).body); !strings.Contains(body, "Help desk support") {
		t.Error("the English page does not name the skill as the ledger does")
	}
}

func TestAnswerByLink(t *testing.T) {
	h := open(t)
	path := h.invite(nil)
	h.roles.day = func(c hiring.DayCommand) (hiring.DayAnswer, error) {
		i := invitationOf(h, "l1")
		return hiring.DayAnswer{Day: dayOf(h), Invitation: &i}, nil
	}
	slot := dayOf(h).Slots[0].Start
	for range 2 { // a repeat is the same command
		a := h.form(path, "do", "accept", "slot", slot.Format(time.RFC3339)).ok(t, http.StatusSeeOther)
		if a.Header.Get("Location") != path {
			t.Errorf("it leads to %q", a.Header.Get("Location"))
		}
	}
	h.form(path, "do", "decline", "reason", "pay").ok(t, http.StatusSeeOther)
	got := questions[hiring.DayCommand](h)
	if len(got) != 3 || got[0].Do != hiring.DoAccept || !got[0].ByLink || !got[0].Slot.Equal(slot) || got[0].Day != "spring" || got[0].Command == "" {
		t.Fatalf("the commands are %+v", got)
	}
	if got[0].Command != got[1].Command || got[2].Command == got[0].Command || got[2].Reason != "pay" || got[2].Do != hiring.DoDecline {
		t.Errorf("the commands are %+v", got)
	}
	for _, bad := range [][]string{{"do", "steal"}, {"do", "accept", "slot", "soon"}, {"do", "decline", "reason", "<b>"}} {
		h.form(path, bad...).ok(t, http.StatusBadRequest)
	}
	h.call("", "POST", path, `{"do":"accept"}`).ok(t, http.StatusUnsupportedMediaType)
	h.call("", "POST", path, strings.Repeat("x", 20<<10), "Content-Type", "application/x-www-form-urlencoded").ok(t, http.StatusBadRequest)
	if n := len(questions[hiring.DayCommand](h)); n != 3 {
		t.Errorf("refused forms gave %d commands", n-3)
	}
}

func TestAnswerRefused(t *testing.T) {
	h := open(t)
	path := h.invite(nil)
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Conflict, "is taken").In("slot")
	}
	full, free := viewOf(h).Day.Slots[1].Start, viewOf(h).Day.Slots[0].Start
	for slot, want := range map[time.Time]string{full: "Somebody was faster", free: "overlaps a talk that you accepted"} {
		a := h.form(path, "do", "accept", "slot", slot.Format(time.RFC3339)).ok(t, http.StatusConflict)
		if !strings.Contains(string(a.body), want) || !strings.Contains(string(a.body), `role="alert"`) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Who declined and accepts after all is not told that they are late; who lets the time pass is.
func TestAnswerAfterTheEnd(t *testing.T) {
	h := open(t)
	h.roles.day = func(hiring.DayCommand) (hiring.DayAnswer, error) {
		return hiring.DayAnswer{}, hiring.Errorf(hiring.Conflict, "it is over")
	}
	slot := viewOf(h).Day.Slots[0].Start.Format(time.RFC3339)
	for status, late := range map[hiring.InvitationStatus]bool{hiring.Declined: false, hiring.Withdrawn: false, hiring.Expired: true} {
		path := h.invite(func(v *hiring.InvitationView) { v.Invitation.Status = status })
		body := string(h.form(path, "do", "accept", "slot", slot).ok(t, http.StatusConflict).body)
		if strings.Contains(body, "came too late") != late || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%s: late is %v", status, !late)
		}
	}
}

func TestStatusPages(t *testing.T) {
	h := open(t)
	for status, want := range map[hiring.InvitationStatus]string{
		hiring.Accepted: "Your seat is booked", hiring.Declined: "You declined", hiring.Expired: "This invitation has expired", hiring.Withdrawn: "was withdrawn",
	} {
		path := h.invite(func(v *hiring.InvitationView) {
			v.Invitation.Status = status
			if status == hiring.Accepted {
				v.Invitation.Slot = &v.Day.Slots[0]
			}
		})
		body := string(h.call("", "GET", path, nil).ok(t, 200).body)
		if !strings.Contains(body, want) || strings.Contains(body, `value="accept"`) {
			t.Errorf("%s: the page says %.300s", status, body)
		}
		if gives := strings.Contains(body, "Give my seat back"); gives != (status == hiring.Accepted) {
			t.Errorf("%s: giving the seat back is offered: %v", status, gives)
		}
	}
	path := h.invite(func(v *hiring.InvitationView) { v.Invitation.Expires = noon })
	if body := string(h.call("", "GET", path, nil).ok(t, 200).body); !strings.Contains(body, "has expired") {
		t.Error("at the instant of expiry the page still offers seats")
	}
}

func TestBadLinks(t *testing.T) {
	h := open(t)
	path := h.invite(nil)
	h.call("", "GET", path+"x", nil).ok(t, http.StatusNotFound)
	h.call("", "GET", "/i/abc.def.ghi", nil, "Accept-Language", "es-ES,es;q=0.9").ok(t, http.StatusNotFound)
	over := "/i/" + h.secrets.SignLink(viewOf(h).Invitation.Ref, noon.Add(-time.Hour))
	h.call("", "GET", over, nil).ok(t, http.StatusGone)
	for range 10 {
		h.call("", "GET", "/i/guess", nil)
	}
	h.call("", "GET", "/i/guess", nil).ok(t, http.StatusTooManyRequests)
	h.call("", "GET", path, nil).ok(t, 200)
}

func TestAttack32ScriptInAPosting(t *testing.T) {
	h := open(t)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	path := h.invite(func(v *hiring.InvitationView) {
		v.Opening.Title, v.Invitation.Employer, v.Day.Title, v.Day.Access = evil, hiring.EmployerName(evil), evil, evil
		v.Day.Link = "javascript:alert(1)"
		v.Day.Place.Name = evil
		v.Invitation.Match.Parts[0].Name, v.Invitation.Match.Parts[0].Credential = evil, evil
	})
	a := h.call("", "GET", path, nil).ok(t, 200)
	for _, live := range []string{"<script", "<img", "javascript:"} {
		if strings.Contains(string(a.body), live) {
			t.Errorf("the page holds %q", live)
		}
	}
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
		t.Errorf("the policy is %q", csp)
	}
}

func TestFrontAndDocs(t *testing.T) {
	h := open(t)
	if body := string(h.call("", "GET", "/", nil).ok(t, 200).body); !strings.Contains(body, "Everything answers.") || !strings.Contains(body, "/v1/openapi.json") {
		t.Errorf("the front page is %.500s", body)
	}
	if body := string(h.call("", "GET", "/docs", nil).ok(t, 200).body); !strings.Contains(body, "/v1/openings/{id}/matches") || !strings.Contains(body, "need") && !strings.Contains(body, "required") {
		t.Errorf("the docs are %.500s", body)
	}
	css := h.call("", "GET", "/assets/matchday.css", nil).ok(t, 200)
	if strings.Contains(string(css.body), "http") || strings.Contains(string(css.body), "@import") {
		t.Error("the style sheet loads something from elsewhere")
	}
}

// With MATCHDAY_SCREENSHOTS=DIR the pages are drawn by Chromium as a phone and a desk show them, for people to judge.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("MATCHDAY_SCREENSHOTS")
	if dir == "" {
		t.Skip("MATCHDAY_SCREENSHOTS names no directory")
	}
	h := open(t)
	shoot := func(name, path string) {
		for size, window := range map[string]string{"phone": "390,2000", "desk": "1280,1500"} {
			out, err := exec.CommandContext(t.Context(), "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", //nolint:gosec // a tool for developers
				"--screenshot="+filepath.Join(dir, name+"-"+size+".png"), "--window-size="+window, h.http.URL+path).CombinedOutput()
			if err != nil {
				t.Fatalf("chromium: %v: %s", err, out)
			}
		}
	}
	shoot("invitation", h.invite(nil))
	shoot("spanish", h.invite(func(v *hiring.InvitationView) { v.Languages = []string{"es"} }))
	shoot("accepted", h.invite(func(v *hiring.InvitationView) {
		v.Invitation.Status, v.Invitation.Slot = hiring.Accepted, &v.Day.Slots[0]
	}))
	shoot("expired", h.invite(func(v *hiring.InvitationView) { v.Invitation.Status = hiring.Expired }))
	_, desk := h.deskOf(t, DeskBody{})
	h.clock = func() time.Time { return dayOf(h).Slots[0].Start.Add(5 * time.Minute) }
	h.invite(func(v *hiring.InvitationView) {
		v.Invitation.Status, v.Invitation.Slot = hiring.Accepted, &v.Day.Slots[0]
	})
	shoot("arrival", "/i/"+h.secrets.SignLink(viewOf(h).Invitation.Ref, noon.AddDate(1, 0, 0)))
	shoot("desk", desk)
	shoot("desk-spanish", desk+"?lang=es")
	shoot("sheet", desk+"/sheet")
	h.clock = func() time.Time { return noon }
	shoot("front", "/")
	shoot("docs", "/docs")
}
