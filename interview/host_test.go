package interview

import (
	"testing"

	"matchday/hiring"
)

// Who waits because their time was cancelled is told so once, whatever changes later.
func TestDroppedIsToldOnce(t *testing.T) {
	at := start.AddDate(0, 0, 7)
	d := seatedDesk(t, at)
	day := *d.ledger.book("d1").day
	day.Zone, day.Revision, day.Slots = "UTC", 1, day.Slots[1:]
	day.Slots[0].Seats = 0 // nobody can be offered another
	d.apply([]change{{kind: hiring.DayChanged, day: &day}})
	if told := d.settle("d1", start); len(told) != 2 || told[0].kind != hiring.InvitationChanged || d.invitation("a").Status != hiring.Waiting {
		t.Fatalf("the time was cancelled: %+v", told)
	}
	later := day
	later.Revision, later.Details, later.Link = 2, 2, "https://meet.example.org/new"
	d.apply([]change{{kind: hiring.DayChanged, day: &later}})
	for _, c := range d.settle("d1", start) {
		if c.invitation != nil && c.invitation.Learner == "a" {
			t.Errorf("told again: %s", c.kind)
		}
	}
	again := later
	again.Slots = slotsFrom(day.Slots[0].Start, 1)
	d.apply([]change{{kind: hiring.DayChanged, day: &again}})
	if c := d.settle("d1", start); len(c) != 1 || c[0].kind != hiring.InvitationOffered || len(d.settle("d1", start)) != 0 {
		t.Errorf("a seat is free: %+v", c)
	}
}

// Who moves a solved talk gets an interviewer who is there then and free, or is refused and keeps what they have.
func TestMoveFindsAnInterviewer(t *testing.T) {
	at := start.AddDate(0, 0, 14)
	slots := slotsFrom(at, 2, 2, 2, 2)
	span := func(i int) []hiring.Span { return []hiring.Span{{Start: slots[i].Start, End: slots[i].End}} }
	d := newDesk("a", "b")
	d.learners["a"].Languages = []string{"es-MX"}
	d.scheduled("s", at, func(day *hiring.Day) {
		day.Interviewers = []hiring.Interviewer{
			{ID: "w1", Employer: employer, Breaks: span(1)}, {ID: "w2", Employer: employer, Languages: []string{"es"}, Hours: []hiring.Span{{Start: at, End: slots[2].End}}},
			{ID: "w3", Employer: "Someone Else"}, {ID: "w4", Employer: employer, Languages: []string{"de"}},
		}
	}, 4, 4, 4, 4)
	pairs := []pairing{{match("o1", "a", 900_000), slots[0], "w1"}, {match("o1", "b", 800_000), slots[3], "w1"}}
	changes, err := seatPairs(d.ledger.book("s"), d.surroundings(), pairs, "plan", start, nameOf("s"))
	if err != nil {
		t.Fatal(err)
	}
	d.apply(changes)
	for _, l := range []hiring.LearnerRef{"a", "b"} {
		if err := d.do(accepting("s", "o1", l, hiring.DoAccept), start); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		to   int
		with string // "" where the move is refused
	}{{1, "w2"}, {3, ""}, {2, "w2"}, {0, "w2"}} {
		inv := d.ledger.book("s").invitations[nameOf("s")("o1", "a")]
		was := *inv
		c := accepting("s", "o1", "a", hiring.DoMove)
		c.Slot = &slots[tt.to].Start
		err := d.do(c, start)
		inv = d.ledger.book("s").invitations[nameOf("s")("o1", "a")]
		if tt.with == "" {
			if hiring.CodeOf(err) != hiring.Conflict || !inv.Slot.Start.Equal(was.Slot.Start) || inv.Interviewer != was.Interviewer {
				t.Errorf("to %d: %v, with %q at %v", tt.to, err, inv.Interviewer, inv.Slot.Start)
			}
			continue
		}
		if err != nil || inv.Interviewer != tt.with || !inv.Slot.Start.Equal(slots[tt.to].Start) {
			t.Errorf("to %d: %v, with %q, want %q", tt.to, err, inv.Interviewer, tt.with)
		}
	}
}
