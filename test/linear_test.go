package test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"matchday/hiring"
)

// The size of a recorded round: a day of 20 seats, and as many clients as there are invitations.
const (
	roundClients = 64
	roundSlots   = 10
	slotSeats    = 2
	clientCalls  = 5
)

// history records what clients of one installation asked and were answered.
type history struct {
	in     *installation
	client *http.Client
	begin  time.Time
	seed   uint64

	mu       sync.Mutex
	told     sync.Cond // on mu: a call of the round was told
	rounds   []*clients
	longest  time.Duration // that a client had to try again until it was told
	outcomes map[outcome]int
}

func newHistory(in *installation) *history {
	seed := uint64(time.Now().UnixNano())
	in.t.Logf("seed %d", seed)
	h := &history{
		in: in, begin: time.Now(), seed: seed, outcomes: map[outcome]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: roundClients}, Timeout: 40 * time.Second},
	}
	h.told.L = &h.mu
	return h
}

// wait returns when so many calls of the round under way were told.
func (h *history) wait(calls int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := h.rounds[len(h.rounds)-1]; len(r.ops) < calls; {
		h.told.Wait()
	}
}

// prepare imports the learners, and for each round an employer with an opening of its own: who declined one is invited by another.
func (h *history) prepare(rounds int) {
	h.in.t.Helper()
	var openings, learners strings.Builder
	for r := range rounds {
		fmt.Fprintf(&openings, `{"id":"o-%d","title":"One","employer":"E%d","pay":{"min":20,"currency":"USD","per":"hour"},"skills":[{"name":"SQL","need":"essential"}]}`+"\n", r, r)
	}
	h.in.accepted("openings", openings.String())
	for r := range rounds {
		into[map[string]any](h.in, h.in.call("PUT", fmt.Sprintf("/v1/employers/E%d", r), "application/json", `{"verified":true}`))
	}
	for i := range roundClients {
		fmt.Fprintf(&learners, `{"id":"crowd-%03d","skills":[{"name":"SQL"}]}`+"\n", i)
	}
	h.in.accepted("learners", learners.String())
}

// round opens a day and lets every client answer its invitation.
func (h *history) round(n int, meanwhile func()) {
	t, day := h.in.t, fmt.Sprintf("day-%d", n)
	t.Helper()
	plan := fmt.Sprintf(`{"id":%q,"employer":"E%d","title":"Day","zone":"UTC","openings":["o-%d"],"wave":%d,"bar":0,`+
		`"run":{"start":"%sT00:00","minutes":30,"count":%d,"seats":%d}}`, day, n, n, roundClients, ahead(n), roundSlots, slotSeats)
	into[map[string]any](h.in, h.in.call("PUT", "/v1/days/"+day, "application/json", plan))
	into[map[string]any](h.in, h.in.call("POST", "/v1/days/"+day+"/open", "application/json", "{}"))
	var refs []string
	for _, i := range get[invitations](h.in, "/v1/days/"+day+"/invitations").Invitations {
		refs = append(refs, i.Ref)
	}
	if len(refs) != roundClients {
		t.Fatalf("round %d: %d invitations, want %d", n, len(refs), roundClients)
	}
	first, err := time.Parse(time.DateOnly, ahead(n))
	if err != nil {
		t.Fatal(err)
	}
	r := &clients{history: h, day: day, refs: refs, first: first}
	h.rounds = append(h.rounds, r)
	var all sync.WaitGroup
	for i := range refs {
		all.Go(func() { r.play(i, rand.New(rand.NewPCG(h.seed, uint64(n*roundClients+i)))) })
	}
	if meanwhile != nil {
		all.Go(meanwhile)
	}
	all.Wait()
	r.do(0, call{do: "audit"})
}

// clients are those of one round.
type clients struct {
	*history
	day   string
	refs  []string
	first time.Time             // start of the first slot
	ops   []porcupine.Operation // in the order in which they were told
}

// play makes one client's calls, one after the other: first it wants a seat, then anything.
func (r *clients) play(who int, rng *rand.Rand) {
	for i := range clientCalls {
		c := call{do: "accept", who: who, slot: rng.IntN(2*roundSlots) - roundSlots}
		if i > 0 {
			c.do = []string{"accept", "accept", "view", "view", "decline", "withdraw", "withdraw"}[rng.IntN(7)]
		}
		c.slot = max(c.slot, anySlot)
		r.do(who, c)
	}
}

// do makes a call until it is decided. An attempt of which nobody knows what became is one of its own: it may have happened, or happen
// yet.
func (r *clients) do(who int, c call) {
	started := time.Now()
	for {
		at := time.Since(r.begin)
		told := r.ask(c)
		r.note(who, c, told, at, time.Since(r.begin))
		if told.what != unknown {
			break
		}
		if time.Since(started) > 2*time.Minute {
			r.in.t.Errorf("%s was not decided within two minutes", c.do)
			return
		}
		<-time.After(200 * time.Millisecond)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.longest = max(r.longest, time.Since(started))
}

func (r *clients) note(who int, c call, told told, from, to time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := porcupine.Operation{ClientId: who, Input: c, Call: int64(from), Output: told, Return: int64(to)}
	if told.what == unknown {
		op.Return = never
	}
	r.outcomes[told.what]++
	r.ops = append(r.ops, op)
	r.told.Broadcast()
}

// never is when a call returned of which nobody knows what became.
const never = 1 << 62

// start is when a slot begins.
func (r *clients) start(slot int) time.Time {
	return r.first.Add(time.Duration(slot) * 30 * time.Minute)
}

// slot is the index of the slot that starts at a time.
func (r *clients) slot(at time.Time) int { return int(at.Sub(r.first) / (30 * time.Minute)) }

// ask sends one request and reads what it was told.
func (r *clients) ask(c call) told {
	switch c.do {
	case "view":
		return r.read("/v1/days/"+r.day, r.free)
	case "audit":
		return r.read("/v1/days/"+r.day+"/invitations", r.states)
	}
	body := "{}"
	if c.do == "accept" && c.slot != anySlot {
		body = fmt.Sprintf(`{"slot":%q}`, r.start(c.slot).Format(time.RFC3339))
	}
	status, answer := r.send(http.MethodPost, "/v1/invitations/"+r.refs[c.who]+"/"+c.do, body)
	switch {
	case status == http.StatusOK && c.do == "accept":
		var a struct {
			Invitation struct{ Slot struct{ Start time.Time } }
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			r.in.t.Errorf("%s: %v", answer, err)
		}
		return told{what: given, slot: r.slot(a.Invitation.Slot.Start)}
	case status == http.StatusOK:
		return told{what: done}
	case status == http.StatusConflict:
		return told{what: refusal(string(answer))}
	case status != 0:
		r.in.t.Errorf("%s was answered %d: %s", c.do, status, answer)
	}
	return told{what: unknown}
}

// refusal tells the reasons of a conflict apart.
func refusal(text string) outcome {
	for what, words := range map[outcome]string{
		taken: "no seat is left", otherTime: "accepted for another time", wasDeclined: "was declined before", notAccepted: "was not accepted",
	} {
		if strings.Contains(text, words) {
			return what
		}
	}
	return outcome(text) // no refusal that the model knows
}

func (r *clients) read(path string, decode func([]byte, *told) error) told {
	status, answer := r.send(http.MethodGet, path, "")
	t := told{what: seen}
	switch {
	case status == 0:
		return told{what: unknown}
	case status != http.StatusOK:
		r.in.t.Errorf("GET %s: %d %s", path, status, answer)
	default:
		if err := decode(answer, &t); err != nil {
			r.in.t.Errorf("GET %s: %v", path, err)
		}
	}
	return t
}

func (r *clients) free(answer []byte, t *told) error {
	var d struct{ Slots []struct{ Free int } }
	err := json.Unmarshal(answer, &d)
	for i, s := range d.Slots {
		t.free[i] = int8(s.Free)
	}
	return err
}

func (r *clients) states(answer []byte, t *told) error {
	var list invitations
	err := json.Unmarshal(answer, &list)
	for _, i := range list.Invitations {
		at := live
		switch {
		case i.Status == string(hiring.Declined):
			at = gone
		case i.Slot != nil:
			at = int8(r.slot(i.Slot.Start))
		}
		t.all[slices.Index(r.refs, i.Ref)] = at
	}
	return err
}

// send returns status 0 when nobody knows what became of the request. A server that cannot decide says so with 503 and Retry-After.
func (r *clients) send(method, path, body string) (status int, answer []byte) {
	req, err := http.NewRequestWithContext(context.Background(), method, r.in.url+path, strings.NewReader(body))
	if err != nil {
		r.in.t.Error(err)
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+r.in.token)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		return 0, nil
	}
	if resp.StatusCode == http.StatusServiceUnavailable {
		if resp.Header.Get("Retry-After") == "" {
			r.in.t.Errorf("%s %s: 503 without Retry-After: %s", method, path, answer)
		}
		return 0, nil
	}
	return resp.StatusCode, answer
}

// Histories of 64 clients on 20 seats, recorded over the API, have an order in which one after the other would have been told the same.
func TestSeatsAreLinearizable(t *testing.T) {
	in := together(t)
	h := newHistory(in)
	n := long(200, 5)
	h.prepare(n)
	for r := range n {
		h.round(r, nil)
	}
	h.settled()
}
