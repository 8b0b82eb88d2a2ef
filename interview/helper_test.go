package interview

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/vault"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// house is a broker with a stub for the matcher, and any number of interview roles.
type house struct {
	t       *testing.T
	ctx     context.Context
	log     *events.Log
	secrets *vault.Secrets
	clock   *clock

	mu      sync.Mutex
	scores  map[hiring.OpeningID][]hiring.Match // what the matcher answers, in rank order
	asked   int
	down    error // what the matcher says instead
	command int
	// unverified leaves the employer of openings as it is.
	unverified bool
	perWeek    int // most tests invite the same learners again and again
}

const employer = hiring.EmployerName("Harbor Freight Systems")

var (
	start    = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	operator = hiring.Actor{Role: hiring.RoleOperator, Subject: "test"}
	hr       = hiring.Actor{Role: hiring.RoleEmployer, Subject: string(employer)}
)

// newHouse starts a broker in a fresh folder and answers for the matcher.
func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	srv, err := natsd.Start(natsd.Options{Dir: filepath.Join(dir, "nats"), MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	secrets, err := vault.Open(filepath.Join(dir, "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		t: t, ctx: t.Context(), secrets: secrets, clock: &clock{at: start}, scores: map[hiring.OpeningID][]hiring.Match{}, perWeek: 1 << 20,
	}
	h.log = h.connect(srv)
	stop, err := events.Answer(h.log, nil, h.rank)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return h
}

func (h *house) connect(srv *natsd.Server) *events.Log {
	h.t.Helper()
	log, err := events.Connect(h.ctx, events.Options{Conn: srv.InProcess(), MaxBytes: 256 << 20})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(log.Close)
	return log
}

// rank stands in for the matcher.
func (h *house) rank(_ context.Context, q hiring.RankLearners) (hiring.RankedLearners, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	list := h.scores[q.Opening]
	from := min(q.Offset, len(list))
	a := hiring.RankedLearners{Employer: employer, Total: len(list)}
	a.Matches = hiring.Fitting(list[from:min(from+q.Limit, len(list))])
	return a, h.down
}

// role starts an interview role and returns how to stop it.
func (h *house) role() (stop func()) {
	_, stop = h.start()
	return stop
}

func (h *house) start() (_ *Role, stop func()) {
	h.t.Helper()
	r, err := New(Options{Log: h.log, Secrets: h.secrets, Now: h.clock.now, PerWeek: h.perWeek})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(h.ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Errorf("Run returned %v after a requested stop", err)
		}
	})
	h.t.Cleanup(stop)
	select {
	case <-r.Ready():
	case err := <-done:
		done <- err
		h.t.Fatalf("Run returned %v", err)
	case <-time.After(20 * time.Second):
		h.t.Fatal("the role did not get ready")
	}
	return r, stop
}

func (h *house) publish(d events.Draft) uint64 {
	h.t.Helper()
	d.Unfenced, d.Source = true, "test"
	seq, err := h.log.Publish(h.ctx, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return seq
}

// opening posts an opening of the house's employer.
func (h *house) opening(id hiring.OpeningID) {
	h.t.Helper()
	h.publish(events.Draft{
		Subject: hiring.OpeningSubject(h.secrets.Ref(hiring.KindOpening, string(id))), Type: hiring.OpeningPosted,
		Body: hiring.Opening{ID: id, Title: "Data technician", Employer: employer, Pay: &hiring.Pay{Min: 20, Currency: "EUR", Per: "hour"}},
	})
	if !h.unverified {
		h.verify(employer)
	}
}

// verify says that an employer is who it says.
func (h *house) verify(e hiring.EmployerName) {
	h.t.Helper()
	h.publish(events.Draft{
		Subject: hiring.EmployerSubject(h.secrets.Ref(hiring.KindEmployer, string(e))), Type: hiring.EmployerVerified,
		Body: hiring.Employer{Name: e, Verified: true, By: operator, At: start},
	})
}

// learners records n visible learners who match the openings, the first best, and returns their refs and ids.
func (h *house) learners(prefix string, n int, openings ...hiring.OpeningID) ([]hiring.LearnerRef, []hiring.LearnerID) {
	h.t.Helper()
	refs, ids := make([]hiring.LearnerRef, n), make([]hiring.LearnerID, n)
	ds := make([]events.Draft, n)
	for i := range n {
		ids[i] = hiring.LearnerID(fmt.Sprintf("%s%03d", prefix, i))
		refs[i] = h.secrets.LearnerRef(ids[i])
		ds[i] = events.Draft{
			Subject: hiring.LearnerSubject(refs[i]), Type: hiring.LearnerRecorded, Unfenced: true, Source: "test",
			Body: hiring.Learner{ID: ids[i], Ref: refs[i], Visible: true, RegisteredBy: operator},
		}
		h.mu.Lock()
		for _, o := range openings {
			h.scores[o] = append(h.scores[o], hiring.Match{Learner: refs[i], Score: hiring.OneScore - hiring.Score(1000*i)})
		}
		h.mu.Unlock()
	}
	for _, p := range h.log.PublishEach(h.ctx, ds) {
		if p.Err != nil {
			h.t.Fatal(p.Err)
		}
	}
	return refs, ids
}

// do sends a command after everything published so far, and returns the answer.
func (h *house) do(c hiring.DayCommand) (hiring.DayAnswer, error) {
	h.t.Helper()
	end, err := h.log.End(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	c.After = end
	return h.send(c)
}

// send sends a command. It may be called concurrently.
func (h *house) send(c hiring.DayCommand) (hiring.DayAnswer, error) {
	if c.Command == "" {
		h.mu.Lock()
		h.command++
		c.Command = fmt.Sprintf("c%d", h.command)
		h.mu.Unlock()
	}
	c.Ref = h.secrets.Ref(hiring.KindDay, string(c.Day))
	ctx, cancel := context.WithTimeout(h.ctx, 20*time.Second)
	defer cancel()
	return events.Ask[hiring.DayAnswer](ctx, h.log, c)
}

// must is do for commands that cannot be refused.
func (h *house) must(c hiring.DayCommand) hiring.DayAnswer {
	h.t.Helper()
	a, err := h.do(c)
	if err != nil {
		h.t.Fatalf("%s: %v", c.Do, err)
	}
	return a
}

// open drafts and opens a day of the given slots and seats, starting at the given local time in Madrid.
func (h *house) open(id hiring.DayID, o hiring.OpeningID, at string, slots ...int) hiring.DayAnswer {
	h.t.Helper()
	p := hiring.DayPlan{ID: id, Employer: employer, Title: "Interviews", Zone: "Europe/Madrid", Openings: []hiring.OpeningID{o}}
	begin, err := time.Parse("2006-01-02T15:04", at)
	if err != nil {
		h.t.Fatal(err)
	}
	for i, seats := range slots {
		p.Slots = append(p.Slots, hiring.LocalSlot{
			Start: begin.Add(time.Duration(i) * time.Hour).Format("2006-01-02T15:04"), Minutes: 60, Seats: seats,
		})
	}
	h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: id, Do: hiring.DoDraft, Plan: &p})
	return h.must(hiring.DayCommand{Asked: hiring.Asked{Actor: hr}, Day: id, Do: hiring.DoOpen})
}

// answer makes an accept or decline by signed link.
func (h *house) reply(do hiring.DayAction, day hiring.DayID, o hiring.OpeningID, l hiring.LearnerRef) hiring.DayCommand {
	return hiring.DayCommand{Day: day, Do: do, Invitation: h.secrets.InvitationRef(day, o, l), ByLink: true}
}

// view reads a day back.
func (h *house) view(id hiring.DayID) hiring.DayView {
	h.t.Helper()
	end, err := h.log.End(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	v, err := events.Ask[hiring.DayView](h.ctx, h.log, hiring.ViewDay{Asked: hiring.Asked{Actor: hr, After: end}, Day: id, Limit: 1000})
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// await waits until a fact of an invitation satisfies ok, reading the log from its beginning.
func (h *house) await(ok func(hiring.Fact, hiring.Invitation) bool) {
	h.t.Helper()
	h.watch("fact.invitation.>", func(f hiring.Fact) bool { return ok(f, decodeInvitation(h.t, f)) })
}

// watch reads the facts that match from the first until one satisfies ok.
func (h *house) watch(filter string, ok func(hiring.Fact) bool) {
	h.t.Helper()
	found := errFound{}
	ctx, cancel := context.WithTimeout(h.ctx, 15*time.Second)
	defer cancel()
	err := h.log.Watch(ctx, filter, 0, func(f hiring.Fact) error {
		if ok(f) {
			return found
		}
		return nil
	})
	if !errors.Is(err, found) {
		h.t.Fatalf("the fact did not come (%v)", err)
	}
}

type errFound struct{}

func (errFound) Error() string { return "found" }

// count reads the whole log and counts the facts of invitations by status.
func (h *house) count() map[hiring.InvitationStatus]int {
	h.t.Helper()
	counts := map[hiring.InvitationStatus]int{}
	last, err := h.log.Last(h.ctx, "fact.invitation.>")
	if err != nil {
		h.t.Fatal(err)
	}
	h.await(func(f hiring.Fact, inv hiring.Invitation) bool {
		counts[inv.Status]++
		return f.Seq == last.Seq
	})
	return counts
}
