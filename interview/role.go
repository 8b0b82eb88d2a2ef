package interview

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

// Options configure the role. Log and Secrets are required.
type Options struct {
	Log     *events.Log
	Secrets *vault.Secrets
	// Now is the clock that decides what has expired; time.Now by default.
	Now func() time.Time
	// PerWeek is how many invitations a learner gets in seven days, at most; DefaultPerWeek when 0.
	PerWeek int
	// Logger takes what went wrong; slog.Default by default.
	Logger *slog.Logger
}

// Role runs interview days. Make one with New.
type Role struct {
	log     *events.Log
	secrets *vault.Secrets
	now     func() time.Time
	perWeek int
	logger  *slog.Logger

	// sending is held while invitations are decided and published, so that those of one day count when another's are decided: the
	// limits of a learner and of an unverified employer hold exactly within a process. Others can each add what they decide while a
	// publication is on its way: at most one invitation a learner, or one employer's allowance, for each further process.
	sending sync.Mutex

	mu     sync.RWMutex  // guards world and ledger
	world  *hiring.World // learners and openings
	ledger *ledger       // days, invitations, bookings
	pos    events.Position

	arranged map[hiring.DayID]int  // what was over on a solved day when it was solved last, plus 1; see arranges
	asked    map[hiring.DayID]bool // whose learners this process has asked for wishes, or found asked; see asks

	loops   loops
	press   press
	alarms  *alarms
	retries retries
	ready   chan struct{}
}

// New makes the role; Run starts it.
func New(o Options) (*Role, error) {
	if o.Log == nil || o.Secrets == nil {
		return nil, errors.New("interview: Options.Log and Options.Secrets are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.PerWeek == 0 {
		o.PerWeek = DefaultPerWeek
	}
	return &Role{
		log: o.Log, secrets: o.Secrets, now: o.Now, perWeek: o.PerWeek, logger: o.Logger,
		world:    hiring.NewWorld(hiring.KindLearner, hiring.KindOpening, hiring.KindEmployer, hiring.KindFeed).Brief(),
		ledger:   newLedger(o.Secrets.ReplyCode),
		loops:    loops{byDay: map[hiring.DayID]*loop{}},
		press:    press{log: o.Log},
		alarms:   newAlarms(),
		arranged: map[hiring.DayID]int{},
		asked:    map[hiring.DayID]bool{},
		retries:  retries{byDay: map[hiring.DayID]retry{}},
		ready:    make(chan struct{}),
	}, nil
}

// Ready is closed once the role has folded the log and answers.
func (r *Role) Ready() <-chan struct{} { return r.ready }

// Run folds the log, answers, and fires what is due, until ctx ends; then it returns nil. It may be called once.
func (r *Role) Run(ctx context.Context) error {
	g, within := errgroup.WithContext(ctx)
	r.loops.start = func(l *loop) {
		g.Go(func() error { l.run(within, r); return nil })
	}
	g.Go(func() error { return r.log.Follow(within, 0, r.fold) })
	g.Go(func() error { return r.serve(within) })
	err := g.Wait()
	r.press.done.Wait()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("interview days: %w", err)
	}
	return nil
}

// serve waits for the fold to catch up, answers, makes good what a stop left open, and fires alarms.
func (r *Role) serve(ctx context.Context) error {
	last, err := r.log.Last(ctx, "fact.>") // not the end: what stood there may have been erased, and never comes
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return err
	}
	if err := r.pos.Wait(ctx, last.Seq); err != nil {
		return err
	}
	stop, err := r.answer()
	if err != nil {
		return err
	}
	defer stop()
	for _, day := range r.unsettled() {
		r.loops.tend(day)
	}
	close(r.ready)
	r.alarms.run(ctx, r.now, r.loops.tend)
	return nil
}

// answer registers what the role answers.
func (r *Role) answer() (stop func(), err error) {
	var answers events.Answers
	answers.Add(events.Answer(r.log, &r.pos, r.command))
	answers.Add(events.Answer(r.log, &r.pos, r.viewDay))
	answers.Add(events.Answer(r.log, &r.pos, r.viewInvitation))
	answers.Add(events.Answer(r.log, &r.pos, r.listInvitations))
	answers.Add(events.Answer(r.log, &r.pos, r.viewWishes))
	answers.Add(events.Answer(r.log, &r.pos, r.findFeed))
	answers.Add(events.Answer(r.log, &r.pos, r.revokeFeed))
	answers.Add(events.Answer(r.log, &r.pos, r.viewFeed))
	answers.Add(events.Answer(r.log, &r.pos, r.viewDashboard))
	answers.Add(events.Answer(r.log, &r.pos, r.countOutcomes))
	if answers.Err() != nil {
		answers.Stop()
	}
	return answers.Stop, answers.Err()
}

// unsettled lists the days on which something may have become due while nobody was looking.
func (r *Role) unsettled() []hiring.DayID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var days []hiring.DayID
	for id, b := range r.ledger.books {
		if b.day != nil && (b.live > 0 || b.running()) {
			days = append(days, id)
		}
	}
	return days
}

// surroundings reads what decisions need to know; the caller holds mu.
func (r *Role) surroundings() surroundings {
	return surroundings{
		learner: func(ref hiring.LearnerRef) *hiring.Learner { return r.world.Learners[ref] },
		booking: func(ref hiring.LearnerRef) *hiring.Booking { return r.ledger.bookings[ref] },
		opening: func(id hiring.OpeningID) *hiring.Opening { return r.world.Openings[id] },
		day:     func(id hiring.DayID) *hiring.Day { return r.ledger.book(id).day },
		history: r.ledger.history, verified: r.world.Verified,
		sent:    func(e hiring.EmployerName) int { return r.ledger.sent[e] },
		perWeek: r.perWeek,
	}
}
