package matcher

import (
	"math"
	"slices"
	"sync"
	"time"

	"matchday/hiring"
)

// recalled is a learner's list as it was published last, and what makes it hold: with it, a new credential needs a look only at the
// openings that its skills touch.
//
// Whoever gains skills has at all other openings what they had, and more beside the point: scores there fall, if they change at all. So
// the new list is in the old one and in what is touched, down to beyond, the most that any other opening scored. Somewhat more is kept
// than is published, for beyond to lie below what is.
type recalled struct {
	row    profileRow // as it was
	hits   []standing // best first
	beyond hiring.Score
	shift  int   // of the index; see index.shift
	moved  int   // openings moved since then, at that time
	until  int64 // when the next of the openings begins that the learner has something for
	told   time.Time
}

// standing is a hit that is kept for long.
type standing struct {
	row   int32
	score int32
}

const (
	recalledMatches  = publishedMatches + publishedMatches/4
	recalledFor      = 24 * time.Hour // what is published goes after 30 days, so it is published again now and then
	recalledLearners = 20_000         // whose lists are kept: twice so many at the most, of 2 kB each
	mostTouched      = 2000           // openings from which ranking all is faster
	mostMoved        = 500
)

// lists are those recalled, in two generations: the older one goes when the younger is full. They are safe for concurrent use.
type lists struct {
	mu         sync.Mutex
	young, old map[hiring.LearnerRef]*recalled
}

func (l *lists) of(ref hiring.LearnerRef) *recalled {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.young[ref]; ok {
		return r
	}
	return l.old[ref]
}

func (l *lists) keep(ref hiring.LearnerRef, r *recalled) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.young == nil || len(l.young) >= recalledLearners {
		l.old, l.young = l.young, map[hiring.LearnerRef]*recalled{}
	}
	l.young[ref] = r
}

func (l *lists) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.young, l.old = nil, nil
}

// keepList keeps a list that stands as published, of whoever is not erased meanwhile: that clears the lists once it is folded.
func (m *Matcher) keepList(ref hiring.LearnerRef, r *recalled) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if l := m.world.Learner(ref); l != nil && !l.Erased {
		m.lists.keep(ref, r)
	}
}

// recall returns a learner's list as it is now, from what it was, nil for unknown. told is false when nothing that is published of it
// has changed, and looked how many openings were scored.
func (ix *index) recall(t *tally, p *profileRow, was *recalled, at time.Time) (now *recalled, told bool, looked int) {
	now = &recalled{row: *p, shift: ix.shift, moved: len(ix.moved), until: math.MaxInt64, told: at}
	now.row.ref, now.row.id = "", ""
	if was == nil || was.shift != ix.shift {
		return now, true, ix.rankAll(t, p, at, now)
	}
	changed := ix.changedSkills(&was.row, p)
	var ok bool
	if looked, ok = ix.rankTouched(t, p, was, changed, at, now); !ok {
		looked = ix.rankAll(t, p, at, now)
	}
	if told = at.Sub(was.told) > recalledFor || !ix.same(was, now, changed); !told {
		now.told = was.told
	}
	return now, told, looked
}

// rankAll ranks all openings into r.
func (ix *index) rankAll(t *tally, p *profileRow, at time.Time, r *recalled) (looked int) {
	hits, _ := ix.bestOpenings(t, p, at, recalledMatches, publishedFloor)
	r.until, r.beyond = t.survey.until, publishedFloor-1
	if len(hits) == recalledMatches {
		r.beyond = hits[recalledMatches-1].score
	}
	r.take(hits)
	return t.survey.looked
}

func (r *recalled) take(hits []hit) {
	r.hits = make([]standing, len(hits))
	for i, h := range hits {
		r.hits[i] = standing{h.row, int32(h.score)}
	}
}

// published returns the hits that are published.
func (r *recalled) published() []standing { return r.hits[:min(len(r.hits), publishedMatches)] }

// rankTouched ranks into r what was on the list, and what changed skills touch. It reports false when others may be on the list now.
func (ix *index) rankTouched(t *tally, p *profileRow, was *recalled, changed []int32, at time.Time, r *recalled) (looked int, ok bool) {
	if p.lapses || was.row.lapses || p.rarity < was.row.rarity || nanoseconds(at) >= was.until || len(ix.moved)-was.moved > mostMoved {
		return 0, false
	}
	rows, ok := ix.touched(t, was, changed)
	if !ok {
		return 0, false
	}
	best := top{k: recalledMatches}
	defer t.unload()
	for _, n := range rows {
		row := &ix.openings[n]
		if !row.opening.OpenAt(at) {
			continue
		}
		t.load(row, at)
		if s := t.score(p); s > was.beyond {
			best.add(hit{row: n, id: string(row.opening.ID), score: s})
		}
	}
	hits := best.page(0)
	r.beyond, r.until = was.beyond, was.until
	if len(hits) == recalledMatches {
		r.beyond = max(r.beyond, hits[len(hits)-1].score)
	}
	r.take(hits)
	return len(rows), len(hits) >= publishedMatches || was.beyond < publishedFloor
}

// touched returns the openings on a list, those that changed since then, and those that ask for what changed skills meet.
func (ix *index) touched(t *tally, was *recalled, changed []int32) ([]int32, bool) {
	lists := [][]int32{make([]int32, len(was.hits)), ix.moved[was.moved:], nil}
	for i, h := range was.hits {
		lists[0][i] = h.row
	}
	for _, skill := range changed {
		if int(skill) >= len(ix.wanted.met) {
			continue
		}
		for _, m := range ix.wanted.met[skill] {
			if len(lists[2])+len(ix.wanted.asked[m.skill]) > mostTouched {
				return nil, false
			}
			for _, e := range ix.wanted.asked[m.skill] {
				lists[2] = append(lists[2], e.opening)
			}
		}
	}
	return ix.union(t, lists, []int32{0, 1, 2}, len(ix.openings)), true
}

// same reports whether two lists of a learner are published alike: the same scores, and nothing else to say of any opening on them.
func (ix *index) same(was, now *recalled, changed []int32) bool {
	if was.row.lapses || now.row.lapses || !slices.Equal(was.published(), now.published()) {
		return false
	}
	for _, h := range now.published() {
		row := &ix.openings[h.row]
		concerned := slices.ContainsFunc(row.reaches, func(r reach) bool { return slices.Contains(changed, r.skill) })
		if concerned || slices.Contains(ix.moved[was.moved:], h.row) {
			return false
		}
	}
	return true
}

// changedSkills returns the skills of two states of a profile that are not proven alike in both, ascending.
func (ix *index) changedSkills(a, b *profileRow) (list []int32) {
	alike := func(x, y run) bool {
		return slices.EqualFunc(x.proofs, y.proofs, func(e, f proof) bool {
			p, q := a.behind(e), b.behind(f)
			return e.list == f.list && e.behind%proofKinds == f.behind%proofKinds && p.credential == q.credential &&
				(p.expires == nil) == (q.expires == nil) && (p.expires == nil || p.expires.Equal(*q.expires))
		})
	}
	sortedA, sortedB := ix.bySkill(a), ix.bySkill(b)
	i, j := 0, 0
	for i < len(sortedA) || j < len(sortedB) {
		switch {
		case j == len(sortedB) || i < len(sortedA) && sortedA[i].skill < sortedB[j].skill:
			list = append(list, sortedA[i].skill)
			i++
		case i == len(sortedA) || sortedB[j].skill < sortedA[i].skill:
			list = append(list, sortedB[j].skill)
			j++
		default:
			if !alike(sortedA[i], sortedB[j]) {
				list = append(list, sortedA[i].skill)
			}
			i, j = i+1, j+1
		}
	}
	return list
}

// run is what proves one skill.
type run struct {
	skill  int32
	proofs []proof
}

// bySkill returns what a profile proves, in order of the skill's number.
func (ix *index) bySkill(p *profileRow) []run {
	runs := make([]run, 0, len(p.proofs))
	for skill, proofs := range ix.lists.skills(p.proofs) {
		runs = append(runs, run{skill, proofs})
	}
	slices.SortFunc(runs, func(a, b run) int { return int(a.skill - b.skill) })
	return runs
}
