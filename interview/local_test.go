package interview

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests do not depend on the machine

	"pgregory.net/rapid"

	"matchday/hiring"
)

// Attack 47.
func TestZoneRefusesWhatNamesNoPlace(t *testing.T) {
	for _, name := range []string{"", "Local", "local", "../etc/passwd", "..", "/etc/localtime", "Europe/../Europe/Madrid", "posix/Europe/Madrid",
		"right/Europe/Madrid", "Europe/Atlantis", "Europe", "europe/madrid", "UTC+2", "Europe/Madrid\n", strings.Repeat("A", 5000)} {
		_, err := zone(name)
		if hiring.CodeOf(err) != hiring.Impossible {
			t.Errorf("zone(%.30q) = %v, want an error of code impossible", name, err)
		}
		if name != "" && err != nil && strings.Contains(err.Error(), "passwd") {
			t.Errorf("the error repeats the input: %v", err)
		}
	}
	for _, name := range []string{"UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT+5", "America/Port-au-Prince"} {
		if _, err := zone(name); err != nil {
			t.Errorf("zone(%q) = %v", name, err)
		}
	}
}

// Attack 46.
func TestLocalTimeKnowsClockChanges(t *testing.T) {
	tests := []struct {
		zone, text, want, problem string
	}{
		{"Europe/Madrid", "2027-03-01T09:30", "2027-03-01T08:30:00Z", ""},
		{"Europe/Madrid", "2027-03-01T09:30:15", "2027-03-01T08:30:15Z", ""},
		{"Europe/Madrid", "2027-03-28T01:59", "2027-03-28T00:59:00Z", ""},
		{"Europe/Madrid", "2027-03-28T02:30", "", "clocks go from 02:00 to 03:00"},
		{"Europe/Madrid", "2027-03-28T03:00", "2027-03-28T01:00:00Z", ""},
		{"Europe/Madrid", "2027-10-31T02:30", "", "+02:00 for the first or +01:00 for the second"},
		{"Europe/Madrid", "2027-10-31T02:30+02:00", "2027-10-31T00:30:00Z", ""},
		{"Europe/Madrid", "2027-10-31T02:30+01:00", "2027-10-31T01:30:00Z", ""},
		{"Europe/Madrid", "2027-10-31T02:30+03:00", "", "an offset that the zone does not have"},
		{"America/New_York", "2027-03-14T02:30", "", "clocks go from 02:00 to 03:00"},
		{"America/New_York", "2027-11-07T01:00", "", "occurs twice"},
		{"America/New_York", "2027-11-07T02:00", "2027-11-07T07:00:00Z", ""},
		{"Australia/Lord_Howe", "2027-10-03T02:15", "", "clocks go from 02:00 to 02:30"},
		{"Australia/Lord_Howe", "2027-04-04T01:45", "", "+11:00 for the first or +10:30"},
		{"Pacific/Apia", "2011-12-30T12:00", "", "does not exist"}, // the day that Samoa skipped
		{"Asia/Kathmandu", "2027-03-01T09:30", "2027-03-01T03:45:00Z", ""},
		{"UTC", "2027-03-01T09:30Z", "2027-03-01T09:30:00Z", ""},
		{"UTC", "2027-02-30T09:30", "", "is not a local time"},
		{"UTC", "tomorrow", "", "is not a local time"},
	}
	for _, tt := range tests {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := localTime("start", tt.text, loc)
		if tt.problem != "" {
			if err == nil || !strings.Contains(err.Error(), tt.problem) || !strings.HasPrefix(err.Error(), "start ") {
				t.Errorf("%s in %s: error %v, want one about start that says %q", tt.text, tt.zone, err, tt.problem)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339) != tt.want || got.Location() != time.UTC {
			t.Errorf("%s in %s = %v, %v, want %s", tt.text, tt.zone, got, err, tt.want)
		}
	}
}

// Every instant is the one reading of its own wall time, or one of two that the refusal names.
func TestLocalTimeReadsEveryInstantBack(t *testing.T) {
	zones := []string{"Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_500_000_000, 2_000_000_000).Draw(t, "unix"), 0)
		got, err := localTime("start", at.In(loc).Format("2006-01-02T15:04:05"), loc)
		if err == nil && !got.Equal(at) {
			t.Fatalf("read %v as %v", at.In(loc), got.In(loc))
		}
		offset := at.In(loc).Format("-07:00")
		if err != nil && !strings.Contains(err.Error(), offset) {
			t.Fatalf("%v does not name the reading %s", err, offset)
		}
		withOffset, err := localTime("start", at.In(loc).Format("2006-01-02T15:04:05-07:00"), loc)
		if err != nil || !withOffset.Equal(at) {
			t.Fatalf("with its offset: %v, %v", withOffset, err)
		}
	})
}

func FuzzLocalTime(f *testing.F) {
	for _, s := range []string{"2027-03-28T02:30", "2027-10-31T02:30+02:00", "2027-10-31T02:30Z", "", "0000-01-01T00:00", "9999-12-31T23:59:59+14:00"} {
		f.Add(s)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := localTime("start", s, madrid)
		if err == nil && !strings.HasPrefix(s, got.In(madrid).Format("2006-01-02T15:04")) {
			t.Errorf("%q was read as %v", s, got.In(madrid))
		}
	})
}
