package kernel

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// crowd draws records over a few lists, in clusters, so that blocks differ; row i is record i.
func crowd(r *rand.Rand, rows, lists int) []Record {
	records := make([]Record, rows)
	for i := range records {
		records[i] = someRecord(r, Row(i), lists)
	}
	return records
}

func someRecord(r *rand.Rand, row Row, lists int) Record {
	size := r.IntN(Sizes)
	rec := Record{Row: row, Load: uint32(10*size + r.IntN(10)), Size: uint8(size)}
	home := r.IntN(lists)
	for range r.IntN(8) {
		l := List(r.IntN(lists))
		if r.IntN(3) > 0 {
			l = List((home + r.IntN(5)) % lists)
		}
		if !slices.Contains(rec.Lists, l) {
			rec.Lists = append(rec.Lists, l)
		}
	}
	return rec
}

func someQuery(r *rand.Rand, lists, weight int) Query {
	q := Query{K: r.IntN(60)}
	for range 1 + r.IntN(10) {
		var g Group
		for range 1 + r.IntN(3)*r.IntN(2) {
			g = append(g, Choice{List(r.IntN(lists + 2)), uint32(r.IntN(weight))})
		}
		slices.SortFunc(g, func(a, b Choice) int { return int(b.Weight) - int(a.Weight) })
		q.Groups = append(q.Groups, g)
	}
	for range r.IntN(3) * r.IntN(2) {
		var set []List
		for range 1 + r.IntN(lists) {
			set = append(set, List(r.IntN(lists)))
		}
		q.Must = append(q.Must, set)
	}
	if r.IntN(2) == 0 {
		q.Before = func(a, b Row) bool { return a^5 < b^5 }
	}
	return q
}

// sumOf is what a query's answer should say of a record; 0 when it is none of it.
func sumOf(q Query, r Record) (sum int64) {
	for _, set := range q.Must {
		if !slices.ContainsFunc(set, func(l List) bool { return slices.Contains(r.Lists, l) }) {
			return 0
		}
	}
	for _, g := range q.Groups {
		for _, c := range g {
			if slices.Contains(r.Lists, c.List) {
				sum += int64(c.Weight)
				break
			}
		}
	}
	return sum
}

func brute(q Query, records []Record, score func(Record) int64) []Hit {
	var hits []Hit
	for _, r := range records {
		if s := score(r); s > 0 {
			hits = append(hits, Hit{r.Row, s})
		}
	}
	slices.SortFunc(hits, func(x, y Hit) int { return compare(x, y, q.Before) })
	return hits[:min(q.K, len(hits))]
}

func check(t interface{ Fatalf(string, ...any) }, v *View, q Query, records []Record) {
	want := brute(q, records, func(r Record) int64 { return sumOf(q, r) })
	got := v.Top(q)
	if len(want)+len(got) > 0 && !slices.Equal(want, got) {
		t.Fatalf("%d rows, query %+v (-want +got):\n%s", len(records), q, cmp.Diff(want, got))
	}
}

// A score like that of the matcher, bounded by sums: M/(W + W·load/1000) in millionths, where M and W are in the weights of the query,
// and uses take a little off the load. An eighth of what every fourth list brings is at risk, and lost in odd rows.
func checkJudge(t interface{ Fatalf(string, ...any) }, v *View, q Query, records []Record, least int64) {
	whole := int64(most(q.Groups)) + 1
	judge := func(sum, load int64) int64 { return sum * 1_000_000 / (whole + max(load, 0)*whole/1000) }
	score := func(r Record) int64 {
		sum, gain := sumOf(q, r), gainOf(q, r)
		if sum > 0 && r.Row%2 == 1 {
			sum -= gain.Risk
		}
		return judge(sum, int64(r.Load)-gain.Used)
	}
	byRow := map[Row]Record{}
	for _, r := range records {
		byRow[r.Row] = r
	}
	want := slices.DeleteFunc(brute(q, records, score), func(h Hit) bool { return h.Score < least })
	got := v.Judge(Judgement{Groups: q.Groups, Must: q.Must, K: q.K, Before: q.Before, Least: least, Most: 1_000_000, Gains: gains(q), Uses: uses(),
		Needs: func(least int64, needs *Needs) {
			for size := range needs {
				needs[size] = uint16(min(least*(whole+max(0, int64(10*size-7))*whole/1000)/1_000_000, MaxSum))
			}
		},
		Range: func(load uint32, g Gained) (low, high int64) {
			return judge(g.Sum-g.Risk, int64(load)-g.Used), judge(g.Sum, int64(load)-g.Used)
		},
		Score: func(row Row) int64 { return score(byRow[row]) },
	})
	if len(want)+len(got) > 0 && !slices.Equal(want, got) {
		t.Fatalf("judging %d rows, least %d, query %+v (-want +got):\n%s", len(records), least, q, cmp.Diff(want, got))
	}
}

// gains are what checkJudge says. Lists are of three uses, which take nothing, two and five off the load.
func gains(q Query) (list []Gain) {
	for _, g := range q.Groups {
		for _, c := range g {
			gain := Gain{Sum: int64(c.Weight), Use: int32(c.List % 3)}
			if c.List%4 == 0 {
				gain.Risk = int64(c.Weight) / 8
			}
			list = append(list, gain)
		}
	}
	return list
}

func uses() []int64 { return []int64{0, 2, 5} }

// gainOf is what a query's choices gain a record.
func gainOf(q Query, r Record) (all Gained) {
	list := gains(q)
	used := make([]bool, 3)
	for _, g := range q.Groups {
		met := false
		for i, c := range g {
			if c.Weight == 0 || !slices.Contains(r.Lists, c.List) {
				continue
			}
			used[list[i].Use] = true
			if !met {
				all.Sum += list[i].Sum
				all.Risk += list[i].Risk
			}
			met = true
		}
		list = list[len(g):]
	}
	for use, it := range used {
		if it {
			all.Used += uses()[use]
		}
	}
	return all
}

func checkCount(t interface{ Fatalf(string, ...any) }, v *View, q Query, records []Record) {
	want := 0
	for _, r := range records {
		if sumOf(q, r) > 0 {
			want++
		}
	}
	if got := v.Count(q); got != want {
		t.Fatalf("%d of %d rows count, want %d; query %+v", got, len(records), want, q)
	}
}

func both(t *testing.T, name string, test func(t *testing.T, o Options)) {
	t.Run(name+"/portable", func(t *testing.T) { test(t, Options{Portable: true}) })
	t.Run(name+"/exhaustive", func(t *testing.T) { test(t, Options{Exhaustive: true}) })
	if vectors() {
		t.Run(name+"/vector", func(t *testing.T) { test(t, Options{}) })
	}
}

// Every answer is what scoring every row and sorting gives: whatever weights, sets and order, with changes since the base, with
// rows gone, and after a merge.
func TestTopEqualsBruteForce(t *testing.T) {
	both(t, "random", func(t *testing.T, o Options) {
		rapid.Check(t, func(rt *rapid.T) {
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
			lists := 3 + r.IntN(40)
			records := crowd(r, r.IntN(3000), lists)
			ix := New(records, o)
			ask := func() {
				for _, weight := range []int{2, 20, 6000} {
					q := someQuery(r, lists, weight)
					check(rt, ix.View(), q, records)
					checkJudge(rt, ix.View(), q, records, 1+r.Int64N(2)*r.Int64N(100_000))
					checkCount(rt, ix.View(), q, records)
				}
			}
			ask()
			records = change(r, ix, records, lists, r.IntN(300))
			ask()
			ix.Merge(someKinds(r, lists))
			if n := len(ix.View().parts); n != 1 {
				rt.Fatalf("%d parts after a merge", n)
			}
			ask()
			records = change(r, ix, records, lists, r.IntN(100))
			ask()
			if s := ix.View().Stats(); s.Rows != len(records) {
				rt.Fatalf("%d rows alive, want %d", s.Rows, len(records))
			}
		})
	})
}

// someKinds draws which lists count as one, for some or all of the lists.
func someKinds(r *rand.Rand, lists int) Kinds {
	kinds := make(Kinds, r.IntN(lists+1))
	for l := range kinds {
		kinds[l] = List(r.IntN(l + 1))
	}
	return kinds
}

// change puts, puts again and removes rows, and returns the records as they are then.
func change(r *rand.Rand, ix *Index, records []Record, lists, n int) []Record {
	records = slices.Clone(records)
	for range n {
		switch i := r.IntN(len(records) + 1); {
		case i == len(records):
			row := Row(len(ix.places))
			records = append(records, someRecord(r, row, lists))
			ix.Put(records[i])
		case r.IntN(4) == 0:
			ix.Remove(records[i].Row)
			ix.Remove(records[i].Row)
			records = slices.Delete(records, i, i+1)
		default:
			records[i] = someRecord(r, records[i].Row, lists)
			ix.Put(records[i])
		}
	}
	return records
}

// A larger crowd reaches several tiles and both ways of summing them.
func TestTopOfManyTiles(t *testing.T) {
	both(t, "tiles", func(t *testing.T, o Options) {
		r := rand.New(rand.NewPCG(7, 7))
		records := crowd(r, 20_000, 60)
		ix := New(records, o)
		for range 60 {
			for _, weight := range []int{2, 25, 6000} {
				check(t, ix.View(), someQuery(r, 60, weight), records)
			}
		}
	})
}

// Rows changed while a merge is under way are as they were changed once it is done.
func TestChangesDuringMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	records := crowd(r, 5000, 30)
	ix := New(records, Options{})
	for range 5 {
		var merges sync.WaitGroup
		merges.Go(func() { ix.Merge(nil) })
		merges.Go(func() { check(t, ix.View(), Query{K: 0}, nil) })
		records = change(r, ix, records, 30, 400)
		merges.Wait()
		for range 10 {
			check(t, ix.View(), someQuery(r, 30, 25), records)
		}
	}
	ix.Merge(nil)
	check(t, ix.View(), someQuery(r, 30, 25), records)
}

// A view stays what it was.
func TestViewIsImmutable(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	records := crowd(r, 500, 20)
	ix := New(records, Options{})
	v := ix.View()
	change(r, ix, records, 20, 500)
	ix.Merge(nil)
	for range 20 {
		check(t, v, someQuery(r, 20, 20), records)
	}
}

func TestWeightsAreChecked(t *testing.T) {
	for _, groups := range [][]Group{
		{{{1, 1}, {2, 2}}},
		{{{1, MaxSum}}, {{2, 1}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("groups %v were taken", groups)
				}
			}()
			New(nil, Options{}).View().Top(Query{Groups: groups, K: 1})
		}()
	}
}

// Rows that are alike but for how they have what they have stand together, and take up less room.
func TestKindsStandTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	const skills, ways = 200, 12
	kinds := make(Kinds, skills*ways)
	for l := range kinds {
		kinds[l] = List(l / ways * ways)
	}
	var records []Record
	for row := range 20_000 {
		job, rec := r.IntN(40), Record{Row: Row(row)}
		for _, s := range r.Perm(10)[:6] {
			rec.Lists = append(rec.Lists, List((job*5+s)%skills*ways+r.IntN(ways)))
		}
		records = append(records, rec)
	}
	size := func(kinds Kinds) int {
		ix := New(records, Options{})
		ix.Merge(kinds)
		if n := ix.View().Stats().Rows; n != len(records) {
			t.Fatalf("%d rows of %d are left", n, len(records))
		}
		return ix.View().Stats().Bytes
	}
	if apart, together := size(nil), size(kinds); together*100 > apart*97 {
		t.Errorf("%d bytes by kinds, %d by lists", together, apart)
	}
}

// randomNeeds draws sizes of 64 rows, and what each size must reach, around most.
func randomNeeds(r *rand.Rand, most uint32) (sizes *[64]uint8, needs *Needs) {
	sizes, needs = new([64]uint8), new(Needs)
	for i := range sizes {
		sizes[i] = uint8(r.IntN(Sizes))
	}
	for i := range needs {
		needs[i] = uint16(1 + r.IntN(int(min(most, MaxSum))))
	}
	return sizes, needs
}

// Both leaves keep the same counters.
func FuzzLanes(f *testing.F) {
	f.Add(uint64(1), uint16(200), uint8(5))
	f.Add(uint64(2), uint16(65_535), uint8(200))
	f.Add(uint64(3), uint16(1), uint8(1))
	f.Fuzz(func(t *testing.T, seed uint64, most uint16, n uint8) {
		if !vectors() {
			t.Skip("no vector instructions here")
		}
		r := rand.New(rand.NewPCG(seed, 1))
		var one, other lanes
		const groups = 64
		left := uint32(most)
		one.reset(groups, left, false)
		other.reset(groups, left, true)
		among := make([]uint64, groups)
		for g := range among {
			among[g] = r.Uint64()
		}
		agree := func(what string) {
			if least := 1 + uint32(r.IntN(int(most)+2)); one.count(among, least) != other.count(among, least) {
				t.Fatalf("%s: %d and %d reach %d", what, one.count(among, least), other.count(among, least), least)
			}
			least := 1 + uint32(r.IntN(int(most)+2))
			var masks [2][groups]uint64
			one.reaches(masks[0][:], least)
			other.reaches(masks[1][:], least)
			if masks[0] != masks[1] {
				t.Fatalf("%s: %d is reached in %x and %x", what, least, masks[0], masks[1])
			}
			for g := range groups {
				least := 1 + uint32(r.IntN(int(most)+2))
				if a, b := one.reach(g, least), other.reach(g, least); a != b {
					t.Fatalf("%s: group %d reaches %d in %x and %x", what, g, least, a, b)
				}
				if sizes, needs := randomNeeds(r, least); most > 255 {
					if a, b := one.sized(g, among[g], sizes, needs), other.sized(g, among[g], sizes, needs); a != b {
						t.Fatalf("%s: of group %d %x and %x are left", what, g, a, b)
					}
				}
				if lane := r.IntN(64); one.value(g, lane) != other.value(g, lane) {
					t.Fatalf("%s: group %d lane %d: %d and %d", what, g, lane, one.value(g, lane), other.value(g, lane))
				}
			}
		}
		seen := [2][]uint64{make([]uint64, groups), make([]uint64, groups)}
		for i := range n {
			w := uint32(r.IntN(int(left/2) + 1))
			left -= w
			var marks [2][]uint64
			if r.IntN(2) == 0 {
				marks = seen
			}
			if i%2 == 0 {
				var list []entry
				for tile := range groups {
					if r.IntN(2) == 0 {
						list = append(list, entry{presence: r.Uint64(), tile: uint32(tile)})
					}
				}
				one.addEntries(list, w, marks[0])
				other.addEntries(list, w, marks[1])
			} else {
				words := make([]uint64, 64)
				for j := range words {
					words[j] = r.Uint64() & r.Uint64()
				}
				presence := r.Uint64()
				one.addWords(presence, words, w, marks[0])
				other.addWords(presence, words, w, marks[1])
			}
			if !slices.Equal(seen[0], seen[1]) {
				t.Fatal("what was seen differs")
			}
			agree(fmt.Sprint("step ", i))
		}
		var list []active
		words := make([]uint64, 64, 64+wordsRead)
		for j := range words {
			words[j] = r.Uint64() & r.Uint64()
		}
		for rest := uint32(most); rest > 0 && len(list) < int(n); {
			w := 1 + uint32(r.IntN(int(rest)))
			rest -= w
			list = append(list, active{entry{presence: r.Uint64()}, -int32(r.IntN(2)), w})
		}
		least, block, next := 1+uint32(r.IntN(int(most)+1)), r.IntN(64), r.IntN(65)
		if a, b := one.sum(list, words, block, next, least), other.sum(list, words, block, next, least); a != b {
			t.Fatalf("sums reach %d in %x and %x", least, a, b)
		}
		for lane := range 64 {
			if len(list) > 0 && bits.Len32(least) <= one.planes && one.value(0, lane) != other.value(0, lane) {
				t.Fatalf("sum of lane %d: %d and %d", lane, one.value(0, lane), other.value(0, lane))
			}
		}
		same := func(fresh uint64) {
			t.Helper()
			var one, other search
			other.vector = true
			for range 1 + n%8 {
				one.union = append(one.union, entry{presence: r.Uint64() & r.Uint64(), base: uint32(r.IntN(3))})
			}
			other.union = one.union
			words := make([]uint64, 64+3, 64+3+wordsRead)
			var rows, others [tileBlocks]uint64
			for b := range words {
				words[b] = r.Uint64() & r.Uint64() & r.Uint64()
			}
			for b := range rows {
				rows[b] = r.Uint64() & r.Uint64() & r.Uint64()
			}
			others = rows
			mask := r.Uint64()
			left, other64 := one.intersect(&rows, fresh, words, mask), other.intersect(&others, fresh, words, mask)
			if left != other64&mask {
				t.Fatalf("rows are left in blocks %x and %x", left, other64&mask)
			}
			for b := range rows {
				if mask>>b&1 == 1 && rows[b] != others[b] {
					t.Fatalf("block %d is left %x and %x", b, rows[b], others[b])
				}
			}
		}
		same(0)
		same(^uint64(0))
	})
}
