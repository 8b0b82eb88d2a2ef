package test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"matchday/hiring"
)

// shelf is a learner's calendar as another implementation keeps it: an entry for each UID, the highest sequence of it.
type shelf map[string]*shelved

type shelved struct {
	sequence int
	start    time.Time
	gone     bool
	text     string
}

func (s shelf) take(t *testing.T, content []byte) {
	t.Helper()
	c, err := ical.NewDecoder(bytes.NewReader(content)).Decode()
	if err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	method, err := c.Props.Text(ical.PropMethod)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Events() {
		uid, uerr := e.Props.Text(ical.PropUID)
		sequence, serr := strconv.Atoi(e.Props.Get(ical.PropSequence).Value)
		start, terr := e.DateTimeStart(nil)
		status, err := e.Status()
		if err := errors.Join(uerr, serr, terr, err); err != nil {
			t.Fatalf("%v in %s", err, content)
		}
		if old := s[uid]; old == nil || sequence > old.sequence {
			s[uid] = &shelved{sequence, start, method == "CANCEL" || status == ical.EventCancelled, string(content)}
		}
	}
}

// entryInMail waits for the mail of an invitation about an occasion, and returns its calendar part.
func (in *installation) entryInMail(ref, occasion string) (entry []byte) {
	in.t.Helper()
	in.eventually(func() string {
		found, _ := filepath.Glob(filepath.Join(in.mails, "*."+ref+"."+occasion+".*.eml"))
		if len(found) == 0 {
			return "no mail " + occasion
		}
		content, err := os.ReadFile(found[len(found)-1])
		if err != nil {
			return err.Error()
		}
		entry, err = calendarPart(content)
		if err != nil {
			return err.Error()
		}
		return ""
	})
	return entry
}

func calendarPart(content []byte) ([]byte, error) {
	m, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err != nil {
			return nil, fmt.Errorf("no calendar in the mail: %w", err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/calendar;") {
			return io.ReadAll(quotedprintable.NewReader(p))
		}
	}
}

func TestTalkInCalendars(t *testing.T) { both(t, talkInCalendars) }

// A talk is accepted, moved by the learner, moved by the employer and given back from the learner's own calendar: by mail and by
// subscription there is one entry all the while, and each revision replaces the one before.
func talkInCalendars(t *testing.T, in *installation) {
	in.loadSmallWorld()
	employer := in.tokenFor(hiring.RoleEmployer, "Acme")
	day := "/v1/days/" + esc("acme/calendars")
	plan := fmt.Sprintf(`{"id":"acme/calendars","employer":"Acme","title":"Talks","zone":"America/Chicago","openings":["acme/analyst"],
		"place":{"name":"12 Harbor Street"},"run":{"start":"%sT09:00","minutes":30,"gap":30,"count":3,"seats":1}}`, ahead(20))
	into[map[string]any](in, in.as(employer, "PUT", day, "application/json", plan))
	into[map[string]any](in, in.as(employer, "POST", day+"/open", "application/json", "{}"))
	ref := ""
	in.eventually(func() string {
		for _, i := range get[invitations](in, "/v1/learners/ana/invitations").Invitations {
			ref = i.Ref
			return ""
		}
		return "ana is not invited"
	})
	slots := get[struct{ Slots []struct{ Start time.Time } }](in, day).Slots
	calendar, subscribed := shelf{}, shelf{}
	var address struct{ URL string }
	address = get[struct{ URL string }](in, "/v1/learners/ana/calendar")
	feed := func() answer {
		t.Helper()
		u, err := url.Parse(address.URL)
		if err != nil {
			t.Fatal(err)
		}
		return in.as("", "GET", u.Path, "", "")
	}
	step := func(occasion string, sequence int, start time.Time, gone bool) {
		t.Helper()
		calendar.take(t, in.entryInMail(ref, occasion))
		in.eventually(func() string {
			a := feed()
			if a.status != 200 {
				return fmt.Sprintf("the feed answers %d: %s", a.status, a.body)
			}
			subscribed.take(t, a.body)
			if e := subscribed[ref]; e == nil || e.sequence != sequence {
				return fmt.Sprintf("%s is not in the feed: %s", occasion, a.body)
			}
			return ""
		})
		for name, s := range map[string]shelf{"mail": calendar, "feed": subscribed} {
			e := s[ref]
			if len(s) != 1 || e == nil || e.sequence != sequence || !e.start.Equal(start) || e.gone != gone {
				t.Fatalf("%s, by %s: %d entries, %+v; want revision %d at %v", occasion, name, len(s), e, sequence, start)
			}
		}
	}
	post := func(token, path, body string) {
		t.Helper()
		into[map[string]any](in, in.as(token, "POST", path, "application/json", body))
	}
	learner := in.tokenFor(hiring.RoleLearner, "ana")
	slot := func(i int) string {
		b, err := json.Marshal(map[string]time.Time{"slot": slots[i].Start})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	post(learner, "/v1/invitations/"+ref+"/accept", slot(0))
	step("accepted", 0, slots[0].Start, false)
	post(learner, "/v1/invitations/"+ref+"/move", slot(1))
	step("moved", 1, slots[1].Start, false)
	to := slots[1].Start.Add(7 * time.Hour)
	post(employer, day+"/change", fmt.Sprintf(`{"access":"Use the side door","move":[{"from":%q,"to":%q}]}`, slots[1].Start.Format("2006-01-02T15:04"), to.Format("2006-01-02T15:04")))
	step("changed", 2, to, false)
	if !strings.Contains(calendar[ref].text, "side door") {
		t.Errorf("the entry does not tell how to get in now: %s", calendar[ref].text)
	}
	reply := func(sequence int) answer {
		return in.call("POST", "/v1/replies/calendar", "message/rfc822", fmt.Sprintf("From: ana-unique-7531@example.org\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"+
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:%s\r\nSEQUENCE:%d\r\nDTSTAMP:20270101T000000Z\r\n"+
			"ATTENDEE;PARTSTAT=DECLINED:mailto:ana-unique-7531@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", ref, sequence))
	}
	if a := reply(1); a.status != 412 {
		t.Errorf("an answer to the time before: %d %s", a.status, a.body)
	}
	into[map[string]any](in, reply(2))
	step("returned", 3, to, true)

	before := address
	address = into[struct{ URL string }](in, in.as(learner, "DELETE", "/v1/learners/ana/calendar", "", ""))
	if a := feed(); a.status != 200 || address == before {
		t.Errorf("the new address %v answers %d", address, a.status)
	}
	address = before
	if a := feed(); a.status != 410 {
		t.Errorf("the revoked address answers %d", a.status)
	}
}
