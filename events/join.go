package events

import (
	"context"
	"slices"
	"sync"

	"matchday/hiring"
)

// mostJoined is how many drafts a run has at the most that goes with others; a larger one fills a batch by itself.
const mostJoined = 250

// joint lets several who publish at the same time share a batch. Staging and committing one costs the broker about the same for twenty
// facts as for two hundred, and it does one after the other: while one is under way, what comes waits and then goes together.
type joint struct {
	mu      sync.Mutex
	busy    bool // a batch is under way
	waiting []*joined
}

// joined is a run of drafts on its way, each about a subject of its own.
type joined struct {
	ctx  context.Context
	ds   []Draft
	out  []Published
	done chan struct{} // closed when out is filled
}

// publishJoined writes a run as publishRun does, with others' if there are any.
func (l *Log) publishJoined(ctx context.Context, ds []Draft, out []Published) {
	if len(ds) > mostJoined {
		l.publishRun(ctx, ds, out)
		return
	}
	run := &joined{ctx, ds, out, make(chan struct{})}
	l.joint.mu.Lock()
	l.joint.waiting = append(l.joint.waiting, run)
	if !l.joint.busy {
		l.joint.busy = true
		go l.publishWaiting()
	}
	l.joint.mu.Unlock()
	select {
	case <-run.done:
	case <-ctx.Done():
		if l.joint.leave(run) {
			for i := range out {
				out[i].Err = asUnavailable(ctx.Err())
			}
			return
		}
		<-run.done // it is being written, for some seconds at the most
	}
}

// leave takes out a run that is not under way yet.
func (j *joint) leave(run *joined) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := len(j.waiting)
	j.waiting = slices.DeleteFunc(j.waiting, func(o *joined) bool { return o == run })
	return len(j.waiting) < n
}

// publishWaiting writes what waits until nothing does.
func (l *Log) publishWaiting() {
	for {
		runs := l.joint.next()
		if len(runs) == 0 {
			return
		}
		l.publishTogether(runs)
		for _, r := range runs {
			close(r.done)
		}
	}
}

// next takes out the first runs that fit in one batch: no two about the same subject, and one with a fence, which others could move, by
// itself. With none left, whoever asks is done.
func (j *joint) next() (runs []*joined) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) == 0 {
		j.busy = false
		return nil
	}
	seen, n := map[string]struct{}{}, 0
	for i, r := range j.waiting {
		alone := slices.ContainsFunc(r.ds, func(d Draft) bool { _, again := seen[d.Subject]; return again || d.Fence != "" })
		if n += len(r.ds); i > 0 && (alone || n > maxBatch) {
			break
		}
		for _, d := range r.ds {
			seen[d.Subject] = struct{}{}
		}
		if runs = append(runs, r); alone {
			break
		}
	}
	j.waiting = j.waiting[len(runs):]
	return runs
}

// publishTogether writes runs as one batch. When that is refused, each goes by itself: one of them is to blame.
func (l *Log) publishTogether(runs []*joined) {
	if len(runs) > 1 {
		var all []Draft
		for _, r := range runs {
			all = append(all, r.ds...)
		}
		ctx, cancel := bounded(context.Background())
		last, err := l.publishBatch(ctx, all)
		cancel()
		if err == nil || hiring.CodeOf(err) == hiring.Unavailable {
			seq := last - uint64(len(all))
			for _, r := range runs {
				for i := range r.out {
					if seq++; err == nil {
						r.out[i].Seq = seq
					} else {
						r.out[i].Err = err
					}
				}
			}
			return
		}
	}
	for _, r := range runs {
		l.publishRun(r.ctx, r.ds, r.out)
	}
}
