package interview

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// machine drives the decider with commands in any order, repeated and late, over two days whose slots overlap in time.
type machine struct {
	*desk
	now  time.Time
	late []held
	sent map[hiring.Ref]bool
	over map[hiring.Ref]bool // invitations that reached a final status
	n    int
}

// held is a decision that was made and is not in the log yet: another process's, or one of a process that crashes before the
// answer. It lands only when its expectations hold still.
type held struct {
	changes []change
	day     hiring.DayID
	expect  map[string]uint64
}

var (
	machineDays     = []hiring.DayID{"d1", "d2"}
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
		if inv := c.invitation; inv != nil {
			if c.kind == hiring.InvitationSent && m.sent[inv.Ref] {
				t.Fatalf("invitation %s was sent twice", inv.Ref)
			}
			if m.over[inv.Ref] {
				t.Fatalf("invitation %s became %s after its end", inv.Ref, inv.Status)
			}
			m.sent[inv.Ref], m.over[inv.Ref] = true, !inv.Status.Live()
		}
	}
	m.apply(h.changes)
}

func (m *machine) command(t *rapid.T, do hiring.DayAction) {
	day := rapid.SampledFrom(machineDays).Draw(t, "day")
	c := hiring.DayCommand{Day: day, Ref: hiring.Ref(day), Do: do, ByLink: true, Asked: hiring.Asked{Actor: operator}}
	if m.n++; rapid.Bool().Draw(t, "new command") {
		c.Command = fmt.Sprintf("c%d", m.n)
	}
	b := m.ledger.book(day)
	if do != hiring.DoClose && do != hiring.DoCancel && do != hiring.DoOpen {
		refs := slices.Sorted(maps.Keys(b.invitations))
		if len(refs) == 0 {
			return
		}
		c.Invitation = rapid.SampledFrom(refs).Draw(t, "invitation")
	}
	if do == hiring.DoAccept && rapid.Bool().Draw(t, "with slot") {
		slot := rapid.SampledFrom(b.day.Slots).Draw(t, "slot")
		c.Slot = &slot.Start
	}
	changes, _ := decide(b, m.surroundings(), c, m.now)
	m.commit(t, day, changes)
}

func (m *machine) invite(t *rapid.T) {
	day := rapid.SampledFrom(machineDays).Draw(t, "day")
	var ranked []hiring.Match
	for range rapid.IntRange(1, 6).Draw(t, "ranked") {
		ranked = append(ranked, match(rapid.SampledFrom([]hiring.OpeningID{"o1", "o2"}).Draw(t, "opening"),
			rapid.SampledFrom(machineLearners).Draw(t, "learner"), hiring.Score(rapid.IntRange(0, 3).Draw(t, "score"))))
	}
	b := m.ledger.book(day)
	if !b.inviting(m.now) {
		return
	}
	var changes []change
	for _, inv := range m.choose(day, m.now, ranked...) {
		changes = append(changes, change{kind: hiring.InvitationSent, invitation: &inv})
	}
	m.commit(t, day, changes)
}

// check holds the invariants, counted anew from the invitations.
func (m *machine) check(t *rapid.T) {
	talks := map[hiring.LearnerRef]map[hiring.Ref]hiring.Slot{}
	for _, id := range machineDays {
		b := m.ledger.book(id)
		live, taken := 0, map[int64]int{}
		liveOf := map[hiring.LearnerRef]int{}
		for _, inv := range b.invitations {
			if !inv.Status.Live() {
				continue
			}
			live++
			if liveOf[inv.Learner]++; liveOf[inv.Learner] > 1 {
				t.Fatalf("%s has two live invitations on %s", inv.Learner, id)
			}
			if inv.Status == hiring.Accepted {
				taken[inv.Slot.Start.Unix()]++
				if talks[inv.Learner] == nil {
					talks[inv.Learner] = map[hiring.Ref]hiring.Slot{}
				}
				talks[inv.Learner][inv.Ref] = *inv.Slot
			}
		}
		if live > b.day.Seats() || live != b.live {
			t.Fatalf("%s: %d live invitations (counted as %d) for %d seats", id, live, b.live, b.day.Seats())
		}
		for i, s := range b.day.Slots {
			if n := taken[s.Start.Unix()]; n > s.Seats || b.frees()[i]+n != s.Seats {
				t.Fatalf("%s slot %d: %d accepted, %d free, %d seats", id, i, n, b.frees()[i], s.Seats)
			}
		}
	}
	for _, l := range machineLearners {
		m.checkBooking(t, l, talks[l])
	}
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

func TestSeatsHoldInAnyOrderOfCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{
			desk: newDesk(machineLearners...), now: start, sent: map[hiring.Ref]bool{}, over: map[hiring.Ref]bool{},
		}
		m.opened("d1", machineStart, 1, 2)
		m.opened("d2", machineStart.Add(30*time.Minute), 2, 1)
		for _, day := range machineDays { // half of the seats are offered from the first, so that most runs get to the replies
			for _, inv := range m.desk.invite(day, m.now, match("o1", "a", 3), match("o1", "b", 2)) {
				m.sent[inv.Ref] = true
			}
		}
		actions := map[string]func(*rapid.T){
			"invite": m.invite,
			"settle": func(t *rapid.T) {
				day := rapid.SampledFrom(machineDays).Draw(t, "day")
				m.commit(t, day, settle(m.ledger.book(day), m.surroundings(), m.now))
			},
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
			"erase": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					l := rapid.SampledFrom(machineLearners).Draw(t, "learner")
					m.learners[l] = &hiring.Learner{Ref: l, Erased: true}
				}
			},
			"hide": func(t *rapid.T) {
				if l := m.learners[rapid.SampledFrom(machineLearners).Draw(t, "learner")]; !l.Erased {
					l.Visible = !l.Visible
				}
			},
			"opening": func(t *rapid.T) {
				o := m.openings[rapid.SampledFrom([]hiring.OpeningID{"o1", "o2"}).Draw(t, "opening")]
				o.Withdrawn = rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0
			},
			"cancel": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					m.command(t, hiring.DoCancel)
				}
			},
			"close":   func(t *rapid.T) { m.command(t, hiring.DoClose) },
			"accept":  func(t *rapid.T) { m.command(t, hiring.DoAccept) },
			"accept2": func(t *rapid.T) { m.command(t, hiring.DoAccept) }, // as often again: most of the rules are about it
			"decline": func(t *rapid.T) { m.command(t, hiring.DoDecline) },
			"read":    func(t *rapid.T) { m.command(t, hiring.DoRead) },
			"":        m.check,
		}
		t.Repeat(actions)
	})
}
