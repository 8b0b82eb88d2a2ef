package kernel

import (
	"sync"
	"sync/atomic"
)

// Bounds of the runs that updates collect in.
const (
	smallRun = 8 * blockRows // rows of a run that full blocks merge into,
	mostRun  = tileRows      // and of one that such runs merge into
	fewFresh = 4 * tileRows  // rows beside the base from which a merge may be due
)

// Options choose how an index works.
type Options struct {
	// Portable keeps to pure Go even where the processor has what the vector leaf needs.
	Portable bool
	// Exhaustive lets Top sum every block, whatever its bound: the measure of what bounds gain.
	Exhaustive bool
	// AsGiven keeps the rows in the order given until the first merge: one that [View.Order] told is good already. It also measures what
	// a good order gains.
	AsGiven bool
}

// Index holds rows and answers queries about them. It is safe for concurrent use: writers wait for each other, readers for nobody.
type Index struct {
	options Options
	able    bool // see View

	view atomic.Pointer[View]
	pool sync.Pool // of *search

	mu      sync.Mutex // guards what follows
	builder builder
	parts   []part  // parts[0] is the base; runs follow, the newest last
	open    bool    // the newest run may take in more rows
	runs    uint32  // serial of the newest run
	places  []place // by row
	merging int     // parts that a merge is working on; they stay as they are
}

// part is a segment and which of its rows are gone.
type part struct {
	*segment
	run  uint32
	dead tombs
	gone int // rows marked in dead
}

// place says where a row stands; run 0 stands for nowhere.
type place struct{ run, position uint32 }

// New returns an index of the records, each row once.
func New(records []Record, o Options) *Index {
	ix := &Index{options: o, able: vectors(), runs: 1}
	ix.pool.New = func() any { return new(search) }
	if !o.AsGiven {
		records = arranged(records)
	}
	base := part{segment: ix.builder.build(records), run: 1}
	ix.parts = []part{base}
	ix.settle(base)
	ix.publish()
	return ix
}

// View returns the index as it stands: an immutable state that shows every Put and Remove that has returned.
func (ix *Index) View() *View { return ix.view.Load() }

// Put takes in a row, or what has become of it. r.Lists is not kept.
func (ix *Index) Put(r Record) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.bury(r.Row)
	last := len(ix.parts) - 1
	if !ix.open {
		ix.runs++
		ix.parts = append(ix.parts, part{segment: new(segment), run: ix.runs})
		ix.open = true
		last++
	}
	p := &ix.parts[last]
	ix.setPlace(r.Row, place{p.run, uint32(len(p.rows))})
	p.segment = p.with(r)
	if len(p.rows) == blockRows {
		ix.open = false
		ix.mergeRuns()
	}
	ix.publish()
}

// Remove takes out a row, if it is there.
func (ix *Index) Remove(row Row) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.bury(row)
	ix.publish()
}

// bury marks the row's former state as gone.
func (ix *Index) bury(row Row) {
	if int(row) >= len(ix.places) || ix.places[row].run == 0 {
		return
	}
	at := ix.places[row]
	for i := range ix.parts {
		if p := &ix.parts[i]; p.run == at.run {
			p.dead = p.dead.with(int(at.position))
			p.gone++
		}
	}
	ix.places[row] = place{}
}

func (ix *Index) setPlace(row Row, p place) {
	if grow := int(row) + 1 - len(ix.places); grow > 0 {
		ix.places = append(ix.places, make([]place, grow)...)
	}
	ix.places[row] = p
}

// settle notes where the rows of a new part stand.
func (ix *Index) settle(p part) {
	for i, row := range p.rows {
		ix.setPlace(row, place{p.run, uint32(i)})
	}
}

// mergeRuns merges the newest runs: full blocks into one small run, and small runs, as they fill up, into one of a tile, so that
// queries find few runs and a row is built into a new one less than ten times.
func (ix *Index) mergeRuns() {
	from := len(ix.parts) - 1
	rows := len(ix.parts[from].rows)
	for _, most := range []int{smallRun, mostRun} {
		for from > max(ix.merging, 1) && rows+len(ix.parts[from-1].rows) <= most {
			from--
			rows += len(ix.parts[from].rows)
		}
		if from == max(ix.merging, 1) || len(ix.parts[from-1].rows) > most {
			break
		}
	}
	if from == len(ix.parts)-1 {
		return
	}
	var records []Record
	for _, p := range ix.parts[from:] {
		records = append(records, p.live()...)
	}
	ix.runs++
	p := part{segment: ix.builder.build(records), run: ix.runs}
	ix.parts = append(ix.parts[:from:from], p)
	ix.settle(p)
}

// live returns the part's rows that are not gone.
func (p part) live() []Record { return p.records(p.dead.has) }

// publish makes the state visible.
func (ix *Index) publish() {
	ix.view.Store(&View{parts: append([]part(nil), ix.parts...), options: ix.options, able: ix.able, pool: &ix.pool})
}

// Due reports whether so much has changed since the last merge that another pays: an eighth of the base, and not just a little.
func (ix *Index) Due() bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	changed := ix.parts[0].gone
	for _, p := range ix.parts[1:] {
		changed += len(p.rows)
	}
	return ix.merging == 0 && changed > max(fewFresh, len(ix.parts[0].rows)/8)
}

// Merge makes one base of everything, in good order. It may run beside readers and writers, and returns at once when another merge
// is under way. See [Kinds]; nil for none. They must not change while Merge runs.
func (ix *Index) Merge(kinds Kinds) {
	ix.mu.Lock()
	if ix.merging > 0 {
		ix.mu.Unlock()
		return
	}
	old, newest := append([]part(nil), ix.parts...), ix.runs
	ix.merging, ix.open = len(old), false
	ix.mu.Unlock()

	var records []Record
	for _, p := range old {
		records = append(records, p.live()...)
	}
	base := part{segment: new(builder).build(bisected(records, kinds))}

	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.runs++
	base.run = ix.runs
	for i, row := range base.rows {
		if run := ix.places[row].run; run == 0 || run > newest {
			base.dead = base.dead.with(i) // changed in the meantime
			base.gone++
		} else {
			ix.places[row] = place{base.run, uint32(i)}
		}
	}
	ix.parts = append([]part{base}, ix.parts[ix.merging:]...)
	ix.merging = 0
	ix.publish()
}

// Order returns the rows in the order in which they stand. An index made of the same rows in this order, with [Options.AsGiven], needs
// no other.
func (v *View) Order() []Row {
	var order []Row
	for _, p := range v.parts {
		for i, row := range p.rows {
			if !p.dead.has(i) {
				order = append(order, row)
			}
		}
	}
	return order
}

// Stats measure an index.
type Stats struct {
	Rows     int // alive
	Postings int // rows on lists, those gone included
	Bytes    int // of everything that queries read
	Parts    int
}

// Stats returns the measures of the view.
func (v *View) Stats() Stats {
	s := Stats{Parts: len(v.parts)}
	for _, p := range v.parts {
		s.Rows += len(p.rows) - p.gone
		s.Postings += p.postings()
		s.Bytes += p.bytes()
	}
	return s
}
