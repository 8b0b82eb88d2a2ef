package notify

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"matchday/hiring"
)

// entryOf reads the calendar's part of a mail with another implementation than wrote it; nil when there is none.
func entryOf(t *testing.T, l letter) (method string, event *ical.Event) {
	t.Helper()
	content, err := exampleWriter(t).compose(l)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, entry, method := allParts(t, content)
	if entry == "" {
		return method, nil
	}
	c, err := ical.NewDecoder(bytes.NewReader([]byte(entry))).Decode()
	if err != nil || len(c.Events()) != 1 {
		t.Fatalf("%v in %s", err, entry)
	}
	if inside, err := c.Props.Text(ical.PropMethod); err != nil || inside != method {
		t.Errorf("the part says %s, the calendar %s, %v", method, inside, err)
	}
	return method, &c.Events()[0]
}

// The mails of one invitation change one entry: it has one UID, and each revision a higher sequence.
func TestMailsReviseOneEntry(t *testing.T) {
	last := -1
	for _, step := range []struct {
		occasion
		method string
	}{{confirmed, "REQUEST"}, {moved, "REQUEST"}, {changed, "REQUEST"}, {dropped, "CANCEL"}, {confirmed, "REQUEST"}, {returned, "CANCEL"}} {
		l := example(step.occasion, "en")
		l.Invitation.Sequence = last + 1
		method, e := entryOf(t, l)
		if e == nil || method != step.method {
			t.Fatalf("%s asks %s", step.occasion, method)
		}
		sequence, err := strconv.Atoi(e.Props.Get(ical.PropSequence).Value)
		uid, uerr := e.Props.Text(ical.PropUID)
		if err != nil || uerr != nil || sequence <= last || uid != string(l.Invitation.Ref) {
			t.Errorf("%s: %s revision %d after %d, %v %v", step.occasion, uid, sequence, last, err, uerr)
		}
		last = sequence
		attendee, description := e.Props.Get(ical.PropAttendee), e.Props.Get(ical.PropDescription)
		if attendee == nil || attendee.Value != "mailto:zoe@example.org" || e.Props.Get(ical.PropOrganizer) == nil {
			t.Errorf("%s: people %v", step.occasion, e.Props)
		}
		if !strings.Contains(description.Value, "Madrid time") || !strings.Contains(description.Value, "your time (New York)") {
			t.Errorf("%s: both zones are not in %s", step.occasion, description.Value)
		}
		if strings.Contains(description.Value, "/i/") {
			t.Errorf("%s: the entry holds a link that answers", step.occasion)
		}
	}
}

func TestOtherMailsHoldNoEntry(t *testing.T) {
	for _, o := range []occasion{invited, offered, recalled, refused, reminded, asked, wished} {
		if method, e := entryOf(t, example(o, "en")); e != nil {
			t.Errorf("%s asks %s", o, method)
		}
	}
	withdrawn := example(recalled, "en")
	withdrawn.Invitation.Former, withdrawn.Invitation.Sequence = &withdrawn.Day.Slots[0], 3
	if method, e := entryOf(t, withdrawn); e == nil || method != "CANCEL" {
		t.Errorf("a talk that was withdrawn asks %q", method)
	}
	open := example(changed, "en")
	open.Invitation.Status, open.Invitation.Slot, open.Invitation.Former = hiring.Sent, nil, nil
	if _, e := entryOf(t, open); e != nil {
		t.Error("a change before acceptance makes an entry")
	}
}
