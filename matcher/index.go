package matcher

import (
	"slices"
	"strings"
	"sync"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
	"matchday/skills"
)

// proof is one evidence of a skill, as far as credit and its ledger go. What it has in common with others, the list tells.
type proof struct {
	list   kernel.List
	behind uint32 // its kind, which counts in hiring.Proofs, and its paper; see profileRow.behind
}

// proofKinds is how many kinds of proof there are.
const proofKinds = uint32(len(hiring.Proofs))

// proofOf is the proof of a kind that stands on a paper of the row: 1 + its index, 0 for none.
func proofOf(list kernel.List, kind, paper int) proof {
	return proof{list, uint32(paper)*proofKinds + uint32(kind)}
}

// paper is what stands behind a proof.
type paper struct {
	credential string
	expires    *time.Time
}

// profileRow is a learner in the index.
type profileRow struct {
	rarity  int64   // of all that is held, each skill once, thousandths
	proofs  []proof // in order of the profile, which is that of skill
	ref     hiring.LearnerRef
	id      hiring.LearnerID // breaks ties
	papers  []paper
	visible bool
	lapses  bool // a proof expires at some time: its list does not tell all
}

// A wish is one requirement in an opening's row, a reach one way to meet one.
type (
	wish struct {
		weight    int64
		level     int32
		must      bool
		essential bool
	}
	reach struct {
		skill  int32 // the learner's
		ask    int32
		credit int32 // of the relation, millionths
		nearness
		holds bool // enough for a must-have
	}
)

// openingRow is an opening in the index: its Query, and the same with skills by number.
type openingRow struct {
	opening *hiring.Opening
	query   *Query
	wishes  []wish
	asks    []int32 // by requirement: the skill that it asks for
	reaches []reach // in order of skill, then requirement
	total   int64
}

// index holds learners and openings by dense number, and for each skill who holds it and which openings ask for it.
// Numbers are given in order of arrival and never enter an answer. An index is not safe for concurrent use; readers may share it
// while nobody writes.
type index struct {
	scorer  Scorer
	numbers map[hiring.SkillID]int32
	names   []hiring.SkillID
	rarity  []int64 // by skill number, thousandths

	// How many openings name skills and are not withdrawn, and how many learners are not erased: see due.
	asking, present int

	learners []profileRow
	learner  map[hiring.LearnerRef]int32
	holders  [][]int32 // by skill: learners, ascending

	variants [][]variant // by skill
	lists    listing
	making   sync.Mutex
	kernel   *kernel.Index // visible learners; see crowd

	openings []openingRow
	opening  map[hiring.OpeningID]int32
	wanted   wanted
	moved    []int32 // openings that changed, in that order, since the last shift
	shift    int     // counts what changes scores everywhere

	programmes map[hiring.ProgrammeID]*profileRow // each as the learner who holds nothing else
}

func newIndex(s Scorer) *index {
	s.known = map[hiring.SkillID][]skills.Nearness{}
	return &index{
		scorer:  s,
		numbers: map[hiring.SkillID]int32{},
		learner: map[hiring.LearnerRef]int32{},
		opening: map[hiring.OpeningID]int32{},

		programmes: map[hiring.ProgrammeID]*profileRow{},
	}
}

// number returns the dense number of a skill, giving one when it has none.
func (ix *index) number(s hiring.SkillID) int32 {
	n, ok := ix.numbers[s]
	if !ok {
		n = int32(len(ix.names))
		ix.numbers[s] = n
		ix.names = append(ix.names, s)
		ix.rarity = append(ix.rarity, ix.scorer.Table.Rarity(s))
		ix.holders = append(ix.holders, nil)
		ix.variants = append(ix.variants, nil)
	}
	return n
}

// use changes what scores depend on; every opening is weighed again, unless only the breadth differs.
func (ix *index) use(s Scorer) {
	ix.moved, ix.shift = nil, ix.shift+1
	if s.Map == ix.scorer.Map && s.Table.weighsAs(ix.scorer.Table) {
		s.known = ix.scorer.known
		ix.scorer, ix.kernel = s, nil
		for i := range ix.openings {
			q := *ix.openings[i].query
			q.table = s.Table
			ix.openings[i].query = &q
		}
		return
	}
	s.known = map[hiring.SkillID][]skills.Nearness{}
	ix.scorer, ix.kernel = s, nil
	for n, id := range ix.names {
		ix.rarity[n] = s.Table.Rarity(id)
	}
	for i := range ix.learners {
		ix.learners[i].rarity = ix.rarityOf(ix.learners[i].proofs)
	}
	for _, row := range ix.programmes {
		row.rarity = ix.rarityOf(row.proofs)
	}
	ix.wanted = wanted{}
	for n := range ix.openings {
		ix.openings[n].asks = nil
		ix.setOpening(ix.openings[n].opening)
	}
}

// setLearner takes in a learner's new profile; erased and unknown learners have an empty one.
func (ix *index) setLearner(ref hiring.LearnerRef, l *hiring.Learner, profile []hiring.Evidence) {
	n, known := ix.learner[ref]
	if !known {
		n = int32(len(ix.learners))
		ix.learner[ref] = n
		ix.learners = append(ix.learners, profileRow{})
	}
	row := ix.profileRow(profile)
	row.ref = ref
	if l != nil && !l.Erased {
		row.id, row.visible = l.ID, l.Visible
	}
	ix.present += ones(row.id != "") - ones(ix.learners[n].id != "")
	ix.hold(n, ix.learners[n].proofs, row.proofs)
	ix.learners[n] = row
	ix.follow(n)
}

// hold notes that learner n holds other skills than before. The lists of popular skills are long: those that stay are left alone.
func (ix *index) hold(n int32, before, now []proof) {
	for skill := range ix.lists.skills(before) {
		if !ix.lists.prove(now, skill) {
			ix.holders[skill] = without(ix.holders[skill], n)
		}
	}
	for skill := range ix.lists.skills(now) {
		if !ix.lists.prove(before, skill) {
			ix.holders[skill] = with(ix.holders[skill], n)
		}
	}
}

// profileRow numbers the skills of a profile.
func (ix *index) profileRow(profile []hiring.Evidence) profileRow {
	row := profileRow{proofs: make([]proof, len(profile))}
	for i := range profile {
		e := &profile[i]
		row.proofs[i] = proofOf(ix.list(e), kindOf(e.Proof), row.paper(e))
		row.lapses = row.lapses || e.Expires != nil
	}
	row.rarity = ix.rarityOf(row.proofs)
	return row
}

// paper notes what stands behind an evidence, and returns where; a credential of many skills once.
func (p *profileRow) paper(e *hiring.Evidence) int {
	own := paper{e.Credential, e.Expires}
	if own == (paper{}) {
		return 0
	}
	if i := slices.Index(p.papers, own); i >= 0 {
		return i + 1
	}
	p.papers = append(p.papers, own)
	return len(p.papers)
}

// behind returns what stands behind a proof of the row.
func (p *profileRow) behind(e proof) paper {
	if e.behind < proofKinds {
		return paper{}
	}
	return p.papers[e.behind/proofKinds-1]
}

// kindOf returns where a proof stands in hiring.Proofs; what stands nowhere counts as the weakest.
func kindOf(p hiring.Proof) int {
	if i := slices.Index(hiring.Proofs[:], p); i >= 0 {
		return i
	}
	return len(hiring.Proofs) - 1
}

// rarityOf sums up how rare the skills proven are, in thousandths.
func (ix *index) rarityOf(proofs []proof) (sum int64) {
	for skill := range ix.lists.skills(proofs) {
		sum += ix.rarity[skill]
	}
	return sum
}

// setProgramme takes in a programme's new state.
func (ix *index) setProgramme(p *hiring.Programme) {
	row := ix.profileRow(taught(p))
	ix.programmes[p.ID] = &row
}

// taught returns the profile of a learner who holds nothing but the programme, as its provider recorded it.
func taught(p *hiring.Programme) []hiring.Evidence {
	profile := make([]hiring.Evidence, len(p.Skills))
	for i, s := range p.Skills {
		profile[i] = hiring.Evidence{
			Skill: s.Skill, Name: s.Name, Level: s.Level, Proof: hiring.ProofRecorded,
			Credential: p.Name, Programme: p.ID, Issuer: p.Provider,
		}
	}
	slices.SortFunc(profile, func(a, b hiring.Evidence) int { return strings.Compare(string(a.Skill), string(b.Skill)) })
	return profile
}

// setOpening takes in an opening's new state.
func (ix *index) setOpening(o *hiring.Opening) {
	n, known := ix.opening[o.ID]
	if !known {
		n = int32(len(ix.openings))
		ix.opening[o.ID] = n
		ix.openings = append(ix.openings, openingRow{})
	}
	row := ix.openingRow(o)
	ix.asking += ones(row.asking()) - ones(ix.openings[n].asking())
	ix.wanted.grow(len(ix.names), len(ix.openings))
	ix.wanted.drop(n, ix.openings[n].asks)
	ix.wanted.put(n, &row)
	ix.openings[n] = row
	if ix.moved = append(ix.moved, n); len(ix.moved) > 8*mostMoved {
		ix.moved, ix.shift = nil, ix.shift+1 // who looks for them all has less to do by ranking anew
	}
}

func (ix *index) openingRow(o *hiring.Opening) openingRow {
	for _, r := range o.Skills {
		ix.scorer.known[r.Skill] = ix.scorer.near(r.Skill)
	}
	q := ix.scorer.Query(o)
	row := openingRow{opening: o, query: q, total: q.total, wishes: make([]wish, len(q.asks))}
	for i, a := range q.asks {
		row.wishes[i] = wish{weight: a.weight, level: int32(a.Level), must: a.Must, essential: a.Need == hiring.Essential}
		row.asks = append(row.asks, ix.number(a.Skill))
	}
	for s, links := range q.links {
		for _, l := range links {
			row.reaches = append(row.reaches, reach{ix.number(s), int32(l.ask), int32(l.credit), l.nearness, l.holds()})
		}
	}
	slices.SortFunc(row.reaches, func(a, b reach) int {
		if a.skill != b.skill {
			return int(a.skill - b.skill)
		}
		return int(a.ask - b.ask)
	})
	return row
}

// asking reports whether the opening counts for rarities; the row of none does not.
func (o *openingRow) asking() bool {
	return o.opening != nil && !o.opening.Withdrawn && len(o.opening.Skills) > 0
}

func ones(b bool) int {
	if b {
		return 1
	}
	return 0
}

// skills returns the numbers of all skills that meet the opening, each once, ascending.
func (o *openingRow) skills() []int32 {
	list := make([]int32, 0, len(o.reaches))
	for i, r := range o.reaches {
		if i == 0 || o.reaches[i-1].skill != r.skill {
			list = append(list, r.skill)
		}
	}
	return list
}

// with and without keep an ascending list; the common case, the newest number, is an append.
func with(list []int32, n int32) []int32 {
	if len(list) == 0 || list[len(list)-1] < n {
		return append(list, n)
	}
	at, found := slices.BinarySearch(list, n)
	if found {
		return list
	}
	return slices.Insert(list, at, n)
}

func without(list []int32, n int32) []int32 {
	if at, found := slices.BinarySearch(list, n); found {
		return slices.Delete(list, at, at+1)
	}
	return list
}
