package hiring_test

import (
	"math"
	"strings"
	"testing"

	"matchday/hiring"
)

func placed(country string, lat, lon float64) *hiring.Place {
	return &hiring.Place{Country: country, Lat: &lat, Lon: &lon}
}

func most(v float64) *float64 { return &v }

func TestFiltersTellWhoSuits(t *testing.T) {
	o := &hiring.Opening{
		Place: placed("US", 30.27, -97.74), Mode: hiring.Hybrid, Pay: &hiring.Pay{Min: 20, Max: most(25), Currency: "USD", Per: "hour"},
	}
	for _, c := range []struct {
		name    string
		filters hiring.Filters
		learner hiring.Learner
		want    hiring.Verdict
	}{
		{"near", hiring.Filters{Within: 130}, hiring.Learner{Place: placed("", 29.42, -98.49)}, hiring.Suits},
		{"far", hiring.Filters{Within: 100}, hiring.Learner{Place: placed("", 29.42, -98.49)}, hiring.Unsuited},
		{"coarsely here", hiring.Filters{Within: 10}, hiring.Learner{Place: placed("", 30.3499, -97.7)}, hiring.Suits},
		{"somewhere by name", hiring.Filters{Within: 10}, hiring.Learner{Place: &hiring.Place{Name: "Austin"}}, hiring.Unsaid},
		{"nowhere", hiring.Filters{Within: 10}, hiring.Learner{}, hiring.Unsaid},
		{"the mode", hiring.Filters{Mode: true}, hiring.Learner{Modes: []hiring.Mode{hiring.Remote, hiring.Hybrid}}, hiring.Suits},
		{"another mode", hiring.Filters{Mode: true}, hiring.Learner{Modes: []hiring.Mode{hiring.Remote}}, hiring.Unsuited},
		{"no mode", hiring.Filters{Mode: true}, hiring.Learner{}, hiring.Unsaid},
		{"pay by the year", hiring.Filters{Pay: true}, hiring.Learner{PayFloor: &hiring.Pay{Min: 52_000, Currency: "USD", Per: "year"}}, hiring.Suits},
		{"more by the year", hiring.Filters{Pay: true}, hiring.Learner{PayFloor: &hiring.Pay{Min: 52_001, Currency: "USD", Per: "year"}}, hiring.Unsuited},
		{"pay by the month", hiring.Filters{Pay: true}, hiring.Learner{PayFloor: &hiring.Pay{Min: 4_400, Currency: "USD", Per: "month"}}, hiring.Unsuited},
		{"other money", hiring.Filters{Pay: true}, hiring.Learner{PayFloor: &hiring.Pay{Min: 1, Currency: "EUR", Per: "hour"}}, hiring.Unsaid},
		{"may work", hiring.Filters{Permission: true}, hiring.Learner{WorkIn: []string{"MX", "us"}}, hiring.Suits},
		{"may not work", hiring.Filters{Permission: true}, hiring.Learner{WorkIn: []string{"MX"}}, hiring.Unsuited},
		{"work unsaid", hiring.Filters{Permission: true}, hiring.Learner{}, hiring.Unsaid},
		{"available", hiring.Filters{Available: "Nights weekends"}, hiring.Learner{Availability: "weekends, nights"}, hiring.Suits},
		{"half available", hiring.Filters{Available: "nights weekends"}, hiring.Learner{Availability: "nights"}, hiring.Unsuited},
		{"availability unsaid", hiring.Filters{Available: "nights"}, hiring.Learner{}, hiring.Unsaid},
		{"speaks a kind", hiring.Filters{Language: "de"}, hiring.Learner{Languages: []string{"en", "de-AT"}}, hiring.Suits},
		{"speaks another kind", hiring.Filters{Language: "de-AT"}, hiring.Learner{Languages: []string{"de"}}, hiring.Unsuited},
		{"no prefix of a word", hiring.Filters{Language: "de"}, hiring.Learner{Languages: []string{"den"}}, hiring.Unsuited},
		{"language unsaid", hiring.Filters{Language: "de"}, hiring.Learner{}, hiring.Unsaid},
	} {
		if err := c.filters.Validate(o); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		checks := c.filters.Checks(o)
		if len(checks) != 1 || checks[0].Of(&c.learner) != c.want {
			t.Errorf("%s: %d checks, verdict %v, want %v", c.name, len(checks), checks[0].Of(&c.learner), c.want)
		}
	}
	if n := len(hiring.Filters{Text: "python"}.Checks(o)); n != 0 {
		t.Errorf("a text makes %d checks", n)
	}
}

func TestFiltersWantSomethingToCompareWith(t *testing.T) {
	for field, f := range map[string]hiring.Filters{
		"within": {Within: 50}, "mode": {Mode: true}, "pay": {Pay: true}, "permission": {Permission: true},
	} {
		err := f.Validate(&hiring.Opening{})
		if hiring.CodeOf(err) != hiring.Invalid || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	here := &hiring.Opening{Place: placed("US", 1, 1)}
	for _, within := range []float64{-1, 9.9, 20_101, math.NaN(), math.Inf(1)} {
		if err := (hiring.Filters{Within: within}).Validate(here); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("within %v: %v", within, err)
		}
	}
	if err := (hiring.Filters{Available: "nights", Language: "de", Text: "x"}).Validate(&hiring.Opening{}); err != nil {
		t.Errorf("what the opening need not say: %v", err)
	}
	own := hiring.Opening{Mode: hiring.Remote, Shift: "nights", Place: placed("US", 1, 1)}
	if got := own.Own(50); got != (hiring.Filters{Mode: true, Permission: true, Available: "nights"}) {
		t.Errorf("a remote opening's own filters: %+v", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct{ lat1, lon1, lat2, lon2, want float64 }{
		{48.8566, 2.3522, 51.5074, -0.1278, 343.6}, // Paris to London
		{0, 179.9, 0, -179.9, 22.2},                // over the date line
		{90, 0, -90, 77, 20_015},
		{12, 34, 12, 34, 0},
	} {
		if d := hiring.Distance(c.lat1, c.lon1, c.lat2, c.lon2); math.Abs(d-c.want) > 0.5 {
			t.Errorf("%v: %.1f km", c, d)
		}
	}
}

func TestDegreesByName(t *testing.T) {
	for name, want := range map[string]bool{
		"Bachelor of Science in Nursing": true, "B.Sc. Informatik": true, "MBA": true, "Master's degree, History": true, "Ph.D.": true,
		"Licenciatura en Derecho": true, "Diplom-Ing. (Dipl.-Ing.)": true, "Associate Degree in Applied Science": true,
		"Professional Scrum Master": false, "Master Class: Bread": false, "Google Data Analytics": false, "Doctor visits": false, "": false,
	} {
		w := hiring.NewWorld()
		w.Learners["r"] = &hiring.Learner{Claims: []hiring.Claim{{Name: name}}}
		if got := w.MeetsDegree("r", hiring.DegreeRequired); got != want {
			t.Errorf("%q is a degree: %v", name, got)
		}
	}
	w := hiring.NewWorld()
	w.Learners["r"] = &hiring.Learner{Skills: []hiring.HeldSkill{{From: "work"}}}
	for wish, want := range map[hiring.Degree]bool{"": true, hiring.DegreeNone: true, hiring.DegreeOrExperience: true, hiring.DegreePreferred: false} {
		if got := w.MeetsDegree("r", wish); got != want {
			t.Errorf("work alone meets %q: %v", wish, got)
		}
	}
	w.Credentials["r"] = map[hiring.Ref]*hiring.Credential{"c": {Name: "BSc Physics"}}
	if !w.MeetsDegree("r", hiring.DegreeRequired) {
		t.Error("a credential that arrived by itself is no degree")
	}
	w.Credentials["r"]["c"].Revoked = true
	if w.MeetsDegree("r", hiring.DegreeRequired) {
		t.Error("a revoked degree counts")
	}
}
