package matcher

import "matchday/hiring"

// sheets are what ledgers are written on, page after page: a page is some 50 KB, and writing to memory for the first time takes longer
// than ranking does.
type sheets struct {
	explain bool // say what each requirement brought, and by what
	matches []hiring.Match
	ids     sheet[hiring.SkillID]
	near    sheet[hiring.Near]
	parts   sheet[hiring.Part]
	met     []int // requirements that are met, fully or partly, in the ledger being written
}

// page begins a page of n ledgers; none are a list too. What was written before must not be read any more.
func (s *sheets) page(n int) []hiring.Match {
	if s.matches == nil {
		s.matches = make([]hiring.Match, 0, n)
	}
	s.matches = sized(s.matches, n)
	clear(s.matches)
	s.ids.used, s.near.used, s.parts.used = 0, 0, 0
	return s.matches
}

// sheet is memory that is given out in pieces.
type sheet[T any] struct {
	items []T
	used  int
}

// carve returns n items, with what they held before. A sheet that is used up is replaced by one that will do for the like of it.
func (s *sheet[T]) carve(n int) []T {
	if s.used+n > len(s.items) {
		s.items, s.used = make([]T, max(2*len(s.items), 4*n)), 0
	}
	s.used += n
	return s.items[s.used-n : s.used : s.used]
}

// ledger writes into m the match that these credits make, with the rarities of the skills that meet nothing, and reports whether there
// is one. What m lists is written on sheets; tell writes into a part which evidence, by its number, it is about.
//
// Which requirements are met is anybody's guess, the processor's too: the loops over them do without branches on it.
func (q *Query) ledger(m *hiring.Match, on *sheets, credits []credit, unused int64, tell func(p *hiring.Part, by int32)) bool {
	var met int64
	held := 0
	for i := range q.asks {
		a, c := &q.asks[i], &credits[i]
		if a.Must && !c.enough {
			return false
		}
		met += a.weight * c.value
		held += ones(c.same)
	}
	if m.Score = share(met, q.total, min(unused, q.table.Breadth)); m.Score == 0 {
		return false
	}
	ids := on.ids.carve(len(q.asks))
	next := [2]int{held, 0} // of those missing, and of those matched
	for i := range q.asks {
		n := &next[ones(credits[i].same)]
		ids[*n] = q.asks[i].Skill
		*n++
	}
	m.Matched, m.Missing = ids[:held:held], ids[held:]
	if on.explain {
		q.explain(m, on, credits, met, tell)
	}
	return true
}

// explain says of a match what each requirement brought, and what breadth took.
//
// The score is divided among the requirements by what each brought, rounded down; the remainder goes to the largest part, the first of
// equals. Largest intermediate: 640,000 · 10⁶ · 10⁶ = 6.4·10¹⁷.
func (q *Query) explain(m *hiring.Match, on *sheets, credits []credit, met int64, tell func(p *hiring.Part, by int32)) {
	if len(on.met) < len(q.asks) {
		on.met = make([]int, len(q.asks))
	}
	parts, near := 0, 0
	for i := range credits {
		c := &credits[i]
		on.met[parts] = i
		parts += ones(c.value > 0)
		near += ones(c.value > 0) &^ ones(c.same)
	}
	if near > 0 {
		m.Near = on.near.carve(near)[:0]
	}
	m.Parts = on.parts.carve(parts)
	m.Breadth = share(met, q.total, 0) - m.Score
	rest, n, heaviest, largest := m.Score, 0, 0, int64(0)
	for _, i := range on.met[:parts] {
		a, c, p := &q.asks[i], &credits[i], &m.Parts[n]
		p.Skill, p.Name, p.Need = a.Skill, a.Name, a.Need
		p.Relation, p.Credit = relations[c.nearness], hiring.Score(c.value)
		tell(p, c.by)
		if !c.same {
			m.Near = append(m.Near, hiring.Near{Skill: a.Skill, By: p.By, Relation: p.Relation, Credit: p.Credit})
		}
		brought := a.weight * c.value
		if brought == 0 {
			continue // a requirement without weight has no part
		}
		if brought > largest {
			largest, heaviest = brought, n
		}
		p.Value = hiring.Score(brought * int64(m.Score) / met)
		rest -= p.Value
		n++
	}
	m.Parts = m.Parts[:n]
	m.Parts[heaviest].Value += rest
}
