package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
)

const clerk = `{"id":"o1","title":"Clerk","employer":"Acme","skills":[{"name":"SQL","need":"essential"}],"validThrough":"2027-03-01"}`

func TestSameFileTwiceChangesNothing(t *testing.T) {
	w := start(t)
	for kind, line := range map[hiring.ImportKind]string{
		hiring.ImportOpenings:   clerk,
		hiring.ImportProgrammes: `{"id":"p1","name":"IT Support","provider":"Google","skills":["SQL"],"price":"$49","starts":"2027-01-01"}`,
		hiring.ImportLearners: `{"id":"l1","name":"Ana","contact":{"email":"a@b.c"},"skills":[{"name":"SQL","level":3}],
			"credentials":[{"programme":"p1","date":"2026-01-01"}],"payFloor":20,"place":{"name":"Lyon"}}`,
		hiring.ImportCredentials: `{"learner":"l1","programme":"p9","date":"2026-01-01"}`,
	} {
		if kind == hiring.ImportCredentials {
			w.send(operator, hiring.ImportLearners, `{"id":"l1"}`)
		}
		first := w.send(operator, kind, line)
		w.want(first, "accepted 1 unchanged 0 rejected 0")
		end, err := w.log.End(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if first.Position == 0 || first.Position > end {
			t.Errorf("%s: position %d of %d", kind, first.Position, end)
		}
		w.want(w.send(operator, kind, line), "accepted 0 unchanged 1 rejected 0")
		if again, _ := w.log.End(t.Context()); again != end {
			t.Errorf("%s: importing again wrote %d facts", kind, again-end)
		}
	}
}

func TestChangedLinesUpdate(t *testing.T) {
	w := start(t)
	w.send(operator, hiring.ImportOpenings, clerk)
	w.want(w.send(operator, hiring.ImportOpenings, strings.Replace(clerk, "Clerk", "Head Clerk", 1)), "accepted 1 unchanged 0 rejected 0")
	f, err := w.log.Last(t.Context(), hiring.OpeningSubject(w.sec.Ref(hiring.KindOpening, "o1")))
	if err != nil || f.Type != hiring.OpeningChanged || f.Source != "ingest" {
		t.Errorf("%v %v", f.Type, err)
	}
	w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"Ana"}`)
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"Ana B"}`), "accepted 1 unchanged 0 rejected 0")
	if p := w.personal("l1"); p.Name != "Ana B" {
		t.Errorf("the name is %q", p.Name)
	}
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"l1"}`), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"Ana C"}`), "accepted 1 unchanged 0 rejected 0")
	if p := w.personal("l1"); p.Name != "Ana C" {
		t.Errorf("the name is %q", p.Name)
	}
}

func TestOneIDSeveralTimesInAChunkGoesInOrder(t *testing.T) {
	w := start(t)
	got := w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"One"}`, `{"id":"l2"}`, `{"id":"l1","name":"Two"}`, `{"id":"l1","name":"Two"}`)
	w.want(got, "accepted 3 unchanged 1 rejected 0")
	if p := w.personal("l1"); p.Name != "Two" {
		t.Errorf("the name is %q", p.Name)
	}
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"One"}`, `{"id":"l1","name":"Two"}`), "accepted 0 unchanged 2 rejected 0")
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"l1","name":"Two"}`, `{"id":"l1","name":"Three"}`), "accepted 1 unchanged 1 rejected 0")
}

func TestBadLinesFailAlone(t *testing.T) {
	w := start(t)
	got := w.send(operator, hiring.ImportOpenings, clerk, `{"id":"o2","title":"T","employer":`, `{"id":"o3","title":"T","employer":"E","salary":1}`,
		strings.Repeat(`[`, 20_000), `{"id":"o4","title":"T","employer":"E","skills":["--"]}`, `{"id":"o5","title":"T","employer":"E"}`,
		`{"id":"o6","employer":"E"}`, `{"id":"o7","title":"T","employer":"E","text":"`+strings.Repeat("x", 60_000)+`"}`)
	if got.Accepted != 2 || len(got.Rejects) != 6 {
		t.Fatal(counts(got))
	}
	for i, want := range []string{"ends before its JSON is complete", "salary is not a field", "nested deeper", "skills[0].name has neither letters", "title is missing", "text has 60000 characters"} {
		if r := got.Rejects[i]; !strings.Contains(r.Error.Error(), want) {
			t.Errorf("line %d: %v, want %q", r.Line, &r.Error, want)
		}
	}
}

func TestChunksThatMakeNoSense(t *testing.T) {
	w := start(t)
	for want, q := range map[string]hiring.Ingest{
		"kind is not one of":            {Kind: "days", Format: hiring.JSONLines},
		"format is not one of":          {Kind: hiring.ImportOpenings, Format: "xml"},
		"map is for CSV only":           {Kind: hiring.ImportOpenings, Format: hiring.JSONLines, Map: map[string]string{"a": "b"}},
		`map names column "zz"`:         {Kind: hiring.ImportOpenings, Format: hiring.CSV, Header: []string{"a"}, Map: map[string]string{"zz": "title"}},
		`map names field "salary"`:      {Kind: hiring.ImportOpenings, Format: hiring.CSV, Header: []string{"a"}, Map: map[string]string{"a": "salary"}},
		"a chunk holds more than 10000": {Kind: hiring.ImportOpenings, Format: hiring.JSONLines, Records: make([]hiring.Record, 10_001)},
	} {
		q.Actor = operator
		if _, err := w.ask(q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestJobPostingsInBothFormats(t *testing.T) {
	w := start(t)
	posting := `{"@context":"https://schema.org","@type":"JobPosting","title":"Nurse","hiringOrganization":{"name":"Acme"},"identifier":"n1","skills":"Triage, Tact","directApply":true}`
	got := w.send(acme, hiring.ImportOpenings, posting)
	w.want(got, "accepted 1 unchanged 0 rejected 0")
	if got.Ignored != 1 || got.UnknownSkills != 1 {
		t.Errorf("ignored %d, unknown %d", got.Ignored, got.UnknownSkills)
	}
	got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: acme}, Kind: hiring.ImportOpenings, Format: hiring.JSONLD,
		Records: jsonl(posting, `{"@type":"WebSite","name":"x"}`, `{"@context":"https://schema.org","title":"x"}`)})
	if err != nil {
		t.Fatal(err)
	}
	w.want(got, "accepted 0 unchanged 1 rejected 1; line 3: @type is not JobPosting")
	if got.Ignored != 2 {
		t.Errorf("ignored %d", got.Ignored)
	}
	if o := w.opening("acme/n1"); o == nil || len(o.Skills) != 2 || o.Skills[0].Skill != "text:triage" {
		t.Errorf("got %+v", o)
	}
}

// TestAnArrayOfRecords checks that the elements of a JSON array are read as lines are, and that JSON-LD of other kinds is refused.
func TestAnArrayOfRecords(t *testing.T) {
	w := start(t)
	for kind, want := range map[hiring.ImportKind]string{
		hiring.ImportOpenings:   "accepted 1 unchanged 0 rejected 1; line 2: wage is not a field of an opening",
		hiring.ImportProgrammes: "accepted 1 unchanged 0 rejected 1; line 2: JSON-LD is not read for programmes; send JSON Lines, an array of such objects, or CSV",
	} {
		records := jsonl(`{"id":"a1","title":"T","employer":"E"}`, `{"id":"a2","title":"T","employer":"E","wage":1}`)
		if kind == hiring.ImportProgrammes {
			records = jsonl(`{"id":"p1","name":"N","provider":"P"}`, `{"@type":"Course","name":"N"}`)
		}
		got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: operator}, Kind: kind, Format: hiring.JSONLD, Records: records})
		if err != nil {
			t.Fatal(err)
		}
		w.want(got, want)
	}
}

func TestSkillsAreResolvedAndMerged(t *testing.T) {
	w := start(t)
	if _, err := w.release("1", skills.Concept{ID: "https://x.example/sql", Name: "SQL", Alt: map[string][]string{"en": {"Structured Query Language"}}},
		skills.Concept{ID: "https://x.example/de", Name: "Bookkeeping", Labels: map[string]string{"de": "Buchhaltung"}}); err != nil {
		t.Fatal(err)
	}
	got := w.send(operator, hiring.ImportOpenings, `{"id":"o1","title":"T","employer":"E","skills":[{"name":"sql","need":"optional","level":2},
		{"skill":"https://x.example/sql","name":"Queries","need":"essential","weight":3,"must":true},"https://x.example/de",
		{"name":"Structured query language","need":"trainable","level":4},{"name":"Juggling"},{"skill":"urn:mine:7"}]}`)
	w.want(got, "accepted 1 unchanged 0 rejected 0")
	if got.UnknownSkills != 1 {
		t.Errorf("%d records with unknown skills", got.UnknownSkills)
	}
	three := 3.0
	want := []hiring.Requirement{
		{SkillRef: hiring.SkillRef{Skill: "https://x.example/sql", Name: "SQL", Said: "sql", By: "own@1"}, Need: hiring.Essential, Must: true, Weight: &three, Level: 4},
		{SkillRef: hiring.SkillRef{Skill: "https://x.example/de", Name: "Bookkeeping"}, Need: hiring.Essential},
		{SkillRef: hiring.SkillRef{Skill: "text:juggling", Name: "Juggling"}, Need: hiring.Essential},
		{SkillRef: hiring.SkillRef{Skill: "urn:mine:7"}, Need: hiring.Essential},
	}
	if diff := cmp.Diff(want, w.opening("o1").Skills); diff != "" {
		t.Error(diff)
	}
	w.send(operator, hiring.ImportLearners, `{"id":"l1","languages":["de"],"skills":["Buchhaltung",{"skill":"https://x.example/de","level":2,"from":"work"}]}`)
	names, err := events.Ask[hiring.SkillNames](t.Context(), w.log, hiring.NameSkills{
		Asked: hiring.Asked{Actor: acme}, Lang: "de", Skills: []hiring.SkillID{"https://x.example/de", "https://x.example/sql", "text:juggling"},
	})
	if diff := cmp.Diff(map[hiring.SkillID]string{"https://x.example/de": "Buchhaltung", "https://x.example/sql": "SQL"}, names.Names); err != nil || diff != "" {
		t.Error(err, diff)
	}
	held := []hiring.HeldSkill{{SkillRef: hiring.SkillRef{Skill: "https://x.example/de", Name: "Buchhaltung", By: "own@1"}, Level: 2, From: "work"}}
	if diff := cmp.Diff(held, w.learner("l1").Skills); diff != "" {
		t.Error(diff)
	}
}

// What the API shows of an opening can be sent back as it is, and changes nothing.
func TestShownOpeningsCanBeSentBack(t *testing.T) {
	w := start(t)
	if _, err := w.release("1", skills.Concept{ID: "https://x.example/sql", Name: "SQL", Labels: map[string]string{"fr": "Base de données"}}); err != nil {
		t.Fatal(err)
	}
	w.send(operator, hiring.ImportOpenings, `{"id":"o1","title":"Analyst","employer":"Acme","skills":["sql","Juggling",{"skill":"urn:mine:7","name":"Mine"}]}`)
	shown, err := json.Marshal(w.opening("o1"))
	if err != nil {
		t.Fatal(err)
	}
	w.want(w.send(operator, hiring.ImportOpenings, string(shown)), "accepted 0 unchanged 1 rejected 0")
}

func TestReleasedTaxonomyResolvesAnew(t *testing.T) {
	w := start(t)
	w.send(operator, hiring.ImportOpenings, clerk)
	if s := w.opening("o1").Skills[0]; !s.Unresolved() {
		t.Fatalf("resolved to %v by no taxonomy", s)
	}
	sql := skills.Concept{ID: "https://x.example/sql", Name: "SQL", Labels: map[string]string{"fr": "SQL"}}
	taxonomy, err := w.release("1", sql)
	if err != nil {
		t.Fatal(err)
	}
	if taxonomy.Skills != 1 || taxonomy.Labels == 0 {
		t.Errorf("counted %+v", taxonomy)
	}
	w.want(w.send(operator, hiring.ImportOpenings, clerk), "accepted 1 unchanged 0 rejected 0")
	if s := w.opening("o1").Skills[0]; s.Skill != "https://x.example/sql" || s.By != "own@1" {
		t.Errorf("resolved to %+v", s)
	}
	end, _ := w.log.End(t.Context())
	if again, err := w.release("1", sql); err != nil || again.Taxonomy != taxonomy.Taxonomy {
		t.Errorf("releasing it again: %+v %v", again, err)
	}
	if now, _ := w.log.End(t.Context()); now != end {
		t.Error("releasing the same taxonomy again wrote a fact")
	}
	answer, err := events.Ask[hiring.ResolvedSkills](t.Context(), w.log, hiring.ResolveSkills{Asked: hiring.Asked{Actor: acme}, Limit: 3, Texts: []string{"sql", "juggling"}})
	if err != nil || len(answer.Candidates) != 2 || len(answer.Candidates[0]) != 1 || answer.Candidates[1] == nil || len(answer.Candidates[1]) != 0 {
		t.Errorf("got %+v %v", answer, err)
	}
	tagged, err := events.Ask[hiring.TaggedTexts](t.Context(), w.log, hiring.TagTexts{Asked: hiring.Asked{Actor: acme}, Texts: []string{"Knows SQL.", ""}})
	if err != nil || len(tagged.Skills) != 2 || len(tagged.Skills[0]) != 1 || tagged.Skills[1] == nil {
		t.Fatalf("got %+v %v", tagged, err)
	}
	if s := tagged.Skills[0][0]; s.Skill != "https://x.example/sql" || s.Start != 6 || s.End != 9 {
		t.Errorf("tagged %+v", s)
	}
}

func TestBadTaxonomies(t *testing.T) {
	w := start(t)
	bad, err := w.log.PutBlob(t.Context(), strings.NewReader("{\"id\":\"x\"}\nnonsense\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a                   hiring.Actor
		name, release, blob string
		want                hiring.Code
	}{
		{acme, "own", "1", bad, hiring.Forbidden},
		{operator, "Own>", "1", bad, hiring.Invalid},
		{operator, "own", "", bad, hiring.Invalid},
		{operator, "own", "1", "../../etc", hiring.Invalid},
		{operator, "own", "1", strings.Repeat("0", 64), hiring.NotFound},
		{operator, "own", "1", bad, hiring.Invalid},
	} {
		_, err := events.Ask[hiring.Taxonomy](t.Context(), w.log, hiring.ReleaseTaxonomy{Asked: hiring.Asked{Actor: c.a}, Name: c.name, Release: c.release, Blob: c.blob})
		if code(err) != c.want {
			t.Errorf("%+v: got %v", c, err)
		}
	}
}

// TestTwoProcesses lets two roles import the same learners at once: every one is recorded once, and its key opens it.
func TestTwoProcesses(t *testing.T) {
	w := start(t)
	second, stop := w.run()
	defer stop()
	lines := make([]string, 60)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"id":"l%d","name":"Person %d"}`, i, i)
	}
	type result struct {
		hiring.Ingested
		err error
	}
	results := make(chan result, 4)
	for i, r := range []*Role{w.role, second, w.role, second} {
		go func() {
			mine := append([]string{fmt.Sprintf(`{"id":"own%d"}`, i)}, lines...)
			got, err := r.take(t.Context(), hiring.Ingest{Asked: hiring.Asked{Actor: operator}, Kind: hiring.ImportLearners, Format: hiring.JSONLines, Records: jsonl(mine...)})
			results <- result{got, err}
		}()
	}
	accepted := 0
	for range 4 {
		r := <-results
		if r.err != nil || len(r.Rejects) > 0 {
			t.Fatal(r.err, counts(r.Ingested))
		}
		accepted += r.Accepted
	}
	if accepted != len(lines)+4 {
		t.Errorf("%d learners were recorded, want %d", accepted, len(lines)+4)
	}
	for i := range lines {
		if p := w.personal(fmt.Sprintf("l%d", i)); p.Name != fmt.Sprintf("Person %d", i) {
			t.Fatalf("learner %d reads %q", i, p.Name)
		}
	}
}

// TestSecondRoleSeesTheSame checks that another process folds what the first wrote and finds nothing to change.
func TestSecondRoleSeesTheSame(t *testing.T) {
	w := start(t)
	line := `{"id":"l1","name":"Ana","skills":["SQL"]}`
	w.send(operator, hiring.ImportLearners, line)
	w.stop()
	w.role, w.stop = w.run()
	defer w.stop()
	w.want(w.send(operator, hiring.ImportLearners, line), "accepted 0 unchanged 1 rejected 0")
}

func TestExpiryIsTheEndOfTheDay(t *testing.T) {
	w := start(t)
	w.send(acme, hiring.ImportOpenings, clerk)
	o := w.opening("o1")
	if !o.OpenAt(time.Date(2027, 3, 1, 20, 0, 0, 0, time.UTC)) || o.OpenAt(time.Date(2027, 3, 2, 0, 0, 1, 0, time.UTC)) {
		t.Errorf("ends at %v", o.ValidThrough)
	}
}

// Of many changes that expect the same position one is made, also when two processes decide; the rest are told.
func TestExpectedPosition(t *testing.T) {
	w := start(t)
	_, stop := w.run() // a second process answers, too
	defer stop()
	put := func(title string, expect *uint64) (hiring.Ingested, error) {
		line := fmt.Sprintf(`{"id":"o1","employer":"Acme","title":%q,"skills":[{"name":"SQL"}]}`, title)
		return w.ask(hiring.Ingest{
			Asked: hiring.Asked{Actor: acme}, Kind: hiring.ImportOpenings, Format: hiring.JSONLines, Records: jsonl(line), Expect: expect,
		})
	}
	race := func(expect uint64) (position uint64) {
		t.Helper()
		const n = 12
		answers := make(chan hiring.Ingested, n)
		for i := range n {
			go func() {
				a, err := put(fmt.Sprintf("Analyst %d of %d", i, expect), &expect)
				if err != nil {
					t.Errorf("asking: %v", err)
				}
				answers <- a
			}()
		}
		made := 0
		for range n {
			a := <-answers
			switch {
			case a.Accepted == 1:
				made, position = made+1, a.Position
			case len(a.Rejects) != 1 || a.Rejects[0].Error.Code != hiring.Stale:
				t.Errorf("a loser is answered %+v", a)
			}
		}
		if made != 1 {
			t.Fatalf("%d of %d changes that expected %d were made", made, n, expect)
		}
		return position
	}
	race(race(0))

	none := uint64(0)
	q := hiring.Ingest{Asked: hiring.Asked{Actor: rival}, Kind: hiring.ImportOpenings, Format: hiring.JSONLines, Expect: &none,
		Records: jsonl(`{"id":"o1","employer":"Rival","title":"Clerk","skills":[{"name":"SQL"}]}`)}
	if a, err := w.ask(q); err != nil || len(a.Rejects) != 1 || a.Rejects[0].Error.Code != hiring.Forbidden {
		t.Errorf("another owner is told %+v, %v", a, err)
	}
	q.Records = append(q.Records, q.Records[0])
	if _, err := w.ask(q); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("two records that expect one position: %v", err)
	}
}
