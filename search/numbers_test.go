package search

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"matchday/events"
	"matchday/hiring"
)

// numbered asks for the numbers of the learners that a query finds and returns their ids.
func (h *house) numbered(r *Role, query string) (string, error) {
	h.Helper()
	a, err := events.Ask[hiring.FoundLearners](h.Context(), h.log, hiring.FindLearners{
		Asked: hiring.Asked{Actor: operator, After: h.last}, Query: query, At: now,
	})
	if err != nil {
		return "", err
	}
	if a.Position < h.last {
		h.Errorf("%s: reflects %d, asked for %d", query, a.Position, h.last)
	}
	found := roaring64.New()
	if _, err := found.ReadFrom(bytes.NewReader(a.Numbers)); err != nil {
		h.Fatal(err)
	}
	var list []string
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, l := range r.world.Learners {
		if !l.Erased && found.Contains(r.world.First(l.Ref)) {
			list = append(list, string(l.ID))
		}
	}
	if int(found.GetCardinality()) != len(list) {
		h.Errorf("%s: %d numbers stand for %d learners", query, found.GetCardinality(), len(list))
	}
	slices.Sort(list)
	return strings.Join(list, " "), nil
}

// Whom a text finds is the same by number as by search, after changes and a restart too; numbers are those of first facts.
func TestFoundLearnersAreNumbered(t *testing.T) {
	h := newHouse(t)
	role, stop := h.start()
	h.town()
	queries := []string{"", "sql", `"sql server"`, "linux", `-skill:sql`, "mode:remote", "verified:true", `near:"30.27,-97.74,50km"`, "nobody"}
	compare := func(when string, r *Role) {
		t.Helper()
		for _, q := range queries {
			if got, err := h.numbered(r, q); err != nil || got != h.found(OfLearners, q) {
				t.Errorf("%s, %q: numbers of [%s] %v, search finds [%s]", when, q, got, err, h.found(OfLearners, q))
			}
		}
	}
	compare("at first", role)
	h.learner("ann", hiring.Personal{Text: "now a Linux person"}, nil)
	compare("after a change", role)
	stop()
	role, _ = h.start()
	compare("after a restart", role)
	ann := role.world.LearnerByID("ann").Ref
	if first := role.world.First(ann); first == 0 || first >= role.world.Seq(hiring.LearnerSubject(ann)) {
		t.Errorf("ann's number %d is not that of her first fact", first)
	}
}

// Attack 42: the text of a filter is parsed as that of a search is, and asked for by those who may search.
func TestAttack42InATextFilter(t *testing.T) {
	h := newHouse(t)
	role, _ := h.start()
	h.town()
	for _, q := range []string{"s*", "/sql/", "all:sql", `"open`, strings.Repeat("a ", 100)} {
		if got, err := h.numbered(role, q); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%q finds [%s], %v", q, got, err)
		}
	}
	_, err := events.Ask[hiring.FoundLearners](h.Context(), h.log, hiring.FindLearners{
		Asked: hiring.Asked{Actor: hiring.Actor{Role: hiring.RoleLearner, Subject: "ann"}}, Query: "sql", At: now,
	})
	if hiring.CodeOf(err) != hiring.Forbidden {
		t.Errorf("a learner searches learners: %v", err)
	}
}
