package interview

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// examplePlan is a plan that needs nothing mended.
func examplePlan() hiring.DayPlan {
	return hiring.DayPlan{
		ID: "spring", Employer: "Harbor Freight Systems", Title: "Spring interviews", Zone: "Europe/Madrid",
		Openings: []hiring.OpeningID{"o1"},
		Run:      &hiring.SlotRun{Start: "2027-03-15T09:00", Minutes: 30, Gap: 10, Count: 3, Seats: 2},
	}
}

func TestPlanDayFillsWhatIsLeftOut(t *testing.T) {
	d, err := planDay(examplePlan(), "ref", start)
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC)
	if len(d.Slots) != 3 || !d.Slots[0].Start.Equal(first) || !d.Slots[1].Start.Equal(first.Add(40*time.Minute)) ||
		!d.Slots[2].End.Equal(first.Add(110*time.Minute)) || d.Seats() != 6 {
		t.Errorf("slots %+v", d.Slots)
	}
	if d.Kind != hiring.Interviews || d.Status != hiring.StatusDraft || d.Ref != "ref" {
		t.Errorf("kind %q, status %q, ref %q", d.Kind, d.Status, d.Ref)
	}
	if d.ReplyWithin != 72*3600 || !d.Deadline.Equal(first.Add(-24*time.Hour)) {
		t.Errorf("reply within %d s, deadline %v", d.ReplyWithin, d.Deadline)
	}
}

// A run that crosses the change to summer time keeps its talks half an hour long and none falls into the gap.
func TestPlanDayRunsAcrossAClockChange(t *testing.T) {
	p := examplePlan()
	p.Run = &hiring.SlotRun{Start: "2027-03-28T01:00", Minutes: 30, Count: 4, Seats: 1}
	d, err := planDay(p, "ref", start)
	if err != nil {
		t.Fatal(err)
	}
	madrid, _ := time.LoadLocation("Europe/Madrid")
	var shown []string
	for _, s := range d.Slots {
		shown = append(shown, s.Start.In(madrid).Format("15:04"))
		if s.End.Sub(s.Start) != 30*time.Minute {
			t.Errorf("a talk of %v", s.End.Sub(s.Start))
		}
	}
	if got := strings.Join(shown, " "); got != "01:00 01:30 03:00 03:30" {
		t.Errorf("starts %s", got)
	}
}

func TestPlanDaySortsSlots(t *testing.T) {
	p := examplePlan()
	p.Run, p.Slots = nil, []hiring.LocalSlot{
		{Start: "2027-10-31T02:30+01:00", Minutes: 30, Seats: 1}, {Start: "2027-10-31T02:30+02:00", Minutes: 30, Seats: 2},
	}
	d, err := planDay(p, "ref", start)
	if err != nil {
		t.Fatal(err)
	}
	if d.Slots[0].Seats != 2 || d.Slots[1].Start.Sub(d.Slots[0].Start) != time.Hour {
		t.Errorf("slots %+v", d.Slots)
	}
}

func TestPlanDayRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*hiring.DayPlan)
		code  hiring.Code
		field string
	}{
		{"no zone", func(p *hiring.DayPlan) { p.Zone = "" }, hiring.Impossible, "zone"},
		{"the machine's zone", func(p *hiring.DayPlan) { p.Zone = "Local" }, hiring.Impossible, "zone"},
		{"a gap in a run", func(p *hiring.DayPlan) { p.Run.Start = "2027-03-28T02:30" }, hiring.Impossible, "run.start"},
		{"a gap in a slot", func(p *hiring.DayPlan) {
			p.Run, p.Slots = nil, []hiring.LocalSlot{{Start: "2027-03-28T02:30", Minutes: 30, Seats: 1}}
		}, hiring.Impossible, "slots[0].start"},
		{"a gap as deadline", func(p *hiring.DayPlan) {
			p.Run.Start, p.Deadline = "2027-04-01T09:00", "2027-03-28T02:30"
		}, hiring.Impossible, "deadline"},
		{"two readings", func(p *hiring.DayPlan) { p.Run.Start = "2027-10-31T02:30" }, hiring.Impossible, "run.start"},
		{"no slots", func(p *hiring.DayPlan) { p.Run = nil }, hiring.Invalid, "slots"},
		{"slots and run", func(p *hiring.DayPlan) { p.Slots = make([]hiring.LocalSlot, 1) }, hiring.Invalid, "slots"},
		{"one slot twice", func(p *hiring.DayPlan) {
			s := hiring.LocalSlot{Start: "2027-03-15T09:00", Minutes: 30, Seats: 1}
			p.Run, p.Slots = nil, []hiring.LocalSlot{s, s}
		}, hiring.Invalid, "slots[1].start"},
		{"a start in the past", func(p *hiring.DayPlan) { p.Run.Start = "2027-02-28T09:00" }, hiring.Impossible, "slots[0]"},
		{"a run that leaves the calendar", func(p *hiring.DayPlan) { p.Run.Start = "9999-12-31T23:30" }, hiring.Impossible, "slots[0]"},
		{"a run that goes on for years", func(p *hiring.DayPlan) { p.Run.Count, p.Run.Gap = 500, 24*60*7 }, hiring.Invalid, "run.gap"},
		{"a slot eleven years ahead", func(p *hiring.DayPlan) {
			p.Run, p.Slots = nil, []hiring.LocalSlot{{Start: "2027-03-15T09:00", Minutes: 30, Seats: 1}, {Start: "2038-03-15T09:00", Minutes: 30, Seats: 1}}
		}, hiring.Impossible, "slots[1]"},
		{"endless run", func(p *hiring.DayPlan) { p.Run.Count = math.MaxInt }, hiring.Invalid, "run.count"},
		{"endless talk", func(p *hiring.DayPlan) { p.Run.Minutes = math.MaxInt }, hiring.Invalid, "run.minutes"},
		{"gap below zero", func(p *hiring.DayPlan) { p.Run.Gap = -5 }, hiring.Invalid, "run.gap"},
		{"no seats", func(p *hiring.DayPlan) { p.Run.Seats = 0 }, hiring.Invalid, "slots[0]"},
		{"a bar that is no number", func(p *hiring.DayPlan) { p.Bar = math.NaN() }, hiring.Invalid, "bar"},
		{"a reply time in words", func(p *hiring.DayPlan) { p.ReplyWithin = "three days" }, hiring.Invalid, "replyWithin"},
		{"a reply time below zero", func(p *hiring.DayPlan) { p.ReplyWithin = "-3h" }, hiring.Invalid, "replyWithin"},
		{"a deadline after the start", func(p *hiring.DayPlan) { p.Deadline = "2027-03-15T09:01" }, hiring.Invalid, "deadline"},
		{"nobody to be interviewed for", func(p *hiring.DayPlan) { p.Openings = nil }, hiring.Invalid, "openings"},
		{"a link that is none", func(p *hiring.DayPlan) { p.Link = "javascript:alert(1)" }, hiring.Invalid, "link"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := examplePlan()
			tt.spoil(&p)
			_, err := planDay(p, "ref", start)
			var e *hiring.Error
			if !errors.As(err, &e) || e.Code != tt.code || e.Field != tt.field {
				t.Errorf("error %#v, want code %s about %s", err, tt.code, tt.field)
			}
		})
	}
}
