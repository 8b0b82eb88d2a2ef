package main

import "testing"

func TestReliability(t *testing.T) {
	bins, ece := reliability([]scored{{0.3, true}, {0.3, false}, {0.8, true}, {1, true}})
	if b := bins[0]; b.tags != 2 || b.right != 1 || !near(b.scores, 0.6) {
		t.Errorf("first bin %+v", b)
	}
	if b := bins[len(bins)-1]; b.tags != 2 || b.right != 2 {
		t.Errorf("last bin %+v", b)
	}
	if !near(ece, (0.4+0.2)/4) {
		t.Errorf("calibration error %v", ece)
	}
}

func TestWholePostings(t *testing.T) {
	got := whole([]marked{
		{posting: 1, text: "know Go", knowledge: [][2]int{{5, 7}}}, {posting: 1, text: "lead", skills: [][2]int{{0, 4}}}, {posting: 2, text: "x"},
	})
	if len(got) != 2 || got[0].text != "know Go\nlead\n" || got[0].skills[0] != [2]int{8, 12} || got[0].knowledge[0] != [2]int{5, 7} || got[1].text != "x\n" {
		t.Errorf("%+v", got)
	}
}
