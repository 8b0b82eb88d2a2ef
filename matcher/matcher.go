package matcher

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

// Options are what a Matcher needs. Log, Secrets and Shelf must be set.
type Options struct {
	Log     *events.Log
	Secrets *vault.Secrets
	Shelf   *skills.Shelf
	Dir     string           // of the snapshot, which may be deleted while the role is stopped; "" keeps none
	Now     func() time.Time // time.Now when nil
	Logger  *slog.Logger     // discards when nil
}

// Matcher is the role; see the package comment.
type Matcher struct {
	o       Options
	pos     events.Position
	ready   chan struct{}
	queue   *queue
	lists   lists        // as published
	tallies sync.Pool    // of *tally over index
	freeze  sync.Mutex   // one rarity table at a time
	stirred atomic.Int64 // when a fact or a question was last handled, in Unix nanoseconds

	mu     sync.RWMutex // guards what follows; readers hold it for one ranking
	world  *hiring.World
	index  *index
	frozen *Table   // the world's rarity table, nil while it has none
	tail   uint64   // hash of the last fact folded
	asleep *resting // the learners of the snapshot that this went on from; nil for none

	saving  sync.Mutex    // one snapshot at a time
	saved   atomic.Uint64 // position of the last one
	erasing sync.Mutex    // guards erased, and the files against each other
	erased  uint64        // position of the last erasure

	ahead *hiring.World // taxonomies and rarity, one batch ahead of world; of the folding goroutine alone
}

// New makes a Matcher that has folded nothing yet.
func New(o Options) (*Matcher, error) {
	if o.Log == nil || o.Secrets == nil || o.Shelf == nil {
		return nil, fmt.Errorf("matcher: Log, Secrets and Shelf are needed")
	}
	return empty(o), nil
}

// empty makes a Matcher that can fold and rank; what else it can do depends on what o holds.
func empty(o Options) *Matcher {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	m := &Matcher{
		o:     o,
		ready: make(chan struct{}),
		world: hiring.NewWorld(hiring.KindLearner, hiring.KindCredential, hiring.KindProgramme, hiring.KindOpening,
			hiring.KindTaxonomy, hiring.KindRarity),
		ahead: hiring.NewWorld(hiring.KindTaxonomy, hiring.KindRarity),
		index: newIndex(Scorer{Table: PlainTable(), Map: skills.NewMap()}),
		queue: newQueue(),
	}
	m.tallies.New = func() any { return &tally{ix: m.index} }
	return m
}

// Ready is closed once the log is folded up to the end that Run saw, and questions are answered.
func (m *Matcher) Ready() <-chan struct{} { return m.ready }

// Run folds, answers and publishes until ctx ends, and returns nil then. It may be called once.
func (m *Matcher) Run(ctx context.Context) error {
	var end uint64
	err := m.insist(ctx, "asking where the log ends", func() (err error) {
		if err = m.catchUp(ctx); err == nil {
			end, err = m.o.Log.End(ctx)
		}
		return err
	})
	if err != nil {
		return nil // ctx ended
	}
	from, err := m.resume(ctx, end)
	if err != nil {
		return fmt.Errorf("matcher: %w", err)
	}
	g, inner := errgroup.WithContext(ctx)
	g.Go(func() error {
		return m.o.Log.Follow(inner, from, func(batch []hiring.Fact) error { return m.fold(inner, batch) })
	})
	g.Go(func() error {
		if m.pos.Wait(inner, end) != nil {
			return nil
		}
		stop, err := m.answer()
		defer stop()
		if err != nil {
			return err
		}
		close(m.ready)
		m.publish(inner)
		return nil
	})
	if m.o.Dir != "" {
		g.Go(func() error { m.keepSnapshot(inner); return nil })
	}
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("matcher: %w", err)
	}
	m.saveSnapshot() // the next start has little to fold
	return nil
}

// keepSnapshot writes a snapshot now and then, when enough has changed and the log is still.
func (m *Matcher) keepSnapshot(ctx context.Context) {
	for last := uint64(0); pause(ctx, snapshotLull) == nil; {
		if now := m.pos.Now(); now != last {
			last = now
			continue
		}
		m.saveSnapshot()
	}
}

// saveSnapshot writes a snapshot when one pays. That it fails costs the next start some time, and nothing else.
func (m *Matcher) saveSnapshot() {
	if m.o.Dir == "" {
		return
	}
	m.mu.RLock()
	learners, position := len(m.index.learners), m.world.Position
	m.mu.RUnlock()
	if position < m.saved.Load()+max(snapshotAfter, uint64(learners/snapshotShare)) {
		return
	}
	if err := m.writeSnapshot(); err != nil {
		m.o.Logger.Warn("no snapshot was written", "error", err)
	}
}

// insist repeats what fails until it succeeds, waiting longer each time (at most two seconds); the only error is ctx's.
func (m *Matcher) insist(ctx context.Context, what string, do func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := do()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			m.o.Logger.Warn(what, "error", err)
		}
		if pause(ctx, wait) != nil {
			return ctx.Err()
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fold applies a batch of facts as one change and tells everybody. Who was erased in it is out of the snapshot before that.
func (m *Matcher) fold(ctx context.Context, batch []hiring.Fact) error {
	m.stir()
	changes, position, err := m.take(ctx, batch)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(changes, func(c cause) bool { return c.gone }) {
		if err := m.forget(position); err != nil {
			return err
		}
		m.lists.clear()
	}
	m.queue.add(changes)
	m.pos.Advance(position)
	return nil
}

// take applies a batch of facts as one change: readers see all of it or nothing. What must be fetched for it (a map of skills, a
// rarity table) is fetched first, while answers go on from the former state.
func (m *Matcher) take(ctx context.Context, batch []hiring.Fact) (changes []cause, position uint64, err error) {
	table, near, err := m.lookAhead(ctx, batch)
	if err != nil {
		return nil, 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	changes = m.apply(batch)
	if table != nil || near != nil {
		s := m.index.scorer
		if table != nil {
			m.frozen, s.Table = table, table
		}
		if near != nil {
			s.Map = near
		}
		m.index.use(s)
	}
	m.index.tidy()
	if n := len(batch); n > 0 {
		m.tail = hashFact(batch[n-1])
	}
	return changes, m.world.Position, nil
}

// lookAhead returns the rarity table and the map that the world will name after the batch, nil for one that stays as it is.
func (m *Matcher) lookAhead(ctx context.Context, batch []hiring.Fact) (table *Table, near *skills.Map, err error) {
	before, rarity := maps.Clone(m.ahead.Taxonomies), m.ahead.Rarity.Blob
	for _, f := range batch {
		_, _ = m.ahead.Apply(f) // an error shows again, and is logged, when world applies it
	}
	if !maps.Equal(before, m.ahead.Taxonomies) {
		list := slices.SortedFunc(maps.Values(m.ahead.Taxonomies), func(a, b hiring.Taxonomy) int { return strings.Compare(a.Name, b.Name) })
		err = m.insist(ctx, "loading taxonomies", func() (err error) {
			near, err = m.o.Shelf.Load(ctx, list)
			return err
		})
	}
	if blob := m.ahead.Rarity.Blob; err == nil && blob != rarity {
		err = m.insist(ctx, "loading the rarity table", func() (err error) {
			table, err = m.loadTable(ctx, blob)
			return err
		})
	}
	return table, near, err
}

func (m *Matcher) loadTable(ctx context.Context, blob string) (*Table, error) {
	r, err := m.o.Log.OpenBlob(ctx, blob)
	if err != nil {
		return nil, fmt.Errorf("opening the rarity table: %w", err)
	}
	defer r.Close()
	return ReadTable(r)
}

// apply folds the facts into world and brings the index up to date, each learner once. It returns what was touched, by fact.
func (m *Matcher) apply(batch []hiring.Fact) []cause {
	var causes []cause
	touched := map[hiring.LearnerRef]struct{}{}
	for _, f := range batch {
		change, err := m.world.Apply(f)
		if err != nil {
			m.o.Logger.Error("skipping a fact", "error", err)
			continue
		}
		for _, ref := range change.Learners {
			touched[ref] = struct{}{}
			causes = append(causes, cause{seq: f.Seq, entity: entity{learner: ref}, gone: change.Erased})
		}
		if change.Opening != "" {
			m.index.setOpening(m.world.Openings[change.Opening])
			causes = append(causes, cause{seq: f.Seq, entity: entity{opening: change.Opening}})
		}
		if change.Programme != "" {
			m.index.setProgramme(m.world.Programmes[change.Programme])
		}
	}
	m.index.expect(len(touched))
	for ref := range touched {
		m.index.setLearner(ref, m.world.Learner(ref), m.world.Profile(ref))
	}
	return causes
}
