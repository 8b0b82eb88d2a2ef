package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/calendar"
	"matchday/events"
	"matchday/hiring"
	"matchday/zones"
)

// feedRefresh is how often those who subscribe are asked to look again.
const feedRefresh = 15 * time.Minute

// FeedAddress is where a calendar can be subscribed to.
type FeedAddress struct {
	URL    string `json:"url" doc:"Secret: whoever has it can read the calendar, until it is revoked"`
	Webcal string `json:"webcal" doc:"The same, for programs that subscribe to webcal addresses"`
}

func (s *Server) feedRoutes() {
	const secret = "Whoever has the address can read the calendar, without an account. Revoke it where it got into the wrong hands."
	for _, of := range []struct {
		path, noun, tag string
		whose           func(id string) hiring.Whose
	}{
		{"/v1/learners/{id}/calendar", "learner", "Learners", func(id string) hiring.Whose { return hiring.Whose{Learner: hiring.LearnerID(id)} }},
		{"/v1/days/{id}/calendar", "day", "Interview days", func(id string) hiring.Whose { return hiring.Whose{Day: hiring.DayID(id)} }},
	} {
		handle(s, op{
			method: http.MethodGet, path: of.path, id: of.noun + "-calendar", tag: of.tag, summary: "The address of the " + of.noun + "'s calendar", description: secret,
		}, func(ctx context.Context, who caller, in *learnerInput) (*reply[FeedAddress], error) {
			if err := hiring.ValidID("id", in.ID); err != nil {
				return nil, err
			}
			asked := hiring.Asked{Actor: who.Actor, After: in.After}
			a, err := events.Ask[hiring.FoundFeed](ctx, s.log, hiring.FindFeed{Asked: asked, Whose: of.whose(in.ID)})
			return s.feedAddress(a.Feed, err)
		})
		handle(s, op{
			method: http.MethodDelete, path: of.path, id: "revoke-" + of.noun + "-calendar", tag: of.tag, summary: "Revoke that address; the answer is the next one",
		}, func(ctx context.Context, who caller, in *learnerInput) (*reply[FeedAddress], error) {
			if err := hiring.ValidID("id", in.ID); err != nil {
				return nil, err
			}
			asked := hiring.Asked{Actor: who.Actor, After: in.After}
			a, err := events.Ask[hiring.FoundFeed](ctx, s.log, hiring.RevokeFeed{Asked: asked, Whose: of.whose(in.ID)})
			return s.feedAddress(a.Feed, err)
		})
	}
}

func (s *Server) feedAddress(f hiring.Feed, err error) (*reply[FeedAddress], error) {
	if err != nil {
		return nil, err
	}
	at := s.base.JoinPath("c", s.secrets.SignFeed(f.Of, f.Generation), "talks.ics")
	out := FeedAddress{URL: at.String()}
	if at.Host != "" {
		at.Scheme = "webcal"
		out.Webcal = at.String()
	}
	return answer(out), nil
}

// feed answers a calendar's program that holds the secret address: the whole calendar, or 304 when it has not changed.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) error {
	of, generation, err := s.secrets.VerifyFeed(chi.URLParam(r, "token"))
	if err != nil {
		if s.over(r.Context(), "auth:"+s.proxies.address(r), s.limits.FailedAuth, time.Minute) {
			err = tooMany("too many wrong addresses", time.Minute)
		}
		return s.feedProblem(w, err)
	}
	q := hiring.ViewFeed{Feed: hiring.Feed{Of: of, Generation: generation}, At: s.now()}
	v, err := events.Ask[hiring.FeedView](r.Context(), s.log, q)
	if err != nil {
		return s.feedProblem(w, err)
	}
	name, entries, err := s.entries(r.Context(), v)
	if err != nil {
		return s.feedProblem(w, err)
	}
	content := calendar.Feed(name, feedRefresh, entries)
	var changed time.Time
	for _, e := range entries {
		if e.Stamp.After(changed) {
			changed = e.Stamp
		}
	}
	sum := sha256.Sum256(content)
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", changed, bytes.NewReader(content))
	return nil
}

// feedProblem answers what a program understands: gone for ever, not there, later.
func (s *Server) feedProblem(w http.ResponseWriter, err error) error {
	if hiring.CodeOf(err) == hiring.Conflict {
		newProblem(http.StatusGone, hiring.Conflict, "this calendar's address was revoked").write(w)
		return nil
	}
	var p *Problem
	if !errors.As(err, &p) {
		p = problemOf(err)
	}
	if p.Status >= http.StatusInternalServerError {
		s.logger.Error("a calendar failed", "error", err)
	}
	p.write(w)
	return nil
}

// entries puts a feed into words, in the learner's language; a day's in English.
func (s *Server) entries(ctx context.Context, v hiring.FeedView) (name string, list []calendar.Entry, err error) {
	t := s.site.texts[pageLanguages[0]]
	for _, preferred := range v.Languages {
		base, _, _ := strings.Cut(strings.ToLower(preferred), "-")
		if words, ok := s.site.texts[base]; ok {
			t = words
			break
		}
	}
	name = t.Say("feed.person")
	if v.Day != nil {
		name = t.Say("feed.day", v.Day.Title)
	}
	for _, talk := range v.Talks {
		day, ok := v.Days[talk.Invitation.Day]
		if !ok {
			continue
		}
		summary := t.Say("feed.talk."+boolean(day.Kind == hiring.Workshop), talk.Title, talk.Invitation.Employer)
		if v.Day != nil {
			if summary, err = s.hosted(ctx, t, v.Day, talk); err != nil {
				return "", nil, err
			}
		}
		list = append(list, entry(t, v, day, talk, summary))
	}
	return name, list, nil
}

// hosted names a talk for the day's employer: by the learner's name once they accepted, and by pseudonym before and after. Of a
// fair's other employers' talks it tells the pseudonym only.
func (s *Server) hosted(ctx context.Context, t texts, day *hiring.Day, talk hiring.FeedTalk) (string, error) {
	i := talk.Invitation
	who := s.secrets.Pseudonym(i.Employer, i.Learner)
	if i.Status == hiring.Accepted && i.Employer == day.Employer {
		l, err := s.learner(ctx, i.Learner)
		if err == nil {
			var p hiring.Personal
			if p, err = s.personal(ctx, &l.Learner); err == nil && p.Name != "" {
				who = p.Name
			}
		}
		if err != nil && hiring.CodeOf(err) != hiring.NotFound {
			return "", err
		}
	}
	return t.Say("feed.host", who, talk.Title), nil
}

// entry shows one talk. It holds no link by which it could be answered: calendars are shared.
func entry(t texts, v hiring.FeedView, day hiring.Day, talk hiring.FeedTalk, summary string) calendar.Entry {
	zone, err := time.LoadLocation(day.Zone)
	if err != nil {
		zone = time.UTC
	}
	slot := talk.When()
	e := calendar.Entry{
		Invitation: talk.Invitation.Ref, Sequence: talk.Invitation.Sequence, Start: slot.Start, End: slot.End, Zone: zone, Stamp: talk.Revised,
		Summary: summary, Cancelled: talk.Invitation.Status != hiring.Accepted,
	}
	lines := []string{t.Say("feed.when", t.Date(slot.Start.In(zone)), t.Span(slot.Start.In(zone), slot.End.In(zone)), t.Zone(zone))}
	if yours, ok := zones.Of(v.Place); ok {
		if here := inYours(t, slot, zone, yours); here != "" {
			lines = append(lines, t.Say("feed.yours", here))
		}
	}
	if e.Cancelled {
		e.Description = strings.Join(append(lines, t.Say("feed.cancelled")), "\n")
		return e
	}
	if day.Place != nil {
		e.Place = strings.Trim(day.Place.Name+", "+day.Place.Country, ", ")
		lines = append(lines, t.Say("feed.where", e.Place))
	}
	if u, err := url.Parse(day.Link); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		e.URL = day.Link
		lines = append(lines, t.Say("feed.video", day.Link))
	}
	if day.Access != "" {
		lines = append(lines, t.Say("feed.access", day.Access))
	}
	if v.Day == nil {
		lines = append(lines, t.Say("feed.change"))
	}
	e.Description = strings.Join(lines, "\n")
	return e
}

func boolean(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
