package kernel

import (
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
)

// truth is what everybody's lists are, kept in the plainest way: the truth that answers are held against.
type truth struct {
	records  []Record
	postings [][]Row // by list
	sums     []int64
	stamp    []int32 // by row: the group, or must-set, that last reached it
	sets     []int32 // by row: must-sets that it stands in
}

func newTruth(records []Record, lists int) *truth {
	tr := &truth{records: records, postings: make([][]Row, lists)}
	for range records {
		tr.sums = append(tr.sums, 0)
		tr.stamp, tr.sets = append(tr.stamp, -1), append(tr.sets, 0)
	}
	for _, r := range records {
		tr.place(r)
	}
	return tr
}

func (tr *truth) place(r Record) {
	for _, l := range r.Lists {
		tr.postings[l] = append(tr.postings[l], r.Row)
	}
}

func (tr *truth) remove(row Row) {
	for _, l := range tr.records[row].Lists {
		at := slices.Index(tr.postings[l], row)
		tr.postings[l] = slices.Delete(tr.postings[l], at, at+1)
	}
	tr.records[row].Lists = nil
}

// sum finds the sum of every row that a query is about.
func (tr *truth) sum(q Query) {
	clear(tr.sums)
	clear(tr.sets)
	for i, set := range q.Must {
		for _, l := range set {
			for _, row := range tr.postings[l] {
				if tr.sets[row] == int32(i) {
					tr.sets[row]++
				}
			}
		}
	}
	for i, g := range q.Groups {
		for _, c := range g {
			for _, row := range tr.postings[c.List] {
				if tr.stamp[row] != int32(i) {
					tr.stamp[row] = int32(i)
					tr.sums[row] += int64(c.Weight)
				}
			}
		}
	}
	for row := range tr.stamp {
		tr.stamp[row] = -1
		if int(tr.sets[row]) != len(q.Must) {
			tr.sums[row] = 0
		}
	}
}

// best sorts the rows by score.
func (tr *truth) best(q Query, score func(row int) int64) []Hit {
	top := best{k: q.K, before: q.Before, floor: 1}
	for row, sum := range tr.sums {
		if sum > 0 {
			top.offer(Hit{Row(row), score(row)})
		}
	}
	return top.sorted()
}

// 5,000 openings (MATCHDAY_LONG) get the answers that summing everybody gives, among 100,000 and among a million: with must-haves,
// filters, levels, sums beyond a byte, scores of the caller's, changes that are not merged and after merges.
func TestThousandsEqualBruteForce(t *testing.T) {
	sizes, openings := []int{20_000}, 200
	if os.Getenv("MATCHDAY_LONG") != "" {
		sizes, openings = []int{100_000, 1_000_000}, 5000
	}
	for _, n := range sizes {
		const lists = 3000
		r := rand.New(rand.NewPCG(uint64(n), 3))
		records := make([]Record, n)
		for i := range records {
			records[i] = wideRecord(r, Row(i), lists)
		}
		ix, tr := New(records, Options{}), newTruth(records, lists)
		for _, stage := range []string{"new", "changed", "merged", "changed again"} {
			switch stage {
			case "merged":
				ix.Merge(nil)
			case "changed", "changed again":
				for range 2500 {
					row := Row(r.IntN(n))
					tr.remove(row)
					if r.IntN(5) == 0 {
						ix.Remove(row)
						continue
					}
					rec := wideRecord(r, row, lists)
					tr.records[row] = rec
					tr.place(rec)
					ix.Put(rec)
				}
			}
			for range openings / 4 {
				holdAgainst(t, stage, r, ix.View(), tr, lists)
			}
		}
	}
}

// wideRecord draws a learner of one of 300 trades with 15 skills; the last 60 lists are regions, modes and the like.
func wideRecord(r *rand.Rand, row Row, lists int) Record {
	size := r.IntN(Sizes)
	rec := Record{Row: row, Load: uint32(10*size + r.IntN(10)), Size: uint8(size)}
	home := r.IntN(300) * (lists - 60) / 300
	for len(rec.Lists) < 15 {
		l := List((home + int(30*r.Float64()*r.Float64())) % (lists - 60))
		if r.IntN(6) == 0 {
			l = List(r.IntN(lists - 60))
		}
		if !slices.Contains(rec.Lists, l) {
			rec.Lists = append(rec.Lists, l)
		}
	}
	return rec.with(List(lists-60+r.IntN(50)), List(lists-10+r.IntN(3)))
}

func (r Record) with(l ...List) Record {
	r.Lists = append(r.Lists, l...)
	return r
}

func holdAgainst(t *testing.T, stage string, r *rand.Rand, v *View, tr *truth, lists int) {
	q := Query{K: 1 + r.IntN(100)}
	home := r.IntN(lists - 100)
	for range 10 {
		var g Group
		w := uint32(1 + r.IntN([]int{20, 20, 6000}[r.IntN(3)]))
		for range 1 + r.IntN(3) { // the levels and proofs of a skill, the best first
			g = append(g, Choice{List(home + r.IntN(30)), w})
			w -= w / 4
		}
		q.Groups = append(q.Groups, g)
	}
	if r.IntN(2) == 0 {
		q.Must = append(q.Must, []List{q.Groups[0][0].List, q.Groups[0][len(q.Groups[0])-1].List})
	}
	if r.IntN(2) == 0 {
		var near []List
		for i := range 8 {
			near = append(near, List(lists-60+(home+i)%50))
		}
		q.Must = append(q.Must, near, []List{List(lists - 10), List(lists - 9)})
	}
	tr.sum(q)
	want := tr.best(q, func(row int) int64 { return tr.sums[row] })
	if got := v.Top(q); !slices.Equal(want, got) {
		t.Fatalf("%s, %d rows: %v, want %v, for %+v", stage, len(tr.records), got, want, q)
	}
	whole := int64(most(q.Groups))
	score := func(sum int64, load uint32) int64 { return sum * 1_000_000 / (whole + whole*int64(load)/10_000) }
	want = tr.best(q, func(row int) int64 { return score(tr.sums[row], tr.records[row].Load) })
	judgement := Judgement{Groups: q.Groups, Must: q.Must, K: q.K, Most: 1_000_000, Gains: sums(q), Uses: []int64{0},
		Needs: func(least int64, needs *Needs) {
			for size := range needs {
				needs[size] = uint16(min(least*(whole+whole*int64(size)/1000)/1_000_000, MaxSum))
			}
		},
		Range: func(load uint32, g Gained) (int64, int64) { return score(g.Sum-g.Risk, load), score(g.Sum, load) },
		Score: func(row Row) int64 { return score(tr.sums[row], tr.records[row].Load) },
	}
	for _, o := range []Options{{}, {Portable: true}} {
		if got := v.With(o).Judge(judgement); !slices.Equal(want, got) {
			t.Fatalf("%s, judging %d rows, %+v: %v, want %v, for %+v", stage, len(tr.records), o, got, want, q)
		}
	}
}

// sums are gains of the weights alone, a tenth of them at risk (and never lost).
func sums(q Query) (list []Gain) {
	for _, g := range q.Groups {
		for _, c := range g {
			list = append(list, Gain{Sum: int64(c.Weight), Risk: int64(c.Weight) / 10})
		}
	}
	return list
}

// Every query of a batch is answered once, and as if it were alone.
func TestEachAnswersAsTop(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	v := New(crowd(r, 9000, 50), Options{}).View()
	queries := make([]Query, 300)
	for i := range queries {
		queries[i] = someQuery(r, 50, 25)
	}
	var mu sync.Mutex
	seen := make([]int, len(queries))
	v.Each(len(queries), func(i int) Query { return queries[i] }, func(i int, hits []Hit) {
		mu.Lock()
		defer mu.Unlock()
		seen[i]++
		if !slices.Equal(hits, v.Top(queries[i])) {
			t.Errorf("query %d: %v", i, hits)
		}
	})
	if slices.ContainsFunc(seen, func(n int) bool { return n != 1 }) {
		t.Errorf("queries were answered %v times", seen)
	}
}

// Rows beyond the 4,194,304th are found like all others.
func TestMoreThanFourMillionRows(t *testing.T) {
	if os.Getenv("MATCHDAY_LONG") == "" {
		t.Skip("takes a gigabyte: set MATCHDAY_LONG")
	}
	const n = 4_500_000
	r := rand.New(rand.NewPCG(4, 5))
	records := make([]Record, n)
	for i := range records {
		records[i] = Record{Row: Row(i), Size: uint8(i % Sizes), Lists: []List{List(r.IntN(40)), List(40 + r.IntN(40)), List(80 + r.IntN(40))}}
	}
	ix, tr := New(records, Options{}), newTruth(records, 120)
	for i := range 20 {
		q := Query{K: 50, Groups: []Group{{{List(r.IntN(40)), 9}}, {{List(40 + r.IntN(40)), 7}}, {{List(80 + r.IntN(40)), 300}}}}
		if i%2 == 0 {
			q.Before = func(a, b Row) bool { return a > b }
		}
		tr.sum(q)
		if want, got := tr.best(q, func(row int) int64 { return tr.sums[row] }), ix.View().Top(q); !slices.Equal(want, got) {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	last := Row(n)
	ix.Put(Record{Row: last, Lists: []List{500}})
	if hits := ix.View().Top(Query{K: 1, Groups: []Group{{{500, 1}}}}); len(hits) != 1 || hits[0].Row != last {
		t.Errorf("the last row: %v", hits)
	}
}

// best keeps the k best hits in another way than the kernel does: a heap whose root is the worst of them.
type best struct {
	k      int
	before func(a, b Row) bool
	floor  int64 // what a score must reach at any rate
	hits   []Hit
}

func (b *best) worse(x, y Hit) bool { return compare(x, y, b.before) > 0 }

// offer adds a hit unless its score is below the floor.
func (b *best) offer(h Hit) {
	if h.Score >= b.floor {
		b.add(h)
	}
}

func (b *best) add(h Hit) {
	if len(b.hits) < b.k {
		b.hits = append(b.hits, h)
		for i := len(b.hits) - 1; i > 0; {
			up := (i - 1) / 2
			if !b.worse(b.hits[i], b.hits[up]) {
				return
			}
			b.hits[i], b.hits[up] = b.hits[up], b.hits[i]
			i = up
		}
		return
	}
	if b.k > 0 && b.worse(b.hits[0], h) {
		b.hits[0] = h
		b.sink(0, b.k)
	}
}

func (b *best) sink(i, n int) {
	for {
		down := 2*i + 1
		if down >= n {
			return
		}
		if down+1 < n && b.worse(b.hits[down+1], b.hits[down]) {
			down++
		}
		if !b.worse(b.hits[down], b.hits[i]) {
			return
		}
		b.hits[i], b.hits[down] = b.hits[down], b.hits[i]
		i = down
	}
}

// sorted returns the hits, best first; the heap is used up.
func (b *best) sorted() []Hit {
	for n := len(b.hits) - 1; n > 0; n-- {
		b.hits[0], b.hits[n] = b.hits[n], b.hits[0]
		b.sink(0, n)
	}
	return b.hits
}
