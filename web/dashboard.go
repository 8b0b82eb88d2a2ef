package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"matchday/events"
	"matchday/hiring"
)

// Outcomes are what became of those who hold a programme.
type Outcomes struct {
	Programme hiring.ProgrammeID `json:"programme"`
	Invited   any                `json:"invited" doc:"Learners who hold the programme: a number, or <10 for all but operators"`
	Accepted  any                `json:"accepted"`
	Attended  any                `json:"attended" doc:"Checked in, or seen by the host"`
	Offered   any                `json:"offered" doc:"As far as the sides agree, or only one of them spoke"`
	Hired     any                `json:"hired"`
	Disputed  any                `json:"disputed" doc:"One side says hired and the other not; in no other number"`
	Pay       []hiring.MedianPay `json:"pay" doc:"Of those hired, in each currency and period in which ten at least are known"`
	Position  uint64             `json:"position"`
}

type dashboardInput struct {
	ID   string `path:"id"`
	Last string `header:"Last-Event-ID" doc:"Not needed: the first event is the day as it stands"`
}

func (s *Server) dashboardRoutes() {
	handle(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/dashboard", id: "day-dashboard", tag: "The day itself",
		summary: "A day at a glance: seats by time, replies by minute, who waits, who came",
	}, func(ctx context.Context, who caller, in *dayInput) (*reply[hiring.Dashboard], error) {
		a, err := s.dashboard(ctx, who, in.ID, in.After)
		if err != nil {
			return nil, err
		}
		return answer(a), nil
	})
	raw(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/dashboard/events", id: "day-dashboard-events", tag: "Streams", endless: true,
		summary:     "A day at a glance, again whenever it changes, as server-sent events",
		description: "Each event of type dashboard holds the whole, its id the log position that it reflects. A slow reader misses what came between.",
	}, "text/event-stream", s.dashboardEvents)
	handle(s, op{
		method: http.MethodGet, path: "/v1/programmes/{id}/outcomes", id: "programme-outcomes", tag: "The day itself",
		summary:     "What became of those who hold the programme",
		description: "For the programme's provider. Fewer than ten are shown as <10, and median pay from ten on.",
	}, s.outcomes)
}

func (s *Server) dashboard(ctx context.Context, who caller, day string, after uint64) (hiring.Dashboard, error) {
	if err := hiring.ValidID("id", day); err != nil {
		return hiring.Dashboard{}, err
	}
	return events.Ask[hiring.Dashboard](ctx, s.log, hiring.ViewDashboard{Asked: hiring.Asked{Actor: who.Actor, After: after}, Day: hiring.DayID(day)})
}

// dashboardEvents streams the dashboard to those who may see it.
func (s *Server) dashboardEvents(w http.ResponseWriter, r *http.Request, who caller, in *dashboardInput) error {
	if foreign(r) {
		return crossSite()
	}
	now, err := s.dashboard(r.Context(), who, in.ID, 0)
	if err != nil {
		return err
	}
	ctx, release, err := s.claimStream(r.Context(), who)
	if err != nil {
		return err
	}
	defer release()
	f, err := s.startFlow(w, "text/event-stream")
	if err != nil {
		return nil
	}
	f.run(ctx, func(ctx context.Context, deliver func([]byte) error) error {
		return s.glances(ctx, who, now, deliver)
	})
	return nil
}

// glances delivers a dashboard, and the next one whenever a fact of the day came that it does not reflect. Of facts that come faster
// than they are delivered, the last counts.
func (s *Server) glances(ctx context.Context, who caller, d hiring.Dashboard, deliver func([]byte) error) error {
	var last atomic.Uint64
	stirred := make(chan struct{}, 1)
	g, ctx := errgroup.WithContext(ctx)
	ref := s.secrets.Ref(hiring.KindDay, string(d.Day))
	for _, filter := range []string{hiring.InvitationsOfDay(ref), hiring.DaySubject(ref)} {
		from := d.Position
		g.Go(func() error {
			return s.log.Watch(ctx, filter, from, func(f hiring.Fact) error {
				for old := last.Load(); f.Seq > old && !last.CompareAndSwap(old, f.Seq); old = last.Load() {
				}
				select {
				case stirred <- struct{}{}:
				default:
				}
				return nil
			})
		})
	}
	g.Go(func() error {
		for {
			data, err := json.Marshal(d)
			if err != nil {
				return fmt.Errorf("encoding a dashboard: %w", err)
			}
			if err := deliver(serverSent(strconv.FormatUint(d.Position, 10), "dashboard", data)); err != nil {
				return err
			}
			for last.Load() <= d.Position {
				select {
				case <-stirred:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if d, err = s.dashboard(ctx, who, string(d.Day), last.Load()); err != nil {
				return err
			}
		}
	})
	return g.Wait()
}

func (s *Server) outcomes(ctx context.Context, who caller, in *dayInput) (*reply[Outcomes], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.ProgrammeOutcomes](ctx, s.log, hiring.CountOutcomes{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Programme: hiring.ProgrammeID(in.ID),
	})
	if err != nil {
		return nil, err
	}
	return answer(Outcomes{a.Programme, a.Invited, a.Accepted, a.Attended, a.Offered, a.Hired, a.Disputed, a.Pay, a.Position}), nil
}
