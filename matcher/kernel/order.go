package kernel

import (
	"cmp"
	"slices"
)

// Kinds say, by list, which list stands for its kind; one beyond them for itself. Lists of a kind (a skill's levels and proofs, say)
// count as one for the order of rows: a query that asks for one asks for all of them, with weights that differ little.
type Kinds []List

// of returns the kinds of a row's lists, each once.
func (k Kinds) of(lists []List) []List {
	kinds := slices.Clone(lists)
	for i, l := range lists {
		if int(l) < len(k) {
			kinds[i] = k[l]
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// arranged returns the records in an order that lets rows with the same lists share blocks: sorted by their rarest list that has
// a block's worth of rows, then by the next rarest, and so on. What rows share then stands in few blocks and full words, so that
// bounds are tight and the index small.
func arranged(records []Record) []Record {
	counts := (&builder{}).frequencies(records)
	type ranked struct {
		record Record
		by     []List
	}
	list := make([]ranked, len(records))
	for i, r := range records {
		by := make([]List, 0, len(r.Lists))
		for _, l := range r.Lists {
			if counts[l] >= blockRows {
				by = append(by, l)
			}
		}
		slices.SortFunc(by, func(a, b List) int { return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(a, b)) })
		list[i] = ranked{r, by}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(slices.Compare(a.by, b.by), cmp.Compare(a.record.Row, b.record.Row))
	})
	sorted := make([]Record, len(list))
	for i := range list {
		sorted[i] = list[i].record
	}
	return sorted
}

// frequencies counts the records of each list.
func (b *builder) frequencies(records []Record) []uint32 {
	b.count(records)
	return b.counts
}

// bisected returns the records in the order of recursive bisection, begun from the order of arranged.
func bisected(records []Record, kinds Kinds) []Record {
	alike := make([]Record, len(records)) // of kinds; its rows are indexes of records
	for i, r := range records {
		alike[i] = Record{Row: Row(i), Lists: kinds.of(r.Lists)}
	}
	alike = arranged(alike)
	lists := 0
	rows := make([]int32, len(records))
	for i, r := range alike {
		rows[i] = int32(i)
		for _, l := range r.Lists {
			lists = max(lists, int(l)+1)
		}
	}
	newCutter(alike, lists).bisect(rows, 0)
	sorted := make([]Record, len(rows))
	for i, r := range rows {
		sorted[i] = records[alike[r].Row]
	}
	return sorted
}
