package kernel

// The vector leaf: AVX-512 with its byte and word instructions (BW). Each function has its twin in lanes.go; a fuzz test holds them
// equal.

// vectors reports whether the processor has AVX-512 F, DQ and BW (and BMI), and the operating system keeps its registers.
func vectors() bool {
	const osxsave, popcnt, bmi1, bmi2, f, dq, bw = 1 << 27, 1 << 23, 1 << 3, 1 << 8, 1 << 16, 1 << 17, 1 << 30
	const all = bmi1 | bmi2 | f | dq | bw
	const kept = 0b1110_0110 // XCR0: SSE, AVX, opmask and both halves of the 512-bit registers
	if most, _, _, _ := cpuid(0, 0); most < 7 {
		return false
	}
	if _, _, c, _ := cpuid(1, 0); c&osxsave == 0 || c&popcnt == 0 || xgetbv()&kept != kept {
		return false
	}
	_, b, _, _ := cpuid(7, 0)
	return b&all == all
}

func cpuid(leaf, sub uint32) (a, b, c, d uint32)

func xgetbv() uint32

//go:noescape
func addEntries8(acc *uint64, list *entry, n int, w uint32, seen *uint64)

//go:noescape
func addEntries16(acc *uint64, list *entry, n int, w uint32, seen *uint64)

//go:noescape
func addWords8(acc *uint64, presence uint64, words *uint64, w uint32, seen *uint64)

//go:noescape
func addWords16(acc *uint64, presence uint64, words *uint64, w uint32, seen *uint64)

//go:noescape
func sum8(acc *uint64, list *active, n int, words *uint64, block uint64, least uint32) uint64

//go:noescape
func sum16(acc *uint64, list *active, n int, words *uint64, block, next uint64, least uint32) uint64

//go:noescape
func reach8(acc *uint64, least uint32) uint64

//go:noescape
func reach16(acc *uint64, least uint32) uint64

//go:noescape
func reaches8(acc *uint64, masks *uint64, n int, least uint32)

//go:noescape
func reaches16(acc *uint64, masks *uint64, n int, least uint32)

//go:noescape
func count8(acc *uint64, among *uint64, n int, least uint32) int

//go:noescape
func count16(acc *uint64, among *uint64, n int, least uint32) int

//go:noescape
func sized16(acc *uint64, sizes *[64]uint8, needs *Needs) uint64

//go:noescape
func addShares(of *[blockRows]int64, list *share, n int)

//go:noescape
func intersect(rows *[tileBlocks]uint64, fresh uint64, list *entry, n int, words *uint64) uint64

// intersectVector reads up to wordsRead words from any that an entry names, and from the one after its last.
func intersectVector(rows *[tileBlocks]uint64, fresh uint64, list []entry, words []uint64) uint64 {
	return intersect(rows, fresh, &list[0], len(list), &words[0])
}

// start returns the address of the first word, nil for none.
func start(words []uint64) *uint64 {
	if len(words) == 0 {
		return nil
	}
	return &words[0]
}

func (l *lanes) addEntriesVector(list []entry, w uint32, seen []uint64) {
	if l.stride == 8 {
		addEntries8(&l.words[0], &list[0], len(list), w, start(seen))
	} else {
		addEntries16(&l.words[0], &list[0], len(list), w, start(seen))
	}
}

func (l *lanes) addWordsVector(presence uint64, words []uint64, w uint32, seen []uint64) {
	if presence == 0 {
		return
	}
	if l.stride == 8 {
		addWords8(&l.words[0], presence, &words[0], w, start(seen))
	} else {
		addWords16(&l.words[0], presence, &words[0], w, start(seen))
	}
}

func (l *lanes) sumVector(list []active, words []uint64, block, next int, least uint32) uint64 {
	if l.stride == 8 {
		return sum8(&l.words[0], &list[0], len(list), &words[0], uint64(block), least)
	}
	return sum16(&l.words[0], &list[0], len(list), &words[0], uint64(block), uint64(next), least)
}

func (l *lanes) reachVector(group int, least uint32) uint64 {
	if l.stride == 8 {
		return reach8(&l.words[group*8], least)
	}
	return reach16(&l.words[group*16], least)
}

func (l *lanes) sizedVector(group int, sizes *[64]uint8, needs *Needs) uint64 {
	return sized16(&l.words[group*16], sizes, needs)
}

func (l *lanes) reachesVector(masks []uint64, least uint32) {
	if l.stride == 8 {
		reaches8(&l.words[0], &masks[0], len(masks), least)
	} else {
		reaches16(&l.words[0], &masks[0], len(masks), least)
	}
}

func (l *lanes) countVector(among []uint64, least uint32) int {
	if l.stride == 8 {
		return count8(&l.words[0], &among[0], len(among), least)
	}
	return count16(&l.words[0], &among[0], len(among), least)
}
