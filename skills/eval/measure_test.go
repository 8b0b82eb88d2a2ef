package main

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"matchday/skills"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestMeasures(t *testing.T) {
	list := []*sentence{
		{text: "a", skills: map[string]bool{"x": true, "y": true}, spans: []span{{"a1", "x"}, {"a2", "y"}}},
		{text: "b", skills: map[string]bool{}},
	}
	answers := map[string][]string{"a": {"x", "z", "x"}, "b": {"z"}, "a1": {"q", "x"}, "a2": {"1", "2", "3", "4", "5", "y"}}
	find := func(text string) []string { return slices.Clone(answers[text]) }
	if p, r, f := microF1(list, find); !near(p, 1.0/3) || !near(r, 0.5) || !near(f, 0.4) {
		t.Errorf("precision %v, recall %v, F1 %v", p, r, f)
	}
	if got := rp5(list, find); !near(got, 0.5) { // x counts once
		t.Errorf("RP@5 %v", got)
	}
	if got := acc5(list, find); !near(got, 0.5) {
		t.Errorf("acc@5 %v", got)
	}
	texts := []marked{{text: "know Go well", knowledge: [][2]int{{5, 7}}, skills: [][2]int{{8, 12}}}}
	recall, precision := touched(texts, func(string) [][2]int { return [][2]int{{0, 4}, {6, 9}} })
	if !near(recall, 1) || !near(precision, 0.5) {
		t.Errorf("touched %v at %v", recall, precision)
	}
}

func TestRanges(t *testing.T) {
	got := ranges([]string{"we", "know", "Go", "well", "Rust"}, []string{"O", "B", "I", "O", "B"})
	if want := [][2]int{{3, 10}, {16, 20}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestReadSentences(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gold.csv")
	text := "sentence,span,sub_span,label\nknows JS and R,JS,,JavaScript\nknows JS and R,JS and R,R,R\nknows JS and R,knows,,UNDERSPECIFIED\n\"no, thing\",no,,LABEL NOT PRESENT\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := readSentences(path)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d sentences: %v", len(list), err)
	}
	if want := []span{{"JS", "JavaScript"}, {"R", "R"}}; !reflect.DeepEqual(list[0].spans, want) || len(list[1].skills) != 0 {
		t.Errorf("read %+v and %+v", list[0], list[1])
	}
}

func TestLogisticLearns(t *testing.T) {
	var list []example
	for i := range 200 {
		x := float64(i%10) / 10
		list = append(list, example{right: x > 0.45, Evidence: skills.Evidence{Features: []float64{x}}})
	}
	w := logistic(list, 1e-4)
	if low, high := probability(w, []float64{0.1}), probability(w, []float64{0.9}); low > 0.3 || high < 0.7 {
		t.Errorf("%.2f and %.2f by weights %v", low, high, w)
	}
}
