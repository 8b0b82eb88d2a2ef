package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"matchday/hiring"
)

// subscribe makes the interview role answer view for one generation of a feed, and returns its path.
func (h *house) subscribe(of hiring.Ref, view func() hiring.FeedView) string {
	h.roles.feed = func(q hiring.ViewFeed) (hiring.FeedView, error) {
		if q.Of != of {
			return hiring.FeedView{}, hiring.Errorf(hiring.NotFound, "there is no such calendar")
		}
		if q.Generation != 3 {
			return hiring.FeedView{}, hiring.Errorf(hiring.Conflict, "this address was revoked")
		}
		return view(), nil
	}
	return "/c/" + h.secrets.SignFeed(of, 3) + "/talks.ics"
}

// talkOf is an accepted talk of a learner.
func talkOf(h *house, id hiring.LearnerID) hiring.FeedTalk {
	i := invitationOf(h, id)
	slot := dayOf(h).Slots[0]
	i.Status, i.Slot = hiring.Accepted, &slot
	return hiring.FeedTalk{Invitation: i, Title: "IT support technician", Revised: noon}
}

func eventsOf(t *testing.T, a answered) []ical.Event {
	t.Helper()
	if ct := a.Header.Get("Content-Type"); ct != "text/calendar; charset=utf-8" {
		t.Errorf("content type %q", ct)
	}
	c, err := ical.NewDecoder(bytes.NewReader(a.body)).Decode()
	must(t, err)
	return c.Events()
}

func textOf(t *testing.T, e ical.Event, name string) string {
	t.Helper()
	text, err := e.Props.Text(name)
	must(t, err)
	return text
}

func TestFeedOfALearner(t *testing.T) {
	h := open(t)
	talk := talkOf(h, "l1")
	day := dayOf(h)
	day.Access = "Step-free entrance; ask\nfor Kim."
	lat, lon := 40.7, -74.0
	view := hiring.FeedView{
		Learner: talk.Invitation.Learner, Languages: []string{"es-MX"}, Place: &hiring.Place{Country: "US", Lat: &lat, Lon: &lon},
		Days: map[hiring.DayID]hiring.Day{"spring": day}, Talks: []hiring.FeedTalk{talk},
	}
	path := h.subscribe(hiring.Ref(talk.Invitation.Learner), func() hiring.FeedView { return view })
	a := h.call("", "GET", path, nil).ok(t, 200)
	list := eventsOf(t, a)
	if len(list) != 1 || textOf(t, list[0], "SUMMARY") != "Entrevista: IT support technician, Acme" || textOf(t, list[0], "UID") != string(talk.Invitation.Ref) {
		t.Fatalf("%s", a.body)
	}
	description := textOf(t, list[0], "DESCRIPTION")
	for _, want := range []string{"09:00–09:30 (hora de Chicago)", "10:00–10:30", "hora de New York", "12 Harbor Street, Chicago", "Step-free entrance; ask\nfor Kim."} {
		if !strings.Contains(description, want) {
			t.Errorf("%q lacks %q", description, want)
		}
	}
	if bytes.Contains(a.body, []byte("/i/")) {
		t.Error("the calendar holds a link that answers")
	}
	if a.Header.Get("Last-Modified") != noon.Format(http.TimeFormat) || a.Header.Get("X-Robots-Tag") == "" || !strings.Contains(a.Header.Get("Cache-Control"), "private") {
		t.Errorf("headers %v", a.Header)
	}
	tag := a.Header.Get("ETag")
	if b := h.call("", "GET", path, nil, "If-None-Match", tag).ok(t, 304); len(b.body) != 0 {
		t.Errorf("%s", b.body)
	}
	h.call("", "GET", path, nil, "If-Modified-Since", noon.Format(http.TimeFormat)).ok(t, 304)
	h.call("", "HEAD", path, nil).ok(t, 200)

	// The talk moves, then is cancelled: the same UID, another sequence, another ETag.
	talk.Invitation.Slot, talk.Invitation.Sequence, talk.Revised = &day.Slots[1], 1, noon.Add(time.Hour)
	view.Talks = []hiring.FeedTalk{talk}
	b := h.call("", "GET", path, nil, "If-None-Match", tag).ok(t, 200)
	if list = eventsOf(t, b); len(list) != 1 || textOf(t, list[0], "UID") != string(talk.Invitation.Ref) || list[0].Props.Get("SEQUENCE").Value != "1" {
		t.Errorf("%s", b.body)
	}
	talk.Invitation.Former, talk.Invitation.Slot, talk.Invitation.Status, talk.Invitation.Sequence = talk.Invitation.Slot, nil, hiring.Withdrawn, 2
	view.Talks = []hiring.FeedTalk{talk}
	if list = eventsOf(t, h.call("", "GET", path, nil).ok(t, 200)); textOf(t, list[0], "STATUS") != "CANCELLED" {
		t.Error("a cancelled talk is not shown as such")
	}
}

// The employer's feed names learners once they accepted, and not after they gave the seat back; of others' talks it names nobody.
func TestFeedOfADayNamesWhoAccepted(t *testing.T) {
	h := open(t)
	operator := hiring.Actor{Role: hiring.RoleOperator, Subject: "x"}
	for _, id := range []hiring.LearnerID{"l1", "l2", "l3"} {
		h.learner(id, hiring.Personal{Name: "Name-" + string(id), Contact: hiring.Contact{Email: "mail-" + string(id) + "@example.org"}}, operator)
	}
	accepted, gone, others := talkOf(h, "l1"), talkOf(h, "l2"), talkOf(h, "l3")
	gone.Invitation.Former, gone.Invitation.Slot, gone.Invitation.Status = gone.Invitation.Slot, nil, hiring.Declined
	others.Invitation.Employer = "Beta"
	day := dayOf(h)
	path := h.subscribe(day.Ref, func() hiring.FeedView {
		return hiring.FeedView{Day: &day, Days: map[hiring.DayID]hiring.Day{"spring": day}, Talks: []hiring.FeedTalk{accepted, gone, others}}
	})
	a := h.call("", "GET", path, nil).ok(t, 200)
	if len(eventsOf(t, a)) != 3 || !bytes.Contains(a.body, []byte("SUMMARY:Name-l1: IT support technician")) {
		t.Errorf("%s", a.body)
	}
	for _, secret := range []string{"Name-l2", "Name-l3", "mail-"} {
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("the feed tells %s: %s", secret, a.body)
		}
	}
	if !bytes.Contains(a.body, []byte(h.secrets.Pseudonym("Acme", gone.Invitation.Learner))) {
		t.Errorf("no pseudonym in %s", a.body)
	}
}

func TestFeedIsForItsAddressOnly(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.FailedAuth = 3 })
	path := h.subscribe("siicxy5fpr2jnhqqmmuql5uhiq", func() hiring.FeedView { return hiring.FeedView{} })
	h.call("", "GET", path, nil).ok(t, 200)
	h.call("", "GET", strings.Replace(path, h.secrets.SignFeed("siicxy5fpr2jnhqqmmuql5uhiq", 3), h.secrets.SignFeed("siicxy5fpr2jnhqqmmuql5uhiq", 2), 1), nil).problem(t, 410)
	h.call("", "GET", strings.Replace(path, "uhiq.", "uhix.", 1), nil).problem(t, 404)
	h.call("", "POST", path, nil).ok(t, 405)
	h.call("", "GET", "/c/"+h.secrets.SignLink("siicxy5fpr2jnhqqmmuql5uhiq", noon.Add(time.Hour))+"/talks.ics", nil).problem(t, 404)
	h.call("", "GET", "/c/a.b.c/talks.ics", nil).problem(t, 404)
	h.call("", "GET", "/c/a.b.d/talks.ics", nil).problem(t, 429)
	h.call("", "GET", path, nil).ok(t, 200)
}

func TestFeedAddressIsGivenAndRevoked(t *testing.T) {
	h := open(t, func(o *Options) { o.BaseURL = "https://matchday.example.org" })
	token := h.token(hiring.RoleLearner, "l1")
	for method, generation := range map[string]int{"GET": 0, "DELETE": 1} {
		for path, whose := range map[string]hiring.Whose{"/v1/learners/l1/calendar": {Learner: "l1"}, "/v1/days/spring/calendar": {Day: "spring"}} {
			var got FeedAddress
			h.call(token, method, path, nil).ok(t, 200).into(t, &got)
			want := "://matchday.example.org/c/" + h.secrets.SignFeed(hiring.Ref(string(whose.Learner)+string(whose.Day)), generation) + "/talks.ics"
			if got.URL != "https"+want || got.Webcal != "webcal"+want {
				t.Errorf("%s %s: %+v", method, path, got)
			}
		}
	}
	h.call("", "GET", "/v1/learners/l1/calendar", nil).problem(t, 401)
	h.call(token, "GET", "/v1/learners/l2/calendar", nil).problem(t, 404)
	h.call(token, "DELETE", "/v1/learners/l2/calendar", nil).problem(t, 404)
	h.call(token, "GET", "/v1/learners/*/calendar", nil).problem(t, 400)
}
