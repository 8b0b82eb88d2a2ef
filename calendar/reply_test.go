package calendar

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

const uid = "siicxy5fpr2jnhqqmmuql5uhiq"

// answerOf is a reply as calendars write it; lines stand in its VEVENT.
func answerOf(method string, lines ...string) string {
	all := append([]string{"BEGIN:VCALENDAR", "PRODID:-//Example//Calendar//EN", "VERSION:2.0", "METHOD:" + method, "BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20270301T100000Z"}, lines...)
	return strings.Join(append(all, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

func attendee(partstat string) string {
	return "ATTENDEE;PARTSTAT=" + partstat + ";CN=Zoe:mailto:zoe@example.org"
}

func TestRepliesAreRead(t *testing.T) {
	nine := time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC)
	base := Reply{Invitation: uid, Sequence: 2, Attendee: "zoe@example.org"}
	with := func(change func(*Reply)) Reply { r := base; change(&r); return r }
	for name, c := range map[string]struct {
		text string
		want Reply
	}{
		"accepted": {answerOf("REPLY", "SEQUENCE:2", attendee("ACCEPTED")), with(func(r *Reply) { r.Answer = Accepts })},
		"declined, with a comment on two lines": {
			answerOf("REPLY", "SEQUENCE:2", attendee("declined"), `COMMENT:I am ill\, sorry.\nNe`, " xt week?"),
			with(func(r *Reply) { r.Answer, r.Comment = Declines, "I am ill, sorry.\nNext week?" }),
		},
		"tentative":         {answerOf("REPLY", "SEQUENCE:2", attendee("TENTATIVE")), with(func(r *Reply) { r.Answer = Unsure })},
		"without sequence":  {answerOf("REPLY", attendee("ACCEPTED")), with(func(r *Reply) { r.Answer, r.Sequence = Accepts, 0 })},
		"mailto in capital": {answerOf("reply", "SEQUENCE:2", "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:zoe@example.org"), with(func(r *Reply) { r.Answer = Accepts })},
		"another time": {
			answerOf("COUNTER", "SEQUENCE:2", attendee("TENTATIVE"), "DTSTART;TZID=Europe/Madrid:20270315T090000", "DTEND:20270315T083000Z"),
			with(func(r *Reply) { r.Answer, r.Start, r.End = Proposes, nine, nine.Add(30*time.Minute) }),
		},
		"another time, in a zone of their own": {
			answerOf("COUNTER", "SEQUENCE:2", attendee("TENTATIVE"), "DTSTART;TZID=W. Europe Standard Time:20270315T090000", "DTEND:20270315T083000Z"),
			with(func(r *Reply) { r.Answer = Proposes }),
		},
		"another time, which clocks skip": {
			answerOf("COUNTER", "SEQUENCE:2", attendee("TENTATIVE"), "DTSTART;TZID=Europe/Madrid:20270328T023000", "DTEND:20270328T083000Z"),
			with(func(r *Reply) { r.Answer = Proposes }),
		},
		"another time, backwards": {
			answerOf("COUNTER", "SEQUENCE:2", attendee("TENTATIVE"), "DTSTART:20270315T090000Z", "DTEND:20270315T083000Z"),
			with(func(r *Reply) { r.Answer = Proposes }),
		},
	} {
		if got, err := ParseReply([]byte(c.text)); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if got, err := ReadReply(strings.NewReader(c.text)); err != nil || got != c.want {
			t.Errorf("%s, streamed: %+v, %v", name, got, err)
		}
	}
}

func TestWhatIsNoReplyIsRefused(t *testing.T) {
	reply := answerOf("REPLY", attendee("ACCEPTED"))
	for name, c := range map[string]struct {
		text string
		code hiring.Code
	}{
		"nothing":           {"", hiring.Invalid},
		"no calendar":       {"hello", hiring.Invalid},
		"cut off":           {reply[:len(reply)/2], hiring.Invalid},
		"an invitation":     {answerOf("REQUEST", attendee("ACCEPTED")), hiring.Invalid},
		"no method":         {strings.Replace(reply, "METHOD:REPLY\r\n", "", 1), hiring.Invalid},
		"two events":        {strings.Replace(reply, "END:VCALENDAR", "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR", 1), hiring.Invalid},
		"another's UID":     {strings.Replace(reply, uid, "0-1-2@example.org", 1), hiring.Invalid},
		"no attendee":       {answerOf("REPLY"), hiring.Invalid},
		"two attendees":     {answerOf("REPLY", attendee("ACCEPTED"), attendee("DECLINED")), hiring.Invalid},
		"attendee by web":   {answerOf("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:https://x"), hiring.Invalid},
		"no answer":         {answerOf("REPLY", attendee("NEEDS-ACTION")), hiring.Invalid},
		"delegated":         {answerOf("REPLY", attendee("DELEGATED")), hiring.Invalid},
		"negative sequence": {answerOf("REPLY", "SEQUENCE:-1", attendee("ACCEPTED")), hiring.Invalid},
		"endless sequence":  {answerOf("REPLY", "SEQUENCE:99999999999999", attendee("ACCEPTED")), hiring.Invalid},
		"large":             {answerOf("REPLY", attendee("ACCEPTED"), "COMMENT:"+strings.Repeat("x", maxReply)), hiring.TooLarge},
		"deep":              {strings.Repeat("BEGIN:VEVENT\r\n", maxComponents+1), hiring.TooLarge},
		"many lines":        {answerOf("REPLY", attendee("ACCEPTED")) + strings.Repeat("\n", maxLines), hiring.TooLarge},
	} {
		if got, err := ParseReply([]byte(c.text)); hiring.CodeOf(err) != c.code {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func mailOf(kind, encoding, body string) string {
	return "From: zoe@example.org\r\nContent-Type: " + kind + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body
}

func TestReplyIsFoundInAMail(t *testing.T) {
	reply := answerOf("REPLY", "SEQUENCE:1", attendee("DECLINED"))
	encoded := base64.StdEncoding.EncodeToString([]byte(reply))
	quoted := strings.ReplaceAll(reply, "=", "=3D")
	part := "Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded + "\r\n"
	mixed := "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--c\r\n" + part + "--c--\r\n--b--\r\n"
	for name, text := range map[string]string{
		"plain":     mailOf("text/calendar; method=REPLY", "8bit", reply),
		"base64":    mailOf("text/calendar", "BASE64", encoded),
		"quoted":    mailOf("Text/Calendar", "quoted-printable", quoted),
		"two deep":  mailOf("multipart/mixed; boundary=b", "7bit", mixed),
		"odd parts": mailOf("multipart/mixed; boundary=b", "7bit", "--b\r\nContent-Type: ///\r\n\r\n\r\n"+mixed),
	} {
		if got, err := ReadMail(strings.NewReader(text)); err != nil || got.Answer != Declines || got.Invitation != uid || got.From != "zoe@example.org" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	nested := "--b\r\n"
	for range maxDepth + 2 {
		nested += "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	}
	for name, c := range map[string]struct {
		text string
		code hiring.Code
	}{
		"no mail":        {"\x00", hiring.Invalid},
		"from nobody":    {strings.Replace(mailOf("text/calendar", "8bit", reply), "From:", "X-From:", 1), hiring.Invalid},
		"from several":   {strings.Replace(mailOf("text/calendar", "8bit", reply), "From: ", "From: a@example.org, ", 1), hiring.Invalid},
		"no calendar":    {mailOf("text/plain", "7bit", reply), hiring.NotFound},
		"too deep":       {mailOf("multipart/mixed; boundary=b", "7bit", nested+part), hiring.Invalid},
		"too many parts": {mailOf("multipart/mixed; boundary=b", "7bit", strings.Repeat("--b\r\n\r\n\r\n", maxParts+1)), hiring.Invalid},
		"too long":       {mailOf("text/plain", "7bit", "") + strings.Repeat("x", 3*maxMail), hiring.NotFound},
		"long calendar":  {mailOf("text/calendar", "7bit", strings.Repeat("x", 3*maxMail)), hiring.TooLarge},
		"broken base64":  {mailOf("text/calendar", "base64", "%%%"), hiring.Invalid},
	} {
		if got, err := ReadMail(strings.NewReader(c.text)); hiring.CodeOf(err) != c.code {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// What an invitation of ours asks is answered in the form that we read.
func TestOwnInvitationAnswered(t *testing.T) {
	e := example(time.UTC, time.Date(2027, 5, 1, 8, 0, 0, 0, time.UTC))
	text := strings.Replace(string(Invite(e)), "METHOD:REQUEST", "METHOD:REPLY", 1)
	text = strings.Replace(text, "END:VEVENT", attendee("DECLINED")+"\r\nEND:VEVENT", 1)
	if got, err := ParseReply([]byte(text)); err != nil || got.Answer != Declines || got.Invitation != e.Invitation {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzParseReply(f *testing.F) {
	f.Add([]byte(answerOf("REPLY", "SEQUENCE:2", attendee("ACCEPTED"), "COMMENT:x")))
	f.Add([]byte(answerOf("COUNTER", attendee("TENTATIVE"), "DTSTART;TZID=Europe/Madrid:20270315T090000", "DTEND:20270315T083000Z")))
	f.Add([]byte("BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VALARM\nEND:VALARM\nEND:VCALENDAR"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReply(b)
		if err != nil {
			if code := hiring.CodeOf(err); code != hiring.Invalid && code != hiring.TooLarge {
				t.Errorf("%v", err)
			}
			return
		}
		if !refForm.MatchString(string(r.Invitation)) || r.Answer == "" || r.Attendee == "" || r.Sequence < 0 || len([]rune(r.Comment)) > maxComment ||
			r.Start.IsZero() != r.End.IsZero() {
			t.Errorf("%+v", r)
		}
	})
}

func FuzzReadMail(f *testing.F) {
	f.Add([]byte(mailOf("text/calendar; method=REPLY", "8bit", answerOf("REPLY", attendee("ACCEPTED")))))
	f.Add([]byte(mailOf("multipart/mixed; boundary=b", "7bit", "--b\r\nContent-Type: text/calendar\r\n\r\n"+answerOf("REPLY", attendee("ACCEPTED"))+"\r\n--b--")))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadMail(bytes.NewReader(b))
		if err == nil && r.Answer == "" || err != nil && hiring.CodeOf(err) == "" {
			t.Error(fmt.Sprint(r, err))
		}
	})
}
