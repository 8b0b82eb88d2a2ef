package skills

import (
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// fourTrades is a taxonomy of four occupations, and one of a skill that no occupation could ask for.
func fourTrades() []Release {
	occupation := func(id string, essential, optional []string) Concept {
		return Concept{ID: id, Name: "occupation " + id, Kind: Occupation, Essential: essential, Optional: optional}
	}
	return []Release{
		{"esco", "1", []Concept{
			kindOf("all"), kindOf("half"), kindOf("one"), kindOf("none"),
			occupation("w", []string{"all", "half", "one"}, nil), occupation("x", []string{"all", "half"}, nil),
			occupation("y", []string{"all"}, nil), occupation("z", []string{"all"}, []string{"gone"}),
		}},
		{"own", "1", []Concept{kindOf("o:1")}},
	}
}

func TestDemand(t *testing.T) {
	m := NewMap(fourTrades()...)
	for id, want := range map[hiring.SkillID]Demand{
		"all": {1, true}, "half": {0.5, true}, "one": {0.25, true}, "none": {0, true},
		"o:1": {0.5, false}, "text:unknown": {0.5, false}, // as the middle one
	} {
		if got := m.Demand(id); got != want {
			t.Errorf("demand of %s is %v, want %v", id, got, want)
		}
	}
	if got := NewMap().Demand("all"); got != (Demand{}) {
		t.Errorf("without occupations it is %v", got)
	}
}

func TestRarity(t *testing.T) {
	m := NewMap(fourTrades()...)
	for _, c := range []struct {
		id              hiring.SkillID
		asked, openings int
		want            int64
	}{
		{"all", 0, 0, 1000},               // every occupation asks for it
		{"half", 0, 0, 1576},              // log2(1 + 101/51)
		{"none", 0, 0, 6672},              // log2(1 + 101)
		{"o:1", 0, 0, 1576},               // as the middle one
		{"none", 10_000, 10_000, 1007},    // all openings ask: what occupations say is forgotten
		{"all", 0, 1_000_000, 13_274},     // no opening of a million asks
		{"one", 250_000, 1_000_000, 2322}, // both say a quarter
	} {
		if got := m.Rarity(c.id, c.asked, c.openings); got != c.want {
			t.Errorf("rarity of %s, asked for by %d of %d openings, is %d, want %d", c.id, c.asked, c.openings, got, c.want)
		}
	}
	if got := NewMap().Rarity("all", 1, 3); got != 1585 { // log2(1 + 4/2)
		t.Errorf("without occupations it is %d", got)
	}
}

func TestRarityFallsWithDemand(t *testing.T) {
	m := NewMap(fourTrades()...)
	rapid.Check(t, func(t *rapid.T) {
		openings := rapid.IntRange(1, 1_000_000).Draw(t, "openings")
		asked := rapid.IntRange(1, openings).Draw(t, "asked")
		last := int64(0)
		for _, id := range []hiring.SkillID{"all", "half", "one", "none"} {
			r := m.Rarity(id, asked, openings)
			if r < last || r > m.Rarity(id, asked-1, openings) || r > m.Rarity(id, asked, openings+1) {
				t.Fatalf("rarity of %s, asked for by %d of %d openings, is %d", id, asked, openings, r)
			}
			last = r
		}
	})
}
