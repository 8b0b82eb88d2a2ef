package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/hiring"
	"matchday/vault"
)

// How long the link of a desk is good: until deskStands after the day's last talk, or until it says, deskMost after that at most.
const (
	deskStands = 7 * 24 * time.Hour
	deskMost   = 30 * 24 * time.Hour
)

// DeskBody says whose desk is meant.
type DeskBody struct {
	Interviewer string              `json:"interviewer,omitempty" doc:"Only this interviewer's talks"`
	Employer    hiring.EmployerName `json:"employer,omitempty" doc:"For operators: which of the day's employers; the organiser when left out"`
	Until       *time.Time          `json:"until,omitempty" doc:"When the link expires; seven days after the day when left out, thirty at most"`
}

// DeskLink is a link for the day itself.
type DeskLink struct {
	URL   string    `json:"url" doc:"The desk: check in by code, who came, what came of it"`
	Sheet string    `json:"sheet" doc:"The interviewers' sheet, to print"`
	Until time.Time `json:"until"`
}

type deskInput struct {
	DayPath
	Body *document[DeskBody]
}

func (s *Server) deskRoutes() {
	handle(s, op{
		method: http.MethodPost, path: "/v1/days/{id}/desk", id: "day-desk", tag: "The day itself", summary: "A signed link for the host's desk, or for one interviewer",
		description: "Whoever holds it sees names of learners who accepted and settles who came, without an account, until it expires. Give it to nobody else.",
	}, func(ctx context.Context, who caller, in *deskInput) (*reply[DeskLink], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		return s.deskLink(ctx, who, in.ID, body)
	})
}

func (s *Server) deskLink(ctx context.Context, who caller, id string, body DeskBody) (*reply[DeskLink], error) {
	v, err := s.dayPart(ctx, who, &dayInput{ID: id}, hiring.ViewDay{})
	if err != nil {
		return nil, err
	}
	employer := cmp.Or(body.Employer, v.Day.Employer)
	if who.SeesPseudonyms() {
		employer = cmp.Or(body.Employer, hiring.EmployerName(who.Subject))
	}
	if !v.Day.Hosted(employer) || !who.Operator() && !who.ActsFor(employer) {
		return nil, hiring.Invalidf("employer", "is none of the day's, or not yours")
	}
	d := vault.Desk{Day: v.Day.Ref, Employer: s.secrets.Ref(hiring.KindEmployer, string(employer))}
	if body.Interviewer != "" {
		if !interviews(&v.Day, employer, body.Interviewer) {
			return nil, hiring.Errorf(hiring.NotFound, "is none of the day's interviewers").In("interviewer")
		}
		d.Interviewer = s.secrets.Ref(vault.KindInterviewer, body.Interviewer)
	}
	last := lastTalk(&v.Day)
	until := last.Add(deskStands)
	if body.Until != nil {
		until = *body.Until
	}
	if !until.After(s.now()) || until.After(last.Add(deskMost)) {
		return nil, hiring.Invalidf("until", "is past, or more than 30 days after the day")
	}
	at := s.base.JoinPath("d", s.secrets.SignDesk(d, until))
	return answer(DeskLink{URL: at.String(), Sheet: at.JoinPath("sheet").String(), Until: until}), nil
}

// interviews reports whether an interviewer of the employer talks on the day.
func interviews(d *hiring.Day, e hiring.EmployerName, id string) bool {
	for _, w := range d.Interviewers {
		if w.ID == id && w.Employer == e {
			return true
		}
	}
	return false
}

func lastTalk(d *hiring.Day) time.Time {
	var end time.Time
	for _, slot := range d.Slots {
		if slot.End.After(end) {
			end = slot.End
		}
	}
	return end
}

// desk is an opened desk: who acts there, and on which talks.
type desk struct {
	who  caller
	day  hiring.DayID
	mine func(*hiring.Invitation) bool
}

// atDesk finds the desk that a link opens. It renders the answer itself when there is none, and then returns false.
func (s *Server) atDesk(w http.ResponseWriter, r *http.Request) (desk, bool, error) {
	w.Header().Set("Referrer-Policy", "same-origin")
	link, _, err := s.secrets.VerifyDesk(chi.URLParam(r, "token"), s.now())
	if hiring.CodeOf(err) == hiring.Conflict {
		return desk{}, false, s.notice(w, r, http.StatusGone, "deskover")
	}
	if err != nil {
		if s.over(r.Context(), "auth:"+s.proxies.address(r), s.limits.FailedAuth, time.Minute) {
			return desk{}, false, s.notice(w, r, http.StatusTooManyRequests, "toomany")
		}
		return desk{}, false, s.pageProblem(w, r, err)
	}
	f, err := s.log.Last(r.Context(), hiring.DaySubject(link.Day))
	if err != nil {
		return desk{}, false, s.pageProblem(w, r, err)
	}
	var day hiring.Day
	if err := json.Unmarshal(f.Data, &day); err != nil {
		return desk{}, false, err
	}
	for _, e := range append([]hiring.EmployerName{day.Employer}, day.Hosts...) {
		if s.secrets.Ref(hiring.KindEmployer, string(e)) != link.Employer {
			continue
		}
		return desk{
			who: caller{Actor: hiring.Actor{Role: hiring.RoleEmployer, Subject: string(e)}}, day: day.ID,
			mine: func(i *hiring.Invitation) bool {
				return link.Interviewer == "" || s.secrets.Ref(vault.KindInterviewer, i.Interviewer) == link.Interviewer
			},
		}, true, nil
	}
	return desk{}, false, s.pageProblem(w, r, nothing())
}

// showDesk shows the desk.
func (s *Server) showDesk(w http.ResponseWriter, r *http.Request) error {
	d, ok, err := s.atDesk(w, r)
	if !ok {
		return err
	}
	return s.renderDesk(w, r, "desk", http.StatusOK, d, "")
}

// showSheet shows the sheet, to print.
func (s *Server) showSheet(w http.ResponseWriter, r *http.Request) error {
	d, ok, err := s.atDesk(w, r)
	if !ok {
		return err
	}
	return s.renderDesk(w, r, "sheet", http.StatusOK, d, "")
}

func (s *Server) renderDesk(w http.ResponseWriter, r *http.Request, page string, status int, d desk, alert string) error {
	t := s.site.pick(r, nil)
	after, _ := strconv.ParseUint(r.URL.Query().Get("after"), 10, 64)
	sheet, day, err := s.sheet(r.Context(), d.who, &dayInput{ID: string(d.day), After: after}, d.mine)
	if err != nil {
		return s.pageProblem(w, r, err)
	}
	view := s.deskView(t, &day, sheet, hiring.Ref(r.URL.Query().Get("here")))
	view.Path = "/d/" + chi.URLParam(r, "token")
	if alert != "" {
		view.Alert = t.Say(alert)
	}
	return s.site.render(w, status, page, pageData{T: t, Title: day.Title, Private: true, View: view})
}

// workDesk takes one of the desk's forms, then leads back to the page.
func (s *Server) workDesk(w http.ResponseWriter, r *http.Request) error {
	d, ok, err := s.atDesk(w, r)
	if !ok {
		return err
	}
	if ok, err := s.readForm(w, r); !ok {
		return err
	}
	a, err := s.deskCommand(r, d)
	switch hiring.CodeOf(err) {
	case "":
		q := url.Values{"here": {string(a.Invitation.Ref)}, "after": {strconv.FormatUint(a.Position, 10)}}
		if lang := r.URL.Query().Get("lang"); lang != "" {
			q.Set("lang", lang)
		}
		back := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
		http.Redirect(w, r, back.String(), http.StatusSeeOther)
		return nil
	case hiring.NotFound, hiring.Conflict, hiring.Invalid, hiring.Impossible, hiring.Forbidden:
		s.logger.Debug("a desk's form was refused", "code", hiring.CodeOf(err))
		return s.renderDesk(w, r, "desk", http.StatusConflict, d, deskAlert(r.PostForm.Get("do"), hiring.CodeOf(err)))
	}
	return s.pageProblem(w, r, err)
}

// deskAlert is what a desk is told of a form that was refused.
func deskAlert(do string, code hiring.Code) string {
	switch {
	case do == "checkin" && code == hiring.NotFound:
		return "desk.alert.code"
	case do == "checkin":
		return "desk.alert.window"
	case do == "outcome" && code == hiring.Invalid:
		return "desk.alert.pay"
	}
	return "desk.alert.other"
}

// readForm reads a posted form. It answers itself when there is none, and then returns false.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) (bool, error) {
	if mediaType(r.Header.Get("Content-Type")) != "application/x-www-form-urlencoded" {
		newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is not a form").write(w)
		return false, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.limits.Form)
	if err := r.ParseForm(); err != nil {
		return false, hiring.Errorf(hiring.Invalid, "the form cannot be read")
	}
	return true, nil
}

// deskCommand does what the form says, on one of the desk's own talks.
func (s *Server) deskCommand(r *http.Request, d desk) (hiring.DayAnswer, error) {
	form := r.PostForm
	if form.Get("do") == "checkin" {
		return s.checkIn(r.Context(), d.who, d.day, form.Get("code"), "")
	}
	c, err := talkCommand(form)
	if err != nil {
		return hiring.DayAnswer{}, err
	}
	ref := form.Get("talk")
	v, err := s.dayParts(r.Context(), d.who, &dayInput{ID: string(d.day)}, false)
	if err != nil {
		return hiring.DayAnswer{}, err
	}
	for i := range v.Invitations {
		if inv := &v.Invitations[i]; string(inv.Ref) == ref && d.mine(inv) {
			return s.answerInvitation(r.Context(), d.who, InvitationPath{Ref: ref}, form.Encode(), c)
		}
	}
	return hiring.DayAnswer{}, nothing()
}
