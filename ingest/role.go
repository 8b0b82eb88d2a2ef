package ingest

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

// source is the ce-source of this role's facts.
const source = "ingest"

// Options is what the role needs. Log, Secrets and Shelf are required.
type Options struct {
	Log     *events.Log
	Secrets *vault.Secrets
	Shelf   *skills.Shelf
	Logger  *slog.Logger // nil discards
}

// Role is the ingest role; see the package comment.
type Role struct {
	log     *events.Log
	secrets *vault.Secrets
	shelf   *skills.Shelf
	logger  *slog.Logger

	mu    sync.RWMutex // guards world
	world *hiring.World
	pos   events.Position

	inHand claims
	ready  chan struct{}
}

// New makes the role; Run starts it.
func New(o Options) (*Role, error) {
	if o.Log == nil || o.Secrets == nil || o.Shelf == nil {
		return nil, fmt.Errorf("ingest: log, secrets and shelf are required")
	}
	return &Role{
		log:     o.Log,
		secrets: o.Secrets,
		shelf:   o.Shelf,
		logger:  cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
		world: hiring.NewWorld(hiring.KindLearner, hiring.KindCredential, hiring.KindProgramme, hiring.KindOpening, hiring.KindToken,
			hiring.KindTaxonomy, hiring.KindEmployer),
		ready: make(chan struct{}),
	}, nil
}

// Ready is closed once the role has folded the log up to the end that it saw at its start, and answers questions.
func (r *Role) Ready() <-chan struct{} { return r.ready }

// Run folds the log and answers until ctx ends, which is no error. It is called once.
func (r *Role) Run(ctx context.Context) error {
	end, err := r.lastFact(ctx)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	following, leave := context.WithCancel(context.WithoutCancel(ctx)) // answers in hand still wait for what they wrote
	g.Go(func() error { return r.log.Follow(following, 0, r.fold) })
	g.Go(func() error {
		defer leave()
		if r.pos.Wait(ctx, end) != nil {
			return nil // asked to stop before it was ready
		}
		stop, err := r.answer()
		defer stop()
		if err != nil {
			return err
		}
		close(r.ready)
		<-ctx.Done()
		return nil
	})
	if err := g.Wait(); err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

// lastFact returns the sequence of the last fact that can be read. The log's end may lie behind it, where an erasure broke off after it
// had overwritten the last facts; what is gone is never delivered, so nobody may wait for it.
func (r *Role) lastFact(ctx context.Context) (uint64, error) {
	f, err := r.log.Last(ctx, "fact.>")
	if hiring.CodeOf(err) == hiring.NotFound {
		return 0, nil
	}
	return f.Seq, err
}

func (r *Role) fold(facts []hiring.Fact) error {
	r.mu.Lock()
	for _, f := range facts {
		if _, err := r.world.Apply(f); err != nil {
			r.logger.Error("a fact was skipped", "error", err)
		}
	}
	r.mu.Unlock()
	r.pos.Advance(facts[len(facts)-1].Seq)
	return nil
}

// answer registers every question of this role. stop withdraws those that were registered, also after an error.
func (r *Role) answer() (stop func(), err error) {
	var answers events.Answers
	answers.Add(events.Answer(r.log, &r.pos, r.take))
	answers.Add(events.Answer(r.log, &r.pos, r.releaseTaxonomy))
	answers.Add(events.Answer(r.log, &r.pos, r.resolveSkills))
	answers.Add(events.Answer(r.log, &r.pos, r.nameSkills))
	answers.Add(events.Answer(r.log, &r.pos, r.rereadSkills))
	answers.Add(events.Answer(r.log, &r.pos, r.tagTexts))
	answers.Add(events.Answer(r.log, &r.pos, r.readTexts))
	answers.Add(events.Answer(r.log, &r.pos, r.readOpening))
	answers.Add(events.Answer(r.log, &r.pos, r.withdrawOpening))
	answers.Add(events.Answer(r.log, &r.pos, r.verifyEmployer))
	answers.Add(events.Answer(r.log, &r.pos, r.setConsent))
	answers.Add(events.Answer(r.log, &r.pos, r.eraseLearner))
	answers.Add(events.Answer(r.log, &r.pos, r.putToken))
	return answers.Stop, answers.Err()
}
