package ingest

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"os"
	"testing"

	"matchday/hiring"
)

// dataset reads a table that is not part of this project, or skips: loudly where it may be absent, failing in CI.
func dataset(t *testing.T, name string) (header []string, records []hiring.Record) {
	t.Helper()
	f, err := os.Open("../../shared/data/" + name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is absent: %v", name, err)
		}
		t.Skipf("SKIPPED: ../shared/data/%s is absent", name)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[1:] {
		records = append(records, hiring.Record{Line: i + 2, Row: row})
	}
	return rows[0], records
}

// TestPublishedTables imports spreadsheets as others publish them, twice: every row is taken, and the second time changes nothing.
func TestPublishedTables(t *testing.T) {
	courses := map[string]string{"Title": "name", "Organization": "provider", "Skills": "skills", "Duration": "months"}
	for _, c := range []struct {
		file   string
		kind   hiring.ImportKind
		fields map[string]string
	}{
		{"postings/naukri_jobs.csv.gz", hiring.ImportOpenings, map[string]string{"id": "id", "Job_Role": "title", "Company": "employer",
			"Location": "place.name", "Skills/Description": "skills"}},
		{"courses/coursera_courses.csv.gz", hiring.ImportProgrammes, courses},
		{"courses/coursera_courses_clean.csv.gz", hiring.ImportProgrammes, courses},
	} {
		t.Run(c.file, func(t *testing.T) {
			header, records := dataset(t, c.file)
			w := start(t)
			q := hiring.Ingest{Asked: hiring.Asked{Actor: operator}, Kind: c.kind, Format: hiring.CSV, Header: header, Map: c.fields, Records: records}
			first, err := w.ask(q)
			if err != nil {
				t.Fatal(err)
			}
			second, err := w.ask(q)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d rows, first: %s; second: %s", len(records), counts(first), counts(second))
			if first.Accepted+first.Unchanged != len(records) || len(first.Rejects) > 0 {
				t.Errorf("of %d rows: %s", len(records), counts(first))
			}
			if second.Unchanged != len(records) {
				t.Errorf("the second time: %s", counts(second))
			}
			if c.kind == hiring.ImportProgrammes {
				w.checkProgrammes()
			}
		})
	}
}

// checkProgrammes looks at one programme that both tables of courses hold.
func (w *world) checkProgrammes() {
	w.t.Helper()
	w.role.mu.RLock()
	defer w.role.mu.RUnlock()
	for _, p := range w.role.world.Programmes {
		if p.Name == "Google Cybersecurity" {
			if p.Months != 6 || len(p.Skills) != 13 || p.Skills[0].Name != "Network Security" {
				data, _ := json.Marshal(p)
				w.t.Errorf("got %s", data)
			}
			return
		}
	}
	w.t.Error("Google Cybersecurity is missing")
}
