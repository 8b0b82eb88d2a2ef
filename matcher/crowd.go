package matcher

import (
	"math"

	"matchday/matcher/kernel"
)

// variant is the list of all learners who hold a skill at one level with one proof, of those that expire or of those that never do.
type variant struct {
	level, share int32
	lapses       bool
	list         kernel.List
}

// fewRows is how many learners a crowd needs before a better order pays.
const fewRows = 4096

// list returns the list of a skill with such a proof, making one when there is none.
func (ix *index) list(skill int32, p proof, lapses bool) kernel.List {
	level, share := int32(p.level), int32(p.share)
	for _, v := range ix.variants[skill] {
		if v.level == level && v.share == share && v.lapses == lapses {
			return v.list
		}
	}
	l := ix.lists
	ix.lists++
	ix.variants[skill] = append(ix.variants[skill], variant{level, share, lapses, l})
	return l
}

// record is a learner as the kernel keeps it.
func (ix *index) record(n int32) kernel.Record {
	p := &ix.learners[n]
	return kernel.Record{Row: kernel.Row(n), Load: uint32(min(p.rarity, math.MaxUint32)), Size: ix.size(p), Lists: p.lists}
}

// crowd returns the kernel's view of all visible learners, as they stand. It is made when it is first asked for after a start, a new
// table or a great change, and follows small changes.
func (ix *index) crowd() *kernel.View {
	ix.making.Lock()
	defer ix.making.Unlock()
	if ix.kernel == nil {
		var records []kernel.Record
		for n := range ix.learners {
			if ix.learners[n].visible {
				records = append(records, ix.record(int32(n)))
			}
		}
		ix.kernel = kernel.New(records, kernel.Options{})
		if len(records) >= fewRows {
			go ix.kernel.Merge() // for its order
		}
	}
	return ix.kernel.View()
}

// expect prepares for n learners about to change: when that is a good part of all, the crowd is made anew afterwards.
func (ix *index) expect(n int) {
	if n > 64+len(ix.learners)/8 {
		ix.kernel = nil
	}
}

// follow brings the crowd up to date with a learner.
func (ix *index) follow(n int32) {
	switch {
	case ix.kernel == nil:
	case ix.learners[n].visible:
		ix.kernel.Put(ix.record(n))
	default:
		ix.kernel.Remove(kernel.Row(n))
	}
}

// tidy begins a merge when one is due.
func (ix *index) tidy() {
	if k := ix.kernel; k != nil && k.Due() {
		go k.Merge()
	}
}
