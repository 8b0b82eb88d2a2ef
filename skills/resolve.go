package skills

import (
	"cmp"
	"slices"

	"matchday/hiring"
)

// What a name is worth as evidence that a skill is meant, before it is shared with rivals; see [Map.Resolve].
const (
	scorePreferred   = 1.0
	scoreReviewed    = 0.97 // an alias of the project's own file
	scoreUnqualified = 0.95
	scoreAlternative = 0.9
	scoreHidden      = 0.7
	// scoreForeign scales a label of another language than the one asked for, where one of that language matches too.
	scoreForeign = 0.5
)

// Resolve returns the skills that text may name, best first, at most limit (all when limit is below 1), and none for a name that is
// like no label. Labels with the same [Key] come first. Where these are only alternative ones, or none, labels that share words with
// the text follow, by how rare the shared words are: words count that differ in their ending, that compounds are written together
// from, that one or two typing errors turn into one another, or that labels of the same skill use in each other's place.
//
// Of a whole sentence the skills come first that [Map.Tag] weighs.
//
// Order: when lang is given, labels of that language, or of none in particular, before others; preferred labels, then preferred
// ones without the qualifier in parentheses behind them, then alternative, then hidden ones; then the taxonomy's name; then the id.
//
// Score: 1, 0.95, 0.9 and 0.7 for these kinds of label, half of it for one of another language where one of lang matches too;
// divided by how many different skills the text names as well or better; less than 0.85 for similar labels. Skills of several taxonomies that share their own name
// count as one there: the taxonomies agree.
func (m *Map) Resolve(text, lang string, limit int) []hiring.Candidate {
	key := Key(text)
	code := m.lang(lang)
	found := m.resolve(key, code)
	candidates := make([]hiring.Candidate, 0, max(limit, len(found)))
	for _, f := range found {
		candidates = append(candidates, m.candidate(f.concept, code, f.score))
	}
	switch sure := len(found) > 0 && (limit < 1 || found[0].class <= preferred && !found[0].foreign); {
	case limit > 0 && len(candidates) >= limit:
		return candidates[:limit]
	case key == "" || sure || m.keys.len() == 0:
		return candidates
	}
	return m.resolveNear(candidates, text, lang, limit)
}

// scoreSimilar is what a name that is only similar is worth at most, and above exact ones' least worth.
const scoreSimilar = 0.85

// maxSimilar is how many skills of similar names are listed where the caller sets no limit.
const maxSimilar = 20

// sentence is how many words make a text a sentence rather than a name.
const sentence = 9

// resolveNear adds skills of similar names to those of the very name.
func (m *Map) resolveNear(candidates []hiring.Candidate, text, lang string, limit int) []hiring.Candidate {
	exact := len(candidates)
	if limit < 1 {
		limit = max(maxSimilar, exact)
	}
	ranked := m.rank(text, lang, limit+exact)
	for i := 1; i < len(m.langs) && lang == "" && len(ranked) == 0; i++ {
		ranked = m.rank(text, m.langs[i], limit+exact)
	}
	ceiling := scoreSimilar
	if exact > 0 {
		ceiling = min(ceiling, candidates[exact-1].Score*0.9)
	}
	for _, s := range ranked {
		id := hiring.SkillID(m.ids.at(s.concept))
		if len(candidates) < limit && !slices.ContainsFunc(candidates, func(c hiring.Candidate) bool { return c.Skill == id }) {
			ceiling = min(ceiling, s.score*scoreSimilar)
			candidates = append(candidates, m.candidate(s.concept, m.lang(lang), ceiling))
		}
	}
	return candidates
}

// rank returns at most limit skills of similar names; of a sentence first those that it names.
func (m *Map) rank(text, lang string, limit int) (ranked []similarity) {
	l := m.lexicon(lang)
	q := l.query(Key(text))
	least := leastSimilar
	if len(q.words)+q.unknown >= sentence {
		ranked, least = m.read(text, lang).ranked(), 0
	}
	return append(ranked, l.similar(q, limit, least)...)
}

func (m *Map) candidate(concept uint32, lang uint8, score float64) hiring.Candidate {
	return hiring.Candidate{Skill: hiring.SkillID(m.ids.at(concept)), Name: m.name(concept, lang), Score: score}
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
	return m.resolveKey(k, lang)
}

// resolveKey returns the concepts that a key names, best first.
func (m *Map) resolveKey(k uint32, lang uint8) []finding {
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
		decided: scorePreferred, preferred: scorePreferred, reviewed: scoreReviewed, unqualified: scoreUnqualified, alternative: scoreAlternative, hidden: scoreHidden,
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
