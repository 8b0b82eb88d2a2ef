package skills

import (
	"slices"
	"sort"

	"matchday/hiring"
)

// Equivalence is another skill that is the same, and where that comes from.
type Equivalence struct {
	Skill hiring.SkillID
	// Source is the taxonomy that says so, as name@version, or [SameName].
	Source string
}

// SameName is the source of an equivalence that no taxonomy states: two of them call a skill by the same name.
const SameName = "same name"

// Equivalences returns the skills that are the same as id, those that a taxonomy states first, each in order of id.
func (m *Map) Equivalences(id hiring.SkillID) []Equivalence {
	c, ok := m.ids.find(string(id))
	if !ok {
		return nil
	}
	var list []Equivalence
	for _, e := range m.equivalents(c) {
		source := SameName
		if e.release != byName {
			source = m.releases[e.release]
		}
		list = append(list, Equivalence{hiring.SkillID(m.ids.at(e.to)), source})
	}
	return list
}

// byName stands for the release of an equivalence that no release states.
const byName = 1<<16 - 1

// equivalents returns what a release calls the same as a concept, then the skills of other taxonomies whose own name has the same key.
func (m *Map) equivalents(c uint32) []stated {
	from := sort.Search(len(m.same), func(i int) bool { return m.same[i].from >= c })
	to := sort.Search(len(m.same), func(i int) bool { return m.same[i].from > c })
	list := slices.Clone(m.same[from:to])
	key := m.nameKey[c]
	if key == noKey {
		return list
	}
	first, end := m.meaning.of(key)
	for _, p := range m.posts[first:end] {
		known := slices.ContainsFunc(list, func(e stated) bool { return e.to == p.concept })
		if m.nameKey[p.concept] == key && m.release[p.concept] != m.release[c] && !known {
			list = append(list, stated{edge{c, p.concept}, byName})
		}
	}
	return list
}
