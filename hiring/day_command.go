package hiring

import "time"

// DayAction is what a [DayCommand] does.
type DayAction string

// The actions of those who run a day.
const (
	DoDraft   DayAction = "draft"   // make or change the draft; Plan is set
	DoOpen    DayAction = "open"    // open; on an open day, invite
	DoInvite  DayAction = "invite"  // invite Learners for Opening: those whom the employer selected, or anybody the day would not reach
	DoSolve   DayAction = "solve"   // a scheduled day: who talks with whom, and when; they are invited to fixed times
	DoChange  DayAction = "change"  // Change is set: what is different now on a day that is open or closed
	DoAgree   DayAction = "agree"   // to the time that the learner of Invitation proposed
	DoRefuse  DayAction = "refuse"  // it
	DoClose   DayAction = "close"   // no further invitations; accepted ones stand
	DoHold    DayAction = "hold"    // the day takes place, or took
	DoArchive DayAction = "archive" // nothing more is to be done
	DoCancel  DayAction = "cancel"  // withdraw every live invitation
)

// The actions of a learner on Invitation, and of the operator on their word.
const (
	DoAccept   DayAction = "accept"   // Slot may be set
	DoDecline  DayAction = "decline"  // Reason may be set
	DoWait     DayAction = "wait"     // for a seat to be freed, where none is left
	DoPropose  DayAction = "propose"  // the time in Slot, which the day does not have or which is full
	DoMove     DayAction = "move"     // to the time in Slot; the old seat is kept until the new one is held
	DoWithdraw DayAction = "withdraw" // give the accepted seat back; Reason may be set
	DoRead     DayAction = "read"     // the learner says that they have read the invitation
	DoWish     DayAction = "wish"     // Learners[0], by id, states Wishes for a scheduled day
)

// The actions on the day itself, on Invitation.
const (
	DoAttend  DayAction = "attend"  // Attendance is set; the role says when
	DoOutcome DayAction = "outcome" // Outcome is set: the learner's word ByLink or by their token, else the employer's
)

// DayCommand is a command on one interview day; the interview role answers on cmd.day.<day>. Answer: [DayAnswer].
type DayCommand struct {
	Asked
	// Command names this command: sent again, it gets the first answer.
	Command string    `json:"command"`
	Day     DayID     `json:"day"`
	Ref     Ref       `json:"ref"` // hash of Day, for the subject
	Do      DayAction `json:"do"`
	Plan    *DayPlan  `json:"plan,omitempty"`
	// Invitation names the invitation to answer; ByLink says that its signed link was shown, or its reply code given, so no token is
	// needed.
	Invitation Ref `json:"invitation,omitempty"`
	// Code names the invitation instead, among those of Day, by the check-in code of an accepted talk, as a person typed it; see
	// vault.Secrets.CheckInCode.
	Code   string     `json:"code,omitempty"`
	ByLink bool       `json:"byLink,omitempty"`
	Slot   *time.Time `json:"slot,omitempty"` // start of the slot wanted; nil for the earliest that is free
	Reason string     `json:"reason,omitempty"`
	// Opening and Learners say whom to invite for what: ids of learners, or the pseudonyms under which the actor knows them.
	Opening    OpeningID   `json:"opening,omitempty"`
	Learners   []string    `json:"learners,omitempty"`
	Wishes     *Wishes     `json:"wishes,omitempty"`
	Change     *DayChange  `json:"change,omitempty"`
	Attendance *Attendance `json:"attendance,omitempty"`
	Outcome    *Outcome    `json:"outcome,omitempty"`
}

// DayChange is what changes on a day after it opened. Nil leaves as it is; an empty text removes.
type DayChange struct {
	Place  *Place      `json:"place,omitempty"`
	Link   *string     `json:"link,omitempty"`
	Access *string     `json:"access,omitempty"`
	Format *TalkFormat `json:"format,omitempty"`
	// Move moves slots, Drop cancels them: who sat there is told, and is the first to be offered another.
	Move []SlotMove `json:"move,omitempty"`
	Drop []string   `json:"drop,omitempty"` // starts, as in LocalSlot
	// Add makes further slots.
	Add []LocalSlot `json:"add,omitempty"`
}

// SlotMove moves the slot that starts at From so that it starts at To, as long as before; both as in [LocalSlot].
type SlotMove struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// DayPlan is a day as an employer writes it: local times in a zone.
type DayPlan struct {
	ID       DayID        `json:"id"`
	Employer EmployerName `json:"employer"`
	// Hosts are the other employers of a fair.
	Hosts     []EmployerName `json:"hosts,omitempty"`
	Title     string         `json:"title"`
	Kind      DayKind        `json:"kind,omitempty"`      // interviews when empty
	Admission Admission      `json:"admission,omitempty"` // open when empty
	Format    TalkFormat     `json:"format,omitempty"`
	Zone      string         `json:"zone"`
	Place     *Place         `json:"place,omitempty"`
	Link      string         `json:"link,omitempty"`
	Access    string         `json:"access,omitempty"`
	Openings  []OpeningID    `json:"openings,omitempty"`
	// Slots are either given one by one, or as a run: from Date and Start, Count slots of Minutes with Gap minutes between.
	Slots        []LocalSlot        `json:"slots,omitempty"`
	Run          *SlotRun           `json:"run,omitempty"`
	Interviewers []LocalInterviewer `json:"interviewers,omitempty"`
	Gap          int                `json:"gap,omitempty"` // least minutes between two talks of one learner
	Bar          float64            `json:"bar,omitempty"`
	// NoShow is the share of those who accept that is expected not to come, 0 to 0.5: slots are overbooked by it.
	NoShow float64 `json:"noShow,omitempty"`
	// Wave is how many are invited at once; as many as there are seats when 0.
	Wave int `json:"wave,omitempty"`
	// ReplyWithin is a Go duration ("72h", the default), as OfferWithin is ("2h"): how long a freed seat is held for one who waits.
	ReplyWithin string `json:"replyWithin,omitempty"`
	OfferWithin string `json:"offerWithin,omitempty"`
	// Leads are durations before a talk at which its learner is reminded.
	Leads []string `json:"leads,omitempty"`
	// Deadline is RFC 3339, or a local time of the zone ("2027-03-01T18:00"); 24 hours before the first slot when empty.
	Deadline string `json:"deadline,omitempty"`
}

// LocalInterviewer is an [Interviewer] in local times.
type LocalInterviewer struct {
	ID        string       `json:"id"`
	Employer  EmployerName `json:"employer,omitempty"` // the day's when empty
	Languages []string     `json:"languages,omitempty"`
	Hours     []LocalSpan  `json:"hours,omitempty"`
	Breaks    []LocalSpan  `json:"breaks,omitempty"`
}

// LocalSpan is a stretch of time, both ends as in [LocalSlot].
type LocalSpan struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// LocalSlot is a slot in the day's zone. Start is "2027-03-14T09:30"; an offset ("2027-10-31T02:30+02:00") chooses between the two
// readings of a time that occurs twice.
type LocalSlot struct {
	Start   string `json:"start"`
	Minutes int    `json:"minutes"`
	Seats   int    `json:"seats"`
}

// SlotRun is a row of equal slots.
type SlotRun struct {
	Start   string `json:"start"` // as in LocalSlot
	Minutes int    `json:"minutes"`
	Gap     int    `json:"gap,omitempty"` // minutes
	Count   int    `json:"count"`
	Seats   int    `json:"seats"` // of each slot
}

// DayAnswer is the state after a command: the day, and the invitation when the command was about one.
type DayAnswer struct {
	Day        Day         `json:"day"`
	Invitation *Invitation `json:"invitation,omitempty"`
	Position   uint64      `json:"position"`
	// Sent counts the invitations that opening the day, or the command to invite, sent at once.
	Sent int `json:"sent,omitempty"`
	// Held counts those that wait until an operator has verified the employer; see [MaxUnverified].
	Held int `json:"held,omitempty"`
}

// ViewDay asks the interview role for a day and its invitations. Answer: [DayView].
type ViewDay struct {
	Asked
	Day DayID `json:"day"`
	// Preview asks who would be invited if the day were opened now, instead of who was.
	Preview bool `json:"preview,omitempty"`
	// Offset and Limit say which part of the invitations, or of the preview, is wanted: none when Limit is 0.
	Offset int       `json:"offset,omitempty"`
	Limit  int       `json:"limit,omitempty"`
	At     time.Time `json:"at"`
}

// DayView is a day with part of its invitations in order of score, and the learner ids of each. It may hold fewer than Limit, where
// more do not fit: go on from there until Total.
type DayView struct {
	Day         Day          `json:"day"`
	Invitations []Invitation `json:"invitations"`
	Preview     []Match      `json:"preview,omitempty"`
	// Total counts the invitations, or of a preview those who would be invited, 1,000 at most.
	Total int `json:"total"`
	// IDs are the ids of the learners in Invitations and Preview. An invitation of a learner who was erased names none.
	IDs     map[LearnerRef]LearnerID `json:"ids"`
	Free    []int                    `json:"free"` // seats left, by slot, of what the slot takes; see [Day.Capacity]
	Waiting int                      `json:"waiting,omitempty"`
	// Review says that further invitations wait until an operator has verified the employer.
	Review   bool   `json:"review,omitempty"`
	Position uint64 `json:"position"`
}

// ViewInvitation asks the interview role for one invitation. Answer: [InvitationView].
type ViewInvitation struct {
	Asked
	Invitation Ref  `json:"invitation"`
	ByLink     bool `json:"byLink,omitempty"`
	// Code names the invitation by its reply code instead, as a person typed it; see vault.Secrets.ReplyCode.
	Code string `json:"code,omitempty"`
}

// InvitationView is an invitation with what its page shows.
type InvitationView struct {
	Invitation Invitation `json:"invitation"`
	Day        Day        `json:"day"`
	Opening    *Opening   `json:"opening,omitempty"`
	LearnerID  LearnerID  `json:"learnerId"`
	Languages  []string   `json:"languages,omitempty"`
	Place      *Place     `json:"place,omitempty"` // the learner's, for the learner's zone
	Free       []int      `json:"free"`            // seats left, by slot
	// Taken are the slots that overlap a talk of the learner's elsewhere, by index.
	Taken []int `json:"taken,omitempty"`
	// Queue is the learner's place among those who wait, from 1; 0 when they do not.
	Queue    int    `json:"queue,omitempty"`
	Position uint64 `json:"position"`
}

// ListInvitations asks the interview role for a learner's invitations, newest first. Answer: [InvitationList].
type ListInvitations struct {
	Asked
	Learner LearnerID `json:"learner"`
}

// InvitationList holds a learner's invitations.
type InvitationList struct {
	Invitations []Invitation `json:"invitations"`
	Ref         LearnerRef   `json:"ref"`
}

// Subjects of questions about days.
func (ViewDay) Subject() string         { return "ask.day.view" }
func (ViewInvitation) Subject() string  { return "ask.day.invitation" }
func (ListInvitations) Subject() string { return "ask.day.invitations" }

// Subject is cmd.day.<day>; the zero command's is the wildcard that the interview role answers on.
func (c DayCommand) Subject() string {
	if c.Ref == "" {
		return "cmd.day.*"
	}
	return "cmd.day." + string(c.Ref)
}
