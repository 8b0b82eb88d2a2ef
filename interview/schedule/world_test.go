package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"matchday/interview/schedule"
)

var morning = time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC)

// fair is a size of made-up days.
type fair struct {
	learners, openings, slots int
	lines, wishes, talks      int // at most
	busy                      float64
}

var (
	wholeFair = fair{learners: 200, openings: 30, slots: 16, lines: 2, wishes: 10, talks: 4, busy: 0.15}
	// crammedFairs have hardly more slots than the talks that are wished for.
	crammedFairs = fair{learners: 12, openings: 6, slots: 6, lines: 1, wishes: 6, talks: 6, busy: 0.2}
	smallFairs   = fair{learners: 5, openings: 3, slots: 4, lines: 2, wishes: 3, talks: 2, busy: 0.3}
)

// made is a day made up from the seed: openings of unequal renown, desks with hours, a break and languages, learners who are busy now
// and then. All sizes but those of whole fairs vary.
func (f fair) made(seed uint64) schedule.Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	p := schedule.Problem{Seed: fmt.Sprint(seed)}
	for i := range f.slots {
		at := morning.Add(time.Duration(i) * 30 * time.Minute)
		p.Slots = append(p.Slots, schedule.Span{at, at.Add(25 * time.Minute)})
	}
	for i := range f.openings {
		o := schedule.Opening{ID: fmt.Sprintf("opening-%02d", i)}
		for j := range 1 + r.IntN(f.lines) {
			d := schedule.Desk{ID: fmt.Sprintf("desk-%02d-%d", i, j), Languages: []string{"en"}}
			from := r.IntN(1 + f.slots/4)
			d.Hours = []schedule.Span{{p.Slots[from].Start, p.Slots[f.slots-1-r.IntN(1+f.slots/4)].End}}
			d.Breaks = []schedule.Span{p.Slots[f.slots/2-r.IntN(2)]}
			if r.IntN(3) == 0 {
				d.Languages = append(d.Languages, "es")
			}
			p.Desks, o.Desks = append(p.Desks, d), append(o.Desks, d.ID)
		}
		o.Capacity = 1 + r.IntN(len(o.Desks)*f.slots)
		p.Openings = append(p.Openings, o)
	}
	for i := range f.learners {
		l := schedule.Learner{ID: fmt.Sprintf("learner-%03d", i), Talks: 1 + r.IntN(f.talks), Languages: []string{"en"}}
		if r.IntN(10) == 0 {
			l.Languages = []string{"es"}
		}
		for _, s := range p.Slots {
			if r.Float64() < f.busy {
				l.Busy = append(l.Busy, s)
			}
		}
		for rank := range f.wishes {
			o := int(float64(f.openings) * r.Float64() * r.Float64()) // the first are wished for most
			if !wishes(l, p.Openings[o].ID) {
				l.Wishes = append(l.Wishes, schedule.Wish{p.Openings[o].ID, rank / (1 + i%3)})
			}
			if r.IntN(8) > 0 {
				p.Openings[o].Ranked = appendOnce(p.Openings[o].Ranked, schedule.Candidate{l.ID, int64(r.IntN(50))})
			}
		}
		p.Learners = append(p.Learners, l)
	}
	return p
}

func wishes(l schedule.Learner, opening string) bool {
	for _, w := range l.Wishes {
		if w.Opening == opening {
			return true
		}
	}
	return false
}

func appendOnce(list []schedule.Candidate, c schedule.Candidate) []schedule.Candidate {
	for _, x := range list {
		if x.Learner == c.Learner {
			return list
		}
	}
	return append(list, c)
}

// strict is the problem without equal ranks or scores, so that a definition need not speak of draws.
func strict(p schedule.Problem) schedule.Problem {
	p.Learners, p.Openings = slices.Clone(p.Learners), slices.Clone(p.Openings)
	for i, l := range p.Learners {
		p.Learners[i].Wishes = slices.Clone(l.Wishes)
		for j := range l.Wishes {
			p.Learners[i].Wishes[j].Rank = j
		}
	}
	for i, o := range p.Openings {
		p.Openings[i].Ranked = slices.Clone(o.Ranked)
		for j := range o.Ranked {
			p.Openings[i].Ranked[j].Score = o.Ranked[j].Score*1000 + int64(j)
		}
	}
	return p
}
