package schedule_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"matchday/interview/schedule"
)

func solved(t *testing.T, p schedule.Problem) schedule.Schedule {
	t.Helper()
	s, err := schedule.Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// without equal ranks and scores, everything that the definitions ask for holds.
func TestFairs(t *testing.T) {
	for _, c := range []struct {
		fair  fair
		seeds uint64
	}{{wholeFair, 3}, {smallFairs, 1000}, {crammedFairs, 300}} {
		for seed := range c.seeds {
			p := strict(c.fair.made(seed))
			s := solved(t, p)
			for _, fault := range newChecker(p, s.Talks, nil).faults(s) {
				t.Errorf("%+v, seed %d: %s", c.fair, seed, fault)
			}
		}
	}
}

// Slots that overlap, and a rest between talks, exclude each other as equal slots do.
func TestOverlappingSlotsAndRest(t *testing.T) {
	for seed := range uint64(300) {
		p := strict(smallFairs.made(seed))
		p.Rest = time.Duration(seed%3) * 10 * time.Minute
		for _, s := range p.Slots {
			p.Slots = append(p.Slots, schedule.Span{Start: s.Start.Add(10 * time.Minute), End: s.End.Add(20 * time.Minute)})
		}
		s := solved(t, p)
		for _, fault := range newChecker(p, s.Talks, nil).faults(s) {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
}

// The checker must be able to fail: every fault that is put into a sound schedule is found.
func TestCheckerNotices(t *testing.T) {
	p := strict(wholeFair.made(1))
	sound := solved(t, p)
	for name, spoil := range map[string]func(*schedule.Schedule){
		"at a time":     func(s *schedule.Schedule) { s.Talks[1].Desk, s.Talks[1].Slot = s.Talks[0].Desk, s.Talks[0].Slot },
		"blocks":        func(s *schedule.Schedule) { s.Talks = s.Talks[1:] },
		"have a reason": func(s *schedule.Schedule) { s.Reasons = s.Reasons[1:] },
		"untrue":        func(s *schedule.Schedule) { s.Reasons[0].Code = schedule.Crowded },
		"gaps":          func(s *schedule.Schedule) { s.Gaps++ },
		"no such seat":  func(s *schedule.Schedule) { s.Talks[0].Slot.End = s.Talks[0].Slot.End.Add(time.Minute) },
	} {
		s := sound
		s.Talks, s.Reasons = slices.Clone(s.Talks), slices.Clone(s.Reasons)
		spoil(&s)
		if faults := newChecker(p, s.Talks, nil).faults(s); !strings.Contains(strings.Join(faults, "\n"), name) {
			t.Errorf("a fault like %q went unnoticed: %v", name, faults)
		}
	}
}

func TestReasonsSay(t *testing.T) {
	slot := schedule.Span{Start: morning, End: morning.Add(time.Hour)}
	later := schedule.Span{Start: slot.End, End: slot.End.Add(time.Hour)}
	wish := func(list ...string) (w []schedule.Wish) {
		for i, o := range list {
			w = append(w, schedule.Wish{Opening: o, Rank: i})
		}
		return w
	}
	p := schedule.Problem{
		Slots: []schedule.Span{slot, later},
		Desks: []schedule.Desk{{ID: "d1", Hours: []schedule.Span{slot}, Languages: []string{"en"}}, {ID: "d2", Languages: []string{"en", "es"}}},
		Openings: []schedule.Opening{
			{ID: "baker", Capacity: 5, Desks: []string{"d1"}, Ranked: []schedule.Candidate{{"ann", 9}, {"bob", 8}, {"eva", 7}, {"tom", 9}}},
			{ID: "cook", Capacity: 2, Desks: []string{"d2"}, Ranked: []schedule.Candidate{{"ann", 1}, {"bob", 2}, {"eva", 3}}},
		},
		Learners: []schedule.Learner{
			{ID: "ann", Talks: 1, Wishes: wish("baker", "cook")},
			{ID: "bob", Talks: 2, Wishes: wish("baker", "cook"), Busy: []schedule.Span{later}},
			{ID: "eva", Talks: 1, Wishes: wish("cook", "baker"), Languages: []string{"es"}},
			{ID: "tom", Talks: 1, Wishes: wish("cook", "baker"), Busy: []schedule.Span{slot}},
		},
	}
	s := solved(t, p)
	for _, tt := range []struct{ learner, opening, says string }{
		{"ann", "baker", "You talk about baker at 08:00 UTC, at d1."},
		{"bob", "baker", "because 1 learners ranked higher, and it has 1 places"},
		{"ann", "cook", "because you have 1 talks that you wanted more"},
		{"eva", "baker", "nobody there talks in a language of yours"},
		{"tom", "baker", "you are not free when somebody is there"},
		{"tom", "cook", "it does not rank you"},
		{"bob", "cook", "You talk about cook at 08:00 UTC, at d2."},
		{"eva", "cook", "You talk about cook at 09:00 UTC, at d2."},
		{"ann", "dancer", "You did not ask for dancer."},
	} {
		if got := s.Explain(tt.learner, tt.opening).String(); !strings.Contains(got, tt.says) {
			t.Errorf("%s about %s: %q, want %q", tt.learner, tt.opening, got, tt.says)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, spoil := range map[string]func(*schedule.Problem){
		"learners":   func(p *schedule.Problem) { p.Learners = make([]schedule.Learner, schedule.MaxLearners+1) },
		"openings":   func(p *schedule.Problem) { p.Openings = make([]schedule.Opening, schedule.MaxOpenings+1) },
		"desks":      func(p *schedule.Problem) { p.Desks = make([]schedule.Desk, schedule.MaxDesks+1) },
		"slots":      func(p *schedule.Problem) { p.Slots = make([]schedule.Span, schedule.MaxSlots+1) },
		"wishes":     func(p *schedule.Problem) { p.Learners[0].Wishes = make([]schedule.Wish, schedule.MaxWishes+1) },
		"talks":      func(p *schedule.Problem) { p.Learners[0].Talks = schedule.MaxTalks + 1 },
		"capacity":   func(p *schedule.Problem) { p.Openings[0].Capacity = schedule.MaxCapacity + 1 },
		"breaks":     func(p *schedule.Problem) { p.Desks[0].Breaks = make([]schedule.Span, schedule.MaxSpans+1) },
		"languages":  func(p *schedule.Problem) { p.Desks[0].Languages = manyLanguages() },
		"twice":      func(p *schedule.Problem) { p.Learners[1].ID = p.Learners[0].ID },
		"not one":    func(p *schedule.Problem) { p.Openings[0].Desks = []string{"nowhere"} },
		"before it":  func(p *schedule.Problem) { p.Slots[0].End = p.Slots[0].Start },
		"negative":   func(p *schedule.Problem) { p.Openings[0].Capacity = -1 },
		"rest":       func(p *schedule.Problem) { p.Rest = -1 },
		"id of 0":    func(p *schedule.Problem) { p.Desks[0].ID = "" },
		"of the day": func(p *schedule.Problem) { p.Learners[0].Wishes = []schedule.Wish{{Opening: "none"}} },
	} {
		p := wholeFair.made(1)
		spoil(&p)
		if _, err := schedule.Solve(p); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func manyLanguages() (list []string) {
	for i := range schedule.MaxLanguages + 1 {
		list = append(list, strings.Repeat("x", i+1))
	}
	return list
}
