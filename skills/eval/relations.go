package main

import (
	"fmt"
	"slices"
	"strings"

	"matchday/hiring"
	"matchday/skills"
)

// together is how often occupations that ask for a skill ask for one that lies near it, by how near that is.
type together struct {
	near  string
	pairs int
	// asked is the mean share of a skill's occupations that ask for the other, ofAll the mean share of all occupations that do.
	asked, ofAll float64
}

// cooccurrence compares the map's relations with what ESCO's occupations ask for.
func cooccurrence(d *corpus) []together {
	askers := map[string][]int{}
	occupations := 0
	for _, c := range d.concepts {
		if c.Kind != skills.Occupation {
			continue
		}
		occupations++
		for _, id := range slices.Concat(c.Essential, c.Optional) {
			askers[id] = append(askers[id], occupations)
		}
	}
	found := map[string]*together{}
	for id, mine := range askers {
		for _, n := range d.esco.Near(hiring.SkillID(id)) {
			others := askers[string(n.Skill)]
			if len(others) == 0 {
				continue
			}
			both := 0
			for _, o := range others {
				if slices.Contains(mine, o) {
					both++
				}
			}
			key := fmt.Sprintf("%.3f %s", n.Credit.Float(), n.Relation)
			if found[key] == nil {
				found[key] = &together{near: key}
			}
			t := found[key]
			t.pairs++
			t.asked += float64(both) / float64(len(mine))
			t.ofAll += float64(len(others)) / float64(occupations)
		}
	}
	var list []together
	for _, t := range found {
		t.asked, t.ofAll = t.asked/float64(t.pairs), t.ofAll/float64(t.pairs)
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b together) int { return strings.Compare(b.near, a.near) })
	return list
}

func printTogether(d *corpus) {
	fmt.Printf("\n%-20s %10s %22s %18s\n", "relation (credit)", "pairs", "occupations that ask", "of all")
	for _, t := range cooccurrence(d) {
		fmt.Printf("%-20s %10d %22.3f %18.4f\n", t.near, t.pairs, t.asked, t.ofAll)
	}
}
