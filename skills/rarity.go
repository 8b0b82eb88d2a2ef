package skills

import (
	"math"

	"matchday/hiring"
)

// Demand says how much the occupations that are loaded ask for a skill.
type Demand struct {
	// Share is the part of them that does, in [0, 1]: essential ones count in full, optional ones half. It is taken among the
	// occupations of those taxonomies that ask for skills of its taxonomy.
	Share float64
	// Known says that Share was counted. It is false for a skill of a taxonomy without occupations and for an unknown id, and Share is
	// then the median of the skills that
	// occupations ask for.
	Known bool
}

// Demand returns how much occupations ask for a skill. With no occupation loaded it is the zero Demand.
func (m *Map) Demand(id hiring.SkillID) Demand {
	c, ok := m.ids.find(string(id))
	if !ok || m.trades[m.release[c]] == 0 {
		return Demand{Share: m.middleShare}
	}
	return Demand{Share: min(1, float64(m.demand[c])/float64(m.trades[m.release[c]])), Known: true}
}

// trust is how many openings the occupations' word is worth in [Map.Rarity]: with fewer it decides, with many it is forgotten.
const trust = 100

// Rarity returns how rare it is that a skill is asked for, in thousandths: 1000·log2(1 + (N+1)/(n+1)), rounded, where N and n are how
// many openings there are and how many ask for the skill, each with what occupations say added as if it were that of 100 openings. Each
// halving of the share that ask for it adds close to 1,000. With no occupation loaded openings alone count.
func (m *Map) Rarity(id hiring.SkillID, asked, openings int) int64 {
	n, all := float64(asked), float64(openings)
	if m.middleShare > 0 {
		n, all = n+trust*m.Demand(id).Share, all+trust
	}
	return int64(math.Round(1000 * math.Log2(1+(all+1)/(n+1))))
}
