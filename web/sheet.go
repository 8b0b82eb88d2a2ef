package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// DaySheet is what the interviewers of one employer need on the day.
type DaySheet struct {
	Day         hiring.DayID        `json:"day"`
	Title       string              `json:"title"`
	Employer    hiring.EmployerName `json:"employer,omitempty" doc:"Whose talks these are; left out for an operator, who sees all"`
	Zone        string              `json:"zone"`
	Interviewer string              `json:"interviewer,omitempty"`
	Talks       []TalkSheet         `json:"talks" doc:"In order of time"`
}

// TalkSheet is what an interviewer needs for one talk.
type TalkSheet struct {
	Invitation  hiring.Ref         `json:"invitation"`
	Start       time.Time          `json:"start" doc:"In the day's zone"`
	End         time.Time          `json:"end"`
	Interviewer string             `json:"interviewer,omitempty"`
	Opening     hiring.OpeningID   `json:"opening"`
	Title       string             `json:"title,omitempty"`
	Accepted    bool               `json:"accepted" doc:"Names and contacts are told once the learner has accepted"`
	Learner     string             `json:"learner" doc:"Pseudonym until accepted, then id"`
	Name        string             `json:"name,omitempty"`
	Contact     *hiring.Contact    `json:"contact,omitempty"`
	Attendance  *hiring.Attendance `json:"attendance,omitempty"`
	Outcome     *hiring.Outcome    `json:"outcome,omitempty" doc:"What the employer says came of it"`
	Matched     []SheetSkill       `json:"matched" doc:"What the learner shows, and by what"`
	Near        []SheetSkill       `json:"near" doc:"What a related skill partly meets"`
	Missing     []SheetSkill       `json:"missing"`
	Questions   []SheetQuestion    `json:"questions" doc:"Suggested on what is missing, and on what nobody but the learner vouches for"`
}

// SheetSkill is one requirement of the opening.
type SheetSkill struct {
	Skill      hiring.SkillID `json:"skill"`
	Name       string         `json:"name,omitempty"`
	Need       hiring.Need    `json:"need,omitempty"`
	Must       bool           `json:"must,omitempty"`
	Proof      hiring.Proof   `json:"proof,omitempty"`
	Credential string         `json:"credential,omitempty"`
	Level      int            `json:"level,omitempty"`
	Expired    bool           `json:"expired,omitempty"`
}

// SheetQuestion is a question to ask, in every language of pages.
type SheetQuestion struct {
	Skill hiring.SkillID    `json:"skill"`
	Need  hiring.Need       `json:"need"`
	Must  bool              `json:"must,omitempty"`
	Why   hiring.Why        `json:"why" doc:"missing, near, expired, self, work or claimed"`
	Text  map[string]string `json:"text" doc:"By language: en, es"`
}

// SheetInput names a day, and perhaps an interviewer.
type SheetInput struct {
	ID          string `path:"id"`
	After       uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
	Interviewer string `query:"interviewer" maxLength:"200" doc:"Only this interviewer's talks"`
}

func (s *Server) sheetRoutes() {
	handle(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/sheet", id: "day-sheet", tag: "The day itself", summary: "The interviewers' sheet of a day",
		description: "For hosts of the day, of their own openings: who comes when, what they show and by what, and what to ask.",
	}, func(ctx context.Context, who caller, in *SheetInput) (*reply[DaySheet], error) {
		sheet, _, err := s.sheet(ctx, who, &dayInput{ID: in.ID, After: in.After}, func(i *hiring.Invitation) bool {
			return in.Interviewer == "" || i.Interviewer == in.Interviewer
		})
		if err != nil {
			return nil, err
		}
		sheet.Interviewer = in.Interviewer
		return answer(sheet), nil
	})
	handle(s, op{
		method: http.MethodGet, path: "/v1/invitations/{ref}/sheet", id: "talk-sheet", tag: "The day itself", summary: "The interviewer's sheet of one talk",
	}, func(ctx context.Context, who caller, in *InvitationPath) (*reply[TalkSheet], error) {
		if !refPattern.MatchString(in.Ref) {
			return nil, nothing()
		}
		v, err := events.Ask[hiring.InvitationView](ctx, s.log, hiring.ViewInvitation{Asked: hiring.Asked{Actor: who.Actor}, Invitation: hiring.Ref(in.Ref)})
		if err != nil {
			return nil, err
		}
		if !who.MaySeeInvitation(&v.Invitation) || v.Invitation.Held() == nil {
			return nil, nothing()
		}
		talk, err := s.talkSheet(ctx, who, &v.Day, &v.Invitation, v.LearnerID, v.Opening)
		if err != nil {
			return nil, err
		}
		return answer(talk), nil
	})
	s.deskRoutes()
}

// sheet makes the sheet of those talks of a day that the caller may see and are wanted.
func (s *Server) sheet(ctx context.Context, who caller, in *dayInput, wanted func(*hiring.Invitation) bool) (DaySheet, hiring.Day, error) {
	v, err := s.dayParts(ctx, who, in, false)
	if err != nil {
		return DaySheet{}, hiring.Day{}, err
	}
	out := DaySheet{Day: v.Day.ID, Title: v.Day.Title, Zone: v.Day.Zone, Talks: []TalkSheet{}}
	if who.SeesPseudonyms() {
		out.Employer = hiring.EmployerName(who.Subject)
	}
	openings := map[hiring.OpeningID]*hiring.Opening{}
	for i := range v.Invitations {
		inv := &v.Invitations[i]
		if inv.Held() == nil || inv.Learner == "" || !wanted(inv) {
			continue
		}
		o, known := openings[inv.Opening]
		if !known {
			if o, err = s.openingOf(ctx, inv.Opening); err != nil {
				return DaySheet{}, hiring.Day{}, err
			}
			openings[inv.Opening] = o
		}
		talk, err := s.talkSheet(ctx, who, &v.Day, inv, v.IDs[inv.Learner], o)
		if err != nil {
			return DaySheet{}, hiring.Day{}, err
		}
		out.Talks = append(out.Talks, talk)
	}
	slices.SortStableFunc(out.Talks, func(a, b TalkSheet) int {
		return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Interviewer, b.Interviewer), strings.Compare(string(a.Invitation), string(b.Invitation)))
	})
	return out, v.Day, nil
}

// openingOf reads an opening; nil where there is none.
func (s *Server) openingOf(ctx context.Context, id hiring.OpeningID) (*hiring.Opening, error) {
	f, err := s.log.Last(ctx, hiring.OpeningSubject(s.secrets.Ref(hiring.KindOpening, string(id))))
	if hiring.CodeOf(err) == hiring.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o := new(hiring.Opening)
	if err := json.Unmarshal(f.Data, o); err != nil {
		return nil, fmt.Errorf("decoding fact %d: %w", f.Seq, err)
	}
	return o, nil
}

// talkSheet makes the sheet of a talk that the caller may see.
func (s *Server) talkSheet(ctx context.Context, who caller, d *hiring.Day, i *hiring.Invitation, id hiring.LearnerID, o *hiring.Opening) (TalkSheet, error) {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		zone = time.UTC
	}
	record, err := s.invitationRecord(ctx, who, i, id)
	if err != nil {
		return TalkSheet{}, err
	}
	slot := i.Held()
	out := TalkSheet{
		Invitation: i.Ref, Start: slot.Start.In(zone), End: slot.End.In(zone), Interviewer: i.Interviewer, Opening: i.Opening,
		Accepted: i.Status == hiring.Accepted, Learner: record.Learner, Name: record.Name, Contact: record.Contact,
		Attendance: i.Attendance, Outcome: record.EmployerOutcome,
	}
	if o != nil {
		out.Title = o.Title
	}
	out.Matched, out.Near, out.Missing = sheetSkills(&i.Match, o)
	out.Questions = s.questions(ctx, i, o)
	return out, nil
}

// sheetSkills sorts the requirements of an opening by how they are met.
func sheetSkills(m *hiring.Match, o *hiring.Opening) (matched, near, missing []SheetSkill) {
	matched, near, missing = []SheetSkill{}, []SheetSkill{}, []SheetSkill{}
	asked := map[hiring.SkillID]hiring.Requirement{}
	if o != nil {
		for _, r := range o.Skills {
			asked[r.Skill] = r
		}
	}
	row := func(id hiring.SkillID) SheetSkill {
		r := asked[id]
		return SheetSkill{Skill: id, Name: cmp.Or(r.Name, strings.TrimPrefix(string(id), "text:")), Need: r.Need, Must: r.Must}
	}
	met := map[hiring.SkillID]bool{}
	for _, p := range m.Parts {
		met[p.Skill] = true
		sk := row(p.Skill)
		sk.Name, sk.Need = cmp.Or(p.Name, sk.Name), p.Need
		sk.Proof, sk.Credential, sk.Level, sk.Expired = p.Proof, p.Credential, p.Level, p.Expired
		if slices.Contains(m.Matched, p.Skill) {
			matched = append(matched, sk)
		} else {
			near = append(near, sk)
		}
	}
	for _, id := range m.Matched {
		if !met[id] {
			matched = append(matched, row(id))
		}
	}
	for _, id := range m.Missing {
		if !met[id] {
			missing = append(missing, row(id))
		}
	}
	return matched, near, missing
}

// questions puts the probes of a talk into words, in every language of pages.
func (s *Server) questions(ctx context.Context, i *hiring.Invitation, o *hiring.Opening) []SheetQuestion {
	list := []SheetQuestion{}
	for _, p := range o.Probes(&i.Match) {
		list = append(list, SheetQuestion{Skill: p.Skill, Need: p.Need, Must: p.Must, Why: p.Why, Text: map[string]string{}})
	}
	for _, lang := range pageLanguages {
		v := hiring.InvitationView{Invitation: *i, Opening: o}
		s.nameSkills(ctx, lang, &v)
		for n, p := range v.Opening.Probes(&v.Invitation.Match) {
			list[n].Text[lang] = question(s.site.texts[lang], p)
		}
	}
	return list
}

// question is what to ask about a requirement.
func question(t texts, p hiring.Probe) string {
	name := cmp.Or(p.Name, strings.TrimPrefix(string(p.Skill), "text:"))
	switch {
	case p.Why == hiring.WhyMissing:
		return t.Say("ask.missing."+string(p.Need), name)
	case (p.Why == hiring.WhyClaimed || p.Why == hiring.WhyExpired) && p.Credential != "":
		return t.Say("ask."+string(p.Why)+".credential", name, p.Credential)
	}
	return t.Say("ask."+string(p.Why), name)
}
