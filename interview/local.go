package interview

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// zonePattern admits names of the IANA database that stand for a place or UTC. It leaves out "", "Local", paths, and the
// "posix/" and "right/" trees that some systems install beside it (the latter counts leap seconds).
var zonePattern = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){1,2})$`)

// zone loads a time zone by its IANA name, and refuses anything else as [hiring.Impossible].
func zone(name string) (*time.Location, error) {
	if zonePattern.MatchString(name) {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	return nil, impossible("zone", "is not a time zone").Mend("use a name of the IANA database, as in Europe/Madrid")
}

// localLayouts are the ways to write a local time; an offset may follow.
var localLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}

// localTime reads a time of day in loc as an instant in UTC. A time that the zone skips is refused, and one that occurs twice must
// carry an offset; an offset must be one that the zone has then.
func localTime(field, text string, loc *time.Location) (time.Time, error) {
	for _, layout := range localLayouts {
		if wall, err := time.Parse(layout, text); err == nil {
			return reading(field, wall, loc)
		}
		t, err := time.Parse(layout+"Z07:00", text)
		if err != nil {
			continue
		}
		if here := t.In(loc); !sameWall(here, t) {
			return time.Time{}, impossible(field, "carries an offset that the zone does not have then").
				Mend("leave the offset out, or give the zone's own")
		}
		return t.UTC(), nil
	}
	return time.Time{}, hiring.Invalidf(field, "is not a local time").Mend("write it as in 2027-03-14T09:30")
}

// reading finds the instant at which clocks in loc show wall (given as if in UTC).
func reading(field string, wall time.Time, loc *time.Location) (time.Time, error) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	start, end := near.ZoneBounds()
	around := []time.Time{near}
	if !start.IsZero() {
		around = append(around, start.Add(-time.Second))
	}
	if !end.IsZero() {
		around = append(around, end)
	}
	var found []time.Time
	for _, t := range around {
		_, offset := t.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if sameWall(at.In(loc), wall) && !slices.ContainsFunc(found, at.Equal) {
			found = append(found, at)
		}
	}
	switch len(found) {
	case 0:
		return time.Time{}, impossible(field, "does not exist in that zone: clocks skip it").Mend(gap(wall, start, end))
	case 1:
		return found[0], nil
	}
	slices.SortFunc(found, time.Time.Compare)
	first, second := found[0].In(loc).Format("-07:00"), found[1].In(loc).Format("-07:00")
	return time.Time{}, impossible(field, "occurs twice in that zone, at offset %s and an hour or so later at %s", first, second).
		Mend(fmt.Sprintf("append %s for the first or %s for the second", first, second))
}

// gap says between which local times the clocks jump over wall; start and end are the bounds of the zone's period near it.
func gap(wall, start, end time.Time) string {
	for _, jump := range []time.Time{start, end} {
		if jump.IsZero() {
			continue
		}
		_, after := jump.Zone()
		_, before := jump.Add(-time.Second).Zone()
		from := jump.UTC().Add(time.Duration(before) * time.Second)
		to := jump.UTC().Add(time.Duration(after) * time.Second)
		if !wall.Before(from) && wall.Before(to) {
			return fmt.Sprintf("clocks go from %s to %s that day: choose a time outside", from.Format("15:04"), to.Format("15:04"))
		}
	}
	return "choose a time that the zone has"
}

// sameWall reports whether the two times show the same date and time of day, each in its own zone.
func sameWall(a, b time.Time) bool {
	const wall = "2006-01-02T15:04:05"
	return a.Format(wall) == b.Format(wall)
}

// impossible makes an [hiring.Error] of code [hiring.Impossible] about a field.
func impossible(field, format string, args ...any) *hiring.Error {
	e := hiring.Errorf(hiring.Impossible, format, args...)
	e.Field = strings.TrimPrefix(field, ".")
	return e
}
