package ingest

import (
	"cmp"
	"slices"

	"matchday/hiring"
)

// names counts the records that hold a skill's name, by what the name became, under the words met first.
type names map[hiring.SkillID]*hiring.NameCount

// add counts the names of one record.
func (n *names) add(refs []hiring.SkillRef) {
	if *n == nil {
		*n = names{}
	}
	for i, ref := range refs {
		if slices.ContainsFunc(refs[:i], func(r hiring.SkillRef) bool { return r.Skill == ref.Skill }) {
			continue
		}
		c := (*n)[ref.Skill]
		if c == nil {
			c = &hiring.NameCount{Name: ref.Name}
			(*n)[ref.Skill] = c
		}
		c.Count++
	}
}

// top returns the most frequent names, at most so many.
func (n names) top(most int) []hiring.NameCount {
	list := make([]hiring.NameCount, 0, len(n))
	for _, c := range n {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b hiring.NameCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name)) })
	return list[:min(most, len(list))]
}

// skillless reports whether a record names nothing that could match.
func skillless(i intent) bool {
	switch i := i.(type) {
	case *openingRecord:
		return len(i.opening.Skills) == 0
	case *programmeRecord:
		return len(i.programme.Skills) == 0
	case *learnerRecord:
		return len(i.Skills) == 0 && len(i.Claims) == 0
	}
	return false
}

// notes says what a sender of a kind should know beside what became of the records.
func (r *Role) notes(kind hiring.ImportKind) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if kind == hiring.ImportCredentials || len(r.world.Taxonomies) > 0 {
		return nil
	}
	return []string{"no taxonomy is loaded: names of skills are kept as text and match the same text only; " +
		"load one with 'matchday skills import', then resolve them with 'matchday skills reread'"}
}

// unresolved counts what holds names that no taxonomy knew.
func (r *Role) unresolved() hiring.Unresolved {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var n hiring.Unresolved
	for _, o := range r.world.Openings {
		if slices.ContainsFunc(o.Skills, func(q hiring.Requirement) bool { return q.Unresolved() }) {
			n.Openings++
		}
	}
	for _, l := range r.world.Learners {
		if slices.ContainsFunc(l.Skills, func(h hiring.HeldSkill) bool { return h.Unresolved() }) {
			n.Learners++
		}
	}
	for _, p := range r.world.Programmes {
		if slices.ContainsFunc(p.Skills, func(s hiring.TaughtSkill) bool { return s.Unresolved() }) {
			n.Programmes++
		}
	}
	return n
}
