// Command fresh measures how soon after an update an answer contains it, with the built binary under load: a thousand updates a
// second arrive over HTTP, rankings and searches are asked for all the while, and one learner after the other is added, whom the next
// ranking and the next text filter, through log, matcher and Bleve, must show.
//
// It prints the median, the 99th percentile and the longest time, from sending the update and from its acknowledgement, which comes
// once the log has it on disk. Every figure is of this machine at this time; what else runs on it is in the figures.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	learners := flag.Int("learners", 10_000, "learners to begin with")
	openings := flag.Int("openings", 200, "openings to begin with")
	rate := flag.Int("rate", 1000, "updates a second")
	length := flag.Duration("for", 30*time.Second, "how long to measure")
	flag.Parse()
	l := load{learners: *learners, openings: *openings, rate: *rate, length: *length}
	if err := l.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench-fresh:", err)
		os.Exit(1)
	}
}

// load is what a run does.
type load struct {
	learners, openings, rate int
	length                   time.Duration

	server           *server
	updates, answers atomic.Int64
}

// seen is how long one update took to be acknowledged, ranked, and ranked among those whom a text finds; from when it was sent.
type seen struct{ acknowledged, ranked, found time.Duration }

func (l *load) run() error {
	s, stop, err := start()
	if err != nil {
		return err
	}
	defer stop()
	l.server = s
	if err := l.fill(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.length)
	defer cancel()
	var beside sync.WaitGroup
	works := []func(context.Context) error{l.ask, l.ask}
	for n := range senders {
		works = append(works, func(ctx context.Context) error { return l.update(ctx, n) })
	}
	failed := make(chan error, len(works))
	for _, work := range works {
		beside.Go(func() {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				failed <- err
				cancel()
			}
		})
	}
	began := time.Now()
	all, err := l.probe(ctx)
	took := time.Since(began).Seconds()
	cancel()
	beside.Wait()
	select {
	case err = <-failed:
	default:
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d learners, %d openings; %.0f updates/s acknowledged, %.0f answers/s beside, %d probes\n",
		l.learners, l.openings, float64(l.updates.Load())/took, float64(l.answers.Load())/took, len(all))
	fmt.Printf("%-44s %8s %8s %8s\n", "", "p50", "p99", "max")
	show("sent → acknowledged (on disk)", all, func(s seen) time.Duration { return s.acknowledged })
	show("acknowledged → ranked", all, func(s seen) time.Duration { return s.ranked - s.acknowledged })
	show("acknowledged → ranked among a text's finds", all, func(s seen) time.Duration { return s.found - s.acknowledged })
	show("sent → ranked among a text's finds", all, func(s seen) time.Duration { return s.found })
	return nil
}

func show(what string, all []seen, of func(seen) time.Duration) {
	times := make([]time.Duration, len(all))
	for i, s := range all {
		times[i] = of(s)
	}
	slices.Sort(times)
	if n := len(times); n > 0 {
		round := func(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
		fmt.Printf("%-44s %8v %8v %8v\n", what, round(times[n/2]), round(times[n*99/100]), round(times[n-1]))
	}
}

// fill imports what there is at the beginning.
func (l *load) fill() error {
	var lines bytes.Buffer
	for i := range l.openings {
		fmt.Fprintf(&lines, `{"id":"o%d","title":"Opening %d","employer":"Acme","skills":[%s]}`+"\n", i, i, skillsOf(i, 10, `"need":"essential"`))
	}
	lines.WriteString(`{"id":"probe","title":"Probe","employer":"Acme","skills":[{"name":"probing","need":"essential"}]}` + "\n")
	if err := l.server.ask("POST", "/v1/imports/openings", lines.Bytes(), nil); err != nil {
		return err
	}
	lines.Reset()
	for i := range l.learners {
		lines.WriteString(learner(i, 0))
	}
	return l.server.ask("POST", "/v1/imports/learners", lines.Bytes(), nil)
}

// skillsOf draws n of 500 skills, the first ones more often, by a seed.
func skillsOf(seed, n int, more string) string {
	var list []string
	taken := map[int]bool{}
	x := uint64(seed)*2862933555777941757 + 3037000493
	for len(list) < n {
		x = x*6364136223846793005 + 1442695040888963407
		k := int(x>>33%500) * int(x>>40%500) / 500
		if !taken[k] {
			taken[k] = true
			list = append(list, fmt.Sprintf(`{"name":"skill number %d",%s}`, k, more))
		}
	}
	return strings.Join(list, ",")
}

// learner is the line of a learner as of one of their updates.
func learner(i, turn int) string {
	return fmt.Sprintf(`{"id":"l%d","text":"turn %d of a learner","skills":[%s]}`+"\n", i, turn, skillsOf(i+31*turn, 12, `"level":3`))
}

// senders is how many send updates side by side: one who waits for the disk each time does not reach the rate.
const senders = 8

// update changes a share of the learners at a share of the rate, twenty at a time.
func (l *load) update(ctx context.Context, share int) error {
	const chunk = 20
	tick := time.NewTicker(time.Second * chunk * senders / time.Duration(l.rate))
	defer tick.Stop()
	for n := share * l.learners / senders; ; n += chunk {
		var lines strings.Builder
		for i := range chunk {
			lines.WriteString(learner((n+i)%l.learners, 1+n/chunk))
		}
		if err := l.server.ask("POST", "/v1/imports/learners", []byte(lines.String()), nil); err != nil {
			return err
		}
		l.updates.Add(chunk)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// ask asks for rankings and searches, one after the other.
func (l *load) ask(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		path := fmt.Sprintf("/v1/openings/o%d/matches?limit=20", n%l.openings)
		if n%4 == 3 {
			path = fmt.Sprintf("/v1/search/learners?q=%%22skill+number+%d%%22", n%500)
		}
		if err := l.server.ask("GET", path, nil, nil); err != nil {
			return err
		}
		l.answers.Add(1)
	}
	return nil
}

// probe adds one learner after the other, ten a second at most, and asks for what must show them.
func (l *load) probe(ctx context.Context) (all []seen, err error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		s, err := l.probeOne(n)
		if err != nil {
			return all, err
		}
		all = append(all, s)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return all, nil
		}
	}
}

func (l *load) probeOne(n int) (s seen, err error) {
	line := fmt.Sprintf(`{"id":"probe-%d","text":"mark%dmark","skills":[{"name":"probing"}]}`+"\n", n, n)
	var sum struct{ Position uint64 }
	sent := time.Now()
	if err := l.server.ask("POST", "/v1/imports/learners", []byte(line), &sum); err != nil {
		return s, err
	}
	s.acknowledged = time.Since(sent)
	var both sync.WaitGroup
	problems := make([]error, 2)
	both.Go(func() {
		s.ranked, problems[0] = l.server.shows(sent, fmt.Sprintf("/v1/learners/probe-%d/matches?limit=1&after=%d", n, sum.Position), `"probe"`)
	})
	both.Go(func() {
		path := fmt.Sprintf("/v1/openings/probe/matches?limit=1&text=mark%dmark&after=%d", n, sum.Position)
		s.found, problems[1] = l.server.shows(sent, path, fmt.Sprintf(`"probe-%d"`, n))
	})
	both.Wait()
	for _, p := range problems {
		if p != nil {
			return s, p
		}
	}
	return s, nil
}
