package skills

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

func TestNear(t *testing.T) {
	related := kindOf("r", "far")
	related.Related = []string{"b", "b1", "gone"}
	group := kindOf("g")
	group.Kind = Group
	same := kindOf("o:b")
	same.Name = "Skill B (other taxonomy)"
	m := NewMap(
		Release{"esco", "1", []Concept{
			kindOf("a"), kindOf("b", "a", "g"), kindOf("b1", "b"), kindOf("b11", "b1"), kindOf("b111", "b11"), kindOf("c", "a"),
			kindOf("x", "g"), group, related, kindOf("far"), kindOf("top"), kindOf("under", "b", "b11", "gone"),
		}},
		Release{"own", "1", []Concept{same}},
	)
	for id, want := range map[hiring.SkillID][]Nearness{
		"b": {
			{"o:b", hiring.Same, CreditEquivalent, ""},
			{"b1", hiring.Narrower, CreditNarrower, ""}, {"under", hiring.Narrower, CreditNarrower, ""}, // also three steps down: the nearest counts
			{"b11", hiring.Narrower, CreditNarrower2, "b1"},
			{"a", hiring.Broader, CreditBroader, ""},
			{"c", hiring.Sibling, CreditSibling, "a"}, {"x", hiring.Sibling, CreditSibling, "g"}, // x by way of the group
			{"r", hiring.Related, CreditRelated, ""},
		},
		"b1": { // under is a sibling too; r says that it is related
			{"b11", hiring.Narrower, CreditNarrower, ""}, {"b111", hiring.Narrower, CreditNarrower2, "b11"}, {"under", hiring.Narrower, CreditNarrower2, "b11"},
			{"b", hiring.Broader, CreditBroader, ""}, {"a", hiring.Broader, CreditBroader2, "b"}, {"r", hiring.Related, CreditRelated, ""},
		},
		"g":   {{"b", hiring.Narrower, CreditNarrower, ""}, {"x", hiring.Narrower, CreditNarrower, ""}, {"b1", hiring.Narrower, CreditNarrower2, "b"}, {"under", hiring.Narrower, CreditNarrower2, "b"}},
		"far": {{"r", hiring.Narrower, CreditNarrower, ""}},
		"o:b": {{"b", hiring.Same, CreditEquivalent, ""}},
		"top": {},
	} {
		got := m.Near(id)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("near %s\n got %v\nwant %v", id, got, want)
		}
	}
}

func TestSiblingsOfABroadParentAreNone(t *testing.T) {
	for children, want := range map[int]int{maxSiblings: maxSiblings - 1, maxSiblings + 1: 0} {
		concepts := []Concept{kindOf("p")}
		for i := range children {
			concepts = append(concepts, kindOf(fmt.Sprintf("c%02d", i), "p"))
		}
		got := len(NewMap(Release{"own", "1", concepts}).Near("c00")) - 1 // without the parent
		if got != want {
			t.Errorf("one of %d children has %d siblings, want %d", children, got, want)
		}
	}
}

func TestNearIsBounded(t *testing.T) {
	concepts := []Concept{kindOf("p")}
	for i := range 500 {
		concepts = append(concepts, kindOf(fmt.Sprintf("c%03d", i), "p"))
	}
	near := NewMap(Release{"own", "1", concepts}).Near("p")
	if len(near) != maxNear || near[0].Skill != "c000" || near[63].Skill != "c063" {
		t.Errorf("%d near, from %v", len(near), near[:1])
	}
}

func TestNearHoldsForAnyTaxonomy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := releases().Draw(t, "releases")
		m := NewMap(list...)
		for i := range uint32(m.ids.len()) {
			id := hiring.SkillID(m.ids.at(i))
			near := m.Near(id)
			checkNear(t, id, near)
			for _, n := range near {
				if r, ok := m.Relation(id, n.Skill); !ok || r != n {
					t.Fatalf("%s is near %s by %v, their relation is %v", n.Skill, id, n, r)
				}
				back := m.Near(n.Skill)
				if !m.group[i] && !slices.ContainsFunc(back, func(b Nearness) bool { return b.Skill == id }) {
					t.Fatalf("%s is %s to %s, but %[3]s is not near %[1]s: %v", n.Skill, n.Relation, id, back)
				}
			}
		}
	})
}

// checkNear tests what holds for every list of neighbours.
func checkNear(t interface{ Fatalf(string, ...any) }, id hiring.SkillID, near []Nearness) {
	seen := map[hiring.SkillID]bool{id: true}
	for i, n := range near {
		if seen[n.Skill] || !(n.Credit > 0 && n.Credit < hiring.OneScore) || i > 0 && near[i-1].Credit < n.Credit || i >= maxNear {
			t.Fatalf("near %s: entry %d of %v", id, i, near)
		}
		seen[n.Skill] = true
	}
}
