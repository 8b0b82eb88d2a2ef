//go:build !amd64

package kernel

// vectors reports whether this machine has what the vector leaf needs; only amd64 has one.
func vectors() bool { return false }

func (l *lanes) addEntriesVector([]entry, uint32, []uint64) { panic("kernel: no vector leaf here") }
func (l *lanes) addWordsVector(uint64, []uint64, uint32, []uint64) {
	panic("kernel: no vector leaf here")
}
func (l *lanes) sumVector([]active, []uint64, int, int, uint32) uint64 {
	panic("kernel: no vector leaf here")
}
func (l *lanes) reachVector(int, uint32) uint64   { panic("kernel: no vector leaf here") }
func (l *lanes) reachesVector([]uint64, uint32)   { panic("kernel: no vector leaf here") }
func (l *lanes) countVector([]uint64, uint32) int { panic("kernel: no vector leaf here") }
func (l *lanes) sizedVector(int, *[64]uint8, *Needs) uint64 {
	panic("kernel: no vector leaf here")
}
func addShares(*[blockRows]int64, *share, int) { panic("kernel: no vector leaf here") }
func intersectVector(*[tileBlocks]uint64, uint64, []entry, []uint64) uint64 {
	panic("kernel: no vector leaf here")
}
