package calendar

import (
	"bytes"
	"cmp"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"matchday/hiring"
)

// product names what wrote a calendar (PRODID).
const product = "-//Matchday//Interview days//EN"

// Entry is one talk, as it stands after a revision.
type Entry struct {
	Invitation hiring.Ref // the UID
	Sequence   int        // of the revision, from 0
	Start, End time.Time
	Zone       *time.Location // the event's; UTC when nil
	Stamp      time.Time      // when the revision was made
	Summary    string
	// Description is plain text of several lines; Place is where the talk is, URL what leads to its page.
	Description, Place, URL string
	Cancelled               bool
	// Organizer and Attendee are left out where their address is empty; an invitation needs both.
	Organizer, Attendee mail.Address
}

// Method is what an invitation asks of a calendar: REQUEST to hold the entry, or hold it as it now is, CANCEL to drop it.
func (e Entry) Method() string {
	if e.Cancelled {
		return string(ics.MethodCancel)
	}
	return string(ics.MethodRequest)
}

// Invite writes the entry as an iTIP message of its [Entry.Method]. The same entry gives the same bytes.
func Invite(e Entry) []byte {
	c := newCalendar([]Entry{e})
	c.SetMethod(ics.Method(e.Method()))
	return serialize(c)
}

// Feed writes entries as a calendar to subscribe to, in order of time. Readers are asked to look again after refresh.
func Feed(name string, refresh time.Duration, entries []Entry) []byte {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.Start.Compare(b.Start), strings.Compare(string(a.Invitation), string(b.Invitation)))
	})
	c := newCalendar(entries)
	if len(entries) == 0 { // a calendar holds something, if only a zone (RFC 5545 section 3.6)
		c.AddVTimezone(timezone(time.UTC, oldest, oldest))
	}
	c.SetMethod(ics.MethodPublish)
	c.SetName(clean(name))
	every := "PT" + strconv.Itoa(int(refresh/time.Minute)) + "M"
	c.SetRefreshInterval(every) // the library adds the type of its value
	c.SetXPublishedTTL(every)
	return serialize(c)
}

func serialize(c *ics.Calendar) []byte {
	var b bytes.Buffer
	_ = c.SerializeTo(&b, ics.WithNewLine("\r\n")) // a buffer takes everything
	return b.Bytes()
}

// newCalendar makes a calendar of entries and of the zones that they name.
func newCalendar(entries []Entry) *ics.Calendar {
	c := &ics.Calendar{}
	c.SetVersion("2.0")
	c.SetProductId(product)
	c.SetCalscale("GREGORIAN")
	for _, z := range zonesOf(entries) {
		c.AddVTimezone(z)
	}
	for _, e := range entries {
		c.AddVEvent(e.event())
	}
	return c
}

// zonesOf describes each zone that the entries name, over all years in which they do, in order of name.
func zonesOf(entries []Entry) []*ics.VTimezone {
	type span struct {
		loc         *time.Location
		from, until time.Time
	}
	spans := map[string]*span{}
	for _, e := range entries {
		loc := e.zone()
		if !e.local(loc) {
			continue
		}
		s := spans[loc.String()]
		if s == nil {
			s = &span{loc, e.Start, e.End}
			spans[loc.String()] = s
		}
		if e.Start.Before(s.from) {
			s.from = e.Start
		}
		if e.End.After(s.until) {
			s.until = e.End
		}
	}
	var list []*ics.VTimezone
	for _, s := range spans {
		list = append(list, timezone(s.loc, s.from, s.until))
	}
	slices.SortFunc(list, func(a, b *ics.VTimezone) int { return strings.Compare(zoneID(a), zoneID(b)) })
	return list
}

func zoneID(z *ics.VTimezone) string { return z.GetProperty(ics.ComponentPropertyTzid).Value }

func (e Entry) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// local reports whether both ends can be told in local time.
func (e Entry) local(loc *time.Location) bool {
	return !plainUTC(loc) && !twice(e.Start.In(loc)) && !twice(e.End.In(loc))
}

func (e Entry) event() *ics.VEvent {
	v := ics.NewEvent(string(e.Invitation))
	v.SetDtStampTime(e.Stamp)
	v.SetLastModifiedAt(e.Stamp)
	v.SetSequence(e.Sequence)
	loc := e.zone()
	if e.local(loc) {
		in := ics.WithTZID(loc.String())
		v.SetProperty(ics.ComponentPropertyDtStart, e.Start.In(loc).Format(wallForm), in)
		v.SetProperty(ics.ComponentPropertyDtEnd, e.End.In(loc).Format(wallForm), in)
	} else {
		v.SetProperty(ics.ComponentPropertyDtStart, e.Start.UTC().Format(utcForm))
		v.SetProperty(ics.ComponentPropertyDtEnd, e.End.UTC().Format(utcForm))
	}
	for _, p := range []struct {
		property ics.ComponentProperty
		text     string
	}{
		{ics.ComponentPropertySummary, e.Summary}, {ics.ComponentPropertyDescription, e.Description}, {ics.ComponentPropertyLocation, e.Place},
	} {
		if p.text != "" {
			v.SetProperty(p.property, clean(p.text))
		}
	}
	if e.URL != "" {
		v.SetURL(strings.ReplaceAll(clean(e.URL), "\n", ""))
	}
	v.SetStatus(ics.ObjectStatusConfirmed)
	v.SetTimeTransparency(ics.TransparencyOpaque)
	if e.Cancelled {
		v.SetStatus(ics.ObjectStatusCancelled)
		v.SetTimeTransparency(ics.TransparencyTransparent)
	}
	e.people(v)
	return v
}

// people names who holds the talk and who comes to it.
func (e Entry) people(v *ics.VEvent) {
	if e.Organizer.Address != "" {
		v.SetOrganizer(uri(e.Organizer), called(e.Organizer.Name)...)
	}
	if e.Attendee.Address != "" {
		v.AddAttendee(uri(e.Attendee), append(called(e.Attendee.Name), ics.ParticipationRoleReqParticipant,
			ics.ParticipationStatusAccepted, ics.WithRSVP(false))...)
	}
}

// called gives a person's name, where there is one.
func called(name string) []ics.PropertyParameter {
	if name = parameter(name); name != "" {
		return []ics.PropertyParameter{ics.WithCN(name)}
	}
	return nil
}

// uri writes an address as a URI. It can hold no white space: net/mail admits that in quotes.
func uri(a mail.Address) string {
	return "mailto:" + strings.Join(strings.Fields(clean(a.Address)), "%20")
}

// clean leaves of a text what iCalendar can hold: valid UTF-8 without control characters other than the line feed, which is escaped.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return -1
		}
		return r
	}, s)
}

// parameter makes a name fit to stand unquoted as a parameter: the library escapes what it should quote there, so that nothing to
// escape may be left.
func parameter(s string) string {
	s = strings.NewReplacer("'", "’", `"`, " ", ",", " ", ";", " ", ":", " ", `\`, " ", "\n", " ", "^", " ").Replace(clean(s))
	return strings.Join(strings.Fields(s), " ")
}
