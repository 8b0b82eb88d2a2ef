package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"matchday/hiring"
)

// streams knows the event streams that are open in this process, by the hash of their token.
type streams struct {
	mu       sync.Mutex
	perToken int
	all      int
	open     map[string]map[*context.CancelFunc]struct{}
	count    int
	closed   bool
}

func newStreams(perToken, all int) *streams {
	return &streams{perToken: perToken, all: all, open: map[string]map[*context.CancelFunc]struct{}{}}
}

// take claims a place for one more stream of a token. The returned context ends when the token is revoked or the server stops;
// release gives the place back.
func (s *streams) take(ctx context.Context, hash string) (_ context.Context, release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, nil, hiring.Errorf(hiring.Unavailable, "the server is stopping").Mend("connect again in a moment")
	case s.count >= s.all:
		return nil, nil, hiring.Errorf(hiring.Unavailable, "too many streams are open").Mend("connect again later")
	case len(s.open[hash]) >= s.perToken:
		return nil, nil, tooMany("too many streams are open with this token", 30*time.Second)
	}
	ctx, cancel := context.WithCancel(ctx)
	if s.open[hash] == nil {
		s.open[hash] = map[*context.CancelFunc]struct{}{}
	}
	s.open[hash][&cancel] = struct{}{}
	s.count++
	return ctx, sync.OnceFunc(func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open[hash], &cancel)
		if len(s.open[hash]) == 0 {
			delete(s.open, hash)
		}
		s.count--
	}), nil
}

// revoke ends the streams of a token.
func (s *streams) revoke(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cancel := range s.open[hash] {
		(*cancel)()
	}
}

// closeAll ends every stream and lets no further one begin.
func (s *streams) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, of := range s.open {
		for cancel := range of {
			(*cancel)()
		}
	}
}

// flow writes one stream: events as they come, and a heartbeat when none does, so that both ends notice a dead connection.
type flow struct {
	w       http.ResponseWriter
	control *http.ResponseController
	patient time.Duration // how long the reader may take to accept a piece
	idle    time.Duration // silence before a heartbeat
	beat    []byte
}

// startFlow sends the header.
func (s *Server) startFlow(w http.ResponseWriter, contentType string) (*flow, error) {
	f := &flow{w: w, control: http.NewResponseController(w), patient: s.limits.StreamWrite, idle: s.limits.Heartbeat, beat: []byte(": \n\n")}
	if contentType != "text/event-stream" {
		f.beat = []byte("\n")
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	return f, f.write(f.beat)
}

// write sends one piece. Its error means that the reader is gone or too slow.
func (f *flow) write(b []byte) error {
	_ = f.control.SetWriteDeadline(time.Now().Add(f.patient)) // not every writer has deadlines
	if _, err := f.w.Write(b); err != nil {
		return fmt.Errorf("writing to a stream: %w", err)
	}
	if err := f.control.Flush(); err != nil {
		return fmt.Errorf("flushing a stream: %w", err)
	}
	return nil
}

// run writes what source delivers until ctx ends, the source fails or the reader does. The source is stopped and waited for.
func (f *flow) run(ctx context.Context, source func(ctx context.Context, deliver func([]byte) error) error) {
	ctx, cancel := context.WithCancel(ctx)
	pieces, ended := make(chan []byte), make(chan error, 1)
	go func() {
		ended <- source(ctx, func(b []byte) error {
			select {
			case pieces <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	heart := time.NewTicker(f.idle)
	defer func() {
		heart.Stop()
		cancel()
		<-ended //nolint:errcheck // it is that of ctx, which was just cancelled, or was told already
	}()
	for {
		var err error
		select {
		case b := <-pieces:
			err = f.write(b)
		case <-heart.C:
			err = f.write(f.beat)
		case <-ctx.Done():
			return
		case err := <-ended:
			ended <- err
			return
		}
		if err != nil {
			return
		}
	}
}

type streamInput struct {
	ID   string `path:"id"`
	Last string `header:"Last-Event-ID" doc:"Log position of the last event received; the stream begins after it. All events of the past when left out"`
}

func (s *Server) streamRoutes() {
	const about = "The id of an event is its log position, its type what happened (matchday.invitation.accepted.v1), its data the invitation. " +
		"Every event after Last-Event-ID is delivered in order."
	raw(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/invitations/events", id: "learner-invitation-events", tag: "Streams",
		summary: "A learner's invitations as server-sent events", description: about, endless: true,
	}, "text/event-stream", func(w http.ResponseWriter, r *http.Request, who caller, in *streamInput) error {
		if err := hiring.ValidID("id", in.ID); err != nil {
			return err
		}
		l, err := s.readableLearner(r.Context(), who, hiring.LearnerID(in.ID))
		if err != nil {
			return err
		}
		return s.invitationEvents(w, r, who, in, hiring.InvitationsOf(l.Ref), l.ID)
	})
	raw(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/invitations/events", id: "day-invitation-events", tag: "Streams",
		summary: "A day's invitations as server-sent events", description: about, endless: true,
	}, "text/event-stream", func(w http.ResponseWriter, r *http.Request, who caller, in *streamInput) error {
		ref := s.secrets.Ref(hiring.KindDay, in.ID)
		d, _, err := resource[hiring.Day](r.Context(), s, &resourceInput{ID: in.ID}, hiring.DaySubject(ref))
		if err != nil {
			return err
		}
		if !who.MayManageDay(&d) {
			return nothing()
		}
		return s.invitationEvents(w, r, who, in, hiring.InvitationsOfDay(ref), "")
	})
}

// invitationEvents streams the invitation facts that a filter matches.
func (s *Server) invitationEvents(w http.ResponseWriter, r *http.Request, who caller, in *streamInput, filter string, learner hiring.LearnerID) error {
	if foreign(r) {
		return crossSite()
	}
	from, err := s.resumeAt(r.Context(), in.Last)
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
		return s.log.Watch(ctx, filter, from, func(fact hiring.Fact) error {
			event, err := s.invitationEvent(ctx, who, fact, learner)
			if err != nil {
				s.logger.Warn("an event could not be shown", "seq", fact.Seq, "error", err)
				return err
			}
			return deliver(event)
		})
	})
	return nil
}

// foreign reports whether another site's page made the browser ask.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// resumeAt reads Last-Event-ID: a log position that exists.
func (s *Server) resumeAt(ctx context.Context, last string) (uint64, error) {
	if last == "" {
		return 0, nil
	}
	forged := hiring.Invalidf("Last-Event-ID", "is not the id of an event").Mend("send the id of the last event received, or leave it out")
	n, err := strconv.ParseUint(last, 10, 64)
	if err != nil {
		return 0, forged
	}
	end, err := s.log.End(ctx)
	if err != nil {
		return 0, err
	}
	if n > end {
		return 0, forged
	}
	return n, nil
}

// invitationEvent renders a fact as a server-sent event.
func (s *Server) invitationEvent(ctx context.Context, who caller, f hiring.Fact, learner hiring.LearnerID) ([]byte, error) {
	var i hiring.Invitation
	if err := json.Unmarshal(f.Data, &i); err != nil {
		return nil, fmt.Errorf("decoding fact %d: %w", f.Seq, err)
	}
	now := i.Status
	if now == hiring.Accepted && learner == "" { // is it still? What was named then need not be now
		if last, err := s.log.Last(ctx, f.Subject); err == nil && last.Seq > f.Seq {
			var after hiring.Invitation
			if err := json.Unmarshal(last.Data, &after); err != nil {
				return nil, fmt.Errorf("decoding fact %d: %w", last.Seq, err)
			}
			now = after.Status
		} else if err != nil && hiring.CodeOf(err) != hiring.NotFound {
			return nil, err
		}
	}
	record, err := s.invitationAsOf(ctx, who, &i, learner, now)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("encoding an event: %w", err)
	}
	return serverSent(strconv.FormatUint(f.Seq, 10), f.Type, data), nil
}

// serverSent renders one event. Line ends, which would begin another field, cannot get into a field.
func serverSent(id, event string, data []byte) []byte {
	var b bytes.Buffer
	oneLine := func(s []byte) []byte {
		return bytes.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == 0 {
				return ' '
			}
			return r
		}, s)
	}
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", oneLine([]byte(id)))
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", oneLine([]byte(event)), oneLine(data))
	return b.Bytes()
}

// claimStream takes one of the streams that the caller's token may hold open; its context ends with the token.
func (s *Server) claimStream(ctx context.Context, who caller) (context.Context, func(), error) {
	ctx, release, err := s.streams.take(ctx, who.hash)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := s.tokens.find(who.hash); !ok { // revoked between the check and the claim
		release()
		return nil, nil, unauthenticated()
	}
	return ctx, release, nil
}
