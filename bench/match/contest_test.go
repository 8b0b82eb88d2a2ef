package match

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"matchday/matcher/kernel"
)

const (
	queries = 100 // of each mode
	chunk   = 20  // queries that a contestant answers before the next one's turn
	rounds  = 3
	// What a slow contestant is given for a course, so that a million learners take minutes and not hours: it answers as many of the
	// queries, once, as it gets done.
	patience = 15 * time.Second
)

// A contestant answers the same queries as the others. ask returns rows with their sums; a contestant of other sums returns the rows
// only, and is told how many of them are right.
type contestant struct {
	name    string
	ask     func(q kernel.Query) ([]kernel.Hit, error)
	inexact bool
	slow    bool // answers as many of the queries as patience allows
}

// course is one set of queries with the right answers.
type course struct {
	name    string
	queries []kernel.Query
	want    [][]kernel.Hit
	// only names the contestants that run; nil for all.
	only []string
}

// times of a contestant on a course: by query, the least of its rounds, in microseconds.
type times map[string][]float64

// run lets the contestants take turns and checks every answer.
func (c *course) run(t *testing.T, list []contestant) times {
	result, right, spent := times{}, map[string]int{}, map[string]time.Duration{}
	asked := 0
	for round := range rounds {
		list := slices.Clone(list)
		if round%2 == 1 { // who comes after whom matters: each finds in the caches what the one before has read
			slices.Reverse(list)
		}
		for from := 0; from < len(c.queries); from += chunk {
			for _, who := range list {
				if c.only != nil && !slices.Contains(c.only, who.name) {
					continue
				}
				if result[who.name] == nil {
					result[who.name] = slices.Repeat([]float64{math.Inf(1)}, len(c.queries))
				}
				if who.slow && (round > 0 || spent[who.name] > patience) {
					continue
				}
				if _, err := who.ask(c.queries[from]); err != nil { // untimed: what another has left behind in the caches is not its fault
					t.Fatalf("%s: %v", who.name, err)
				}
				for i := from; i < min(from+chunk, len(c.queries)) && !(who.slow && spent[who.name] > patience); i++ {
					began := time.Now()
					hits, err := who.ask(c.queries[i])
					took := float64(time.Since(began).Nanoseconds()) / 1000
					if err != nil {
						t.Fatalf("%s: %v", who.name, err)
					}
					spent[who.name] += time.Since(began)
					result[who.name][i] = min(result[who.name][i], took)
					right[who.name] += agree(t, who, hits, c.want[i])
				}
			}
		}
	}
	for i := range c.queries {
		asked += rounds * len(c.want[i])
	}
	for _, who := range list {
		if who.inexact && who.name != yardstick && result[who.name] != nil {
			t.Logf("%s, %s: %.0f %% of its answers are right", c.name, who.name, 100*float64(right[who.name])/float64(max(asked, 1)))
		}
		if who.slow && result[who.name] != nil {
			result[who.name] = slices.DeleteFunc(result[who.name], func(v float64) bool { return math.IsInf(v, 1) })
		}
	}
	return result
}

// agree counts the rows that are right; of an exact contestant everything must be.
func agree(t *testing.T, who contestant, got, want []kernel.Hit) (n int) {
	if !who.inexact {
		if !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Fatalf("%s answers %v, want %v", who.name, got, want)
		}
		return len(want)
	}
	for _, h := range got {
		if slices.ContainsFunc(want, func(w kernel.Hit) bool { return w.Row == h.Row }) {
			n++
		}
	}
	return n
}

func percentile(list []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

// ratio is the median of a ÷ b, query by query.
func (r times) ratio(a, b string) float64 {
	if r[a] == nil || r[b] == nil {
		return math.NaN()
	}
	list := make([]float64, min(len(r[a]), len(r[b])))
	for i := range list {
		list[i] = r[a][i] / r[b][i]
	}
	return percentile(list, 0.5)
}

func geometric(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(list)))
}

// show prints the times of a course.
func (c *course) show(r times, list []contestant) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tp50 µs\tp90 µs\t÷ kernel (paired)\n", c.name)
	for _, who := range list {
		if r[who.name] != nil {
			fmt.Fprintf(w, "  %s\t%.0f\t%.0f\t%.2f\n", who.name, percentile(r[who.name], 0.5), percentile(r[who.name], 0.9), r.ratio(who.name, ours))
		}
	}
	w.Flush()
	return b.String()
}

// answers finds every right answer by scoring every learner.
func (w *world) answers(list []kernel.Query) (want [][]kernel.Hit) {
	c := newCounters(w)
	for _, q := range list {
		want = append(want, c.exhaust(q))
	}
	return want
}

// exhaust sums over all learners, with nothing clever.
func (c *counters) exhaust(q kernel.Query) []kernel.Hit {
	sums, allowed := make([]int64, c.rows), make([]int, c.rows)
	for _, g := range q.Groups {
		for _, row := range c.postings[g[0].List] {
			sums[row] += int64(g[0].Weight)
		}
	}
	for _, set := range q.Must {
		for _, l := range set { // the sets of these queries are disjoint lists
			for _, row := range c.postings[l] {
				allowed[row]++
			}
		}
	}
	best := newTop(q.K)
	for row, sum := range sums {
		if sum > 0 && allowed[row] == len(q.Must) {
			best.add(uint32(row), uint16(sum))
		}
	}
	return best.hits()
}

func wanted(t *testing.T) (sizes []int) {
	if os.Getenv("BENCH_MATCH") == "" {
		t.Skip("a benchmark: run 'make bench-match'")
	}
	for _, f := range strings.Split(os.Getenv("BENCH_MATCH"), ",") {
		var n int
		if _, err := fmt.Sscan(f, &n); err != nil || n < 1000 {
			t.Fatalf("BENCH_MATCH: %q is not a number of learners", f)
		}
		sizes = append(sizes, n)
	}
	return sizes
}
