package kernel

// tombs mark the rows of a segment that are gone: a bit a row, by tile; nil for a tile none of whose rows is. It is never changed;
// with copies what it must.
type tombs []*[tileBlocks]uint64

// word returns the marks of a block.
func (t tombs) word(block int) uint64 {
	if tile := block / tileBlocks; tile < len(t) && t[tile] != nil {
		return t[tile][block%tileBlocks]
	}
	return 0
}

func (t tombs) has(position int) bool {
	return t.word(position/blockRows)>>(position%blockRows)&1 == 1
}

// with returns tombs that mark the position too.
func (t tombs) with(position int) tombs {
	tile := position / tileRows
	next := make(tombs, max(len(t), tile+1))
	copy(next, t)
	marks := new([tileBlocks]uint64)
	if next[tile] != nil {
		*marks = *next[tile]
	}
	marks[position/blockRows%tileBlocks] |= 1 << (position % blockRows)
	next[tile] = marks
	return next
}
