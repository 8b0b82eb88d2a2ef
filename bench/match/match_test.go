package match

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/matcher/kernel"
)

func ranked(ix *kernel.Index) func(q kernel.Query) ([]kernel.Hit, error) {
	return func(q kernel.Query) ([]kernel.Hit, error) { return ix.View().Top(q), nil }
}

// answered is ranked in another way, over the same index.
func answered(ix *kernel.Index, o kernel.Options) func(q kernel.Query) ([]kernel.Hit, error) {
	return func(q kernel.Query) ([]kernel.Hit, error) { return ix.View().With(o).Top(q), nil }
}

// wide asks the same with weights of which sums exceed a byte, and tells the sums as they were.
func wide(ix *kernel.Index) func(q kernel.Query) ([]kernel.Hit, error) {
	const times = 200
	return func(q kernel.Query) ([]kernel.Hit, error) {
		q.Groups = slices.Clone(q.Groups)
		for i, g := range q.Groups {
			q.Groups[i] = kernel.Group{{List: g[0].List, Weight: times * g[0].Weight}}
		}
		hits := ix.View().Top(q)
		for i := range hits {
			hits[i].Score /= times
		}
		return hits, nil
	}
}

// lived makes an index as it is after a while: merged, and then with changes that are not merged yet.
func lived(w *world) *kernel.Index {
	ix := kernel.New(w.records, kernel.Options{})
	ix.Merge(nil)
	r := rand.New(rand.NewPCG(1, 1))
	for range min(2000, len(w.records)/10) {
		ix.Put(w.records[r.IntN(len(w.records))])
	}
	return ix
}

// inGo are the contestants that need nothing else.
func inGo(w *world, ix *kernel.Index) []contestant {
	c := newCounters(w)
	return []contestant{
		{name: ours, ask: ranked(ix)},
		{name: portable, ask: answered(ix, kernel.Options{Portable: true})},
		{name: whole, ask: answered(ix, kernel.Options{Exhaustive: true})},
		{name: words, ask: wide(ix)},
		{name: "Go counters", ask: c.ask},
		{name: "Roaring, counted", ask: newBitmaps(c).ask},
		{name: yardstick, ask: c.read, inexact: true},
	}
}

// The contestants agree, on a small world.
func TestContestantsAgree(t *testing.T) {
	w := newWorld("small", 5000, true)
	list := inGo(w, lived(w))
	for _, m := range []mode{{}, {must: true}, {filters: true}, {true, true}} {
		c := course{name: m.String(), queries: w.openings(chunk, m)}
		c.want = w.answers(c.queries)
		c.run(t, list)
	}
}

// TestMatch is 'make bench-match'.
func TestMatch(t *testing.T) {
	for _, n := range wanted(t) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w := newWorld("skills of occupations", n, true)
			began := time.Now()
			kernel.New(w.records, kernel.Options{})
			built := time.Since(began)
			ix := lived(w)
			s := ix.View().Stats()
			t.Logf("%v on %d processors: built in %v, %d postings, %.2f bytes a posting, everything; %d parts",
				w, runtime.NumCPU(), built.Round(time.Millisecond), s.Postings, float64(s.Bytes)/float64(s.Postings), s.Parts)
			list := append(inGo(w, ix), peers(t, w)...)
			var all []times
			for _, m := range []mode{{}, {must: true}, {filters: true}, {true, true}} {
				c := course{name: m.String(), queries: w.openings(queries, m)}
				c.want = w.answers(c.queries)
				r := c.run(t, list)
				t.Logf("%s", c.show(r, list))
				all = append(all, r)
			}
			stress := stressed(t, w, ix)
			t.Logf("%s", verdict(all, stress, batch(w, ix), s))
			t.Logf("%s", visibility(w, ix))
		})
	}
}

// peers starts the engines that BENCH_PEERS names (all by default), as far as they are installed.
func peers(t *testing.T, w *world) (list []contestant) {
	wanted := cmp.Or(os.Getenv("BENCH_PEERS"), "bleve,redis,postgres")
	began := time.Now()
	defer func() { t.Logf("the peers took in the learners in %v", time.Since(began).Round(time.Second)) }()
	if strings.Contains(wanted, "bleve") {
		list = append(list, newBleve(t, w))
	}
	if strings.Contains(wanted, "redis") {
		if c, ok := newRedis(t, w); ok {
			list = append(list, c)
		} else {
			t.Log("redis-server is missing")
		}
	}
	if strings.Contains(wanted, "postgres") {
		if cs, ok := newPostgres(t, w); ok {
			list = append(list, cs...)
		} else {
			t.Log("postgres is missing")
		}
	}
	return list
}

// stressed runs the sets that little can be pruned of, against summing everything, and returns the ratio of each.
func stressed(t *testing.T, w *world, ix *kernel.Index) (rows []row) {
	chance := newWorld("skills by chance", len(w.records), false)
	byChance, arrived := lived(chance), kernel.New(w.records, kernel.Options{AsGiven: true})
	of := func(ix *kernel.Index) []contestant {
		return []contestant{{name: ours, ask: ranked(ix)}, {name: portable, ask: answered(ix, kernel.Options{Portable: true})},
			{name: whole, ask: answered(ix, kernel.Options{Exhaustive: true})}}
	}
	for _, set := range []struct {
		name    string
		world   *world
		queries []kernel.Query
		list    []contestant
	}{
		{"ten of the top hundred", w, w.stress(queries), of(ix)},
		{"no co-occurrence, top hundred", chance, chance.stress(queries), of(byChance)},
		{"no co-occurrence", chance, chance.openings(queries, mode{}), of(byChance)},
		{"order of arrival", w, w.openings(queries, mode{}), of(arrived)},
	} {
		c := course{name: "stress: " + set.name, queries: set.queries, want: set.world.answers(set.queries)}
		r := c.run(t, set.list)
		t.Logf("%s", c.show(r, set.list))
		rows = append(rows, row{"stress, " + set.name + ": ours ÷ every block", r.ratio(ours, whole), "≤ 1.5", "≤ 1.1"})
	}
	return rows
}

// batch answers as many openings as a tenth of the learners, on all processors.
func batch(w *world, ix *kernel.Index) time.Duration {
	list := w.openings(min(len(w.records)/10, 100_000), mode{})
	began := time.Now()
	ix.View().Each(len(list), func(i int) kernel.Query { return list[i] }, func(int, []kernel.Hit) {})
	return time.Since(began)
}

// visibility times changes, a thousand a second, from the change to the first answer that shows it, while queries run.
func visibility(w *world, ix *kernel.Index) string {
	list := w.openings(queries, mode{})
	stop := make(chan struct{})
	var asking sync.WaitGroup
	asking.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				ix.View().Top(list[i%len(list)])
			}
		}
	})
	var took []float64
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	mark := freeList + availability
	for i := range 5000 {
		<-tick.C
		r := w.records[i*7%len(w.records)]
		r.Lists = append(r.Lists[:len(r.Lists):len(r.Lists)], mark+kernel.List(i%100))
		q := kernel.Query{K: 50, Groups: []kernel.Group{{{List: mark + kernel.List(i%100), Weight: 1}}}}
		began := time.Now()
		ix.Put(r)
		for seen := false; !seen; {
			for _, h := range ix.View().Top(q) {
				seen = seen || h.Row == r.Row
			}
		}
		took = append(took, float64(time.Since(began).Nanoseconds())/1000)
		if ix.Due() {
			go ix.Merge(nil)
		}
	}
	close(stop)
	asking.Wait()
	return fmt.Sprintf("a change is in the answers after p50 %.0f µs, p99 %.0f µs, at most %.0f µs, at 1,000 changes a second beside queries",
		percentile(took, 0.5), percentile(took, 0.99), percentile(took, 1))
}

// row is one of the figures; NaN when a contestant was missing.
type row struct {
	what         string
	got          float64
	atLeast, aim string
}

// verdict is the table.
func verdict(all []times, stress []row, batch time.Duration, s kernel.Stats) string {
	over := func(who ...string) float64 {
		var list []float64
		for _, r := range all {
			best := math.Inf(1)
			for _, name := range who {
				if v := r.ratio(name, ours); !math.IsNaN(v) {
					best = min(best, v)
				}
			}
			list = append(list, best)
		}
		if g := geometric(list); !math.IsInf(g, 1) {
			return g
		}
		return math.NaN()
	}
	none := all[0]
	rows := []row{
		{"plain Bleve ÷ ours, no filter", none.ratio("plain Bleve", ours), "300", "750"},
		{"plain Bleve ÷ ours, geometric mean over modes", over("plain Bleve"), "120", "300"},
		{"PostgreSQL's better plan ÷ ours, geometric mean", over("PostgreSQL, GIN", "PostgreSQL, table"), "120", "300"},
		{"Redis ÷ ours, geometric mean", over("Redis ZUNIONSTORE"), "100", "280"},
		{"ours ÷ postings read once, no filter", none.ratio(ours, yardstick), "≤ 1.2", "≤ 0.6"},
		{"plain Bleve ÷ pure Go, no filter", none.ratio("plain Bleve", portable), "100", "250"},
		{"sums of 16 bits ÷ ours, no filter", none.ratio(words, ours), "", ""},
	}
	rows = append(append(rows, stress...),
		row{"batch of a tenth as many openings against all, s", batch.Seconds(), "≤ 3", "≤ 1"},
		row{"bytes a posting, everything", float64(s.Bytes) / float64(s.Postings), "≤ 6", "≤ 3"})
	text := fmt.Sprintf("%-56s %9s %8s %8s\n", "", "measured", "at least", "aim")
	for _, r := range rows {
		got := fmt.Sprintf("%.2f", r.got)
		if math.IsNaN(r.got) {
			got = "missing"
		}
		text += fmt.Sprintf("%-56s %9s %8s %8s\n", r.what, got, r.atLeast, r.aim)
	}
	return text
}
