package interview

import (
	"cmp"
	"encoding/json"
	"fmt"

	"matchday/hiring"
)

// opening stands for the command that opened a day where it had no id.
const opening = "open"

// ledger holds every day, invitation and booking. Facts carry whole states, so it takes them in any order and keeps the newest of
// each subject: a process folds its own facts as soon as they are acknowledged, before the log brings them round.
type ledger struct {
	books    map[hiring.DayID]*daybook
	dayOf    map[hiring.Ref]hiring.DayID // by invitation
	invited  map[hiring.LearnerRef][]hiring.Ref
	bookings map[hiring.LearnerRef]*hiring.Booking
	sent     map[hiring.EmployerName]int // invitations that an employer ever sent
	code     func(hiring.Ref) string     // the reply code of an invitation
	codes    map[string]hiring.Ref       // invitations by reply code; "" for two of one code, which open neither
	seen     map[string]uint64           // last sequence by subject
}

func newLedger(code func(hiring.Ref) string) *ledger {
	return &ledger{
		sent: map[hiring.EmployerName]int{}, code: code, codes: map[string]hiring.Ref{},
		books:    map[hiring.DayID]*daybook{},
		dayOf:    map[hiring.Ref]hiring.DayID{},
		invited:  map[hiring.LearnerRef][]hiring.Ref{},
		bookings: map[hiring.LearnerRef]*hiring.Booking{},
		seen:     map[string]uint64{},
	}
}

// book returns what is known of a day; an empty book for a day never heard of.
func (l *ledger) book(id hiring.DayID) *daybook {
	if b := l.books[id]; b != nil {
		return b
	}
	return newDaybook()
}

// keep returns the day's book to write in.
func (l *ledger) keep(id hiring.DayID) *daybook {
	b := l.books[id]
	if b == nil {
		b = newDaybook()
		l.books[id] = b
	}
	return b
}

// invitation returns the day's book and the invitation, or nil.
func (l *ledger) invitation(ref hiring.Ref) (*daybook, *hiring.Invitation) {
	b := l.book(l.dayOf[ref])
	return b, b.invitations[ref]
}

// byRef returns the book of the day with this ref, or nil.
func (l *ledger) byRef(ref hiring.Ref) *daybook {
	for _, b := range l.books {
		if b.day != nil && b.day.Ref == ref {
			return b
		}
	}
	return nil
}

// fold takes one fact of the log. Facts of other kinds do nothing.
func (l *ledger) fold(f hiring.Fact) (change, error) {
	c := change{kind: f.Type}
	var into any
	switch f.Kind() {
	case hiring.KindDay:
		c.day = new(hiring.Day)
		into = c.day
	case hiring.KindInvitation:
		c.invitation = new(hiring.Invitation)
		into = c.invitation
	case hiring.KindBooking:
		c.booking = new(hiring.Booking)
		into = c.booking
	case hiring.KindWish:
		c.wishes = new(hiring.Wishes)
		into = c.wishes
	default:
		return change{}, nil
	}
	if err := json.Unmarshal(f.Data, into); err != nil {
		return change{}, fmt.Errorf("fact %d (%s): decoding the body: %w", f.Seq, f.Type, err)
	}
	l.apply(c, f.Subject, f.Seq)
	if c.invitation != nil {
		l.keep(c.invitation.Day).heard(f.Type, f.Time) // once: the log brings each fact round once
	}
	return c, nil
}

// apply takes a change that stands in the log at seq. An older state than the one known changes nothing.
func (l *ledger) apply(c change, subject string, seq uint64) {
	if seq <= l.seen[subject] {
		return
	}
	l.seen[subject] = seq
	switch {
	case c.day != nil:
		b := l.keep(c.day.ID)
		b.day = c.day
		if c.kind == hiring.DayOpened {
			b.opener = cmp.Or(c.day.Command, opening)
		}
	case c.invitation != nil:
		inv := c.invitation
		if _, known := l.dayOf[inv.Ref]; !known {
			l.dayOf[inv.Ref] = inv.Day
			l.invited[inv.Learner] = append(l.invited[inv.Learner], inv.Ref)
			l.sent[inv.Employer]++
			l.index(inv.Ref)
		}
		b := l.keep(inv.Day)
		if c.kind == hiring.InvitationSent && inv.Command != "" {
			b.sentBy[inv.Command]++
		}
		b.put(inv)
		b.fence = max(b.fence, seq)
	case c.booking != nil:
		l.bookings[c.booking.Learner] = c.booking
	case c.wishes != nil && c.kind == hiring.WishesAsked:
		l.keep(c.wishes.Day).asked[c.wishes.Learner] = true
	case c.wishes != nil:
		l.keep(c.wishes.Day).wishes[c.wishes.Learner] = c.wishes
	}
}

func (l *ledger) index(ref hiring.Ref) {
	code := l.code(ref)
	if _, taken := l.codes[code]; taken {
		ref = ""
	}
	l.codes[code] = ref
}

// history lists every invitation that a learner ever got.
func (l *ledger) history(ref hiring.LearnerRef) []*hiring.Invitation {
	list := make([]*hiring.Invitation, 0, len(l.invited[ref]))
	for _, i := range l.invited[ref] {
		if _, inv := l.invitation(i); inv != nil {
			list = append(list, inv)
		}
	}
	return list
}
