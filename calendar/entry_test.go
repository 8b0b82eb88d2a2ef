package calendar

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Attack 33: whatever a text holds, each line of the calendar is one that we wrote, and the text comes back from the other
// implementation as it was, but for what iCalendar cannot hold.
func TestTextsBeginNoLine(t *testing.T) {
	pieces := []string{
		"\r\n", "\n", "\r", "\nATTENDEE:mailto:thief@example.org", "\r\nEND:VEVENT", ";", ":", ",", `\`, `\n`, `"`, "'", "\u2028", "\u0085", "\x00", "\x7f",
		"\t", " ", "é", "日本語", "👩‍🔧", "\xff\xfe", "BEGIN:VEVENT", strings.Repeat("long ", 30), strings.Repeat("ü", 90), "<", ">",
	}
	rapid.Check(t, func(r *rapid.T) {
		text := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(r, label), rapid.SampledFrom([]string{"", "x"}).Draw(r, label+" between"))
		}
		e := example(location(t, "Asia/Kolkata"), time.Date(2027, 5, 1, 8, 0, 0, 0, time.UTC))
		e.Summary, e.Description, e.Place, e.URL = "s"+text("summary"), "d"+text("description"), "p"+text("place"), "https://x/"+text("url")
		e.Organizer = mail.Address{Name: text("organizer"), Address: "no-reply@example.org"}
		e.Attendee = mail.Address{Name: text("attendee"), Address: "zoe@example.org"}
		content := Invite(e)
		wellFormed(r, content)
		_, list, reader, err := read(content)
		if err != nil || len(list) != 1 {
			r.Fatalf("%v, %d events\n%q", err, len(list), content)
		}
		_, h, err := reader.held(list[0])
		if err != nil || h.summary != clean(e.Summary) || h.by != clean(e.Description) || h.place != clean(e.Place) {
			r.Fatalf("%v: %q %q %q\n%q", err, h.summary, h.by, h.place, content)
		}
		people := list[0].Props.Values("ATTENDEE")
		if len(people) != 1 || people[0].Value != "mailto:zoe@example.org" || people[0].Params.Get("CN") != parameter(e.Attendee.Name) {
			r.Fatalf("attendees %v\n%q", people, content)
		}
	})
}

// wellFormed checks lines: CRLF, 75 bytes at the most, whole characters, and names of our own.
func wellFormed(t interface{ Fatalf(string, ...any) }, content []byte) {
	if !bytes.HasSuffix(content, []byte("END:VCALENDAR\r\n")) || !utf8.Valid(content) {
		t.Fatalf("%q", content)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(content), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Fatalf("line %q", line)
		}
		name, _, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		if !strings.HasPrefix(line, " ") && !ours[name] {
			t.Fatalf("line %q in\n%q", line, content)
		}
	}
	if n := bytes.Count(content, []byte("\r\nBEGIN:VEVENT\r\n")); n != 1 {
		t.Fatalf("%d events in %q", n, content)
	}
}

var ours = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq("BEGIN END VERSION PRODID CALSCALE METHOD TZID DTSTART DTEND TZOFFSETFROM TZOFFSETTO TZNAME UID DTSTAMP LAST-MODIFIED " +
		"SEQUENCE SUMMARY DESCRIPTION LOCATION URL STATUS TRANSP ORGANIZER ATTENDEE") {
		names[name] = true
	}
	return names
}()

func TestSameEntrySameBytes(t *testing.T) {
	e := example(location(t, "Europe/Madrid"), time.Date(2027, 3, 28, 0, 30, 0, 0, time.UTC))
	e.Organizer, e.Attendee = mail.Address{Name: "Café & Co", Address: "a@example.org"}, mail.Address{Address: "zoe@example.org"}
	if a, b := Invite(e), Invite(e); !bytes.Equal(a, b) {
		t.Errorf("%s\n%s", a, b)
	}
	if strings.Contains(string(Invite(e)), "CN=;") || strings.Contains(string(Invite(e)), "CN=:") {
		t.Error("a name that is not known is written")
	}
}

// A feed holds one VTIMEZONE a zone, over all its years, and what was cancelled as cancelled.
func TestFeed(t *testing.T) {
	madrid := location(t, "Europe/Madrid")
	first := example(madrid, time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC))
	second := example(madrid, time.Date(2028, 1, 1, 8, 0, 0, 0, time.UTC))
	second.Invitation, second.Cancelled, second.Sequence = "second", true, 1
	third := example(location(t, "Etc/UTC"), time.Date(2027, 1, 1, 8, 0, 0, 0, time.UTC))
	third.Invitation = "third"
	content := Feed("Talks, mine", 15*time.Minute, []Entry{second, third, first})
	if n := bytes.Count(content, []byte("BEGIN:VTIMEZONE")); n != 1 {
		t.Errorf("%d zones", n)
	}
	method, list, r, err := read(content)
	if err != nil || method != "PUBLISH" || len(list) != 3 {
		t.Fatalf("%s, %d events, %v\n%s", method, len(list), err, content)
	}
	for i, e := range []Entry{first, third, second} {
		uid, h, err := r.held(list[i])
		if err != nil || uid != string(e.Invitation) || !h.start.Equal(e.Start) || !h.end.Equal(e.End) {
			t.Errorf("%d: %s at %v, %v", i, uid, h.start, err)
		}
		status, err := list[i].Status()
		if want := map[bool]string{true: "CANCELLED", false: "CONFIRMED"}[e.Cancelled]; err != nil || string(status) != want {
			t.Errorf("%s is %s, %v", uid, status, err)
		}
	}
	if !bytes.Contains(content, []byte("\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n")) {
		t.Errorf("no interval in %s", content)
	}
	if _, list, r, err := read(Feed("None", time.Hour, nil)); err != nil || len(list) != 0 || len(r.zones) != 1 {
		t.Errorf("an empty feed: %d events, %d zones, %v", len(list), len(r.zones), err)
	}
}
