package ingest

import (
	"fmt"

	"matchday/hiring"
	"matchday/skills"
)

// resolver turns said skills into meant ones, for one record.
type resolver struct {
	skills  *skills.Map
	lang    string            // of the record, BCP 47; empty when not known
	unknown []hiring.SkillRef // met by names that no loaded taxonomy knows
}

// ref resolves one mention. A given id is kept, known or not; words that are a known id stand for that.
func (r *resolver) ref(said hiring.SkillRef) (hiring.SkillRef, error) {
	words := said.Said
	if said.Skill == "" && r.skills.Has(hiring.SkillID(words)) {
		said.Skill, words = hiring.SkillID(words), ""
	}
	if said.Skill != "" {
		ref := hiring.SkillRef{Skill: said.Skill, Name: r.skills.Name(said.Skill, r.lang)}
		if ref.Name == "" {
			ref.Name = words
		} else if words != ref.Name {
			ref.Said = words
		}
		return ref, nil
	}
	ref, known := r.skills.Lookup(words, r.lang)
	if ref.Skill == "" {
		return ref, hiring.Invalidf("name", "has neither letters nor digits")
	}
	if !known {
		r.unknown = append(r.unknown, ref)
	}
	return ref, nil
}

// resolve resolves a list in place and merges entries that turn out to mean the same skill into the first of them.
func resolve[S any](r *resolver, list []S, ref func(*S) *hiring.SkillRef, merge func(into *S, from S)) ([]S, error) {
	kept := list[:0]
	first := make(map[hiring.SkillID]int, len(list))
	for i := range list {
		s := list[i]
		meant, err := r.ref(*ref(&s))
		if err != nil {
			return nil, within(fmt.Sprintf("skills[%d]", i), err)
		}
		*ref(&s) = meant
		if at, again := first[meant.Skill]; again {
			merge(&kept[at], s)
			continue
		}
		first[meant.Skill] = len(kept)
		kept = append(kept, s)
	}
	return kept, nil
}

func (r *resolver) requirements(list []hiring.Requirement) ([]hiring.Requirement, error) {
	return resolve(r, list, func(q *hiring.Requirement) *hiring.SkillRef { return &q.SkillRef },
		func(into *hiring.Requirement, from hiring.Requirement) {
			if strength(from.Need) > strength(into.Need) {
				into.Need = from.Need
			}
			into.Must = into.Must || from.Must
			into.Level = max(into.Level, from.Level)
			if weight(from) > weight(*into) {
				into.Weight = from.Weight
			}
		})
}

func strength(n hiring.Need) int {
	switch n {
	case hiring.Essential:
		return 2
	case hiring.Optional:
		return 1
	}
	return 0
}

func weight(q hiring.Requirement) float64 {
	if q.Weight == nil {
		return 1
	}
	return *q.Weight
}

func (r *resolver) held(list []hiring.HeldSkill) ([]hiring.HeldSkill, error) {
	return resolve(r, list, func(h *hiring.HeldSkill) *hiring.SkillRef { return &h.SkillRef },
		func(into *hiring.HeldSkill, from hiring.HeldSkill) {
			into.Level = max(into.Level, from.Level)
			if from.From == "work" {
				into.From = from.From
			}
		})
}

func (r *resolver) taught(list []hiring.TaughtSkill) ([]hiring.TaughtSkill, error) {
	return resolve(r, list, func(t *hiring.TaughtSkill) *hiring.SkillRef { return &t.SkillRef },
		func(into *hiring.TaughtSkill, from hiring.TaughtSkill) { into.Level = max(into.Level, from.Level) })
}
