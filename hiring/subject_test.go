package hiring

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Two questions on one subject would each get the other's answers, now and then.
func TestSubjectsDiffer(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	subject := regexp.MustCompile(`func \((?:\w+ )?(\w+)\) Subject\(\) string\s*\{ return "([a-z.]+)" \}`)
	asks := map[string]string{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range subject.FindAllStringSubmatch(string(source), -1) {
			if other, ok := asks[m[2]]; ok {
				t.Errorf("%s and %s are both asked on %s", other, m[1], m[2])
			}
			asks[m[2]] = m[1]
		}
	}
	if len(asks) < 20 {
		t.Errorf("only %d subjects were found", len(asks))
	}
}
