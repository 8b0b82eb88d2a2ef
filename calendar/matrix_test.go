package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
)

// matrixZones are forty zones: whole, half and quarter hours, both hemispheres, clocks that save winter, that change by half an hour or
// two, that stopped changing, that crossed the date line, and that stop for Ramadan.
var matrixZones = []string{
	"UTC", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Berlin", "Europe/Helsinki", "Europe/Istanbul",
	"Europe/Moscow", "Europe/Chisinau", "Atlantic/Azores", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Cairo", "Africa/Lagos", "Africa/Johannesburg",
	"Asia/Beirut", "Asia/Jerusalem", "Asia/Gaza", "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Pyongyang",
	"Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Eucla", "Antarctica/Troll", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia",
	"Pacific/Kiritimati", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Asuncion", "America/Havana", "America/Nuuk", "America/Caracas",
}

// transitions returns the instants at which the clocks of loc change: all from 2026 to 2029, and the last ones before, back to 2005.
func transitions(loc *time.Location) (list []time.Time) {
	at := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		_, end := at.In(loc).ZoneBounds()
		if end.IsZero() || end.Year() > 2029 {
			break
		}
		list = append(list, end)
		at = end
	}
	recent := 0
	for _, t := range list {
		if t.Year() >= 2026 {
			recent++
		}
	}
	return list[max(0, len(list)-recent-6):]
}

// around are the starts of talks near a transition: in the hours that are skipped or shown twice, at their edges, and a day away.
func around(at time.Time) (list []time.Time) {
	for _, d := range []time.Duration{
		-24 * time.Hour, -121 * time.Minute, -time.Hour, -45 * time.Minute, -30 * time.Minute, -15 * time.Minute, -time.Minute, -time.Second, 0,
		time.Second, time.Minute, 15 * time.Minute, 29 * time.Minute, 30 * time.Minute, 45 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour,
	} {
		list = append(list, at.Add(d))
	}
	return list
}

// Every talk near every change of clocks, made, moved and cancelled, stands in the other implementation at the instant at which Go
// has it, once, and then no more.
func TestMatrixOfZones(t *testing.T) {
	if len(matrixZones) != 40 {
		t.Fatalf("%d zones", len(matrixZones))
	}
	talks, gaps, folds, inUTC := 0, 0, 0, 0
	for _, name := range matrixZones {
		loc := location(t, name)
		changes := transitions(loc)
		for _, at := range changes {
			_, before := at.Add(-time.Second).In(loc).Zone()
			_, after := at.In(loc).Zone()
			if after > before {
				gaps++
			} else if after < before {
				folds++
			}
		}
		if len(changes) == 0 { // nothing changes: talks over the year
			changes = []time.Time{time.Date(2027, 2, 28, 12, 0, 0, 0, time.UTC), time.Date(2027, 10, 31, 1, 0, 0, 0, time.UTC)}
		}
		for _, at := range changes {
			for _, start := range around(at) {
				s := newStore()
				e := example(loc, start)
				mustTake(t, s, e)
				expect(t, s, e)
				moved := e
				moved.Sequence, moved.Start, moved.End = 1, at.Add(10*time.Minute), at.Add(75*time.Minute)
				moved.Stamp = e.Stamp.Add(time.Hour)
				mustTake(t, s, moved)
				mustTake(t, s, e) // the first mail once more, late
				expect(t, s, moved)
				gone := moved
				gone.Sequence, gone.Cancelled = 2, true
				mustTake(t, s, gone)
				mustTake(t, s, moved)
				if len(s.entries) != 0 {
					t.Fatalf("%s: cancelled and still there: %v", name, s.entries)
				}
				if !e.local(loc) && !plainUTC(loc) {
					inUTC++
				}
				talks++
			}
		}
	}
	t.Logf("%d zones, %d gaps, %d folds, %d talks, %d of them in UTC", len(matrixZones), gaps, folds, talks, inUTC)
	if gaps < 100 || folds < 100 || inUTC == 0 || inUTC == talks {
		t.Error("the matrix is too thin to show anything")
	}
}

// expect finds exactly one entry in the store, as Go has it.
func expect(t *testing.T, s *store, e Entry) {
	t.Helper()
	h, ok := s.entries[string(e.Invitation)]
	if !ok || len(s.entries) != 1 {
		t.Fatalf("the store holds %v", s.entries)
	}
	if !h.start.Equal(e.Start) || !h.end.Equal(e.End) || h.sequence != e.Sequence {
		t.Fatalf("%v: revision %d from %v to %v, want %d from %v to %v\n%s", e.Zone, h.sequence, h.start, h.end, e.Sequence, e.Start.UTC(), e.End.UTC(), Invite(e))
	}
	if h.summary != e.Summary || h.place != e.Place || h.by != e.Description {
		t.Fatalf("texts %q, %q, %q", h.summary, h.place, h.by)
	}
}

// The VTIMEZONE says at every half hour of its years what Go says: offset and name.
func TestZonesAsGoHasThem(t *testing.T) {
	for _, name := range matrixZones[1:] {
		loc := location(t, name)
		for _, year := range []int{2010, 2011, 2016, 2019, 2024, 2026, 2027, 2037} {
			from := time.Date(year, 1, 1, 0, 0, 0, 0, loc)
			e := example(loc, from.AddDate(0, 5, 14).Add(12*time.Hour))
			_, _, r, err := read(Invite(e))
			if err != nil {
				t.Fatal(err)
			}
			for at := from; at.Year() == year; at = at.Add(30 * time.Minute) {
				short, offset := at.Zone()
				o, ok := r.at(name, at)
				if !ok || o.offset != time.Duration(offset)*time.Second || o.name != short {
					t.Fatalf("%s at %v: %+v\n%s", name, at, o, Invite(e))
				}
			}
		}
	}
}

// The check must be able to fail: an offset or an onset that is an hour off is noticed, and so is a local time that occurs twice.
func TestMatrixNotices(t *testing.T) {
	loc := location(t, "Europe/Madrid")
	change := time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC)
	e := example(loc, change.Add(30*time.Minute))
	good := string(Invite(e))
	for old, wrong := range map[string]string{
		"TZOFFSETTO:+0200": "TZOFFSETTO:+0300", "DTSTART:20270328T020000": "DTSTART:20270328T040000", "TZID=Europe/Madrid:": "TZID=Europe/Paris:",
	} {
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not in\n%s", old, good)
		}
		s := newStore()
		if err := s.take([]byte(strings.ReplaceAll(good, old, wrong))); err == nil && s.entries[string(e.Invitation)].start.Equal(e.Start) {
			t.Errorf("%s went unnoticed", wrong)
		}
	}
	second := time.Date(2027, 10, 31, 1, 30, 0, 0, time.UTC) // 02:30 for the second time
	_, _, r, err := read(Invite(example(loc, second.AddDate(0, 0, 1))))
	if err != nil {
		t.Fatal(err)
	}
	p := ical.NewProp(ical.PropDateTimeStart)
	p.SetDateTime(second.In(loc))
	if got, err := r.instant(p); err != nil || !got.Equal(second.Add(-time.Hour)) {
		t.Errorf("02:30 is read as %v, %v", got, err)
	}
	if !strings.Contains(string(Invite(example(loc, second))), "DTSTART:20271031T013000Z") {
		t.Error("a time that occurs twice is written in local time")
	}
}

// Revisions may come in any order, and again: the last one stands, once.
func TestRevisionsInAnyOrder(t *testing.T) {
	loc := location(t, "America/St_Johns")
	start := time.Date(2027, 3, 14, 5, 0, 0, 0, time.UTC)
	var revisions []Entry
	for n := range 4 {
		e := example(loc, start.Add(time.Duration(n)*35*time.Minute))
		e.Sequence, e.Stamp, e.Place = n, e.Stamp.Add(time.Duration(n)*time.Hour), fmt.Sprintf("Room %d", n)
		revisions = append(revisions, e)
	}
	last := revisions[3]
	orders := 0
	var try func(order []int)
	try = func(order []int) {
		if len(order) == 4 {
			s := newStore()
			for _, n := range append(order, order...) {
				mustTake(t, s, revisions[n])
			}
			expect(t, s, last)
			orders++
			return
		}
	next:
		for n := range revisions {
			for _, o := range order {
				if o == n {
					continue next
				}
			}
			try(append(order[:len(order):len(order)], n))
		}
	}
	try(nil)
	if orders != 24 {
		t.Errorf("%d orders", orders)
	}
}
