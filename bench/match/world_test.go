package match

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"matchday/matcher/kernel"
)

// The sizes of the worlds: people's skills come from the occupations that they worked in or trained for, which is what makes skills
// occur together, and from a few that everybody may have.
const (
	concepts     = 8000
	occupations  = 600
	perOccupied  = 40   // skills of an occupation
	perLearner   = 15   // skills of a learner
	perOpening   = 10   // skills of an opening
	regions      = 50   // lists concepts … concepts+regions-1
	modes        = 3    // the lists after these
	availability = 4    // the lists after these
	general      = 150  // skills that any learner may have beside their occupations'
	astray       = 0.15 // share of a learner's skills that are general
)

const (
	regionList = kernel.List(concepts)
	modeList   = regionList + regions
	freeList   = modeList + modes
)

// world is learners and queries from a fixed seed.
type world struct {
	name    string
	records []kernel.Record
	counts  []int // by skill: learners
	rand    *rand.Rand
	jobs    [][]kernel.List
}

// newWorld draws n learners who have skills of one occupation or two; with clustered unset, of none: skills occur together by
// chance alone, by their popularity.
func newWorld(name string, n int, clustered bool) *world {
	w := &world{name: name, rand: rand.New(rand.NewPCG(20270301, 4)), counts: make([]int, concepts)}
	popular := rand.NewZipf(w.rand, 1.05, 60, concepts-1)
	for range occupations {
		job := distinct(perOccupied, func() kernel.List { return kernel.List(popular.Uint64()) })
		w.jobs = append(w.jobs, job)
	}
	for i := range n {
		lists := w.skills(perLearner, clustered, func() kernel.List { return kernel.List(popular.Uint64()) })
		for _, l := range lists {
			w.counts[l]++
		}
		lists = append(lists, regionList+kernel.List(w.rand.IntN(regions)*w.rand.IntN(regions)/regions),
			modeList+kernel.List(w.rand.IntN(modes)), freeList+kernel.List(w.rand.IntN(availability)))
		w.records = append(w.records, kernel.Record{Row: kernel.Row(i), Lists: lists})
	}
	return w
}

// skills draws n distinct skills of one occupation, of its neighbour now and then, and of anybody's.
func (w *world) skills(n int, clustered bool, anySkill func() kernel.List) []kernel.List {
	k := int(float64(occupations) * w.rand.Float64() * w.rand.Float64())
	return distinct(n, func() kernel.List {
		switch f := w.rand.Float64(); {
		case !clustered:
			return anySkill()
		case f < astray:
			return kernel.List(w.rand.IntN(general))
		case f < astray+0.1:
			return w.jobs[(k+1)%occupations][w.rand.IntN(perOccupied)]
		default: // an occupation's first skills are its most usual
			return w.jobs[k][int(perOccupied*w.rand.Float64()*(0.4+0.6*w.rand.Float64()))]
		}
	})
}

func distinct(n int, draw func() kernel.List) []kernel.List {
	list := make([]kernel.List, 0, n+3)
	for len(list) < n {
		if l := draw(); !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

// mode says which conditions queries have beside their skills.
type mode struct{ must, filters bool }

func (m mode) String() string {
	switch {
	case m.must && m.filters:
		return "both"
	case m.must:
		return "must"
	case m.filters:
		return "filters"
	}
	return "none"
}

// query draws an opening: ten skills of an occupation, weighed by rarity, their weights summing up to at most 255.
func (w *world) query(m mode, draw func() []kernel.List) kernel.Query {
	lists := draw()
	q := kernel.Query{K: 50}
	for _, l := range lists {
		q.Groups = append(q.Groups, kernel.Group{{List: l, Weight: w.weight(l)}})
	}
	if m.must { // the two most usual of its skills are must-haves
		slices.SortFunc(lists, func(a, b kernel.List) int { return w.counts[b] - w.counts[a] })
		q.Must = append(q.Must, []kernel.List{lists[0]}, []kernel.List{lists[1]})
	}
	if m.filters { // one of five regions, one of two modes
		var near []kernel.List
		from := w.rand.IntN(regions - 5)
		for r := range 5 {
			near = append(near, regionList+kernel.List(from+r))
		}
		away := kernel.List(w.rand.IntN(modes))
		q.Must = append(q.Must, near, []kernel.List{modeList + away, modeList + (away+1)%modes})
	}
	return q
}

// weight is the rarity of a skill in steps of which ten make at most 250.
func (w *world) weight(l kernel.List) uint32 {
	share := float64(len(w.records)+1) / float64(w.counts[l]+1)
	bits := 0
	for ; share > 1 && bits < 24; share /= 1.7 {
		bits++
	}
	return uint32(1 + bits)
}

func (w *world) openings(n int, m mode) []kernel.Query {
	list := make([]kernel.Query, n)
	for i := range list {
		list[i] = w.query(m, func() []kernel.List { return w.skills(perOpening, true, nil) })
	}
	return list
}

// stress draws queries of ten of the hundred most popular skills.
func (w *world) stress(n int) []kernel.Query {
	ids := make([]kernel.List, concepts)
	for i := range ids {
		ids[i] = kernel.List(i)
	}
	slices.SortFunc(ids, func(a, b kernel.List) int { return w.counts[b] - w.counts[a] })
	list := make([]kernel.Query, n)
	for i := range list {
		list[i] = w.query(mode{}, func() []kernel.List {
			return distinct(perOpening, func() kernel.List { return ids[w.rand.IntN(100)] })
		})
	}
	return list
}

func (w *world) String() string { return fmt.Sprintf("%s, %d learners", w.name, len(w.records)) }
