package interview

import (
	"context"
	"sync"

	"matchday/events"
	"matchday/hiring"
)

// pressMost is how many facts of several days go in one batch, at most.
const pressMost = 500

// press writes what days decided. What several days have waiting goes in one atomic batch: a batch costs the broker some milliseconds
// however many facts are in it, and its stream takes one after the other. Each day keeps its own expectations; where one of them does
// not hold the batch as a whole is refused, and each day's part goes alone.
type press struct {
	log  *events.Log
	mu   sync.Mutex
	busy bool
	jobs []*job
	done sync.WaitGroup
}

// job is the facts of one decision: all or none.
type job struct {
	drafts []events.Draft
	last   uint64
	err    error
	ready  chan struct{}
}

// publish puts the drafts in the log, all or none, and returns the sequence of the last.
func (p *press) publish(ctx context.Context, drafts []events.Draft) (uint64, error) {
	j := &job{drafts: drafts, ready: make(chan struct{})}
	p.mu.Lock()
	p.jobs = append(p.jobs, j)
	if !p.busy {
		p.busy = true
		p.done.Go(func() { p.run(context.WithoutCancel(ctx)) })
	}
	p.mu.Unlock()
	<-j.ready // the writing is bounded by patience; what became of it must be known
	return j.last, j.err
}

// run writes until nothing waits.
func (p *press) run(ctx context.Context) {
	for {
		jobs := p.next()
		if len(jobs) == 0 {
			return
		}
		p.write(ctx, jobs)
		for _, j := range jobs {
			close(j.ready)
		}
	}
}

// next takes the jobs that may go together: none about a subject, or under a fence, of another. The rest waits for the next turn.
func (p *press) next() (jobs []*job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken, size := map[string]bool{}, 0
	var left []*job
	for _, j := range p.jobs {
		if len(jobs) > 0 && (size+len(j.drafts) > pressMost || overlaps(taken, j.drafts)) {
			left = append(left, j)
			continue
		}
		jobs, size = append(jobs, j), size+len(j.drafts)
		for _, d := range j.drafts {
			taken[d.Subject], taken[d.Fence] = true, d.Fence != ""
		}
	}
	p.jobs, p.busy = left, len(jobs) > 0
	return jobs
}

func overlaps(taken map[string]bool, drafts []events.Draft) bool {
	for _, d := range drafts {
		if taken[d.Subject] || taken[d.Fence] {
			return true
		}
	}
	return false
}

// write writes jobs in one batch, or each alone when it was refused.
func (p *press) write(ctx context.Context, jobs []*job) {
	if len(jobs) > 1 {
		var all []events.Draft
		for _, j := range jobs {
			all = append(all, j.drafts...)
		}
		last, err := p.send(ctx, all)
		if err == nil || hiring.CodeOf(err) == hiring.Unavailable {
			for i := len(jobs) - 1; i >= 0; i-- {
				jobs[i].last, jobs[i].err = last, err
				last -= uint64(len(jobs[i].drafts)) // a batch is stored without gaps
			}
			return
		}
	}
	for _, j := range jobs {
		j.last, j.err = p.send(ctx, j.drafts)
	}
}

func (p *press) send(ctx context.Context, drafts []events.Draft) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if len(drafts) == 1 {
		return p.log.Publish(ctx, drafts[0])
	}
	return p.log.PublishBatch(ctx, drafts)
}
