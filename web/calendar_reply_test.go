package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// replyOf is what a calendar answers to revision 2 of an invitation.
func replyOf(ref hiring.Ref, method, partstat string, more ...string) string {
	lines := append([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:" + method, "BEGIN:VEVENT", "UID:" + string(ref), "DTSTAMP:20270301T100000Z",
		"ATTENDEE;PARTSTAT=" + partstat + ":mailto:L1@example.org",
	}, more...)
	return strings.Join(append(lines, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

func mailed(from, reply string) string {
	return "From: " + from + "\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + reply
}

// The answers of a learner's calendar do what the learner could do by the link, and no more.
func TestCalendarRepliesAreTakenIn(t *testing.T) {
	h := open(t)
	operator := h.server.secrets.OperatorToken()
	h.learner("l1", hiring.Personal{Name: "Zoe", Contact: hiring.Contact{Email: "l1@example.org"}}, hiring.Actor{Role: hiring.RoleOperator, Subject: "x"})
	day := dayOf(h)
	inv := invitationOf(h, "l1")
	inv.Status, inv.Slot, inv.Sequence = hiring.Accepted, &day.Slots[0], 2
	var commands []hiring.DayCommand
	h.roles.invitation = func(q hiring.ViewInvitation) (hiring.InvitationView, error) {
		if q.Invitation != inv.Ref || !q.Actor.Operator() {
			return hiring.InvitationView{}, hiring.Errorf(hiring.NotFound, "no such invitation")
		}
		return hiring.InvitationView{Invitation: inv, Day: day, LearnerID: "l1", Free: []int{1, 1}}, nil
	}
	h.roles.day = func(c hiring.DayCommand) (hiring.DayAnswer, error) {
		commands = append(commands, c)
		return hiring.DayAnswer{Day: day, Invitation: &inv}, nil
	}
	start := func(at time.Time) []string {
		const form = "20060102T150405Z"
		return []string{"SEQUENCE:2", "DTSTART:" + at.UTC().Format(form), "DTEND:" + at.Add(time.Hour).UTC().Format(form)}
	}
	for _, c := range []struct {
		name, reply string
		status      hiring.InvitationStatus
		do          hiring.DayAction
		code        int
	}{
		{"declined", replyOf(inv.Ref, "REPLY", "DECLINED", "SEQUENCE:2"), hiring.Accepted, hiring.DoDecline, 200},
		{"declined, when it is declined already", replyOf(inv.Ref, "REPLY", "DECLINED", "SEQUENCE:2"), hiring.Declined, "", 200},
		{"declined, about the time before", replyOf(inv.Ref, "REPLY", "DECLINED", "SEQUENCE:1"), hiring.Accepted, "", 412},
		{"accepted, as it is", replyOf(inv.Ref, "REPLY", "ACCEPTED", "SEQUENCE:2"), hiring.Accepted, "", 200},
		{"accepted, while it waits", replyOf(inv.Ref, "REPLY", "ACCEPTED", "SEQUENCE:2"), hiring.Offered, hiring.DoAccept, 200},
		{"tentative", replyOf(inv.Ref, "REPLY", "TENTATIVE", "SEQUENCE:2"), hiring.Accepted, "", 200},
		{"a time of the day", replyOf(inv.Ref, "COUNTER", "TENTATIVE", start(day.Slots[1].Start)...), hiring.Accepted, hiring.DoMove, 200},
		{"another time", replyOf(inv.Ref, "COUNTER", "TENTATIVE", start(noon)...), hiring.Accepted, hiring.DoPropose, 200},
		{"no time", replyOf(inv.Ref, "COUNTER", "TENTATIVE", "SEQUENCE:2"), hiring.Accepted, "", 422},
		{"another's invitation", replyOf("aaaaaaaaaaaaaaaaaaaaaaaaaa", "REPLY", "DECLINED"), hiring.Accepted, "", 404},
		{"no reply", "hello", hiring.Accepted, "", 400},
		{"a large one", strings.Repeat("x", 2<<20), hiring.Accepted, "", 413},
	} {
		inv.Status, commands = c.status, nil
		a := h.call(operator, "POST", "/v1/replies/calendar", c.reply, "Content-Type", "text/calendar")
		if c.code != 200 {
			a.problem(t, c.code, "DECLINED", "mailto")
		} else {
			var got CalendarReply
			a.ok(t, 200).into(t, &got)
			if got.Changed != (c.do != "") || got.Invitation.Ref != inv.Ref || got.Answer == "" {
				t.Errorf("%s: %s", c.name, a.body)
			}
		}
		if len(commands) > 1 || (len(commands) == 1) != (c.do != "") || len(commands) == 1 && commands[0].Do != c.do {
			t.Errorf("%s: commands %+v", c.name, commands)
		}
	}
	inv.Status = hiring.Accepted
	declined := replyOf(inv.Ref, "REPLY", "DECLINED", "SEQUENCE:2")
	h.call(operator, "POST", "/v1/replies/calendar", mailed("Zoe <l1@example.org>", declined), "Content-Type", "message/rfc822").ok(t, 200)
	commands = nil
	for name, reply := range map[string]string{
		"the mail":     mailed("thief@example.org", declined),
		"the attendee": strings.Replace(mailed("l1@example.org", declined), "mailto:L1", "mailto:thief", 1),
	} {
		h.call(operator, "POST", "/v1/replies/calendar", reply, "Content-Type", "message/rfc822").problem(t, 403, "thief")
		if len(commands) != 0 {
			t.Errorf("%s of another: %+v", name, commands)
		}
	}
	for _, role := range []hiring.Role{hiring.RoleEmployer, hiring.RoleLearner, hiring.RoleProvider} {
		h.call(h.token(role, "l1"), "POST", "/v1/replies/calendar", declined, "Content-Type", "text/calendar").problem(t, 403)
	}
	h.call("", "POST", "/v1/replies/calendar", declined, "Content-Type", "text/calendar").problem(t, 401)
	h.call(operator, "POST", "/v1/replies/calendar", declined, "Content-Type", "application/json").problem(t, 415)
	if len(commands) != 0 {
		t.Errorf("commands %s", fmt.Sprint(commands))
	}
}
