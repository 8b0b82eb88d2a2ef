package interview

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"matchday/hiring"
)

// Who is asked for wishes, and who is not.
func TestAsking(t *testing.T) {
	at := start.AddDate(0, 0, 14)
	setup := func() *desk {
		d := newDesk("a", "b", "c", "d")
		d.scheduled("d1", at, func(day *hiring.Day) {
			day.Openings, day.Deadline, day.ReplyWithin = []hiring.OpeningID{"o1", "o2", "else"}, at.AddDate(0, 0, -1), 3600
		}, 2, 2)
		return d
	}
	ranked := []hiring.Match{match("o1", "a", 900_000), match("o2", "a", 800_000), match("o1", "b", 700_000), match("else", "c", 600_000)}
	ask := func(d *desk, now time.Time) (whom []hiring.LearnerRef) {
		changes := asking(d.ledger.book("d1"), d.surroundings(), ranked, now)
		for _, c := range changes {
			whom = append(whom, c.wishes.Learner)
		}
		d.apply(changes)
		return whom
	}
	for _, tt := range []struct {
		name   string
		adjust func(*desk)
		now    time.Time
		want   []hiring.LearnerRef
	}{
		{"each once, however many openings fit", func(*desk) {}, start, []hiring.LearnerRef{"a", "b", "c"}},
		{"not who is hidden", func(d *desk) { d.learners["a"].Visible = false }, start, []hiring.LearnerRef{"b", "c"}},
		{"not for who is not verified", func(d *desk) { d.doubtful["Someone Else"] = true }, start, []hiring.LearnerRef{"a", "b"}},
		{"not who said by themselves", func(d *desk) {
			if err := d.do(wishing("d1", "b", 1, "o1"), start); err != nil {
				t.Fatal(err)
			}
		}, start, []hiring.LearnerRef{"a", "c"}},
		{"not when it is solved anyway", func(*desk) {}, at.AddDate(0, 0, -1).Add(-time.Hour), nil},
		{"not once it is solved", func(d *desk) {
			if err := d.do(hiring.DayCommand{Day: "d1", Do: hiring.DoSolve, Asked: hiring.Asked{Actor: operator}}, start); err != nil {
				t.Fatal(err)
			}
		}, start, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := setup()
			tt.adjust(d)
			if got := ask(d, tt.now); !slices.Equal(got, tt.want) {
				t.Errorf("asked %v, want %v", got, tt.want)
			}
			if again := ask(d, tt.now); len(again) > 0 {
				t.Errorf("asked %v again", again)
			}
			for _, l := range tt.want {
				if d.ledger.book("d1").wishes[l] != nil {
					t.Errorf("%s was asked, and is taken to have answered", l)
				}
			}
		})
	}
}

// The opening of a scheduled day asks; a second process and another start ask nobody again.
func TestAsksOnceForWishes(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	refs, ids := h.learners("l", 3, "o1")
	h.scheduledDay("fair")
	asked := map[hiring.LearnerRef]int{}
	h.watchWishes(func(f hiring.Fact, w hiring.Wishes) bool {
		if f.Type == hiring.WishesAsked {
			asked[w.Learner]++
		}
		return len(asked) == len(refs)
	})
	stop()
	h.role()
	h.role()
	h.wish("fair", ids[0], "o1") // looked after, as all commands are, before the next is answered
	h.wish("fair", ids[1], "o1")
	clear(asked)
	h.watchWishes(func(f hiring.Fact, w hiring.Wishes) bool {
		if f.Type == hiring.WishesAsked {
			asked[w.Learner]++
		}
		return f.Type == hiring.WishesStated && w.Learner == refs[1]
	})
	for _, ref := range refs {
		if asked[ref] != 1 {
			t.Errorf("%s was asked %d times", ref, asked[ref])
		}
	}
	if v := h.wishes("fair", ids[2]); v.Wishes != nil {
		t.Errorf("who was asked is taken to have answered: %+v", v.Wishes)
	}
}

// watchWishes reads the facts of wishes from the first until one satisfies ok.
func (h *house) watchWishes(ok func(hiring.Fact, hiring.Wishes) bool) {
	h.t.Helper()
	h.watch("fact.wish.>", func(f hiring.Fact) bool {
		var w hiring.Wishes
		if err := json.Unmarshal(f.Data, &w); err != nil {
			h.t.Fatal(err)
		}
		return ok(f, w)
	})
}

// A day that an employer opens before it is verified asks once it is.
func TestAsksWhenVerified(t *testing.T) {
	h := newHouse(t)
	h.unverified = true
	h.role()
	refs, _ := h.learners("l", 1, "o1")
	h.scheduledDay("fair")
	h.view("fair")
	if _, err := h.log.Last(h.ctx, "fact.wish.>"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("asked before the employer was verified: %v", err)
	}
	h.verify(employer)
	h.view("fair") // the role has read of it, and set the alarm that the clock is moved over
	h.clock.set(start.Add(time.Minute))
	h.watchWishes(func(f hiring.Fact, w hiring.Wishes) bool { return f.Type == hiring.WishesAsked && w.Learner == refs[0] })
}
