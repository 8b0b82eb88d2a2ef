package test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/hiring"
)

// rounds is how often races are repeated.
func rounds() int { return long(200, 10) }

// long is how often something is repeated: often when MATCHDAY_LONG is set, as 'make check-long' does, and a few times otherwise.
func long(often, few int) int {
	if os.Getenv("MATCHDAY_LONG") != "" {
		return often
	}
	return few
}

// crowd imports an opening and n learners who fit it equally well.
func (in *installation) crowd(n int) {
	in.t.Helper()
	in.accepted("openings", `{"id":"acme/one","title":"One","employer":"Acme","pay":{"min":20,"currency":"USD","per":"hour"},"skills":[{"name":"SQL","need":"essential"}]}`)
	into[map[string]any](in, in.call("PUT", "/v1/employers/Acme", "application/json", `{"verified":true}`))
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, `{"id":"crowd-%03d","skills":[{"name":"SQL"}]}`+"\n", i)
	}
	in.accepted("learners", lines.String())
}

// openDay drafts and opens a day with so many slots, one seat each, and returns the refs of its invitations.
func (in *installation) openDay(id, start string, slots int) (refs []string) {
	in.t.Helper()
	plan := fmt.Sprintf(`{"id":%q,"employer":"Acme","title":"Day","zone":"UTC","openings":["acme/one"],"run":{"start":%q,"minutes":30,"count":%d,"seats":1},"bar":0}`, id, start, slots)
	into[map[string]any](in, in.call("PUT", "/v1/days/"+esc(id), "application/json", plan))
	into[map[string]any](in, in.call("POST", "/v1/days/"+esc(id)+"/open", "application/json", "{}"))
	for _, i := range get[invitations](in, "/v1/days/"+esc(id)+"/invitations").Invitations {
		refs = append(refs, i.Ref)
	}
	return refs
}

// Attack 43: everyone invited wants the one seat of the one slot that they all ask for, at once.
func TestAttack43LastSeat(t *testing.T) { both(t, lastSeat) }

func lastSeat(t *testing.T, in *installation) {
	const many = 64
	in.crowd(many)
	for round := range rounds() {
		refs := in.openDay(fmt.Sprintf("day-%d", round), ahead(round)+"T00:00", many)
		if len(refs) != many {
			t.Fatalf("%d invitations for %d seats", len(refs), many)
		}
		body := fmt.Sprintf(`{"slot":"%sT00:00:00Z"}`, ahead(round))
		codes := make([]int, many)
		var all sync.WaitGroup
		for i, ref := range refs {
			all.Go(func() {
				a := in.call("POST", "/v1/invitations/"+ref+"/accept", "application/json", body)
				codes[i] = a.status
				if a.status != 200 && !strings.Contains(string(a.body), "seat") {
					t.Errorf("refused with %d %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		count := map[int]int{}
		for _, c := range codes {
			count[c]++
		}
		if count[200] != 1 || count[409] != many-1 {
			t.Fatalf("round %d: %v, want one 200 and %d 409", round, count, many-1)
		}
	}
}

// One learner accepts two talks at the same time on two days at once: one stands.
func TestOneLearnerTwoDaysAtOnce(t *testing.T) { both(t, twoDays) }

func twoDays(t *testing.T, in *installation) {
	in.crowd(1)
	for round := range rounds() {
		start := ahead(round) + "T09:00"
		refs := append(in.openDay(fmt.Sprintf("a-%d", round), start, 1), in.openDay(fmt.Sprintf("b-%d", round), start, 1)...)
		if len(refs) != 2 {
			t.Fatalf("round %d: invitations %v", round, refs)
		}
		codes := make([]int, 2)
		var both sync.WaitGroup
		for i, ref := range refs {
			both.Go(func() { codes[i] = in.call("POST", "/v1/invitations/"+ref+"/accept", "application/json", "{}").status })
		}
		both.Wait()
		if codes[0]+codes[1] != 200+409 {
			t.Fatalf("round %d: %v, want one 200 and one 409", round, codes)
		}
		accepted := 0
		for _, i := range get[invitations](in, "/v1/learners/crowd-000/invitations").Invitations {
			if i.Status == string(hiring.Accepted) && i.Slot.Start.UTC().Format(time.DateOnly) == ahead(round) {
				accepted++
			}
		}
		if accepted != 1 {
			t.Fatalf("round %d: %d acceptances stand", round, accepted)
		}
	}
}
