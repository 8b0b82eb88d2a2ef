package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests do not depend on the machine

	"github.com/emersion/go-ical"
)

// reader is the second implementation: it reads calendars with another library, and resolves local times by nothing but the VTIMEZONE
// that stands beside them.
type reader struct {
	zones map[string][]onset
}

// onset is one observance: from wall (on the clocks before) and at (the same in UTC) on, clocks are offset ahead.
type onset struct {
	wall, at time.Time
	offset   time.Duration
	name     string
}

// read parses a calendar with one decoder and returns its method, its events and a reader of their times.
func read(content []byte) (method string, events []ical.Event, r *reader, err error) {
	c, err := ical.NewDecoder(bytes.NewReader(content)).Decode()
	if err != nil {
		return "", nil, nil, err
	}
	r = &reader{zones: map[string][]onset{}}
	for _, child := range c.Children {
		if child.Name != ical.CompTimezone {
			continue
		}
		id, err := child.Props.Text(ical.PropTimezoneID)
		if err != nil {
			return "", nil, nil, err
		}
		for _, o := range child.Children {
			on, err := readOnset(o)
			if err != nil {
				return "", nil, nil, fmt.Errorf("%s: %w", id, err)
			}
			r.zones[id] = append(r.zones[id], on)
		}
	}
	method, err = c.Props.Text(ical.PropMethod)
	return method, c.Events(), r, err
}

func readOnset(o *ical.Component) (onset, error) {
	from, err := readOffset(o.Props.Get(ical.PropTimezoneOffsetFrom).Value)
	if err != nil {
		return onset{}, err
	}
	to, err := readOffset(o.Props.Get(ical.PropTimezoneOffsetTo).Value)
	if err != nil {
		return onset{}, err
	}
	wall, err := o.Props.Get(ical.PropDateTimeStart).DateTime(time.UTC)
	if err != nil {
		return onset{}, err
	}
	if o.Props.Get(ical.PropRecurrenceRule) != nil || o.Props.Get(ical.PropRecurrenceDates) != nil {
		return onset{}, fmt.Errorf("an observance recurs, and this reader takes each as it stands")
	}
	name, err := o.Props.Text(ical.PropTimezoneName)
	return onset{wall, wall.Add(-from), to, name}, err
}

func readOffset(s string) (time.Duration, error) {
	n, err := strconv.Atoi(strings.TrimLeft(s, "+-"))
	if err != nil || len(s) != 5 && len(s) != 7 {
		return 0, fmt.Errorf("offset %q", s)
	}
	if len(s) == 5 {
		n *= 100
	}
	d := time.Duration(n/10000)*time.Hour + time.Duration(n/100%100)*time.Minute + time.Duration(n%100)*time.Second
	if s[0] == '-' {
		d = -d
	}
	return d, nil
}

// at is the observance in force at an instant.
func (r *reader) at(zone string, t time.Time) (found onset, ok bool) {
	for _, o := range r.zones[zone] {
		if !o.at.After(t) && (!ok || o.at.After(found.at)) {
			found, ok = o, true
		}
	}
	return found, ok
}

// instant resolves a date-time as RFC 5545 section 3.3.5 says: by the observance with the latest onset not after it, so that a time
// that occurs twice is its first occurrence.
func (r *reader) instant(p *ical.Prop) (time.Time, error) {
	if p == nil {
		return time.Time{}, fmt.Errorf("no such time")
	}
	if strings.HasSuffix(p.Value, "Z") {
		return time.Parse(utcForm, p.Value)
	}
	wall, err := time.Parse(wallForm, p.Value)
	if err != nil {
		return time.Time{}, err
	}
	var found onset
	ok := false
	for _, o := range r.zones[p.Params.Get(ical.ParamTimezoneID)] {
		if !o.wall.After(wall) && (!ok || o.wall.After(found.wall)) {
			found, ok = o, true
		}
	}
	if !ok {
		return time.Time{}, fmt.Errorf("%s is in no observance of %q", p.Value, p.Params.Get(ical.ParamTimezoneID))
	}
	return wall.Add(-found.offset), nil
}

// held is an entry of a store.
type held struct {
	sequence           int
	stamp              time.Time
	start, end         time.Time
	summary, place, by string
}

// store is a person's calendar that takes invitations as RFC 5546 section 3.2 has it: by UID, a higher SEQUENCE wins, and of one
// SEQUENCE the later DTSTAMP. Of what was cancelled it keeps the UID and the sequence, so that a late revision brings nothing back.
type store struct {
	entries map[string]held
	gone    map[string]int
}

func newStore() *store { return &store{map[string]held{}, map[string]int{}} }

func (s *store) take(content []byte) error {
	method, list, r, err := read(content)
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return fmt.Errorf("%d events", len(list))
	}
	uid, h, err := r.held(list[0])
	if err != nil {
		return err
	}
	if last, ok := s.gone[uid]; ok && h.sequence <= last {
		return nil
	}
	if old, ok := s.entries[uid]; ok && (h.sequence < old.sequence || h.sequence == old.sequence && !h.stamp.After(old.stamp)) {
		return nil
	}
	switch method {
	case "REQUEST":
		s.entries[uid] = h
		delete(s.gone, uid)
	case "CANCEL":
		delete(s.entries, uid)
		s.gone[uid] = h.sequence
	default:
		return fmt.Errorf("method %q", method)
	}
	return nil
}

// held reads what a store keeps of an event.
func (r *reader) held(e ical.Event) (uid string, h held, err error) {
	text := func(name string) string {
		p := e.Props.Get(name)
		if p == nil {
			return ""
		}
		list, terr := p.TextList()
		if terr != nil || len(list) != 1 { // an unescaped comma makes a list of a text
			err = errors.Join(fmt.Errorf("%s is %q", name, p.Value), terr)
			return ""
		}
		return list[0]
	}
	uid = text(ical.PropUID)
	h.summary, h.place, h.by = text(ical.PropSummary), text(ical.PropLocation), text(ical.PropDescription)
	if err != nil {
		return uid, h, err
	}
	if h.sequence, err = e.Props.Get(ical.PropSequence).Int(); err != nil {
		return uid, h, err
	}
	if h.stamp, err = r.instant(e.Props.Get(ical.PropDateTimeStamp)); err != nil {
		return uid, h, err
	}
	if h.start, err = r.instant(e.Props.Get(ical.PropDateTimeStart)); err != nil {
		return uid, h, err
	}
	h.end, err = r.instant(e.Props.Get(ical.PropDateTimeEnd))
	return uid, h, err
}

func mustTake(t *testing.T, s *store, e Entry) {
	t.Helper()
	if err := s.take(Invite(e)); err != nil {
		t.Fatalf("%v: %v\n%s", e.Start.In(e.Zone), err, Invite(e))
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// example is an entry with everything in it.
func example(zone *time.Location, start time.Time) Entry {
	return Entry{
		Invitation: "siicxy5fpr2jnhqqmmuql5uhiq", Start: start, End: start.Add(30 * time.Minute), Zone: zone, Stamp: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Summary: "Interview: Data technician, junior; Café & Co", Description: "When: …\nWhere: Calle Mayor 1, Madrid\n", Place: "Calle Mayor 1, Madrid",
		URL: "https://matchday.example.org/i/inviteref.abc.def",
	}
}
