package kernel

import (
	"math"
	"sync"
)

// Recursive bisection, after Dhulipala and others, "Compressing Graphs and Indexes with Recursive Graph Bisection" (2016), with the
// median split of Mackenzie and others, "Faster Index Reordering with Bipartite Graph Partitioning" (2021): cut the rows into
// halves; let every row go where more rows share its lists, half of them each way; repeat; then do the same inside each half.
const (
	rounds  = 5  // of a cut, at most
	settled = 64 // a cut is done when fewer than one row in settled changed sides
	threads = 1  // depth down to which halves are cut side by side
)

// cutter cuts; one serves one goroutine.
type cutter struct {
	records     []Record
	left, right []int32 // by list: how many rows of each half stand in it; all zero between cuts
	pull        []float32
	logs        []float32 // log2 of small numbers
	affinity    []float32 // by row at hand
	touched     []List
}

func newCutter(records []Record, lists int) *cutter {
	c := &cutter{
		records: records, left: make([]int32, lists), right: make([]int32, lists), pull: make([]float32, lists),
		logs: make([]float32, 4096),
	}
	for i := range c.logs {
		c.logs[i] = float32(math.Log2(float64(i + 1)))
	}
	return c
}

func (c *cutter) log(n int32) float32 {
	if int(n) < len(c.logs) {
		return c.logs[n]
	}
	return float32(math.Log2(float64(n + 1)))
}

// bisect reorders the rows (indexes of records).
func (c *cutter) bisect(rows []int32, depth int) {
	if len(rows) <= blockRows {
		return
	}
	half := (len(rows)/2 + blockRows - 1) / blockRows * blockRows
	if len(rows) > half {
		c.cut(rows, half)
	}
	if depth >= threads {
		c.bisect(rows[:half], depth+1)
		c.bisect(rows[half:], depth+1)
		return
	}
	var beside sync.WaitGroup
	beside.Go(func() { newCutter(c.records, len(c.left)).bisect(rows[:half], depth+1) })
	c.bisect(rows[half:], depth+1)
	beside.Wait()
}

// cut moves rows between rows[:half] and rows[half:].
func (c *cutter) cut(rows []int32, half int) {
	c.touched = c.touched[:0]
	c.tally(rows[:half], c.left)
	c.tally(rows[half:], c.right)
	for range rounds {
		for _, l := range c.touched {
			c.pull[l] = c.log(c.right[l]) - c.log(c.left[l])
		}
		c.affinity = c.affinity[:0]
		for _, r := range rows {
			var a float32
			for _, l := range c.records[r].Lists {
				a += c.pull[l]
			}
			c.affinity = append(c.affinity, a)
		}
		if c.split(rows, half)*settled < len(rows) {
			break
		}
	}
	for _, l := range c.touched {
		c.left[l], c.right[l] = 0, 0
	}
}

// tally counts the lists of rows.
func (c *cutter) tally(rows []int32, counts []int32) {
	for _, r := range rows {
		for _, l := range c.records[r].Lists {
			if c.left[l] == 0 && c.right[l] == 0 {
				c.touched = append(c.touched, l)
			}
			counts[l]++
		}
	}
}

// split brings the half rows that the right half pulls least to the front and returns how many rows changed sides.
func (c *cutter) split(rows []int32, half int) (moved int) {
	bound := c.median(half)
	// Rows of the bound's own affinity stay where they are as far as there is room.
	i, j := 0, len(rows)-1
	for i < half && j >= half {
		switch {
		case c.affinity[i] <= bound:
			i++
		case c.affinity[j] >= bound:
			j--
		default:
			c.swap(rows, i, j)
			moved += 2
			i, j = i+1, j-1
		}
	}
	return moved
}

func (c *cutter) swap(rows []int32, i, j int) {
	for _, l := range c.records[rows[i]].Lists {
		c.left[l]--
		c.right[l]++
	}
	for _, l := range c.records[rows[j]].Lists {
		c.right[l]--
		c.left[l]++
	}
	rows[i], rows[j] = rows[j], rows[i]
}

// median returns about the affinity of rank half, from a histogram.
func (c *cutter) median(half int) float32 {
	lo, hi := c.affinity[0], c.affinity[0]
	for _, a := range c.affinity {
		lo, hi = min(lo, a), max(hi, a)
	}
	if lo == hi {
		return lo
	}
	var counts [1024]int
	scale := float32(len(counts)-1) / (hi - lo)
	for _, a := range c.affinity {
		counts[int((a-lo)*scale)]++
	}
	for i, n := 0, 0; i < len(counts); i++ {
		if n += counts[i]; n >= half {
			return lo + (float32(i)+0.5)/scale
		}
	}
	return hi
}
