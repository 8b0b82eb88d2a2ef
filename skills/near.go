package skills

import (
	"cmp"
	"slices"

	"matchday/hiring"
)

// Credits: how far a learner's skill meets a required one, by how they are related, as shares of a full match. They are choices,
// not measurements: a kind of the required skill nearly meets it, a more general one halfway, and each step further takes away.
// This is the one place where they stand.
const (
	// CreditEquivalent is for skills of two taxonomies that call themselves the same. Not 1, so that the very skill wins.
	CreditEquivalent hiring.Score = 950_000
	CreditNarrower   hiring.Score = 800_000
	CreditNarrower2  hiring.Score = 600_000 // two steps down
	CreditBroader    hiring.Score = 500_000
	CreditBroader2   hiring.Score = 250_000 // two steps up
	CreditSibling    hiring.Score = 250_000
	CreditRelated    hiring.Score = 250_000
)

const (
	// maxSiblings is how many children a parent may have and still say something specific of them.
	maxSiblings = 12
	// maxNear bounds what Near returns.
	maxNear = 64
)

// Nearness is another skill that partly meets the one required.
type Nearness struct {
	Skill hiring.SkillID
	// Relation is that of Skill to the required one: Narrower when it is a kind of it; Same for an equivalent of another taxonomy.
	Relation hiring.Relation
	Credit   hiring.Score
}

// Near returns every other skill that partly meets the required one, best first: by credit, then by relation, then by id; at most
// 64. Where two skills are related in several ways, the one of most credit stands. Groups lend their place in the hierarchy (a
// group's other children are siblings when there are few) but are not returned: nobody holds one. It is nil for an unknown id.
func (m *Map) Near(required hiring.SkillID) []Nearness {
	c, ok := m.ids.find(string(required))
	if !ok {
		return nil
	}
	n := neighbours{m: m, of: c, best: map[uint32]near{}}
	n.equivalents()
	n.steps(m.narrower, near{0, hiring.Narrower, CreditNarrower}, near{0, hiring.Narrower, CreditNarrower2})
	n.steps(m.broader, near{0, hiring.Broader, CreditBroader}, near{0, hiring.Broader, CreditBroader2})
	for _, parent := range m.broader.from(c) {
		if children := m.narrower.from(parent); len(children) <= maxSiblings {
			n.add(children, near{0, hiring.Sibling, CreditSibling})
		}
	}
	n.add(m.related.from(c), near{0, hiring.Related, CreditRelated})
	return n.list()
}

// near is a neighbour before its id is looked up.
type near struct {
	concept  uint32
	relation hiring.Relation
	credit   hiring.Score
}

// neighbours gathers what lies near one concept.
type neighbours struct {
	m    *Map
	of   uint32
	best map[uint32]near
}

// add notes concepts with a relation, where it gives more credit than what is known; callers come nearest relation first.
func (n *neighbours) add(concepts []uint32, as near) {
	for _, c := range concepts {
		if c != n.of && !n.m.group[c] && n.best[c].credit < as.credit {
			as.concept = c
			n.best[c] = as
		}
	}
}

// steps adds what lies one and two steps away.
func (n *neighbours) steps(e edges, one, two near) {
	n.add(e.from(n.of), one)
	for _, c := range e.from(n.of) {
		n.add(e.from(c), two)
	}
}

// equivalents adds the skills that are the same.
func (n *neighbours) equivalents() {
	for _, e := range n.m.equivalents(n.of) {
		n.add([]uint32{e.to}, near{0, hiring.Same, CreditEquivalent})
	}
}

func (n *neighbours) list() []Nearness {
	order := []hiring.Relation{hiring.Same, hiring.Narrower, hiring.Broader, hiring.Sibling, hiring.Related}
	all := make([]near, 0, len(n.best))
	for _, b := range n.best {
		all = append(all, b)
	}
	slices.SortFunc(all, func(x, y near) int {
		return cmp.Or(cmp.Compare(y.credit, x.credit), cmp.Compare(slices.Index(order, x.relation), slices.Index(order, y.relation)),
			cmp.Compare(x.concept, y.concept))
	})
	list := make([]Nearness, min(len(all), maxNear))
	for i := range list {
		list[i] = Nearness{hiring.SkillID(n.m.ids.at(all[i].concept)), all[i].relation, all[i].credit}
	}
	return list
}
