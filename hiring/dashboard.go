package hiring

import "time"

// ViewDashboard asks the interview role how a day stands at a glance. Answer: [Dashboard].
type ViewDashboard struct {
	Asked
	Day DayID `json:"day"`
}

// Dashboard is a day at a glance: seats, replies and who came, in numbers only.
type Dashboard struct {
	Day    DayID      `json:"day"`
	Title  string     `json:"title"`
	Zone   string     `json:"zone"`
	Status DayStatus  `json:"status"`
	Slots  []SlotFill `json:"slots"`
	// Invitations counts them by status, Presences the accepted ones by what is known of the learner's coming.
	Invitations map[InvitationStatus]int `json:"invitations"`
	Presences   map[Presence]int         `json:"presences"`
	Waiting     int                      `json:"waiting"` // for a seat
	// Replies are the minutes in which replies came, in order, the last [MaxReplyMinutes] of them.
	Replies  []ReplyMinute `json:"replies"`
	Position uint64        `json:"position"`
}

// MaxReplyMinutes bounds [Dashboard.Replies]: a day's worth.
const MaxReplyMinutes = 24 * 60

// SlotFill is how full one time of a day is.
type SlotFill struct {
	Slot
	Takes int `json:"takes"` // learners, overbooked as the day says; see [Day.Capacity]
	Taken int `json:"taken"` // accepted, or kept for somebody
	Free  int `json:"free"`
	Here  int `json:"here"` // checked in or attended
}

// ReplyMinute counts what learners replied in one minute.
type ReplyMinute struct {
	Minute   time.Time `json:"minute"` // its beginning, UTC
	Accepted int       `json:"accepted,omitempty"`
	Declined int       `json:"declined,omitempty"` // or gave the seat back
	Waiting  int       `json:"waiting,omitempty"`
	Moved    int       `json:"moved,omitempty"`
	Proposed int       `json:"proposed,omitempty"`
}

// Count counts a fact of an invitation, and reports whether it is a reply.
func (m *ReplyMinute) Count(kind string) bool {
	switch kind {
	case InvitationAccepted:
		m.Accepted++
	case InvitationDeclined, InvitationReturned:
		m.Declined++
	case InvitationWaiting:
		m.Waiting++
	case InvitationMoved:
		m.Moved++
	case InvitationProposed:
		m.Proposed++
	default:
		return false
	}
	return true
}

// Subject of the question.
func (ViewDashboard) Subject() string { return "ask.day.dashboard" }
