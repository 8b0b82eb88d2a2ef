package schedule_test

import (
	"fmt"
	"slices"
	"time"

	"matchday/interview/schedule"
)

// checker holds what the definitions speak of. It shares nothing with the solver: it reads the problem as given, compares every
// pair of talks, and asks of each pair what the definition asks.
type checker struct {
	problem  schedule.Problem
	learners map[string]schedule.Learner
	openings map[string]schedule.Opening
	desks    map[string]schedule.Desk
	rank     map[[2]string]int   // learner, opening → rank of the wish
	score    map[[2]string]int64 // learner, opening → score
	talks    []schedule.Talk
	kept     map[schedule.Talk]bool // promised before a repair
}

func newChecker(p schedule.Problem, talks, kept []schedule.Talk) *checker {
	c := &checker{
		problem: p, talks: talks, learners: map[string]schedule.Learner{}, openings: map[string]schedule.Opening{}, desks: map[string]schedule.Desk{},
		rank: map[[2]string]int{}, score: map[[2]string]int64{}, kept: map[schedule.Talk]bool{},
	}
	for _, l := range p.Learners {
		c.learners[l.ID] = l
		for _, w := range l.Wishes {
			c.rank[[2]string{l.ID, w.Opening}] = w.Rank
		}
	}
	for _, o := range p.Openings {
		c.openings[o.ID] = o
		for _, r := range o.Ranked {
			c.score[[2]string{r.Learner, o.ID}] = r.Score
		}
	}
	for _, d := range p.Desks {
		c.desks[d.ID] = d
	}
	for _, t := range kept {
		c.kept[t] = slices.Contains(talks, t)
	}
	return c
}

func overlap(a, b schedule.Span) bool { return a.Start.Before(b.End) && b.Start.Before(a.End) }

// may says why a learner and a desk cannot talk in a slot on an empty day; nothing when they can.
func (c *checker) may(learner, desk string, slot schedule.Span) string {
	l, d := c.learners[learner], c.desks[desk]
	for _, b := range l.Busy {
		if overlap(b, slot) {
			return "the learner is busy"
		}
	}
	for _, b := range d.Breaks {
		if overlap(b, slot) {
			return "the desk has a break"
		}
	}
	inside := len(d.Hours) == 0
	for _, h := range d.Hours {
		inside = inside || !slot.Start.Before(h.Start) && !slot.End.After(h.End)
	}
	if !inside {
		return "the desk is not there"
	}
	if !c.share(learner, desk) {
		return "no language is shared"
	}
	return ""
}

func (c *checker) share(learner, desk string) bool {
	a, b := c.learners[learner].Languages, c.desks[desk].Languages
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// apart says why two talks exclude each other; nothing when they do not.
func (c *checker) apart(t, u schedule.Talk) string {
	rest := c.problem.Rest
	switch {
	case t.Desk == u.Desk && overlap(t.Slot, u.Slot):
		return "one desk holds two talks at a time"
	case t.Learner == u.Learner && t.Opening == u.Opening:
		return "a pair talks twice"
	case t.Learner == u.Learner && t.Slot.Start.Before(u.Slot.End.Add(rest)) && u.Slot.Start.Before(t.Slot.End.Add(rest)):
		return "one learner sits in two talks at a time"
	}
	return ""
}

// clashes returns everything that is wrong with the talks as such.
func (c *checker) clashes() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for i, t := range c.talks {
		if _, wished := c.rank[[2]string{t.Learner, t.Opening}]; !wished {
			say("%v: not wished for", t)
		}
		if _, ranked := c.score[[2]string{t.Learner, t.Opening}]; !ranked {
			say("%v: not ranked", t)
		}
		if !slices.Contains(c.openings[t.Opening].Desks, t.Desk) || !slices.Contains(c.problem.Slots, t.Slot) {
			say("%v: no such seat", t)
		}
		if why := c.may(t.Learner, t.Desk, t.Slot); why != "" {
			say("%v: %s", t, why)
		}
		for _, u := range c.talks[:i] {
			if why := c.apart(t, u); why != "" {
				say("%v and %v: %s", t, u, why)
			}
		}
	}
	for id, l := range c.learners {
		if n := len(c.of(id, "")); n > l.Talks {
			say("%s has %d talks of %d", id, n, l.Talks)
		}
	}
	for id, o := range c.openings {
		if n := len(c.of("", id)); n > o.Capacity {
			say("%s has %d talks of %d", id, n, o.Capacity)
		}
	}
	return wrong
}

// of returns the talks of a learner, or about an opening.
func (c *checker) of(learner, opening string) (list []schedule.Talk) {
	for _, t := range c.talks {
		if learner == "" && t.Opening == opening || opening == "" && t.Learner == learner {
			list = append(list, t)
		}
	}
	return list
}

// places is how many talks the opening can hold: its capacity, or the slots of its desks one after another.
func (c *checker) places(opening string) int {
	n := 0
	for _, id := range c.openings[opening].Desks {
		var until time.Time
		for _, s := range slices.SortedFunc(slices.Values(c.problem.Slots), func(a, b schedule.Span) int { return a.End.Compare(b.End) }) {
			if !s.Start.Before(until) && c.there(id, s) {
				n, until = n+1, s.End
			}
		}
	}
	return min(n, c.openings[opening].Capacity)
}

// there reports whether the desk could hold a talk then with somebody who is always free and talks every language.
func (c *checker) there(desk string, s schedule.Span) bool { return c.may("", desk, s) == "" }

// prefers reports whether the learner likes the wish strictly better than the talk; ranks says the same of the opening.
func (c *checker) prefers(wish [2]string, t schedule.Talk) bool {
	mine := [2]string{t.Learner, t.Opening}
	return c.rank[wish] < c.rank[mine] || c.rank[wish] == c.rank[mine] && c.score[wish] > c.score[mine]
}

func (c *checker) ranks(wish [2]string, t schedule.Talk) bool {
	return c.score[wish] > c.score[[2]string{t.Learner, t.Opening}]
}

// blocks reports whether learner and opening, who do not talk, both want to: each has a place left, or prefers the other
// to a talk that was not promised. It returns the talks that each would give up.
func (c *checker) blocks(wish [2]string) (gives []schedule.Talk, wants bool) {
	mine, theirs := c.of(wish[0], ""), c.of("", wish[1])
	if len(mine) >= c.learners[wish[0]].Talks {
		worst, ok := c.worst(mine, func(t, u schedule.Talk) bool { return c.prefers([2]string{t.Learner, t.Opening}, u) })
		if !ok || !c.prefers(wish, worst) {
			return nil, false
		}
		gives = append(gives, worst)
	}
	if len(theirs) >= c.places(wish[1]) {
		worst, ok := c.worst(theirs, func(t, u schedule.Talk) bool { return c.ranks([2]string{t.Learner, t.Opening}, u) })
		if !ok || !c.ranks(wish, worst) {
			return nil, false
		}
		gives = append(gives, worst)
	}
	return gives, true
}

// worst is the talk to which all others that may be given up are preferred.
func (c *checker) worst(talks []schedule.Talk, better func(t, u schedule.Talk) bool) (worst schedule.Talk, ok bool) {
	for _, t := range talks {
		if !c.kept[t] && (!ok || better(worst, t)) {
			worst, ok = t, true
		}
	}
	return worst, ok
}

// seat returns a seat where the pair could talk if the given talks were not, if there is one.
func (c *checker) seat(wish [2]string, without []schedule.Talk) (schedule.Talk, bool) {
	for _, d := range c.openings[wish[1]].Desks {
		for _, s := range c.problem.Slots {
			try := schedule.Talk{Learner: wish[0], Opening: wish[1], Desk: d, Slot: s}
			if c.may(wish[0], d, s) == "" && !slices.ContainsFunc(c.talks, func(t schedule.Talk) bool {
				return !slices.Contains(without, t) && c.apart(t, try) != ""
			}) {
				return try, true
			}
		}
	}
	return schedule.Talk{}, false
}

// wishes returns the wishes that were not granted.
func (c *checker) wishes() (list [][2]string) {
	for _, l := range c.problem.Learners {
		for _, w := range l.Wishes {
			if !slices.ContainsFunc(c.talks, func(t schedule.Talk) bool { return t.Learner == l.ID && t.Opening == w.Opening }) {
				list = append(list, [2]string{l.ID, w.Opening})
			}
		}
	}
	return list
}

// unstable returns the pairs that both sides rank and want, other than those of the given codes.
func (c *checker) unstable(s schedule.Schedule, but ...schedule.Code) (list [][2]string) {
	for _, w := range c.wishes() {
		if _, ranked := c.score[w]; !ranked || slices.Contains(but, s.Explain(w[0], w[1]).Code) {
			continue
		}
		if _, wants := c.blocks(w); wants && c.learners[w[0]].Talks > 0 {
			list = append(list, w)
		}
	}
	return list
}

// untrue says what is wrong with a reason, read as a sentence about the schedule.
func (c *checker) untrue(r schedule.Reason) string {
	w := [2]string{r.Learner, r.Opening}
	o, l := c.openings[r.Opening], c.learners[r.Learner]
	gives, wants := c.blocks(w)
	_, ranked := c.score[w]
	spoken := slices.ContainsFunc(o.Desks, func(d string) bool { return c.share(r.Learner, d) })
	meet := 0
	for _, d := range o.Desks {
		for _, s := range c.problem.Slots {
			if c.may(r.Learner, d, s) == "" {
				meet++
			}
		}
	}
	_, sits := c.seat(w, gives)
	mine, theirs := c.of(r.Learner, ""), c.of("", r.Opening)
	holds := map[schedule.Code]bool{
		schedule.NotRanked:    !ranked,
		schedule.NoLanguage:   ranked && !spoken,
		schedule.NoSharedTime: ranked && spoken && meet == 0,
		schedule.NoPlace:      c.places(r.Opening) == 0 || l.Talks == 0,
		schedule.Outranked: len(theirs) >= c.places(r.Opening) && len(r.Others) == len(theirs) && r.Places == c.places(r.Opening) &&
			!slices.ContainsFunc(theirs, func(t schedule.Talk) bool { return c.ranks(w, t) || !slices.Contains(r.Others, t.Learner) }),
		schedule.Preferred: len(mine) >= l.Talks && len(r.Others) == len(mine) && r.Places == l.Talks &&
			!slices.ContainsFunc(mine, func(t schedule.Talk) bool { return c.prefers(w, t) || !slices.Contains(r.Others, t.Opening) }),
		schedule.Promised: len(c.kept) > 0 && !wants,
		schedule.Crowded:  wants && !sits && r.Times == meet,
		schedule.Crossed:  wants && sits,
	}
	if !holds[r.Code] {
		return fmt.Sprintf("%v: %s is untrue (%d/%d talks, %d/%d places, wants %v, sits %v)",
			w, r.Code, len(mine), l.Talks, len(theirs), c.places(r.Opening), wants, sits)
	}
	return ""
}

// faults returns everything that is wrong with a schedule.
func (c *checker) faults(s schedule.Schedule) []string {
	wrong := c.clashes()
	for _, w := range c.unstable(s, schedule.Crowded, schedule.Crossed, schedule.NoLanguage, schedule.NoSharedTime) {
		wrong = append(wrong, fmt.Sprintf("%v blocks", w))
	}
	var asked [][2]string
	for _, r := range s.Reasons {
		asked = append(asked, [2]string{r.Learner, r.Opening})
		if why := c.untrue(r); why != "" {
			wrong = append(wrong, why)
		}
	}
	open := c.wishes()
	if len(open) != len(asked) || slices.ContainsFunc(open, func(w [2]string) bool { return !slices.Contains(asked, w) }) {
		wrong = append(wrong, fmt.Sprintf("%d wishes are open, %d have a reason", len(open), len(asked)))
	}
	if n := c.gaps(); n != s.Gaps {
		wrong = append(wrong, fmt.Sprintf("there are %d gaps, not %d", n, s.Gaps))
	}
	return wrong
}

// gaps counts, for each learner and each desk, the slots after the first talk and before the last in which another could be held.
func (c *checker) gaps() (n int) {
	for id := range c.learners {
		mine := c.of(id, "")
		n += idle(c.problem.Slots, mine, c.problem.Rest, func(s schedule.Span) bool { return c.may(id, "", s) == "" })
	}
	for id := range c.desks {
		var held []schedule.Talk
		for _, t := range c.talks {
			if t.Desk == id {
				held = append(held, t)
			}
		}
		n += idle(c.problem.Slots, held, 0, func(s schedule.Span) bool { return c.there(id, s) })
	}
	return n
}

func idle(slots []schedule.Span, talks []schedule.Talk, rest time.Duration, open func(schedule.Span) bool) (n int) {
	for _, s := range slots {
		before := slices.ContainsFunc(talks, func(t schedule.Talk) bool { return t.Slot.Start.Before(s.Start) })
		after := slices.ContainsFunc(talks, func(t schedule.Talk) bool { return t.Slot.Start.After(s.Start) })
		taken := slices.ContainsFunc(talks, func(t schedule.Talk) bool {
			return t.Slot.Start.Before(s.End.Add(rest)) && s.Start.Before(t.Slot.End.Add(rest))
		})
		if before && after && !taken && open(s) {
			n++
		}
	}
	return n
}
