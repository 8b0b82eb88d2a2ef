package hiring

import (
	"slices"
	"time"
)

// InvitationStatus is where an invitation stands.
type InvitationStatus string

// The life of an invitation. Sent, opened, waiting, offered and accepted are live; the rest are final.
const (
	Sent      InvitationStatus = "sent"
	Opened    InvitationStatus = "opened"
	Waiting   InvitationStatus = "waiting" // the learner wants to come and found no seat: the next that is freed is offered in order
	Offered   InvitationStatus = "offered" // a freed seat is held for one who waited, until Offer.Until
	Accepted  InvitationStatus = "accepted"
	Declined  InvitationStatus = "declined" // or the learner gave the seat back
	Expired   InvitationStatus = "expired"
	Withdrawn InvitationStatus = "withdrawn" // by the employer, a cancelled day or an erased learner
)

// DeclineReasons are the codes that a learner may give for declining, in the order in which they are offered.
var DeclineReasons = [...]string{"time", "pay", "place", "not-interested", "other"}

// Live reports whether the invitation holds, or may still take, a seat.
func (s InvitationStatus) Live() bool {
	return s.Pending() || s == Waiting || s == Offered || s == Accepted
}

// Pending reports whether the learner has not answered yet and may.
func (s InvitationStatus) Pending() bool { return s == Sent || s == Opened }

// Invitation is the offer of a place on a day; its identity is (day, opening, learner) and it is made at most once.
type Invitation struct {
	Ref      Ref              `json:"ref"` // hash of day, opening and learner; names the invitation in links and the API
	Day      DayID            `json:"day"`
	Opening  OpeningID        `json:"opening"`
	Employer EmployerName     `json:"employer"` // whose opening it is
	Learner  LearnerRef       `json:"learner"`
	Status   InvitationStatus `json:"status"`
	// Wave counts the rounds of invitations of a day, from 1; 0 for those sent before waves were counted.
	Wave    int       `json:"wave,omitempty"`
	SentAt  time.Time `json:"sentAt"`
	Expires time.Time `json:"expires"`
	// Match is the ledger at the time of the invitation: why this learner was invited.
	Match Match `json:"match"`
	// Offer is a seat held for the learner: a freed one for who waited, or the fixed time of a day solved as a whole.
	Offer *Offer `json:"offer,omitempty"`
	// WaitingSince is when the learner joined those who wait: they are served in this order.
	WaitingSince *time.Time `json:"waitingSince,omitempty"`
	// Proposal is another time that the learner asked for.
	Proposal *Proposal `json:"proposal,omitempty"`
	// Slot is set once accepted, and Interviewer too where the day was solved with interviewers.
	Slot        *Slot  `json:"slot,omitempty"`
	Interviewer string `json:"interviewer,omitempty"`
	// Former is the slot that the learner had last, once they have none.
	Former *Slot `json:"former,omitempty"`
	// Sequence counts the changes of what a calendar shows of the talk (time, place, cancelled) since it was accepted first; see
	// SEQUENCE in RFC 5545, section 3.8.7.4.
	Sequence int `json:"sequence,omitempty"`
	// Revision is the revision of the day that the learner was told last; see [Day.Details].
	Revision int `json:"revision,omitempty"`
	// Reason is the learner's coded reason to decline.
	Reason string `json:"reason,omitempty"`
	// EndedAt is when the invitation came to its end.
	EndedAt *time.Time `json:"endedAt,omitempty"`
	// Revised is when the talk became what a calendar shows of it now: when it was accepted, moved, changed or cancelled last.
	Revised *time.Time `json:"revised,omitempty"`
	// Reminded are the leads, in seconds, for which the learner was reminded; see [Day.Leads]. They count for the talk that starts at
	// RemindedOf only.
	Reminded   []int64    `json:"reminded,omitempty"`
	RemindedOf *time.Time `json:"remindedOf,omitempty"`
	// Attendance is what became of an accepted talk.
	Attendance *Attendance `json:"attendance,omitempty"`
	// EmployerOutcome and LearnerOutcome are what each side says came of the talk.
	EmployerOutcome *Outcome `json:"employerOutcome,omitempty"`
	LearnerOutcome  *Outcome `json:"learnerOutcome,omitempty"`
	// Command is the id of the command that led here, so that a repeat gets the first answer.
	Command string `json:"command,omitempty"`
}

// Held returns the slot in which a seat is taken or kept for the invitation, nil when there is none.
func (i *Invitation) Held() *Slot {
	switch {
	case i.Status == Accepted:
		return i.Slot
	case i.Status.Live() && i.Offer != nil:
		return &i.Offer.Slot
	}
	return nil
}

// Until is when the invitation ends unless the learner answers; zero when they need not.
func (i *Invitation) Until() time.Time {
	switch {
	case i.Status.Pending():
		return i.Expires
	case i.Status == Offered && i.Offer != nil:
		return i.Offer.Until
	}
	return time.Time{}
}

// Offer is a seat that is held for a learner until a time.
type Offer struct {
	Slot  Slot      `json:"slot"`
	Until time.Time `json:"until"`
}

// Proposal is a time that a learner asked for, one that the day does not have or that is full. To agree is to make a seat there.
type Proposal struct {
	Start   time.Time `json:"start"`
	At      time.Time `json:"at"`
	Refused bool      `json:"refused,omitempty"`
}

// Presence is whether a learner came to a talk.
type Presence string

// The presences. CheckedIn and RunningLate are said by the learner, or for them, on the day; the others settle the talk.
const (
	CheckedIn   Presence = "checkedIn"
	RunningLate Presence = "late"
	Attended    Presence = "attended"
	Excused     Presence = "excused"
	NoShow      Presence = "noShow"
)

// Presences are all presences in the order in which they may follow each other.
var Presences = [...]Presence{RunningLate, CheckedIn, Attended, Excused, NoShow}

// Attendance is what is known of a learner's coming to a talk, and since when.
type Attendance struct {
	Presence Presence  `json:"presence"`
	At       time.Time `json:"at"`
	// Minutes is how late the learner said to be.
	Minutes int `json:"minutes,omitempty"`
}

// Settled reports whether the host has said what became of the talk: the learner says no more then.
func (a *Attendance) Settled() bool {
	return a != nil && (a.Presence == Attended || a.Presence == Excused || a.Presence == NoShow)
}

// ArriveBefore is how long before a talk its learner may check in, or say that they are late.
const ArriveBefore = 2 * time.Hour

// Arriving reports whether now is in the slot's window for checking in: from [ArriveBefore] its start to its end.
func (s Slot) Arriving(now time.Time) bool {
	return !now.Before(s.Start.Add(-ArriveBefore)) && now.Before(s.End)
}

// Validate checks the presence and the minutes.
func (a Attendance) Validate() error {
	if !slices.Contains(Presences[:], a.Presence) {
		return Invalidf("presence", "is not one of late, checkedIn, attended, excused, noShow")
	}
	if a.Minutes < 0 || a.Minutes > 24*60 {
		return Invalidf("minutes", "is outside 0 to 1,440")
	}
	return nil
}

// Result is what came of a talk.
type Result string

// The results. An offer may be followed by hired or declined.
const (
	GotOffer   Result = "offer"    // the learner was offered the job
	Hired      Result = "hired"    // and took it
	TurnedDown Result = "declined" // and did not take it
	NotOffered Result = "rejected" // the employer decided for somebody else
)

// Outcome is what one side reports of a talk.
type Outcome struct {
	Result Result    `json:"result"`
	Pay    *Pay      `json:"pay,omitempty"` // what was offered or agreed
	At     time.Time `json:"at"`
}

// Offered reports whether the learner was offered the job.
func (o *Outcome) Offered() bool { return o != nil && o.Result != NotOffered }

// Same reports whether two outcomes say the same, whenever they were said.
func (o *Outcome) Same(p *Outcome) bool {
	if o == nil || p == nil {
		return o == p
	}
	return o.Result == p.Result && o.Pay.Same(p.Pay)
}

// Validate checks the result and the pay.
func (o Outcome) Validate() error {
	switch o.Result {
	case GotOffer, Hired, TurnedDown, NotOffered:
	default:
		return Invalidf("result", "is not one of offer, hired, declined, rejected")
	}
	if o.Pay != nil {
		if o.Result == NotOffered {
			return Invalidf("pay", "goes with an offer").Mend("leave it out")
		}
		if err := o.Pay.Validate(); err != nil {
			return within("pay", err)
		}
	}
	return nil
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
