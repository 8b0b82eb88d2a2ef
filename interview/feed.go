package interview

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// How long a feed shows what is over: talks that took place, and those that were cancelled, so that whoever reads it seldom still
// learns of it.
const (
	pastTalks      = 90 * 24 * time.Hour
	cancelledTalks = 14 * 24 * time.Hour
)

// feedMost bounds the talks of a feed: the latest are shown.
const feedMost = 2000

// findFeed gives the feed in force to those who may have its address.
func (r *Role) findFeed(_ context.Context, q hiring.FindFeed) (hiring.FoundFeed, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	of, err := r.feedOwner(q.Actor, q.Whose)
	if err != nil {
		return hiring.FoundFeed{}, err
	}
	return hiring.FoundFeed{Feed: r.world.FeedOf(of), Position: r.pos.Now()}, nil
}

// feedOwner authorises; the caller holds mu.
func (r *Role) feedOwner(a hiring.Actor, w hiring.Whose) (hiring.Ref, error) {
	if w.Day != "" {
		b := r.ledger.book(w.Day)
		if b.day == nil || !a.MayManageDay(b.day) {
			return "", noDay()
		}
		return b.day.Ref, nil
	}
	l := r.world.LearnerByID(w.Learner)
	if l == nil || !a.MayReadLearner(l) {
		return "", hiring.Errorf(hiring.NotFound, "no such learner")
	}
	return hiring.Ref(l.Ref), nil
}

// revokeFeed ends the address in force. Of two who do so at once, both end the same one.
func (r *Role) revokeFeed(ctx context.Context, q hiring.RevokeFeed) (hiring.FoundFeed, error) {
	r.mu.RLock()
	of, err := r.feedOwner(q.Actor, q.Whose)
	next := r.world.FeedOf(of)
	expect := r.world.Seq(hiring.FeedSubject(of))
	r.mu.RUnlock()
	if err != nil {
		return hiring.FoundFeed{}, err
	}
	next.Generation++
	d := events.Draft{Subject: hiring.FeedSubject(of), Type: hiring.FeedRevoked, Source: source, Body: next, Expect: expect}
	seq, err := r.log.Publish(ctx, d)
	if errors.Is(err, events.ErrStale) {
		var last hiring.Fact
		if last, err = r.log.Last(ctx, d.Subject); err == nil {
			seq = last.Seq
		}
	}
	if err == nil {
		err = r.pos.Wait(ctx, seq)
	}
	if err != nil {
		return hiring.FoundFeed{}, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return hiring.FoundFeed{Feed: r.world.FeedOf(of), Position: seq}, nil
}

// viewFeed shows a feed to who holds its address.
func (r *Role) viewFeed(_ context.Context, q hiring.ViewFeed) (hiring.FeedView, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.world.FeedOf(q.Of).Generation != q.Generation {
		return hiring.FeedView{}, hiring.Errorf(hiring.Conflict, "this address was revoked").Mend("ask for the calendar's new address")
	}
	view := hiring.FeedView{Days: map[hiring.DayID]hiring.Day{}, Talks: []hiring.FeedTalk{}, Position: r.pos.Now()}
	if l := r.world.Learners[hiring.LearnerRef(q.Of)]; l != nil && !l.Erased {
		view.Learner, view.Languages, view.Place = l.Ref, l.Languages, l.Place
		for _, ref := range r.ledger.invited[l.Ref] {
			b, inv := r.ledger.invitation(ref)
			r.show(&view, b, inv, q.At)
		}
	} else if b := r.ledger.byRef(q.Of); b != nil {
		view.Day = unslotted(b.day)
		for _, inv := range b.invitations {
			if !r.surroundings().erased(inv.Learner) {
				r.show(&view, b, inv, q.At)
			}
		}
	} else {
		return hiring.FeedView{}, hiring.Errorf(hiring.NotFound, "there is no such calendar")
	}
	slices.SortFunc(view.Talks, func(x, y hiring.FeedTalk) int {
		return cmp.Or(x.When().Start.Compare(y.When().Start), strings.Compare(string(x.Invitation.Ref), string(y.Invitation.Ref)))
	})
	view.Talks = view.Talks[max(0, len(view.Talks)-feedMost):] // some 600 bytes each: they fit one answer
	return view, nil
}

// show adds a talk that is agreed, or was, unless that is long past.
func (r *Role) show(view *hiring.FeedView, b *daybook, inv *hiring.Invitation, now time.Time) {
	if inv == nil || b.day == nil {
		return
	}
	revised := inv.SentAt // where the log does not say
	if inv.Revised != nil {
		revised = *inv.Revised
	}
	switch {
	case inv.Status == hiring.Accepted && inv.Slot != nil:
		if now.After(inv.Slot.End.Add(pastTalks)) {
			return
		}
	case inv.Former == nil || now.After(inv.Former.End.Add(cancelledTalks)) && now.After(revised.Add(cancelledTalks)):
		return
	}
	talk := hiring.FeedTalk{Invitation: bare(*inv), Revised: revised}
	if o := r.world.Openings[inv.Opening]; o != nil {
		talk.Title = o.Title
	}
	view.Days[inv.Day] = *unslotted(b.day)
	view.Talks = append(view.Talks, talk)
}

// unslotted is the day without what a feed has no use for.
func unslotted(d *hiring.Day) *hiring.Day {
	day := *d
	day.Slots, day.Interviewers, day.Moves = nil, nil, nil
	return &day
}
