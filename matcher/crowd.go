package matcher

import (
	"iter"
	"math"
	"slices"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// strength is how a skill is held: at one level, with proofs that are believed alike, and that expire or never do.
type strength struct {
	share  int16 // how far the proof is believed, thousandths
	level  uint8
	lapses bool
}

// A list is of all learners who hold one skill in one strength. A skill has variants; a listing tells what every list stands for.
type (
	variant struct {
		list kernel.List
		strength
	}
	listed struct {
		skill int32
		strength
	}
	listing []listed
)

// skills goes through the skills of a profile, each with its proofs.
func (l listing) skills(proofs []proof) iter.Seq2[int32, []proof] {
	return func(yield func(int32, []proof) bool) {
		for rest := proofs; len(rest) > 0; {
			skill, n := l[rest[0].list].skill, 1
			for n < len(rest) && l[rest[n].list].skill == skill {
				n++
			}
			if !yield(skill, rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// prove reports whether any of the proofs is of a skill.
func (l listing) prove(proofs []proof, skill int32) bool {
	return slices.ContainsFunc(proofs, func(e proof) bool { return l[e.list].skill == skill })
}

// fewRows is how many learners a crowd needs before a better order pays.
const fewRows = 4096

// list returns the list of those who have the same evidence, making one when there is none.
func (ix *index) list(e *hiring.Evidence) kernel.List {
	skill := ix.number(e.Skill)
	own := strength{int16(proofShare(e.Proof)), uint8(e.Level), e.Expires != nil}
	for _, v := range ix.variants[skill] {
		if v.strength == own {
			return v.list
		}
	}
	list := kernel.List(len(ix.lists))
	ix.lists = append(ix.lists, listed{skill, own})
	ix.variants[skill] = append(ix.variants[skill], variant{list, own})
	return list
}

// kinds says for every list which is the first of its skill.
func (ix *index) kinds() kernel.Kinds {
	kinds := make(kernel.Kinds, len(ix.lists))
	for l, of := range ix.lists {
		kinds[l] = ix.variants[of.skill][0].list
	}
	return kinds
}

// record is a learner as the kernel keeps it.
func (ix *index) record(n int32) kernel.Record { return ix.records([]kernel.Row{kernel.Row(n)})[0] }

// records are learners as the kernel keeps them: each with the lists of all proofs, a list once.
func (ix *index) records(rows []kernel.Row) []kernel.Record {
	proofs := 0
	for _, n := range rows {
		proofs += len(ix.learners[n].proofs)
	}
	records, lists := make([]kernel.Record, len(rows)), make([]kernel.List, 0, proofs)
	for i, n := range rows {
		p, first := &ix.learners[n], len(lists)
		for _, of := range ix.lists.skills(p.proofs) {
			own := len(lists)
			for _, e := range of {
				if !slices.Contains(lists[own:], e.list) {
					lists = append(lists, e.list)
				}
			}
		}
		records[i] = kernel.Record{Row: n, Load: uint32(min(p.rarity, math.MaxUint32)), Size: ix.size(p), Lists: lists[first:len(lists):len(lists)]}
	}
	return records
}

// crowd returns the kernel's view of all visible learners, as they stand. It is made when it is first asked for after a start, a new
// table or a great change, and follows small changes.
func (ix *index) crowd() *kernel.View {
	ix.making.Lock()
	defer ix.making.Unlock()
	if ix.kernel == nil {
		var rows []kernel.Row
		for n := range ix.learners {
			if ix.learners[n].visible {
				rows = append(rows, kernel.Row(n))
			}
		}
		ix.kernel = kernel.New(ix.records(rows), kernel.Options{})
		if len(rows) >= fewRows {
			go ix.kernel.Merge(ix.kinds()) // for its order
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
		go k.Merge(ix.kinds())
	}
}
