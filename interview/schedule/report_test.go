package schedule_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"matchday/interview/schedule"
)

// The figures of docs/schedule.md: run by 'make bench-schedule'.
func TestReport(t *testing.T) {
	if os.Getenv("REPORT") == "" {
		t.Skip("REPORT is not set: make bench-schedule prints the figures")
	}
	for seed := range uint64(3) {
		p := wholeFair.made(seed)
		start := time.Now()
		s := solved(t, p)
		took := time.Since(start)
		f := schedule.FairnessOf(p, s)
		t.Logf("day %d: 200 learners, 30 openings, %d desks, 16 slots: %v; %d talks, %d gaps, %d clashes, %d pairs block",
			seed, len(p.Desks), took.Round(time.Millisecond), len(s.Talks), s.Gaps, len(newChecker(p, s.Talks, nil).clashes()),
			len(newChecker(p, s.Talks, nil).unstable(s, setAside...)))
		t.Logf("day %d: %d of %d learners got none; least, median, most talks %d, %d, %d; Gini %.2f; %d got a first wish; open wishes %v",
			seed, len(f.None), f.Learners, f.Least, f.Median, f.Most, f.Gini, f.First, codes(s))
		reportRepair(t, seed, p, s)
	}
	g := measureGap(t, 200)
	t.Logf("200 small days against trying everything: %d first pairs, %d placeable, %d placed (fewer on %d days)", g.wanted, g.placeable, g.placed, g.missed)
	t.Logf("200 small days: %d gaps, %d at best for the same talks (more on %d days)", g.gaps, g.fewest, g.wider)
	t.Logf("200 small days: %d talks in the end; %d if nobody's preference counted; %d wishes crowded out, %d crossed", g.talks, g.most, g.crowded, g.crossed)
	reportCrossed(t)
}

// setAside are the codes of pairs that are not part of the market in which pairs are stable.
var setAside = []schedule.Code{schedule.Crowded, schedule.Crossed, schedule.NoLanguage, schedule.NoSharedTime}

func codes(s schedule.Schedule) map[schedule.Code]int {
	n := map[schedule.Code]int{}
	for _, r := range s.Reasons {
		n[r.Code]++
	}
	return n
}

// reportRepair compares the repair of a day that a tenth of the learners leave with solving it afresh, and lets a tenth of the desks go.
func reportRepair(t *testing.T, seed uint64, p schedule.Problem, before schedule.Schedule) {
	away := tenth(p)
	now, kept := p.Without(away...), remaining(before.Talks, away)
	start := time.Now()
	after, err := schedule.Repair(now, before.Talks)
	if err != nil {
		t.Fatal(err)
	}
	took, afresh := time.Since(start), solved(t, now)
	t.Logf("day %d, a tenth of the learners gone: %d of %d talks unchanged, %d refilled, in %v; solved afresh %d unchanged, %d talks instead of %d",
		seed, unchanged(kept, after.Talks), len(kept), len(after.Talks)-len(kept), took.Round(time.Millisecond),
		unchanged(kept, afresh.Talks), len(afresh.Talks), len(after.Talks))
	closed := p
	closed.Desks = slices.Clone(p.Desks)
	hit := 0
	for i := range closed.Desks {
		if i%10 == 3 {
			closed.Desks[i].Breaks = p.Slots
			hit += len(slices.DeleteFunc(slices.Clone(before.Talks), func(u schedule.Talk) bool { return u.Desk != p.Desks[i].ID }))
		}
	}
	after, err = schedule.Repair(closed, before.Talks)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("day %d, a tenth of the desks gone with %d of %d talks: %d talks unchanged, %d in the end",
		seed, hit, len(before.Talks), unchanged(before.Talks, after.Talks), len(after.Talks))
}

// reportCrossed counts, over many days with hardly any slack, the pairs for which a time became free too late.
func reportCrossed(t *testing.T) {
	n, wishes, days := 0, 0, uint64(2000)
	for seed := range days {
		s := solved(t, crammedFairs.made(seed))
		n, wishes = n+codes(s)[schedule.Crossed], wishes+len(s.Talks)+len(s.Reasons)
	}
	t.Logf("%d crammed days: %d of %d wishes crossed", days, n, wishes)
}

func BenchmarkSolve(b *testing.B) {
	p := wholeFair.made(1)
	for b.Loop() {
		if _, err := schedule.Solve(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRepair(b *testing.B) {
	p := wholeFair.made(1)
	s, err := schedule.Solve(p)
	if err != nil {
		b.Fatal(err)
	}
	now := p.Without(tenth(p)...)
	for b.Loop() {
		if _, err := schedule.Repair(now, s.Talks); err != nil {
			b.Fatal(err)
		}
	}
}

// The largest problem that is accepted, and one that is full of overlaps and shared desks.
func BenchmarkLargest(b *testing.B) {
	p := fair{learners: schedule.MaxLearners, openings: schedule.MaxOpenings, slots: 64, lines: 2, wishes: 30, talks: 6, busy: 0.3}.made(1)
	for b.Loop() {
		if _, err := schedule.Solve(p); err != nil {
			b.Fatal(err)
		}
	}
}
