package records

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"matchday/hiring"
)

// Spreadsheets as they are found in the wild: each row is framed and none is refused.
func TestRealSpreadsheets(t *testing.T) {
	for file, rows := range map[string]int{
		"postings/naukri_jobs.csv.gz":         4000,
		"postings/google_jobs.csv.gz":         738,
		"courses/coursera_courses.csv.gz":     1008,
		"esco-1.1.1/skills_en.csv.gz":         13896,
		"esco-1.1.1/ISCOGroups_en.csv.gz":     619,
		"formats/osmt/import/oNet-Import.csv": 1016,
	} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			path := filepath.Join("..", "..", "shared", "data", filepath.FromSlash(file))
			f, err := os.Open(path)
			if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
				t.Skipf("%s is absent", path)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			n := 0
			_, err = Framer{}.Frame(f, hiring.CSV, func(r hiring.Record) error {
				n++
				if r.Problem != nil {
					t.Errorf("line %d: %v", r.Line, r.Problem)
				}
				return nil
			})
			if err != nil || n != rows {
				t.Errorf("%d rows, want %d; %v", n, rows, err)
			}
		})
	}
}
