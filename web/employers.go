package web

import (
	"context"
	"net/http"
	"time"

	"matchday/events"
	"matchday/hiring"
)

type employerInput struct {
	Name string `path:"name" maxLength:"800" doc:"As the employer's openings write it, URL-escaped"`
	Body document[EmployerBody]
}

// EmployerBody says whether an employer is known to be who it says.
type EmployerBody struct {
	Verified *bool `json:"verified"`
}

// EmployerRecord is what the operator said of an employer.
type EmployerRecord struct {
	Name     hiring.EmployerName `json:"name"`
	Verified bool                `json:"verified"`
	Position uint64              `json:"position"`
}

func (s *Server) employerRoutes() {
	handle(s, op{
		method: http.MethodPut, path: "/v1/employers/{name}", id: "verify-employer", tag: "Operators", summary: "Is this employer who it says?",
		description: "Until an operator says so, an employer's days send 20 invitations and the rest wait, and what it posts with a phone number, " +
			"a link or a fee in it is held. Both go on once it is verified.",
	}, func(ctx context.Context, who caller, in *employerInput) (*reply[EmployerRecord], error) {
		if err := operatorsOnly(who); err != nil {
			return nil, err
		}
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		if body.Verified == nil {
			return nil, hiring.Invalidf("verified", "is missing").Mend("give true or false")
		}
		q := hiring.VerifyEmployer{Asked: hiring.Asked{Actor: who.Actor}, Name: hiring.EmployerName(in.Name), Verified: *body.Verified}
		a, err := events.Ask[hiring.Done](ctx, s.log, q)
		if err != nil {
			return nil, err
		}
		return answer(EmployerRecord{q.Name, q.Verified, a.Position}), nil
	})
}

type replyInput struct {
	Body document[ReplyBody]
}

// ReplyBody is an answer that came with a reply code, as by a short message.
type ReplyBody struct {
	Code   string           `json:"code" doc:"The reply code of the message; case, blanks and dashes do not matter"`
	Do     hiring.DayAction `json:"do" doc:"One of accept, decline, wait, move, propose, withdraw, read"`
	Slot   *time.Time       `json:"slot,omitempty"`
	Reason string           `json:"reason,omitempty"`
}

func (s *Server) replyRoutes() {
	handle(s, op{
		method: http.MethodPost, path: "/v1/replies", id: "reply", tag: "Invitations", summary: "Answer an invitation by its reply code",
		description: "For operators' gateways of messages. A person opens /r and types the code there.",
	}, func(ctx context.Context, who caller, in *replyInput) (*reply[InvitationDone], error) {
		if err := operatorsOnly(who); err != nil {
			return nil, err
		}
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		switch body.Do {
		case hiring.DoAccept, hiring.DoDecline, hiring.DoWait, hiring.DoMove, hiring.DoPropose, hiring.DoWithdraw, hiring.DoRead:
		default:
			return nil, hiring.Invalidf("do", "is not one of accept, decline, wait, move, propose, withdraw, read")
		}
		v, err := s.byCode(ctx, body.Code, who.hash, s.limits.Token)
		if err != nil {
			return nil, err
		}
		detail := body.Reason
		if body.Slot != nil {
			detail += body.Slot.UTC().Format(time.RFC3339Nano)
		}
		path := InvitationPath{Ref: string(v.Invitation.Ref)}
		return s.commandInvitation(ctx, who, path, detail, hiring.DayCommand{Do: body.Do, Slot: body.Slot, Reason: body.Reason, ByLink: true})
	})
}

// byCode finds the invitation of a reply code. Every attempt is counted against whoever makes it, a good one too: whoever tries codes
// one after the other is not told when one was good. Of 2^50 that leaves some ten a minute.
func (s *Server) byCode(ctx context.Context, code, whose string, limit int64) (hiring.InvitationView, error) {
	if s.over(ctx, "code:"+whose, limit, time.Minute) {
		return hiring.InvitationView{}, tooMany("too many reply codes were tried", time.Minute)
	}
	return events.Ask[hiring.InvitationView](ctx, s.log, hiring.ViewInvitation{Code: code})
}
