package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/events"
	"matchday/hiring"
	"matchday/zones"
)

// invitationView is what the invitation page shows.
type invitationView struct {
	Lang     string
	Other    string // the other language, for the link to it
	Status   hiring.InvitationStatus
	Workshop bool
	Employer hiring.EmployerName
	Title    string // of the opening
	DayTitle string
	Pay      string
	Mode     string
	Date     string
	Zone     string // of the day
	Place    string
	Link     string
	Access   string
	Expires  string
	Alert    string
	Chosen   *slotView
	Arrival  *arrivalView // nil unless accepted
	Kept     *slotView    // a seat that is kept, until Until
	Until    string
	Queue    int       // place among those who wait
	Asked    *slotView // a time that the learner proposed, and whether the employer refused it
	Refused  bool
	Near     string // a time to begin with when proposing another, as browsers write local times
	Format   hiring.TalkFormat
	AnyOpen  bool
	Slots    []slotView
	Reasons  []reasonView
	Matched  []skillView
	Close    []skillView
	Missing  []string
}

type slotView struct {
	Value   string // RFC 3339
	Date    string // when it differs from the slot before
	Span    string // in the day's zone
	Yours   string // in the learner's zone, when that differs
	Seats   string
	Open    bool
	Checked bool
}

type reasonView struct{ Code, Label string }

type skillView struct {
	Name  string
	Proof string
}

// byLink finds the invitation that a link opens. It renders the answer itself when there is none, and then returns false.
func (s *Server) byLink(w http.ResponseWriter, r *http.Request) (hiring.InvitationView, bool, error) {
	// A form of this page must name its origin, for browsers that say nothing else about where it comes from; no-referrer would
	// hide that. The address, which is a key, still never leaves this site.
	w.Header().Set("Referrer-Policy", "same-origin")
	ref, err := s.secrets.VerifyLink(chi.URLParam(r, "token"), s.now())
	if hiring.CodeOf(err) == hiring.Conflict {
		return hiring.InvitationView{}, false, s.notice(w, r, http.StatusGone, "over")
	}
	if err != nil {
		if s.over(r.Context(), "auth:"+s.proxies.address(r), s.limits.FailedAuth, time.Minute) {
			return hiring.InvitationView{}, false, s.notice(w, r, http.StatusTooManyRequests, "toomany")
		}
		return hiring.InvitationView{}, false, s.pageProblem(w, r, err)
	}
	v, err := events.Ask[hiring.InvitationView](r.Context(), s.log, hiring.ViewInvitation{Invitation: ref, ByLink: true})
	if err != nil {
		return v, false, s.pageProblem(w, r, err)
	}
	return v, true, nil
}

// showInvitation shows an invitation to who holds its link. It changes nothing: mail scanners open links too.
func (s *Server) showInvitation(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := s.byLink(w, r)
	if !ok {
		return err
	}
	return s.renderInvitation(w, r, http.StatusOK, v, "")
}

func (s *Server) renderInvitation(w http.ResponseWriter, r *http.Request, status int, v hiring.InvitationView, alert string) error {
	t := s.site.pick(r, v.Languages)
	s.nameSkills(r.Context(), t.Lang, &v)
	view := s.invitationView(t, v)
	if alert != "" {
		view.Alert = t.Say(alert)
	}
	title := t.Say("title", v.Invitation.Employer)
	return s.site.render(w, status, "invitation", pageData{T: t, Title: title, Private: true, View: view})
}

// nameSkills calls the skills of a view as they are called in a language. The ledger's own names are English, and stand where nobody
// answers.
func (s *Server) nameSkills(ctx context.Context, lang string, v *hiring.InvitationView) {
	ids := v.Invitation.Match.Skills()
	if lang == "en" || len(ids) == 0 {
		return
	}
	system := hiring.Actor{Role: hiring.RoleOperator, Subject: "web"}
	a, err := events.Ask[hiring.SkillNames](ctx, s.log, hiring.NameSkills{Asked: hiring.Asked{Actor: system}, Lang: lang, Skills: ids})
	if err != nil {
		s.logger.Debug("skills are named in English", "wanted", lang, "error", err)
		return
	}
	v.Invitation.Match, v.Opening = v.Invitation.Match.Called(a.Names), v.Opening.Called(a.Names)
}

// answerLink takes the answer of one of the page's forms, then leads back to the page, so that reloading sends nothing again.
func (s *Server) answerLink(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := s.byLink(w, r)
	if !ok {
		return err
	}
	if ok, err := s.readForm(w, r); !ok {
		return err
	}
	c, err := formCommand(r.PostForm, v.Day.Zone)
	if err != nil {
		return s.renderInvitation(w, r, http.StatusBadRequest, v, "alert.form")
	}
	ref := v.Invitation.Ref
	c.ByLink, c.Day, c.Ref, c.Invitation = true, v.Day.ID, s.secrets.Ref(hiring.KindDay, string(v.Day.ID)), ref
	c.Command = s.command(caller{}, "", strings.Join([]string{"link", string(c.Do), string(ref), r.PostForm.Get("slot"), r.PostForm.Get("at"), c.Reason}, " "))
	_, err = events.Ask[hiring.DayAnswer](r.Context(), s.log, c)
	switch hiring.CodeOf(err) {
	case "":
		back := url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, back.String(), http.StatusSeeOther)
		return nil
	case hiring.Conflict, hiring.Invalid, hiring.Impossible:
		return s.refused(w, r, c, ref, err)
	}
	return s.pageProblem(w, r, err)
}

// formCommand reads one of the forms. A proposed time is local to the day's zone.
func formCommand(form url.Values, zone string) (hiring.DayCommand, error) {
	bad := hiring.Errorf(hiring.Invalid, "the form is not one of ours")
	c := hiring.DayCommand{Do: hiring.DayAction(form.Get("do"))}
	switch c.Do {
	case hiring.DoAccept, hiring.DoMove:
		text := form.Get("slot")
		if text == "" && c.Do == hiring.DoAccept {
			return c, nil
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return c, bad
		}
		c.Slot = &at
	case hiring.DoPropose:
		at, ok := localMinute(form.Get("at"), zone)
		if !ok {
			return c, bad
		}
		c.Slot = &at
	case hiring.DoDecline, hiring.DoWithdraw:
		c.Reason = form.Get("reason")
		if c.Reason != "" && !slices.Contains(hiring.DeclineReasons[:], c.Reason) {
			return c, bad
		}
	case hiring.DoWait:
	case hiring.DoAttend, hiring.DoOutcome:
		return talkCommand(form)
	default:
		return c, bad
	}
	return c, nil
}

// localMinute reads a time as browsers send it. One that the zone's clocks skip is none; of one that they show twice it is the first.
func localMinute(text, zone string) (time.Time, bool) {
	const layout = "2006-01-02T15:04"
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(layout, text, loc)
	return at.UTC(), err == nil && at.Format(layout) == text
}

// refused shows the page as it stands now, and why the answer could not be taken.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, c hiring.DayCommand, ref hiring.Ref, why error) error {
	v, err := events.Ask[hiring.InvitationView](r.Context(), s.log, hiring.ViewInvitation{Invitation: ref, ByLink: true})
	if err != nil {
		return s.pageProblem(w, r, err)
	}
	alert := s.refusal(v, c)
	s.logger.Debug("an answer by link was refused", "code", hiring.CodeOf(why))
	return s.renderInvitation(w, r, http.StatusConflict, v, alert)
}

// refusal is why an answer could not be taken, by how the invitation stands now. One that the learner declined themselves says so
// already, as one that was withdrawn does: neither is late.
func (s *Server) refusal(v hiring.InvitationView, c hiring.DayCommand) string {
	i := v.Invitation
	switch {
	case c.Do == hiring.DoPropose && i.Status.Live():
		return "alert.propose"
	case c.Do == hiring.DoWait && i.Status.Live():
		return "alert.free"
	case i.Status == hiring.Expired, (i.Status == hiring.Sent || i.Status == hiring.Opened) && !s.now().Before(i.Expires):
		return "alert.late"
	case !i.Status.Live() || c.Slot == nil:
		return "alert.other"
	}
	for n, slot := range v.Day.Slots {
		if slot.Start.Equal(*c.Slot) && n < len(v.Free) && v.Free[n] == 0 {
			return "alert.full"
		}
	}
	return "alert.clash"
}

// invitationView makes the page's content.
func (s *Server) invitationView(t texts, v hiring.InvitationView) invitationView {
	zone, err := time.LoadLocation(v.Day.Zone)
	if err != nil {
		zone = time.UTC
	}
	yours, ok := zones.Of(v.Place)
	if !ok {
		yours = zone
	}
	i := v.Invitation
	out := invitationView{
		Lang: t.Lang, Other: pageLanguages[1-slices.Index(pageLanguages, t.Lang)], Status: i.Status, Workshop: v.Day.Kind == hiring.Workshop,
		Employer: i.Employer, DayTitle: v.Day.Title, Zone: t.Zone(zone), Access: v.Day.Access, Expires: t.Moment(i.Expires.In(yours)) + " (" + t.Zone(yours) + ")",
	}
	if (i.Status == hiring.Sent || i.Status == hiring.Opened) && !s.now().Before(i.Expires) {
		out.Status = hiring.Expired
	}
	if v.Day.Place != nil {
		out.Place = strings.Trim(v.Day.Place.Name+", "+v.Day.Place.Country, ", ")
	}
	if u, err := url.Parse(v.Day.Link); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		out.Link = v.Day.Link
	}
	if o := v.Opening; o != nil {
		out.Title = o.Title
		if o.Pay != nil {
			out.Pay = t.Pay(o.Pay)
		}
		if o.Mode != "" {
			out.Mode = t.Say("mode." + string(o.Mode))
		}
	}
	out.Arrival = s.arrival(t, v)
	out.Slots = s.slotViews(t, v, zone, yours)
	out.Chosen = slotIn(t, i.Slot, zone, yours)
	if i.Offer != nil {
		out.Kept, out.Until = slotIn(t, &i.Offer.Slot, zone, yours), t.Moment(i.Offer.Until.In(yours))+" ("+t.Zone(yours)+")"
	}
	if p := i.Proposal; p != nil && i.Status.Live() {
		out.Asked, out.Refused = slotIn(t, &hiring.Slot{Start: p.Start, End: p.Start.Add(v.Day.Slots[0].End.Sub(v.Day.Slots[0].Start))}, zone, yours), p.Refused
	}
	out.Queue, out.Format = v.Queue, v.Day.Format
	out.AnyOpen = slices.ContainsFunc(out.Slots, func(s slotView) bool { return s.Open })
	out.Near = v.Day.Slots[len(v.Day.Slots)-1].End.In(zone).Format("2006-01-02T15:04")
	for _, r := range hiring.DeclineReasons {
		out.Reasons = append(out.Reasons, reasonView{r, t.Say("reason." + r)})
	}
	out.Matched, out.Close, out.Missing = skillViews(t, i.Match, v.Opening)
	return out
}

// slotIn writes one time; nil stays nil.
func slotIn(t texts, s *hiring.Slot, zone, yours *time.Location) *slotView {
	if s == nil {
		return nil
	}
	start := s.Start.In(zone)
	return &slotView{
		Value: s.Start.UTC().Format(time.RFC3339), Date: t.Date(start), Span: t.Span(start, s.End.In(zone)), Yours: inYours(t, *s, zone, yours),
	}
}

// slotViews lists the day's times. The first that can be taken is chosen already.
func (s *Server) slotViews(t texts, v hiring.InvitationView, zone, yours *time.Location) []slotView {
	var list []slotView
	last, checked := "", false
	for n, slot := range v.Day.Slots {
		start, end := slot.Start.In(zone), slot.End.In(zone)
		row := slotView{Value: slot.Start.UTC().Format(time.RFC3339), Span: t.Span(start, end), Yours: inYours(t, slot, zone, yours)}
		if date := t.Date(start); date != last {
			row.Date, last = date, date
		}
		free := 0
		if n < len(v.Free) {
			free = v.Free[n]
		}
		row.Open = free > 0 && s.now().Before(slot.Start) && !slices.Contains(v.Taken, n)
		row.Seats = t.Say("full")
		if free > 0 && slices.Contains(v.Taken, n) {
			row.Seats = t.Say("busy")
		}
		if row.Open {
			row.Seats = t.Count("seats", free)
			row.Checked, checked = !checked, true
		}
		list = append(list, row)
	}
	return list
}

// inYours writes a slot in the learner's zone, with the day when that differs; empty when both clocks agree.
func inYours(t texts, slot hiring.Slot, zone, yours *time.Location) string {
	here, there := slot.Start.In(zone), slot.Start.In(yours)
	if here.Format("2006-01-02 15:04") == there.Format("2006-01-02 15:04") {
		return ""
	}
	span := t.Span(there, slot.End.In(yours))
	if here.YearDay() != there.YearDay() {
		span = t.Date(there) + ", " + span
	}
	return t.Say("yours", span, t.Zone(yours))
}

// skillViews says why the learner was invited: what is met and by what, what a related skill partly meets, and what is missing.
func skillViews(t texts, m hiring.Match, o *hiring.Opening) (matched, near []skillView, missing []string) {
	names := map[hiring.SkillID]string{}
	if o != nil {
		for _, r := range o.Skills {
			names[r.Skill] = r.Name
		}
	}
	name := func(id hiring.SkillID) string {
		if n := names[id]; n != "" {
			return n
		}
		return strings.TrimPrefix(string(id), "text:")
	}
	met := map[hiring.SkillID]bool{}
	for _, p := range m.Parts {
		view := skillView{Name: p.Name, Proof: t.Say("proof." + string(p.Proof))}
		if view.Name == "" {
			view.Name = name(p.Skill)
		}
		if p.Credential != "" {
			view.Proof = t.Say("proof.credential", p.Credential, t.Say("proof."+string(p.Proof)))
		}
		met[p.Skill] = true
		if slices.Contains(m.Matched, p.Skill) {
			matched = append(matched, view)
		} else {
			view.Proof = t.Say("proof.related", view.Proof)
			near = append(near, view)
		}
	}
	for _, id := range m.Matched {
		if !met[id] {
			matched = append(matched, skillView{Name: name(id)})
		}
	}
	for _, id := range m.Missing {
		if !met[id] {
			missing = append(missing, name(id))
		}
	}
	return matched, near, missing
}
