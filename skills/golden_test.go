package skills

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"matchday/hiring"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestRelationsGolden shows all that the ranking uses of a map, so that a change of any credit or weight is seen in review.
func TestRelationsGolden(t *testing.T) {
	const source, golden = "testdata/relations.jsonl", "testdata/relations.golden"
	data, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	taxonomy := gather(func(emit func(Concept) error) (Counts, error) { return ReadJSONL(bytes.NewReader(data), emit) })
	if taxonomy.err != nil || len(taxonomy.counts.Skipped) > 0 {
		t.Fatal(taxonomy.err, taxonomy.counts.Skipped)
	}
	m := NewMap(Release{"bakery", "1", taxonomy.concepts})
	var got bytes.Buffer
	fmt.Fprintln(&got, "rarity before any opening, and when 10 of 1,000 ask:")
	for _, c := range taxonomy.concepts {
		if id := hiring.SkillID(c.ID); c.skill() {
			fmt.Fprintf(&got, "%-12s %5d %5d\n", id, m.Rarity(id, 0, 0), m.Rarity(id, 10, 1000))
		}
	}
	fmt.Fprintln(&got, "\nrequired     held         relation credit via")
	for _, required := range taxonomy.concepts {
		for _, held := range taxonomy.concepts {
			if n, ok := m.Relation(hiring.SkillID(required.ID), hiring.SkillID(held.ID)); ok && required.skill() {
				fmt.Fprintf(&got, "%-12s %-12s %-8s %.3f %s\n", required.ID, held.ID, n.Relation, n.Credit.Float(), n.Via)
			}
		}
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("relations changed; if that is meant, run with -update:\n%s", got.String())
	}
}
