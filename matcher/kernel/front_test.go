package kernel

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A front gives the best of all hits, in order, whatever ties there are and however often it is cut; and its bar is never above what
// the k-th best has, nor below it by more than a range.
func TestFrontKeepsTheBest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		most := []int{1, 7, 250, 60_000}[r.IntN(4)]
		k, spread := 1+r.IntN(80), 1+r.IntN(most)
		var before func(a, b Row) bool
		if r.IntN(2) == 0 {
			before = func(a, b Row) bool { return a > b }
		}
		var f front
		f.reset(k, before, bits.Len(uint(most)))
		var all []Hit
		for part := range 3 {
			rows := make([]Row, r.IntN(3*spare))
			f.begin(rows)
			for p, at := range r.Perm(len(rows)) {
				rows[p] = Row(part*3*spare + at)
				if sum := int64(1 + r.IntN(spread)); sum >= f.least() {
					f.add(p, uint32(sum))
					all = append(all, Hit{rows[p], sum})
				}
			}
			slices.SortFunc(all, func(x, y Hit) int { return compare(x, y, before) })
			if len(all) >= k {
				if kth := all[k-1].Score; f.least() > kth || f.least() <= kth-1<<f.width {
					rt.Fatalf("the bar is at %d, and the %dth best has %d", f.least(), k, kth)
				}
			}
		}
		if got := f.sorted(); !slices.Equal(got, all[:min(k, len(all))]) {
			rt.Fatalf("%v, want %v", got, all[:min(k, len(all))])
		}
	})
}

// Changes stand in few runs: one that is open, one of full blocks, and one for each tile that has filled up, with one that fills.
func TestRunsAreFew(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	ix := New(nil, Options{})
	for n := range 3 * tileRows {
		ix.Put(someRecord(r, Row(n), 30))
		if parts, most := len(ix.View().parts), 1+n/(tileRows-2*smallRun)+3; parts > most {
			t.Fatalf("%d parts after %d changes, want at most %d", parts, n+1, most)
		}
	}
}

// A segment whose halves are built side by side is that which is built in one go.
func TestHalvesMakeTheWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	records := make([]Record, halved+3*blockRows+7)
	for i := range records {
		records[i] = Record{Row: Row(i * 2), Load: rng.Uint32N(100), Size: uint8(rng.IntN(Sizes))}
		for l := range 40 {
			if rng.IntN(1+l*l*20) == 0 || l == 7 && i < 10 || l == 9 && i > len(records)-3 {
				records[i].Lists = append(records[i].Lists, List(l*3))
			}
		}
	}
	if d := cmp.Diff(new(builder).piece(records), new(builder).build(records), cmp.AllowUnexported(segment{}, entry{})); d != "" {
		t.Errorf("(-in one go +in halves):\n%s", d)
	}
}
