package calendar

import (
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"
)

const (
	wallForm = "20060102T150405"
	utcForm  = "20060102T150405Z"
)

// oldest is the onset given to whatever clocks did before: readers choke on the years of local mean time.
var oldest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

// plainUTC reports whether loc is UTC by name, which needs no description.
func plainUTC(loc *time.Location) bool { return loc == time.UTC || loc.String() == "Etc/UTC" }

// timezone describes what the clocks of loc do from the beginning of from's year to the end of until's: the observance in force at
// the start, then one for each transition (RFC 5545 section 3.6.5).
func timezone(loc *time.Location, from, until time.Time) *ics.VTimezone {
	// A day more at either end: years begin at different instants.
	first := time.Date(from.UTC().Year(), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1)
	last := time.Date(until.UTC().Year()+1, 1, 2, 0, 0, 0, 0, time.UTC)
	z := ics.NewTimezone(loc.String())
	for at := first; ; {
		start, end := at.In(loc).ZoneBounds()
		z.Components = append(z.Components, observance(loc, start))
		if end.IsZero() || end.After(last) {
			return z
		}
		at = end
	}
}

// observance describes what the clocks show from onset on; a zero onset, or one before [oldest], is a time when nothing changed.
func observance(loc *time.Location, onset time.Time) ics.Component {
	at, before := onset.In(loc), onset.Add(-time.Second).In(loc)
	if onset.Before(oldest) {
		at = oldest.In(loc)
		before = at
	}
	name, to := at.Zone()
	_, from := before.Zone()
	base := ics.ComponentBase{}
	base.SetProperty(ics.ComponentPropertyDtStart, at.UTC().Add(time.Duration(from)*time.Second).Format(wallForm))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), offset(from))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), offset(to))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	// Where winter is the time that is saved (Dublin, Casablanca), summer is called daylight all the same: readers expect the greater
	// offset under that name. A zone that changes its standard for good saves nothing.
	if to > from && (at.IsDST() || before.IsDST()) {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

// offset writes seconds east of UTC as ±hhmm, with seconds where there are any.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if s := seconds % 60; s > 0 {
		text += fmt.Sprintf("%02d", s)
	}
	return text
}

// twice reports whether the clocks of t's zone show t's time of day at another instant as well.
func twice(t time.Time) bool {
	start, end := t.ZoneBounds()
	_, now := t.Zone()
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if t.Before(start.Add(time.Duration(before-now) * time.Second)) {
			return true
		}
	}
	if end.IsZero() {
		return false
	}
	_, after := end.Zone()
	return !t.Before(end.Add(time.Duration(after-now) * time.Second))
}
