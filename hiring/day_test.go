package hiring_test

import (
	"encoding/json"
	"testing"
	"time"

	"matchday/hiring"
)

// What versions before fairs, waves and attendance wrote is read as it was meant.
func TestOldDaysAndInvitationsAreRead(t *testing.T) {
	w := hiring.NewWorld()
	for i, f := range []hiring.Fact{
		{Subject: "fact.day.d", Type: hiring.DayOpened, Data: json.RawMessage(`{"id":"d","ref":"d","employer":"E","title":"T","kind":"interviews",
			"zone":"UTC","openings":["o"],"slots":[{"start":"2027-03-01T09:00:00Z","end":"2027-03-01T10:00:00Z","seats":2}],"bar":0.5,
			"replyWithin":3600,"deadline":"2027-03-01T08:00:00Z","status":"open"}`)},
		{Subject: "fact.invitation.d.o.l", Type: hiring.InvitationAccepted, Data: json.RawMessage(`{"ref":"i","day":"d","opening":"o",
			"employer":"E","learner":"l","status":"accepted","sentAt":"2027-02-01T09:00:00Z","expires":"2027-02-02T09:00:00Z",
			"match":{"learner":"l","opening":"o","score":0.5,"matched":[],"missing":[]},
			"slot":{"start":"2027-03-01T09:00:00Z","end":"2027-03-01T10:00:00Z","seats":2}}`)},
	} {
		f.Seq = uint64(i + 1)
		if _, err := w.Apply(f); err != nil {
			t.Fatal(err)
		}
	}
	d, i := w.Days["d"], w.Invitations["i"]
	if err := d.Validate(); err != nil || d.Admits() != hiring.AdmitOpen || d.Capacity(d.Slots[0]) != 2 || !d.Hosted("E") || d.Hosted("F") {
		t.Errorf("the day: %+v, %v", d, err)
	}
	if i.Held() != i.Slot || i.Slot == nil || !i.Until().IsZero() {
		t.Errorf("the invitation: %+v", i)
	}
}

func TestCapacityIsOverbookedByTheStatedRateOnly(t *testing.T) {
	for _, c := range []struct {
		seats  int
		noShow hiring.Score
		want   int
	}{
		{1, 0, 1}, {10, 0, 10}, {10, 100_000, 11}, {9, 100_000, 10}, {8, 100_000, 8}, {1, hiring.MaxNoShow, 1}, {2, hiring.MaxNoShow, 4},
		{10, hiring.MaxNoShow + 1, 10}, {10, -1, 10}, {1000, 333_333, 1499},
	} {
		d := hiring.Day{NoShow: c.noShow}
		if got := d.Capacity(hiring.Slot{Seats: c.seats}); got != c.want {
			t.Errorf("%d seats at a no-show rate of %v take %d, want %d", c.seats, c.noShow.Float(), got, c.want)
		}
	}
}

func TestDayValidateOfFairsAndWaves(t *testing.T) {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	good := func() hiring.Day {
		return hiring.Day{
			ID: "d", Employer: "E", Hosts: []hiring.EmployerName{"F"}, Title: "T", Kind: hiring.Interviews, Admission: hiring.AdmitScheduled,
			Format: hiring.ByPhone, Zone: "UTC", Openings: []hiring.OpeningID{"o"}, Slots: []hiring.Slot{{Start: at, End: at.Add(time.Hour), Seats: 2}},
			Interviewers: []hiring.Interviewer{{ID: "w", Employer: "F", Hours: []hiring.Span{{Start: at, End: at.Add(time.Hour)}}}},
			Gap:          600, NoShow: 100_000, Wave: 5, OfferWithin: 600, Leads: []int64{86_400, 3600}, ReplyWithin: 3600, Deadline: at,
		}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*hiring.Day){
		"hosts[1]":                 func(d *hiring.Day) { d.Hosts = append(d.Hosts, "E") },
		"admission":                func(d *hiring.Day) { d.Admission = "secret" },
		"format":                   func(d *hiring.Day) { d.Format = "secret" },
		"link":                     func(d *hiring.Day) { d.Format = hiring.ByVideo },
		"place":                    func(d *hiring.Day) { d.Format = hiring.AtPlace },
		"noShow":                   func(d *hiring.Day) { d.NoShow = hiring.MaxNoShow + 1 },
		"wave":                     func(d *hiring.Day) { d.Wave = -1 },
		"gap":                      func(d *hiring.Day) { d.Gap = -1 },
		"offerWithin":              func(d *hiring.Day) { d.OfferWithin = 59 },
		"leads[1]":                 func(d *hiring.Day) { d.Leads[1] = d.Leads[0] },
		"interviewers[0].employer": func(d *hiring.Day) { d.Interviewers[0].Employer = "G" },
		"interviewers[1].id":       func(d *hiring.Day) { d.Interviewers = append(d.Interviewers, d.Interviewers[0]) },
		"interviewers[0].hours[0]": func(d *hiring.Day) { d.Interviewers[0].Hours[0].End = at },
		"deadline":                 func(d *hiring.Day) { d.Deadline = at.Add(1) },
	} {
		d := good()
		spoil(&d)
		wantInvalid(t, d.Validate(), field, "secret")
	}
}

func TestAttendanceAndOutcomeValidate(t *testing.T) {
	for _, p := range hiring.Presences {
		if err := (hiring.Attendance{Presence: p}).Validate(); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	wantInvalid(t, hiring.Attendance{Presence: "secret"}.Validate(), "presence", "secret")
	wantInvalid(t, hiring.Attendance{Presence: hiring.RunningLate, Minutes: -1}.Validate(), "minutes", "")
	if err := (hiring.Outcome{Result: hiring.Hired, Pay: &hiring.Pay{Min: 20, Currency: "USD", Per: "hour"}}).Validate(); err != nil {
		t.Error(err)
	}
	wantInvalid(t, hiring.Outcome{Result: "secret"}.Validate(), "result", "secret")
	wantInvalid(t, hiring.Outcome{Result: hiring.Hired, Pay: &hiring.Pay{Min: -1}}.Validate(), "pay.min", "")
}
