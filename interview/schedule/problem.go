package schedule

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// The largest problem that Solve accepts. They bound its memory (some 50 MB) and its time.
const (
	MaxLearners  = 2000
	MaxOpenings  = 200
	MaxDesks     = 500
	MaxSlots     = 512
	MaxWishes    = 100 // of one learner
	MaxTalks     = 100 // of one learner
	MaxCapacity  = 2000
	MaxSpans     = 700 // hours, breaks or appointments of one learner or desk
	MaxLanguages = 64  // different ones, all in all
	maxID        = 200 // bytes
)

// ErrTooLarge is in the chain of an error about a problem beyond the limits.
var ErrTooLarge = errors.New("more than can be solved")

// Problem is a day to solve. Order within its lists means nothing.
type Problem struct {
	// Seed decides the draw between equal scores; a day's id makes a good one.
	Seed string
	// Slots are the times of talks. They may overlap, as when talks of two lengths begin on one grid.
	Slots []Span
	// Rest is what a learner needs between the end of a talk and the start of the next.
	Rest     time.Duration
	Desks    []Desk
	Openings []Opening
	Learners []Learner
}

// Span is a time from Start until just before End.
type Span struct {
	Start, End time.Time
}

// Desk is an interviewer, or one line of several: it holds one talk at a time.
type Desk struct {
	ID string
	// Hours are when it is there; none mean the whole day. A slot must lie within one of them.
	Hours []Span
	// Breaks are when it is not. A slot must not touch them.
	Breaks []Span
	// Languages it can talk in; none mean any.
	Languages []string
}

// Opening is what learners are interviewed for, at desks that it may share with other openings.
type Opening struct {
	ID string
	// Capacity is how many talks it holds at most.
	Capacity int
	Desks    []string
	// Ranked are the learners that it would meet. Learners who take no part may be among them.
	Ranked []Candidate
}

// Candidate is a learner as an opening sees one. The higher score ranks first.
type Candidate struct {
	Learner string
	Score   int64
}

// Learner is who wishes for talks.
type Learner struct {
	ID string
	// Talks is how many the learner comes to at most.
	Talks  int
	Wishes []Wish
	// Busy is when the learner cannot talk: appointments, talks on other days, bookings.
	Busy []Span
	// Languages the learner can talk in; none mean any.
	Languages []string
}

// Wish is an opening that a learner accepts. Lower ranks are preferred; equal ones are ordered by the opening's score.
type Wish struct {
	Opening string
	Rank    int
}

// Validate returns the first error: a number beyond its limit (with ErrTooLarge in its chain), an id twice or unknown.
func (p Problem) Validate() error {
	if err := p.validateSizes(); err != nil {
		return err
	}
	for i, s := range p.Slots {
		if !s.End.After(s.Start) {
			return fmt.Errorf("slot %d ends before it starts", i)
		}
	}
	if p.Rest < 0 || p.Rest > 24*time.Hour {
		return fmt.Errorf("rest of %v is outside 0 to 24 hours", p.Rest)
	}
	desks, err := unique("desk", p.Desks, func(d Desk) string { return d.ID })
	if err != nil {
		return err
	}
	openings, err := unique("opening", p.Openings, func(o Opening) string { return o.ID })
	if err != nil {
		return err
	}
	if _, err := unique("learner", p.Learners, func(l Learner) string { return l.ID }); err != nil {
		return err
	}
	for _, o := range p.Openings {
		if err := o.validate(desks); err != nil {
			return fmt.Errorf("opening %q: %w", o.ID, err)
		}
	}
	for _, l := range p.Learners {
		if err := l.validate(openings); err != nil {
			return fmt.Errorf("learner %q: %w", l.ID, err)
		}
	}
	return nil
}

func (p Problem) validateSizes() error {
	for _, err := range []error{
		within("learners", len(p.Learners), MaxLearners), within("openings", len(p.Openings), MaxOpenings),
		within("desks", len(p.Desks), MaxDesks), within("slots", len(p.Slots), MaxSlots),
	} {
		if err != nil {
			return err
		}
	}
	spoken := map[string]bool{}
	for _, d := range p.Desks {
		if err := errors.Join(within("hours", len(d.Hours), MaxSpans), within("breaks", len(d.Breaks), MaxSpans)); err != nil {
			return fmt.Errorf("desk %q: %w", d.ID, err)
		}
		for _, lang := range d.Languages {
			spoken[lang] = true
		}
	}
	for _, l := range p.Learners {
		for _, lang := range l.Languages {
			spoken[lang] = true
		}
	}
	return within("languages", len(spoken), MaxLanguages)
}

func (o Opening) validate(desks map[string]bool) error {
	if o.Capacity < 0 {
		return errors.New("capacity is negative")
	}
	if err := errors.Join(within("capacity", o.Capacity, MaxCapacity), within("desks", len(o.Desks), MaxDesks)); err != nil {
		return err
	}
	ranked, err := unique("candidate", o.Ranked, func(c Candidate) string { return c.Learner })
	if err != nil {
		return err
	}
	if err := within("ranked learners", len(ranked), 10*MaxLearners); err != nil {
		return err
	}
	lines, err := unique("desk", o.Desks, func(id string) string { return id })
	for id := range lines {
		if !desks[id] {
			return fmt.Errorf("desk %q is not one of the day", id)
		}
	}
	return err
}

func (l Learner) validate(openings map[string]bool) error {
	if l.Talks < 0 {
		return errors.New("talks are negative")
	}
	for _, err := range []error{
		within("talks", l.Talks, MaxTalks), within("wishes", len(l.Wishes), MaxWishes), within("appointments", len(l.Busy), MaxSpans),
	} {
		if err != nil {
			return err
		}
	}
	wishes, err := unique("wish", l.Wishes, func(w Wish) string { return w.Opening })
	for id := range wishes {
		if !openings[id] {
			return fmt.Errorf("opening %q is not one of the day", id)
		}
	}
	return err
}

func within(what string, n, limit int) error {
	if n > limit {
		return fmt.Errorf("%d %s, at most %d: %w", n, what, limit, ErrTooLarge)
	}
	return nil
}

// unique returns the ids of a list, or an error when one is empty, too long or there twice.
func unique[T any](what string, list []T, id func(T) string) (map[string]bool, error) {
	seen := make(map[string]bool, len(list))
	for _, x := range list {
		switch s := id(x); {
		case s == "" || len(s) > maxID:
			return nil, fmt.Errorf("a %s has an id of %d bytes, not of 1 to %d", what, len(s), maxID)
		case seen[s]:
			return nil, fmt.Errorf("%s %q is there twice", what, s)
		default:
			seen[s] = true
		}
	}
	return seen, nil
}

// Without returns the problem as it is when those learners stay away.
func (p Problem) Without(learners ...string) Problem {
	p.Learners = slices.DeleteFunc(slices.Clone(p.Learners), func(l Learner) bool { return slices.Contains(learners, l.ID) })
	return p
}
