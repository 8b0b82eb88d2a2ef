package skills

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed aliases.tsv
var aliasFile string

// Curated is the name of the release that [WithCurated] adds, and curatedPrefix begins the ids of its own skills.
const (
	Curated       = "curated"
	curatedPrefix = "matchday:"
)

// WithCurated adds to releases what the project's own file of aliases (aliases.tsv, which says how it is written) knows of their skills:
// further names, and where a release holds technologies, skills that none has. Releases without any skill stay alone.
func WithCurated(releases []Release) []Release {
	names := newNaming(releases)
	if len(names.ids) == 0 {
		return releases
	}
	added := Release{Name: Curated, Version: "1"}
	for line := range strings.Lines(aliasFile) {
		if line = strings.TrimRight(line, "\n"); !strings.HasPrefix(line, "#") {
			added.Concepts = names.add(added.Concepts, line)
		}
	}
	return append(slices.Clone(releases), added)
}

// naming finds skills by what their taxonomies call them.
type naming struct {
	ids          map[string]string // by key
	technologies bool              // whether technologies are skills of their own
}

func newNaming(releases []Release) *naming {
	n := &naming{ids: map[string]string{}}
	releases = slices.Clone(releases)
	slices.SortFunc(releases, func(a, b Release) int { return strings.Compare(a.Name, b.Name) })
	for _, qualified := range []bool{true, false} {
		for _, r := range releases {
			for i := range r.Concepts {
				n.know(&r.Concepts[i], qualified)
			}
		}
	}
	return n
}

// know notes a skill by its name, or by its name without the qualifier.
func (n *naming) know(c *Concept, qualified bool) {
	if c.Name == "" || !c.skill() {
		return
	}
	name := c.Name
	if !qualified {
		name = bare(name)
	}
	n.technologies = n.technologies || c.Kind == "technology"
	if key := Key(name); n.ids[key] == "" {
		n.ids[key] = c.ID
	}
}

// find returns the first of several names that is a skill's.
func (n *naming) find(names string) string {
	for name := range strings.SplitSeq(names, "|") {
		if id := n.ids[Key(name)]; id != "" {
			return id
		}
	}
	return ""
}

// add appends the concept of a line, if it is about any.
func (n *naming) add(list []Concept, line string) []Concept {
	cells := append(strings.Split(line, "\t"), "", "")
	c := Concept{ID: n.find(cells[0]), Alt: map[string][]string{}}
	for alias := range strings.SplitSeq(cells[1], ";") {
		if alias = strings.TrimSpace(alias); strings.HasPrefix(alias, "!") {
			c.Hidden = map[string][]string{"en": append(c.Hidden["en"], alias[1:])}
		} else {
			c.Alt["en"] = append(c.Alt["en"], alias)
		}
	}
	if c.ID != "" {
		return append(list, c)
	}
	if !n.technologies || !strings.HasSuffix(cells[0], "|") {
		return list
	}
	c.Name, _, _ = strings.Cut(cells[0], "|")
	c.ID, c.Kind, c.Labels = curatedPrefix+slug(Key(c.Name)), "technology", map[string]string{"en": c.Name}
	if up := n.find(cells[2]); up != "" {
		c.Broader = []string{up}
	}
	return append(list, c)
}
