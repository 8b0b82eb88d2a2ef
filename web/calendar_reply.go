package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"matchday/calendar"
	"matchday/events"
	"matchday/hiring"
)

// maxReplyMail bounds what is read of a reply, in bytes.
const maxReplyMail = 1 << 20

// CalendarReply says what a person's calendar answered, and what came of it.
type CalendarReply struct {
	Answer     calendar.Answer  `json:"answer" doc:"accepts, declines, unsure or proposes"`
	Changed    bool             `json:"changed" doc:"Whether something was asked for that was not so already"`
	Invitation InvitationRecord `json:"invitation"`
}

type calendarReplyInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200"`
}

func (s *Server) calendarReplyRoutes() {
	raw(s, op{
		method: http.MethodPost, path: "/v1/replies/calendar", id: "calendar-reply", tag: "Invitations", summary: "Take in what a learner's calendar replied",
		description: "A mail with an iTIP REPLY or COUNTER in it, or that part alone (text/calendar). Operators only: whoever relays mail vouches that it came " +
			"from the address that it names, which must be the learner's.",
		raw: []string{"message/rfc822", "text/calendar"},
	}, "application/json", s.takeCalendarReply)
}

// takeCalendarReply does what the reply asks, as the learner could by the link.
func (s *Server) takeCalendarReply(w http.ResponseWriter, r *http.Request, who caller, in *calendarReplyInput) error {
	if err := operatorsOnly(who); err != nil {
		return err
	}
	answered, err := readReply(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v, err := events.Ask[hiring.InvitationView](ctx, s.log, hiring.ViewInvitation{Asked: hiring.Asked{Actor: who.Actor}, Invitation: answered.Invitation})
	if err != nil {
		return err
	}
	l, err := s.learner(ctx, v.Invitation.Learner)
	if err != nil {
		return err
	}
	p, err := s.personal(ctx, &l.Learner)
	if err != nil {
		return err
	}
	if !cameFrom(p.Contact.Email, answered) {
		return hiring.Errorf(hiring.Forbidden, "the reply does not come from the learner's address")
	}
	c, err := asked(answered, v)
	if err != nil {
		return err
	}
	out := CalendarReply{Answer: answered.Answer, Changed: c.Do != ""}
	inv := &v.Invitation
	if out.Changed {
		detail := fmt.Sprint("reply ", answered.Sequence, answered.Start)
		a, err := s.answerInvitation(ctx, who, InvitationPath{Ref: string(inv.Ref), Key: in.Key}, detail, c)
		if err != nil {
			return err
		}
		inv = a.Invitation
	}
	if out.Invitation, err = s.invitationRecord(ctx, who, inv, v.LearnerID); err != nil {
		return err
	}
	b, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return writeJSON(w, b)
}

// readReply reads the body by its type.
func readReply(w http.ResponseWriter, r *http.Request) (calendar.Reply, error) {
	body := http.MaxBytesReader(w, r.Body, maxReplyMail+1)
	switch mediaType(r.Header.Get("Content-Type")) {
	case "message/rfc822":
		return calendar.ReadMail(body)
	case "text/calendar":
		return calendar.ReadReply(body)
	}
	p := newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is of the wrong content type")
	p.Fix = "send a mail as message/rfc822, or its calendar part as text/calendar"
	return calendar.Reply{}, p
}

// cameFrom reports whether the address is that of who answers, and of the mail that says so.
func cameFrom(address string, a calendar.Reply) bool {
	return address != "" && strings.EqualFold(address, a.Attendee) && (a.From == "" || strings.EqualFold(address, a.From))
}

// asked says what a reply asks for, as things stand; nothing where it is so already. An answer to an entry that was revised since is
// about another time.
func asked(a calendar.Reply, v hiring.InvitationView) (hiring.DayCommand, error) {
	i := &v.Invitation
	if a.Sequence < i.Sequence {
		return hiring.DayCommand{}, hiring.Errorf(hiring.Stale, "the reply is about the talk as it was before").Mend("have the learner answer the last mail")
	}
	switch {
	case a.Answer == calendar.Declines && i.Status.Live():
		return hiring.DayCommand{Do: hiring.DoDecline}, nil
	case a.Answer == calendar.Accepts && i.Status.Live() && i.Status != hiring.Accepted:
		return hiring.DayCommand{Do: hiring.DoAccept}, nil
	case a.Answer != calendar.Proposes:
		return hiring.DayCommand{}, nil
	case a.Start.IsZero():
		return hiring.DayCommand{}, hiring.Errorf(hiring.Impossible, "the reply proposes a time that cannot be read").Mend("have the learner choose on the invitation's page")
	}
	for n, slot := range v.Day.Slots {
		if slot.Start.Equal(a.Start) && n < len(v.Free) && v.Free[n] > 0 && i.Status == hiring.Accepted {
			return hiring.DayCommand{Do: hiring.DoMove, Slot: &a.Start}, nil
		}
	}
	return hiring.DayCommand{Do: hiring.DoPropose, Slot: &a.Start}, nil
}
