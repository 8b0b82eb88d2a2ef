package schedule_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"matchday/interview/schedule"
)

// remaining returns the talks that those who stay away do not have.
func remaining(talks []schedule.Talk, away []string) (list []schedule.Talk) {
	for _, t := range talks {
		if !slices.Contains(away, t.Learner) {
			list = append(list, t)
		}
	}
	return list
}

// unchanged counts the talks that are in both, at the same desk and time.
func unchanged(before, after []schedule.Talk) (n int) {
	for _, t := range before {
		if slices.Contains(after, t) {
			n++
		}
	}
	return n
}

// tenth picks every tenth learner.
func tenth(p schedule.Problem) (away []string) {
	for i, l := range p.Learners {
		if i%10 == 3 {
			away = append(away, l.ID)
		}
	}
	return away
}

// When learners drop out, everybody else's talks stay as they are, and what became free is given by the same rules.
func TestRepairKeepsWhatWasPromised(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := strict(anyFair(t))
		before := solve(t, p)
		var away []string
		for _, l := range p.Learners {
			if rapid.IntRange(0, 4).Draw(t, "stays") == 0 {
				away = append(away, l.ID)
			}
		}
		now := p.Without(away...)
		after, err := schedule.Repair(now, before.Talks)
		if err != nil {
			t.Fatal(err)
		}
		kept := remaining(before.Talks, away)
		if n := unchanged(kept, after.Talks); n != len(kept) {
			t.Errorf("%d of %d talks are as they were", n, len(kept))
		}
		for _, fault := range newChecker(now, after.Talks, kept).faults(after) {
			t.Error(fault)
		}
	})
}

func TestRepairOfNothingChangesNothing(t *testing.T) {
	p := wholeFair.made(4)
	before := solved(t, p)
	after, err := schedule.Repair(p, before.Talks)
	if err != nil || !slices.Equal(after.Talks, before.Talks) {
		t.Errorf("error %v; %d of %d talks are as they were", err, unchanged(before.Talks, after.Talks), len(before.Talks))
	}
}

// When an interviewer goes home at noon, only the talks there move, and no others where that is possible.
func TestRepairMovesWhatLostItsDesk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := strict(anyFair(t))
		before := solve(t, p)
		gone := p.Desks[rapid.IntRange(0, len(p.Desks)-1).Draw(t, "desk")].ID
		now := p
		now.Desks = slices.Clone(p.Desks)
		for i, d := range now.Desks {
			if d.ID == gone {
				now.Desks[i].Breaks = p.Slots[len(p.Slots)/2:]
			}
		}
		after, err := schedule.Repair(now, before.Talks)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := newChecker(now, after.Talks, nil).clashes(); len(wrong) > 0 {
			t.Error(wrong)
		}
		for _, talk := range before.Talks {
			still := slices.ContainsFunc(after.Talks, func(u schedule.Talk) bool { return u.Learner == talk.Learner && u.Opening == talk.Opening })
			if talk.Desk != gone && !still {
				t.Errorf("%v is lost though its desk is there", talk)
			}
		}
	})
}
