package hiring

import (
	"fmt"
	"time"
)

// DayKind tells an interview day from a workshop.
type DayKind string

// The kinds of days.
const (
	Interviews DayKind = "interviews"
	Workshop   DayKind = "workshop"
)

// DayStatus is where a day stands.
type DayStatus string

// A day is drafted, then opened (invitations go out), then closed (no more go out) or cancelled.
const (
	StatusDraft     DayStatus = "draft"
	StatusOpen      DayStatus = "open"
	StatusClosed    DayStatus = "closed"
	StatusCancelled DayStatus = "cancelled"
)

// Day is an interview day of one employer: openings, and timed slots with seats.
type Day struct {
	ID       DayID        `json:"id"`
	Ref      Ref          `json:"ref"`
	Employer EmployerName `json:"employer"`
	Title    string       `json:"title"`
	Kind     DayKind      `json:"kind"`
	Zone     string       `json:"zone"` // IANA name
	Place    *Place       `json:"place,omitempty"`
	Link     string       `json:"link,omitempty"` // for a talk by video
	Access   string       `json:"access,omitempty"`
	Openings []OpeningID  `json:"openings,omitempty"`
	Slots    []Slot       `json:"slots"`
	// Bar is the least score for an invitation; an opening's own bar is used where it is higher.
	Bar Score `json:"bar"`
	// ReplyWithin is how long an invitation stands, in seconds; Deadline ends all of them.
	ReplyWithin int64     `json:"replyWithin"`
	Deadline    time.Time `json:"deadline"`
	Status      DayStatus `json:"status"`
	// Command is the id of the command that led here, so that a repeat gets the first answer.
	Command string `json:"command,omitempty"`
}

// Slot is one time of a day and how many it seats.
type Slot struct {
	Start time.Time `json:"start"` // UTC; the day's zone renders it
	End   time.Time `json:"end"`
	Seats int       `json:"seats"`
}

// Seats is how many learners the whole day seats.
func (d *Day) Seats() int {
	n := 0
	for _, s := range d.Slots {
		n += s.Seats
	}
	return n
}

// Validate checks a day. Slots were made by whoever resolved local times; here they must be in order and of sane number.
func (d Day) Validate() error {
	if err := ValidID("id", string(d.ID)); err != nil {
		return err
	}
	if err := validText("title", d.Title, 300, true); err != nil {
		return err
	}
	if err := validText("employer", string(d.Employer), 200, true); err != nil {
		return err
	}
	switch d.Kind {
	case Interviews, Workshop:
	default:
		return Invalidf("kind", "is not one of interviews, workshop")
	}
	if d.Kind == Interviews && len(d.Openings) == 0 {
		return Invalidf("openings", "is empty").Mend("name at least one opening that people are interviewed for")
	}
	if len(d.Openings) > 100 {
		return Invalidf("openings", "holds more than 100 ids")
	}
	for i, o := range d.Openings {
		if err := ValidID(fmt.Sprintf("openings[%d]", i), string(o)); err != nil {
			return err
		}
	}
	if len(d.Slots) == 0 || len(d.Slots) > 500 {
		return Invalidf("slots", "must number 1 to 500")
	}
	for i, s := range d.Slots {
		field := fmt.Sprintf("slots[%d]", i)
		if !s.End.After(s.Start) {
			return Invalidf(field, "ends before it starts")
		}
		if s.Seats < 1 || s.Seats > 1000 {
			return Invalidf(field, "seats are outside 1 to 1,000")
		}
		if i > 0 && s.Start.Before(d.Slots[i-1].Start) {
			return Invalidf(field, "starts before the slot that precedes it")
		}
	}
	if d.Bar < 0 || d.Bar > OneScore {
		return Invalidf("bar", "is outside 0 to 1")
	}
	if d.Deadline.IsZero() || d.Deadline.After(d.Slots[0].Start) {
		return Invalidf("deadline", "is missing or after the first slot")
	}
	if d.ReplyWithin < 60 || d.ReplyWithin > 90*24*3600 {
		return Invalidf("replyWithin", "is outside one minute to 90 days")
	}
	if d.Place != nil {
		if err := d.Place.Validate(); err != nil {
			return within("place", err)
		}
	}
	if err := validText("access", d.Access, 1000, false); err != nil {
		return err
	}
	return validURL("link", d.Link)
}

// InvitationStatus is where an invitation stands.
type InvitationStatus string

// The life of an invitation. Sent, opened and accepted are live; the rest are final.
const (
	Sent      InvitationStatus = "sent"
	Opened    InvitationStatus = "opened"
	Accepted  InvitationStatus = "accepted"
	Declined  InvitationStatus = "declined"
	Expired   InvitationStatus = "expired"
	Withdrawn InvitationStatus = "withdrawn" // by the employer, a cancelled day or an erased learner
)

// DeclineReasons are the codes that a learner may give for declining, in the order in which they are offered.
var DeclineReasons = [...]string{"time", "pay", "place", "not-interested", "other"}

// Live reports whether the invitation holds, or may still take, a seat.
func (s InvitationStatus) Live() bool { return s == Sent || s == Opened || s == Accepted }

// Invitation is the offer of a place on a day; its identity is (day, opening, learner) and it is made at most once.
type Invitation struct {
	Ref      Ref              `json:"ref"` // hash of day, opening and learner; names the invitation in links and the API
	Day      DayID            `json:"day"`
	Opening  OpeningID        `json:"opening"`
	Employer EmployerName     `json:"employer"`
	Learner  LearnerRef       `json:"learner"`
	Status   InvitationStatus `json:"status"`
	SentAt   time.Time        `json:"sentAt"`
	Expires  time.Time        `json:"expires"`
	// Match is the ledger at the time of the invitation: why this learner was invited.
	Match Match `json:"match"`
	// Slot is set once accepted.
	Slot *Slot `json:"slot,omitempty"`
	// Reason is the learner's coded reason to decline.
	Reason string `json:"reason,omitempty"`
	// Command is the id of the command that led here, so that a repeat gets the first answer.
	Command string `json:"command,omitempty"`
}

// Booking is everything a learner has accepted, over all days: the guard against two talks at one time.
type Booking struct {
	Learner LearnerRef `json:"learner"`
	Talks   []Talk     `json:"talks"`
}

// Talk is one accepted slot.
type Talk struct {
	Day        DayID `json:"day"`
	Invitation Ref   `json:"invitation"`
	Slot       Slot  `json:"slot"`
}

// Clash returns the talk of b that overlaps the slot, if any.
func (b *Booking) Clash(s Slot) (Talk, bool) {
	if b == nil {
		return Talk{}, false
	}
	for _, t := range b.Talks {
		if t.Slot.Start.Before(s.End) && s.Start.Before(t.Slot.End) {
			return t, true
		}
	}
	return Talk{}, false
}
