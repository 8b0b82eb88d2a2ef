package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

// Options says what the role works with. All but Logger are needed.
type Options struct {
	Log     *events.Log
	Secrets *vault.Secrets
	Shelf   *skills.Shelf
	// Dir is the folder of the index. It may be deleted while the role is stopped.
	Dir    string
	Logger *slog.Logger
}

// Role is the search role; see the package's comment.
type Role struct {
	opts    Options
	cursors cursors
	index   *index
	ready   chan struct{}
	stop    func() // ends the answering; nil before
	pos     events.Position

	mu        sync.RWMutex // guards world and catalogue: the projection writes, answers read
	world     *hiring.World
	catalogue *catalogue // of the programmes in world

	// Of the projection alone.
	checkpoint uint64            // what the index held at the start
	end        uint64            // where the log ended at the start
	checked    bool              // whether the index was compared with the log at checkpoint
	marks      map[string]uint64 // of every entry in the index, by its id
	digest     uint64            // XOR of marks

	erasures atomic.Int64  // counted up with each
	swept    chan struct{} // asks the sweeper to go; holds one
}

// New checks the options. Nothing is opened before Run.
func New(o Options) (*Role, error) {
	if o.Log == nil || o.Secrets == nil || o.Shelf == nil || o.Dir == "" {
		return nil, errors.New("search: Log, Secrets, Shelf and Dir are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c, err := newCursors(o.Secrets)
	if err != nil {
		return nil, fmt.Errorf("search: preparing cursors: %w", err)
	}
	return &Role{
		opts:      o,
		cursors:   c,
		ready:     make(chan struct{}),
		world:     hiring.NewWorld(hiring.KindLearner, hiring.KindCredential, hiring.KindProgramme, hiring.KindOpening, hiring.KindTaxonomy),
		catalogue: newCatalogue(),
		marks:     map[string]uint64{},
		swept:     make(chan struct{}, 1),
	}, nil
}

// Ready is closed once the log was folded up to the end that it had at the start, and questions are answered.
func (r *Role) Ready() <-chan struct{} { return r.ready }

// Run opens the index, follows the log and answers until ctx ends; then it returns nil. It must be called once.
func (r *Role) Run(ctx context.Context) (err error) {
	if r.end, err = r.opts.Log.End(ctx); err != nil {
		return fmt.Errorf("search: asking for the end of the log: %w", err)
	}
	if r.index, err = openIndex(r.opts.Dir, r.opts.Logger); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer func() {
		if cerr := r.index.close(); err == nil && cerr != nil {
			err = fmt.Errorf("search: closing the index: %w", cerr)
		}
	}()
	if p := r.index.state.Position; p > r.end {
		r.opts.Logger.Warn("search: rebuilding the index", "reason", "it is ahead of the log", "position", p, "end", r.end)
		if err := r.index.reset(); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	r.checkpoint = r.index.state.Position
	defer func() {
		if r.stop != nil {
			r.stop()
		}
	}()
	if r.end == 0 {
		if err := r.serve(); err != nil {
			return err
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return r.opts.Log.FollowBulk(gctx, 0, &r.pos, func(facts []hiring.Fact) error { return r.fold(gctx, facts) })
	})
	g.Go(func() error { return r.sweeper(gctx) })
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// serve begins to answer and says that the role is ready.
func (r *Role) serve() (err error) {
	var answers events.Answers
	answers.Add(events.Answer(r.opts.Log, &r.pos, r.answer))
	answers.Add(events.Answer(r.opts.Log, &r.pos, r.findLearners))
	if r.stop = answers.Stop; answers.Err() != nil {
		return fmt.Errorf("search: beginning to answer: %w", answers.Err())
	}
	if r.index.state.Unswept {
		r.askSweep()
	}
	close(r.ready)
	return nil
}

func (r *Role) askSweep() {
	select {
	case r.swept <- struct{}{}:
	default: // asked already
	}
}

// sweeper clears the terms of erased people from the disk, beside the projection, once the role is ready. Erasures that come while
// it works are swept together afterwards.
func (r *Role) sweeper(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-r.ready:
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.swept:
		}
		seen := r.erasures.Load()
		err := r.index.sweep(ctx)
		if err == nil {
			_, err = r.index.commit(nothing, func(s *state) { s.Unswept = r.erasures.Load() != seen })
		}
		if err != nil && ctx.Err() == nil {
			r.opts.Logger.Error("search: clearing erased terms from the disk; trying again", "error", err)
			time.AfterFunc(5*time.Second, r.askSweep)
		}
	}
}
