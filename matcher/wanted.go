package matcher

import (
	"math"
	"time"
)

// wanted is what all openings ask for, by skill: one learner is ranked against all of them without a look at each.
//
// How far a learner meets a requirement depends on the skill that it asks for and on the level wanted, and on nothing else of the
// opening. So a learner has one credit for each skill asked for, at each level. A requirement stands in the list of the skill that it
// asks for, as an entry with its share of the opening's weight, w/W; what it adds for its opening is one product. Openings that stand
// in none of the lists of what a learner meets are never touched.
//
// That makes M/W exactly, but for rounding, which is upwards. What breadth costs is bounded from below: a skill that meets two
// requirements counts as used twice. Those who may be among the best by this are scored as everybody else is: see [tally.score].
type wanted struct {
	asked [][]entry   // by skill asked for; ascending
	met   [][]meeting // by skill held: what it meets, of the skills ever asked for
	known []bool      // by skill asked for: it stands in met
	terms []terms     // by opening
}

// An entry is one requirement: 24 bits of share, rounded up, 3 of level, and whether it is a must-have.
type entry struct {
	opening int32
	what    uint32
}

const wholeShare = 1 << 24

func (p entry) share() uint64 { return uint64(p.what >> 4) }
func (p entry) level() uint32 { return p.what >> 1 & 7 }

// levels are those that an opening may want, 0 for any.
const levels = 6

// meeting is one skill asked for that a skill held meets.
type meeting struct {
	skill  int32
	credit int32 // of the relation, millionths
	holds  bool  // enough for a must-have
}

// terms are what else decides about an opening.
type terms struct {
	from, to int64 // open between, in Unix nanoseconds
	total    int64 // W
	musts    uint8
	plain    bool // whoever meets anything with a weight scores above zero
}

// grow makes room for so many skills and openings.
func (d *wanted) grow(skills, openings int) {
	if n := skills - len(d.asked); n > 0 {
		d.asked = append(d.asked, make([][]entry, n)...)
		d.met = append(d.met, make([][]meeting, n)...)
		d.known = append(d.known, make([]bool, n)...)
	}
	if n := openings - len(d.terms); n > 0 {
		d.terms = append(d.terms, make([]terms, n)...)
	}
}

// drop takes opening n out of the lists of the skills that it asks for.
func (d *wanted) drop(n int32, asks []int32) {
	for _, skill := range asks {
		list := d.asked[skill]
		from := search(list, n)
		to := from
		for to < len(list) && list[to].opening == n {
			to++
		}
		d.asked[skill] = append(list[:from], list[to:]...)
	}
}

// put takes opening n in. Those that take nobody, whatever the time, stay out.
func (d *wanted) put(n int32, row *openingRow) {
	d.terms[n] = termsOf(row)
	if row.opening.Withdrawn || len(row.opening.Held) > 0 || row.total == 0 {
		return
	}
	for i, skill := range row.asks {
		w := row.wishes[i]
		share := (uint64(w.weight)*wholeShare + uint64(row.total) - 1) / uint64(row.total)
		p := entry{n, uint32(share)<<4 | uint32(w.level)<<1}
		if w.must {
			p.what |= 1
		}
		list := append(d.asked[skill], entry{})
		at := search(list[:len(list)-1], n+1)
		copy(list[at+1:], list[at:])
		list[at] = p
		d.asked[skill] = list
	}
	d.meet(row)
}

// meet notes by which skills those that an opening asks for are met.
func (d *wanted) meet(row *openingRow) {
	for _, r := range row.reaches {
		if skill := row.asks[r.ask]; !d.known[skill] {
			d.met[r.skill] = append(d.met[r.skill], meeting{skill, r.credit, r.holds})
		}
	}
	for _, skill := range row.asks {
		d.known[skill] = true
	}
}

// search returns where the entries of n begin, or would. The newest number is the common case.
func search(list []entry, n int32) int {
	low, high := 0, len(list)
	if high > 0 && list[high-1].opening < n {
		return high
	}
	for low < high {
		if mid := (low + high) / 2; list[mid].opening < n {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func termsOf(row *openingRow) terms {
	t := terms{from: math.MinInt64, to: math.MaxInt64, total: row.total, plain: row.countable(maxBreadth)}
	if o := row.opening; o.ValidFrom != nil {
		t.from = nanoseconds(*o.ValidFrom)
	}
	if o := row.opening; o.ValidThrough != nil {
		t.to = nanoseconds(*o.ValidThrough)
	}
	for _, w := range row.wishes {
		if w.must {
			t.musts++
		}
	}
	return t
}

// nanoseconds is t in Unix nanoseconds, the nearest there are (1678 to 2262).
func nanoseconds(t time.Time) int64 {
	switch s := t.Unix(); {
	case s < math.MinInt64/1_000_000_000:
		return math.MinInt64
	case s >= math.MaxInt64/1_000_000_000:
		return math.MaxInt64
	}
	return t.UnixNano()
}
