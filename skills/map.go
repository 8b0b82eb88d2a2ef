package skills

import (
	"slices"
	"sort"
	"strings"

	"matchday/hiring"
)

// Release is one taxonomy as it was published at one time.
type Release struct {
	Name     string // short name: esco, onet, own
	Version  string
	Concepts []Concept
}

// Map is several releases side by side, immutable and compact: names and keys stand in two arenas, everything else in slices of
// numbers. It is safe for concurrent use. The zero Map is empty.
//
// A concept that several releases define (the same id) is one: the release earliest by name names it, the others add their labels
// and relations. Ids are kept in order, so a concept's number orders as its id does.
type Map struct {
	releases []string // "name@version", by taxonomy name
	langs    []string // languages by number; 0 is undetermined

	ids     arena
	release []uint16  // by concept: the release that names it
	group   []bool    // by concept: it is no skill
	demand  []float32 // by concept: how many occupations ask for it
	trades  []uint32  // by release: how many occupations could ask for its skills
	// middleShare is the median share of occupations that ask for a skill, of those that any asks for.
	middleShare float64
	nameKey     []uint32 // by concept: the key of its name, unqualified
	skills      int

	labels  arena // preferred labels
	names   spans // by concept: from labels
	nameIn  []uint8
	keys    arena // sorted
	meaning spans // by key: from posts
	posts   []post

	broader, narrower, related edges

	askers      edges // by concept: the occupations that ask for it, numbered by themselves
	occupations int
	votes       tallies

	same []stated // in order

	lexicons lexicons
}

// post says that a key is a label of a concept.
type post struct {
	concept uint32
	release uint16
	lang    uint8
	class   class
}

// class is what kind of label a name is, best first.
type class uint8

const (
	decided class = iota // the project's file says that the name means this, whatever taxonomies call so
	preferred
	reviewed    // an alias of the project's file
	unqualified // a preferred label without what stands in parentheses behind it: "Python (computer programming)"
	alternative
	hidden
)

// arena is many strings in one.
type arena struct {
	text string
	ends []uint32
}

func (a arena) len() int { return len(a.ends) }

func (a arena) at(i uint32) string {
	start := uint32(0)
	if i > 0 {
		start = a.ends[i-1]
	}
	return a.text[start:a.ends[i]]
}

// find returns the number of s in a sorted arena.
func (a arena) find(s string) (uint32, bool) {
	i, ok := sort.Find(len(a.ends), func(i int) int { return strings.Compare(s, a.at(uint32(i))) })
	return uint32(i), ok
}

func packed(list []string) arena {
	var text strings.Builder
	size := 0
	for _, s := range list {
		size += len(s)
	}
	text.Grow(size)
	a := arena{ends: make([]uint32, 0, len(list))}
	for _, s := range list {
		text.WriteString(s)
		a.ends = append(a.ends, uint32(text.Len()))
	}
	a.text = text.String()
	return a
}

// spans holds for each number where its part of a slice begins; one more than there are numbers.
type spans []uint32

func (s spans) of(i uint32) (from, to uint32) { return s[i], s[i+1] }

// edges holds for each concept a list of others.
type edges struct {
	spans
	to []uint32
}

func (e edges) from(i uint32) []uint32 {
	from, to := e.of(i)
	return e.to[from:to]
}

// Len returns how many skills the map holds, groups apart.
func (m *Map) Len() int { return m.skills }

// Has reports whether a loaded taxonomy has a concept of this id.
func (m *Map) Has(id hiring.SkillID) bool {
	_, ok := m.ids.find(string(id))
	return ok
}

// Name returns the preferred label of a concept in a language, the taxonomy's own name where there is none, and "" for an id
// that no loaded taxonomy has.
func (m *Map) Name(id hiring.SkillID, lang string) string {
	c, ok := m.ids.find(string(id))
	if !ok {
		return ""
	}
	return m.name(c, m.lang(lang))
}

// anyLang is what a language that no label has, or none, is looked up as.
const anyLang = 0

// lang returns the number of a language.
func (m *Map) lang(tag string) uint8 {
	if tag == "" {
		return anyLang
	}
	return uint8(max(0, slices.Index(m.langs, language(tag))))
}

func (m *Map) name(c uint32, lang uint8) string {
	from, to := m.names.of(c)
	if lang != anyLang {
		for i := from; i < to; i++ {
			if m.nameIn[i] == lang {
				return m.labels.at(i)
			}
		}
	}
	return m.labels.at(from)
}
