package ingest

import (
	"fmt"
	"strings"
	"testing"

	"matchday/hiring"
	"matchday/skills"
)

// TestReplacedRecordsAreCounted checks that one id twice in an import shows, within a chunk and across chunks, and that the same id in
// two imports does not.
func TestReplacedRecordsAreCounted(t *testing.T) {
	w := start(t)
	send := func(since uint64, lines ...string) hiring.Ingested {
		t.Helper()
		got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: operator}, Kind: hiring.ImportLearners, Format: hiring.JSONLines, Records: jsonl(lines...), Since: since})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	named := func(id, name string) string { return fmt.Sprintf(`{"id":%q,"name":%q}`, id, name) }
	first := send(0, named("a", "A"), named("b", "B"), named("a", "A2"))
	if first.Accepted != 3 || first.Replaced != 1 || first.Since == 0 {
		t.Fatalf("got %+v", first)
	}
	if next := send(first.Since, named("b", "B2"), named("c", "C")); next.Replaced != 1 || next.Since != first.Since {
		t.Errorf("in the next chunk: %+v", next)
	}
	if other := send(0, named("a", "A3"), named("b", "B3")); other.Accepted != 2 || other.Replaced != 0 {
		t.Errorf("in another import: %+v", other)
	}
}

func TestGapsAreNamed(t *testing.T) {
	w := start(t)
	lines := []string{
		`{"id":"a","title":"T","employer":"E","skills":["SQL","Juggling","juggling "]}`,
		`{"id":"b","title":"T","employer":"E","skills":["Juggling","Yodelling"]}`,
		`{"id":"c","title":"T","employer":"E"}`,
		`{"id":"d","title":"","employer":"E","skills":["Refused"]}`,
	}
	got := w.send(operator, hiring.ImportOpenings, lines...)
	if len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "no taxonomy is loaded") {
		t.Errorf("notes %q", got.Notes)
	}
	w.send(operator, hiring.ImportProgrammes, `{"id":"p","name":"N","provider":"P","skills":["SQL"]}`)
	w.send(operator, hiring.ImportLearners, `{"id":"l3","skills":[{"skill":"https://x.example/sql"}]}`)
	released, err := w.release("1", skills.Concept{ID: "https://x.example/sql", Name: "SQL"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (hiring.Unresolved{Openings: 2, Programmes: 1}); released.Unresolved != want {
		t.Errorf("unresolved are %+v, want %+v", released.Unresolved, want)
	}
	got = w.send(operator, hiring.ImportOpenings, lines...)
	if s := fmt.Sprint(got.Unknown); s != "[{Juggling 2} {Yodelling 1}]" {
		t.Errorf("unknown are %s", s)
	}
	if got.UnknownSkills != 2 || got.WithoutSkills != 1 || len(got.Notes) != 0 {
		t.Errorf("got %+v", got)
	}
	got = w.send(operator, hiring.ImportLearners, `{"id":"l1"}`, `{"id":"l2","credentials":["Welding"]}`)
	if got.WithoutSkills != 1 {
		t.Errorf("%d learners without skills", got.WithoutSkills)
	}
}
