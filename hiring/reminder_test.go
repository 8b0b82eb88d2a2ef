package hiring

import (
	"slices"
	"testing"
	"time"
)

func TestRemindersAreDueOnceAndInTime(t *testing.T) {
	start := time.Date(2027, 3, 10, 9, 0, 0, 0, time.UTC)
	accepted := start.AddDate(0, 0, -7)
	talk := Invitation{Status: Accepted, Slot: &Slot{Start: start, End: start.Add(time.Hour)}, Revised: &accepted}
	leads := (&Day{}).LeadTimes()
	due := func(i Invitation, before time.Duration) []int64 { return i.Due(leads, start.Add(-before)) }
	const day, two = 24 * 3600, 2 * 3600
	for _, c := range []struct {
		name   string
		talk   Invitation
		before time.Duration
		want   []int64
	}{
		{"too early", talk, 24*time.Hour + 1, nil},
		{"a day before", talk, 24 * time.Hour, []int64{day}},
		{"both missed", talk, time.Hour, []int64{day, two}},
		{"the last instant", talk, 1, []int64{day, two}},
		{"begun", talk, 0, nil},
		{"over", talk, -2 * time.Hour, nil},
	} {
		if got := due(c.talk, c.before); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	once := talk.Remind([]int64{day})
	if got := due(once, 24*time.Hour); got != nil || talk.Reminded != nil {
		t.Errorf("twice: %v", got)
	}
	if got := due(once, time.Hour); !slices.Equal(got, []int64{two}) {
		t.Errorf("the second: %v", got)
	}
	both := once.Remind([]int64{two})
	moved := both
	to := start.AddDate(0, 0, 3)
	moved.Slot = &Slot{Start: to, End: to.Add(time.Hour)}
	if got := moved.Due(leads, to.Add(-time.Hour)); !slices.Equal(got, []int64{day, two}) || due(both, time.Hour) != nil {
		t.Errorf("moved: %v", got)
	}
	if next := moved.Remind([]int64{day}); !slices.Equal(next.Reminded, []int64{day}) {
		t.Errorf("reminded of the talk before: %v", next.Reminded)
	}
	late := start.Add(-3 * time.Hour) // the confirmation came after the first lead, and before the second
	talk.Revised = &late
	if got := due(talk, time.Hour); !slices.Equal(got, []int64{two}) {
		t.Errorf("accepted late: %v", got)
	}
	talk.Status, talk.Slot = Declined, nil
	if got := due(talk, time.Hour); got != nil {
		t.Errorf("declined: %v", got)
	}
}
