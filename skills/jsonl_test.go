package skills

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// readLines reads JSON Lines into memory.
func readLines(text string) gathered {
	return gather(func(emit func(Concept) error) (Counts, error) { return ReadJSONL(strings.NewReader(text), emit) })
}

func TestReadJSONL(t *testing.T) {
	g := readLines("\ufeff" + `{"id":"own:1","name":"Welding","kind":"skill","labels":{"en":"Welding","es-MX":"Soldadura"},` +
		`"alt":{"en":["weld","weld"]},"hidden":{"en":["weldng"]},"broader":["own:2"],"related":["own:3","own:3"]}` + "\r\n\n" +
		`{"id":"own:2","name":"Metal work","kind":"group"}` + "\n" +
		`{"id":"esco:1","labels":{"es":"Torneado"}}`)
	if g.err != nil || len(g.counts.Skipped) > 0 {
		t.Fatal(g.err, g.counts.Skipped)
	}
	want := Counts{Skills: 1, Groups: 1, Labels: map[string]int{"en": 3, "es": 2, "und": 1}, Relations: 2}
	if !reflect.DeepEqual(g.counts, want) {
		t.Errorf("counts %+v, want %+v", g.counts, want)
	}
	if got := g.concepts[0]; got.Labels["es"] != "Soldadura" || len(got.Alt["en"]) != 1 || len(got.Related) != 1 {
		t.Errorf("first concept is %+v", got)
	}
}

func TestReadJSONLNamesWhatItRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"a","name":"A","colour":"red"}`:                 `line 2: "colour" is not a field of a concept`,
		`{"id":"a","Name":"A"}`:                                `line 2: "Name" is not a field of a concept`,
		`{"id":"a","name":"A","name":"B"}`:                     `line 2: name stands twice`,
		`{"id":"a","n\u0061me":"A","name":"A"}`:                `line 2: name stands twice`,
		`{"id":"a","name":"A","labels":{"en":1}}`:              `line 2: labels is not an object of one string a language`,
		`{"id":"a","name":1}`:                                  `line 2: name is not a string`,
		`{"id":"a","name":"A","alt":["x"]}`:                    `line 2: alt is not an object of a list of strings a language`,
		`{"id":"a","labels":["x"]}`:                            `line 2: labels is not an object of one string a language`,
		`{"id":"a","broader":"x"}`:                             `line 2: broader is not a list of strings`,
		`{"id":"a","name":"A"`:                                 `line 2: is not valid JSON`,
		`{"id":"a","name":"A"} {}`:                             `line 2: is not valid JSON`,
		`["a"]`:                                                `line 2: is not a JSON object`,
		strings.Repeat("[", 20_000):                            `line 2: is not a JSON object`,
		`{"alt":` + strings.Repeat("[", 20_000):                `line 2: is not valid JSON`,
		`{"name":"A"}`:                                         `line 2: id is missing`,
		`{"id":"a b","name":"A"}`:                              `line 2: id holds a space or a control character`,
		`{"id":"text:a","name":"A"}`:                           `line 2: id begins with "text:", which is kept for words that no taxonomy knows`,
		`{"id":"a","name":"!!"}`:                               `line 2: name holds no letter or digit`,
		`{"id":"a","name":"A\u0000"}`:                          `line 2: name is not UTF-8 text or holds a control character`,
		`{"id":"a","name":"` + strings.Repeat("x", 301) + `"}`: `line 2: name is longer than 300 characters`,
		`{"id":"` + strings.Repeat("x", 201) + `"}`:            `line 2: id is longer than 200 bytes`,
		`{"id":"a"}`:                                           `line 2: a concept without a name has to add a label or a relation`,
		`{"id":"` + strings.Repeat("x", maxLine) + `"}`:        `line 2: longer than 8388608 bytes`,
	} {
		g := readLines(`{"id":"x","name":"X"}` + "\n" + line + "\n" + `{"id":"y","name":"Y"}`)
		if g.err != nil || g.counts.Skills != 2 || len(g.counts.Skipped) != 1 || g.counts.Skipped[0] != want {
			t.Errorf("%.60s: err %v, %d skills, skipped %q, want %q", line, g.err, g.counts.Skills, g.counts.Skipped, want)
		}
	}
}

func TestReadJSONLDropsPartsAndSaysSo(t *testing.T) {
	many := `"label 0","label 0",` // what stands twice counts once
	for i := range maxLabels {
		many += fmt.Sprintf("%q,", fmt.Sprint("label ", i))
	}
	g := readLines(`{"id":"a","name":"A","labels":{"en":"?"},"alt":{"en":[` + many + `"last"]},"broader":["a","text:b","c"],"description":"` +
		strings.Repeat("d", maxDescription+1) + `"}`)
	want := []string{
		"line 1: description is no plain text of at most 10000 characters",
		`line 1: labels."en" holds no letter or digit`,
		"line 1: more than 4000 labels",
		"line 1: broader names the concept itself",
		`line 1: broader: id begins with "text:", which is kept for words that no taxonomy knows`,
	}
	if !reflect.DeepEqual(g.counts.Skipped, want) {
		t.Errorf("skipped %q, want %q", g.counts.Skipped, want)
	}
	if c := g.concepts[0]; len(c.Alt["en"]) != maxLabels || !reflect.DeepEqual(c.Broader, []string{"c"}) || c.Description != "" {
		t.Errorf("kept %d labels, broader %q", len(c.Alt["en"]), c.Broader)
	}
}

func TestReasonsAreBounded(t *testing.T) {
	g := readLines(strings.Repeat("x\n", 250))
	if n := len(g.counts.Skipped); n != maxReasons+1 || g.counts.Skipped[maxReasons] != "and 150 more" {
		t.Errorf("%d reasons, the last %q", n, g.counts.Skipped[n-1])
	}
}

func TestReadJSONLPassesErrorsOn(t *testing.T) {
	full := errors.New("disk full")
	_, err := ReadJSONL(strings.NewReader(`{"id":"x","name":"X"}`), func(Concept) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("error of emit: %v", err)
	}
	_, err = ReadJSONL(&bounded{strings.NewReader(strings.Repeat("\n", 100)), 50}, func(Concept) error { return nil })
	if !errors.Is(err, errTooLarge) {
		t.Errorf("error of the reader: %v", err)
	}
}

// anyConcept draws concepts as readers emit them.
func anyConcept() *rapid.Generator[Concept] {
	label := rapid.StringMatching(`[A-Za-zäé+#.<&]{0,12}[a-z]`)
	lang := rapid.SampledFrom([]string{"en", "de", "es"})
	labels := rapid.MapOfN(lang, rapid.SliceOfNDistinct(label, 1, 3, rapid.ID[string]), 0, 3)
	id := rapid.StringMatching(`[a-z]:[a-f]`)
	return rapid.Custom(func(t *rapid.T) Concept {
		return Concept{
			ID: id.Draw(t, "id"), Name: label.Draw(t, "name"), Kind: rapid.SampledFrom([]string{"", "skill", Group}).Draw(t, "kind"),
			Description: rapid.StringMatching(`[a-z "<\n]{0,20}`).Draw(t, "description"),
			Labels:      rapid.MapOfN(lang, label, 0, 3).Draw(t, "labels"),
			Alt:         labels.Draw(t, "alt"), Hidden: labels.Draw(t, "hidden"),
			Broader: rapid.SliceOfN(id, 0, 3).Draw(t, "broader"), Related: rapid.SliceOfN(id, 0, 3).Draw(t, "related"),
		}
	})
}

func TestNormalFormIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first bytes.Buffer
		g := gather(func(emit func(Concept) error) (Counts, error) {
			in := newIntake(emit)
			err := in.add("drawn", anyConcept().Draw(t, "concept"))
			return in.done(), err
		})
		for _, c := range g.concepts {
			if err := WriteJSONL(&first, c); err != nil {
				t.Fatal(err)
			}
		}
		again := readLines(first.String())
		if len(again.counts.Skipped) > 0 || len(again.concepts) != len(g.concepts) {
			t.Fatalf("read back: %q", again.counts.Skipped)
		}
		var second bytes.Buffer
		for _, c := range again.concepts {
			if err := WriteJSONL(&second, c); err != nil {
				t.Fatal(err)
			}
		}
		if first.String() != second.String() {
			t.Fatalf("wrote\n%sthen\n%s", &first, &second)
		}
	})
}

func FuzzReadJSONL(f *testing.F) {
	f.Add(`{"id":"own:1","name":"Welding","labels":{"es":"Soldadura"},"alt":{"en":["weld"]},"broader":["own:2"]}`)
	f.Add(`{"id":"a","name":"A","name":"B"}` + "\n{}\n[]\n\"")
	f.Add("{\"id\":\"\\u0000\",\"labels\":{\"x\":\"\xff\"}}")
	f.Fuzz(func(t *testing.T, text string) {
		g := readLines(text)
		var out bytes.Buffer
		for _, c := range g.concepts {
			if err := WriteJSONL(&out, c); err != nil {
				t.Fatal(err)
			}
		}
		if again := readLines(out.String()); len(again.counts.Skipped) > 0 || len(again.concepts) != len(g.concepts) {
			t.Fatalf("%q was emitted as %s, which reads as %q", text, &out, again.counts.Skipped)
		}
		NewMap(Release{"own", "1", g.concepts})
	})
}
