package sample_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
	"matchday/sample"
)

var now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func decode(t *testing.T, b []byte) (list []map[string]any) {
	t.Helper()
	for _, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

func make1(t *testing.T, learners int) sample.World {
	t.Helper()
	w, err := sample.Make(now, learners)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWorldIsTheSizeItPromises(t *testing.T) {
	w := make1(t, 2000)
	employers := map[any]bool{}
	for _, o := range decode(t, w.Openings) {
		employers[o["employer"]] = true
	}
	for what, c := range map[string]struct{ got, low, high int }{
		"skills":     {len(decode(t, w.Skills)), 380, 420},
		"programmes": {len(decode(t, w.Programmes)), 18, 40},
		"openings":   {len(decode(t, w.Openings)), 120, 120},
		"employers":  {len(employers), 25, 25},
		"learners":   {len(decode(t, w.Learners)), 2001, 2001},
		"days":       {len(w.Days), 3, 3},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%d %s, want %d to %d", c.got, what, c.low, c.high)
		}
	}
}

func TestWorldIsTheSameEachTime(t *testing.T) {
	a, b := make1(t, 300), make1(t, 300)
	if !bytes.Equal(a.Learners, b.Learners) || !bytes.Equal(a.Openings, b.Openings) || !bytes.Equal(a.Skills, b.Skills) {
		t.Error("two worlds of the same time differ")
	}
}

// Every skill that a programme, opening or learner names is one of the world's, by some name in English or Spanish.
func TestEverySkillNamedIsKnown(t *testing.T) {
	w := make1(t, 500)
	known := map[string]bool{}
	for _, c := range decode(t, w.Skills) {
		for _, label := range c["labels"].(map[string]any) {
			known[label.(string)] = true
		}
	}
	for _, part := range [][]byte{w.Programmes, w.Openings, w.Learners} {
		for _, v := range decode(t, part) {
			for _, s := range v["skills"].([]any) {
				if name := s.(map[string]any)["name"].(string); !known[name] {
					t.Errorf("%v names %q", v["id"], name)
				}
			}
		}
	}
}

func TestIDsAreValidAndUnique(t *testing.T) {
	w := make1(t, 500)
	for _, part := range [][]byte{w.Skills, w.Programmes, w.Openings, w.Learners} {
		seen := map[string]bool{}
		for _, v := range decode(t, part) {
			id := v["id"].(string)
			if err := hiring.ValidID("id", id); err != nil || seen[id] {
				t.Errorf("%q: %v, seen before: %v", id, err, seen[id])
			}
			seen[id] = true
		}
	}
}

func TestDaysNameOpeningsOfTheWorld(t *testing.T) {
	w := make1(t, 1)
	for _, d := range w.Days {
		for _, o := range d.Openings {
			if !bytes.Contains(w.Openings, []byte(`"id":"`+string(o)+`"`)) {
				t.Errorf("day %s names %s", d.ID, o)
			}
		}
		if _, err := time.LoadLocation(d.Zone); err != nil {
			t.Error(err)
		}
	}
}

func TestPersonsAreInvented(t *testing.T) {
	for _, l := range decode(t, make1(t, 200).Learners) {
		if mail := l["contact"].(map[string]any)["email"].(string); !strings.HasSuffix(mail, "@example.org") {
			t.Errorf("%s could be somebody's address", mail)
		}
	}
}
