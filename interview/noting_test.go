package interview

import (
	"testing"
	"time"

	"matchday/hiring"
)

// A learner with two talks on a day that is cancelled is booked for neither of them afterwards.
func TestTwoTalksEndTogether(t *testing.T) {
	slots := []hiring.Slot{{Start: start, End: start.Add(time.Hour), Seats: 1}, {Start: start.Add(time.Hour), End: start.Add(2 * time.Hour), Seats: 1}}
	elsewhere := hiring.Talk{Day: "d2", Invitation: "other", Slot: hiring.Slot{Start: start.Add(5 * time.Hour), End: start.Add(6 * time.Hour)}}
	booking := &hiring.Booking{Learner: "l", Talks: []hiring.Talk{{Day: "d", Invitation: "a", Slot: slots[0]}, {Day: "d", Invitation: "b", Slot: slots[1]}, elsewhere}}
	b := newDaybook()
	b.day = &hiring.Day{ID: "d", Status: hiring.StatusCancelled, Slots: slots}
	for i, ref := range []hiring.Ref{"a", "b"} {
		b.put(&hiring.Invitation{Ref: ref, Day: "d", Learner: "l", Status: hiring.Accepted, Slot: &slots[i]})
	}
	s := surroundings{
		learner: func(hiring.LearnerRef) *hiring.Learner { return &hiring.Learner{Visible: true} },
		booking: func(hiring.LearnerRef) *hiring.Booking { return booking },
		opening: func(hiring.OpeningID) *hiring.Opening { return nil },
	}
	var last *hiring.Booking
	for _, c := range settle(b, s, start.Add(-time.Hour)) {
		if c.booking != nil {
			last = c.booking
		}
	}
	if last == nil || len(last.Talks) != 1 || last.Talks[0] != elsewhere {
		t.Errorf("booked for %+v", last)
	}
}
