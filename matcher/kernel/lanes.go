package kernel

import "math/bits"

// lanes are counters, 64 to a group, and one operation adds a weight to those of a group whose bits are set in a mask. The bounds
// of a tile's 64 blocks are one group; so are the sums of a block's 64 rows.
//
// Without vector instructions a group is kept bit by bit: word p holds bit p of all 64 counters, and adding is the carry chain of
// pencil and paper for 64 columns at once. With AVX-512 a group is 64 bytes or 64 16-bit words, and a mask of bits is, as it comes
// from memory, what a masked vector addition takes. Both give the same sums.
type lanes struct {
	words  []uint64
	stride int // words a group: planes, or 8 (bytes), or 16
	planes int // bits that the largest sum needs
	vector bool
}

// reset makes room for groups of counters, all zero, that hold sums up to most (at most MaxSum).
func (l *lanes) reset(groups int, most uint32, vector bool) {
	l.planes, l.vector = max(bits.Len32(most), 1), vector
	l.stride = l.planes
	if vector {
		l.stride = 8
		if l.planes > 8 {
			l.stride = 16
		}
	}
	if n := groups * l.stride; n > cap(l.words) {
		l.words = make([]uint64, n)
	} else {
		l.words = l.words[:n]
		clear(l.words)
	}
}

// group returns the words of group g.
func (l *lanes) group(g int) []uint64 { return l.words[g*l.stride : (g+1)*l.stride] }

// addEntries adds w to the bounds of all blocks that a list reaches. With seen, which has a word a tile, only to those whose bit is
// not set there yet, and sets it.
func (l *lanes) addEntries(list []entry, w uint32, seen []uint64) {
	if len(list) == 0 || w == 0 && seen == nil {
		return
	}
	if l.vector {
		l.addEntriesVector(list, w, seen)
		return
	}
	for i := range list {
		mask, tile := list[i].presence, int(list[i].tile)
		if seen != nil {
			mask &^= seen[tile]
			seen[tile] |= mask
		}
		add(l.group(tile), mask, w)
	}
}

// addWords adds w to the sums of the rows that words, one for each block present, name in the groups of these blocks. seen has a
// word a block, and serves as in addEntries.
func (l *lanes) addWords(presence uint64, words []uint64, w uint32, seen []uint64) {
	if w == 0 && seen == nil {
		return
	}
	if l.vector {
		l.addWordsVector(presence, words, w, seen)
		return
	}
	for i := 0; presence != 0; presence &= presence - 1 {
		block, mask := bits.TrailingZeros64(presence), words[i]
		if seen != nil {
			mask &^= seen[block]
			seen[block] |= mask
		}
		add(l.group(block), mask, w)
		i++
	}
}

// active is a list of a group that reaches the tile at hand.
type active struct {
	entry
	follows int32 // -1 when the list before is of the same group, and a better one; else 0
	weight  uint32
}

// sum makes group 0 the sums of a block of the tile that list is about, and returns the mask of counters that reach least, which is
// not 0. The block that will be asked for next, 64 for none, may be fetched meanwhile.
func (l *lanes) sum(list []active, words []uint64, block, next int, least uint32) uint64 {
	if len(list) == 0 || bits.Len32(least) > l.planes {
		return 0
	}
	if l.vector {
		return l.sumVector(list, words, block, next, least)
	}
	g := l.group(0)
	clear(g)
	var taken uint64
	for i := range list {
		a := &list[i]
		taken &= uint64(int64(a.follows))
		if a.presence>>block&1 == 1 {
			word := words[a.word(block)]
			add(g, word&^taken, a.weight)
			taken |= word
		}
	}
	return reach(g, least)
}

// reach returns the mask of the group's counters that are at least least.
func (l *lanes) reach(group int, least uint32) uint64 {
	if bits.Len32(least) > l.planes {
		return 0
	}
	if l.vector {
		return l.reachVector(group, least)
	}
	return reach(l.group(group), least)
}

// reaches makes masks what reach returns for each group.
func (l *lanes) reaches(masks []uint64, least uint32) {
	switch {
	case len(masks) == 0:
	case bits.Len32(least) > l.planes:
		clear(masks)
	case l.vector:
		l.reachesVector(masks, least)
	default:
		for g := range masks {
			masks[g] = reach(l.group(g), least)
		}
	}
}

// sized returns which of the counters that among names reach what needs say of their sizes. Counters have more than 8 bits.
func (l *lanes) sized(group int, among uint64, sizes *[64]uint8, needs *Needs) uint64 {
	if l.vector {
		return among & l.sizedVector(group, sizes, needs)
	}
	for m := among; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if l.value(group, i) < uint32(needs[sizes[i]]) {
			among &^= 1 << i
		}
	}
	return among
}

// count returns how many of the counters that among, a mask for each group, names are at least least.
func (l *lanes) count(among []uint64, least uint32) (n int) {
	if len(among) == 0 || bits.Len32(least) > l.planes {
		return 0
	}
	if l.vector {
		return l.countVector(among, least)
	}
	for g, mask := range among {
		n += bits.OnesCount64(reach(l.group(g), least) & mask)
	}
	return n
}

// value returns one counter.
func (l *lanes) value(group, lane int) (sum uint32) {
	g := l.group(group)
	switch {
	case !l.vector:
		for p, w := range g {
			sum |= uint32(w>>lane&1) << p
		}
	case l.stride == 8:
		sum = uint32(uint8(g[lane/8] >> (lane % 8 * 8)))
	default:
		sum = uint32(uint16(g[lane/4] >> (lane % 4 * 16)))
	}
	return sum
}

// add adds w to the counters that mask names, bit plane by bit plane.
func add(planes []uint64, mask uint64, w uint32) {
	var carry uint64
	for p, a := range planes {
		b := mask & -uint64(w>>p&1)
		planes[p] = a ^ b ^ carry
		carry = a&b | (a^b)&carry
	}
}

// reach compares all counters with least at once, from the lowest bit up: a higher bit that differs overrules the lower ones.
func reach(planes []uint64, least uint32) uint64 {
	atLeast := ^uint64(0)
	for p, a := range planes {
		if least>>p&1 == 1 {
			atLeast &= a
		} else {
			atLeast |= a
		}
	}
	return atLeast
}
