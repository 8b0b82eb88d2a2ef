package skills

import (
	"strings"
	"testing"
)

// plates is a taxonomy in which one label names two skills, which different occupations ask for.
func plates() *Map {
	named := func(id, name string, alt ...string) Concept {
		return Concept{ID: id, Name: name, Labels: map[string]string{"en": name}, Alt: map[string][]string{"en": alt}}
	}
	asks := func(id string, skills ...string) Concept {
		return Concept{ID: id, Name: id, Kind: Occupation, Essential: skills}
	}
	return NewMap(Release{"t", "1", []Concept{
		named("print:plates", "mount printing plates", "prepare plates"), named("print:ink", "Mix printing inks"), named("print:press", "offset presses"),
		named("cook:plates", "arrange dishes nicely", "prepare plates"), named("cook:sauce", "sauce reduction"), named("cook:knife", "kitchen knives"),
		asks("printer", "print:plates", "print:ink", "print:press"), asks("cook", "cook:plates", "cook:sauce", "cook:knife"),
		asks("sous-chef", "cook:plates"), // so that dishes are asked for more often
	}})
}

func TestContextDecides(t *testing.T) {
	m := plates()
	for text, want := range map[string]string{
		"You prepare plates.": "cook:plates", // nothing else stands there: what more occupations ask for
		"You prepare plates and know printing inks and offset presses.":  "print:plates",
		"You prepare plates, master sauce reduction and kitchen knives.": "cook:plates",
	} {
		if got := found(text, m.Tag(text, "en")); !strings.Contains(got, "prepare plates = "+want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestWhatFitsIsLikelier(t *testing.T) {
	m := plates()
	score := func(text string) float64 {
		tags := m.Tag(text, "en")
		if len(tags) == 0 || tags[0].Skill != "print:ink" {
			t.Fatalf("%q: %v", text, tags)
		}
		return tags[0].Score
	}
	alone, fitting, odd := score("Mix printing inks"), score("mix printing inks, operate offset presses"), score("mix printing inks, sharpen kitchen knives")
	if fitting <= alone || odd > alone {
		t.Errorf("alone %.3f, in good company %.3f, in odd company %.3f", alone, fitting, odd)
	}
}
