package interview

import (
	"math"
	"slices"
	"time"

	"matchday/hiring"
)

// Limits that protect learners.
const (
	// DefaultPerWeek is how many invitations a learner gets in seven days, where Options do not say.
	DefaultPerWeek = 5
	week           = 7 * 24 * time.Hour
	// afterDecline is how long an employer whom a learner declined does not invite them again.
	afterDecline = 30 * 24 * time.Hour
)

// surroundings is what a decision on one day needs to know beyond the day.
type surroundings struct {
	learner  func(hiring.LearnerRef) *hiring.Learner      // nil when unknown
	booking  func(hiring.LearnerRef) *hiring.Booking      // nil when none
	opening  func(hiring.OpeningID) *hiring.Opening       // nil when unknown
	day      func(hiring.DayID) *hiring.Day               // nil when unknown
	history  func(hiring.LearnerRef) []*hiring.Invitation // every invitation that the learner ever got, of any day
	verified func(hiring.EmployerName) bool
	sent     func(hiring.EmployerName) int // invitations that the employer ever sent
	perWeek  int
}

// noting returns surroundings in which bookings stand as the changes that note was told of leave them: of a learner who gives up two
// talks in one decision, the second change must know of the first.
func (s surroundings) noting() (_ surroundings, note func([]change)) {
	bookings, before := map[hiring.LearnerRef]*hiring.Booking{}, s.booking
	s.booking = func(l hiring.LearnerRef) *hiring.Booking {
		if b, ok := bookings[l]; ok {
			return b
		}
		return before(l)
	}
	return s, func(changes []change) {
		for _, c := range changes {
			if c.booking != nil {
				bookings[c.booking.Learner] = c.booking
			}
		}
	}
}

// erased reports whether the learner is known to have been erased.
func (s surroundings) erased(ref hiring.LearnerRef) bool {
	l := s.learner(ref)
	return l != nil && l.Erased
}

// hidden reports whether the learner is known to have withdrawn the consent to be shown.
func (s surroundings) hidden(ref hiring.LearnerRef) bool {
	l := s.learner(ref)
	return l != nil && !l.Erased && !l.Visible
}

// withdrawn reports whether the opening was withdrawn.
func (s surroundings) withdrawn(id hiring.OpeningID) bool {
	o := s.opening(id)
	return o != nil && o.Withdrawn
}

// quota is how many more invitations an employer may send before an operator has verified it.
func (s surroundings) quota(e hiring.EmployerName) int {
	if s.verified(e) {
		return math.MaxInt
	}
	return max(hiring.MaxUnverified-s.sent(e), 0)
}

// spared refuses to invite a learner whom the limits protect: who got as many invitations as they may in the past seven days, or
// declined one of the employer's in the past thirty. The talks of a scheduled day count as one invitation.
func (s surroundings) spared(b *daybook, ref hiring.LearnerRef, e hiring.EmployerName, now time.Time) error {
	for _, inv := range s.history(ref) {
		if inv.Employer == e && inv.Status == hiring.Declined && now.Sub(declinedAt(inv)) < afterDecline {
			return hiring.Errorf(hiring.Conflict, "the learner declined an invitation of this employer in the past 30 days")
		}
	}
	if n, scheduled := s.weekly(ref, now); n >= s.perWeek && !scheduled[b.day.ID] {
		return hiring.Errorf(hiring.Conflict, "the learner got %d invitations in the past seven days, as many as they may", n)
	}
	return nil
}

// weekly counts a learner's invitations of the past seven days, and names the scheduled days among theirs.
func (s surroundings) weekly(ref hiring.LearnerRef, now time.Time) (n int, scheduled map[hiring.DayID]bool) {
	scheduled = map[hiring.DayID]bool{}
	for _, inv := range s.history(ref) {
		if now.Sub(inv.SentAt) >= week || scheduled[inv.Day] {
			continue
		}
		if d := s.day(inv.Day); d != nil && d.Admits() == hiring.AdmitScheduled {
			scheduled[inv.Day] = true
		}
		n++
	}
	return n, scheduled
}

// declinedAt is when an invitation was declined. Before that was written down it was before its expiry at the latest, or later when it
// had been accepted first.
func declinedAt(inv *hiring.Invitation) time.Time {
	if inv.EndedAt != nil {
		return *inv.EndedAt
	}
	return inv.Expires
}

// payable refuses an opening that nobody may be invited for: one whose pay is not stated, or which is held for review.
func payable(o *hiring.Opening) error {
	switch {
	case len(o.Held) > 0:
		return hiring.Errorf(hiring.Conflict, "is held for review").Mend("ask the operator to look at it")
	case o.Pay == nil || o.Pay.Min <= 0 && o.Pay.Max == nil:
		return hiring.Errorf(hiring.Impossible, "does not state its pay").Mend("post it with pay; nobody is invited before")
	}
	return nil
}

// invitable refuses, with the reason, to invite the learner of a match to the day for its opening.
func invitable(b *daybook, s surroundings, m hiring.Match, now time.Time) error {
	o := s.opening(m.Opening)
	if o == nil || !o.OpenAt(now) {
		return hiring.Errorf(hiring.Conflict, "the opening takes nobody now")
	}
	if err := payable(o); err != nil {
		return err
	}
	l := s.learner(m.Learner)
	if l == nil || l.Erased || !l.Visible || m.Score < 1 {
		return hiring.Errorf(hiring.NotFound, "no such learner")
	}
	for _, ref := range b.had[m.Learner] {
		had := b.invitations[ref]
		if had.Opening == m.Opening || had.Employer == o.Employer && b.day.Admits() != hiring.AdmitScheduled {
			return hiring.Errorf(hiring.Conflict, "the learner was invited to this day before")
		}
	}
	if err := s.spared(b, m.Learner, o.Employer, now); err != nil {
		return err
	}
	if b.day.Admits() == hiring.AdmitScheduled { // whether there is a time is for the solver to find
		return nil
	}
	booking := s.booking(m.Learner)
	if !slices.ContainsFunc(b.day.Slots, func(slot hiring.Slot) bool { return sittable(b, booking, slot, now) == nil }) {
		return hiring.Errorf(hiring.Conflict, "no time is left that the learner could come at")
	}
	return nil
}

// bar is the least score for an invitation to the day for the opening; nil stands for an opening that is not known.
func bar(d *hiring.Day, o *hiring.Opening) hiring.Score {
	least := max(d.Bar, 1)
	if o != nil {
		least = max(least, millionths(o.Bar))
	}
	return least
}
