package skills

import "strings"

// Concept is one entry of a taxonomy: a skill, or a group that only holds skills together. Its JSON is the normal form that
// travels over HTTP and rests in blobs; see [WriteJSONL].
type Concept struct {
	// ID is the taxonomy's own identifier, a URI where it has one: 1 to 200 bytes without spaces or control characters, and not
	// beginning with "text:".
	ID string `json:"id"`
	// Name is what the taxonomy calls it. A concept without a name only adds labels and relations to the one of the same ID.
	Name string `json:"name,omitempty"`
	// Kind is free except for [Group]; readers use skill, knowledge, technology and tool.
	Kind        string `json:"kind,omitempty"`
	Description string `json:"description,omitempty"`
	// Labels holds the preferred label by language (two or three letters, ISO 639). A Name that stands in none of them is of
	// no particular language.
	Labels map[string]string `json:"labels,omitempty"`
	// Alt and Hidden hold further labels by language; hidden ones (misspellings, shorthand) are found but never shown.
	Alt    map[string][]string `json:"alt,omitempty"`
	Hidden map[string][]string `json:"hidden,omitempty"`
	// Broader are the ids of concepts that this one is a kind of, Related those of others near it, in either taxonomy.
	Broader []string `json:"broader,omitempty"`
	Related []string `json:"related,omitempty"`
	// Same are the ids of skills of other taxonomies that mean the same.
	Same []string `json:"same,omitempty"`
	// Essential and Optional are, of an [Occupation], the ids of the skills that it asks for.
	Essential []string `json:"essential,omitempty"`
	Optional  []string `json:"optional,omitempty"`
}

// Group is the Kind of a concept that holds skills together and is none itself: it relates them, but no text resolves to it.
const Group = "group"

// Occupation is the Kind of a concept that is a trade: it says which skills go together and how much they are asked for, but no text
// resolves to it.
const Occupation = "occupation"

// skill reports whether a concept is one that a person can hold.
func (c *Concept) skill() bool { return c.Kind != Group && c.Kind != Occupation }

// Counts says what a reader took in and what it left out.
type Counts struct {
	// Skills counts concepts with a name, groups and occupations apart.
	Skills      int
	Groups      int
	Occupations int
	// Labels counts preferred, alternative and hidden labels by language, "und" where none is known.
	Labels map[string]int
	// Relations counts broader, related, same, essential and optional ids.
	Relations int
	// Skipped gives a reason for each thing left out, at most 100, then how many more there were.
	Skipped []string
}

// Add adds the counts of another file of the same taxonomy.
func (c *Counts) Add(other Counts) {
	c.Skills += other.Skills
	c.Groups += other.Groups
	c.Occupations += other.Occupations
	for lang, n := range other.Labels {
		c.Labels[lang] += n
	}
	c.Relations += other.Relations
	c.Skipped = append(c.Skipped, other.Skipped...)
}

// Bounds of one concept. The largest of ESCO has 77 labels, that of O*NET 2,750 titles.
const (
	maxID          = 200 // bytes
	maxLabel       = 300 // characters
	maxDescription = 10_000
	maxLabels      = 4000 // alternative and hidden ones of a concept
	maxRelations   = 1000
	maxReasons     = 100
)

// labelled reports whether the name stands among the labels, and so has a language.
func (c *Concept) labelled() bool {
	for _, label := range c.Labels {
		if label == c.Name {
			return true
		}
	}
	return false
}

// undetermined is the language of a label whose language nobody stated (ISO 639).
const undetermined = "und"

// language reduces a language tag to its lower-case primary subtag: "de-AT" to "de"; what is no tag to "und".
func language(tag string) string {
	tag, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	if len(tag) < 2 || len(tag) > 3 || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz") != "" {
		return undetermined
	}
	return tag
}
