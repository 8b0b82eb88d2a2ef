package search

import (
	"maps"
	"slices"

	"matchday/hiring"
	"matchday/skills"
)

// catalogue is what the known programmes say. A learner's document names the programmes that they completed and no more: what these are
// called, who gives them and what they teach is looked up here when somebody asks, and asked for by the programmes' ids. A programme of
// twenty skills with a hundred thousand graduates is so kept once, and the documents are a fraction of what they would be.
//
// It is guarded as the World that it follows.
type catalogue struct {
	listings map[hiring.ProgrammeID]*listing
	skills   postings[hiring.SkillID]
	keys     postings[string] // by the skills.Key of what a skill is called
	terms    map[string]postings[string]
}

// listing is one programme; its texts are cut into terms, by field.
type listing struct {
	programme *hiring.Programme
	texts     map[string][][]string
}

// postings tell the programmes by something that they say.
type postings[K comparable] map[K]map[hiring.ProgrammeID]struct{}

func newCatalogue() *catalogue {
	c := &catalogue{listings: map[hiring.ProgrammeID]*listing{}, skills: postings[hiring.SkillID]{}, keys: postings[string]{}}
	c.terms = map[string]postings[string]{"skill": {}, "programme": {}, "issuer": {}}
	return c
}

// put takes a programme in, in place of what it said before.
func (c *catalogue) put(p *hiring.Programme) {
	if old := c.listings[p.ID]; old != nil {
		c.each(old, remove[hiring.SkillID], remove[string])
	}
	l := &listing{programme: p, texts: map[string][][]string{"programme": {terms(p.Name)}, "issuer": {terms(string(p.Provider))}}}
	for _, s := range p.Skills {
		l.texts["skill"] = append(l.texts["skill"], terms(s.Name))
	}
	c.listings[p.ID] = l
	c.each(l, add[hiring.SkillID], add[string])
}

// each does something to the postings of everything that a programme says.
func (c *catalogue) each(l *listing, skill func(postings[hiring.SkillID], hiring.SkillID, hiring.ProgrammeID), text func(postings[string], string, hiring.ProgrammeID)) {
	for _, s := range l.programme.Skills {
		skill(c.skills, s.Skill, l.programme.ID)
		text(c.keys, skills.Key(s.Name), l.programme.ID)
	}
	for field, texts := range l.texts {
		for _, t := range slices.Concat(texts...) {
			text(c.terms[field], t, l.programme.ID)
		}
	}
}

func add[K comparable](ps postings[K], key K, id hiring.ProgrammeID) {
	if ps[key] == nil {
		ps[key] = map[hiring.ProgrammeID]struct{}{}
	}
	ps[key][id] = struct{}{}
}

func remove[K comparable](ps postings[K], key K, id hiring.ProgrammeID) {
	if delete(ps[key], id); len(ps[key]) == 0 {
		delete(ps, key)
	}
}

// saying returns the programmes of which a text of a field holds the terms, one after the other.
func (c *catalogue) saying(field string, seq []string) (ids []hiring.ProgrammeID) {
	if len(seq) == 0 {
		return nil
	}
	for id := range c.terms[field][seq[0]] {
		if slices.ContainsFunc(c.listings[id].texts[field], func(text []string) bool { return follows(text, seq) }) {
			ids = append(ids, id)
		}
	}
	return ids
}

// teaching returns the programmes that teach a skill.
func (c *catalogue) teaching(id hiring.SkillID) []hiring.ProgrammeID {
	return slices.Collect(maps.Keys(c.skills[id]))
}

// naming returns the programmes that teach a skill of a name, given by its [skills.Key].
func (c *catalogue) naming(key string) []hiring.ProgrammeID {
	return slices.Collect(maps.Keys(c.keys[key]))
}

// follows reports whether seq stands in text as it is.
func follows(text, seq []string) bool {
	for i := 0; i+len(seq) <= len(text); i++ {
		if slices.Equal(text[i:i+len(seq)], seq) {
			return true
		}
	}
	return false
}
