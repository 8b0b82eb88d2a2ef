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
	bring   []int // requirements with a part in the ledger being written
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
// is one. What m lists is written on sheets; tell names an evidence by its number.
//
// Which requirements are met is anybody's guess, the processor's too: the loops over them do without branches on it.
func (q *Query) ledger(m *hiring.Match, on *sheets, credits []credit, unused int64, tell func(by int32) witness) bool {
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
func (q *Query) explain(m *hiring.Match, on *sheets, credits []credit, met int64, tell func(by int32) witness) {
	if len(on.bring) < len(q.asks) {
		on.bring = make([]int, len(q.asks))
	}
	parts, near := 0, 0
	for i := range credits {
		on.bring[parts] = i
		parts += ones(q.asks[i].weight*credits[i].value > 0)
		near += ones(credits[i].near())
	}
	if near > 0 {
		m.Near = carve(&on.near, near, on.pages)[:0]
		for i := range credits {
			if a, c := &q.asks[i], &credits[i]; c.near() {
				m.Near = append(m.Near, hiring.Near{Skill: a.Skill, By: tell(c.by).skill, Relation: relations[c.nearness], Credit: hiring.Score(c.value)})
			}
		}
	}
	m.Breadth = share(met, q.total, 0) - m.Score
	m.Parts = carve(&on.parts, parts, on.pages)
	rest, heaviest, largest := m.Score, 0, int64(0)
	for n, i := range on.bring[:parts] {
		a, c, p := &q.asks[i], &credits[i], &m.Parts[n]
		brought, by := a.weight*c.value, tell(c.by)
		if brought > largest {
			largest, heaviest = brought, n
		}
		p.Skill, p.Name, p.Need = a.Skill, a.Name, a.Need
		p.Value, p.Credit = hiring.Score(brought*int64(m.Score)/met), hiring.Score(c.value)
		p.By, p.Relation, p.Proof, p.Level = by.skill, relations[c.nearness], by.proof, by.level
		p.Expired, p.Credential = by.expired, by.credential
		rest -= p.Value
	}
	m.Parts[heaviest].Value += rest
}
