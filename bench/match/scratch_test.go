package match

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"matchday/matcher/kernel"
)

func TestScratch(t *testing.T) {
	n := 1_000_000
	if os.Getenv("N") != "" {
		fmt.Sscan(os.Getenv("N"), &n)
	}
	b := time.Now()
	w := newWorld("clustered", n, true)
	fmt.Println("world", time.Since(b))
	b = time.Now()
	ix := kernel.New(w.records, kernel.Options{})
	fmt.Println("index", time.Since(b))
	px := kernel.New(w.records, kernel.Options{Portable: true})
	st := ix.View().Stats()
	fmt.Printf("%+v %.2f bytes/posting\n", st, float64(st.Bytes)/float64(st.Postings))
	for _, m := range []mode{{}, {must: true}, {filters: true}, {true, true}} {
		scratch(m.String(), w.openings(200, m), ix, px)
	}
	scratch("top100", w.stress(200), ix, px)
}

func scratch(name string, qs []kernel.Query, xs ...*kernel.Index) {
	fmt.Print(name)
	for _, ix := range xs {
		v := ix.View()
		var ds []time.Duration
		for r := 0; r < 3; r++ {
			for _, q := range qs {
				b := time.Now()
				v.Top(q)
				ds = append(ds, time.Since(b))
			}
		}
		slices.Sort(ds)
		fmt.Printf("  p50 %v p90 %v", ds[len(ds)/2], ds[len(ds)*9/10])
	}
	fmt.Println()
}
