package interview

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"matchday/hiring"
)

// groupMost is how many replies are decided at once, at most: each makes up to three facts of a batch.
const groupMost = 50

// groupOf returns how many of the first requests are carried out at once: replies to different invitations that waited while the one
// before was written. A batch costs the broker about the same however many facts are in it.
func groupOf(queue []request) int {
	seen := map[hiring.Ref]bool{}
	for i, req := range queue[:min(len(queue), groupMost)] {
		c := req.command
		if c.Do != hiring.DoAccept && c.Do != hiring.DoDecline && c.Do != hiring.DoWithdraw || seen[c.Invitation] {
			return max(i, 1)
		}
		seen[c.Invitation] = true
	}
	return len(seen)
}

// serveAll carries out requests and answers them. It reports whether the day may have changed.
func (r *Role) serveAll(ctx context.Context, day hiring.DayID, requests []request) (changed bool) {
	requests = slices.DeleteFunc(requests, func(q request) bool { return q.ctx.Err() != nil })
	for i, res := range r.carryOutAll(ctx, day, requests) {
		requests[i].reply <- res
		changed = changed || res.err == nil && requests[i].command.Do != hiring.DoRead
	}
	return changed
}

// carryOutAll carries out requests at once, and one after the other where there is one, or all were refused for what one of them asks.
// Where nobody knows what became of the batch, nobody is told anything: a refusal may stand on what another of them took.
func (r *Role) carryOutAll(ctx context.Context, day hiring.DayID, requests []request) []result {
	list := make([]result, len(requests))
	if len(requests) > 1 {
		refused := make([]error, len(requests))
		_, err := r.commit(ctx, day, inTurn(requests, refused))
		if err == nil || hiring.CodeOf(err) == hiring.Unavailable {
			for i, req := range requests {
				if list[i].err = cmp.Or(err, refused[i]); list[i].err == nil {
					list[i].answer = r.state(req.command)
				}
			}
			return list
		}
	}
	for i, req := range requests {
		list[i].answer, list[i].err = r.carryOut(ctx, req.command)
	}
	return list
}

// inTurn decides requests as if each were carried out before the next is looked at, and notes which are refused.
func inTurn(requests []request, refused []error) decision {
	return func(b *daybook, s surroundings, now time.Time) (changes []change, err error) {
		b = b.clone()
		s, note := s.noting()
		for i, req := range requests {
			var more []change
			more, refused[i] = decide(b, s, req.command, now)
			revise(b, more, now)
			note(more)
			for _, c := range more {
				if c.invitation != nil {
					b.put(c.invitation)
				}
			}
			changes = append(changes, more...)
		}
		return changes, nil
	}
}

// clone returns a copy in which invitations can be answered without a trace in b.
func (b *daybook) clone() *daybook {
	next := *b
	next.invitations, next.taken = maps.Clone(b.invitations), maps.Clone(b.taken)
	return &next
}
