package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// The days that are answered at once, the slots of each, and the clients that answer on each, one reply after the other.
const (
	rateDays    = 10
	rateSlots   = 20
	rateClients = 4
)

// TestReplyRate sends invitations to learners of ten days and has all accept, each day by clients of its own. A listener outside sees every
// invitation go out and every seat confirmed. With BENCH_INTERVIEW, how many there are in all, it tells how fast that went.
func TestReplyRate(t *testing.T) {
	n := 400
	if text := os.Getenv("BENCH_INTERVIEW"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n%(rateDays*rateSlots) != 0 {
			t.Fatalf("BENCH_INTERVIEW must be a multiple of %d", rateDays*rateSlots)
		}
	}
	in := together(t)
	in.fair(n)
	stream := in.listen()

	began := time.Now()
	in.onEachDay(func(day string) {
		into[map[string]any](in, in.call("POST", "/v1/days/"+day+"/open", "application/json", "{}"))
	})
	out := stream.await(t, hiring.Sent, n)
	t.Logf("%d invitations out in %v: %.0f a second", n, out.last.Sub(began).Round(time.Millisecond), float64(n)/out.last.Sub(began).Seconds())

	before := fsyncs(t, in.data)
	replies, began := in.acceptAll(out), time.Now()
	in.onEachDay(replies.send)
	confirmed := stream.await(t, hiring.Accepted, n)
	took := confirmed.last.Sub(began)
	t.Logf("%d replies in over %d days at once, %d clients, in %v: %.0f a second", n, rateDays, rateDays*rateClients, took.Round(time.Millisecond), float64(n)/took.Seconds())
	var answered, seen []time.Duration
	for ref, r := range replies.took {
		answered = append(answered, r.answered.Sub(r.sent))
		seen = append(seen, confirmed.at[ref].Sub(r.sent))
	}
	t.Logf("from the request to the seat on the stream: %s", spread(seen))
	t.Logf("from the request to its answer: %s", spread(answered))
	t.Logf("one fsync of 1 KB before: %s; after: %s", before, fsyncs(t, in.data))
}

// fair makes ten days of an employer each, and learners who match one of them.
func (in *installation) fair(n int) {
	in.t.Helper()
	var openings, learners strings.Builder
	for d := range rateDays {
		fmt.Fprintf(&openings, `{"id":"rate-%d","title":"One","employer":"Rate%d","pay":{"min":20,"currency":"USD","per":"hour"},"skills":[{"name":"craft%d","need":"essential"}]}`+"\n", d, d, d)
	}
	for i := range n {
		fmt.Fprintf(&learners, `{"id":"rate-%05d","skills":[{"name":"craft%d"}]}`+"\n", i, i%rateDays)
	}
	in.accepted("openings", openings.String())
	position := in.accepted("learners", learners.String())
	for d := range rateDays {
		into[map[string]any](in, in.call("PUT", fmt.Sprintf("/v1/employers/Rate%d", d), "application/json", `{"verified":true}`))
		plan := fmt.Sprintf(`{"id":"rate-%d","employer":"Rate%d","title":"Day","zone":"UTC","openings":["rate-%d"],"bar":0.1,`+
			`"run":{"start":"%sT00:00","minutes":30,"count":%d,"seats":%d}}`, d, d, d, ahead(d), rateSlots, n/rateDays/rateSlots)
		into[map[string]any](in, in.call("PUT", fmt.Sprintf("/v1/days/rate-%d", d), "application/json", plan))
	}
	in.eventually(func() string {
		a := in.call("GET", fmt.Sprintf("/v1/openings/rate-0/matches?limit=1&after=%d", position), "", "")
		if a.status != http.StatusOK {
			return fmt.Sprintf("the matcher is not ready: %d %s", a.status, a.body)
		}
		return ""
	})
}

// onEachDay does something on all days at once, and returns when all is done.
func (in *installation) onEachDay(do func(day string)) {
	var all sync.WaitGroup
	for d := range rateDays {
		all.Go(func() { do(fmt.Sprintf("rate-%d", d)) })
	}
	all.Wait()
}

// stream is what a listener outside has seen of invitations.
type stream struct {
	mu   sync.Mutex
	more sync.Cond
	by   map[hiring.InvitationStatus]*sightings
}

// sightings are when each invitation came to a status, by ref, and when the last one did.
type sightings struct {
	at    map[hiring.Ref]time.Time
	of    map[string][]hiring.Ref // by day
	last  time.Time
	twice int
}

func (in *installation) listen() *stream {
	in.t.Helper()
	s := &stream{by: map[hiring.InvitationStatus]*sightings{}}
	s.more.L = &s.mu
	for _, status := range []hiring.InvitationStatus{hiring.Sent, hiring.Accepted} {
		s.by[status] = &sightings{at: map[hiring.Ref]time.Time{}, of: map[string][]hiring.Ref{}}
	}
	stop, err := events.Listen(in.t.Context(), in.listener, "invitation.>", func(_ string, _ map[string][]string, data []byte) {
		now := time.Now()
		var inv hiring.Invitation
		if err := json.Unmarshal(data, &inv); err != nil {
			in.t.Errorf("a message is malformed: %v", err)
		}
		s.note(inv, now)
	})
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(stop)
	return s
}

func (s *stream) note(inv hiring.Invitation, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.by[inv.Status]
	if seen == nil {
		return
	}
	if _, again := seen.at[inv.Ref]; again {
		seen.twice++
	}
	seen.at[inv.Ref], seen.last = now, now
	seen.of[string(inv.Day)] = append(seen.of[string(inv.Day)], inv.Ref)
	s.more.Broadcast()
}

// await returns once n invitations came to a status.
func (s *stream) await(t *testing.T, status hiring.InvitationStatus, n int) *sightings {
	t.Helper()
	late, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	defer context.AfterFunc(late, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.more.Broadcast()
	})()
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.by[status]
	for len(seen.at) < n && late.Err() == nil {
		s.more.Wait()
	}
	if len(seen.at) != n || seen.twice > 0 {
		t.Fatalf("%d invitations are %s, %d of them twice; want %d", len(seen.at), status, seen.twice, n)
	}
	return seen
}

// replies are acceptances under way.
type replies struct {
	in     *installation
	client *http.Client
	of     map[string][]hiring.Ref

	mu   sync.Mutex
	took map[hiring.Ref]reply
}

type reply struct{ sent, answered time.Time }

func (in *installation) acceptAll(out *sightings) *replies {
	return &replies{
		in: in, of: out.of, took: map[hiring.Ref]reply{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: rateDays * rateClients}},
	}
}

// send accepts every invitation of a day.
func (r *replies) send(day string) {
	refs := make(chan hiring.Ref, len(r.of[day]))
	for _, ref := range r.of[day] {
		refs <- ref
	}
	close(refs)
	var all sync.WaitGroup
	for range rateClients {
		all.Go(func() {
			for ref := range refs {
				sent := time.Now()
				a, err := request(r.client, r.in.token, http.MethodPost, r.in.url+"/v1/invitations/"+string(ref)+"/accept", "application/json", "{}")
				if err != nil || a.status != http.StatusOK {
					r.in.t.Errorf("answered %d: %s (%v)", a.status, a.body, err)
				}
				r.mu.Lock()
				r.took[ref] = reply{sent, time.Now()}
				r.mu.Unlock()
			}
		})
	}
	all.Wait()
}

// fsyncs measures how long the disk takes to make a write last.
func fsyncs(t *testing.T, dir string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []time.Duration
	for range 200 {
		began := time.Now()
		if _, err := f.Write(make([]byte, 1024)); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		list = append(list, time.Since(began))
	}
	return spread(list)
}

// spread says how long the middle one took, the 99th of a hundred, and the longest.
func spread(list []time.Duration) string {
	slices.Sort(list)
	at := func(share float64) time.Duration {
		return list[min(int(share*float64(len(list))), len(list)-1)].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %v, p99 %v, at most %v", at(0.5), at(0.99), at(1))
}
