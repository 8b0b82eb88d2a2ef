package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"matchday/hiring"
	"matchday/skills"
)

// catalogue is what the known programmes say. A learner's document names the programmes that they completed and no more: what these are
// called, who gives them and what they teach is looked up here when somebody asks, and asked for by the programmes' ids. A programme of
// twenty skills with a hundred thousand graduates is so kept once, and the documents are a fraction of what they would be.
//
// It is guarded as the World that it follows.
type catalogue struct {
	numbers  map[hiring.ProgrammeID]uint32 // of listings
	listings []*listing
	skills   postings[hiring.SkillID]
	keys     postings[string] // by the skills.Key of what a skill is called
	terms    map[string]postings[string]
}

// listing is one programme; its texts are cut into terms, by field.
type listing struct {
	programme *hiring.Programme
	texts     map[string][][]string
}

// postings tell the programmes, by their numbers, that say something.
type postings[K comparable] map[K]*roaring.Bitmap

func newCatalogue() *catalogue {
	c := &catalogue{numbers: map[hiring.ProgrammeID]uint32{}, skills: postings[hiring.SkillID]{}, keys: postings[string]{}}
	c.terms = map[string]postings[string]{"skill": {}, "programme": {}, "issuer": {}}
	return c
}

// put takes a programme in, in place of what it was before, which it returns; nil for a new one.
func (c *catalogue) put(p *hiring.Programme) (was *hiring.Programme) {
	l := &listing{programme: p, texts: map[string][][]string{"programme": {terms(p.Name)}, "issuer": {terms(string(p.Provider))}}}
	for _, s := range p.Skills {
		l.texts["skill"] = append(l.texts["skill"], terms(s.Name))
	}
	n, known := c.numbers[p.ID]
	if known {
		was = c.listings[n].programme
		c.each(n, postings[hiring.SkillID].remove, postings[string].remove)
		c.listings[n] = l
	} else {
		n = uint32(len(c.listings))
		c.numbers[p.ID] = n
		c.listings = append(c.listings, l)
	}
	c.each(n, postings[hiring.SkillID].add, postings[string].add)
	return was
}

// each does something to the postings of everything that a programme says.
func (c *catalogue) each(n uint32, skill func(postings[hiring.SkillID], hiring.SkillID, uint32), text func(postings[string], string, uint32)) {
	l := c.listings[n]
	for _, s := range l.programme.Skills {
		skill(c.skills, s.Skill, n)
		text(c.keys, skills.Key(s.Name), n)
	}
	for field, texts := range l.texts {
		for _, t := range slices.Concat(texts...) {
			text(c.terms[field], t, n)
		}
	}
}

func (ps postings[K]) add(key K, n uint32) {
	if ps[key] == nil {
		ps[key] = roaring.New()
	}
	ps[key].Add(n)
}

func (ps postings[K]) remove(key K, n uint32) {
	if b := ps[key]; b != nil {
		if b.Remove(n); b.IsEmpty() {
			delete(ps, key)
		}
	}
}

// of returns the programmes that say something, to be read only.
func (ps postings[K]) of(key K) *roaring.Bitmap {
	if b := ps[key]; b != nil {
		return b
	}
	return roaring.New()
}

// saying returns the programmes of which a text of a field holds the terms, one after the other.
func (c *catalogue) saying(field string, seq []string) *roaring.Bitmap {
	lists := make([]*roaring.Bitmap, len(seq))
	for i, t := range seq {
		lists[i] = c.terms[field].of(t)
	}
	all := roaring.FastAnd(lists...)
	if len(seq) < 2 {
		return all
	}
	found := roaring.New()
	for i := all.Iterator(); i.HasNext(); {
		n := i.Next()
		if slices.ContainsFunc(c.listings[n].texts[field], func(text []string) bool { return follows(text, seq) }) {
			found.Add(n)
		}
	}
	return found
}

// teaching returns the programmes that teach a skill, to be read only.
func (c *catalogue) teaching(id hiring.SkillID) *roaring.Bitmap { return c.skills.of(id) }

// naming returns the programmes that teach a skill of a name, given by its [skills.Key], to be read only.
func (c *catalogue) naming(key string) *roaring.Bitmap { return c.keys.of(key) }

// ids names programmes.
func (c *catalogue) ids(of *roaring.Bitmap) []string {
	ids := make([]string, 0, of.GetCardinality())
	for i := of.Iterator(); i.HasNext(); {
		ids = append(ids, string(c.listings[i.Next()].programme.ID))
	}
	return ids
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
