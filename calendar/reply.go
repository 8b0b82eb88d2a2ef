package calendar

import (
	"bytes"
	"io"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"matchday/hiring"
)

// Limits of what is read from strangers. Real replies have some 600 bytes, 5 KB with the description that they repeat.
const (
	maxReply      = 64 << 10 // bytes
	maxLines      = 2_000
	maxComponents = 30
	maxComment    = 1_000 // characters kept
)

// Answer is what a calendar's reply says.
type Answer string

// The answers of RFC 5546 that mean something for a talk.
const (
	Accepts  Answer = "accepts"
	Declines Answer = "declines"
	Unsure   Answer = "unsure"   // TENTATIVE: the seat stays as it is
	Proposes Answer = "proposes" // COUNTER: another time is asked for
)

// Reply is what a person's calendar answered to an invitation.
type Reply struct {
	Invitation hiring.Ref
	// Sequence is that of the revision which was answered: an answer to an older one is about another time.
	Sequence int
	Answer   Answer
	// Attendee is the address that answers, and From that of the mail, where there was one: whoever relays the mail must vouch for it.
	Attendee, From string
	// Start and End are the time proposed, in UTC; zero when it is in a zone that is not known here.
	Start, End time.Time
	Comment    string
}

var (
	refForm  = regexp.MustCompile(`^[a-z2-7]{26}$`)
	zoneForm = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){1,2})$`)
)

// ParseReply reads an iTIP REPLY or COUNTER to an invitation of [Invite]. Anything else is refused, as [hiring.Invalid].
func ParseReply(b []byte) (Reply, error) {
	if len(b) > maxReply || bytes.Count(b, []byte("\n")) > maxLines || bytes.Count(bytes.ToUpper(b), []byte("BEGIN:")) > maxComponents {
		return Reply{}, hiring.Errorf(hiring.TooLarge, "the calendar's reply is larger than any real one")
	}
	c, err := ics.ParseCalendar(bytes.NewReader(b))
	if err != nil {
		return Reply{}, refused("is not iCalendar") // without the library's error, which repeats the input
	}
	method := ""
	for _, p := range c.CalendarProperties {
		if p.IANAToken == string(ics.PropertyMethod) {
			method = strings.ToUpper(p.Value)
		}
	}
	if method != string(ics.MethodReply) && method != string(ics.MethodCounter) {
		return Reply{}, refused("answers nothing: its METHOD is neither REPLY nor COUNTER")
	}
	list := c.Events()
	if len(list) != 1 {
		return Reply{}, refused("does not hold one VEVENT")
	}
	return readReply(list[0], method)
}

// ReadReply is [ParseReply] for a stream, of which it reads no more than it takes to see that it is too long.
func ReadReply(r io.Reader) (Reply, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxReply+1))
	if err != nil {
		return Reply{}, refused("could not be read")
	}
	return ParseReply(b)
}

func refused(why string) error { return hiring.Errorf(hiring.Invalid, "the calendar's reply %s", why) }

func readReply(v *ics.VEvent, method string) (Reply, error) {
	r := Reply{Invitation: hiring.Ref(v.Id()), Comment: comment(v)}
	if !refForm.MatchString(string(r.Invitation)) {
		return Reply{}, refused("has a UID that is none of ours")
	}
	if p := v.GetProperty(ics.ComponentPropertySequence); p != nil {
		n, err := strconv.ParseInt(p.Value, 10, 32)
		if err != nil || n < 0 {
			return Reply{}, refused("has a SEQUENCE that is no number")
		}
		r.Sequence = int(n)
	}
	people := v.Attendees()
	if len(people) != 1 {
		return Reply{}, refused("does not hold one ATTENDEE")
	}
	value := people[0].Value
	if len(value) < len("mailto:") || !strings.EqualFold(value[:len("mailto:")], "mailto:") {
		return Reply{}, refused("has an ATTENDEE without address")
	}
	address, err := mail.ParseAddress(value[len("mailto:"):])
	if err != nil {
		return Reply{}, refused("has an ATTENDEE without address")
	}
	r.Attendee = address.Address
	if method == string(ics.MethodCounter) {
		r.Answer = Proposes
		r.Start, r.End = proposed(v)
		return r, nil
	}
	switch ics.ParticipationStatus(strings.ToUpper(string(people[0].ParticipationStatus()))) {
	case ics.ParticipationStatusAccepted:
		r.Answer = Accepts
	case ics.ParticipationStatusDeclined:
		r.Answer = Declines
	case ics.ParticipationStatusTentative:
		r.Answer = Unsure
	default:
		return Reply{}, refused("has a PARTSTAT that is none of ACCEPTED, DECLINED, TENTATIVE")
	}
	return r, nil
}

// comment is what the person wrote beside the answer.
func comment(v *ics.VEvent) string {
	p := v.GetProperty(ics.ComponentPropertyComment)
	if p == nil {
		return ""
	}
	text := []rune(clean(p.Value))
	return string(text[:min(len(text), maxComment)])
}

// proposed is the time that a COUNTER asks for. Both ends are needed, in order and with a zone.
func proposed(v *ics.VEvent) (start, end time.Time) {
	start, end = instant(v.GetProperty(ics.ComponentPropertyDtStart)), instant(v.GetProperty(ics.ComponentPropertyDtEnd))
	if start.IsZero() || !end.After(start) {
		return time.Time{}, time.Time{}
	}
	return start, end
}

// instant reads a date-time in UTC or in a zone of the IANA database; zero for anything else.
func instant(p *ics.IANAProperty) time.Time {
	if p == nil {
		return time.Time{}
	}
	if t, err := time.Parse(utcForm, p.Value); err == nil {
		return t
	}
	id := p.ICalParameters[string(ics.ParameterTzid)]
	if len(id) != 1 || !zoneForm.MatchString(id[0]) {
		return time.Time{}
	}
	loc, err := time.LoadLocation(id[0])
	if err != nil {
		return time.Time{}
	}
	t, err := time.ParseInLocation(wallForm, p.Value, loc)
	if err != nil || t.Format(wallForm) != p.Value { // a time that the zone skips
		return time.Time{}
	}
	return t.UTC()
}
