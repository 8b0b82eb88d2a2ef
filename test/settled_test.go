package test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"matchday/hiring"
)

// settled reads the whole log and judges every round by it.
func (h *history) settled() {
	t := h.in.t
	t.Helper()
	b := h.readBooks()
	lost := 0
	for n, r := range h.rounds {
		lost += r.lost(b)
		log := r.written(b.facts)
		result := porcupine.CheckOperationsTimeout(seatModel(), narrow(r.ops, log), time.Minute)
		if result != porcupine.Ok {
			for _, op := range r.ops {
				t.Logf("%9d %9d  %s", op.Call/1000, op.Return/1000, describe(op.Input, op.Output))
			}
			t.Errorf("round %d of %d calls, seed %d: linearizable: %s; the log says %+v", n, len(r.ops), h.seed, result, log)
		}
	}
	calls := 0
	for _, n := range h.outcomes {
		calls += n
	}
	t.Logf("%d rounds, %d calls %v; longest wait for a decision %v; "+
		"%d facts, %d seats taken in the end, %d double seats, %d lost acceptances",
		len(h.rounds), calls, h.outcomes, h.longest.Round(time.Millisecond), len(b.facts), len(b.seated), b.double, lost)
	if b.double != 0 || lost != 0 {
		t.Errorf("%d double seats, %d lost acceptances", b.double, lost)
	}
}

// lost counts the acceptances that were answered with a seat which no fact gives.
func (r *clients) lost(b *books) (n int) {
	for _, op := range r.ops {
		c, o := op.Input.(call), op.Output.(told)
		if o.what == given && !slices.ContainsFunc(b.accepted[hiring.Ref(r.refs[c.who])], r.start(o.slot).Equal) {
			n++
		}
	}
	return n
}

// books is what the facts of a log add up to.
type books struct {
	facts    []hiring.Fact
	seated   map[hiring.Ref]hiring.Invitation // who sits somewhere now
	accepted map[hiring.Ref][]time.Time       // every slot that an invitation was ever accepted for
	double   int                              // people in a slot beyond what it seats, or in two talks at once, at any time
}

// readBooks folds the log fact by fact. In the end bookings must say the same as invitations.
func (h *history) readBooks() *books {
	t := h.in.t
	t.Helper()
	b := &books{facts: h.in.facts(), seated: map[hiring.Ref]hiring.Invitation{}, accepted: map[hiring.Ref][]time.Time{}}
	sitting, bookings := map[string]int{}, map[hiring.LearnerRef]hiring.Booking{}
	place := func(inv hiring.Invitation) string { return fmt.Sprint(inv.Day, inv.Slot.Start.Unix()) }
	for _, f := range b.facts {
		switch f.Kind() {
		case hiring.KindBooking:
			k := decoded[hiring.Booking](t, f)
			bookings[k.Learner] = k
		case hiring.KindInvitation:
			inv := decoded[hiring.Invitation](t, f)
			if was, ok := b.seated[inv.Ref]; ok {
				sitting[place(was)]--
				delete(b.seated, inv.Ref)
			}
			if inv.Status != hiring.Accepted {
				continue
			}
			if sitting[place(inv)]++; sitting[place(inv)] > slotSeats {
				b.double++
			}
			b.seated[inv.Ref] = inv
			b.accepted[inv.Ref] = append(b.accepted[inv.Ref], inv.Slot.Start)
		}
	}
	talks := 0
	for _, k := range bookings {
		talks += len(k.Talks)
		for i, talk := range k.Talks {
			if inv, ok := b.seated[talk.Invitation]; !ok || !inv.Slot.Start.Equal(talk.Slot.Start) || inv.Learner != k.Learner {
				t.Errorf("%s is booked for %+v and does not sit there", k.Learner, talk)
			}
			if i > 0 && talk.Slot.Start.Before(k.Talks[i-1].Slot.End) {
				b.double++
			}
		}
	}
	if talks != len(b.seated) {
		t.Errorf("%d talks are booked, and %d learners sit in one", talks, len(b.seated))
	}
	return b
}

func decoded[T any](t testing.TB, f hiring.Fact) (v T) {
	t.Helper()
	if err := json.Unmarshal(f.Data, &v); err != nil {
		t.Fatalf("fact %d: %v", f.Seq, err)
	}
	return v
}

// entry is a change of a day's seats that stands in the log.
type entry struct {
	who  int
	do   string
	slot int // of an accept
}

// written lists the changes of the round's day in the order of the log.
func (r *clients) written(facts []hiring.Fact) (log []entry) {
	did := map[string]string{
		hiring.InvitationAccepted: "accept", hiring.InvitationDeclined: "decline", hiring.InvitationReturned: "withdraw",
	}
	for _, f := range facts {
		if do := did[f.Type]; do != "" {
			if inv := decoded[hiring.Invitation](r.in.t, f); string(inv.Day) == r.day {
				e := entry{who: slices.Index(r.refs, string(inv.Ref)), do: do}
				if do == "accept" {
					e.slot = r.slot(inv.Slot.Start)
				}
				log = append(log, e)
			}
		}
	}
	return log
}

// narrow takes the log's word for the order of the changes: from it follows an order of all calls, if there is one. Each call is then said
// to have begun when its turn came, which is no earlier than it was made, so that an order found for what is returned is one of the
// whole history. Porcupine finds that at once, where 64 clients at a time leave too many orders to try. A call of unknown outcome that
// wrote nothing is left out: it never happened. Where the log's order is none, the history is returned as it was.
func narrow(ops []porcupine.Operation, log []entry) []porcupine.Operation {
	wrote := writers(ops, log)
	order := ordered(ops, wrote)
	if order == nil {
		return ops
	}
	n, turn := int64(len(order)), int64(0)
	list := make([]porcupine.Operation, 0, n)
	for i, at := range order {
		op := ops[at]
		turn = max(turn, op.Call)
		op.Call = turn*n + int64(i) // several have their turn at one time
		if op.Return != never {
			op.Return = op.Return*n + n - 1
		}
		list = append(list, op)
	}
	return list
}

// may reports whether a call can have written the entry.
func (e entry) may(c call, o told) bool {
	if c.do != e.do || c.who != e.who || o.what != given && o.what != done && o.what != unknown {
		return false
	}
	return c.do != "accept" || (c.slot == anySlot || c.slot == e.slot) && (o.what != given || o.slot == e.slot)
}

// writers returns the calls that wrote the entries of the log: of each the first that can have.
func writers(ops []porcupine.Operation, log []entry) (wrote []int) {
	for _, e := range log {
		first := -1
		for i, op := range ops {
			if e.may(op.Input.(call), op.Output.(told)) && (first < 0 || op.Call < ops[first].Call) {
				first = i
			}
		}
		if first >= 0 && !slices.Contains(wrote, first) {
			wrote = append(wrote, first)
		}
	}
	return wrote
}

// ordered puts the calls in an order in which those that wrote come as given, nobody comes after one who was called when they had
// returned, and everybody was told what is so; nil when there is none. Who changes nothing comes as soon as they can: it hinders no one.
func ordered(ops []porcupine.Operation, wrote []int) (order []int) {
	var left []int
	for i, op := range ops {
		if op.Output.(told).what != unknown && !slices.Contains(wrote, i) {
			left = append(left, i)
		}
	}
	state := newSeats()
	for len(left)+len(wrote) > 0 {
		bound := int64(never)
		for _, i := range slices.Concat(left, wrote) {
			bound = min(bound, ops[i].Return)
		}
		fits := func(i int) (seats, bool) {
			next, want := state.next(ops[i].Input.(call))
			got := ops[i].Output.(told)
			return next, ops[i].Call <= bound && (got.what == unknown || got == want)
		}
		at := slices.IndexFunc(left, func(i int) bool {
			next, ok := fits(i)
			return ok && next == state
		})
		if at >= 0 {
			order, left = append(order, left[at]), slices.Delete(left, at, at+1)
			continue
		}
		if len(wrote) == 0 {
			return nil
		}
		next, ok := fits(wrote[0])
		if !ok {
			return nil
		}
		order, wrote, state = append(order, wrote[0]), wrote[1:], next
	}
	return order
}
