package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

func TestMatchesHaveTheShapeOfTheInterchange(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 2)
	op := h.server.secrets.OperatorToken()
	got := string(bytes.TrimSpace(h.call(op, "GET", "/v1/openings/o1/matches?limit=2", nil).ok(t, 200).body))
	want := `{"opening":"o1","matches":[` +
		`{"learner":"l000","score":0.512345,"matched":["sql"],"missing":["excel","python"]},` +
		`{"learner":"l001","score":0.512345,"matched":["sql"],"missing":["excel","python"]}]}`
	if got != want {
		t.Errorf("the matches are\n%s, want\n%s", got, want)
	}
	h.roles.openings = func(q hiring.RankOpenings) (hiring.RankedOpenings, error) {
		r := ranking("x/1#a")
		r.Matches[0].Matched, r.Matches[0].Missing = nil, nil
		return hiring.RankedOpenings{Ranking: r, ID: q.ID, Total: 1}, nil
	}
	got = string(bytes.TrimSpace(h.call(op, "GET", "/v1/learners/l1/matches", nil).ok(t, 200).body))
	if want := `{"learner":"l1","matches":[{"opening":"x/1#a","score":0.512345,"matched":[],"missing":[]}]}`; got != want {
		t.Errorf("the mirror is\n%s, want\n%s", got, want)
	}
	var explained map[string]any
	h.call(op, "GET", "/v1/openings/o1/matches?explain=true", nil).ok(t, 200).into(t, &explained)
	first, _ := explained["matches"].([]any)[0].(map[string]any)
	for _, key := range []string{"near", "parts", "breadth"} {
		if first[key] == nil {
			t.Errorf("the explained match lacks %q: %v", key, first)
		}
	}
	for _, key := range []string{"position", "scorer", "rarity", "at", "total"} {
		if explained[key] == nil {
			t.Errorf("the explained ranking lacks %q", key)
		}
	}
}

// Explained, a ranking names the skills that it gives ids of, those that are missing too; else it keeps the interchange's shape.
func TestExplainedMatchesNameTheirSkills(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 1)
	h.roles.openings = func(q hiring.RankOpenings) (hiring.RankedOpenings, error) {
		return hiring.RankedOpenings{Ranking: ranking("o1", "withdrawn meanwhile"), ID: q.ID, Total: 2}, nil
	}
	o := hiring.Opening{ID: "o1", Employer: "Acme"}
	for id, name := range map[hiring.SkillID]string{"sql": "SQL", "excel": "Microsoft Excel", "python": ""} {
		o.Skills = append(o.Skills, hiring.Requirement{SkillRef: hiring.SkillRef{Skill: id, Name: name}})
	}
	h.put(hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "o1")), hiring.OpeningPosted, o)
	for _, path := range []string{"/v1/openings/o1/matches", "/v1/learners/l1/matches", "/v1/matches"} {
		plain := string(h.call(h.server.secrets.OperatorToken(), "GET", path, nil).ok(t, 200).body)
		explained := string(h.call(h.server.secrets.OperatorToken(), "GET", path+"?explain=true", nil).ok(t, 200).body)
		if strings.Contains(plain, "names") || !strings.Contains(explained, `"names":{"excel":"Microsoft Excel","sql":"SQL"}`) {
			t.Errorf("%s answers %s, explained %s", path, plain, explained)
		}
	}
}

// Explained, the skills by which requirements are met have names too, where a taxonomy knows them.
func TestExplainedMatchesNameWhatMeets(t *testing.T) {
	h := open(t)
	h.roles.openings = func(q hiring.RankOpenings) (hiring.RankedOpenings, error) {
		r := ranking("o1")
		r.Matches[0].Parts = []hiring.Part{{Skill: "stats", By: "biostats", Relation: hiring.Narrower}, {Skill: "sql", By: "sql", Relation: hiring.Same}}
		return hiring.RankedOpenings{Ranking: r, ID: q.ID, Total: 1}, nil
	}
	o := hiring.Opening{ID: "o1", Employer: "Acme", Skills: []hiring.Requirement{{SkillRef: hiring.SkillRef{Skill: "sql", Name: "SQL"}}}}
	h.put(hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, "o1")), hiring.OpeningPosted, o)
	stub(h, func() func(hiring.NameSkills) (hiring.SkillNames, error) {
		return func(q hiring.NameSkills) (hiring.SkillNames, error) {
			if !slices.Equal(q.Skills, []hiring.SkillID{"biostats"}) {
				t.Errorf("asked for the names of %v", q.Skills)
			}
			return hiring.SkillNames{Names: map[hiring.SkillID]string{"biostats": "biostatistics"}}, nil
		}
	})
	explained := string(h.call(h.server.secrets.OperatorToken(), "GET", "/v1/learners/l1/matches?explain=true", nil).ok(t, 200).body)
	if !strings.Contains(explained, `"names":{"biostats":"biostatistics","sql":"SQL"}`) {
		t.Errorf("explained %s", explained)
	}
}

// Who has no openings is told so, rather than given an empty list.
func TestMatchAllIsForThoseWithOpenings(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 1)
	for role, status := range map[hiring.Role]int{
		hiring.RoleLearner: 403, hiring.RoleProvider: 403, hiring.RoleEmployer: 200, hiring.RoleRecruiter: 200, hiring.RoleOperator: 200,
	} {
		h.call(h.token(role, "acme"), "GET", "/v1/matches", nil).ok(t, status)
	}
}

func TestIdsMayHoldSlashes(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 1)
	for _, id := range []string{"a/b", "https://x.example/jobs/1#top", "a#b", "a:b", "/", "a%2Fb"} {
		path := "/v1/openings/" + url.PathEscape(id) + "/matches"
		if strings.Contains(id, "%") {
			h.call(h.server.secrets.OperatorToken(), "GET", path, nil).problem(t, 400, id)
			continue
		}
		var got OpeningMatches
		h.call(h.server.secrets.OperatorToken(), "GET", path, nil).ok(t, 200).into(t, &got)
		asked := questions[hiring.RankLearners](h)
		if string(got.Opening) != id || string(asked[len(asked)-1].Opening) != id {
			t.Errorf("%q arrives as %q", id, asked[len(asked)-1].Opening)
		}
	}
}

func TestAttack54StrangeIds(t *testing.T) {
	h := open(t)
	for _, id := range []string{"*", ">", "a b", "a\x00b", "é", "a\n", strings.Repeat("x", 201)} {
		for _, path := range []string{"/v1/openings/%s", "/v1/openings/%s/matches", "/v1/learners/%s", "/v1/learners/%s/matches", "/v1/days/%s", "/v1/learners/%s/invitations", "/v1/programmes/%s/openings"} {
			a := h.call(h.server.secrets.OperatorToken(), "GET", fmt.Sprintf(path, url.PathEscape(id)), nil)
			if a.StatusCode != 400 && a.StatusCode != 404 {
				t.Errorf("%s with %q is answered %d", path, id, a.StatusCode)
			}
		}
	}
}

func TestAttack41PseudonymsDiffer(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 1)
	h.roles.search = func(q hiring.Search) (hiring.SearchAnswer, error) {
		return hiring.SearchAnswer{Total: 50, Hits: []hiring.Hit{{ID: "l000", Learner: h.secrets.LearnerRef("l000"), Score: 1}}}, nil
	}
	seen := map[string]string{}
	for _, employer := range []string{"Acme", "Rival"} {
		token := h.token(hiring.RoleRecruiter, employer)
		var m OpeningMatches
		body := h.call(token, "GET", "/v1/openings/o1/matches?explain=true", nil).ok(t, 200)
		body.into(t, &m)
		var found SearchHits
		hits := h.call(token, "GET", "/v1/search/learners?q=sql", nil).ok(t, 200)
		hits.into(t, &found)
		if m.Matches[0].Learner != found.Hits[0].ID || !strings.HasPrefix(found.Hits[0].ID, "L-") {
			t.Errorf("%s knows the learner as %q and %q", employer, m.Matches[0].Learner, found.Hits[0].ID)
		}
		for _, secret := range []string{"l000", string(h.secrets.LearnerRef("l000"))} {
			if strings.Contains(string(body.body), secret) || strings.Contains(string(hits.body), secret) {
				t.Errorf("%s sees %q", employer, secret)
			}
		}
		seen[found.Hits[0].ID] = employer
	}
	if len(seen) != 2 {
		t.Errorf("two employers know one learner by the same pseudonym: %v", seen)
	}
}

func TestAttack40RareSkillBudget(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.RareSearches = 2 })
	total := hiring.FewerThanTen
	h.roles.search = func(hiring.Search) (hiring.SearchAnswer, error) {
		return hiring.SearchAnswer{Total: total, Facets: map[string][]hiring.Facet{"skill": {{Value: "cobol", Count: hiring.FewerThanTen}}}}, nil
	}
	token := h.token(hiring.RoleRecruiter, "Acme")
	for range 2 {
		if body := string(h.call(token, "GET", "/v1/search/learners?q=cobol", nil).ok(t, 200).body); !strings.Contains(body, `"total":"<10"`) || !strings.Contains(body, `"count":"<10"`) {
			t.Errorf("a rare skill is counted: %s", body)
		}
	}
	h.call(token, "GET", "/v1/search/learners?q=cobol", nil).problem(t, 429)
	total = 11
	h.call(token, "GET", "/v1/search/learners?q=sql", nil).ok(t, 200) // what is not rare costs nothing
	total = hiring.FewerThanTen
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/search/learners?q=cobol", nil).ok(t, 200)
}

// Whatever the size of pages, following Link yields the whole ranking once, in order, and no page asks twice for a cached block.
func TestPagingIsStable(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 230)
	want := ids(h.follow(t, "/v1/openings/o1/matches?limit=1000"))
	if len(want) != 230 {
		t.Fatalf("the whole ranking has %d", len(want))
	}
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.IntRange(1, 300).Draw(r, "limit")
		if limit < 15 {
			limit += 15 // fewer requests
		}
		got := ids(h.follow(t, fmt.Sprintf("/v1/openings/o1/matches?limit=%d", limit)))
		if strings.Join(got, " ") != strings.Join(want, " ") {
			r.Fatalf("pages of %d give %d learners: %v", limit, len(got), got)
		}
	})
}

func TestPagesComeFromTheCache(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 90)
	h.follow(t, "/v1/openings/o1/matches?limit=10")
	if n := len(questions[hiring.RankLearners](h)); n != 1 { // one block
		t.Errorf("nine pages cost %d rankings", n)
	}
	// Emptying the cache changes no answer.
	first := h.call(h.server.secrets.OperatorToken(), "GET", "/v1/openings/o1/matches?limit=10", nil).ok(t, 200)
	next := linkOf(first)
	cached := h.call(h.server.secrets.OperatorToken(), "GET", next, nil).ok(t, 200)
	h.server.forget(t.Context(), 4711)
	if again := h.call(h.server.secrets.OperatorToken(), "GET", next, nil).ok(t, 200); !bytes.Equal(again.body, cached.body) {
		t.Errorf("without the cache the page is %s, with it %s", again.body, cached.body)
	}
}

func TestErasureDropsCachedPages(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 40)
	next := linkOf(h.call(h.server.secrets.OperatorToken(), "GET", "/v1/openings/o1/matches?limit=10", nil).ok(t, 200))
	h.call(h.server.secrets.OperatorToken(), "GET", next, nil).ok(t, 200)
	h.roles.learners = rankOf(h, 12)
	h.call(h.server.secrets.OperatorToken(), "DELETE", "/v1/learners/l015", nil).ok(t, 200)
	if body := string(h.call(h.server.secrets.OperatorToken(), "GET", next, nil).ok(t, 200).body); strings.Contains(body, "l015") {
		t.Errorf("after erasure a cached page still shows the learner: %s", body)
	}
}

// follow reads all pages.
func (h *house) follow(t *testing.T, path string) []MatchedLearner {
	var all []MatchedLearner
	for path != "" {
		var page OpeningMatches
		a := h.call(h.server.secrets.OperatorToken(), "GET", path, nil).ok(t, 200)
		a.into(t, &page)
		all = append(all, page.Matches...)
		path = linkOf(a)
	}
	return all
}

func linkOf(a answered) string {
	link, _, _ := strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">")
	return link
}

func ids(ms []MatchedLearner) []string {
	var list []string
	for _, m := range ms {
		list = append(list, m.Learner)
	}
	return list
}

func TestAllMatchesStreamInOrder(t *testing.T) {
	h := open(t)
	h.roles.learners = rankOf(h, 3)
	a := h.call(h.server.secrets.OperatorToken(), "GET", "/v1/matches?limit=2", nil).ok(t, 200)
	lines := strings.Split(strings.TrimSpace(string(a.body)), "\n")
	if len(lines) != 3 || a.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("the stream is %s", a.body)
	}
	for i, line := range lines {
		var m OpeningMatches
		must(t, json.Unmarshal([]byte(line), &m))
		if string(m.Opening) != fmt.Sprintf("o%d", i+1) || len(m.Matches) != 2 {
			t.Errorf("line %d is %s", i, line)
		}
	}
	h.roles.learners = func(hiring.RankLearners) (hiring.RankedLearners, error) {
		return hiring.RankedLearners{}, hiring.Errorf(hiring.Unavailable, "the matcher is reading the log")
	}
	if got := string(h.call(h.server.secrets.OperatorToken(), "GET", "/v1/matches", nil).ok(t, 200).body); !strings.HasPrefix(got, `{"error":`) || strings.Count(got, "\n") != 1 {
		t.Errorf("a broken stream ends with %s", got)
	}
}

func TestProgrammeOpenings(t *testing.T) {
	h := open(t)
	var got ProgrammeOpenings
	h.call(h.token(hiring.RoleProvider, "School"), "GET", "/v1/programmes/it%2F1/openings?limit=5", nil).ok(t, 200).into(t, &got)
	if got.Programme != "it/1" || got.Fully != 1 || got.Nearly != 2 || len(got.Matches) != 1 || got.Matches[0].Opening != "a/b#c" {
		t.Errorf("the reach is %+v", got)
	}
}

func TestAttack27InternalErrorsStayInside(t *testing.T) {
	h := open(t)
	h.roles.learners = func(hiring.RankLearners) (hiring.RankedLearners, error) {
		return hiring.RankedLearners{}, fmt.Errorf("dial tcp 10.0.0.1:6379: s3cret refused")
	}
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/openings/o1/matches", nil).problem(t, 500, "10.0.0.1", "s3cret")
	h.roles.learners = func(q hiring.RankLearners) (hiring.RankedLearners, error) {
		return hiring.RankedLearners{Ranking: ranking("x")}, nil // a match without a learner: our own check fails
	}
	h.call(h.server.secrets.OperatorToken(), "GET", "/v1/openings/o1/matches", nil).problem(t, 500, "matcher named")
}

// The log moves between the pages: a newcomer at the top pushes all down, and another leaves. Nobody comes twice, and nobody who
// stayed is missed.
func TestPagesWhileTheLogMoves(t *testing.T) {
	h := open(t)
	ranking := rankOf(h, 250)
	shift := 0
	h.roles.learners = func(q hiring.RankLearners) (hiring.RankedLearners, error) {
		all, err := ranking(hiring.RankLearners{Asked: q.Asked, Opening: q.Opening, Limit: 1000, At: q.At})
		if shift > 0 {
			for i := range shift {
				id := hiring.LearnerID(fmt.Sprintf("new%d", i))
				all.Matches = append([]hiring.Match{{Learner: h.secrets.LearnerRef(id), Score: 1_000_000}}, all.Matches...)
				all.IDs = append([]hiring.LearnerID{id}, all.IDs...)
			}
		} else {
			all.Matches, all.IDs = all.Matches[-shift:], all.IDs[-shift:]
		}
		all.Position, all.Total = uint64(100+shift), len(all.Matches)
		from := min(q.Offset, all.Total)
		to := min(from+q.Limit, all.Total)
		all.Matches, all.IDs = all.Matches[from:to], all.IDs[from:to]
		return all, err
	}
	whole := ids(h.follow(t, "/v1/openings/o1/matches?limit=1000"))
	for _, moved := range []int{7, -7, 90} {
		shift = 0
		path, got := "/v1/openings/o1/matches?limit=40", []string(nil)
		for path != "" {
			var page OpeningMatches
			a := h.call(h.server.secrets.OperatorToken(), "GET", path, nil).ok(t, 200)
			a.into(t, &page)
			got, path, shift = append(got, ids(page.Matches)...), linkOf(a), moved
		}
		if strings.Join(got, " ") != strings.Join(whole, " ") {
			t.Errorf("moved by %d, the pages hold %d learners: %v", moved, len(got), got)
		}
	}
}
