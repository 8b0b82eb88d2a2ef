package skills

import (
	"cmp"
	"slices"

	"matchday/hiring"
)

// What a name is worth as evidence that a skill is meant, before it is shared with rivals; see [Map.Resolve].
const (
	scorePreferred   = 1.0
	scoreUnqualified = 0.95
	scoreAlternative = 0.9
	scoreHidden      = 0.7
	// scoreForeign scales a label of another language than the one asked for, where one of that language matches too.
	scoreForeign = 0.5
)

// Resolve returns the skills that text may name, best first, at most limit (all when limit is below 1), and none for a name that no
// loaded taxonomy has: it compares keys (see [Key]) and never guesses.
//
// Order: when lang is given, labels of that language, or of none in particular, before others; preferred labels, then preferred
// ones without the qualifier in parentheses behind them, then alternative, then hidden ones; then the taxonomy's name; then the id.
//
// Score: 1, 0.95, 0.9 and 0.7 for these kinds of label, half of it for one of another language where one of lang matches too;
// divided by how many different skills the text names as well or better. Skills of several taxonomies that share their own name
// count as one there: the taxonomies agree.
func (m *Map) Resolve(text, lang string, limit int) []hiring.Candidate {
	found := m.resolve(Key(text), m.lang(lang))
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	candidates := make([]hiring.Candidate, len(found))
	for i, f := range found {
		candidates[i] = hiring.Candidate{
			Skill: hiring.SkillID(m.ids.at(f.concept)),
			Name:  m.name(f.concept, m.lang(lang)),
			Score: f.score,
		}
	}
	return candidates
}

// Lookup returns the one skill that text means best, with the text beside it where the skill is called otherwise, and true; or a
// skill of its own, "text:" and its key, and false. The zero SkillRef stands for a text without letters and digits, which names
// nothing.
func (m *Map) Lookup(text, lang string) (hiring.SkillRef, bool) {
	key := Key(text)
	if key == "" {
		return hiring.SkillRef{}, false
	}
	code := m.lang(lang)
	found := m.resolve(key, code)
	if len(found) == 0 {
		return hiring.SkillRef{Skill: textID(key), Name: text}, false
	}
	best := found[0]
	ref := hiring.SkillRef{
		Skill: hiring.SkillID(m.ids.at(best.concept)),
		Name:  m.name(best.concept, code),
		By:    m.releases[best.release],
	}
	if ref.Name != text {
		ref.Said = text
	}
	return ref, true
}

// finding is one concept that a key names.
type finding struct {
	post
	foreign bool
	score   float64
}

// worth ranks a finding's label: lower is better.
func (f finding) worth() int {
	if f.foreign {
		return int(f.class) + int(hidden) + 1
	}
	return int(f.class)
}

func (m *Map) resolve(key string, lang uint8) []finding {
	k, ok := m.keys.find(key)
	if !ok {
		return nil
	}
	from, to := m.meaning.of(k)
	found := make([]finding, 0, to-from)
	home := false
	for _, p := range m.posts[from:to] {
		f := finding{post: p, foreign: lang != anyLang && p.lang != lang && p.lang != anyLang}
		home = home || !f.foreign
		if last := len(found) - 1; last >= 0 && found[last].concept == p.concept { // posts of a concept stand together
			if f.worth() < found[last].worth() {
				found[last] = f
			}
			continue
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(x, y finding) int {
		return cmp.Or(cmp.Compare(x.worth(), y.worth()), cmp.Compare(m.release[x.concept], m.release[y.concept]),
			cmp.Compare(x.concept, y.concept))
	})
	m.score(found, home)
	return found
}

// score shares each label's worth among the different skills that stand as high or higher.
func (m *Map) score(found []finding, home bool) {
	worths := [...]float64{
		preferred: scorePreferred, unqualified: scoreUnqualified, alternative: scoreAlternative, hidden: scoreHidden,
	}
	rivals := 0
	first := make(map[uint32]uint16, len(found)) // by the key of a skill's own name: the taxonomy that has it first
	for i := 0; i < len(found); {
		j := i
		for ; j < len(found) && found[j].worth() == found[i].worth(); j++ {
			key, release := m.nameKey[found[j].concept], m.release[found[j].concept]
			if was, ok := first[key]; !ok || was == release {
				first[key] = release
				rivals++
			}
		}
		for ; i < j; i++ {
			f := &found[i]
			if f.score = worths[f.class] / float64(rivals); f.foreign && home {
				f.score *= scoreForeign
			}
		}
	}
}
