package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"matchday/hiring"
)

// talkCommand reads the forms of learners and desks that say who came, and what came of it.
func talkCommand(form url.Values) (hiring.DayCommand, error) {
	switch form.Get("do") {
	case "attend":
		a := hiring.Attendance{Presence: hiring.Presence(form.Get("presence"))}
		if text := form.Get("minutes"); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return hiring.DayCommand{}, hiring.Invalidf("minutes", "is no number")
			}
			a.Minutes = n
		}
		return hiring.DayCommand{Do: hiring.DoAttend, Attendance: &a}, a.Validate()
	case "outcome":
		o := hiring.Outcome{Result: hiring.Result(form.Get("result"))}
		if text := strings.TrimSpace(form.Get("pay")); text != "" {
			min, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
			if err != nil {
				return hiring.DayCommand{}, hiring.Invalidf("pay", "is no number")
			}
			o.Pay = &hiring.Pay{Min: min, Currency: strings.ToUpper(strings.TrimSpace(form.Get("currency"))), Per: form.Get("per")}
		}
		return hiring.DayCommand{Do: hiring.DoOutcome, Outcome: &o}, o.Validate()
	}
	return hiring.DayCommand{}, hiring.Errorf(hiring.Invalid, "the form is not one of ours")
}

// deskView is what the desk and the sheet show.
type deskView struct {
	Lang, Other string
	Path        string
	Employer    hiring.EmployerName
	Title, Date string
	Zone        string
	Where       string
	Count       string
	Alert       string
	Done        string
	Times       []timeView
}

// timeView is one time of the day with its talks.
type timeView struct {
	Span  string
	Talks []talkView
}

// talkView is one talk at the desk.
type talkView struct {
	Ref       hiring.Ref
	Span      string
	Name      string
	Title     string
	With      string // the interviewer
	Phone     string // for talks by phone
	Waits     bool   // the learner has not accepted yet
	State     string // of the attendance, in words
	Mood      string // good, bad or empty, for its colour
	Says      []reasonView
	Outcome   outcomeView
	Matched   []sheetLine
	Near      []sheetLine
	Missing   []sheetLine
	Questions []string
}

// sheetLine is one requirement on the sheet.
type sheetLine struct{ Name, Need, Proof string }

// outcomeView is the form that asks what came of a talk, and what was said before.
type outcomeView struct {
	T        texts
	ID       string // of the form's fields
	Asks     bool
	Results  []reasonView
	Result   hiring.Result
	Said     string
	Pay      string
	Currency string
	Per      string
	Periods  []reasonView
}

func (s *Server) deskView(t texts, day *hiring.Day, sheet DaySheet, here hiring.Ref) deskView {
	zone, err := time.LoadLocation(day.Zone)
	if err != nil {
		zone = time.UTC
	}
	out := deskView{
		Lang: t.Lang, Other: pageLanguages[1-slices.Index(pageLanguages, t.Lang)], Employer: sheet.Employer, Title: day.Title,
		Date: t.Date(day.Slots[0].Start.In(zone)), Zone: t.Zone(zone), Where: day.Link,
	}
	if day.Place != nil {
		out.Where = strings.Trim(day.Place.Name+", "+day.Place.Country, ", ")
	}
	came, coming := 0, 0
	for _, talk := range sheet.Talks {
		view := s.talkView(t, day, talk)
		if talk.Accepted {
			coming++
		}
		if a := talk.Attendance; a != nil && (a.Presence == hiring.CheckedIn || a.Presence == hiring.Attended) {
			came++
		}
		if n := len(out.Times); n == 0 || out.Times[n-1].Span != view.Span {
			out.Times = append(out.Times, timeView{Span: view.Span})
		}
		at := &out.Times[len(out.Times)-1]
		at.Talks = append(at.Talks, view)
		if talk.Invitation == here && view.State != "" {
			out.Done = t.Say("desk.done", view.Name, view.State, view.Span)
		}
	}
	out.Count = t.Say("desk.count", came, coming)
	return out
}

func (s *Server) talkView(t texts, day *hiring.Day, talk TalkSheet) talkView {
	v := talkView{
		Ref: talk.Invitation, Span: t.Span(talk.Start, talk.End), Name: talk.Name, Title: talk.Title, With: talk.Interviewer, Waits: !talk.Accepted,
		Matched: sheetLines(t, talk.Matched), Near: sheetLines(t, talk.Near), Missing: sheetLines(t, talk.Missing),
	}
	if v.Name == "" {
		v.Name = talk.Learner
	}
	if day.Format == hiring.ByPhone && talk.Contact != nil {
		v.Phone = talk.Contact.Phone
	}
	for _, q := range talk.Questions {
		v.Questions = append(v.Questions, q.Text[t.Lang])
	}
	v.State, v.Mood = presence(t, talk.Attendance)
	if !talk.Accepted || day.Status == hiring.StatusArchived || day.Status == hiring.StatusCancelled {
		return v
	}
	slot, now := hiring.Slot{Start: talk.Start, End: talk.End}, s.now()
	for _, p := range []hiring.Presence{hiring.CheckedIn, hiring.Attended, hiring.NoShow, hiring.Excused} {
		begun := !now.Before(slot.Start)
		switch {
		case talk.Attendance != nil && talk.Attendance.Presence == p, p == hiring.CheckedIn && !slot.Arriving(now),
			(p == hiring.Attended || p == hiring.NoShow) && !begun:
		default:
			v.Says = append(v.Says, reasonView{string(p), t.Say("say." + string(p))})
		}
	}
	v.Outcome = outcomeForm(t, string(talk.Invitation), talk.Outcome, nil)
	v.Outcome.Asks = !now.Before(slot.Start) && (talk.Attendance == nil || talk.Attendance.Presence != hiring.NoShow)
	return v
}

// presence says in words what is known of a learner's coming.
func presence(t texts, a *hiring.Attendance) (words, mood string) {
	switch {
	case a == nil:
		return "", ""
	case a.Presence == hiring.RunningLate && a.Minutes > 0:
		return t.Say("presence.late.minutes", a.Minutes), "bad"
	}
	switch a.Presence {
	case hiring.CheckedIn, hiring.Attended:
		mood = "good"
	case hiring.NoShow, hiring.RunningLate:
		mood = "bad"
	}
	return t.Say("presence." + string(a.Presence)), mood
}

// outcomeForm is the form as it asks, with what this side said before. Pay is asked for in the currency and period of what the opening
// pays, where that is known.
func outcomeForm(t texts, id string, said *hiring.Outcome, pays *hiring.Pay) outcomeView {
	v := outcomeView{T: t, ID: id, Per: "hour"}
	if pays != nil {
		v.Currency, v.Per = pays.Currency, pays.Per
	}
	for _, r := range []hiring.Result{hiring.GotOffer, hiring.Hired, hiring.TurnedDown, hiring.NotOffered} {
		v.Results = append(v.Results, reasonView{string(r), t.Say("result." + string(r))})
	}
	for _, p := range []string{"hour", "month", "year"} {
		v.Periods = append(v.Periods, reasonView{p, t.Say("period." + p)})
	}
	if said != nil {
		v.Result, v.Said = said.Result, t.Say("result."+string(said.Result))
		if said.Pay != nil {
			v.Pay, v.Currency, v.Per = strconv.FormatFloat(said.Pay.Min, 'f', -1, 64), said.Pay.Currency, said.Pay.Per
			v.Said += " · " + t.Pay(said.Pay)
		}
	}
	return v
}

func sheetLines(t texts, skills []SheetSkill) []sheetLine {
	var list []sheetLine
	for _, sk := range skills {
		line := sheetLine{Name: sk.Name}
		if sk.Need != "" {
			line.Need = t.Say("need." + string(sk.Need))
		}
		if sk.Must {
			line.Need = t.Say("need.must")
		}
		if sk.Proof != "" {
			line.Proof = t.Say("proof.host." + string(sk.Proof))
		}
		if sk.Credential != "" {
			line.Proof = t.Say("proof.credential", sk.Credential, line.Proof)
		}
		if sk.Expired {
			line.Proof += t.Say("proof.expired")
		}
		list = append(list, line)
	}
	return list
}

// arrivalView is what the invitation page adds for the day itself.
type arrivalView struct {
	T       texts
	Code    string
	Begun   bool
	Open    bool // the learner may check in
	Late    bool // or say that they are late
	State   string
	Mood    string
	Minutes []int
	Outcome outcomeView
}

// arrival is what a learner who accepted sees of the day itself; nil for others.
func (s *Server) arrival(t texts, v hiring.InvitationView) *arrivalView {
	i := v.Invitation
	if i.Status != hiring.Accepted || i.Slot == nil {
		return nil
	}
	now := s.now()
	open := i.Slot.Arriving(now) && !i.Attendance.Settled()
	in := i.Attendance != nil && i.Attendance.Presence == hiring.CheckedIn
	a := &arrivalView{T: t, Begun: !now.Before(i.Slot.Start), Open: open && !in, Late: open && !in, Minutes: []int{5, 10, 15, 20, 30, 45, 60}}
	if now.Before(i.Slot.End) {
		a.Code = s.secrets.CheckInCode(i.Ref)
	}
	a.State, a.Mood = presence(t, i.Attendance)
	var pays *hiring.Pay
	if v.Opening != nil {
		pays = v.Opening.Pay
	}
	a.Outcome = outcomeForm(t, "mine", i.LearnerOutcome, pays)
	a.Outcome.Asks = !now.Before(i.Slot.End)
	return a
}
