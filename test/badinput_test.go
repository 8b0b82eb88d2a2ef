package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// Every bad input gets a clear error, repeats nothing of what was sent, loses nothing good and leaves the process alive.
func TestBadInputs(t *testing.T) { both(t, badInputs) }

const secret = "S3CR3T-VALUE"

func badInputs(t *testing.T, in *installation) {
	in.loadSmallWorld()
	facts := in.documents()
	good := `{"id":"good-%s","title":"T","employer":"Acme","skills":[{"name":"SQL","need":"essential"}]}`

	// One bad line between two good ones: the good ones stand, and the bad one is named.
	lines := map[string]struct{ kind, line, says string }{
		"truncated JSON":           {"openings", `{"id":"x","title":"` + secret, "JSON"},
		"duplicate keys":           {"openings", `{"id":"x","title":"T","employer":"Acme","title":"` + secret + `"}`, "title"},
		"keys that differ by case": {"openings", `{"id":"x","title":"T","TITLE":"` + secret + `","employer":"Acme"}`, "TITLE"},
		"depth 20,000":             {"openings", `{"id":"x","title":"T","employer":"Acme","place":` + strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000) + `}`, ""},
		"a line of 300 KB":         {"openings", `{"id":"x","title":"T","employer":"Acme","text":"` + strings.Repeat("x", 300<<10) + `"}`, ""},
		"wrong type":               {"openings", `{"id":"x","title":7,"employer":"Acme"}`, "title"},
		"unknown field":            {"openings", `{"id":"x","title":"T","employer":"Acme","salary":"` + secret + `"}`, "salary"},
		"bad date":                 {"openings", `{"id":"x","title":"T","employer":"Acme","validThrough":"` + secret + `"}`, "validThrough"},
		"id with a star":           {"openings", `{"id":"a*b","title":"T","employer":"Acme"}`, "id"},
		"id with a greater-than":   {"openings", `{"id":"a>b","title":"T","employer":"Acme"}`, "id"},
		"weight of 11":             {"openings", `{"id":"x","title":"T","employer":"Acme","skills":[{"name":"SQL","need":"essential","weight":11}]}`, "weight"},
		"unknown need":             {"openings", `{"id":"x","title":"T","employer":"Acme","skills":[{"name":"SQL","need":"` + secret + `"}]}`, "need"},
		"missing employer":         {"openings", `{"id":"x","title":"T"}`, "employer"},
		"latitude of 91":           {"openings", `{"id":"x","title":"T","employer":"Acme","place":{"name":"N","lat":91,"lon":0}}`, "lat"},
		"500 skills":               {"openings", `{"id":"x","title":"T","employer":"Acme","skills":[` + stuffing() + `]}`, "skills"},
		"not UTF-8":                {"openings", "{\"id\":\"x\",\"title\":\"\xff\xfe\",\"employer\":\"Acme\"}", ""},
		"an array for a line":      {"openings", `[1,2,3]`, ""},
	}
	for name, c := range lines {
		tag := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, name)
		body := fmt.Sprintf(good, tag+"1") + "\n" + c.line + "\n" + fmt.Sprintf(good, tag+"2") + "\n"
		s := in.load(c.kind, body)
		facts += 2
		if s.Accepted != 2 || s.Rejected != 1 || len(s.Rejects) != 1 || s.Rejects[0].Line != 2 {
			t.Errorf("%s: %+v", name, s)
			continue
		}
		r := s.Rejects[0]
		told := r.Field + " " + r.Reason + " " + r.Fix
		if !strings.Contains(told, c.says) || strings.Contains(told, secret) || r.Reason == "" {
			t.Errorf("%s: told %q at field %q, wanted a word of %q and nothing that was sent", name, told, r.Field, c.says)
		}
	}

	ragged := "id,title,employer\nr1,T,Acme\nr2,T\nr3,T,Acme,more\nr4,T,Acme\n"
	s := into[summary](in, in.call("POST", "/v1/imports/openings", "text/csv", ragged))
	if facts += 2; s.Accepted != 2 || s.Rejected != 2 || s.Rejects[0].Line != 3 || s.Rejects[1].Line != 4 {
		t.Errorf("ragged rows: %+v", s)
	}

	other := in.tokenFor(hiring.RoleEmployer, "Beta")
	learner := in.tokenFor(hiring.RoleLearner, "ben")
	facts += 2
	gap := strings.Replace(strings.Replace(smallDay, ahead(0)+"T09:00", springForward()+"T02:30", 1), "acme/day", "gap/day", 1)
	for name, c := range map[string]struct {
		token, method, path, body string
		status                    int
	}{
		"a time in a DST gap":             {in.token, "PUT", "/v1/days/" + esc("gap/day"), gap, 422},
		"a zone called Local":             {in.token, "PUT", "/v1/days/" + esc("gap/day"), strings.Replace(gap, "America/Chicago", "Local", 1), 422},
		"another owner's opening":         {other, "GET", "/v1/openings/" + esc("acme/analyst") + "/matches", "", 404},
		"another owner's withdrawal":      {other, "DELETE", "/v1/openings/" + esc("acme/analyst"), "", 404},
		"another learner":                 {learner, "GET", "/v1/learners/ana/matches", "", 404},
		"another learner's invitations":   {learner, "GET", "/v1/learners/ana/invitations", "", 404},
		"a forged token":                  {"md_" + secret, "GET", "/v1/learners/ana", "", 401},
		"no token":                        {"", "GET", "/v1/learners/ana", "", 401},
		"a learner making tokens":         {learner, "POST", "/v1/tokens", `{"role":"operator","subject":"me"}`, 403},
		"a token of an unknown role":      {in.token, "POST", "/v1/tokens", `{"role":"` + secret + `","subject":"me"}`, 400},
		"a body that sets a role":         {learner, "PUT", "/v1/learners/ben", `{"id":"ben","role":"operator"}`, 400},
		"a body of 257 KB":                {in.token, "PUT", "/v1/openings/x", `{"id":"x","text":"` + strings.Repeat("x", 257<<10) + `"}`, 413},
		"a wildcard query":                {in.token, "GET", "/v1/search/learners?q=" + esc("S3C*"), "", 400},
		"an unknown query field":          {in.token, "GET", "/v1/search/learners?q=" + esc("salary:"+secret), "", 400},
		"a limit of a billion":            {in.token, "GET", "/v1/openings/" + esc("acme/analyst") + "/matches?limit=1000000000", "", 400},
		"an address that does not exist":  {in.token, "GET", "/v1/" + secret, "", 404},
		"an invitation that is not there": {learner, "POST", "/v1/invitations/aaaaaaaaaaaaaaaaaaaaaaaaaa/accept", "{}", 404},
	} {
		a := in.as(c.token, c.method, c.path, "application/json", c.body)
		var problem struct{ Title, Detail, Code string }
		err := json.Unmarshal(a.body, &problem)
		if a.status != c.status || err != nil || problem.Title == "" || problem.Code == "" || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want a problem of status %d", name, a.status, a.body, c.status)
		}
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("%s: the problem repeats what was sent: %s", name, a.body)
		}
	}
	if got := in.documents(); got != facts {
		t.Errorf("%d facts, want %d: a refusal changed state or a good line was lost", got, facts)
	}
	if a := in.call("GET", "/readyz", "", ""); a.status != 200 {
		t.Errorf("not ready any more: %d %s", a.status, a.body)
	}
}

// documents counts the facts that somebody sent; the matcher freezes rarity tables by itself.
func (in *installation) documents() (n int) {
	for _, f := range in.facts() {
		if f.Kind() != hiring.KindRarity {
			n++
		}
	}
	return n
}

// springForward returns the next date on which clocks in Chicago skip from 02:00 to 03:00: a second Sunday in March.
func springForward() string {
	for year := time.Now().Year(); ; year++ {
		day := time.Date(year, time.March, 8, 0, 0, 0, 0, time.UTC)
		for day.Weekday() != time.Sunday {
			day = day.AddDate(0, 0, 1)
		}
		if day.After(time.Now().AddDate(0, 0, 3)) {
			return day.Format(time.DateOnly)
		}
	}
}

func stuffing() string {
	var list []string
	for i := range 500 {
		list = append(list, fmt.Sprintf(`{"skill":"s:%d","need":"optional"}`, i))
	}
	return strings.Join(list, ",")
}
