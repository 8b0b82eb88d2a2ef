package schedule

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// market is a problem in numbers: learners, openings, desks and slots are indexes into lists sorted by id (slots by time), so
// that the order of the input is forgotten.
type market struct {
	learners, openings, desks []string
	slots                     []Span
	quota, capacity           []int // as asked for
	room                      []int // of an opening: capacity, or the slots of its desks where they are fewer
	lines                     [][]int
	pools                     [][]int // of an opening: its desks, and those to which openings there could move talks, and so on
	free, hours               []times // when a learner, a desk is there
	nearLearner, nearDesk     []times // the slots that nobody can use beside this one, itself included
	tongues, voices           []uint64
	place                     []int32 // of a learner on an opening's ranking, at [opening*learners+learner]; -1 when not ranked
	liking                    []int32 // of an opening among a learner's wishes, likewise; -1 when not wished for
	ranking                   [][]int // opening → learners, best first
	wishes                    [][]int // learner → openings that rank the learner, best first
}

const nobody = -1

func newMarket(p Problem) *market {
	learners, openings, desks := slices.Clone(p.Learners), slices.Clone(p.Openings), slices.Clone(p.Desks)
	slices.SortFunc(learners, func(a, b Learner) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(openings, func(a, b Opening) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(desks, func(a, b Desk) int { return cmp.Compare(a.ID, b.ID) })
	m := &market{}
	m.addSlots(p.Slots, p.Rest)
	bits := map[string]uint64{}
	for _, d := range desks {
		m.desks = append(m.desks, d.ID)
		m.hours = append(m.hours, m.open(d.Hours, d.Breaks))
		m.voices = append(m.voices, languages(bits, d.Languages))
	}
	for _, l := range learners {
		m.learners = append(m.learners, l.ID)
		m.quota = append(m.quota, l.Talks)
		m.free = append(m.free, m.open(nil, l.Busy))
		m.tongues = append(m.tongues, languages(bits, l.Languages))
	}
	for _, o := range openings {
		m.addOpening(o)
	}
	m.addPools()
	m.rank(openings, learners, p.Seed)
	m.wish(openings, learners, p.Seed)
	return m
}

// addSlots sorts the slots, drops repeats, and notes which exclude each other.
func (m *market) addSlots(slots []Span, rest time.Duration) {
	m.slots = slices.Clone(slots)
	slices.SortFunc(m.slots, Span.compare)
	m.slots = slices.CompactFunc(m.slots, func(a, b Span) bool { return a.compare(b) == 0 })
	m.nearLearner, m.nearDesk = make([]times, len(m.slots)), make([]times, len(m.slots))
	for i, a := range m.slots {
		for j, b := range m.slots {
			if a.overlaps(b) {
				m.nearDesk[i].add(j)
			}
			if i == j || a.Start.Before(b.End.Add(rest)) && b.Start.Before(a.End.Add(rest)) {
				m.nearLearner[i].add(j)
			}
		}
	}
}

func (s Span) overlaps(t Span) bool { return s.Start.Before(t.End) && t.Start.Before(s.End) }

func (s Span) covers(t Span) bool { return !t.Start.Before(s.Start) && !t.End.After(s.End) }

func (s Span) compare(t Span) int { return cmp.Or(s.Start.Compare(t.Start), s.End.Compare(t.End)) }

// open returns the slots within one of the hours (any, when there are none) that touch no break.
func (m *market) open(hours, breaks []Span) (t times) {
	for i, s := range m.slots {
		inside := len(hours) == 0 || slices.ContainsFunc(hours, func(h Span) bool { return h.covers(s) })
		if inside && !slices.ContainsFunc(breaks, s.overlaps) {
			t.add(i)
		}
	}
	return t
}

// languages returns a set of languages as bits; none are all.
func languages(bits map[string]uint64, list []string) (set uint64) {
	for _, lang := range list {
		if bits[lang] == 0 {
			bits[lang] = 1 << len(bits)
		}
		set |= bits[lang]
	}
	if len(list) == 0 {
		return ^uint64(0)
	}
	return set
}

func (m *market) addOpening(o Opening) {
	var lines []int
	seats := 0
	for _, id := range o.Desks {
		d, _ := slices.BinarySearch(m.desks, id)
		lines = append(lines, d)
		seats += m.most(m.hours[d])
	}
	slices.Sort(lines)
	m.openings = append(m.openings, o.ID)
	m.capacity = append(m.capacity, o.Capacity)
	m.room = append(m.room, min(o.Capacity, seats))
	m.lines = append(m.lines, lines)
}

// addPools joins the desks of openings that share any.
func (m *market) addPools() {
	root := make([]int, len(m.desks))
	for d := range root {
		root[d] = d
	}
	find := func(d int) int {
		for root[d] != d {
			d = root[d]
		}
		return d
	}
	for _, lines := range m.lines {
		for _, d := range lines {
			root[find(d)] = find(lines[0])
		}
	}
	pools := make([][]int, len(m.desks))
	for d := range root {
		pools[find(d)] = append(pools[find(d)], d)
	}
	m.pools = make([][]int, len(m.openings))
	for o, lines := range m.lines {
		if len(lines) > 0 {
			m.pools[o] = pools[find(lines[0])]
		}
	}
}

// most is how many talks fit into the slots one after another: always take the one that ends first.
func (m *market) most(t times) (n int) {
	var order []int
	for s := range t.all {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b int) int { return m.slots[a].End.Compare(m.slots[b].End) })
	var end time.Time
	for _, s := range order {
		if n == 0 || !m.slots[s].Start.Before(end) {
			n, end = n+1, m.slots[s].End
		}
	}
	return n
}

// rank orders each opening's learners: by score, then by the draw.
func (m *market) rank(openings []Opening, learners []Learner, seed string) {
	draws := make([]uint64, len(learners))
	for i, l := range learners {
		draws[i] = draw(seed, "learner", l.ID)
	}
	index := indexes(m.learners)
	m.place = slices.Repeat([]int32{nobody}, len(openings)*len(learners))
	for o, opening := range openings {
		scores := map[int]int64{}
		var list []int
		for _, c := range opening.Ranked {
			if l, ok := index[c.Learner]; ok {
				list, scores[l] = append(list, l), c.Score
			}
		}
		slices.SortFunc(list, func(a, b int) int {
			return cmp.Or(-cmp.Compare(scores[a], scores[b]), cmp.Compare(draws[a], draws[b]), cmp.Compare(a, b))
		})
		for i, l := range list {
			m.place[o*len(learners)+l] = int32(i)
		}
		m.ranking = append(m.ranking, list)
	}
}

// wish orders each learner's wishes: by rank, then by the opening's score, then by a draw. Wishes that cannot be met stay
// among them, so that their reasons are found.
func (m *market) wish(openings []Opening, learners []Learner, seed string) {
	draws := make([]uint64, len(openings))
	scores := make([]map[string]int64, len(openings))
	for i, o := range openings {
		draws[i] = draw(seed, "opening", o.ID)
		scores[i] = map[string]int64{}
		for _, c := range o.Ranked {
			scores[i][c.Learner] = c.Score
		}
	}
	index := indexes(m.openings)
	m.liking = slices.Repeat([]int32{nobody}, len(openings)*len(learners))
	for l, learner := range learners {
		wishes := slices.Clone(learner.Wishes)
		slices.SortFunc(wishes, func(a, b Wish) int {
			i, j := index[a.Opening], index[b.Opening]
			return cmp.Or(cmp.Compare(a.Rank, b.Rank), -cmp.Compare(scores[i][learner.ID], scores[j][learner.ID]),
				cmp.Compare(draws[i], draws[j]), cmp.Compare(a.Opening, b.Opening))
		})
		list := make([]int, len(wishes))
		for i, w := range wishes {
			list[i] = index[w.Opening]
			m.liking[list[i]*len(learners)+l] = int32(i)
		}
		m.wishes = append(m.wishes, list)
	}
}

func indexes(sorted []string) map[string]int {
	m := make(map[string]int, len(sorted))
	for i, s := range sorted {
		m[s] = i
	}
	return m
}

// draw is the number that somebody draws: nobody can choose it, and everybody can check it.
func draw(seed, kind, id string) uint64 {
	h := sha256.Sum256([]byte(kind + "\x00" + seed + "\x00" + id))
	return binary.BigEndian.Uint64(h[:])
}

// pair is a learner and an opening.
type pair struct{ learner, opening int }

func (m *market) placeOf(p pair) int  { return int(m.place[p.opening*len(m.learners)+p.learner]) }
func (m *market) likingOf(p pair) int { return int(m.liking[p.opening*len(m.learners)+p.learner]) }

// speak reports whether a learner and a desk share a language.
func (m *market) speak(l, d int) bool { return m.tongues[l]&m.voices[d] != 0 }

// meet returns in how many slots at how many desks the pair could talk on an empty day, and whether a language is shared.
func (m *market) meet(p pair) (seats int, spoken bool) {
	for _, d := range m.lines[p.opening] {
		if m.speak(p.learner, d) {
			spoken = true
			seats += m.free[p.learner].and(m.hours[d]).count()
		}
	}
	return seats, spoken
}
