package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// progress draws how far a long task is, on a terminal only; elsewhere it counts and stays silent.
type progress struct {
	c     console
	label string
	total int64 // bytes; 0 when unknown
	read  atomic.Int64
	start time.Time
	stop  chan struct{}
	drawn sync.WaitGroup
	once  sync.Once
}

func newProgress(c console, label string, total int64) *progress {
	p := &progress{c: c, label: label, total: total, start: time.Now(), stop: make(chan struct{})}
	if c.terminal {
		p.drawn.Go(p.loop)
	}
	return p
}

// loop redraws five times a second until done.
func (p *progress) loop() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			fmt.Fprint(p.c.err, "\r\x1b[K"+p.line())
		case <-p.stop:
			fmt.Fprint(p.c.err, "\r\x1b[K"+p.line()+"\n")
			return
		}
	}
}

// line renders label, bar, share, rate and the time left.
func (p *progress) line() string {
	const width = 30
	read, elapsed := p.read.Load(), time.Since(p.start)
	rate := float64(read) / max(elapsed.Seconds(), 0.001) / 1e6
	if p.total <= 0 {
		return fmt.Sprintf("%s  %.1f MB  %.1f MB/s", p.label, float64(read)/1e6, rate)
	}
	share := min(float64(read)/float64(p.total), 1)
	full := int(share * width)
	left := ""
	if share > 0.01 && share < 1 {
		left = fmt.Sprintf("  %v left", time.Duration(float64(elapsed)/share*(1-share)).Round(time.Second))
	}
	return fmt.Sprintf("%s  %s%s %3.0f%%  %.1f MB/s%s", p.label, strings.Repeat("█", full), strings.Repeat("░", width-full), share*100, rate, left)
}

// reader counts what is read through it.
func (p *progress) reader(r io.Reader) io.Reader { return &countingReader{r, &p.read} }

// done draws the last line and ends the drawing; it may be called again.
func (p *progress) done() {
	p.once.Do(func() { close(p.stop) })
	p.drawn.Wait()
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}
