package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
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
	// MailDir is the folder of mail files, made 0700 when absent; no mail is written when it is empty: what there is to tell waits for a
	// process that has a folder.
	MailDir string
	// BaseURL is where learners reach the pages, as in "https://matchday.example.org".
	BaseURL string
	// From is the sender's address; no-reply at BaseURL's host by default.
	From string
	// Now is the clock that decides whether a mail still makes sense; time.Now by default.
	Now func() time.Time
	// Logger takes what could not be sent, without personal data; slog.Default by default.
	Logger *slog.Logger
}

// Role writes mails. Make one with New.
type Role struct {
	log     *events.Log
	secrets *vault.Secrets
	now     func() time.Time
	logger  *slog.Logger
	writer  *writer
	box     *box // nil when no mail is written

	mu    sync.RWMutex // guards world; mails are written under its read side, so that an erasure comes wholly before or after
	world *hiring.World
	pos   events.Position
	ready chan struct{}
}

// New makes the role; Run starts it.
func New(o Options) (*Role, error) {
	if o.Log == nil || o.Secrets == nil {
		return nil, errors.New("notify: Options.Log and Options.Secrets are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	w, err := newWriter(o.BaseURL, o.From)
	if err != nil {
		return nil, err
	}
	r := &Role{
		log: o.Log, secrets: o.Secrets, now: o.Now, logger: o.Logger, writer: w,
		world: hiring.NewWorld(hiring.KindLearner, hiring.KindOpening, hiring.KindDay, hiring.KindFeed).Brief(),
		ready: make(chan struct{}),
	}
	if o.MailDir != "" {
		if r.box, err = openBox(o.MailDir); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Ready is closed once the role has folded the log up to where it ended at the start.
func (r *Role) Ready() <-chan struct{} { return r.ready }

// Run writes mails until ctx ends; then it returns nil. It may be called once.
func (r *Role) Run(ctx context.Context) error {
	g, within := errgroup.WithContext(ctx)
	g.Go(func() error { return r.log.Follow(within, 0, r.fold) })
	g.Go(func() error { return r.deliver(within) })
	err := g.Wait()
	if r.box != nil {
		err = errors.Join(err, r.box.close())
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("notifying: %w", err)
	}
	return nil
}

func (r *Role) deliver(ctx context.Context) error {
	last, err := r.log.Last(ctx, "fact.>") // not the end: what stood there may have been erased, and never comes
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return err
	}
	if err := r.pos.Wait(ctx, last.Seq); err != nil {
		return err
	}
	close(r.ready)
	if r.box == nil { // whatever it took from the consumer would be lost to the process that has a folder
		return nil
	}
	return r.log.Consume(ctx, events.Work{Name: "notify-mail", Filters: []string{"fact.invitation.>", "fact.wish.>"}}, r.notify)
}

// fold takes facts of the log in order, and removes the mails of learners who were erased.
func (r *Role) fold(facts []hiring.Fact) error {
	r.mu.Lock()
	erased := map[hiring.LearnerRef]bool{}
	for _, f := range facts {
		c, err := r.world.Apply(f)
		if err != nil {
			r.logger.Error("a fact was skipped", "err", err)
		}
		for _, l := range c.Learners {
			if c.Erased {
				erased[l] = true
			}
		}
	}
	var err error
	if len(erased) > 0 && r.box != nil {
		err = r.box.forget(erased)
	}
	r.mu.Unlock()
	if err != nil {
		return fmt.Errorf("removing the mails of an erased learner: %w", err)
	}
	r.pos.Advance(facts[len(facts)-1].Seq)
	return nil
}

// notify handles one fact of an invitation, or of wishes.
func (r *Role) notify(ctx context.Context, f hiring.Fact) error {
	if err := r.pos.Wait(ctx, f.Seq); err != nil {
		return err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	l, err := r.letter(ctx, f)
	if err != nil || l == nil {
		return err
	}
	content, err := r.writer.compose(*l)
	if err != nil {
		return err
	}
	return r.box.put(fileName(&l.Invitation, l.Occasion, f.Seq), content)
}

// letter gathers what a mail about the fact says, or nil when nobody is to be told; the caller holds mu.
func (r *Role) letter(ctx context.Context, f hiring.Fact) (*letter, error) {
	if f.Kind() == hiring.KindWish {
		return r.asking(ctx, f)
	}
	inv := new(hiring.Invitation)
	if err := json.Unmarshal(f.Data, inv); err != nil {
		return nil, fmt.Errorf("%w: fact %d is no invitation", events.ErrPermanent, f.Seq)
	}
	about := occasionOf(f.Type, inv)
	day, learner := r.world.Days[inv.Day], r.world.Learners[inv.Learner]
	if about == "" || !about.timely(inv, r.now()) || day == nil || learner == nil || learner.Erased {
		return nil, nil
	}
	if about == reminded {
		if late, err := r.overtaken(ctx, f, inv); err != nil || late {
			return nil, err
		}
	}
	to, err := r.address(ctx, learner, inv.Ref)
	if err != nil || to == nil {
		return nil, err
	}
	names, err := r.names(ctx, &inv.Match, learner.Languages)
	if err != nil {
		return nil, err
	}
	inv.Match = inv.Match.Called(names)
	l := &letter{
		Occasion: about, Invitation: *inv, Day: *day, Opening: r.world.Openings[inv.Opening].Called(names),
		To: *to, Languages: learner.Languages, Place: learner.Place,
		Token: r.secrets.SignLink(inv.Ref, until(inv, day)), Code: r.secrets.ReplyCode(inv.Ref), CheckIn: r.secrets.CheckInCode(inv.Ref), Written: f.Time, Seq: f.Seq,
	}
	if about == confirmed {
		feed := r.world.FeedOf(hiring.Ref(learner.Ref))
		l.Feed = r.secrets.SignFeed(feed.Of, feed.Generation)
	}
	return l, nil
}

// asking gathers what a mail says that asks for wishes, or nil where none is to be sent any more; the caller holds mu.
func (r *Role) asking(ctx context.Context, f hiring.Fact) (*letter, error) {
	if f.Type != hiring.WishesAsked {
		return nil, nil
	}
	var w hiring.Wishes
	if err := json.Unmarshal(f.Data, &w); err != nil {
		return nil, fmt.Errorf("%w: fact %d says no wishes", events.ErrPermanent, f.Seq)
	}
	day, learner := r.world.Days[w.Day], r.world.Learners[w.Learner]
	if day == nil || learner == nil || learner.Erased || !learner.Visible || !day.Unsolved() || !r.now().Before(day.SolveBy()) {
		return nil, nil
	}
	last, err := r.log.Last(ctx, f.Subject)
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return nil, err
	}
	if last.Seq > f.Seq { // they have stated them since
		return nil, nil
	}
	to, err := r.address(ctx, learner, day.Ref)
	if err != nil || to == nil {
		return nil, err
	}
	return &letter{
		Occasion: wished, Invitation: hiring.Invitation{Ref: day.Ref, Day: day.ID, Employer: day.Employer, Learner: learner.Ref}, Day: *day,
		To: *to, Languages: learner.Languages, Place: learner.Place, Written: f.Time, Seq: f.Seq,
		Token: r.secrets.SignWishes(day.Ref, learner.Ref, day.Deadline),
	}, nil
}

// address finds where to write to a learner, nil where that is nowhere; about is what the mail is about.
func (r *Role) address(ctx context.Context, l *hiring.Learner, about hiring.Ref) (*mail.Address, error) {
	person, err := r.unseal(ctx, l)
	if err != nil {
		return nil, err
	}
	if person.Contact.Email == "" {
		r.logger.Info("a learner has no address to write to", "about", about)
		return nil, nil
	}
	to, err := mail.ParseAddress(person.Contact.Email)
	if err != nil {
		r.logger.Info("a learner's address cannot be written to", "about", about)
		return nil, nil
	}
	return &mail.Address{Name: oneLine(person.Name), Address: to.Address}, nil
}

// names returns how the skills of a ledger are called in the learner's language. The ledger's own names are English, and stand where
// nobody answers: a mail matters more than its words. It fails only when the role ends, and then the mail is written after a restart.
func (r *Role) names(ctx context.Context, m *hiring.Match, languages []string) (map[hiring.SkillID]string, error) {
	lang := r.writer.tongues.speak(languages).tag
	if lang == "en" || len(m.Skills()) == 0 {
		return nil, nil
	}
	system := hiring.Actor{Role: hiring.RoleOperator, Subject: "notify"}
	a, err := events.Ask[hiring.SkillNames](ctx, r.log, hiring.NameSkills{Asked: hiring.Asked{Actor: system}, Lang: lang, Skills: m.Skills()})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.logger.Warn("skills are named in English", "wanted", lang, "error", err)
	}
	return a.Names, nil
}

// overtaken reports whether the talk of a reminder was moved or given up since: what stood over while nobody delivered must not call
// anybody to a talk that is not.
func (r *Role) overtaken(ctx context.Context, f hiring.Fact, inv *hiring.Invitation) (bool, error) {
	last, err := r.log.Last(ctx, f.Subject)
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return false, err
	}
	if last.Seq <= f.Seq {
		return false, nil
	}
	var now hiring.Invitation
	if err := json.Unmarshal(last.Data, &now); err != nil {
		return false, fmt.Errorf("%w: fact %d is no invitation", events.ErrPermanent, last.Seq)
	}
	return now.Status != hiring.Accepted || now.Slot == nil || !now.Slot.Start.Equal(inv.Slot.Start), nil
}

// unseal opens what names and reaches the learner. A learner whose key is gone is being erased: nobody is to be told.
func (r *Role) unseal(ctx context.Context, l *hiring.Learner) (hiring.Personal, error) {
	if len(l.Sealed) == 0 {
		return hiring.Personal{}, nil
	}
	key, err := r.log.Key(ctx, l.Ref)
	if hiring.CodeOf(err) == hiring.NotFound {
		return hiring.Personal{}, nil
	}
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("reading a person's key: %w", err)
	}
	p, err := r.secrets.Unseal(key, l.Ref, l.Sealed)
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("%w: a person's record cannot be unsealed: %w", events.ErrPermanent, err)
	}
	return p, nil
}
