package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"matchday/hiring"
)

const (
	answerers   = 64 // questions of one kind in hand at once; further ones wait
	afterWait   = 2 * time.Second
	stopWait    = 5 * time.Second
	answerQueue = "answer"
)

// Answer serves a kind of question with fn until stop is called; where several processes answer, each question goes to one of them.
// It first waits, two seconds at most, until pos has reached the question's After; a nil pos never waits. fn runs concurrently, up to
// 64 times; its context ends when the asker gives up. An error of fn that is no hiring.Error, and a panic, reach the asker as
// Internal, without their text. stop takes no further questions and waits up to five seconds for those in hand.
func Answer[Q Question, A any](l *Log, pos *Position, fn func(context.Context, Q) (A, error)) (stop func(), err error) {
	var kind Q
	ctx, cancel := context.WithCancel(context.Background())
	s := &service{log: l, subject: kind.Subject(), ctx: ctx, slots: make(chan struct{}, answerers)}
	sub, err := l.nc.QueueSubscribe(s.subject, answerQueue, func(m *nats.Msg) {
		s.serve(m, func(ctx context.Context) (any, error) { return answer(ctx, pos, m.Data, fn) })
	})
	if err == nil {
		err = sub.SetPendingLimits(-1, 256<<20)
	}
	if err == nil {
		err = l.nc.Flush() // the next question finds the subscription
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("answering %s: %w", s.subject, err)
	}
	return sync.OnceFunc(func() {
		_ = sub.Unsubscribe() // fails only when the connection is closed already
		s.stop(cancel)
	}), nil
}

// answer decodes one question, waits for the position it asks for and hands it to fn.
func answer[Q Question, A any](ctx context.Context, pos *Position, data []byte, fn func(context.Context, Q) (A, error)) (any, error) {
	var q Q
	if err := json.Unmarshal(data, &q); err != nil {
		return nil, hiring.Errorf(hiring.Invalid, "the question is malformed")
	}
	if after := q.Asks().After; after > 0 && pos != nil {
		wait, cancel := context.WithTimeout(ctx, afterWait)
		defer cancel()
		if pos.Wait(wait, after) != nil {
			return nil, hiring.Errorf(hiring.Unavailable, "the position asked for is not reached yet").Mend("try again")
		}
	}
	return fn(ctx, q)
}

// service is what the handlers of one kind of question share.
type service struct {
	log     *Log
	subject string
	ctx     context.Context // ends when stop has waited long enough
	slots   chan struct{}

	mu      sync.Mutex
	stopped bool
	running sync.WaitGroup
}

// serve runs one question in a goroutine of its own once there is a free slot.
func (s *service) serve(m *nats.Msg, handle func(context.Context) (any, error)) {
	s.slots <- struct{}{}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		<-s.slots
		return
	}
	s.running.Go(func() {
		defer func() { <-s.slots }()
		ctx, cancel := s.patience(m)
		defer cancel()
		a, err := s.guard(ctx, handle)
		s.reply(m, a, err)
	})
}

// patience returns a context that ends when the asker stops waiting.
func (s *service) patience(m *nats.Msg) (context.Context, context.CancelFunc) {
	ms, err := strconv.ParseInt(first(m.Header, waitHeader), 10, 64)
	if err != nil || ms <= 0 || ms > time.Hour.Milliseconds() {
		return context.WithTimeout(s.ctx, defaultWait)
	}
	return context.WithTimeout(s.ctx, time.Duration(ms)*time.Millisecond)
}

// guard turns a panic into an error.
func (s *service) guard(ctx context.Context, handle func(context.Context) (any, error)) (a any, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.log.logger.Error("answering panicked", "subject", s.subject, "panic", r, "stack", string(debug.Stack()))
			err = hiring.Errorf(hiring.Internal, "something went wrong here")
		}
	}()
	return handle(ctx)
}

// reply sends the answer, or the error as the asker may see it.
func (s *service) reply(m *nats.Msg, a any, err error) {
	if m.Reply == "" {
		return // nobody waits
	}
	out := nats.NewMsg(m.Reply)
	if err == nil {
		if out.Data, err = json.Marshal(a); err == nil && int64(len(out.Data)) > s.log.nc.MaxPayload() {
			err = hiring.Errorf(hiring.TooLarge, "the answer is too large").Mend("ask for less at once")
		}
	}
	if err != nil {
		out.Header.Set(errorHeader, string(hiring.CodeOf(err)))
		out.Data = s.refusal(err)
	}
	if err := s.log.nc.PublishMsg(out); err != nil {
		s.log.logger.Warn("sending an answer", "subject", s.subject, "error", err)
	}
}

// refusal encodes an error for the wire. The text of an unexpected one stays here, in the log.
func (s *service) refusal(err error) []byte {
	var e *hiring.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		e = hiring.Errorf(hiring.Unavailable, "there was not enough time to answer").Mend("try again")
	default:
		s.log.logger.Error("answering failed", "subject", s.subject, "error", err)
		e = hiring.Errorf(hiring.Internal, "something went wrong here")
	}
	data, err := json.Marshal(e)
	if err != nil { // four strings always encode
		panic(err)
	}
	return data
}

// stop refuses new questions and waits for those in hand; after stopWait their contexts end.
func (s *service) stop(cancel context.CancelFunc) {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	t := time.AfterFunc(stopWait, cancel)
	s.running.Wait()
	t.Stop()
	cancel()
}
