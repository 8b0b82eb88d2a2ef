package kernel

import (
	"math/rand/v2"
	"testing"
)

// Both leaves add up the same, whatever was there before.
func FuzzShares(f *testing.F) {
	f.Add(uint64(1), uint8(0))
	f.Add(uint64(2), uint8(40))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		if !vectors() {
			t.Skip("no vector instructions here")
		}
		r := rand.New(rand.NewPCG(seed, 1))
		var one, other shares
		for row := range one.of {
			one.of[row], other.of[row] = r.Int64(), r.Int64()
		}
		for range n {
			one.list = append(one.list, share{r.Uint64() & r.Uint64(), r.Int64N(1 << 50)})
		}
		other.list = one.list
		rows := r.Uint64()
		one.add(rows, false)
		other.add(rows, true)
		for row := range one.of {
			if rows>>row&1 == 1 && one.of[row] != other.of[row] {
				t.Fatalf("row %d has %d and %d", row, one.of[row], other.of[row])
			}
		}
	})
}
