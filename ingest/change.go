package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"matchday/events"
	"matchday/hiring"
)

// intent is something that one request wants to be so: it decides, from what is known, what fact would make it so.
type intent interface {
	// subject is the subject of that fact.
	subject() string
	// decide returns the change to make, nil when things are so already, or why it may not be. It is pure, and is asked again when
	// something changed meanwhile.
	decide(w *hiring.World, a hiring.Actor) (*change, error)
}

// change is a fact about to be written.
type change struct {
	what   string // ce-type
	body   any
	expect uint64

	// For a learner, body is empty until personal, when not nil, was sealed into learner. keyed says that the person has a key.
	learner  *hiring.Learner
	personal *hiring.Personal
	keyed    bool
}

// step is an intent on its way, and what became of it.
type step struct {
	intent intent
	expect *uint64 // where the sender saw the last fact of the subject, 0 for none; nil expects nothing
	change *change
	err    error
	seq    uint64 // of the fact written, 0 when none was needed
}

const (
	retries = 4       // of what somebody else changed meanwhile, the first attempt included
	maxFact = 240_000 // bytes of a fact's body; the log takes 256 KB with its headers
)

// carry carries steps out and waits until this role has folded what it wrote. Steps about the same subject go one after the other, in
// their order. Refusals stand in the steps; an error means that the log is not to be had, and that some may have been written.
func (r *Role) carry(ctx context.Context, a hiring.Actor, steps []*step) error {
	steps = r.unsettled(a, steps)
	for len(steps) > 0 {
		wave, rest := firsts(steps)
		if err := r.carryWave(ctx, a, wave); err != nil {
			return err
		}
		steps = rest
	}
	return nil
}

// unsettled leaves out steps about one subject that together would end where things are already, as when a file that writes a thing
// twice is imported again.
func (r *Role) unsettled(a hiring.Actor, steps []*step) []*step {
	groups := make(map[string][]*step, len(steps))
	for _, s := range steps {
		groups[s.intent.subject()] = append(groups[s.intent.subject()], s)
	}
	if len(groups) == len(steps) {
		return steps
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(steps), func(s *step) bool {
		group := groups[s.intent.subject()]
		if len(group) == 1 {
			return false
		}
		c, err := group[len(group)-1].intent.decide(r.world, a)
		if c != nil || err != nil {
			return false
		}
		_, err = s.intent.decide(r.world, a)
		return err == nil
	})
}

// firsts splits off the first step about each subject.
func firsts(steps []*step) (wave, rest []*step) {
	seen := make(map[string]bool, len(steps))
	for _, s := range steps {
		if subject := s.intent.subject(); !seen[subject] {
			seen[subject] = true
			wave = append(wave, s)
		} else {
			rest = append(rest, s)
		}
	}
	return wave, rest
}

func (r *Role) carryWave(ctx context.Context, a hiring.Actor, wave []*step) error {
	open := wave
	for range retries {
		changing := r.decide(a, open)
		if len(changing) == 0 {
			return nil
		}
		drafts, changing, err := r.drafts(ctx, changing)
		if err != nil {
			return err
		}
		open = nil
		last := uint64(0)
		for i, p := range r.log.PublishEach(ctx, drafts) {
			s := changing[i]
			switch {
			case p.Err == nil:
				s.seq = p.Seq
				last = max(last, p.Seq)
			case errors.Is(p.Err, events.ErrStale):
				s.err = p.Err
				open = append(open, s)
			default:
				return p.Err
			}
		}
		if len(open) > 0 {
			if last, err = r.lastFact(ctx); err != nil {
				return err
			}
		}
		if err := r.pos.Wait(ctx, last); err != nil {
			return fmt.Errorf("waiting for what was written: %w", hiring.Errorf(hiring.Unavailable, "the log is slow").Mend("try again"))
		}
		if len(open) == 0 {
			return nil
		}
	}
	return nil
}

// decide lets each step decide and returns those that have something to write.
func (r *Role) decide(a hiring.Actor, steps []*step) (changing []*step) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, s := range steps {
		s.change, s.err = s.intent.decide(r.world, a)
		if s.err == nil && s.expect != nil && *s.expect != r.world.Seq(s.intent.subject()) {
			s.err = events.ErrStale // only for who may write it at all: it tells that there is such a record
		}
		if s.err == nil && s.change != nil {
			changing = append(changing, s)
		}
	}
	return changing
}

// drafts seals and encodes changes. Those that are too large for the log are refused and left out of what it returns.
func (r *Role) drafts(ctx context.Context, steps []*step) ([]events.Draft, []*step, error) {
	changes := make([]*change, len(steps))
	for i, s := range steps {
		changes[i] = s.change
	}
	if err := r.seal(ctx, changes); err != nil {
		return nil, nil, err
	}
	drafts := make([]events.Draft, 0, len(steps))
	fitting := make([]*step, 0, len(steps))
	for _, s := range steps {
		body := s.change.body
		if s.change.learner != nil {
			body = s.change.learner
		}
		data, err := json.Marshal(body)
		if err != nil {
			return nil, nil, fmt.Errorf("encoding a fact: %w", err)
		}
		if len(data) > maxFact {
			s.err = hiring.Errorf(hiring.TooLarge, "the record is larger than %d bytes", maxFact).Mend("shorten its text")
			continue
		}
		drafts = append(drafts, events.Draft{
			Subject: s.intent.subject(), Type: s.change.what, Source: source, Body: json.RawMessage(data), Expect: s.change.expect,
		})
		fitting = append(fitting, s)
	}
	return drafts, fitting, nil
}

// do carries out one intent of a command and returns where it stands in the log.
func (r *Role) do(ctx context.Context, a hiring.Actor, i intent) (hiring.Done, error) {
	if err := a.Validate(); err != nil {
		return hiring.Done{}, err
	}
	release, err := r.inHand.take(ctx, []string{i.subject()})
	if err != nil {
		return hiring.Done{}, err
	}
	defer release()
	s := &step{intent: i}
	if err := r.carry(ctx, a, []*step{s}); err != nil {
		return hiring.Done{}, err
	}
	if s.err != nil {
		return hiring.Done{}, s.err
	}
	if s.seq == 0 {
		r.mu.RLock()
		defer r.mu.RUnlock()
		s.seq = r.world.Seq(i.subject())
	}
	return hiring.Done{Position: s.seq}, nil
}

// same reports whether two states encode alike.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
