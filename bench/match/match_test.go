package match

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"matchday/matcher/kernel"
)

func ranked(ix *kernel.Index) func(q kernel.Query) ([]kernel.Hit, error) {
	return func(q kernel.Query) ([]kernel.Hit, error) { return ix.View().Top(q), nil }
}

// lived makes an index as it is after a while: merged, and then with changes that are not merged yet.
func lived(w *world, o kernel.Options) *kernel.Index {
	ix := kernel.New(w.records, o)
	ix.Merge()
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
		{name: portable, ask: ranked(lived(w, kernel.Options{Portable: true}))},
		{name: whole, ask: ranked(lived(w, kernel.Options{Exhaustive: true}))},
		{name: "Go counters", ask: c.ask},
		{name: "Roaring, counted", ask: newBitmaps(c).ask},
		{name: yardstick, ask: c.read, inexact: true},
	}
}

// The contestants agree, on a small world.
func TestContestantsAgree(t *testing.T) {
	w := newWorld("small", 5000, true)
	list := inGo(w, lived(w, kernel.Options{}))
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
			ix := lived(w, kernel.Options{})
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
			stress := stressed(t, w, list)
			t.Logf("%s", verdict(all, stress, batch(w, ix), s))
			t.Logf("%s", visibility(w, ix))
		})
	}
}

// peers starts the engines that BENCH_PEERS names (all by default), as far as they are installed.
func peers(t *testing.T, w *world) (list []contestant) {
	wanted := cmp.Or(os.Getenv("BENCH_PEERS"), "bleve,redis,postgres")
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

// stressed runs the sets that nothing can prune, against summing everything.
func stressed(t *testing.T, w *world, list []contestant) (worst float64) {
	only := []string{ours, whole, portable}
	chance := newWorld("skills by chance", len(w.records), false)
	byChance := []contestant{
		{name: ours, ask: ranked(lived(chance, kernel.Options{}))}, {name: whole, ask: ranked(lived(chance, kernel.Options{Exhaustive: true}))},
	}
	for _, c := range []struct {
		course
		list []contestant
	}{
		{course{name: "ten of the top hundred", queries: w.stress(queries), only: only}, list},
		{course{name: "no co-occurrence, top hundred", queries: chance.stress(queries), only: only}, byChance},
		{course{name: "no co-occurrence", queries: chance.openings(queries, mode{}), only: only}, byChance},
	} {
		own := w
		if len(c.list) == len(byChance) {
			own = chance
		}
		c.want = own.answers(c.queries)
		r := c.run(t, c.list)
		t.Logf("%s", c.show(r, c.list))
		worst = max(worst, r.ratio(ours, whole))
	}
	return worst
}

// batch answers as many openings as a tenth of the learners, on all processors.
func batch(w *world, ix *kernel.Index) time.Duration {
	list := w.openings(min(len(w.records)/10, 100_000), mode{})
	began := time.Now()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(list); i = next.Add(1) - 1 {
				ix.View().Top(list[i])
			}
		})
	}
	workers.Wait()
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
			go ix.Merge()
		}
	}
	close(stop)
	asking.Wait()
	return fmt.Sprintf("a change is in the answers after p50 %.0f µs, p99 %.0f µs, at most %.0f µs, at 1,000 changes a second beside queries",
		percentile(took, 0.5), percentile(took, 0.99), percentile(took, 1))
}

// verdict is the table.
func verdict(all []times, stress float64, batch time.Duration, s kernel.Stats) string {
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
		return geometric(list)
	}
	none := all[0]
	rows := []struct {
		what         string
		got          float64
		atLeast, aim string
	}{
		{"plain Bleve ÷ ours, no filter", none.ratio("plain Bleve", ours), "300", "750"},
		{"plain Bleve ÷ ours, geometric mean over modes", over("plain Bleve"), "120", "300"},
		{"PostgreSQL's better plan ÷ ours, geometric mean", over("PostgreSQL, GIN", "PostgreSQL, table"), "120", "300"},
		{"Redis ÷ ours, geometric mean", over("Redis ZUNIONSTORE"), "100", "280"},
		{"ours ÷ postings read once, no filter", none.ratio(ours, yardstick), "≤ 1.2", "≤ 0.6"},
		{"plain Bleve ÷ pure Go, no filter", none.ratio("plain Bleve", portable), "100", "250"},
		{"stress sets: ours ÷ every block, worst", stress, "≤ 1.5", "≤ 1.1"},
		{"batch of all against a tenth, s", batch.Seconds(), "≤ 3", "≤ 1"},
		{"bytes a posting, everything", float64(s.Bytes) / float64(s.Postings), "≤ 6", "≤ 3"},
	}
	text := fmt.Sprintf("%-52s %9s %8s %8s\n", "", "measured", "at least", "aim")
	for _, r := range rows {
		text += fmt.Sprintf("%-52s %9.2f %8s %8s\n", r.what, r.got, r.atLeast, r.aim)
	}
	return text
}
