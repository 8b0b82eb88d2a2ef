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
func (q *Query) ledger(m *hiring.Match, on *sheets, credits []credit, unused int64, tell func(by int32) witness) bool {
	var met int64
	held := 0
	for i := range q.asks {
		a, c := &q.asks[i], &credits[i]
		if a.Must && !c.enough {
			return false
		}
		met += a.weight * c.value
		if c.same {
			held++
		}
	}
	if m.Score = share(met, q.total, min(unused, q.table.Breadth)); m.Score == 0 {
		return false
	}
	ids := carve(&on.ids, len(q.asks), on.pages)
	m.Matched, m.Missing = ids[:0:held], ids[held:held]
	for i := range q.asks {
		if credits[i].same {
			m.Matched = append(m.Matched, q.asks[i].Skill)
		} else {
			m.Missing = append(m.Missing, q.asks[i].Skill)
		}
	}
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
	near, parts := 0, 0
	for i := range credits {
		near += ones(credits[i].value > 0 && !credits[i].same)
		parts += ones(q.asks[i].weight*credits[i].value > 0)
	}
	if near > 0 {
		m.Near = carve(&on.near, near, on.pages)[:0]
	}
	m.Parts, m.Breadth = carve(&on.parts, parts, on.pages), share(met, q.total, 0)-m.Score
	rest, n, heaviest, largest := m.Score, 0, 0, int64(0)
	for i := range q.asks {
		a, c := &q.asks[i], &credits[i]
		if c.value == 0 {
			continue
		}
		w := tell(c.by)
		if !c.same {
			m.Near = append(m.Near, hiring.Near{Skill: a.Skill, By: w.skill, Relation: relations[c.nearness], Credit: hiring.Score(c.value)})
		}
		brought := a.weight * c.value
		if brought == 0 {
			continue
		}
		if brought > largest {
			largest, heaviest = brought, n
		}
		p := &m.Parts[n]
		n++
		p.Skill, p.Name, p.Need = a.Skill, a.Name, a.Need
		p.Value, p.Credit = hiring.Score(brought*int64(m.Score)/met), hiring.Score(c.value)
		p.By, p.Relation, p.Proof, p.Level = w.skill, relations[c.nearness], w.proof, w.level
		p.Expired, p.Credential = w.expired, w.credential
		rest -= p.Value
	}
	m.Parts[heaviest].Value += rest
}
