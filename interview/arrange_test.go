package interview

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchday/hiring"
	"matchday/interview/schedule"
)

// scheduled puts an open scheduled day on the desk.
func (d *desk) scheduled(id hiring.DayID, at time.Time, adjust func(*hiring.Day), seats ...int) {
	d.opened(id, at, seats...)
	day := *d.ledger.book(id).day
	day.Admission = hiring.AdmitScheduled
	if adjust != nil {
		adjust(&day)
	}
	d.apply([]change{{kind: hiring.DayOpened, day: &day}})
}

// arrange solves a day and applies what follows. It returns the pairs.
func (d *desk) arrange(t interface{ Fatal(...any) }, day hiring.DayID, now time.Time, ranked ...hiring.Match) []pairing {
	b := d.ledger.book(day)
	can := slices.DeleteFunc(slices.Clone(ranked), func(m hiring.Match) bool { return invitable(b, d.surroundings(), m, now) != nil })
	plan, err := questionOf(b, d.surroundings(), can, now).solve()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := seatPairs(b, d.surroundings(), plan.pairs, "plan", now, nameOf(day))
	if err != nil {
		t.Fatal(err)
	}
	d.apply(changes)
	d.apply(answered(d.surroundings(), b, plan.answers))
	return plan.pairs
}

func wishing(day hiring.DayID, l hiring.LearnerRef, talks int, openings ...hiring.OpeningID) hiring.DayCommand {
	return hiring.DayCommand{Day: day, Do: hiring.DoWish, ByLink: true, Wishes: &hiring.Wishes{Learner: l, Talks: talks, Openings: openings}}
}

// answersOf are the codes of a learner's answers, in the order of the wishes.
func (d *desk) answersOf(day hiring.DayID, l hiring.LearnerRef) (codes []hiring.WishCode) {
	w := d.ledger.book(day).wishes[l]
	if w == nil {
		return nil
	}
	for _, a := range w.Answers {
		codes = append(codes, a.Code)
	}
	return codes
}

// Who ranks higher gets the talk that both wished for; the other gets the next wish, and hears why.
func TestArrangeGivesReasons(t *testing.T) {
	d := newDesk("a", "b", "c", "d")
	at := start.AddDate(0, 0, 14)
	d.scheduled("s", at, func(day *hiring.Day) {
		day.Openings = []hiring.OpeningID{"o1", "else"}
		day.Hosts = []hiring.EmployerName{"Someone Else"}
		day.Interviewers = []hiring.Interviewer{{ID: "ana", Employer: employer, Languages: []string{"es-ES"}}, {ID: "ben", Employer: "Someone Else"}}
	}, 2)
	d.learners["c"].Languages = []string{"en"}
	for _, c := range []hiring.DayCommand{wishing("s", "a", 1, "o1", "else"), wishing("s", "b", 0, "o1", "else"), wishing("s", "c", 0, "o1"), wishing("s", "d", 0, "o1")} {
		if err := d.do(c, start); err != nil {
			t.Fatal(err)
		}
	}
	pairs := d.arrange(t, "s", start, match("o1", "a", 900_000), match("o1", "b", 800_000), match("o1", "c", 950_000), match("else", "a", 900_000), match("else", "b", 100_000))
	if len(pairs) != 2 || pairs[0].interviewer != "ana" || pairs[1].match.Learner != "b" {
		t.Fatalf("pairs %+v", pairs)
	}
	want := map[hiring.LearnerRef][]hiring.WishCode{
		"a": {hiring.WishGranted, hiring.WishPreferred}, "b": {hiring.WishOutranked, hiring.WishGranted},
		"c": {hiring.WishNoLanguage}, "d": {hiring.WishNotRanked},
	}
	for l, codes := range want {
		if got := d.answersOf("s", l); !slices.Equal(got, codes) {
			t.Errorf("%s is answered %v, want %v", l, got, codes)
		}
	}
	if w := d.ledger.book("s").wishes["b"]; w.Answers[0].Above != 1 || w.Answers[0].Places != 1 {
		t.Errorf("b hears of %+v", w.Answers[0])
	}
}

// A talk that is given back goes to the next; everybody else's stands, and who gave it back is left alone.
func TestArrangeAgainAfterADropout(t *testing.T) {
	d := newDesk("a", "b", "c")
	d.scheduled("s", start.AddDate(0, 0, 14), nil, 1, 1)
	ranked := []hiring.Match{match("o1", "a", 900_000), match("o1", "b", 800_000), match("o1", "c", 700_000)}
	first := d.arrange(t, "s", start, ranked...)
	if len(first) != 2 || first[0].match.Learner != "a" || first[1].match.Learner != "b" {
		t.Fatalf("first %+v", first)
	}
	if err := d.do(accepting("s", "o1", "b", hiring.DoAccept), start); err != nil {
		t.Fatal(err)
	}
	if again := d.arrange(t, "s", start, ranked...); len(again) != 0 {
		t.Fatalf("nothing happened, and %+v are invited", again)
	}
	if err := d.do(accepting("s", "o1", "a", hiring.DoDecline), start); err != nil {
		t.Fatal(err)
	}
	then := d.arrange(t, "s", start.Add(time.Hour), ranked...)
	if len(then) != 1 || then[0].match.Learner != "c" || !then[0].slot.Start.Equal(first[0].slot.Start) {
		t.Errorf("then %+v", then)
	}
	if inv := d.ledger.book("s").invitations[nameOf("s")("o1", "b")]; inv.Status != hiring.Accepted || !inv.Slot.Start.Equal(first[1].slot.Start) {
		t.Errorf("b sits at %+v", inv)
	}
}

func TestWishesAreTakenUntilTheDayIsSolved(t *testing.T) {
	at := start.AddDate(0, 0, 14)
	solving := hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "s", Do: hiring.DoSolve, Command: "now"}
	as := func(a hiring.Actor, c hiring.DayCommand) hiring.DayCommand { c.ByLink, c.Actor = false, a; return c }
	learner := func(id string) hiring.Actor { return hiring.Actor{Role: hiring.RoleLearner, Subject: id} }
	tests := []struct {
		name   string
		before []hiring.DayCommand
		do     hiring.DayCommand
		now    time.Time
		code   hiring.Code
	}{
		{"by link", nil, wishing("s", "a", 0, "o1"), start, ""},
		{"as oneself", nil, as(learner("id-a"), wishing("s", "a", 0, "o1")), start, ""},
		{"as another", nil, as(learner("id-b"), wishing("s", "a", 0, "o1")), start, hiring.NotFound},
		{"as the employer", nil, as(hr, wishing("s", "a", 0, "o1")), start, hiring.NotFound},
		{"as the operator", nil, as(operator, wishing("s", "a", 0, "o1")), start, ""},
		{"nobody", nil, wishing("s", "zed", 0, "o1"), start, hiring.NotFound},
		{"for nothing", nil, wishing("s", "a", 0), start, hiring.Invalid},
		{"for what is not there", nil, wishing("s", "a", 0, "else"), start, hiring.Invalid},
		{"twice the same", nil, wishing("s", "a", 0, "o1", "o1"), start, hiring.Invalid},
		{"for too many talks", nil, wishing("s", "a", hiring.MaxTalks+1, "o1"), start, hiring.Invalid},
		{"another time", []hiring.DayCommand{wishing("s", "a", 0, "o1")}, wishing("s", "a", 0, "o2"), start, ""},
		{"once solved", []hiring.DayCommand{solving}, wishing("s", "a", 0, "o1"), start, hiring.Conflict},
		{"after the deadline", nil, wishing("s", "a", 0, "o1"), at, hiring.Conflict},
		{"on another kind of day", nil, wishing("plain", "a", 0, "o1"), start, hiring.Conflict},
		{"solving", nil, solving, start, ""},
		{"solving twice", []hiring.DayCommand{solving}, solving, start, ""},
		{"solving after the deadline", nil, solving, at, hiring.Conflict},
		{"solving another kind of day", nil, func() hiring.DayCommand { c := solving; c.Day = "plain"; return c }(), start, hiring.Conflict},
		{"solving as a learner", nil, as(learner("id-a"), solving), start, hiring.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk("a", "b")
			d.scheduled("s", at, nil, 1)
			d.opened("plain", at, 1)
			for _, c := range tt.before {
				if err := d.do(c, start); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.do(tt.do, tt.now); hiring.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %q", err, tt.code)
			}
			w := d.ledger.book("s").wishes["a"]
			if tt.do.Do == hiring.DoWish && tt.code == "" && (w == nil || !slices.Equal(w.Openings, tt.do.Wishes.Openings)) {
				t.Errorf("wishes are %+v", w)
			}
		})
	}
}

// A day that nobody had solved is solved in time for everybody to answer, to the second.
func TestSolvedInTime(t *testing.T) {
	d := newDesk("a")
	d.scheduled("s", start.AddDate(0, 0, 14), nil, 1)
	by := d.ledger.book("s").day.SolveBy()
	if got := d.settle("s", by.Add(-1)); len(got) != 0 {
		t.Errorf("too early: %+v", got)
	}
	if got := d.settle("s", by); len(got) != 1 || got[0].kind != hiring.DaySolved || !got[0].day.SolvedAt.Equal(by) {
		t.Errorf("at %v: %+v", by, got)
	}
	if got := d.settle("s", by); len(got) != 0 {
		t.Errorf("twice: %+v", got)
	}
}

func TestSchedulable(t *testing.T) {
	d := newDesk()
	day := hiring.Day{
		Admission: hiring.AdmitScheduled, Openings: []hiring.OpeningID{"o1", "else"}, Slots: slotsFrom(start, 2, 1),
		Interviewers: []hiring.Interviewer{{ID: "ana", Employer: employer}, {ID: "bo", Employer: employer}},
	}
	if err := schedulable(&day, d.surroundings()); hiring.CodeOf(err) != hiring.Impossible {
		t.Errorf("an employer without interviewers: %v", err)
	}
	day.Openings = []hiring.OpeningID{"o1"}
	if err := schedulable(&day, d.surroundings()); hiring.CodeOf(err) != hiring.Impossible {
		t.Errorf("fewer seats than interviewers: %v", err)
	}
	day.Slots = slotsFrom(start, 2, 2)
	if err := schedulable(&day, d.surroundings()); err != nil {
		t.Error(err)
	}
}

// The codes of answers are those of the solver, and some of this package's own.
func TestCodesAgree(t *testing.T) {
	for _, c := range []schedule.Code{
		schedule.Granted, schedule.NotRanked, schedule.NoLanguage, schedule.NoSharedTime, schedule.NoPlace, schedule.Preferred, schedule.Outranked,
		schedule.Promised, schedule.Crowded, schedule.Crossed,
	} {
		if !slices.Contains(hiring.WishCodes[:], hiring.WishCode(c)) {
			t.Errorf("%s has no counterpart", c)
		}
	}
}

// Whatever is wished, accepted, declined and left to expire, and however often the day is solved again: no learner and no interviewer
// has two talks at a time, on this day or another, no slot more than its seats, and a talk that was kept stays where it is.
func TestSolvedDaysNeverClash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		refs := []hiring.LearnerRef{"a", "b", "c", "d", "e", "f"}
		d := newDesk(refs...)
		at, now := start.AddDate(0, 0, 14), start
		d.scheduled("s", at, func(day *hiring.Day) {
			if rapid.Bool().Draw(t, "interviewers") {
				day.Interviewers = []hiring.Interviewer{{ID: "ana", Employer: employer}, {ID: "bo", Employer: employer, Breaks: []hiring.Span{{Start: at, End: at.Add(time.Hour)}}}}
			}
		}, 2, 2, 2)
		for _, l := range refs {
			if rapid.Bool().Draw(t, "busy") {
				slot := slotsFrom(at.Add(30*time.Minute), 1)[0]
				d.apply([]change{{booking: &hiring.Booking{Learner: l, Talks: []hiring.Talk{{Day: "other", Slot: slot, Invitation: "x"}}}}})
			}
			if rapid.Bool().Draw(t, "wishes") {
				openings := rapid.Permutation([]hiring.OpeningID{"o1", "o2"}).Draw(t, "openings")
				if err := d.do(wishing("s", l, rapid.IntRange(0, 3).Draw(t, "talks"), openings...), now); err != nil {
					t.Fatal(err)
				}
			}
		}
		var ranked []hiring.Match
		for _, l := range refs {
			for _, o := range []hiring.OpeningID{"o1", "o2"} {
				ranked = append(ranked, match(o, l, hiring.Score(rapid.IntRange(1, 9).Draw(t, "score"))*100_000))
			}
		}
		for range rapid.IntRange(1, 5).Draw(t, "rounds") {
			kept := heldTalks(d, "s")
			d.arrange(t, "s", now, ranked...)
			soundDay(t, d, "s", kept)
			now = now.Add(10 * time.Minute)
			for _, ref := range slices.Sorted(maps.Keys(d.ledger.book("s").invitations)) {
				inv := d.ledger.book("s").invitations[ref]
				do := rapid.SampledFrom([]hiring.DayAction{hiring.DoAccept, hiring.DoDecline, hiring.DoRead, ""}).Draw(t, "reply")
				if do != "" && inv.Status.Live() {
					_ = d.do(accepting("s", inv.Opening, inv.Learner, do), now) // a refusal changes nothing
				}
			}
			d.settle("s", now)
		}
	})
}

// heldTalks are the times that a day keeps, by invitation.
func heldTalks(d *desk, day hiring.DayID) map[hiring.Ref]time.Time {
	list := map[hiring.Ref]time.Time{}
	for ref, inv := range d.ledger.book(day).invitations {
		if held := inv.Held(); held != nil {
			list[ref] = held.Start
		}
	}
	return list
}

func soundDay(t *rapid.T, d *desk, day hiring.DayID, kept map[hiring.Ref]time.Time) {
	b := d.ledger.book(day)
	used := map[string]bool{}
	seats := map[int64]int{}
	for ref, inv := range b.invitations {
		held := inv.Held()
		if was, before := kept[ref]; before && (held == nil || !held.Start.Equal(was)) {
			t.Errorf("%s was moved by solving again", ref)
		}
		if held == nil {
			continue
		}
		for _, who := range []string{"learner " + string(inv.Learner), "interviewer " + inv.Interviewer} {
			key := fmt.Sprint(who, held.Start.Unix())
			if used[key] && who != "interviewer " {
				t.Errorf("%s has two talks at %v", who, held.Start)
			}
			used[key] = true
		}
		if booking := d.ledger.bookings[inv.Learner]; booking != nil && inv.Status != hiring.Accepted {
			if _, clash := booking.Clash(*held); clash {
				t.Errorf("%s is kept a seat while they have another talk", inv.Learner)
			}
		}
		seats[held.Start.Unix()]++
	}
	for _, s := range b.day.Slots {
		if seats[s.Start.Unix()] > s.Seats {
			t.Errorf("%d sit in a slot of %d", seats[s.Start.Unix()], s.Seats)
		}
	}
}
