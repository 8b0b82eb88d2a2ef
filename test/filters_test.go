package test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"matchday/hiring"
)

func TestFilteredMatches(t *testing.T) { both(t, filteredMatches) }

// A filtered ranking keeps the order of the whole one, says what each filter left out, and reads a text as search does.
func filteredMatches(t *testing.T, in *installation) {
	in.accepted("openings", `{"id":"acme/dev","title":"Developer","employer":"Acme","mode":"onsite","degree":"required",`+
		`"place":{"name":"Austin","country":"US","lat":30.27,"lon":-97.74},"pay":{"min":20,"currency":"USD","per":"hour"},`+
		`"skills":[{"name":"SQL","need":"essential"},{"name":"Excel","need":"optional","must":true}]}`)
	at := in.accepted("learners", strings.Join([]string{
		`{"id":"a","skills":[{"name":"SQL"},{"name":"Excel"}],"text":"I wrote Python for ten years","place":{"name":"Austin","lat":30.3,"lon":-97.7},"modes":["onsite"]}`,
		`{"id":"b","skills":[{"name":"SQL"},{"name":"Excel"}],"text":"I like snakes, a python above all","place":{"name":"El Paso","lat":31.8,"lon":-106.4},"workIn":["US"]}`,
		`{"id":"c","skills":[{"name":"Excel"}],"text":"python","modes":["remote"],"languages":["de"]}`,
		`{"id":"d","skills":[{"name":"SQL"},{"name":"Excel"}],"text":"Ruby","payFloor":{"min":30,"currency":"USD","per":"hour"},"workIn":["MX"]}`,
		`{"id":"e","skills":[{"name":"SQL"}],"text":"python"}`,
		`{"id":"hidden","visible":false,"skills":[{"name":"SQL"},{"name":"Excel"}],"text":"python"}`,
	}, "\n")+"\n")
	for query, want := range map[string]string{
		"":                                 "[a b d c]",
		"text=python":                      "[a b c]",
		"text=python+-snakes":              "[a c]",
		"text=%22ten+years%22":             "[a]",
		"text=nothing":                     "[]",
		"within=100":                       "[a d c]",
		"mode=true":                        "[a b d]",
		"pay=true":                         "[a b c]",
		"permission=true":                  "[a b c]",
		"language=de":                      "[a b d c]",
		"language=en":                      "[a b d]",
		"text=python&within=100&mode=true": "[a]",
	} {
		path := fmt.Sprintf("/v1/openings/%s/matches?after=%d&%s", esc("acme/dev"), at, query)
		if got := fmt.Sprint(get[matches](in, path).learners()); got != want {
			t.Errorf("%q leaves %s, want %s", query, got, want)
		}
	}
	a := in.call("GET", "/v1/openings/"+esc("acme/dev")+"/matches?explain=true&text=python&mode=true", "", "")
	if want := `{"filter":"mode","excludes":1,"unsaid":1},{"filter":"text","excludes":1}]`; !bytes.Contains(a.body, []byte(want)) ||
		!bytes.Contains(a.body, []byte(`"name":"Excel","excludes":1}`)) {
		t.Errorf("explained: %s", a.body)
	}
	for _, bad := range []string{"text=s*", "text=%2Fpython%2F", "within=3"} {
		if a := in.call("GET", "/v1/openings/"+esc("acme/dev")+"/matches?"+bad, "", ""); a.status != 400 {
			t.Errorf("%s answers %d %s", bad, a.status, a.body)
		}
	}
	for role, status := range map[hiring.Role]int{hiring.RoleEmployer: 404, hiring.RoleLearner: 404, hiring.RoleProvider: 404} {
		token := in.tokenFor(role, "stranger")
		if a := in.as(token, "GET", "/v1/openings/"+esc("acme/dev")+"/matches?text=python", "", ""); a.status != status {
			t.Errorf("a strange %s is answered %d %s", role, a.status, a.body)
		}
	}
	costs := in.call("GET", "/v1/openings/"+esc("acme/dev")+"/costs?language=en", "", "")
	for _, want := range []string{
		`"matching":4,"total":5`, `"name":"Excel","excludes":1}`, `{"filter":"distance","excludes":1,"unsaid":2}`, `{"filter":"mode","excludes":1,"unsaid":2}`,
		`{"filter":"pay","excludes":1,"unsaid":3}`, `{"filter":"permission","excludes":1,"unsaid":2}`, `{"filter":"language","excludes":1,"unsaid":3}`,
		`"degree":"required","withoutDegree":4`,
	} {
		if !bytes.Contains(costs.body, []byte(want)) {
			t.Errorf("costs lack %s: %s", want, costs.body)
		}
	}
	draft := `{"id":"acme/new","title":"New","employer":"Acme","skills":[{"name":"SQL","need":"essential","must":true},{"name":"Excel","need":"essential"}]}`
	if a := in.call("POST", "/v1/openings/costs", "application/json", draft); !bytes.Contains(a.body, []byte(`"matching":4,"total":5`)) {
		t.Errorf("a draft costs %s", a.body)
	}
	if a := in.as(in.tokenFor(hiring.RoleEmployer, "Rival"), "POST", "/v1/openings/costs", "application/json", draft); a.status != 403 {
		t.Errorf("a rival's draft is answered %d %s", a.status, a.body)
	}
	if a := in.call("GET", "/v1/openings/"+esc("acme/new"), "", ""); a.status != 404 {
		t.Errorf("the draft was published: %d", a.status)
	}
}
