package test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"matchday/hiring"
)

func TestErasedLearnerLeavesNoTrace(t *testing.T) { both(t, erased) }

func erased(t *testing.T, in *installation) {
	at := in.loadSmallWorld()
	in.interviewDay()
	if got := fmt.Sprint(in.matchesOf("acme/analyst", at).learners()); got != "[ana ben]" {
		t.Fatalf("before: %s", got)
	}
	traces := []string{"Unique-Name-7531", "ana-unique-7531@example.org", "+1-555-7531-ana", "ana-private-text-7531"}
	in.eventually(func() string {
		if a := in.call("GET", "/v1/search/learners?q=phoenix", "", ""); !bytes.Contains(a.body, []byte(`"ana"`)) {
			return fmt.Sprintf("ana is not indexed: %s", a.body)
		}
		return ""
	})
	done := into[struct{ Position uint64 }](in, in.call("DELETE", "/v1/learners/ana", "", ""))
	if got := fmt.Sprint(in.matchesOf("acme/analyst", done.Position).learners()); got != "[ben]" {
		t.Errorf("after the erasure analyst ranks %s", got)
	}
	if a := in.call("GET", "/v1/learners/ana", "", ""); a.status != 404 {
		t.Errorf("an erased learner answers %d %s", a.status, a.body)
	}
	if s := in.load("learners", `{"id":"ana","skills":[{"name":"SQL"}]}`); s.Rejected != 1 {
		t.Errorf("the erased id was taken in again: %+v", s)
	}
	in.eventually(func() string {
		for _, trace := range traces {
			if found := in.filesWith(trace); len(found) > 0 {
				return fmt.Sprintf("%q is in %v", trace, found)
			}
			if found, _ := filepath.Glob(filepath.Join(in.mails, "*")); len(found) > 0 {
				for _, mail := range found {
					if b, _ := os.ReadFile(mail); bytes.Contains(b, []byte(trace)) {
						return fmt.Sprintf("%q is in %s", trace, mail)
					}
				}
			}
		}
		return ""
	})
	in.restart()
	if got := fmt.Sprint(in.matchesOf("acme/analyst", 0).learners()); got != "[ben]" {
		t.Errorf("after a restart analyst ranks %s", got)
	}
	for _, trace := range traces {
		if found := in.filesWith(trace); len(found) > 0 {
			t.Errorf("after a restart %q is in %v", trace, found)
		}
	}
	in.facts()
}

func TestRestartAndRebuildGiveTheSameAnswers(t *testing.T) { both(t, sameAnswers) }

func sameAnswers(t *testing.T, in *installation) {
	at := in.loadSmallWorld()
	in.interviewDay()
	in.matchesOf("acme/coder", at)
	questions := []string{
		"/v1/openings/" + esc("acme/analyst") + "/matches?limit=10", "/v1/learners/ana/matches?limit=10",
		"/v1/search/learners?q=" + esc(`skill:"SQL"`), "/v1/search/openings?q=acme", "/v1/learners/ana/invitations",
		"/v1/days/" + esc("acme/day") + "/invitations",
	}
	ask := func() (answers []string) {
		for _, q := range questions {
			a := in.call("GET", q, "", "")
			if a.status != 200 {
				t.Fatalf("%s answers %d %s", q, a.status, a.body)
			}
			answers = append(answers, withoutPosition(a.body))
		}
		return answers
	}
	in.eventually(func() string {
		if a := in.call("GET", questions[2], "", ""); bytes.Count(a.body, []byte(`"id"`)) < 2 {
			return "not indexed yet: " + string(a.body)
		}
		return ""
	})
	want := ask()
	same := func(when string) {
		for i, got := range ask() {
			if got != want[i] {
				t.Errorf("%s, %s answers\n%s\nbefore\n%s", when, questions[i], got, want[i])
			}
		}
	}
	if in.emptyCache != nil {
		in.emptyCache()
		same("after Redis was emptied")
	}
	in.restart()
	same("after a restart")
	index, err := filepath.Glob(filepath.Join(in.data, "index"))
	if err != nil || len(index) == 0 {
		index, _ = filepath.Glob(filepath.Join(in.data, "*", "index"))
	}
	if len(index) != 1 {
		t.Fatalf("index folders: %v", index)
	}
	if err := os.RemoveAll(index[0]); err != nil {
		t.Fatal(err)
	}
	in.restart()
	same("after the index was deleted")
}

func TestEmployersKnowALearnerByDifferentPseudonyms(t *testing.T) { both(t, pseudonyms) }

func pseudonyms(t *testing.T, in *installation) {
	in.loadSmallWorld()
	in.accepted("openings", `{"id":"beta/analyst","title":"Analyst","employer":"Beta","pay":{"min":20,"currency":"USD","per":"hour"},"skills":[{"name":"SQL","need":"essential"}]}`)
	seen := map[string]bool{}
	for employer, opening := range map[string]string{"Acme": "acme/analyst", "Beta": "beta/analyst"} {
		m := into[matches](in, in.as(in.tokenFor(hiring.RoleEmployer, employer), "GET", "/v1/openings/"+esc(opening)+"/matches?limit=1", "", ""))
		if len(m.Matches) != 1 || seen[m.Matches[0].Learner] || m.Matches[0].Learner == "ana" {
			t.Errorf("attack 41: %s sees %+v", employer, m.Matches)
		}
		seen[m.Matches[0].Learner] = true
	}
}

// withoutPosition cuts what says when an answer was made.
func withoutPosition(body []byte) string { return positions.ReplaceAllString(string(body), "") }

var positions = regexp.MustCompile(`"(position|at)":("[^"]*"|\d+),?`)
