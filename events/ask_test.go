package events

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/hiring"
)

type echo struct {
	hiring.Asked
	Text string `json:"text"`
}

func (echo) Subject() string { return "ask.test.echo" }

type echoed struct {
	Text string `json:"text"`
}

func serve(t testing.TB, l *Log, pos *Position, fn func(context.Context, echo) (echoed, error)) (stop func()) {
	t.Helper()
	stop, err := Answer(l, pos, fn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return stop
}

func TestAskGetsTheAnswer(t *testing.T) {
	l := newLog(t)
	serve(t, l, nil, func(_ context.Context, q echo) (echoed, error) { return echoed{q.Text}, nil })
	long := strings.Repeat("x", 6<<20)
	for _, text := range []string{"", "hello", long} {
		a, err := Ask[echoed](t.Context(), l, echo{Text: text})
		if err != nil || a.Text != text {
			t.Errorf("%d characters: %d came back, %v", len(text), len(a.Text), err)
		}
	}
	if _, err := Ask[echoed](t.Context(), l, echo{Text: long + long}); hiring.CodeOf(err) != hiring.TooLarge {
		t.Errorf("a question too large: %v", err)
	}
}

func TestErrorsSurviveTheWire(t *testing.T) {
	l := newLog(t)
	refusal := hiring.Invalidf("pay.min", "is negative").Mend("give an amount")
	serve(t, l, nil, func(_ context.Context, q echo) (echoed, error) {
		switch q.Text {
		case "refuse":
			return echoed{}, refusal
		case "secret":
			return echoed{}, errors.New("the password is swordfish")
		case "large":
			return echoed{strings.Repeat("x", 9<<20)}, nil
		}
		panic("boom")
	})
	_, err := Ask[echoed](t.Context(), l, echo{Text: "refuse"})
	var e *hiring.Error
	if !errors.As(err, &e) || *e != *refusal {
		t.Errorf("the refusal came back as %v", err)
	}
	for text, code := range map[string]hiring.Code{"secret": hiring.Internal, "panic": hiring.Internal, "large": hiring.TooLarge} {
		_, err := Ask[echoed](t.Context(), l, echo{Text: text})
		if hiring.CodeOf(err) != code || strings.Contains(err.Error(), "swordfish") || strings.Contains(err.Error(), "boom") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := l.nc.Publish("ask.test.echo", []byte("{")); err != nil { // nobody waits for this answer
		t.Fatal(err)
	}
	m, err := l.nc.Request("ask.test.echo", []byte("{"), 10*time.Second)
	if err != nil || first(m.Header, errorHeader) != string(hiring.Invalid) {
		t.Errorf("a malformed question: %+v, %v", m, err)
	}
}

func TestAskWhenNobodyAnswers(t *testing.T) {
	l := newLog(t)
	_, err := Ask[echoed](t.Context(), l, echo{})
	if hiring.CodeOf(err) != hiring.Unavailable || !strings.Contains(err.Error(), "ask.test.echo") {
		t.Errorf("without responder: %v", err)
	}
	held := make(chan struct{})
	serve(t, l, nil, func(ctx context.Context, _ echo) (echoed, error) {
		<-ctx.Done() // the asker's patience reaches the handler
		close(held)
		return echoed{}, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Ask[echoed](ctx, l, echo{}); hiring.CodeOf(err) != hiring.Unavailable {
		t.Errorf("an answer that takes too long: %v", err)
	}
	within(t, held, "the handler's context to end")
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := Ask[echoed](ctx, l, echo{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled question: %v", err)
	}
}

func TestAnswerWaitsForThePosition(t *testing.T) {
	t.Parallel()
	l := newLog(t)
	var pos Position
	serve(t, l, &pos, func(_ context.Context, q echo) (echoed, error) { return echoed{}, nil })
	answered := make(chan error, 1)
	go func() {
		_, err := Ask[echoed](context.Background(), l, echo{Asked: hiring.Asked{After: 5}})
		answered <- err
	}()
	pos.Advance(4)
	if _, err := Ask[echoed](t.Context(), l, echo{Asked: hiring.Asked{After: 4}}); err != nil {
		t.Error(err)
	}
	select {
	case err := <-answered:
		t.Errorf("answered before the position was reached: %v", err)
	default:
	}
	pos.Advance(5)
	if err := within(t, answered, "the answer"); err != nil {
		t.Error(err)
	}
	if _, err := Ask[echoed](t.Context(), l, echo{Asked: hiring.Asked{After: 6}}); hiring.CodeOf(err) != hiring.Unavailable {
		t.Errorf("a position that is not reached: %v", err)
	}
}

func TestAnswersRunSideBySideButBounded(t *testing.T) {
	l := newLog(t)
	entered, leave := make(chan struct{}, 200), make(chan struct{})
	stop := serve(t, l, nil, func(context.Context, echo) (echoed, error) {
		entered <- struct{}{}
		<-leave
		return echoed{}, nil
	})
	var wg sync.WaitGroup
	for range answerers + 10 {
		wg.Go(func() {
			if _, err := Ask[echoed](context.Background(), l, echo{}); err != nil {
				t.Error(err)
			}
		})
	}
	for range answerers {
		within(t, entered, "a handler to start")
	}
	select {
	case <-entered:
		t.Errorf("more than %d handlers run at once", answerers)
	default:
	}
	close(leave)
	wg.Wait()
	stop()
	if _, err := Ask[echoed](t.Context(), l, echo{}); hiring.CodeOf(err) != hiring.Unavailable {
		t.Errorf("after stop: %v", err)
	}
}

func TestStopWaitsForWhatIsInHand(t *testing.T) {
	l := newLog(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	stop := serve(t, l, nil, func(context.Context, echo) (echoed, error) {
		close(entered)
		<-leave
		return echoed{"done"}, nil
	})
	answered := make(chan echoed, 1)
	go func() {
		a, _ := Ask[echoed](context.Background(), l, echo{})
		answered <- a
	}()
	within(t, entered, "the handler")
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	close(leave)
	within(t, stopped, "stop")
	if a := within(t, answered, "the answer"); a.Text != "done" {
		t.Errorf("the answer in hand was lost: %+v", a)
	}
}
