package interview

import (
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// desk is a ledger and its surroundings without a log: what decisions publish, it takes at once.
type desk struct {
	ledger   *ledger
	learners map[hiring.LearnerRef]*hiring.Learner
	openings map[hiring.OpeningID]*hiring.Opening
	doubtful map[hiring.EmployerName]bool // who is not verified
	perWeek  int
	seq      uint64
}

func newDesk(learners ...hiring.LearnerRef) *desk {
	pay := &hiring.Pay{Min: 20, Currency: "EUR", Per: "hour"}
	d := &desk{ledger: newLedger(codeOf), learners: map[hiring.LearnerRef]*hiring.Learner{}, openings: map[hiring.OpeningID]*hiring.Opening{
		"o1": {ID: "o1", Title: "Data technician", Employer: employer, Pay: pay}, "o2": {ID: "o2", Title: "Clerk", Employer: employer, Pay: pay},
		"else": {ID: "else", Title: "Baker", Employer: "Someone Else", Pay: pay},
	}, doubtful: map[hiring.EmployerName]bool{}, perWeek: DefaultPerWeek}
	for _, l := range learners {
		d.learners[l] = &hiring.Learner{ID: hiring.LearnerID("id-" + l), Ref: l, Visible: true}
	}
	return d
}

func (d *desk) surroundings() surroundings {
	return surroundings{
		learner:  func(r hiring.LearnerRef) *hiring.Learner { return d.learners[r] },
		booking:  func(r hiring.LearnerRef) *hiring.Booking { return d.ledger.bookings[r] },
		opening:  func(id hiring.OpeningID) *hiring.Opening { return d.openings[id] },
		day:      func(id hiring.DayID) *hiring.Day { return d.ledger.book(id).day },
		history:  d.ledger.history,
		verified: func(e hiring.EmployerName) bool { return !d.doubtful[e] },
		sent:     func(e hiring.EmployerName) int { return d.ledger.sent[e] },
		perWeek:  d.perWeek,
	}
}

// codeOf stands for the vault: a reply code that can be told by sight.
func codeOf(ref hiring.Ref) string { return "code of " + string(ref) }

// subject is what a change would be published on; refs stand for themselves.
func subject(c change) string {
	switch {
	case c.day != nil:
		return "day." + string(c.day.ID)
	case c.invitation != nil:
		return "invitation." + string(c.invitation.Ref)
	case c.wishes != nil:
		return "wish." + string(c.wishes.Day) + "." + string(c.wishes.Learner)
	}
	return "booking." + string(c.booking.Learner)
}

func (d *desk) apply(changes []change) {
	for _, c := range changes {
		d.seq++
		d.ledger.apply(c, subject(c), d.seq)
	}
}

// do decides and applies.
func (d *desk) do(c hiring.DayCommand, now time.Time) error {
	changes, err := decide(d.ledger.book(c.Day), d.surroundings(), c, now)
	d.apply(changes)
	return err
}

func nameOf(day hiring.DayID) naming {
	return func(o hiring.OpeningID, l hiring.LearnerRef) hiring.Ref {
		return hiring.Ref(string(day) + "-" + string(o) + "-" + string(l))
	}
}

func (d *desk) choose(day hiring.DayID, now time.Time, ranked ...hiring.Match) []hiring.Invitation {
	b := d.ledger.book(day)
	list, _ := choose(b, d.surroundings(), ranked, b.room(now), now, nameOf(day))
	return list
}

func (d *desk) invite(day hiring.DayID, now time.Time, ranked ...hiring.Match) []hiring.Invitation {
	list := d.choose(day, now, ranked...)
	for i := range list {
		d.apply([]change{{kind: hiring.InvitationSent, invitation: &list[i]}})
	}
	return list
}

func (d *desk) settle(day hiring.DayID, now time.Time) []change {
	changes := settle(d.ledger.book(day), d.surroundings(), now)
	d.apply(changes)
	return changes
}

// slotsFrom makes slots of an hour one after another.
func slotsFrom(at time.Time, seats ...int) []hiring.Slot {
	var list []hiring.Slot
	for i, n := range seats {
		s := at.Add(time.Duration(i) * time.Hour)
		list = append(list, hiring.Slot{Start: s, End: s.Add(time.Hour), Seats: n})
	}
	return list
}

// opened puts an open day on the desk.
func (d *desk) opened(id hiring.DayID, at time.Time, seats ...int) {
	d.apply([]change{{kind: hiring.DayOpened, day: &hiring.Day{
		ID: id, Ref: hiring.Ref(id), Employer: employer, Title: "Interviews", Kind: hiring.Interviews, Zone: "UTC",
		Openings: []hiring.OpeningID{"o1", "o2"}, Slots: slotsFrom(at, seats...), ReplyWithin: 3600,
		Deadline: at.Add(-time.Hour), Status: hiring.StatusOpen,
	}}})
}

func match(o hiring.OpeningID, l hiring.LearnerRef, score hiring.Score) hiring.Match {
	return hiring.Match{Opening: o, Learner: l, Score: score}
}

func TestChoose(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	full := []hiring.Match{
		match("o1", "b", 900_000), match("o1", "a", 900_000), match("o2", "c", 950_000), match("o2", "a", 800_000),
		match("o1", "d", 500_000), match("o1", "zero", 0), match("gone", "e", 990_000),
	}
	tests := []struct {
		name    string
		prepare func(*desk)
		want    string
	}{
		{"best first, ties by learner, each learner once", func(*desk) {}, "c/o2 a/o1 b/o1 d/o1"},
		{"no more than seats", func(d *desk) { d.ledger.book("d1").day.Slots = slotsFrom(at, 1, 1) }, "c/o2 a/o1"},
		{"the day's bar", func(d *desk) { d.ledger.book("d1").day.Bar = 900_000 }, "c/o2 a/o1 b/o1"},
		{"the opening's bar where it is higher", func(d *desk) {
			d.ledger.book("d1").day.Bar = 600_000
			d.openings["o1"].Bar = 0.95
		}, "c/o2 a/o2"},
		{"a withdrawn opening invites nobody", func(d *desk) { d.openings["o2"].Withdrawn = true }, "a/o1 b/o1 d/o1"},
		{"an expired opening invites nobody", func(d *desk) {
			past := start.Add(-time.Second)
			d.openings["o1"].ValidThrough = &past
		}, "c/o2 a/o2"},
		{"the erased and the hidden are left out", func(d *desk) {
			d.learners["a"].Visible = false
			d.learners["c"] = &hiring.Learner{Ref: "c", Erased: true}
		}, "b/o1 d/o1"},
		{"who had an invitation gets no other", func(d *desk) {
			d.invite("d1", start, match("o1", "c", 900_000))
			if err := d.do(accepting("d1", "o1", "c", hiring.DoDecline), start); err != nil {
				t.Fatal(err)
			}
		}, "a/o1 b/o1 d/o1"},
		{"who could sit in no slot is left out", func(d *desk) {
			d.apply([]change{{booking: &hiring.Booking{Learner: "a", Talks: []hiring.Talk{{Day: "x", Slot: hiring.Slot{
				Start: at.Add(-time.Hour), End: at.Add(9 * time.Hour), Seats: 1,
			}}}}}})
		}, "c/o2 b/o1 d/o1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk("a", "b", "c", "d", "e", "zero")
			d.opened("d1", at, 2, 2)
			tt.prepare(d)
			var got []string
			for _, inv := range d.choose("d1", start, full...) {
				got = append(got, string(inv.Learner)+"/"+string(inv.Opening))
				if inv.Status != hiring.Sent || !inv.Expires.Equal(start.Add(time.Hour)) || inv.Match.Score == 0 {
					t.Errorf("invitation %+v", inv)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("invited %s, want %s", s, tt.want)
			}
		})
	}
}

func TestExpiryIsNoLaterThanTheDeadline(t *testing.T) {
	d := &hiring.Day{ReplyWithin: 3600, Deadline: start.Add(30 * time.Minute)}
	if got := expiry(d, start); !got.Equal(d.Deadline) {
		t.Errorf("expires %v", got)
	}
}

// accepting makes a reply by link.
func accepting(day hiring.DayID, o hiring.OpeningID, l hiring.LearnerRef, do hiring.DayAction) hiring.DayCommand {
	return hiring.DayCommand{Day: day, Ref: hiring.Ref(day), Do: do, Invitation: nameOf(day)(o, l), ByLink: true}
}

func TestReplies(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	later := at.Add(time.Hour)
	slot := func(c hiring.DayCommand, s time.Time) hiring.DayCommand { c.Slot = &s; return c }
	yes := func(l hiring.LearnerRef) hiring.DayCommand { return accepting("d1", "o1", l, hiring.DoAccept) }
	no := func(l hiring.LearnerRef) hiring.DayCommand { return accepting("d1", "o1", l, hiring.DoDecline) }
	reason := func(c hiring.DayCommand, r string) hiring.DayCommand { c.Reason = r; return c }
	as := func(c hiring.DayCommand, id string) hiring.DayCommand {
		c.ByLink, c.Actor = false, hiring.Actor{Role: hiring.RoleLearner, Subject: id}
		return c
	}
	tests := []struct {
		name   string
		before []hiring.DayCommand
		do     hiring.DayCommand
		now    time.Time
		code   hiring.Code
		says   string
		status hiring.InvitationStatus
		sits   time.Time
	}{
		{"the earliest free slot", nil, yes("a"), start, "", "", hiring.Accepted, at},
		{"the next when that is taken", []hiring.DayCommand{yes("b")}, yes("a"), start, "", "", hiring.Accepted, later},
		{"the slot asked for", nil, slot(yes("a"), later), start, "", "", hiring.Accepted, later},
		{"a slot that is taken", []hiring.DayCommand{yes("b")}, slot(yes("a"), at), start, hiring.Conflict, "no seat is left", hiring.Sent, time.Time{}},
		{"a slot that is none", nil, slot(yes("a"), at.Add(time.Minute)), start, hiring.Invalid, "slot", hiring.Sent, time.Time{}},
		{"again", []hiring.DayCommand{yes("a")}, yes("a"), start, "", "", hiring.Accepted, at},
		{"again, after its expiry", []hiring.DayCommand{yes("a")}, yes("a"), start.Add(2 * time.Hour), "", "", hiring.Accepted, at},
		{"again for another time", []hiring.DayCommand{yes("a")}, slot(yes("a"), later), start, hiring.Conflict, "another time", hiring.Accepted, at},
		{"a moment before expiry", nil, yes("a"), start.Add(time.Hour - 1), "", "", hiring.Accepted, at},
		{"at expiry", nil, yes("a"), start.Add(time.Hour), hiring.Conflict, "expired", hiring.Sent, time.Time{}},
		{"after declining", []hiring.DayCommand{no("a")}, yes("a"), start, hiring.Conflict, "declined", hiring.Declined, time.Time{}},
		{"as the learner", nil, as(yes("a"), "id-a"), start, "", "", hiring.Accepted, at},
		{"as another learner", nil, as(yes("a"), "id-b"), start, hiring.NotFound, "no such", hiring.Sent, time.Time{}},
		{"as the employer", nil, func() hiring.DayCommand { c := yes("a"); c.ByLink, c.Actor = false, hr; return c }(), start, hiring.NotFound, "", hiring.Sent, time.Time{}},
		{"declining", nil, reason(no("a"), "pay"), start, "", "", hiring.Declined, time.Time{}},
		{"declining with words of one's own", nil, reason(no("a"), "I do not like you"), start, hiring.Invalid, "reason", hiring.Sent, time.Time{}},
		{"declining at expiry", nil, no("a"), start.Add(time.Hour), hiring.Conflict, "expired", hiring.Sent, time.Time{}},
		{"declining what was accepted", []hiring.DayCommand{yes("a")}, no("a"), at.Add(-1), "", "", hiring.Declined, time.Time{}},
		{"declining once the talk has begun", []hiring.DayCommand{yes("a")}, no("a"), at, hiring.Conflict, "begun", hiring.Accepted, at},
		{"declining twice", []hiring.DayCommand{no("a")}, no("a"), start, "", "", hiring.Declined, time.Time{}},
		{"reading", nil, accepting("d1", "o1", "a", hiring.DoRead), start, "", "", hiring.Opened, time.Time{}},
		{"reading after accepting", []hiring.DayCommand{yes("a")}, accepting("d1", "o1", "a", hiring.DoRead), start, "", "", hiring.Accepted, at},
		{"accepting after reading", []hiring.DayCommand{accepting("d1", "o1", "a", hiring.DoRead)}, yes("a"), start, "", "", hiring.Accepted, at},
		{"an action that is none", nil, accepting("d1", "o1", "a", "applaud"), start, hiring.NotFound, "", hiring.Sent, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk("a", "b")
			d.opened("d1", at, 1, 1)
			d.invite("d1", start, match("o1", "a", 900_000), match("o1", "b", 800_000))
			for _, c := range tt.before {
				if err := d.do(c, start); err != nil {
					t.Fatal(err)
				}
			}
			err := d.do(tt.do, tt.now)
			if hiring.CodeOf(err) != tt.code || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want code %q saying %q", err, tt.code, tt.says)
			}
			inv := d.ledger.book("d1").invitations[nameOf("d1")("o1", "a")]
			if inv.Status != tt.status || (inv.Slot != nil) != !tt.sits.IsZero() || inv.Slot != nil && !inv.Slot.Start.Equal(tt.sits) {
				t.Errorf("status %s, slot %v", inv.Status, inv.Slot)
			}
			if talks := d.ledger.bookings["a"]; (talks != nil && len(talks.Talks) > 0) != (inv.Slot != nil) {
				t.Errorf("booking %+v", talks)
			}
		})
	}
}

func TestDayCommands(t *testing.T) {
	at := time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC) // of examplePlan
	drafting := func(spoil func(*hiring.DayPlan)) hiring.DayCommand {
		p := examplePlan()
		if spoil != nil {
			spoil(&p)
		}
		return hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: "spring", Ref: "spring", Do: hiring.DoDraft, Plan: &p}
	}
	cmd := func(do hiring.DayAction, as hiring.Actor) hiring.DayCommand {
		return hiring.DayCommand{Asked: hiring.Asked{Actor: as}, Day: "spring", Ref: "spring", Do: do}
	}
	asked := func(c hiring.DayCommand, a hiring.Actor) hiring.DayCommand { c.Actor = a; return c }
	other := hiring.Actor{Role: hiring.RoleEmployer, Subject: "Someone Else"}
	recruiter := hiring.Actor{Role: hiring.RoleRecruiter, Subject: string(employer)}
	tests := []struct {
		name   string
		before []hiring.DayCommand
		do     hiring.DayCommand
		now    time.Time
		code   hiring.Code
		status hiring.DayStatus
	}{
		{"draft", nil, drafting(nil), start, "", hiring.StatusDraft},
		{"draft without a plan", nil, cmd(hiring.DoDraft, hr), start, hiring.Invalid, ""},
		{"draft for another employer", nil, asked(drafting(nil), other), start, hiring.Forbidden, ""},
		{"draft another's day", []hiring.DayCommand{drafting(nil)}, asked(drafting(func(p *hiring.DayPlan) {
			p.Employer = "Someone Else"
		}), other), start, hiring.NotFound, hiring.StatusDraft},
		{"draft under another name", nil, drafting(func(p *hiring.DayPlan) { p.ID = "autumn" }), start, hiring.Invalid, ""},
		{"draft with another's opening", nil, drafting(func(p *hiring.DayPlan) {
			p.Openings = []hiring.OpeningID{"o1", "else"}
		}), start, hiring.Impossible, ""},
		{"draft with no such opening", nil, drafting(func(p *hiring.DayPlan) { p.Openings = []hiring.OpeningID{"none"} }), start, hiring.Impossible, ""},
		{"draft in the past", nil, drafting(nil), at, hiring.Impossible, ""},
		{"draft past its deadline", nil, drafting(nil), at.Add(-time.Hour), hiring.Impossible, ""},
		{"change the draft", []hiring.DayCommand{drafting(nil)}, drafting(func(p *hiring.DayPlan) { p.Title = "Other" }), start, "", hiring.StatusDraft},
		{"change an open day", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr)}, drafting(nil), start, hiring.Conflict, hiring.StatusOpen},
		{"open", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoOpen, recruiter), start, "", hiring.StatusOpen},
		{"open twice", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr)}, cmd(hiring.DoOpen, hr), start, "", hiring.StatusOpen},
		{"open after the deadline", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoOpen, hr), at.Add(-24 * time.Hour), hiring.Conflict, hiring.StatusDraft},
		{"open another's", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoOpen, other), start, hiring.NotFound, hiring.StatusDraft},
		{"open nothing", nil, cmd(hiring.DoOpen, operator), start, hiring.NotFound, ""},
		{"close a draft", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoClose, hr), start, hiring.Conflict, hiring.StatusDraft},
		{"close", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr)}, cmd(hiring.DoClose, operator), start, "", hiring.StatusClosed},
		{"open again", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr), cmd(hiring.DoClose, hr)}, cmd(hiring.DoOpen, hr), start, hiring.Conflict, hiring.StatusClosed},
		{"cancel a draft", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoCancel, hr), start, "", hiring.StatusCancelled},
		{"cancel a closed day", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr), cmd(hiring.DoClose, hr)}, cmd(hiring.DoCancel, hr), start, "", hiring.StatusCancelled},
		{"cancel a day that is over", []hiring.DayCommand{drafting(nil), cmd(hiring.DoOpen, hr)}, cmd(hiring.DoCancel, hr), at.AddDate(0, 0, 1), hiring.Conflict, hiring.StatusOpen},
		{"a learner cancels", []hiring.DayCommand{drafting(nil)}, cmd(hiring.DoCancel, hiring.Actor{Role: hiring.RoleLearner, Subject: "l"}), start, hiring.NotFound, hiring.StatusDraft},
		{"something else", []hiring.DayCommand{drafting(nil)}, cmd("applaud", hr), start, hiring.Invalid, hiring.StatusDraft},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk()
			for _, c := range tt.before {
				if err := d.do(c, start); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.do(tt.do, tt.now); hiring.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %q", err, tt.code)
			}
			day := d.ledger.book("spring").day
			if got := day; (got != nil) != (tt.status != "") || got != nil && got.Status != tt.status {
				t.Errorf("day %+v, want status %q", got, tt.status)
			}
		})
	}
}

func TestSettleEndsWhatIsOverInBatches(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	var refs []hiring.LearnerRef
	var ranked []hiring.Match
	for i := range settleLimit + 10 {
		l := hiring.LearnerRef("l" + time.Duration(i).String())
		refs, ranked = append(refs, l), append(ranked, match("o1", l, 900_000))
	}
	d := newDesk(refs...)
	d.opened("d1", at, 500)
	d.invite("d1", start, ranked...)
	if got := d.settle("d1", start.Add(time.Hour-1)); len(got) != 0 {
		t.Errorf("a moment before expiry %d ended", len(got))
	}
	if got := d.settle("d1", start.Add(time.Hour)); len(got) != settleLimit {
		t.Errorf("first %d ended", len(got))
	}
	if got := d.settle("d1", start.Add(time.Hour)); len(got) != 10 {
		t.Errorf("then %d ended", len(got))
	}
	if got := d.settle("d1", start.Add(time.Hour)); len(got) != 0 || d.ledger.book("d1").live != 0 {
		t.Errorf("then %d ended, %d live", len(got), d.ledger.book("d1").live)
	}
}
