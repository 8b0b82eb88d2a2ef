package schedule_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchday/interview/schedule"
)

// anyFair draws a day: its size, and whether ranks and scores may be equal.
func anyFair(t *rapid.T) schedule.Problem {
	f := fair{
		learners: rapid.IntRange(1, 12).Draw(t, "learners"), openings: rapid.IntRange(1, 5).Draw(t, "openings"),
		slots: rapid.IntRange(2, 8).Draw(t, "slots"), lines: rapid.IntRange(1, 2).Draw(t, "lines"),
		wishes: rapid.IntRange(1, 6).Draw(t, "wishes"), talks: rapid.IntRange(1, 4).Draw(t, "talks"),
		busy: rapid.Float64Range(0, 0.6).Draw(t, "busy"),
	}
	return f.made(rapid.Uint64().Draw(t, "seed"))
}

func solve(t *rapid.T, p schedule.Problem) schedule.Schedule {
	s, err := schedule.Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// No clash, no forbidden slot, no pair that blocks, and a true reason for every wish that is not granted.
func TestSound(t *testing.T) { rapid.Check(t, sound) }

func FuzzSound(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sound)) }

func sound(t *rapid.T) {
	p := strict(anyFair(t))
	s := solve(t, p)
	for _, fault := range newChecker(p, s.Talks, nil).faults(s) {
		t.Error(fault)
	}
}

// With equal ranks and scores, nobody is passed over for somebody strictly worse, and nothing clashes.
func TestSoundWithDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyFair(t)
		s := solve(t, p)
		c := newChecker(p, s.Talks, nil)
		for _, fault := range c.clashes() {
			t.Error(fault)
		}
		for _, w := range c.unstable(s, schedule.Crowded, schedule.Crossed, schedule.NoLanguage, schedule.NoSharedTime) {
			t.Errorf("%v blocks", w)
		}
	})
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyFair(t)
		want := solve(t, p)
		if got := solve(t, shuffled(p, rapid.Uint64().Draw(t, "shuffle"))); !reflect.DeepEqual(got, want) {
			t.Errorf("another order led to\n%+v, not\n%+v", got, want)
		}
	})
}

func shuffled(p schedule.Problem, seed uint64) schedule.Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p.Slots, p.Desks = shuffle(r, p.Slots), shuffle(r, p.Desks)
	p.Openings, p.Learners = shuffle(r, p.Openings), shuffle(r, p.Learners)
	for i := range p.Openings {
		p.Openings[i].Desks, p.Openings[i].Ranked = shuffle(r, p.Openings[i].Desks), shuffle(r, p.Openings[i].Ranked)
	}
	for i := range p.Learners {
		p.Learners[i].Wishes, p.Learners[i].Busy = shuffle(r, p.Learners[i].Wishes), shuffle(r, p.Learners[i].Busy)
	}
	return p
}

func shuffle[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// A learner whom nobody ranks changes nothing for anybody else, whatever the learner wishes for and is called.
func TestUnwantedLearnerChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyFair(t)
		want := solve(t, p)
		extra := schedule.Learner{ID: rapid.SampledFrom([]string{"a", "learner-0005", "z"}).Draw(t, "id"), Talks: 3}
		for i, o := range p.Openings {
			extra.Wishes = append(extra.Wishes, schedule.Wish{Opening: o.ID, Rank: i})
		}
		p.Learners = append(slices.Clone(p.Learners), extra)
		got := solve(t, p)
		got.Reasons = slices.DeleteFunc(got.Reasons, func(r schedule.Reason) bool { return r.Learner == extra.ID && r.Code == schedule.NotRanked })
		if got.Gaps != want.Gaps || !slices.Equal(got.Talks, want.Talks) || !slices.EqualFunc(got.Reasons, want.Reasons, sameReason) {
			t.Errorf("with one nobody ranks\n%+v, not\n%+v", got, want)
		}
	})
}

func sameReason(a, b schedule.Reason) bool { return reflect.DeepEqual(a, b) }

// Of all stable sets of pairs, found by trying every set, each learner gets the one that it likes best. There are slots and desks
// enough that times set nobody aside.
func TestLearnersGetTheBestStablePairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fair{learners: 4, openings: 3, slots: 12, lines: 1, wishes: 4, talks: 2}
		p := strict(f.made(rapid.Uint64().Draw(t, "seed")))
		for i := range p.Openings {
			p.Openings[i].Capacity = rapid.IntRange(1, 2).Draw(t, "capacity")
		}
		for i := range p.Desks {
			p.Desks[i] = schedule.Desk{ID: p.Desks[i].ID}
		}
		got := newChecker(p, solve(t, p).Talks, nil)
		pairs := acceptable(p)
		for set := range 1 << len(pairs) {
			var talks []schedule.Talk
			for i, pair := range pairs {
				if set>>i&1 == 1 {
					talks = append(talks, pair)
				}
			}
			other := newChecker(p, talks, nil)
			if other.overfull() || len(other.unstable(schedule.Schedule{})) > 0 {
				continue
			}
			for _, l := range p.Learners {
				if !got.likesBetter(l, other) {
					t.Errorf("%s would have liked %v, not %v", l.ID, other.of(l.ID, ""), got.of(l.ID, ""))
				}
			}
		}
	})
}

func (c *checker) overfull() bool {
	return slices.ContainsFunc(c.problem.Learners, func(l schedule.Learner) bool { return len(c.of(l.ID, "")) > l.Talks }) ||
		slices.ContainsFunc(c.problem.Openings, func(o schedule.Opening) bool { return len(c.of("", o.ID)) > o.Capacity })
}

// likesBetter reports whether the learner, offered the openings of both, would choose those of c.
func (c *checker) likesBetter(l schedule.Learner, other *checker) bool {
	offered := map[string]bool{}
	for _, t := range append(c.of(l.ID, ""), other.of(l.ID, "")...) {
		offered[t.Opening] = true
	}
	chosen := map[string]bool{}
	for _, w := range slices.SortedFunc(slices.Values(l.Wishes), func(a, b schedule.Wish) int { return a.Rank - b.Rank }) {
		if offered[w.Opening] && len(chosen) < l.Talks {
			chosen[w.Opening] = true
		}
	}
	mine := map[string]bool{}
	for _, t := range c.of(l.ID, "") {
		mine[t.Opening] = true
	}
	return reflect.DeepEqual(chosen, mine)
}

// Whatever is asked, Solve returns; what it accepts, it solves without a clash, and so does Repair with talks of any kind.
func FuzzSolve(f *testing.F) {
	for seed := range uint64(3) {
		p := smallFairs.made(seed)
		s, err := schedule.Solve(p)
		if err != nil {
			f.Fatal(err)
		}
		body, err := json.Marshal(struct {
			schedule.Problem
			Talks []schedule.Talk
		}{p, s.Talks})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in struct {
			schedule.Problem
			Talks []schedule.Talk
		}
		if json.NewDecoder(strings.NewReader(string(body))).Decode(&in) != nil {
			return
		}
		s, err := schedule.Solve(in.Problem)
		if err != nil {
			return
		}
		repaired, err := schedule.Repair(in.Problem, in.Talks)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []schedule.Schedule{s, repaired} {
			if wrong := newChecker(in.Problem, x.Talks, nil).clashes(); len(wrong) > 0 {
				t.Error(wrong)
			}
		}
	})
}
