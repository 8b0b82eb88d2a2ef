package matcher

import "matchday/hiring"

// sheets are what ledgers are written on. A page of them is the greater part of an answer, and memory in small pieces the greater
// part of a page.
type sheets struct {
	explain bool // say what each requirement brought, and by what
	pages   int  // how many ledgers are expected to follow
	ids     []hiring.SkillID
	near    []hiring.Near
	parts   []hiring.Part
	met     []int // requirements that are met, fully or partly, in the ledger being written
}

// carve returns n items of a sheet, which no other carve does, and cuts them off; where too few are left, from a new sheet that will do
// for as many pages, but no more than memory gives out cheaply.
func carve[T any](sheet *[]T, n, pages int) []T {
	if n > len(*sheet) {
		*sheet = make([]T, n*min(max(pages, 1), 16))
	}
	items := (*sheet)[:n:n]
	*sheet = (*sheet)[n:]
	return items
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
	ids := carve(&on.ids, len(q.asks), on.pages)
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
	on.pages--
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
		m.Near = carve(&on.near, near, on.pages)[:0]
	}
	m.Parts = carve(&on.parts, parts, on.pages)
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
