package hiring_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

func ptr[T any](v T) *T { return &v }

// wantInvalid checks that err is a hiring.Error about a field and does not repeat the refused value.
func wantInvalid(t *testing.T, err error, field, secret string) {
	t.Helper()
	var e *hiring.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: no error of hiring, but %v", field, err)
		return
	}
	if e.Code != hiring.Invalid || e.Field != field {
		t.Errorf("got code %q about %q, want %q about %q", e.Code, e.Field, hiring.Invalid, field)
	}
	if secret != "" && strings.Contains(e.Error(), secret) {
		t.Errorf("%s: the error repeats the value", field)
	}
}

func TestAttack54IDs(t *testing.T) {
	for _, id := range []string{"a*b", "a>b", "a b", "a\x00b", "", strings.Repeat("x", 201), "é", "a\nb"} {
		wantInvalid(t, hiring.ValidID("id", id), "id", "")
	}
	for _, id := range []string{"a", "https://example.org/x#y", "A-1_2.3:4", strings.Repeat("x", 200)} {
		if err := hiring.ValidID("id", id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestOpeningValidate(t *testing.T) {
	good := func() hiring.Opening {
		return hiring.Opening{
			ID: "o", Title: "Analyst", Employer: "E", Mode: hiring.Remote, Degree: hiring.DegreeNone, Bar: 0.5,
			Skills: []hiring.Requirement{{SkillRef: ref("sql"), Need: hiring.Essential, Weight: ptr(2.0), Level: 3}},
			Pay:    &hiring.Pay{Min: 10, Max: ptr(20.0), Currency: "USD", Per: "hour"},
			Place:  &hiring.Place{Name: "Austin", Lat: ptr(30.0), Lon: ptr(-97.0)},
		}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for field, spoil := range map[string]func(*hiring.Opening){
		"title":            func(o *hiring.Opening) { o.Title = "" },
		"employer":         func(o *hiring.Opening) { o.Employer = hiring.EmployerName(strings.Repeat("e", 201)) },
		"text":             func(o *hiring.Opening) { o.Text = "\x01secret" },
		"degree":           func(o *hiring.Opening) { o.Degree = "secret" },
		"mode":             func(o *hiring.Opening) { o.Mode = "secret" },
		"bar":              func(o *hiring.Opening) { o.Bar = math.NaN() },
		"pay.currency":     func(o *hiring.Opening) { o.Pay.Currency = "secret" },
		"pay.max":          func(o *hiring.Opening) { o.Pay.Max = ptr(5.0) },
		"pay.per":          func(o *hiring.Opening) { o.Pay.Per = "day" },
		"pay.min":          func(o *hiring.Opening) { o.Pay.Min = -1 },
		"place.lat":        func(o *hiring.Opening) { o.Place.Lat = ptr(91.0) },
		"place.lon":        func(o *hiring.Opening) { o.Place.Lon = ptr(math.Inf(1)) },
		"validThrough":     func(o *hiring.Opening) { o.ValidFrom, o.ValidThrough = &now, ptr(now.Add(-time.Hour)) },
		"skills[0].need":   func(o *hiring.Opening) { o.Skills[0].Need = "secret" },
		"skills[0].weight": func(o *hiring.Opening) { o.Skills[0].Weight = ptr(10.1) },
		"skills[0].level":  func(o *hiring.Opening) { o.Skills[0].Level = 6 },
		"skills[0].skill":  func(o *hiring.Opening) { o.Skills[0].Skill = "" },
		"skills[1]":        func(o *hiring.Opening) { o.Skills = append(o.Skills, o.Skills[0]) },
		"skills":           func(o *hiring.Opening) { o.Skills = stuffed() },
	} {
		o := good()
		spoil(&o)
		wantInvalid(t, o.Validate(), field, "secret")
	}
}

// stuffed is attack 51: five hundred skills in one record.
func stuffed() (list []hiring.Requirement) {
	for i := range 500 {
		list = append(list, hiring.Requirement{SkillRef: ref(fmt.Sprint("s", i)), Need: hiring.Optional})
	}
	return list
}

func TestLearnerValidate(t *testing.T) {
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for field, l := range map[string]hiring.Learner{
		"id":                       {ID: "a b"},
		"skills[0].from":           {ID: "a", Skills: []hiring.HeldSkill{{SkillRef: ref("sql"), From: "secret"}}},
		"credentials[0].programme": {ID: "a", Claims: []hiring.Claim{{}}},
		"credentials[0].expires":   {ID: "a", Claims: []hiring.Claim{{Name: "x", Date: &day, Expires: ptr(day.AddDate(-1, 0, 0))}}},
		"modes[0].mode":            {ID: "a", Modes: []hiring.Mode{"secret"}},
		"languages[0]":             {ID: "a", Languages: []string{""}},
		"payFloor.per":             {ID: "a", PayFloor: &hiring.Pay{Currency: "EUR", Per: "secret"}},
	} {
		wantInvalid(t, l.Validate(), field, "secret")
	}
	if err := (hiring.Learner{Erased: true}).Validate(); err != nil {
		t.Errorf("a tombstone is valid, but %v", err)
	}
	wantInvalid(t, hiring.Personal{Name: strings.Repeat("n", 201)}.Validate(), "name", "")
}

func TestDayValidate(t *testing.T) {
	start := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	good := func() hiring.Day {
		return hiring.Day{
			ID: "d", Employer: "E", Title: "Day", Kind: hiring.Interviews, Openings: []hiring.OpeningID{"o"}, ReplyWithin: 3600,
			Deadline: start.Add(-time.Hour), Slots: []hiring.Slot{{Start: start, End: start.Add(time.Hour), Seats: 2}, {Start: start.Add(time.Hour), End: start.Add(2 * time.Hour), Seats: 3}},
		}
	}
	d := good()
	if err := d.Validate(); err != nil || d.Seats() != 5 {
		t.Fatalf("%v, %d seats", err, d.Seats())
	}
	for field, spoil := range map[string]func(*hiring.Day){
		"kind":        func(d *hiring.Day) { d.Kind = "secret" },
		"openings":    func(d *hiring.Day) { d.Openings = nil },
		"slots":       func(d *hiring.Day) { d.Slots = nil },
		"slots[0]":    func(d *hiring.Day) { d.Slots[0].End = start },
		"slots[1]":    func(d *hiring.Day) { d.Slots[1].Seats = 0 },
		"deadline":    func(d *hiring.Day) { d.Deadline = start.Add(time.Second) },
		"replyWithin": func(d *hiring.Day) { d.ReplyWithin = 1 },
		"link":        func(d *hiring.Day) { d.Link = "javascript:alert(1)" },
	} {
		d := good()
		spoil(&d)
		wantInvalid(t, d.Validate(), field, "secret")
	}
}

func TestActors(t *testing.T) {
	opening := &hiring.Opening{Employer: "E"}
	learner := &hiring.Learner{ID: "ana", RegisteredBy: hiring.Actor{Role: hiring.RoleProvider, Subject: "P"}}
	for _, c := range []struct {
		actor            hiring.Actor
		opening, learner bool
	}{
		{hiring.Actor{Role: hiring.RoleOperator, Subject: "o"}, true, true},
		{hiring.Actor{Role: hiring.RoleEmployer, Subject: "E"}, true, false},
		{hiring.Actor{Role: hiring.RoleRecruiter, Subject: "E"}, true, false},
		{hiring.Actor{Role: hiring.RoleEmployer, Subject: "F"}, false, false},
		{hiring.Actor{Role: hiring.RoleLearner, Subject: "ana"}, false, true},
		{hiring.Actor{Role: hiring.RoleLearner, Subject: "ben"}, false, false},
		{hiring.Actor{Role: hiring.RoleLearner, Subject: "E"}, false, false},
		{hiring.Actor{Role: hiring.RoleProvider, Subject: "P"}, false, true},
		{hiring.Actor{Role: hiring.RoleProvider, Subject: "E"}, false, false},
		{hiring.Actor{}, false, false},
	} {
		if got := c.actor.MayManageOpening(opening); got != c.opening {
			t.Errorf("%+v manages the opening: %v", c.actor, got)
		}
		if got := c.actor.MayReadLearner(learner); got != c.learner {
			t.Errorf("%+v reads the learner: %v", c.actor, got)
		}
	}
	wantInvalid(t, hiring.Actor{Role: "admin", Subject: "x"}.Validate(), "role", "admin")
	wantInvalid(t, hiring.Actor{Role: hiring.RoleLearner, Subject: "a b"}.Validate(), "subject", "")
}

func TestErrorsKeepTheirCode(t *testing.T) {
	err := fmt.Errorf("importing: %w", hiring.Errorf(hiring.Conflict, "is taken").Mend("try another"))
	if got := hiring.CodeOf(err); got != hiring.Conflict {
		t.Errorf("code %q", got)
	}
	if got := hiring.CodeOf(errors.New("x")); got != hiring.Internal {
		t.Errorf("code of a foreign error %q", got)
	}
	if got := hiring.Invalidf("weight", "is odd").In("skills[2]").Mend("round it").Error(); got != "skills[2].weight is odd; round it" {
		t.Errorf("rendered %q", got)
	}
}

func TestContacts(t *testing.T) {
	for _, c := range []hiring.Contact{
		{}, {Email: "ana@example.org"}, {Email: "o'neil+jobs@mail.example"}, {Email: "ana@bücher.example"},
		{Phone: "+1 (313) 555-0100 ext. 4"}, {Phone: "313.555.0100x4"}, {Phone: "+49\u00a0151/2345"}, {Phone: "٠١٢٣٤٥"}, {Phone: "1-800-FLOWERS"},
	} {
		if err := (hiring.Personal{Contact: c}).Validate(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, email := range []string{"not-an-email", "ana@", "@example.org", "Ana <ana@example.org>", "a@b@c", "ana@example.org, bob@example.org", " ana@example.org"} {
		wantInvalid(t, hiring.Personal{Contact: hiring.Contact{Email: email}}.Validate(), "contact.email", "")
	}
	for _, phone := range []string{"call me", "n/a", "+", "ana1@example.org"} {
		wantInvalid(t, hiring.Personal{Contact: hiring.Contact{Phone: phone}}.Validate(), "contact.phone", "")
	}
}

func TestTaxonomyNames(t *testing.T) {
	for _, c := range []struct {
		name, release string
		ok            bool
	}{
		{"own", "1", true},
		{"my_own-2", "2026.05+a:b_c-d", true},
		{strings.Repeat("a", 40), strings.Repeat("1", 64), true},
		{"", "1", false},
		{"own", "", false},
		{"_own", "1", false},
		{"Own", "1", false},
		{"a.b", "1", false},
		{"a b", "1", false},
		{"a>", "1", false},
		{"é", "1", false},
		{strings.Repeat("a", 41), "1", false},
		{"own", strings.Repeat("1", 65), false},
		{"own", "-1", false},
		{"own", "1\n", false},
	} {
		if err := (hiring.Taxonomy{Name: c.name, Release: c.release}).Validate(); (err == nil) != c.ok {
			t.Errorf("%q %q: %v", c.name, c.release, err)
		}
	}
}
