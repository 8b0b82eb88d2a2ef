package jobposting

import (
	"encoding/json"
	"strings"
	"testing"

	"matchday/hiring"
)

// TestAnIdentifierIsItsEmployersOwn checks that a number that two employers use names two openings.
func TestAnIdentifierIsItsEmployersOwn(t *testing.T) {
	for _, c := range []struct{ employer, rest, want string }{
		{"TelCo", `"identifier":"NT-7"`, "telco/NT-7"},
		{"OtherCo", `"identifier":"NT-7"`, "otherco/NT-7"},
		{"Müller & Söhne", `"identifier":"NT-7"`, "m-ller-s-hne-6d9a29bd/NT-7"},
		{"日本電信", `"identifier":7`, "dbcfdcbb/7"},
		{strings.Repeat("Long ", 30), `"identifier":7`, "long-long-long-long-long-long-long-long-l-06edbde3/7"},
		{"TelCo", `"identifier":"https://jobs.example/NT-7"`, "https://jobs.example/NT-7"},
		{"TelCo", `"identifier":"urn:uuid:0e2f"`, "urn:uuid:0e2f"},
		{"TelCo", `"identifier":{"value":"7"},"url":"https://jobs.example/7"`, "telco/7"},
		{"TelCo", `"identifier":"has blanks","url":"https://jobs.example/7"`, "https://jobs.example/7"},
		{"TelCo", `"@id":"_:b0","url":"/jobs/7"`, "telco//jobs/7"},
		{"TelCo", `"@id":"https://jobs.example/7#job"`, "https://jobs.example/7#job"},
	} {
		employer, _ := json.Marshal(c.employer)
		got, _, err := Decode(node(t, `{"@type":"JobPosting","title":"T","hiringOrganization":`+string(employer)+`,`+c.rest+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if got["id"] != c.want {
			t.Errorf("%s of %s is %v, want %s", c.rest, c.employer, got["id"], c.want)
		}
		if err := hiring.ValidID("id", got["id"].(string)); err != nil {
			t.Errorf("%v: %v", got["id"], err)
		}
	}
	blank, _, _ := Decode(node(t, `{"@type":"JobPosting","@id":"_:b0","title":"T","hiringOrganization":"E"}`))
	other, _, _ := Decode(node(t, `{"@type":"JobPosting","@id":"_:b1","title":"T","hiringOrganization":"E"}`))
	if id := blank["id"].(string); id != other["id"] || !strings.HasPrefix(id, "job-") {
		t.Errorf("the label of a blank node shows in %s and %s", id, other["id"])
	}
}
