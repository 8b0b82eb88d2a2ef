package skills

import (
	"cmp"
	"math"
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
	CreditSibling    hiring.Score = 250_000 // of a parent of few children, which says something specific of them
	CreditSibling2   hiring.Score = 125_000 // of a parent of more
	CreditRelated    hiring.Score = 250_000
)

const (
	// fewSiblings is how many children a parent may have for full credit between them, and maxSiblings for any. Among ESCO's occupations
	// that ask for a skill, one in five also asks for a sibling of it in families of up to four, one in ten in families of five to
	// twelve; of all occupations one in 300 does.
	fewSiblings, maxSiblings = 4, 12
	// maxNear bounds what Near returns.
	maxNear = 64
)

// Nearness is another skill that partly meets the one required.
type Nearness struct {
	Skill hiring.SkillID
	// Relation is that of Skill to the required one: Narrower when it is a kind of it; Same for an equivalent of another taxonomy.
	Relation hiring.Relation
	Credit   hiring.Score
	// Via is what lies between the two: the parent that siblings share, or the skill or group that two steps lead over; else "".
	Via hiring.SkillID
}

// Near returns every other skill that partly meets the required one, best first: by credit, then by relation, then by id; at most
// 64. Where two skills are related in several ways, the one of most credit stands. Groups lend their place in the hierarchy (a
// group's other children are siblings when there are few) but are not returned: nobody holds one. It is nil for an unknown id.
func (m *Map) Near(required hiring.SkillID) []Nearness {
	c, ok := m.ids.find(string(required))
	if !ok {
		return nil
	}
	n := m.around(c)
	return n.list()
}

// Relation returns how far holding one skill meets another that is required, and false when they are not near each other. A skill meets
// itself in full, even one that no taxonomy knows. It says the same as [Map.Near] does, and goes on where that list ends.
func (m *Map) Relation(required, held hiring.SkillID) (Nearness, bool) {
	if required == held {
		return Nearness{Skill: held, Relation: hiring.Same, Credit: hiring.OneScore}, true
	}
	a, okA := m.ids.find(string(required))
	b, okB := m.ids.find(string(held))
	if !okA || !okB {
		return Nearness{}, false
	}
	n, ok := m.around(a).best[b]
	if !ok {
		return Nearness{}, false
	}
	return m.nearness(n), true
}

// near is a neighbour before its id is looked up.
type near struct {
	concept  uint32
	relation hiring.Relation
	credit   hiring.Score
	via      uint32 // noConcept where nothing lies between
}

const noConcept = math.MaxUint32

func (m *Map) nearness(n near) Nearness {
	found := Nearness{Skill: hiring.SkillID(m.ids.at(n.concept)), Relation: n.relation, Credit: n.credit}
	if n.via != noConcept {
		found.Via = hiring.SkillID(m.ids.at(n.via))
	}
	return found
}

// neighbours gathers what lies near one concept.
type neighbours struct {
	m    *Map
	of   uint32
	best map[uint32]near
}

// around gathers what lies near a concept, nearest relation first.
func (m *Map) around(c uint32) neighbours {
	n := neighbours{m: m, of: c, best: map[uint32]near{}}
	n.equivalents()
	n.steps(m.narrower, hiring.Narrower, CreditNarrower, CreditNarrower2)
	n.steps(m.broader, hiring.Broader, CreditBroader, CreditBroader2)
	for _, parent := range m.broader.from(c) {
		switch children := m.narrower.from(parent); {
		case len(children) <= fewSiblings:
			n.add(children, near{relation: hiring.Sibling, credit: CreditSibling, via: parent})
		case len(children) <= maxSiblings:
			n.add(children, near{relation: hiring.Sibling, credit: CreditSibling2, via: parent})
		}
	}
	n.add(m.related.from(c), near{relation: hiring.Related, credit: CreditRelated, via: noConcept})
	return n
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
func (n *neighbours) steps(e edges, relation hiring.Relation, one, two hiring.Score) {
	n.add(e.from(n.of), near{relation: relation, credit: one, via: noConcept})
	for _, c := range e.from(n.of) {
		n.add(e.from(c), near{relation: relation, credit: two, via: c})
	}
}

// equivalents adds the skills that are the same.
func (n *neighbours) equivalents() {
	for _, e := range n.m.equivalents(n.of) {
		n.add([]uint32{e.to}, near{relation: hiring.Same, credit: CreditEquivalent, via: noConcept})
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
		list[i] = n.m.nearness(all[i])
	}
	return list
}
