package interview

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// machine drives the decider with commands in any order, repeated and late, over three days whose slots overlap in time.
type machine struct {
	*desk
	now  time.Time
	late []held
	sent map[hiring.Ref]bool
	over map[hiring.Ref]bool // invitations that reached a final status
	// waited are the days on which somebody waited: they come before those who were invited and have not answered.
	waited map[hiring.DayID]bool
	past   []hiring.DayCommand // commands that were given, to be given again
	n      int
}

// held is a decision that was made and is not in the log yet: another process's, or one of a process that crashes before the
// answer. It lands only when its expectations hold still.
type held struct {
	changes []change
	day     hiring.DayID
	expect  map[string]uint64
}

var (
	machineDays     = []hiring.DayID{"d1", "d2", "d3"} // the third is scheduled as a whole
	machineLearners = []hiring.LearnerRef{"a", "b", "c", "d"}
	machineStart    = start.AddDate(0, 0, 2)
)

func (m *machine) expectations(day hiring.DayID, changes []change) map[string]uint64 {
	expect := map[string]uint64{}
	for _, c := range changes {
		if c.invitation != nil {
			expect["fence"] = m.ledger.book(day).fence
			continue
		}
		expect[subject(c)] = m.ledger.seen[subject(c)]
	}
	return expect
}

// commit applies changes, at once or late.
func (m *machine) commit(t *rapid.T, day hiring.DayID, changes []change) {
	h := held{changes, day, m.expectations(day, changes)}
	m.checkDecision(t, day, changes)
	if len(changes) > 0 && rapid.IntRange(0, 4).Draw(t, "late") == 0 {
		m.late = append(m.late, h)
		return
	}
	m.land(t, h)
}

func (m *machine) land(t *rapid.T, h held) {
	if !maps.Equal(h.expect, m.expectations(h.day, h.changes)) {
		return // the broker refuses it
	}
	for _, c := range h.changes {
		inv := c.invitation
		if inv == nil {
			continue
		}
		if c.kind == hiring.InvitationSent && m.sent[inv.Ref] {
			t.Fatalf("invitation %s was sent twice", inv.Ref)
		}
		if m.over[inv.Ref] {
			t.Fatalf("invitation %s became %s after its end", inv.Ref, inv.Status)
		}
		m.sent[inv.Ref], m.over[inv.Ref] = true, !inv.Status.Live()
		m.waited[h.day] = m.waited[h.day] || inv.Status == hiring.Waiting
		m.checkStep(t, m.ledger.book(h.day).invitations[inv.Ref], inv)
	}
	m.apply(h.changes)
}

// checkStep holds what must be true of one change of an invitation.
func (m *machine) checkStep(t *rapid.T, old, next *hiring.Invitation) {
	if old == nil {
		return
	}
	if next.Sequence < old.Sequence {
		t.Fatalf("invitation %s went back to sequence %d", next.Ref, next.Sequence)
	}
	if old.Slot != nil && next.Sequence == old.Sequence && (next.Slot == nil || !next.Slot.Start.Equal(old.Slot.Start)) {
		t.Fatalf("invitation %s changed its slot and not its sequence", next.Ref)
	}
	if (next.Slot != nil) != (next.Status == hiring.Accepted) {
		t.Fatalf("invitation %s is %s with slot %v", next.Ref, next.Status, next.Slot)
	}
	if old.Status == hiring.Accepted && next.Status == hiring.Waiting && next.Former == nil {
		t.Fatalf("invitation %s lost its seat without a trace", next.Ref)
	}
}

// checkDecision holds what a decision must respect on what it knows, counted anew from the ledger: nothing is accepted at or after its
// end, nobody is invited whom the limits protect.
func (m *machine) checkDecision(t *rapid.T, day hiring.DayID, changes []change) {
	sent := map[hiring.EmployerName]int{}
	for _, c := range changes {
		inv := c.invitation
		if inv == nil {
			continue
		}
		if old := m.ledger.book(day).invitations[inv.Ref]; old != nil && c.kind == hiring.InvitationAccepted {
			if until := old.Until(); !until.IsZero() && !m.now.Before(until) {
				t.Fatalf("%s was accepted at %v, and stood until %v", inv.Ref, m.now, until)
			}
		}
		if c.kind != hiring.InvitationSent {
			continue
		}
		if sent[inv.Employer]++; m.doubtful[inv.Employer] && m.ledger.sent[inv.Employer]+sent[inv.Employer] > hiring.MaxUnverified {
			t.Fatalf("%s sends invitation %d unverified", inv.Employer, m.ledger.sent[inv.Employer]+sent[inv.Employer])
		}
		inWeek := 0
		for _, had := range m.ledger.history(inv.Learner) {
			if had.Status == hiring.Declined && had.EndedAt.After(m.now.Add(-30*24*time.Hour)) {
				t.Fatalf("%s is invited again after declining %s", inv.Learner, had.Ref)
			}
			if had.SentAt.After(m.now.Add(-7*24*time.Hour)) && had.Day != "d3" {
				inWeek++
			}
		}
		if day != "d3" && inWeek >= m.perWeek {
			t.Fatalf("%s is invited %d times in a week", inv.Learner, inWeek+1)
		}
	}
}

// draw makes a command.
func (m *machine) draw(t *rapid.T, do hiring.DayAction) (c hiring.DayCommand, ok bool) {
	day := rapid.SampledFrom(machineDays).Draw(t, "day")
	c = hiring.DayCommand{Day: day, Ref: hiring.Ref(day), Do: do, Asked: hiring.Asked{Actor: operator}}
	if m.n++; rapid.Bool().Draw(t, "new command") {
		c.Command = fmt.Sprintf("c%d", m.n)
	}
	b := m.ledger.book(day)
	switch do {
	case hiring.DoClose, hiring.DoCancel, hiring.DoOpen, hiring.DoHold, hiring.DoArchive:
		return c, true
	case hiring.DoChange:
		c.Change = m.drawChange(t, b)
		return c, true
	}
	refs := slices.Sorted(maps.Keys(b.invitations))
	if len(refs) == 0 {
		return c, false
	}
	c.Invitation = rapid.SampledFrom(refs).Draw(t, "invitation")
	switch do {
	case hiring.DoAttend:
		c.Attendance = &hiring.Attendance{Presence: rapid.SampledFrom(hiring.Presences[:]).Draw(t, "presence"), Minutes: rapid.IntRange(0, 30).Draw(t, "minutes")}
		c.ByLink = rapid.Bool().Draw(t, "by link")
	case hiring.DoOutcome:
		c.Outcome = &hiring.Outcome{Result: rapid.SampledFrom([]hiring.Result{hiring.GotOffer, hiring.Hired, hiring.TurnedDown, hiring.NotOffered}).Draw(t, "result")}
		c.ByLink = rapid.Bool().Draw(t, "by link")
	}
	if do == hiring.DoMove || do == hiring.DoPropose || do == hiring.DoAccept && rapid.Bool().Draw(t, "with slot") {
		at := rapid.SampledFrom(b.day.Slots).Draw(t, "slot").Start
		if do == hiring.DoPropose {
			at = at.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "halves")) * 30 * time.Minute)
		}
		c.Slot = &at
	}
	return c, true
}

const localMinute = "2006-01-02T15:04"

// drawChange makes a change of a day: another place, a slot moved, cancelled or added.
func (m *machine) drawChange(t *rapid.T, b *daybook) *hiring.DayChange {
	at := rapid.SampledFrom(b.day.Slots).Draw(t, "slot").Start
	from := at.Format(localMinute)
	to := at.Add(time.Duration(rapid.IntRange(-6, 6).Draw(t, "quarters")) * 15 * time.Minute).Format(localMinute)
	switch rapid.IntRange(0, 3).Draw(t, "what") {
	case 0:
		text := fmt.Sprintf("gate %d", m.n)
		return &hiring.DayChange{Access: &text}
	case 1:
		return &hiring.DayChange{Drop: []string{from}}
	case 2:
		return &hiring.DayChange{Add: []hiring.LocalSlot{{Start: to, Minutes: 60, Seats: rapid.IntRange(1, 2).Draw(t, "seats")}}}
	}
	return &hiring.DayChange{Move: []hiring.SlotMove{{From: from, To: to}}}
}

// command gives a command, or now and then one again that was given before.
func (m *machine) command(t *rapid.T, do hiring.DayAction) {
	c, ok := m.draw(t, do)
	if !ok {
		return
	}
	if len(m.past) > 0 && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
		c = rapid.SampledFrom(m.past).Draw(t, "which")
	} else {
		m.past = append(m.past, c)
	}
	changes, err := decide(m.ledger.book(c.Day), m.surroundings(), c, m.now)
	late := len(m.late)
	m.commit(t, c.Day, changes)
	if err != nil || len(changes) == 0 || len(m.late) > late {
		return
	}
	if changes, err := decide(m.ledger.book(c.Day), m.surroundings(), c, m.now); c.Command != "" && (err != nil || len(changes) > 0) {
		t.Fatalf("%s again at once: %d changes, %v", c.Do, len(changes), err)
	}
}

func (m *machine) ranked(t *rapid.T) (ranked []hiring.Match) {
	for range rapid.IntRange(1, 6).Draw(t, "ranked") {
		ranked = append(ranked, match(rapid.SampledFrom([]hiring.OpeningID{"o1", "o2"}).Draw(t, "opening"),
			rapid.SampledFrom(machineLearners).Draw(t, "learner"), hiring.Score(rapid.IntRange(0, 3).Draw(t, "score"))))
	}
	return ranked
}

func (m *machine) invite(t *rapid.T) {
	day := rapid.SampledFrom(machineDays).Draw(t, "day")
	ranked := m.ranked(t)
	b := m.ledger.book(day)
	if !b.refills(m.now) {
		return
	}
	var changes []change
	for _, inv := range m.choose(day, m.now, ranked...) {
		changes = append(changes, change{kind: hiring.InvitationSent, invitation: &inv})
	}
	m.commit(t, day, changes)
}

// named invites learners by name.
func (m *machine) named(t *rapid.T) {
	day := rapid.SampledFrom(machineDays[:2]).Draw(t, "day")
	c := hiring.DayCommand{Day: day, Do: hiring.DoInvite, Command: "named", Asked: hiring.Asked{Actor: operator}}
	changes, err := inviteThese(m.ledger.book(day), m.surroundings(), c, m.ranked(t)[:1], m.now, nameOf(day))
	if err == nil {
		m.commit(t, day, changes)
	}
}

// solve solves the scheduled day as it stands, and invites: while the day invites, no pair of a plan is ever refused.
func (m *machine) solve(t *rapid.T) {
	b := m.ledger.book("d3")
	ranked := slices.DeleteFunc(m.ranked(t), func(r hiring.Match) bool { return invitable(b, m.surroundings(), r, m.now) != nil })
	plan, err := questionOf(b, m.surroundings(), ranked, m.now).solve()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := seatPairs(b, m.surroundings(), plan.pairs, "solve", m.now, nameOf("d3"))
	switch {
	case err == nil:
		m.commit(t, "d3", changes)
	case b.inviting(m.now):
		t.Fatal(err)
	}
}

// check holds the invariants, counted anew from the invitations.
func (m *machine) check(t *rapid.T) {
	talks := map[hiring.LearnerRef]map[hiring.Ref]hiring.Slot{}
	for _, id := range machineDays {
		b := m.ledger.book(id)
		live, pending, taken := 0, 0, map[int64]int{}
		for _, inv := range b.invitations {
			if !inv.Status.Live() {
				continue
			}
			live++
			held := inv.Held()
			if held == nil {
				if inv.Status.Pending() {
					pending++
				}
				continue
			}
			taken[movedTo(b.day, held.Start).Unix()]++
			if inv.Status == hiring.Accepted {
				if talks[inv.Learner] == nil {
					talks[inv.Learner] = map[hiring.Ref]hiring.Slot{}
				}
				talks[inv.Learner][inv.Ref] = *inv.Slot
			}
		}
		if live != b.live || pending != b.pending {
			t.Fatalf("%s: %d live (counted as %d), %d pending (%d)", id, live, b.live, pending, b.pending)
		}
		if b.day.Wave == 0 && b.day.Revision == 0 && !m.waited[id] && pending > b.spare() {
			t.Fatalf("%s: %d may still accept and %d seats are free", id, pending, b.spare())
		}
		for i, s := range b.day.Slots {
			if n, most := taken[s.Start.Unix()], b.day.Capacity(s); n > most || b.frees()[i]+n != most {
				t.Fatalf("%s slot %d: %d sit there, %d free, it takes %d", id, i, n, b.frees()[i], most)
			}
		}
	}
	for _, l := range machineLearners {
		m.checkBooking(t, l, talks[l])
	}
}

// settleAll settles every day until nothing is due, and looks whether a seat was lost: none is free while one waits who could sit there.
func (m *machine) settleAll(t *rapid.T) {
	for _, id := range machineDays {
		b := m.ledger.book(id)
		for n := 0; ; n++ {
			changes := settle(b, m.surroundings(), m.now)
			if len(changes) == 0 {
				break
			}
			if n > 1000 {
				t.Fatalf("%s does not settle", id)
			}
			m.land(t, held{changes, id, m.expectations(id, changes)})
		}
		for _, inv := range b.queue() {
			for _, s := range b.day.Slots {
				if _, clash := m.ledger.bookings[inv.Learner].Clash(s); b.free(s) > 0 && m.now.Before(s.Start) && !clash {
					t.Fatalf("%s: %s waits while a seat is free at %v", id, inv.Ref, s.Start)
				}
			}
		}
		for _, inv := range b.invitations {
			if until := inv.Until(); !until.IsZero() && !m.now.Before(until) {
				t.Fatalf("%s: %s is %s past its end", id, inv.Ref, inv.Status)
			}
			if held := inv.Held(); held != nil && b.running() && m.now.Before(held.Start) {
				if _, there := b.day.Slot(held.Start); !there {
					t.Fatalf("%s: %s sits at %v, which the day has no more", id, inv.Ref, held.Start)
				}
			}
		}
	}
	m.check(t)
}

// checkBooking compares a learner's booking with what they accepted, and looks for overlaps.
func (m *machine) checkBooking(t *rapid.T, l hiring.LearnerRef, accepted map[hiring.Ref]hiring.Slot) {
	var talks []hiring.Talk
	if b := m.ledger.bookings[l]; b != nil {
		talks = b.Talks
	}
	if len(talks) != len(accepted) {
		t.Fatalf("%s accepted %d talks and is booked for %d", l, len(accepted), len(talks))
	}
	for i, talk := range talks {
		if accepted[talk.Invitation] != talk.Slot {
			t.Fatalf("%s is booked for %+v", l, talk)
		}
		if i > 0 && talk.Slot.Start.Before(talks[i-1].Slot.End) {
			t.Fatalf("%s sits in two talks at once", l)
		}
	}
}

// machineOf sets three days up: some in waves, some overbooked, half of the seats offered from the first, so that most runs get to the
// replies.
func machineOf(t *rapid.T) *machine {
	m := &machine{desk: newDesk(machineLearners...), now: start, sent: map[hiring.Ref]bool{}, over: map[hiring.Ref]bool{}, waited: map[hiring.DayID]bool{}}
	m.opened("d1", machineStart, 1, 2)
	m.opened("d2", machineStart.Add(30*time.Minute), 2, 1)
	m.opened("d3", machineStart.Add(15*time.Minute), 1, 1, 1)
	d1, d2, d3 := m.ledger.book("d1").day, m.ledger.book("d2").day, m.ledger.book("d3").day
	d1.Wave = rapid.SampledFrom([]int{0, 0, 1, 4}).Draw(t, "wave")
	d2.NoShow = rapid.SampledFrom([]hiring.Score{0, hiring.MaxNoShow}).Draw(t, "no-show")
	d2.OfferWithin = 600
	d3.Admission = hiring.AdmitScheduled
	m.doubtful[employer] = rapid.IntRange(0, 3).Draw(t, "doubtful") == 0
	m.perWeek = rapid.IntRange(1, 3).Draw(t, "per week")
	for _, day := range machineDays[:2] {
		for _, inv := range m.desk.invite(day, m.now, match("o1", "a", 3), match("o1", "b", 2)) {
			m.sent[inv.Ref] = true
		}
	}
	return m
}

func (m *machine) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"invite": m.invite,
		"named":  m.named,
		"solve":  m.solve,
		"settle": func(t *rapid.T) {
			day := rapid.SampledFrom(machineDays).Draw(t, "day")
			m.commit(t, day, settle(m.ledger.book(day), m.surroundings(), m.now))
		},
		"settle all": m.settleAll,
		"late": func(t *rapid.T) {
			if len(m.late) > 0 {
				i := rapid.IntRange(0, len(m.late)-1).Draw(t, "which")
				m.land(t, m.late[i])
				m.late = slices.Delete(m.late, i, i+1)
			}
		},
		"time": func(t *rapid.T) {
			m.now = m.now.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "minutes")) * time.Minute)
		},
		"leap": func(t *rapid.T) {
			if rapid.IntRange(0, 7).Draw(t, "rarely") == 0 {
				m.now = m.now.Add(time.Duration(rapid.IntRange(1, 24).Draw(t, "hours")) * time.Hour)
			}
		},
		"erase": func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
				l := rapid.SampledFrom(machineLearners).Draw(t, "learner")
				m.learners[l] = &hiring.Learner{Ref: l, Erased: true}
			}
		},
		"hide": func(t *rapid.T) {
			if l := m.learners[rapid.SampledFrom(machineLearners).Draw(t, "learner")]; !l.Erased {
				l.Visible = rapid.IntRange(0, 2).Draw(t, "visible") > 0
			}
		},
		"opening": func(t *rapid.T) {
			o := m.openings[rapid.SampledFrom([]hiring.OpeningID{"o1", "o2"}).Draw(t, "opening")]
			o.Withdrawn = rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0
		},
		"verify": func(t *rapid.T) { m.doubtful[employer] = rapid.Bool().Draw(t, "doubtful") },
		"accept2": func(t *rapid.T) { // as often again: most of the rules are about it
			m.command(t, hiring.DoAccept)
		},
		"": m.check,
	}
	for _, do := range []hiring.DayAction{
		hiring.DoAccept, hiring.DoDecline, hiring.DoRead, hiring.DoWait, hiring.DoPropose, hiring.DoAgree, hiring.DoRefuse, hiring.DoMove,
		hiring.DoWithdraw, hiring.DoChange, hiring.DoAttend, hiring.DoOutcome,
	} {
		actions[string(do)] = func(t *rapid.T) { m.command(t, do) }
	}
	for _, do := range []hiring.DayAction{hiring.DoClose, hiring.DoCancel, hiring.DoHold, hiring.DoArchive} {
		actions[string(do)] = func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
				m.command(t, do)
			}
		}
	}
	return actions
}

func TestSeatsHoldInAnyOrderOfCommands(t *testing.T) {
	checks(t, times(10_000, 300))
	rapid.Check(t, func(t *rapid.T) {
		m := machineOf(t)
		t.Repeat(m.actions())
		m.settleAll(t)
	})
}

// checks makes rapid run the properties of a test that often.
func checks(t *testing.T, n int) {
	t.Helper()
	old := flag.Lookup("rapid.checks").Value.String()
	if err := flag.Set("rapid.checks", strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set("rapid.checks", old); err != nil {
			t.Error(err)
		}
	})
}
