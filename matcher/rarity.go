package matcher

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"matchday/hiring"
)

// Bounds of a table's numbers, which keep the score's integers from overflowing.
const (
	maxRarity  = 64_000        // log2 of 2⁶⁴
	maxBreadth = 1_000_000_000 // 15,000 skills of the greatest rarity
	maxTable   = 64 << 20      // bytes of a table's JSON
)

// With fewer learners than fewLearners a percentile says nothing; the cap is then plainBreadth skills that no opening asks for.
const (
	fewLearners  = 10
	sampleSize   = 2048 // learners whose profiles are looked at
	plainBreadth = 20
)

// Table is a frozen rarity table: how rare each skill is among openings. Scores read its integers only, so that they are the same on
// every machine. Its JSON is canonical: skills in order of id.
type Table struct {
	Openings int `json:"openings"` // N: openings, not withdrawn, that name skills
	Learners int `json:"learners"` // not erased, whether they have skills or not
	// Breadth caps the rarities of a learner's skills that an opening does not ask for, in thousandths: the 90th percentile of
	// learners' whole profiles, of 2,048 of them where there are more.
	Breadth int64 `json:"breadth"`
	// Unseen is the rarity of a skill that no opening asks for, in thousandths.
	Unseen int64       `json:"unseen"`
	Skills []RareSkill `json:"skills"`
	byID   map[hiring.SkillID]int64
}

// RareSkill is one row of a [Table].
type RareSkill struct {
	Skill    hiring.SkillID `json:"skill"`
	Openings int            `json:"openings"` // df: how many openings ask for it
	Rarity   int64          `json:"rarity"`   // thousandths
}

// Rarity returns the rarity of a skill in thousandths: 1000·log2(1 + (N+1)/(df+1)), as it was rounded when the table was frozen.
// A skill that every opening asks for counts 1,000, and each halving of the share of openings adds close to 1,000.
func (t *Table) Rarity(s hiring.SkillID) int64 {
	if r, ok := t.byID[s]; ok {
		return r
	}
	return t.Unseen
}

// PlainTable is what counts before any table is frozen: every skill is as rare as any other.
func PlainTable() *Table { return newTable(0, nil, nil) }

// Count makes the table of a world: a pure function of it.
func Count(w *hiring.World) *Table {
	n, df := demand(w)
	var profiles [][]hiring.SkillID
	for _, ref := range sample(w) {
		if held := distinct(w.Profile(ref)); len(held) > 0 {
			profiles = append(profiles, held)
		}
	}
	t := newTable(n, df, profiles)
	t.Learners = present(w)
	return t
}

// sample returns all learners, or sampleSize of many: those whose ids hash smallest, so that the same learners make the same table
// under any installation's secret and in whatever order they came.
func sample(w *hiring.World) []hiring.LearnerRef {
	type hashed struct {
		hash uint64
		ref  hiring.LearnerRef
	}
	var all []hashed
	w.Everyone(func(ref hiring.LearnerRef, id hiring.LearnerID) {
		h := fnv.New64a()
		_, _ = h.Write([]byte(id))
		all = append(all, hashed{h.Sum64(), ref})
	})
	slices.SortFunc(all, func(a, b hashed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.ref, b.ref)) })
	refs := make([]hiring.LearnerRef, min(len(all), sampleSize))
	for i := range refs {
		refs[i] = all[i].ref
	}
	return refs
}

// demand counts the openings that name skills, and those that ask for each skill. Expired ones count too: what time it is must not
// change a table.
func demand(w *hiring.World) (n int, df map[hiring.SkillID]int) {
	df = map[hiring.SkillID]int{}
	for _, o := range w.Openings {
		if o.Withdrawn || len(o.Skills) == 0 {
			continue
		}
		n++
		for _, r := range o.Skills {
			df[r.Skill]++
		}
	}
	return n, df
}

// distinct returns the skills of a profile, each once.
func distinct(profile []hiring.Evidence) []hiring.SkillID {
	var list []hiring.SkillID
	for i, e := range profile {
		if i == 0 || profile[i-1].Skill != e.Skill {
			list = append(list, e.Skill)
		}
	}
	return list
}

func newTable(n int, df map[hiring.SkillID]int, profiles [][]hiring.SkillID) *Table {
	t := &Table{Openings: n, Unseen: rarity(n, 0), Skills: []RareSkill{}}
	for _, s := range slices.Sorted(maps.Keys(df)) {
		t.Skills = append(t.Skills, RareSkill{Skill: s, Openings: df[s], Rarity: rarity(n, df[s])})
	}
	t.index()
	t.Breadth = plainBreadth * t.Unseen
	if len(profiles) >= fewLearners {
		t.Breadth = min(percentile90(t, profiles), maxBreadth)
	}
	return t
}

// rarity returns 1000·log2(1 + (N+1)/(df+1)), rounded to the nearest.
func rarity(n, df int) int64 {
	return int64(math.Round(1000 * math.Log2(1+float64(n+1)/float64(df+1))))
}

// weighsAs reports whether every skill is as rare in t as in the other table.
func (t *Table) weighsAs(other *Table) bool {
	return other != nil && t.Openings == other.Openings && slices.Equal(t.Skills, other.Skills)
}

// percentile90 returns the nearest-rank 90th percentile of the profiles' rarities.
func percentile90(t *Table, profiles [][]hiring.SkillID) int64 {
	sums := make([]int64, len(profiles))
	for i, held := range profiles {
		for _, s := range held {
			sums[i] += t.Rarity(s)
		}
	}
	slices.Sort(sums)
	return sums[(len(sums)*9+9)/10-1]
}

func (t *Table) index() {
	t.byID = make(map[hiring.SkillID]int64, len(t.Skills))
	for _, s := range t.Skills {
		t.byID[s.Skill] = s.Rarity
	}
}

// due reports whether a world of so many openings that name skills, and so many learners, has outgrown its table (nil when none was
// frozen yet): whether either number grew by half or halved since.
func due(t *Table, openings, learners int) bool {
	return openings > 0 && (t == nil || outgrown(t.Openings, openings) || outgrown(t.Learners, learners))
}

// present counts the learners who are not erased.
func present(w *hiring.World) (n int) {
	w.Everyone(func(hiring.LearnerRef, hiring.LearnerID) { n++ })
	return n
}

func outgrown(then, now int) bool { return now != then && (2*now >= 3*then || 2*now <= then) }

// JSON returns the table's canonical form.
func (t *Table) JSON() ([]byte, error) { return json.Marshal(t) }

// ReadTable reads what JSON wrote and checks every bound that the score relies on.
func ReadTable(r io.Reader) (*Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	if err != nil {
		return nil, fmt.Errorf("reading the rarity table: %w", err)
	}
	if len(b) > maxTable {
		return nil, fmt.Errorf("rarity table: longer than %d bytes", maxTable)
	}
	t := new(Table)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("decoding the rarity table: %w", err)
	}
	if err := t.validate(); err != nil {
		return nil, fmt.Errorf("rarity table: %w", err)
	}
	t.index()
	return t, nil
}

func (t *Table) validate() error {
	if t.Openings < 0 || t.Learners < 0 || t.Breadth < 0 || t.Breadth > maxBreadth || t.Unseen < 0 || t.Unseen > maxRarity {
		return hiring.Invalidf("openings, learners, breadth or unseen", "is out of bounds")
	}
	for i, s := range t.Skills {
		if s.Rarity < 0 || s.Rarity > maxRarity || s.Openings < 0 {
			return hiring.Invalidf(fmt.Sprintf("skills[%d]", i), "is out of bounds")
		}
		if i > 0 && strings.Compare(string(t.Skills[i-1].Skill), string(s.Skill)) >= 0 {
			return hiring.Invalidf(fmt.Sprintf("skills[%d]", i), "is not in order of id")
		}
	}
	return nil
}
