package web

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"matchday/hiring"
)

// Filters reach the matcher as they were asked for, part pages by cache, and are repeated in the address of the next one.
func TestFiltersReachTheMatcher(t *testing.T) {
	h := open(t)
	rank := rankOf(h, 230)
	h.roles.learners = func(q hiring.RankLearners) (hiring.RankedLearners, error) {
		a, err := rank(q)
		if q.Filters.Text != "" {
			a.Excluded = []hiring.Excluded{{Filter: hiring.FilterText, Excludes: 3}, {Filter: hiring.FilterMode, Excludes: hiring.FewerThanTen, Unsaid: 12}}
			a.TextAt = 7
		}
		return a, err
	}
	op := h.server.secrets.OperatorToken()
	path := "/v1/openings/o1/matches?limit=50&within=25.5&mode=true&pay=true&permission=true&available=nights&language=de&text=" + url.QueryEscape(`python -"fork lift"`)
	want := hiring.Filters{Within: 25.5, Mode: true, Pay: true, Permission: true, Available: "nights", Language: "de", Text: `python -"fork lift"`}
	first := h.call(op, "GET", path, nil).ok(t, 200)
	if !strings.Contains(string(first.body), `"excluded":[{"filter":"text","excludes":3},{"filter":"mode","excludes":"<10","unsaid":12}],"textPosition":7`) {
		t.Errorf("answered %s", first.body)
	}
	next, _, _ := strings.Cut(strings.TrimPrefix(first.Header.Get("Link"), "<"), ">")
	h.call(op, "GET", next, nil).ok(t, 200)
	asked := questions[hiring.RankLearners](h)
	for _, q := range asked {
		if q.Filters != want {
			t.Errorf("asked %+v", q.Filters)
		}
	}
	before := len(asked)
	h.call(op, "GET", strings.Replace(next, "mode=true", "mode=false", 1), nil).ok(t, 200)
	if len(questions[hiring.RankLearners](h)) == before {
		t.Error("other filters are answered from the same cached block")
	}
	for _, bad := range []string{"within=-1", "within=99999", "mode=perhaps", "text=" + strings.Repeat("x", 1001), "radius=5"} {
		h.call(op, "GET", "/v1/openings/o1/matches?"+bad, nil).ok(t, 400)
	}
}

// Attack 40: a text that leaves fewer than ten learners is counted against those who see pseudonyms, as such a search is.
func TestAttack40ByTextFilter(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.RareSearches = 2 })
	h.roles.learners = rankOf(h, 3)
	token := h.token(hiring.RoleEmployer, "Acme")
	for range 2 {
		h.call(token, "GET", "/v1/openings/o1/matches?text=cobol", nil).ok(t, 200)
	}
	h.call(token, "GET", "/v1/openings/o1/matches?text=cobol", nil).problem(t, 429)
	h.call(token, "GET", "/v1/openings/o1/matches", nil).ok(t, 200)
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/openings/o1/matches?text=cobol", nil).ok(t, 200)
}

// A draft is read as an import would read it, and weighed for who may publish it.
func TestCostsOfADraft(t *testing.T) {
	h := open(t)
	stub(h, func() func(hiring.ReadOpening) (hiring.Opening, error) {
		return func(q hiring.ReadOpening) (hiring.Opening, error) {
			if q.Actor.Role == hiring.RoleLearner {
				return hiring.Opening{}, hiring.Errorf(hiring.Forbidden, "not yours")
			}
			return hiring.Opening{ID: "d", Title: "T", Employer: "Acme", Degree: hiring.DegreePreferred}, nil
		}
	})
	few, twelve := hiring.FewerThanTen, hiring.Count(12)
	stub(h, func() func(hiring.WeighRequirements) (hiring.RequirementCosts, error) {
		return func(q hiring.WeighRequirements) (hiring.RequirementCosts, error) {
			return hiring.RequirementCosts{
				Matching: twelve, Total: 40, Costs: []hiring.RequirementCost{{Skill: "sql", Excludes: few}}, Degree: q.Draft.Degree, WithoutDegree: &few,
			}, nil
		}
	})
	body := map[string]any{"id": "d", "title": "T", "employer": "Acme"}
	token := h.token(hiring.RoleEmployer, "Acme")
	got := strings.TrimSpace(string(h.call(token, "POST", "/v1/openings/costs?within=30&language=de", body).ok(t, 200).body))
	want := `{"position":0,"matching":12,"total":40,"costs":[{"skill":"sql","excludes":"<10"}],"filters":[],"degree":"preferred","withoutDegree":"<10"}`
	if got != want {
		t.Errorf("answered\n%s, want\n%s", got, want)
	}
	weighed := questions[hiring.WeighRequirements](h)
	if f := weighed[0].Filters; !reflect.DeepEqual(f, hiring.Filters{Within: 30, Language: "de"}) || weighed[0].Draft.ID != "d" {
		t.Errorf("weighed %+v", weighed)
	}
	h.call(h.token(hiring.RoleLearner, "l1"), "POST", "/v1/openings/costs", body).problem(t, 403)
	h.call("", "POST", "/v1/openings/costs", body).ok(t, 401)
}
