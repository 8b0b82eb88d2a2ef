package kernel

import (
	"math/bits"
	"slices"
	"sync"
)

// Sizes of the layout: a word holds the bits of a block of rows, a presence word those of a tile of blocks.
const (
	blockRows  = 64
	tileBlocks = 64
	tileRows   = blockRows * tileBlocks
)

// entry is what one list has in one tile: which of its blocks it reaches, and where their words begin in the arena.
type entry struct {
	presence uint64
	base     uint32 // words[base] belongs to the first block present, words[base+1] to the second…
	tile     uint32
}

// word returns where the block's word stands; the block must be present.
func (e entry) word(block int) uint32 {
	return e.base + uint32(bits.OnesCount64(e.presence&(1<<block-1)))
}

// segment is an immutable index of rows; see the package comment for its picture.
type segment struct {
	rows    []Row    // by position
	loads   []uint32 // by position
	sizes   []uint8  // by position, to the end of the last block
	least   []uint8  // by block, to the end of the last tile: the smallest of its sizes
	ids     []List   // the lists that have rows, ascending
	first   []uint32 // entries of list ids[i] are entries[first[i]:first[i+1]]
	dense   []uint32 // by list: 1 + its index in ids, or 0; nil where few of the lists have rows
	entries []entry
	words   []uint64
}

// wordsRead is how many words the vector leaf reads at a time: as many of memory must follow the last that there is.
const wordsRead = 8

// sparse is how many lists a segment may lack for each that it has, and still be given a table of all.
const sparse = 64

// Record is a row as it is given: its number, how much it brings in all, and the lists that it stands in, each once.
type Record struct {
	Row   Row
	Load  uint32 // how much the row brings, in units of the caller's
	Size  uint8  // the same in steps of the caller's, below Sizes, which bounds are about; it does not fall when Load grows
	Lists []List
}

// builder makes segments. Its counts, by list, are all zero between uses.
type builder struct{ counts []uint32 }

// halved is from how many records on the two halves of a segment are built side by side.
const halved = 8 * tileRows

// build makes the segment of the records, in their order.
func (b *builder) build(records []Record) *segment {
	if len(records) < halved {
		return b.piece(records)
	}
	half := len(records) / 2 / tileRows * tileRows
	var first *segment
	var beside sync.WaitGroup
	beside.Go(func() { first = new(builder).piece(records[:half]) })
	second := b.piece(records[half:])
	beside.Wait()
	return joined(first, second)
}

// piece makes a segment in one go.
func (b *builder) piece(records []Record) *segment {
	n := len(records)
	s := &segment{rows: make([]Row, n), loads: make([]uint32, n), sizes: make([]uint8, whole(n, blockRows))}
	for i, r := range records {
		s.rows[i], s.loads[i], s.sizes[i] = r.Row, r.Load, r.Size
	}
	s.least = leastSizes(s.sizes[:n])
	s.ids = b.count(records)
	positions, ends := b.transpose(s.ids, records)
	s.first = make([]uint32, 1, len(s.ids)+1)
	from := uint32(0)
	for _, end := range ends {
		s.addList(positions[from:end])
		s.first = append(s.first, uint32(len(s.entries)))
		from = end
	}
	s.entries, s.words = slices.Clip(s.entries), append(make([]uint64, 0, len(s.words)+wordsRead), s.words...)
	s.tabulate()
	return s
}

// tabulate makes the table of lists, where it is not much larger than they are many.
func (s *segment) tabulate() {
	if n := len(s.ids); n > 0 && int(s.ids[n-1]) < sparse*n {
		s.dense = make([]uint32, s.ids[n-1]+1)
		for i, l := range s.ids {
			s.dense[l] = uint32(i) + 1
		}
	}
}

// joined makes one segment of two, the rows of a before those of z. a ends with a tile.
func joined(a, z *segment) *segment {
	s := &segment{
		rows: slices.Concat(a.rows, z.rows), loads: slices.Concat(a.loads, z.loads), sizes: slices.Concat(a.sizes, z.sizes),
		least: slices.Concat(a.least, z.least), ids: slices.Concat(a.ids, z.ids),
		entries: make([]entry, 0, len(a.entries)+len(z.entries)), words: make([]uint64, 0, len(a.words)+len(z.words)+wordsRead),
	}
	slices.Sort(s.ids)
	s.ids = slices.Clip(slices.Compact(s.ids))
	s.first = make([]uint32, 1, len(s.ids)+1)
	for _, l := range s.ids {
		s.takeList(a.list(l), a.words, 0)
		s.takeList(z.list(l), z.words, uint32(a.tiles()))
		s.first = append(s.first, uint32(len(s.entries)))
	}
	s.tabulate()
	return s
}

// takeList appends the entries of a list, and their words, so many tiles further on.
func (s *segment) takeList(entries []entry, words []uint64, tiles uint32) {
	if len(entries) == 0 {
		return
	}
	from, last := entries[0].base, entries[len(entries)-1]
	for _, e := range entries {
		s.entries = append(s.entries, entry{e.presence, e.base - from + uint32(len(s.words)), e.tile + tiles})
	}
	s.words = append(s.words, words[from:last.base+uint32(bits.OnesCount64(last.presence))]...)
}

// whole rounds n up to a multiple of unit.
func whole(n, unit int) int { return (n + unit - 1) / unit * unit }

func leastSizes(sizes []uint8) []uint8 {
	least := make([]uint8, whole(len(sizes), tileRows)/blockRows)
	for i := 0; i*blockRows < len(sizes); i++ {
		least[i] = slices.Min(sizes[i*blockRows : min((i+1)*blockRows, len(sizes))])
	}
	return least
}

// count counts the records of each list and returns the lists that have any, ascending.
func (b *builder) count(records []Record) (ids []List) {
	for _, r := range records {
		for _, l := range r.Lists {
			if grow := int(l) + 1 - len(b.counts); grow > 0 {
				b.counts = append(b.counts, make([]uint32, grow)...)
			}
			if b.counts[l] == 0 {
				ids = append(ids, l)
			}
			b.counts[l]++
		}
	}
	slices.Sort(ids)
	return ids
}

// transpose returns the positions of each list's records, ascending, list after list, and where each ends. It uses up the counts.
func (b *builder) transpose(ids []List, records []Record) (positions, ends []uint32) {
	n := uint32(0)
	for _, l := range ids {
		n, b.counts[l] = n+b.counts[l], n
	}
	positions = make([]uint32, n)
	for i, r := range records {
		for _, l := range r.Lists {
			positions[b.counts[l]] = uint32(i)
			b.counts[l]++
		}
	}
	ends = make([]uint32, len(ids))
	for i, l := range ids {
		ends[i], b.counts[l] = b.counts[l], 0
	}
	return positions, ends
}

// addList appends one list's entries and words.
func (s *segment) addList(positions []uint32) {
	from, block := len(s.entries), -1
	for _, p := range positions {
		if b := int(p / blockRows); b != block {
			block = b
			tile := uint32(b / tileBlocks)
			if n := len(s.entries); n == from || s.entries[n-1].tile != tile {
				s.entries = append(s.entries, entry{tile: tile, base: uint32(len(s.words))})
			}
			s.entries[len(s.entries)-1].presence |= 1 << (b % tileBlocks)
			s.words = append(s.words, 0)
		}
		s.words[len(s.words)-1] |= 1 << (p % blockRows)
	}
}

// list returns the entries of a list, in order of tile.
func (s *segment) list(l List) []entry {
	var i int
	if s.dense != nil {
		if int(l) >= len(s.dense) || s.dense[l] == 0 {
			return nil
		}
		i = int(s.dense[l]) - 1
	} else if at, found := slices.BinarySearch(s.ids, l); found {
		i = at
	} else {
		return nil
	}
	return s.entries[s.first[i]:s.first[i+1]]
}

// cursor is what is left of a list's entries when tiles are visited in order.
type cursor []entry

// from returns what is left from a tile on; the first entry must be of an earlier one.
func (c cursor) from(tile uint32) cursor {
	if ahead := int(tile - c[0].tile); ahead < len(c) && c[ahead].tile == tile { // a list that misses no tile
		return c[ahead:]
	}
	i := 1
	for i < len(c) && c[i].tile < tile {
		i++
	}
	return c[i:]
}

// at returns the entry of a tile, nil for none, and forgets those before it.
func (c *cursor) at(tile uint32) *entry {
	if len(*c) > 0 && (*c)[0].tile < tile {
		*c = c.from(tile)
	}
	if len(*c) == 0 || (*c)[0].tile != tile {
		return nil
	}
	return &(*c)[0]
}

func (s *segment) blocks() int { return (len(s.rows) + blockRows - 1) / blockRows }
func (s *segment) tiles() int  { return len(s.least) / tileBlocks }

// records returns the segment's rows as they were given, but for those that skip names; lists come in ascending order.
func (s *segment) records(skip func(position int) bool) []Record {
	records := make([]Record, 0, len(s.rows))
	index := make([]int32, len(s.rows))
	for p, row := range s.rows {
		index[p] = -1
		if !skip(p) {
			index[p] = int32(len(records))
			records = append(records, Record{Row: row, Load: s.loads[p], Size: s.sizes[p]})
		}
	}
	s.each(func(l List, position int) {
		if i := index[position]; i >= 0 {
			records[i].Lists = append(records[i].Lists, l)
		}
	})
	return records
}

// each calls visit for every posting, list by list.
func (s *segment) each(visit func(l List, position int)) {
	for i, l := range s.ids {
		for _, e := range s.entries[s.first[i]:s.first[i+1]] {
			at := e.base
			for p := e.presence; p != 0; p &= p - 1 {
				block := int(e.tile)*tileBlocks + bits.TrailingZeros64(p)
				for w := s.words[at]; w != 0; w &= w - 1 {
					visit(l, block*blockRows+bits.TrailingZeros64(w))
				}
				at++
			}
		}
	}
}

// postings and bytes measure the segment.
func (s *segment) postings() (n int) {
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s *segment) bytes() int {
	return 8*len(s.words) + 16*len(s.entries) + 4*(len(s.ids)+len(s.first)+len(s.dense)) + 8*len(s.rows) + len(s.sizes) + len(s.least)
}

// with returns the segment of one block that has one row more. s has at most one block, and it is not full.
func (s *segment) with(r Record) *segment {
	bit := uint64(1) << len(s.rows)
	lists := slices.Sorted(slices.Values(r.Lists))
	n := len(s.ids) + len(lists)
	t := &segment{
		rows: append(slices.Clip(s.rows), r.Row), loads: append(slices.Clip(s.loads), r.Load), sizes: make([]uint8, blockRows),
		ids: make([]List, 0, n), words: make([]uint64, 0, n+wordsRead),
	}
	copy(t.sizes, s.sizes)
	t.sizes[len(s.rows)] = r.Size
	t.least = leastSizes(t.sizes[:len(t.rows)])
	for i := 0; i < len(s.ids) || len(lists) > 0; {
		switch {
		case len(lists) == 0 || i < len(s.ids) && s.ids[i] < lists[0]:
			t.ids, t.words = append(t.ids, s.ids[i]), append(t.words, s.words[i])
			i++
		case i == len(s.ids) || lists[0] < s.ids[i]:
			t.ids, t.words = append(t.ids, lists[0]), append(t.words, bit)
			lists = lists[1:]
		default:
			t.ids, t.words = append(t.ids, s.ids[i]), append(t.words, s.words[i]|bit)
			i, lists = i+1, lists[1:]
		}
	}
	t.first, t.entries = make([]uint32, len(t.ids)+1), make([]entry, len(t.ids))
	for i := range t.ids {
		t.first[i+1], t.entries[i] = uint32(i)+1, entry{presence: 1, base: uint32(i)}
	}
	return t
}
