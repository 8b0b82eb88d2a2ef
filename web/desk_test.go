package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// deskOf is a day with an accepted and an unanswered talk, and the link of its desk.
func (h *house) deskOf(t *testing.T, body DeskBody) (hiring.Invitation, string) {
	t.Helper()
	h.learner("l1", hiring.Personal{Name: "Ana Ruiz", Contact: hiring.Contact{Phone: "+1 555 0101"}}, hiring.Actor{Role: hiring.RoleOperator, Subject: "test"})
	h.learner("l2", hiring.Personal{Name: "Ben Secret"}, hiring.Actor{Role: hiring.RoleOperator, Subject: "test"})
	d := dayOf(h)
	d.Interviewers = []hiring.Interviewer{{ID: "table-1", Employer: "Acme"}, {ID: "table-2", Employer: "Acme"}}
	h.put(hiring.DaySubject(d.Ref), hiring.DayOpened, d)
	o := hiring.Opening{ID: "o1", Title: "IT support technician", Employer: "Acme"}
	for _, id := range []string{"sql", "excel", "python"} {
		o.Skills = append(o.Skills, hiring.Requirement{SkillRef: hiring.SkillRef{Skill: hiring.SkillID(id), Name: strings.ToUpper(id)}, Need: hiring.Essential})
	}
	o.Skills[2].Must = true
	h.put(hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "o1")), hiring.OpeningPosted, o)
	i := h.talking(func(i *hiring.Invitation) { i.Interviewer = "table-1" })
	waits := invitationOf(h, "l2")
	waits.Offer, waits.Interviewer = &hiring.Offer{Slot: d.Slots[1], Until: d.Deadline}, "table-2"
	i.Match.Parts[0].Proof, i.Match.Parts[0].Credential = hiring.ProofSelf, ""
	h.roles.view = func(q hiring.ViewDay) (hiring.DayView, error) {
		if !q.Actor.MayViewDay(&d) {
			return hiring.DayView{}, hiring.Errorf(hiring.NotFound, "no such day")
		}
		ids := map[hiring.LearnerRef]hiring.LearnerID{i.Learner: "l1", waits.Learner: "l2"}
		return hiring.DayView{Day: d, Invitations: []hiring.Invitation{waits, i}, Total: 2, IDs: ids}, nil
	}
	var link DeskLink
	h.call(h.token(hiring.RoleEmployer, "Acme"), "POST", "/v1/days/spring/desk", body).ok(t, 200).into(t, &link)
	if !link.Until.After(d.Slots[1].End) {
		t.Errorf("the link ends %v", link.Until)
	}
	at, err := url.Parse(link.URL)
	must(t, err)
	return i, "/" + strings.TrimPrefix(at.Path, "/")
}

func TestSheet(t *testing.T) {
	h := open(t)
	_, path := h.deskOf(t, DeskBody{})
	host := h.token(hiring.RoleEmployer, "Acme")
	var sheet DaySheet
	h.call(host, "GET", "/v1/days/spring/sheet", nil).ok(t, 200).into(t, &sheet)
	if len(sheet.Talks) != 2 || sheet.Talks[0].Name != "Ana Ruiz" || sheet.Talks[1].Name != "" || !strings.HasPrefix(sheet.Talks[1].Learner, "L-") {
		t.Fatalf("sheet %+v", sheet.Talks)
	}
	asks := sheet.Talks[0].Questions
	if len(asks) != 3 || asks[0].Why != hiring.WhyMissing || !asks[0].Must || asks[2].Why != hiring.WhySelf {
		t.Errorf("questions %+v", asks)
	}
	if asks[2].Text["en"] != "You list SQL. What did you do with it last? Walk us through it step by step." || !strings.HasPrefix(asks[2].Text["es"], "Indica SQL.") {
		t.Errorf("asked %v", asks[2].Text)
	}
	h.call(host, "GET", "/v1/days/spring/sheet?interviewer=table-2", nil).ok(t, 200).into(t, &sheet)
	if len(sheet.Talks) != 1 || sheet.Talks[0].Interviewer != "table-2" {
		t.Errorf("of one interviewer: %+v", sheet.Talks)
	}
	h.call(h.token(hiring.RoleEmployer, "Rival"), "GET", "/v1/days/spring/sheet", nil).problem(t, 404)
	h.call(h.token(hiring.RoleLearner, "l1"), "GET", "/v1/days/spring/sheet", nil).problem(t, 404)
	page := string(h.call("", "GET", path+"/sheet", nil).ok(t, 200).body)
	for _, want := range []string{"Ana Ruiz", "You list SQL.", "The role needs PYTHON.", "must have", "in the learner&#39;s words", "pseudonym"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	if strings.Contains(page, "Ben Secret") || strings.Contains(page, "+1 555") || strings.Contains(page, "<script") {
		t.Error("the sheet tells more than it may")
	}
	if es := string(h.call("", "GET", path+"/sheet?lang=es", nil).ok(t, 200).body); !strings.Contains(es, "El puesto necesita PYTHON.") {
		t.Error("the sheet does not speak Spanish")
	}
}

func TestTalkSheetIsForHosts(t *testing.T) {
	h := open(t)
	v := viewOf(h)
	v.Invitation.Employer, v.Invitation.Status, v.Invitation.Slot = "Acme", hiring.Accepted, &v.Day.Slots[0]
	h.learner("l1", hiring.Personal{Name: "Ana Ruiz"}, hiring.Actor{Role: hiring.RoleOperator, Subject: "test"})
	h.roles.invitation = func(hiring.ViewInvitation) (hiring.InvitationView, error) { return v, nil }
	path := "/v1/invitations/" + string(v.Invitation.Ref) + "/sheet"
	var talk TalkSheet
	h.call(h.token(hiring.RoleRecruiter, "Acme"), "GET", path, nil).ok(t, 200).into(t, &talk)
	if talk.Name != "Ana Ruiz" || len(talk.Near) != 1 || len(talk.Missing) != 1 {
		t.Errorf("sheet %+v", talk)
	}
	h.call(h.token(hiring.RoleLearner, "l1"), "GET", path, nil).problem(t, 404)
	h.call(h.token(hiring.RoleEmployer, "Rival"), "GET", path, nil).problem(t, 404)
}

func TestDesk(t *testing.T) {
	h := open(t)
	i, path := h.deskOf(t, DeskBody{})
	h.clock = func() time.Time { return i.Slot.Start.Add(time.Minute) }
	page := string(h.call("", "GET", path, nil).ok(t, 200).body)
	for _, want := range []string{"Ana Ruiz", `value="checkedIn"`, `value="noShow"`, "0 of 1 are here", `name="do" value="checkin"`, `name="do" value="outcome"`, "noindex"} {
		if !strings.Contains(page, want) {
			t.Errorf("the desk lacks %q", want)
		}
	}
	if strings.Contains(page, "Ben Secret") {
		t.Error("the desk names who has not accepted")
	}
	for _, form := range [][]string{
		{"do", "checkin", "code", "abc-def"},
		{"do", "attend", "talk", string(i.Ref), "presence", "noShow"},
		{"do", "outcome", "talk", string(i.Ref), "result", "offer", "pay", "24,50", "currency", "usd", "per", "hour"},
	} {
		a := h.form(path, form...).ok(t, 303)
		if to := a.Header.Get("Location"); !strings.HasPrefix(to, path+"?") || !strings.Contains(to, "here="+string(i.Ref)) {
			t.Errorf("%v leads to %s", form, to)
		}
	}
	asked := questions[hiring.DayCommand](h)
	if len(asked) != 3 || asked[2].Outcome.Pay.Min != 24.5 || asked[2].Outcome.Pay.Currency != "USD" || asked[0].Actor.Subject != "Acme" || asked[0].ByLink {
		t.Errorf("asked %+v", asked)
	}
	for say, form := range map[string][]string{
		"No talk of this day has that code": {"do", "checkin", "code", "ZZZ-ZZZ"},
		"Please choose a result":            {"do", "outcome", "talk", string(i.Ref), "result", "maybe"},
		"That could not be taken":           {"do", "attend", "talk", "somebodyelse", "presence", "noShow"},
	} {
		if a := h.form(path, form...).ok(t, 409); !strings.Contains(string(a.body), say) {
			t.Errorf("%v does not say %q", form, say)
		}
	}
	h.clock = func() time.Time { return i.Slot.Start.AddDate(0, 1, 0) }
	h.call("", "GET", path, nil).ok(t, 410)
	h.call("", "GET", path[:len(path)-2], nil).ok(t, 404)
}

func TestDeskOfOneInterviewer(t *testing.T) {
	h := open(t)
	i, path := h.deskOf(t, DeskBody{Interviewer: "table-2"})
	if page := string(h.call("", "GET", path, nil).ok(t, 200).body); strings.Contains(page, "Ana Ruiz") || !strings.Contains(page, "table-2") {
		t.Error("the link shows another interviewer's talk, or not its own")
	}
	h.form(path, "do", "attend", "talk", string(i.Ref), "presence", "excused").ok(t, 409)
	if asked := questions[hiring.DayCommand](h); len(asked) != 0 {
		t.Errorf("asked %+v", asked)
	}
	host := h.token(hiring.RoleEmployer, "Acme")
	far := dayOf(h).Slots[1].End.AddDate(0, 0, 31)
	past := noon.Add(-time.Hour)
	for _, until := range []*time.Time{&far, &past} {
		h.call(host, "POST", "/v1/days/spring/desk", DeskBody{Until: until}).problem(t, 400)
	}
	h.call(host, "POST", "/v1/days/spring/desk", DeskBody{Interviewer: "nobody"}).problem(t, 404, "nobody")
	h.call(host, "POST", "/v1/days/spring/desk", DeskBody{Employer: "Rival"}).problem(t, 400)
	h.call(h.token(hiring.RoleEmployer, "Rival"), "POST", "/v1/days/spring/desk", DeskBody{}).problem(t, 404)
}

func TestArrivalOnTheLearnersPage(t *testing.T) {
	h := open(t)
	var slot hiring.Slot
	h.invite(func(v *hiring.InvitationView) {
		slot = v.Day.Slots[0]
		v.Invitation.Status, v.Invitation.Slot = hiring.Accepted, &slot
	})
	path := "/i/" + h.secrets.SignLink(viewOf(h).Invitation.Ref, slot.End.AddDate(0, 2, 0))
	code := h.secrets.CheckInCode(viewOf(h).Invitation.Ref)
	show := func(at time.Time, has, lacks []string) {
		t.Helper()
		h.clock = func() time.Time { return at }
		page := string(h.call("", "GET", path, nil).ok(t, 200).body)
		for _, want := range has {
			if !strings.Contains(page, want) {
				t.Errorf("at %v the page lacks %q", at, want)
			}
		}
		for _, no := range lacks {
			if strings.Contains(page, no) {
				t.Errorf("at %v the page has %q", at, no)
			}
		}
	}
	show(noon, []string{code, `value="withdraw"`}, []string{`value="checkedIn"`, `value="outcome"`})
	show(slot.Start.Add(-time.Hour), []string{code, `value="checkedIn"`, `value="late"`}, []string{`value="outcome"`})
	show(slot.Start.Add(time.Minute), []string{`value="checkedIn"`}, []string{`value="outcome"`, `value="withdraw"`, `value="move"`})
	show(slot.End.AddDate(0, 1, 0), []string{`value="outcome"`}, []string{code, `value="checkedIn"`})

	h.roles.day = func(c hiring.DayCommand) (hiring.DayAnswer, error) { return hiring.DayAnswer{}, nil }
	h.form(path, "do", "attend", "presence", "late", "minutes", "20").ok(t, 303)
	h.form(path, "do", "outcome", "result", "declined", "pay", "").ok(t, 303)
	h.form(path, "do", "attend", "presence", "asleep").ok(t, 400)
	asked := questions[hiring.DayCommand](h)
	if len(asked) != 2 || asked[0].Attendance.Minutes != 20 || !asked[0].ByLink || asked[1].Outcome.Result != hiring.TurnedDown || asked[1].Outcome.Pay != nil {
		t.Errorf("asked %+v", asked)
	}
}
