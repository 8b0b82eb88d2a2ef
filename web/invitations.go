package web

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// InvitationRecord is an invitation as its reader may see it.
type InvitationRecord struct {
	Ref             hiring.Ref              `json:"ref" doc:"Names the invitation"`
	Day             hiring.DayID            `json:"day"`
	Opening         hiring.OpeningID        `json:"opening"`
	Employer        hiring.EmployerName     `json:"employer"`
	Learner         string                  `json:"learner" doc:"Id; for employers and recruiters the pseudonym, until the invitation is accepted"`
	Name            string                  `json:"name,omitempty" doc:"Shown to the employer once accepted"`
	Contact         *hiring.Contact         `json:"contact,omitempty" doc:"Shown to the employer once accepted"`
	Status          hiring.InvitationStatus `json:"status"`
	SentAt          time.Time               `json:"sentAt"`
	Expires         time.Time               `json:"expires"`
	Slot            *DaySlot                `json:"slot,omitempty" doc:"Set once accepted"`
	Former          *DaySlot                `json:"former,omitempty" doc:"The slot before a change, or before the seat was given up"`
	Offer           *SeatOffer              `json:"offer,omitempty" doc:"A seat that is kept for the learner"`
	Waiting         *time.Time              `json:"waitingSince,omitempty" doc:"Since when the learner waits for a seat"`
	Proposal        *hiring.Proposal        `json:"proposal,omitempty" doc:"Another time that the learner asked for"`
	Wave            int                     `json:"wave,omitempty"`
	Sequence        int                     `json:"sequence,omitempty" doc:"Changes of the talk since it was accepted, as calendars count them"`
	Interviewer     string                  `json:"interviewer,omitempty"`
	Attendance      *hiring.Attendance      `json:"attendance,omitempty"`
	EmployerOutcome *hiring.Outcome         `json:"employerOutcome,omitempty" doc:"What the employer says came of the talk; not for the learner"`
	LearnerOutcome  *hiring.Outcome         `json:"learnerOutcome,omitempty" doc:"What the learner says; not for the employer"`
	CheckIn         string                  `json:"checkIn,omitempty" doc:"The code that the learner shows on arrival; not for the employer"`
	Reason          string                  `json:"reason,omitempty"`
	Match           MatchFields             `json:"match" doc:"Why this learner was invited"`
}

// SeatOffer is a seat that is kept until a time.
type SeatOffer struct {
	DaySlot
	Until time.Time `json:"until"`
}

// talkOf adds to a record what is known of the talk itself.
func (r *InvitationRecord) talkOf(i *hiring.Invitation) {
	r.Wave, r.Waiting, r.Proposal, r.Sequence, r.Interviewer = i.Wave, i.WaitingSince, i.Proposal, i.Sequence, i.Interviewer
	r.Attendance, r.EmployerOutcome, r.LearnerOutcome = i.Attendance, i.EmployerOutcome, i.LearnerOutcome
	r.Slot, r.Former = daySlot(i.Slot), daySlot(i.Former)
	if i.Offer != nil {
		r.Offer = &SeatOffer{*daySlot(&i.Offer.Slot), i.Offer.Until}
	}
}

func daySlot(s *hiring.Slot) *DaySlot {
	if s == nil {
		return nil
	}
	return &DaySlot{Start: s.Start, End: s.End, Seats: s.Seats}
}

// invitationRecord shows an invitation as it stands to the caller, who may see it. An employer learns who a learner is when they
// accept; id is looked up where it is not known yet.
func (s *Server) invitationRecord(ctx context.Context, who caller, i *hiring.Invitation, id hiring.LearnerID) (InvitationRecord, error) {
	return s.invitationAsOf(ctx, who, i, id, i.Status)
}

// invitationAsOf shows an invitation as it stood once, to those who see it now that its status is another: who gave a seat back is
// named no more.
func (s *Server) invitationAsOf(ctx context.Context, who caller, i *hiring.Invitation, id hiring.LearnerID, now hiring.InvitationStatus) (InvitationRecord, error) {
	out := InvitationRecord{
		Ref: i.Ref, Day: i.Day, Opening: i.Opening, Employer: i.Employer, Learner: s.shown(who, i.Learner, id), Status: i.Status,
		SentAt: i.SentAt, Expires: i.Expires, Reason: i.Reason, Match: bodyOf(i.Match, true),
	}
	out.talkOf(i)
	s.sides(&out, who, now)
	named := i.Status == hiring.Accepted && now == hiring.Accepted && who.Role != hiring.RoleLearner
	if !named && id != "" {
		return out, nil
	}
	if i.Learner == "" {
		out.bare("erased")
		return out, nil
	}
	l, err := s.learner(ctx, i.Learner)
	if hiring.CodeOf(err) == hiring.NotFound {
		out.bare("erased")
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if !named {
		switch {
		case !who.SeesPseudonyms():
			out.Learner = string(l.ID)
		case !l.Visible && now != hiring.Accepted:
			out.bare(out.Learner)
		}
		return out, nil
	}
	out.Learner = string(l.ID)
	p, err := s.personal(ctx, &l.Learner)
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return out, err
	}
	out.Name = p.Name
	if p.Contact != (hiring.Contact{}) {
		out.Contact = &p.Contact
	}
	return out, nil
}

// bare leaves out what the record tells about the learner.
func (r *InvitationRecord) bare(learner string) {
	r.Learner, r.Reason, r.Match = learner, "", bodyOf(hiring.Match{}, true)
}

// InvitationDone is the answer to a command on an invitation.
type InvitationDone struct {
	Invitation InvitationRecord `json:"invitation"`
	Day        DayRecord        `json:"day"`
	Position   uint64           `json:"position"`
}

// LearnerInvitations are a learner's invitations, newest first.
type LearnerInvitations struct {
	Learner     hiring.LearnerID   `json:"learner"`
	Invitations []InvitationRecord `json:"invitations"`
}

// InvitationPath names an invitation, and perhaps the command.
type InvitationPath struct {
	Ref string `path:"ref" doc:"The invitation's ref"`
	Key string `header:"Idempotency-Key" maxLength:"200"`
}

type acceptInput struct {
	InvitationPath
	Body *document[AcceptBody]
}

// AcceptBody may choose a slot.
type AcceptBody struct {
	Slot *time.Time `json:"slot,omitempty" doc:"Start of the slot wanted; the earliest that is free when left out"`
}

type declineInput struct {
	InvitationPath
	Body *document[DeclineBody]
}

// DeclineBody may say why.
type DeclineBody struct {
	Reason string `json:"reason,omitempty" doc:"One of time, pay, place, not-interested, other"`
}

func (s *Server) invitationRoutes() {
	const repeat = "Sent again, it gets the same answer: a seat is taken once."
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/invitations", id: "learner-invitations", tag: "Invitations", summary: "A learner's invitations",
	}, s.learnerInvitations)
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/accept", id: "accept-invitation", tag: "Invitations", summary: "Accept and take a seat", description: repeat,
	}, func(ctx context.Context, who caller, in *acceptInput) (*reply[InvitationDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		slot := ""
		if body.Slot != nil {
			slot = body.Slot.UTC().Format(time.RFC3339Nano)
		}
		return s.commandInvitation(ctx, who, in.InvitationPath, slot, hiring.DayCommand{Do: hiring.DoAccept, Slot: body.Slot})
	})
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/decline", id: "decline-invitation", tag: "Invitations", summary: "Decline, or give an accepted seat back",
	}, func(ctx context.Context, who caller, in *declineInput) (*reply[InvitationDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		return s.commandInvitation(ctx, who, in.InvitationPath, body.Reason, hiring.DayCommand{Do: hiring.DoDecline, Reason: body.Reason})
	})
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/read", id: "read-invitation", tag: "Invitations", summary: "Say that the learner has read it",
	}, func(ctx context.Context, who caller, in *InvitationPath) (*reply[InvitationDone], error) {
		return s.commandInvitation(ctx, who, *in, "", hiring.DayCommand{Do: hiring.DoRead})
	})
	s.changeRoutes()
}

// SlotBody names a time.
type SlotBody struct {
	Slot *time.Time `json:"slot" doc:"Start of the time wanted"`
}

type slotInput struct {
	InvitationPath
	Body document[SlotBody]
}

// changeRoutes are what a learner may do beside accepting and declining, and what an employer answers to a proposal.
func (s *Server) changeRoutes() {
	for action, summary := range map[hiring.DayAction]string{
		hiring.DoMove:    "Move an accepted talk to another time: the old seat is kept until the new one is held",
		hiring.DoPropose: "Propose a time that the day does not have, or that is full",
	} {
		handle(s, op{
			method: http.MethodPost, path: "/v1/invitations/{ref}/" + string(action), id: string(action) + "-invitation", tag: "Invitations", summary: summary,
		}, func(ctx context.Context, who caller, in *slotInput) (*reply[InvitationDone], error) {
			body, err := in.Body.get()
			if err != nil {
				return nil, err
			}
			if body.Slot == nil {
				return nil, hiring.Invalidf("slot", "is missing").Mend("give the start of the time wanted")
			}
			return s.commandInvitation(ctx, who, in.InvitationPath, body.Slot.UTC().Format(time.RFC3339Nano), hiring.DayCommand{Do: action, Slot: body.Slot})
		})
	}
	for action, summary := range map[hiring.DayAction]string{
		hiring.DoWait:   "Wait for a seat to be freed, where none is left",
		hiring.DoAgree:  "Agree to the time that the learner proposed: a seat is made there",
		hiring.DoRefuse: "Refuse the time that the learner proposed",
	} {
		handle(s, op{
			method: http.MethodPost, path: "/v1/invitations/{ref}/" + string(action), id: string(action) + "-invitation", tag: "Invitations", summary: summary,
		}, func(ctx context.Context, who caller, in *InvitationPath) (*reply[InvitationDone], error) {
			return s.commandInvitation(ctx, who, *in, "", hiring.DayCommand{Do: action})
		})
	}
	handle(s, op{
		method: http.MethodPost, path: "/v1/invitations/{ref}/withdraw", id: "withdraw-invitation", tag: "Invitations", summary: "Give the seat of an accepted invitation back",
	}, func(ctx context.Context, who caller, in *declineInput) (*reply[InvitationDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		return s.commandInvitation(ctx, who, in.InvitationPath, body.Reason, hiring.DayCommand{Do: hiring.DoWithdraw, Reason: body.Reason})
	})
}

var refPattern = regexp.MustCompile(`^[a-z2-7]{26}$`)

// commandInvitation asks the interview role to answer an invitation. The role finds the day by the invitation; the command's
// subject needs some token, and the invitation's own serves.
func (s *Server) commandInvitation(ctx context.Context, who caller, in InvitationPath, detail string, c hiring.DayCommand) (*reply[InvitationDone], error) {
	a, err := s.answerInvitation(ctx, who, in, detail, c)
	if err != nil {
		return nil, err
	}
	id := hiring.LearnerID("")
	if who.Role == hiring.RoleLearner {
		id = hiring.LearnerID(who.Subject)
	}
	record, err := s.invitationRecord(ctx, who, a.Invitation, id)
	if err != nil {
		return nil, err
	}
	return answer(InvitationDone{record, dayRecord(&a.Day, nil), a.Position}), nil
}

// answerInvitation sends the command.
func (s *Server) answerInvitation(ctx context.Context, who caller, in InvitationPath, detail string, c hiring.DayCommand) (hiring.DayAnswer, error) {
	if !refPattern.MatchString(in.Ref) {
		return hiring.DayAnswer{}, nothing()
	}
	c.Actor, c.Invitation, c.Ref = who.Actor, hiring.Ref(in.Ref), hiring.Ref(in.Ref)
	c.Command = s.command(who, in.Key, string(c.Do)+" "+in.Ref+" "+detail)
	a, err := events.Ask[hiring.DayAnswer](ctx, s.log, c)
	if err == nil && a.Invitation == nil {
		err = nothing()
	}
	return a, err
}

type learnerInput struct {
	ID    string `path:"id"`
	After uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
}

func (s *Server) learnerInvitations(ctx context.Context, who caller, in *learnerInput) (*reply[LearnerInvitations], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.InvitationList](ctx, s.log, hiring.ListInvitations{Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Learner: hiring.LearnerID(in.ID)})
	if err != nil {
		return nil, err
	}
	out := LearnerInvitations{Learner: hiring.LearnerID(in.ID), Invitations: []InvitationRecord{}}
	for i := range a.Invitations {
		record, err := s.invitationRecord(ctx, caller{Actor: hiring.Actor{Role: hiring.RoleLearner, Subject: in.ID}}, &a.Invitations[i], hiring.LearnerID(in.ID))
		if err != nil {
			return nil, err
		}
		out.Invitations = append(out.Invitations, record)
	}
	return answer(out), nil
}
