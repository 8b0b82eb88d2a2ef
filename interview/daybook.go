package interview

import (
	"time"

	"matchday/hiring"
)

// daybook is what is known of one day: its plan and every invitation it ever made.
type daybook struct {
	day         *hiring.Day // nil until drafted
	invitations map[hiring.Ref]*hiring.Invitation
	// invited holds the one invitation that a learner ever got for the day.
	invited map[hiring.LearnerRef]hiring.Ref
	taken   map[int64]int // accepted seats by the slot's start, in Unix seconds
	live    int
	// opening counts the invitations that the command to open the day sent: those sent under a command's id. Later ones have none.
	opening int
	// fence is the last log position of any invitation of the day: what the next change of one expects.
	fence uint64
}

func newDaybook() *daybook {
	return &daybook{
		invitations: map[hiring.Ref]*hiring.Invitation{},
		invited:     map[hiring.LearnerRef]hiring.Ref{},
		taken:       map[int64]int{},
	}
}

// put replaces an invitation's state and keeps the counts right.
func (b *daybook) put(inv *hiring.Invitation) {
	b.count(b.invitations[inv.Ref], -1)
	b.count(inv, +1)
	b.invitations[inv.Ref] = inv
	b.invited[inv.Learner] = inv.Ref
}

func (b *daybook) count(inv *hiring.Invitation, by int) {
	if inv == nil || !inv.Status.Live() {
		return
	}
	b.live += by
	if inv.Status == hiring.Accepted && inv.Slot != nil {
		b.taken[inv.Slot.Start.Unix()] += by
	}
}

// free is how many seats of a slot nobody has accepted.
func (b *daybook) free(s hiring.Slot) int { return s.Seats - b.taken[s.Start.Unix()] }

// frees lists the free seats of every slot.
func (b *daybook) frees() []int {
	list := make([]int, len(b.day.Slots))
	for i, s := range b.day.Slots {
		list[i] = b.free(s)
	}
	return list
}

// room is how many further invitations may be live: one a seat.
func (b *daybook) room() int { return b.day.Seats() - b.live }

// inviting reports whether the day may send invitations at all.
func (b *daybook) inviting(now time.Time) bool {
	return b.day != nil && b.day.Status == hiring.StatusOpen && now.Before(b.day.Deadline)
}

// surroundings is what a decision on one day needs to know beyond the day.
type surroundings struct {
	learner func(hiring.LearnerRef) *hiring.Learner // nil when unknown
	booking func(hiring.LearnerRef) *hiring.Booking // nil when none
	opening func(hiring.OpeningID) *hiring.Opening  // nil when unknown
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

// bare returns the invitation without what it tells about the learner: what they bring, and why they declined.
func bare(inv hiring.Invitation) hiring.Invitation {
	inv.Match = hiring.Match{Opening: inv.Opening, Matched: []hiring.SkillID{}, Missing: []hiring.SkillID{}}
	inv.Reason = ""
	return inv
}

// change is one fact to be: its type, and the new state of the one entity that is set.
type change struct {
	kind       string
	day        *hiring.Day
	invitation *hiring.Invitation
	booking    *hiring.Booking
}
