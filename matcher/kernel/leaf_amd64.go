package kernel

// The vector leaf: AVX-512 with its byte and word instructions (BW). Each function has its twin in lanes.go; a fuzz test holds them
// equal.

// vectors reports whether the processor has AVX-512 F, DQ and BW and the operating system keeps its registers.
func vectors() bool {
	const osxsave, f, dq, bw = 1 << 27, 1 << 16, 1 << 17, 1 << 30
	const kept = 0b1110_0110 // XCR0: SSE, AVX, opmask and both halves of the 512-bit registers
	if most, _, _, _ := cpuid(0, 0); most < 7 {
		return false
	}
	if _, _, c, _ := cpuid(1, 0); c&osxsave == 0 || xgetbv()&kept != kept {
		return false
	}
	_, b, _, _ := cpuid(7, 0)
	return b&(f|dq|bw) == f|dq|bw
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
func sum8(acc *uint64, masks *uint64, weights *uint32, n int, least uint32) uint64

//go:noescape
func sum16(acc *uint64, masks *uint64, weights *uint32, n int, least uint32) uint64

//go:noescape
func reach8(acc *uint64, least uint32) uint64

//go:noescape
func reach16(acc *uint64, least uint32) uint64

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

func (l *lanes) sumVector(masks []uint64, weights []uint32, least uint32) uint64 {
	if l.stride == 8 {
		return sum8(&l.words[0], &masks[0], &weights[0], len(masks), least)
	}
	return sum16(&l.words[0], &masks[0], &weights[0], len(masks), least)
}

func (l *lanes) reachVector(group int, least uint32) uint64 {
	if l.stride == 8 {
		return reach8(&l.words[group*8], least)
	}
	return reach16(&l.words[group*16], least)
}
