package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"
	"golang.org/x/sync/errgroup"

	"matchday/hiring"
)

const (
	batchSize    = 4_000 // documents of one batch: fewer and larger segments cost less to make and to merge
	idlePosition = 5_000 // facts without effect on the index, after which the position is stored nevertheless
	keyRetry     = 200 * time.Millisecond
	openers      = 2 // records unsealed at once: each may need a round trip to the broker for its key
)

// changes is what a batch of facts leaves to be written.
type changes struct {
	learners map[hiring.LearnerRef]bool
	openings map[hiring.OpeningID]bool
	erased   bool
}

func newChanges() changes {
	return changes{learners: map[hiring.LearnerRef]bool{}, openings: map[hiring.OpeningID]bool{}}
}

func (c *changes) add(ch hiring.Change) {
	for _, l := range ch.Learners {
		c.learners[l] = true
	}
	if ch.Opening != "" {
		c.openings[ch.Opening] = true
	}
	c.erased = c.erased || ch.Erased
}

// fold applies facts to the World and writes what they changed. Those that the index holds already are applied only.
func (r *Role) fold(ctx context.Context, facts []hiring.Fact) error {
	todo := newChanges()
	for _, f := range facts {
		if !r.checked && f.Seq > r.checkpoint {
			if err := r.check(&todo); err != nil {
				return err
			}
		}
		change, err := r.apply(f)
		if err != nil {
			r.opts.Logger.Error("search: skipping a fact", "error", err)
		}
		if f.Seq > r.checkpoint {
			todo.add(change)
		}
	}
	if !r.checked && r.world.Position >= r.checkpoint {
		if err := r.check(&todo); err != nil {
			return err
		}
	}
	if err := r.write(ctx, todo); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if r.checked {
		r.pos.Advance(r.world.Position)
	}
	if r.stop == nil && r.world.Position >= r.end {
		return r.serve()
	}
	return nil
}

// apply takes a fact into the World and the catalogue, and says whose documents it changes. Those of a programme's graduates say which one
// it is and that it teaches something, whatever that is.
func (r *Role) apply(f hiring.Fact) (hiring.Change, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change, err := r.world.Apply(f)
	if id := change.Programme; id != "" {
		now := r.world.Programmes[id]
		was := r.catalogue.put(now)
		if was != nil && was.Name == now.Name && was.Provider == now.Provider && (len(was.Skills) > 0) == (len(now.Skills) > 0) {
			change.Learners = nil
		}
	}
	return change, err
}

// check compares the index with what the log says it should hold at its position, and starts a new one when they differ.
func (r *Role) check(todo *changes) error {
	r.checked = true
	for ref, l := range r.world.Learners {
		if shown(l) {
			r.setMark(learnerKey(ref), mark(learnerKey(ref), r.world.Seq(hiring.LearnerSubject(ref))))
		}
	}
	for id, o := range r.world.Openings {
		if !o.Withdrawn {
			r.setMark(openingKey(id), mark(openingKey(id), r.openingSeq(id)))
		}
	}
	have := r.index.state
	if have.Count == len(r.marks) && have.Digest == r.digest {
		return nil
	}
	r.opts.Logger.Warn("search: rebuilding the index", "reason", "it does not fit the log", "entries", have.Count, "wanted", len(r.marks))
	clear(r.marks)
	r.digest, r.checkpoint = 0, 0
	for ref := range r.world.Learners {
		todo.learners[ref] = true
	}
	for id := range r.world.Openings {
		todo.openings[id] = true
	}
	return r.index.reset()
}

func shown(l *hiring.Learner) bool { return l != nil && !l.Erased && l.Visible }

func (r *Role) openingSeq(id hiring.OpeningID) uint64 {
	return r.world.Seq(hiring.OpeningSubject(r.opts.Secrets.Ref(hiring.KindOpening, string(id))))
}

// setMark puts the mark of an entry, or takes it out when it is 0.
func (r *Role) setMark(id string, m uint64) {
	r.digest ^= r.marks[id] ^ m
	if r.marks[id] = m; m == 0 {
		delete(r.marks, id)
	}
}

// write brings the index to the World in batches; the last one stores the position. A crash between two of them leaves some entries
// newer than the position, and the facts after it write those again.
func (r *Role) write(ctx context.Context, todo changes) error {
	jobs := todo.jobs()
	if len(jobs) == 0 {
		if r.world.Position < r.index.position()+idlePosition {
			return nil
		}
		return r.writeBatch(ctx, nil, true, false)
	}
	if todo.erased {
		r.erasures.Add(1)
	}
	for chunk := range slices.Chunk(jobs, batchSize) {
		jobs = jobs[len(chunk):]
		if err := r.writeBatch(ctx, chunk, len(jobs) == 0, todo.erased); err != nil {
			return err
		}
	}
	if todo.erased && r.stop != nil {
		r.askSweep()
	}
	return nil
}

// job is one entry to be written or deleted.
type job struct {
	learner hiring.LearnerRef
	opening hiring.OpeningID
}

// jobs lists what changed, in an order that does not depend on maps.
func (c *changes) jobs() []job {
	list := make([]job, 0, len(c.learners)+len(c.openings))
	for ref := range c.learners {
		list = append(list, job{learner: ref})
	}
	for id := range c.openings {
		list = append(list, job{opening: id})
	}
	slices.SortFunc(list, compareJobs)
	return list
}

// writeBatch writes one batch of entries, each as the World has it now.
func (r *Role) writeBatch(ctx context.Context, jobs []job, last, erased bool) error {
	started := time.Now()
	entries := make([]*entry, len(jobs)) // nil for one that goes
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(openers)
	for i, j := range jobs {
		g.Go(func() (err error) {
			entries[i], err = r.entry(gctx, j)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	fill := func(b *bleve.Batch) error {
		for i, j := range jobs {
			if entries[i] == nil {
				b.Delete(j.key())
			} else if err := b.IndexAdvanced(entries[i].document()); err != nil {
				return err
			}
		}
		return nil
	}
	for i, j := range jobs {
		r.setMark(j.key(), 0)
		if entries[i] != nil {
			r.setMark(j.key(), mark(j.key(), r.seq(j)))
		}
	}
	_, err := r.index.commit(fill, func(s *state) {
		s.Count, s.Digest, s.Unswept = len(r.marks), r.digest, s.Unswept || erased
		if last {
			s.Position = r.world.Position
		}
	})
	r.opts.Logger.Debug("search: batch", "documents", len(jobs), "took", time.Since(started))
	return err
}

func nothing(*bleve.Batch) error { return nil }

func (j job) key() string {
	if j.learner != "" {
		return learnerKey(j.learner)
	}
	return openingKey(j.opening)
}

func compareJobs(a, b job) int {
	switch x, y := a.key(), b.key(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (r *Role) seq(j job) uint64 {
	if j.learner != "" {
		return r.world.Seq(hiring.LearnerSubject(j.learner))
	}
	return r.openingSeq(j.opening)
}

// entry tells the learner or opening of a job, nil when it is not to be found. The projection is the only writer of
// the World, so it reads without the lock.
func (r *Role) entry(ctx context.Context, j job) (*entry, error) {
	if j.learner == "" {
		o := r.world.Openings[j.opening]
		if o == nil || o.Withdrawn {
			return nil, nil
		}
		e := openingEntry(o)
		return &e, nil
	}
	l := r.world.Learners[j.learner]
	if !shown(l) {
		return nil, nil
	}
	p, err := r.patiently(ctx, l)
	if err != nil {
		return nil, err
	}
	e := learnerEntry(r.world, l, p)
	return &e, nil
}

// personal unseals what a learner keeps sealed. A key that is gone, or that does not open the seal, gives nil.
func (r *Role) personal(ctx context.Context, l *hiring.Learner) (*hiring.Personal, error) {
	if len(l.Sealed) == 0 {
		return &hiring.Personal{}, nil
	}
	key, err := r.opts.Log.Key(ctx, l.Ref)
	if hiring.CodeOf(err) == hiring.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a person's key: %w", err)
	}
	p, err := r.opts.Secrets.Unseal(key, l.Ref, l.Sealed)
	if err != nil {
		r.opts.Logger.Warn("search: a sealed record does not open", "learner", l.Ref, "error", err)
		return nil, nil
	}
	return &p, nil
}

// patiently is personal for the projection, which must not go on without: it waits as long as the broker is away.
func (r *Role) patiently(ctx context.Context, l *hiring.Learner) (*hiring.Personal, error) {
	for {
		p, err := r.personal(ctx, l)
		if err == nil || hiring.CodeOf(err) != hiring.Unavailable {
			return p, err
		}
		r.opts.Logger.Warn("search: waiting for a person's key", "error", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(keyRetry):
		}
	}
}
