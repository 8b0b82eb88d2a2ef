package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"matchday/cache"
	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/vault"
)

// house is a web server on a real broker, with small stand-ins for the other roles that record what they were asked.
type house struct {
	t       *testing.T
	log     *events.Log
	secrets *vault.Secrets
	server  *Server
	http    *httptest.Server
	roles   *roles
	clock   func() time.Time
	stop    context.CancelFunc
	ended   chan error
}

// noon is when most tests happen.
var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// open starts a house. change adapts the options.
func open(t *testing.T, change ...func(*Options)) *house {
	t.Helper()
	broker, err := natsd.Start(natsd.Options{Dir: filepath.Join(t.TempDir(), "log"), MaxStore: 1 << 30})
	must(t, err)
	t.Cleanup(broker.Close)
	log, err := events.Connect(t.Context(), events.Options{Conn: broker.InProcess(), MaxBytes: 64 << 20})
	must(t, err)
	t.Cleanup(log.Close)
	secrets, err := vault.Open(filepath.Join(t.TempDir(), "secrets"))
	must(t, err)
	hot, err := cache.Open(t.Context(), "")
	must(t, err)
	t.Cleanup(func() { hot.Close() })
	h := &house{t: t, log: log, secrets: secrets, clock: func() time.Time { return noon }, ended: make(chan error, 1)}
	h.roles = newRoles(h)
	o := Options{Log: log, Secrets: secrets, Cache: hot, Version: "test", Now: func() time.Time { return h.clock() }}
	for _, c := range change {
		c(&o)
	}
	h.server, err = New(o)
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	go func() { h.ended <- h.server.Run(ctx) }()
	h.http = httptest.NewUnstartedServer(h.server.Handler())
	h.http.Config = HTTPServer(h.server.Handler())
	h.http.Start()
	t.Cleanup(func() {
		stop()
		if err := <-h.ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		h.http.Close()
	})
	select {
	case <-h.server.Ready():
	case <-time.After(10 * time.Second):
		t.Fatal("the server was not ready in 10 s")
	}
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// token makes a bearer token of a role by the API.
func (h *house) token(role hiring.Role, subject string) string {
	h.t.Helper()
	var made NewToken
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/tokens", TokenBody{role, subject}).ok(h.t, 200).into(h.t, &made)
	return made.Token
}

// answered is a response that was read.
type answered struct {
	*http.Response
	body []byte
}

// call sends JSON (or a string, or bytes, as they are) with a token.
func (h *house) call(token, method, path string, body any, header ...string) answered {
	h.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case io.Reader:
		r = b
	default:
		data, err := json.Marshal(b)
		must(h.t, err)
		r = strings.NewReader(string(data))
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.http.URL+path, r)
	must(h.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	must(h.t, err)
	return answered{resp, data}
}

// ok fails the test unless the status is the one wanted.
func (a answered) ok(t *testing.T, status int) answered {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s answered %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func (a answered) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("the answer %s: %v", a.body, err)
	}
}

// problem checks that the answer is a problem of the status, and that it repeats none of the secrets that were sent.
func (a answered) problem(t *testing.T, status int, secrets ...string) Problem {
	t.Helper()
	var p Problem
	a.ok(t, status).into(t, &p)
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("the problem has the content type %q", ct)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" || p.Code == "" {
		t.Errorf("the problem lacks something: %s", a.body)
	}
	for _, s := range secrets {
		if strings.Contains(string(a.body), s) {
			t.Errorf("the problem repeats what was sent, %q: %s", s, a.body)
		}
	}
	return p
}

// put publishes a fact as it stands.
func (h *house) put(subject, kind string, body any) uint64 {
	h.t.Helper()
	seq, err := h.log.Publish(h.t.Context(), events.Draft{Subject: subject, Type: kind, Source: "test", Body: body, Unfenced: true})
	must(h.t, err)
	return seq
}

// learner stores a learner with sealed personal data.
func (h *house) learner(id hiring.LearnerID, p hiring.Personal, by hiring.Actor) hiring.LearnerRef {
	h.t.Helper()
	ref := h.secrets.LearnerRef(id)
	key, err := h.secrets.NewKey()
	must(h.t, err)
	must(h.t, h.log.PutKeys(h.t.Context(), map[hiring.LearnerRef][]byte{ref: key}))
	sealed, err := h.secrets.Seal(key, ref, p)
	must(h.t, err)
	h.put(hiring.LearnerSubject(ref), hiring.LearnerRecorded, hiring.Learner{ID: id, Ref: ref, Visible: true, RegisteredBy: by, Sealed: sealed})
	return ref
}

// roles stand in for the other roles. Each answer is a function that a test may replace.
type roles struct {
	mu    sync.Mutex
	asked []events.Question

	ingest     func(hiring.Ingest) (hiring.Ingested, error)
	learners   func(hiring.RankLearners) (hiring.RankedLearners, error)
	openings   func(hiring.RankOpenings) (hiring.RankedOpenings, error)
	search     func(hiring.Search) (hiring.SearchAnswer, error)
	day        func(hiring.DayCommand) (hiring.DayAnswer, error)
	view       func(hiring.ViewDay) (hiring.DayView, error)
	invitation func(hiring.ViewInvitation) (hiring.InvitationView, error)
	feed       func(hiring.ViewFeed) (hiring.FeedView, error)
}

func (r *roles) note(q events.Question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, q)
}

// questions returns the questions of one type that were asked so far.
func questions[Q events.Question](h *house) []Q {
	h.roles.mu.Lock()
	defer h.roles.mu.Unlock()
	var list []Q
	for _, q := range h.roles.asked {
		if q, ok := q.(Q); ok {
			list = append(list, q)
		}
	}
	return list
}

// stub registers an answer that notes each question. The function is read at each call.
func stub[Q events.Question, A any](h *house, fn func() func(Q) (A, error)) {
	h.t.Helper()
	stop, err := events.Answer(h.log, nil, func(_ context.Context, q Q) (A, error) {
		h.roles.note(q)
		return fn()(q)
	})
	must(h.t, err)
	h.t.Cleanup(stop)
}

func newRoles(h *house) *roles {
	r := &roles{}
	gone := hiring.Errorf(hiring.NotFound, "no such thing")
	r.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{Accepted: len(q.Records), Position: 7}, nil
	}
	r.learners = func(hiring.RankLearners) (hiring.RankedLearners, error) { return hiring.RankedLearners{}, gone }
	r.openings = func(hiring.RankOpenings) (hiring.RankedOpenings, error) { return hiring.RankedOpenings{}, gone }
	r.search = func(hiring.Search) (hiring.SearchAnswer, error) { return hiring.SearchAnswer{Total: 0}, nil }
	r.day = func(hiring.DayCommand) (hiring.DayAnswer, error) { return hiring.DayAnswer{}, gone }
	r.view = func(hiring.ViewDay) (hiring.DayView, error) { return hiring.DayView{}, gone }
	r.invitation = func(hiring.ViewInvitation) (hiring.InvitationView, error) { return hiring.InvitationView{}, gone }
	r.feed = func(hiring.ViewFeed) (hiring.FeedView, error) { return hiring.FeedView{}, gone }
	h.roles = r
	stub(h, func() func(hiring.ViewFeed) (hiring.FeedView, error) { return r.feed })
	found := func(w hiring.Whose, a hiring.Actor, generation int) (hiring.FoundFeed, error) {
		if w.Learner != "" && !a.IsLearner(w.Learner) {
			return hiring.FoundFeed{}, gone
		}
		return hiring.FoundFeed{Feed: hiring.Feed{Of: hiring.Ref(string(w.Learner) + string(w.Day)), Generation: generation}}, nil
	}
	stub(h, func() func(hiring.FindFeed) (hiring.FoundFeed, error) {
		return func(q hiring.FindFeed) (hiring.FoundFeed, error) { return found(q.Whose, q.Actor, 0) }
	})
	stub(h, func() func(hiring.RevokeFeed) (hiring.FoundFeed, error) {
		return func(q hiring.RevokeFeed) (hiring.FoundFeed, error) { return found(q.Whose, q.Actor, 1) }
	})
	stub(h, func() func(hiring.Ingest) (hiring.Ingested, error) { return r.ingest })
	stub(h, func() func(hiring.RankLearners) (hiring.RankedLearners, error) { return r.learners })
	stub(h, func() func(hiring.RankOpenings) (hiring.RankedOpenings, error) { return r.openings })
	stub(h, func() func(hiring.Search) (hiring.SearchAnswer, error) { return r.search })
	stub(h, func() func(hiring.DayCommand) (hiring.DayAnswer, error) { return r.day })
	stub(h, func() func(hiring.ViewDay) (hiring.DayView, error) { return r.view })
	stub(h, func() func(hiring.ViewInvitation) (hiring.InvitationView, error) { return r.invitation })
	stub(h, func() func(hiring.ListOpenings) (hiring.OpeningList, error) {
		return func(q hiring.ListOpenings) (hiring.OpeningList, error) {
			if q.From != "" {
				return hiring.OpeningList{}, nil
			}
			return hiring.OpeningList{Openings: []hiring.OpeningID{"o1", "o2", "o3"}}, nil
		}
	})
	stub(h, func() func(hiring.ReachOfProgramme) (hiring.ProgrammeReach, error) {
		return func(q hiring.ReachOfProgramme) (hiring.ProgrammeReach, error) {
			return hiring.ProgrammeReach{Programme: q.Programme, Fully: 1, Nearly: 2, Total: 3, Ranking: ranking("a/b#c")}, nil
		}
	})
	stub(h, func() func(hiring.RefreshRarity) (hiring.Rarity, error) {
		return func(hiring.RefreshRarity) (hiring.Rarity, error) { return hiring.Rarity{}, nil }
	})
	stub(h, func() func(hiring.ResolveSkills) (hiring.ResolvedSkills, error) {
		return func(q hiring.ResolveSkills) (hiring.ResolvedSkills, error) {
			return hiring.ResolvedSkills{Candidates: make([][]hiring.Candidate, len(q.Texts))}, nil
		}
	})
	stub(h, func() func(hiring.RereadSkills) (hiring.Reread, error) {
		return func(hiring.RereadSkills) (hiring.Reread, error) { return hiring.Reread{Openings: 3}, nil }
	})
	stub(h, func() func(hiring.TagTexts) (hiring.TaggedTexts, error) {
		return func(q hiring.TagTexts) (hiring.TaggedTexts, error) {
			return hiring.TaggedTexts{Skills: make([][]hiring.TaggedSkill, len(q.Texts))}, nil
		}
	})
	stub(h, func() func(hiring.ReadTexts) (hiring.OpeningDrafts, error) {
		return func(q hiring.ReadTexts) (hiring.OpeningDrafts, error) {
			return hiring.OpeningDrafts{Drafts: make([]hiring.OpeningDraft, len(q.Texts))}, nil
		}
	})
	stub(h, func() func(hiring.ReleaseTaxonomy) (hiring.ReleasedTaxonomy, error) {
		return func(q hiring.ReleaseTaxonomy) (hiring.ReleasedTaxonomy, error) {
			t := hiring.Taxonomy{Name: q.Name, Release: q.Release, Blob: q.Blob, Skills: 2}
			return hiring.ReleasedTaxonomy{Taxonomy: t, Unresolved: hiring.Unresolved{Openings: 3}}, nil
		}
	})
	done := func() (hiring.Done, error) { return hiring.Done{Position: 9}, nil }
	stub(h, func() func(hiring.WithdrawOpening) (hiring.Done, error) {
		return func(hiring.WithdrawOpening) (hiring.Done, error) { return done() }
	})
	stub(h, func() func(hiring.SetConsent) (hiring.Done, error) {
		return func(hiring.SetConsent) (hiring.Done, error) { return done() }
	})
	stub(h, func() func(hiring.EraseLearner) (hiring.Done, error) {
		return func(hiring.EraseLearner) (hiring.Done, error) { return done() }
	})
	stub(h, func() func(hiring.ListInvitations) (hiring.InvitationList, error) {
		return func(q hiring.ListInvitations) (hiring.InvitationList, error) {
			if !q.Actor.IsLearner(q.Learner) {
				return hiring.InvitationList{}, gone
			}
			return hiring.InvitationList{Invitations: []hiring.Invitation{invitationOf(h, q.Learner)}}, nil
		}
	})
	stub(h, func() func(hiring.PutToken) (hiring.Done, error) {
		return func(q hiring.PutToken) (hiring.Done, error) {
			kind := hiring.TokenCreated
			if q.Token.Revoked {
				kind = hiring.TokenRevoked
			}
			seq, err := h.log.Publish(context.Background(), events.Draft{Subject: hiring.TokenSubject(q.Token.Hash), Type: kind, Source: "test", Body: q.Token, Unfenced: true})
			return hiring.Done{Position: seq}, err
		}
	})
	return r
}

// ranking makes a ranking of openings with some of everything.
func ranking(openings ...hiring.OpeningID) hiring.Ranking {
	r := hiring.Ranking{Position: 42, Scorer: "s1", Rarity: "r1", At: noon.Format(time.RFC3339)}
	for _, o := range openings {
		r.Matches = append(r.Matches, hiring.Match{
			Opening: o, Score: 512_345, Matched: []hiring.SkillID{"sql"}, Missing: []hiring.SkillID{"excel", "python"},
			Near:  []hiring.Near{{Skill: "excel", By: "sheets", Relation: hiring.Sibling, Credit: 400_000}},
			Parts: []hiring.Part{{Skill: "sql", Name: "SQL", Need: hiring.Essential, Value: 512_345, Credit: hiring.OneScore, By: "sql", Relation: hiring.Same, Proof: hiring.ProofRecorded, Credential: "Google IT Support"}},
		})
	}
	return r
}

// rankOf answers a ranking of n learners l0, l1, … for any opening, page by page.
func rankOf(h *house, n int) func(hiring.RankLearners) (hiring.RankedLearners, error) {
	return func(q hiring.RankLearners) (hiring.RankedLearners, error) {
		a := hiring.RankedLearners{Ranking: ranking(), Employer: "Acme", Total: n}
		a.Opening = q.Opening
		for i := q.Offset; i < min(n, q.Offset+q.Limit); i++ {
			id := hiring.LearnerID("l" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)))
			m := ranking("x").Matches[0]
			m.Opening, m.Learner = "", h.secrets.LearnerRef(id)
			a.Matches, a.IDs = append(a.Matches, m), append(a.IDs, id)
		}
		return a, nil
	}
}

// dayOf is a day of Acme with two slots in Chicago.
func dayOf(h *house) hiring.Day {
	start := time.Date(2027, 3, 9, 15, 0, 0, 0, time.UTC)
	return hiring.Day{
		ID: "spring", Ref: h.secrets.Ref(hiring.KindDay, "spring"), Employer: "Acme", Title: "Spring interviews", Kind: hiring.Interviews, Zone: "America/Chicago",
		Place: &hiring.Place{Name: "12 Harbor Street, Chicago", Country: "US"}, Openings: []hiring.OpeningID{"o1"},
		Slots:       []hiring.Slot{{Start: start, End: start.Add(30 * time.Minute), Seats: 2}, {Start: start.Add(time.Hour), End: start.Add(90 * time.Minute), Seats: 1}},
		ReplyWithin: 72 * 3600, Deadline: start.Add(-24 * time.Hour), Status: hiring.StatusOpen,
	}
}

// invitationOf is the invitation of a learner to [dayOf].
func invitationOf(h *house, id hiring.LearnerID) hiring.Invitation {
	ref := h.secrets.LearnerRef(id)
	m := ranking("o1").Matches[0]
	m.Learner = ref
	return hiring.Invitation{
		Ref: h.secrets.InvitationRef("spring", "o1", ref), Day: "spring", Opening: "o1", Employer: "Acme", Learner: ref, Status: hiring.Sent,
		SentAt: noon.Add(-time.Hour), Expires: noon.Add(71 * time.Hour), Match: m,
	}
}

// invitationSubject is where facts about it stand.
func invitationSubject(h *house, i hiring.Invitation) string {
	return hiring.InvitationSubject(h.secrets.Ref(hiring.KindDay, string(i.Day)), h.secrets.Ref(hiring.KindOpening, string(i.Opening)), i.Learner)
}
