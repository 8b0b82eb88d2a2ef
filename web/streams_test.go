package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

// reading is an open stream.
type reading struct {
	*http.Response
	lines *bufio.Reader
	close context.CancelFunc
}

// sse is one event.
type sse struct{ id, event, data string }

// stream opens an event stream and checks that it began.
func (h *house) stream(token, path, last string) *reading {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 8*time.Second)
	req, err := http.NewRequestWithContext(ctx, "GET", h.http.URL+path, nil)
	must(h.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	h.t.Cleanup(func() { cancel(); resp.Body.Close() })
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		body, _ := io.ReadAll(resp.Body)
		h.t.Fatalf("the stream answered %d %q: %s", resp.StatusCode, resp.Header.Get("Content-Type"), body)
	}
	return &reading{resp, bufio.NewReader(resp.Body), cancel}
}

// next reads one event, past heartbeats.
func (r *reading) next(t *testing.T) sse {
	t.Helper()
	var e sse
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream ended: %v", err)
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.event = value
		case "data":
			e.data = value
		case "":
			if e.data != "" {
				return e
			}
		}
	}
}

func (r *reading) wantEnd(t *testing.T) {
	t.Helper()
	start := time.Now()
	if _, err := io.Copy(io.Discard, r.lines); err != nil && !strings.Contains(err.Error(), "EOF") {
		t.Errorf("the stream ended with %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the stream ended after %v", took)
	}
}

func TestInvitationEventsResume(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{Name: "Ana Souza"}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	mine, other := invitationOf(h, "l1"), invitationOf(h, "l2")
	first := h.put(invitationSubject(h, mine), hiring.InvitationSent, mine)
	h.put(invitationSubject(h, other), hiring.InvitationSent, other)
	s := h.stream(token, "/v1/learners/l1/invitations/events", "")
	if e := s.next(t); e.id != fmt.Sprint(first) || e.event != hiring.InvitationSent || !strings.Contains(e.data, `"learner":"l1"`) {
		t.Errorf("the first event is %+v", e)
	}
	mine.Status = hiring.Opened
	second := h.put(invitationSubject(h, mine), hiring.InvitationOpened, mine)
	if e := s.next(t); e.id != fmt.Sprint(second) || e.event != hiring.InvitationOpened {
		t.Errorf("the live event is %+v", e)
	}
	s.close()
	mine.Status = hiring.Declined
	third := h.put(invitationSubject(h, mine), hiring.InvitationDeclined, mine)
	again := h.stream(token, "/v1/learners/l1/invitations/events", fmt.Sprint(second))
	if e := again.next(t); e.id != fmt.Sprint(third) {
		t.Errorf("resumed after %d, the first event is %+v", second, e)
	}
}

func TestAttack03NoNameBeforeAcceptance(t *testing.T) {
	h := open(t)
	ref := h.learner("l1", hiring.Personal{Name: "Ana Souza", Contact: hiring.Contact{Email: "ana@example.org"}}, hiring.Actor{Role: hiring.RoleOperator, Subject: "x"})
	token := h.token(hiring.RoleRecruiter, "Acme")
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	i := invitationOf(h, "l1")
	h.put(invitationSubject(h, i), hiring.InvitationSent, i)
	s := h.stream(token, "/v1/days/spring/invitations/events", "")
	pseudonym := h.secrets.Pseudonym("Acme", ref)
	var got InvitationRecord
	before := s.next(t).data
	must(t, json.Unmarshal([]byte(before), &got))
	if got.Learner != pseudonym || got.Name != "" || got.Contact != nil {
		t.Errorf("before acceptance the employer sees %s", before)
	}
	for _, secret := range []string{"Ana", "example.org", string(ref), `"l1"`} {
		if strings.Contains(before, secret) {
			t.Errorf("before acceptance the event holds %q: %s", secret, before)
		}
	}
	i.Status, i.Slot = hiring.Accepted, &dayOf(h).Slots[0]
	h.put(invitationSubject(h, i), hiring.InvitationAccepted, i)
	var after InvitationRecord
	must(t, json.Unmarshal([]byte(s.next(t).data), &after))
	if after.Learner != "l1" || after.Name != "Ana Souza" || after.Contact == nil || after.Contact.Email != "ana@example.org" || after.Slot == nil {
		t.Errorf("after acceptance the employer sees %+v", after)
	}
	h.roles.view = func(hiring.ViewDay) (hiring.DayView, error) {
		sent := invitationOf(h, "l1")
		return hiring.DayView{Day: dayOf(h), Invitations: []hiring.Invitation{sent}, IDs: map[hiring.LearnerRef]hiring.LearnerID{ref: "l1"}, Preview: []hiring.Match{sent.Match}, Free: []int{2, 1}}, nil
	}
	for _, path := range []string{"/v1/days/spring/invitations", "/v1/days/spring/preview"} {
		body := string(h.call(token, "GET", path, nil).ok(t, 200).body)
		if !strings.Contains(body, pseudonym) || strings.Contains(body, "l1") || strings.Contains(body, string(ref)) || strings.Contains(body, "Ana") {
			t.Errorf("%s shows %s", path, body)
		}
	}
}

// A stream replays the past as its reader may see it now: without the name of who gave the seat back, what the hidden bring, or a
// pseudonym for who was erased.
func TestReplayShowsNoMoreThanNow(t *testing.T) {
	h := open(t)
	op := hiring.Actor{Role: hiring.RoleOperator, Subject: "x"}
	token := h.token(hiring.RoleEmployer, "Acme")
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	for _, id := range []hiring.LearnerID{"back", "hidden", "erased"} {
		h.learner(id, hiring.Personal{Name: "Name of " + string(id), Contact: hiring.Contact{Email: string(id) + "@example.org"}}, op)
		i := invitationOf(h, id)
		i.Match.Parts = []hiring.Part{{Skill: "a", Name: "Unique skill"}}
		if id == "back" {
			i.Status, i.Slot = hiring.Accepted, &dayOf(h).Slots[0]
			h.put(invitationSubject(h, i), hiring.InvitationAccepted, i)
		}
		i.Status, i.Slot, i.Reason = hiring.Declined, nil, "pay"
		h.put(invitationSubject(h, i), hiring.InvitationDeclined, i)
	}
	hidden, erased := h.secrets.LearnerRef("hidden"), h.secrets.LearnerRef("erased")
	h.put(hiring.LearnerSubject(hidden), hiring.LearnerRecorded, hiring.Learner{ID: "hidden", Ref: hidden, RegisteredBy: op})
	h.put(hiring.LearnerSubject(erased), hiring.LearnerErased, hiring.Learner{Ref: erased, Erased: true})
	s := h.stream(token, "/v1/days/spring/invitations/events", "")
	pseudonym := func(id hiring.LearnerID) string { return h.secrets.Pseudonym("Acme", h.secrets.LearnerRef(id)) }
	for _, want := range []struct {
		learner, reason string
		parts           int
	}{{pseudonym("back"), "", 1}, {pseudonym("back"), "pay", 1}, {pseudonym("hidden"), "", 0}, {"erased", "", 0}} {
		var got InvitationRecord
		must(t, json.Unmarshal([]byte(s.next(t).data), &got))
		if got.Learner != want.learner || got.Reason != want.reason || len(got.Match.Parts) != want.parts || got.Name != "" || got.Contact != nil {
			t.Errorf("want %+v, got %+v", want, got)
		}
	}
	h.roles.view = func(hiring.ViewDay) (hiring.DayView, error) {
		i := invitationOf(h, "erased")
		i.Learner = ""
		return hiring.DayView{Day: dayOf(h), Invitations: []hiring.Invitation{i}, Total: 1}, nil
	}
	if body := string(h.call(token, "GET", "/v1/days/spring/invitations", nil).ok(t, 200).body); !strings.Contains(body, `"learner":"erased"`) {
		t.Errorf("the list shows %s", body)
	}
}

func TestAttack36CrossSiteEventSource(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Streams = 1 })
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	for range 3 {
		h.call(token, "GET", "/v1/learners/l1/invitations/events", nil, "Sec-Fetch-Site", "cross-site").problem(t, 403)
	}
	h.stream(token, "/v1/learners/l1/invitations/events", "") // the one place is still free
}

func TestAttack37TooManyStreams(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Streams = 3; o.Limits.Heartbeat = 20 * time.Millisecond })
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	var last *reading
	for range 3 {
		last = h.stream(token, "/v1/learners/l1/invitations/events", "")
	}
	if a := h.call(token, "GET", "/v1/learners/l1/invitations/events", nil); a.StatusCode != 429 || a.Header.Get("Retry-After") == "" {
		t.Errorf("the fourth stream is answered %d", a.StatusCode)
	}
	last.close()
	deadline := time.After(5 * time.Second)
	for h.server.streams.of(token) == 3 { // a place comes back with the next heartbeat
		select {
		case <-deadline:
			t.Fatal("the place of a closed stream did not come back")
		case <-time.After(5 * time.Millisecond):
		}
	}
	h.stream(token, "/v1/learners/l1/invitations/events", "")
}

// of returns how many streams a token has open.
func (s *streams) of(token string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open[hashOf(token)])
}

func TestAttack37SlowReaderIsClosedAndResumes(t *testing.T) {
	h := open(t, func(o *Options) {
		o.Limits.StreamWrite = 100 * time.Millisecond
		o.Limits.Heartbeat = 10 * time.Millisecond
	})
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	i := invitationOf(h, "l1")
	for range 3 {
		h.put(invitationSubject(h, i), hiring.InvitationSent, i)
	}
	conn := h.pipe() // without buffers: what is not read blocks the server at once
	_, err := fmt.Fprintf(conn, "GET /v1/learners/l1/invitations/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token)
	must(t, err)
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), nil)
	must(t, err)
	defer resp.Body.Close()
	first := (&reading{lines: bufio.NewReaderSize(resp.Body, 16)}).next(t)
	deadline := time.After(8 * time.Second)
	for h.server.streams.of(token) == 1 { // it reads no further, and is cut off
		select {
		case <-deadline:
			t.Fatal("a reader that stopped reading keeps its stream")
		case <-time.After(10 * time.Millisecond):
		}
	}
	if next := h.stream(token, "/v1/learners/l1/invitations/events", first.id).next(t); next.id <= first.id && len(next.id) <= len(first.id) {
		t.Errorf("resumed after %s with %s", first.id, next.id)
	}
}

// pipe connects to the server without any buffer between.
func (h *house) pipe() net.Conn {
	h.t.Helper()
	here, there := net.Pipe()
	l := &oneConn{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conn <- there
	server := HTTPServer(h.server.Handler())
	go server.Serve(l)
	h.t.Cleanup(func() { here.Close(); server.Close() })
	return here
}

// oneConn is a listener of one connection.
type oneConn struct {
	conn   chan net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error {
	close(l.closed)
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func TestAttack38ForgedLastEventID(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	for _, forged := range []string{"-1", "1e3", "99999999", "18446744073709551616", "0x1", "1 OR 1"} {
		h.call(token, "GET", "/v1/learners/l1/invitations/events", nil, "Last-Event-ID", forged).problem(t, 400, forged)
	}
	// A true id of someone else's event shows own events only.
	other, mine := invitationOf(h, "l2"), invitationOf(h, "l1")
	seq := h.put(invitationSubject(h, other), hiring.InvitationSent, other)
	h.put(invitationSubject(h, other), hiring.InvitationOpened, other)
	own := h.put(invitationSubject(h, mine), hiring.InvitationSent, mine)
	if e := h.stream(token, "/v1/learners/l1/invitations/events", fmt.Sprint(seq)).next(t); e.id != fmt.Sprint(own) {
		t.Errorf("the first event after %d is %+v", seq, e)
	}
}

func TestAttack33LineEndsInAStream(t *testing.T) {
	got := string(serverSent("1\nid: 2", "a\r\nevent: b", []byte("{\"x\":\"1\"}\n\nid: 9\ndata: forged")))
	if strings.Count(got, "\n") != 4 || strings.Contains(got, "\nid: 2") || strings.Contains(got, "\nevent: b") || strings.Contains(got, "\ndata: forged") {
		t.Errorf("the event is %q", got)
	}
	h := open(t)
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	i := invitationOf(h, "l1")
	i.Employer = "Acme\n\ndata: forged"
	h.put(invitationSubject(h, i), hiring.InvitationSent, i)
	var shown InvitationRecord
	must(t, json.Unmarshal([]byte(h.stream(h.token(hiring.RoleLearner, "l1"), "/v1/learners/l1/invitations/events", "").next(t).data), &shown))
	if shown.Employer != i.Employer {
		t.Errorf("the employer arrives as %q", shown.Employer)
	}
}

func TestStreamsOfOthersDoNotExist(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	for token, path := range map[string]string{
		h.token(hiring.RoleLearner, "l2"):       "/v1/learners/l1/invitations/events",
		h.token(hiring.RoleEmployer, "Acme"):    "/v1/learners/l1/invitations/events",
		h.token(hiring.RoleProvider, "Other"):   "/v1/learners/l1/invitations/events",
		h.token(hiring.RoleEmployer, "Rival"):   "/v1/days/spring/invitations/events",
		h.token(hiring.RoleRecruiter, "Rival2"): "/v1/days/none/invitations/events",
	} {
		h.call(token, "GET", path, nil).problem(t, 404)
	}
	h.stream(h.token(hiring.RoleProvider, "School"), "/v1/learners/l1/invitations/events", "")
}

func TestStoppingEndsStreams(t *testing.T) {
	h := open(t)
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	token := h.token(hiring.RoleLearner, "l1")
	s := h.stream(token, "/v1/learners/l1/invitations/events", "")
	h.stop()
	s.wantEnd(t)
	if err := <-h.ended; err != nil {
		t.Errorf("a requested stop is an error: %v", err)
	}
	h.ended <- nil
	h.call(token, "GET", "/v1/learners/l1/invitations/events", nil).problem(t, 503)
}

// A read deadline that passes while the server waits for the caller to leave must not end the stream, nor may a write deadline.
func TestStreamsOutliveDeadlines(t *testing.T) {
	const deadline = 150 * time.Millisecond
	h := open(t, func(o *Options) {
		o.Limits.ReadTimeout, o.Limits.Handler, o.Limits.StreamWrite = deadline, deadline, deadline
		o.Limits.Heartbeat = 2 * deadline
	})
	h.learner("l1", hiring.Personal{}, hiring.Actor{Role: hiring.RoleProvider, Subject: "School"})
	h.put(hiring.DaySubject(h.secrets.Ref(hiring.KindDay, "spring")), hiring.DayDrafted, dayOf(h))
	for token, path := range map[string]string{
		h.token(hiring.RoleLearner, "l1"):    "/v1/learners/l1/invitations/events",
		h.token(hiring.RoleEmployer, "Acme"): "/v1/days/spring/invitations/events",
		h.server.secrets.OperatorToken():     "/v1/events/tail",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "GET", h.http.URL+path, nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		lines := bufio.NewReader(resp.Body)
		for start := time.Now(); time.Since(start) < 8*deadline; {
			if line, err := lines.ReadString('\n'); err != nil || strings.Trim(line, ": \n") != "" {
				t.Fatalf("%s: after %v of silence: %q, %v", path, time.Since(start), line, err)
			}
		}
	}
}

// A request may take longer than its body had time to arrive in.
func TestAnswersMayTakeLongerThanBodies(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.ReadTimeout = 50 * time.Millisecond })
	h.roles.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		<-time.After(200 * time.Millisecond)
		return hiring.Ingested{Accepted: len(q.Records)}, nil
	}
	var got ImportSummary
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings", `{"id":"a"}`).ok(t, 200).into(t, &got)
	if got.Accepted != 1 {
		t.Errorf("the summary is %+v", got)
	}
}

func TestTail(t *testing.T) {
	h := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", h.http.URL+"/v1/events/tail?subject=invitation.%3E", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+h.server.secrets.OperatorToken())
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	i := invitationOf(h, "l1")
	seen := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if lines.Text() != "" {
				seen <- lines.Text()
				return
			}
		}
	}()
	var line string
	for line == "" { // the subscription begins a moment after the answer does
		h.put(invitationSubject(h, i), hiring.InvitationSent, i)
		select {
		case line = <-seen:
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("nothing came")
		}
	}
	if !strings.HasPrefix(line, `{"subject":"invitation.`) || !strings.Contains(line, hiring.InvitationSent) || !strings.Contains(line, `"day":"spring"`) {
		t.Errorf("the line is %s", line)
	}
	for _, bad := range []string{"fact.>", "key.>", ">", "*", "invitation", "match.*.>.x", "invitation.>.x", "$JS.API.>"} {
		h.call(h.server.secrets.OperatorToken(), "GET", "/v1/events/tail?subject="+strings.NewReplacer(">", "%3E", "$", "%24").Replace(bad), nil).problem(t, 400)
	}
}
