package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	bindex "github.com/blevesearch/bleve_index_api"

	"matchday/hiring"
	"matchday/skills"
)

// tally counts by how many learners a value is held, each learner once, whether their own document says so or a programme of theirs.
type tally struct {
	programmes func(hiring.ProgrammeID) *hiring.Programme
	fields     map[string]*counts // of the index, by field
	said       map[string][]value // by programme: what it adds to who completed it
	learner    int                // the one who is counted
}

// counts are those of one field's values.
type counts struct {
	number map[string]int // of a value, in the slices
	values []string
	held   []int // by how many
	last   []int // who was counted last
}

// value is one that a programme says.
type value struct {
	of     *counts
	number int
}

func newTally(programmes func(hiring.ProgrammeID) *hiring.Programme) *tally {
	t := &tally{programmes: programmes, fields: map[string]*counts{}, said: map[string][]value{}}
	for _, f := range []string{"exact.skill", "exact.programme", "exact.issuer"} {
		t.fields[f] = &counts{number: map[string]int{}}
	}
	return t
}

// numbered returns the number of a value.
func (c *counts) numbered(v []byte) int {
	n, ok := c.number[string(v)]
	if !ok {
		n = len(c.values)
		c.number[string(v)] = n
		c.values, c.held, c.last = append(c.values, string(v)), append(c.held, 0), append(c.last, 0)
	}
	return n
}

func (c *counts) count(n, learner int) {
	if c.last[n] != learner {
		c.last[n] = learner
		c.held[n]++
	}
}

// add counts one value of a document.
func (t *tally) add(field string, v []byte) {
	if c := t.fields[field]; c != nil {
		c.count(c.numbered(v), t.learner)
		return
	}
	said, known := t.said[string(v)]
	if !known {
		said = t.says(hiring.ProgrammeID(v))
		t.said[string(v)] = said
	}
	for _, s := range said {
		s.of.count(s.number, t.learner)
	}
}

func (t *tally) says(id hiring.ProgrammeID) []value {
	p := t.programmes(id)
	if p == nil {
		return nil
	}
	var list []value
	of := func(field, v string) {
		if c := t.fields["exact."+field]; v != "" {
			list = append(list, value{c, c.numbered([]byte(v))})
		}
	}
	of("programme", strings.TrimSpace(p.Name))
	of("issuer", strings.TrimSpace(string(p.Provider)))
	for _, s := range p.Skills {
		of("skill", string(s.Skill))
	}
	return list
}

// top returns the numbers of the values that most hold.
func (c *counts) top() []int {
	order := make([]int, len(c.values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.held[b], c.held[a]), strings.Compare(c.values[a], c.values[b]))
	})
	return order[:min(len(order), facetValues)]
}

// tell adds to the facets what learners hold by themselves or by a programme.
func (r *Role) tell(ctx context.Context, p plan, known *skills.Map, hide bool, all map[string][]hiring.Facet) error {
	t := newTally(func(id hiring.ProgrammeID) *hiring.Programme {
		r.mu.RLock()
		defer r.mu.RUnlock()
		return r.world.Programmes[id]
	})
	err := r.index.each(ctx, p, func(reader bindex.IndexReader) (visitor, error) {
		values, err := reader.DocValueReader([]string{"exact.skill", "exact.programme", "exact.issuer", "exact.programmeID"})
		return func(id bindex.IndexInternalID) error {
			t.learner++
			return values.VisitDocValues(id, t.add)
		}, err
	})
	for _, name := range []string{"skill", "programme", "issuer"} {
		c := t.fields["exact."+name]
		var list []hiring.Facet
		for _, n := range c.top() {
			v := c.values[n]
			if name == "skill" {
				v = skillName(known, hiring.SkillID(v))
			}
			list = append(list, hiring.Facet{Value: v, Count: count(c.held[n], hide)})
		}
		if slices.SortFunc(list, compareFacets); len(list) > 0 {
			all[name] = list
		}
	}
	return err
}
