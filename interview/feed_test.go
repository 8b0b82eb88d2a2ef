package interview

import (
	"sync"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// talk publishes a state of an invitation as it stands.
func (h *house) talk(inv hiring.Invitation) {
	h.t.Helper()
	subject := hiring.InvitationSubject(h.secrets.Ref(hiring.KindDay, string(inv.Day)), h.secrets.Ref(hiring.KindOpening, string(inv.Opening)), inv.Learner)
	h.publish(events.Draft{Subject: subject, Type: hiring.InvitationChanged, Body: inv})
}

// feed asks for a feed as it stands after everything published so far.
func (h *house) feed(f hiring.Feed, at time.Time) (hiring.FeedView, error) {
	h.t.Helper()
	end, err := h.log.End(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return events.Ask[hiring.FeedView](h.ctx, h.log, hiring.ViewFeed{Asked: hiring.Asked{After: end}, Feed: f, At: at})
}

func (h *house) find(a hiring.Actor, w hiring.Whose) (hiring.Feed, error) {
	f, err := events.Ask[hiring.FoundFeed](h.ctx, h.log, hiring.FindFeed{Asked: hiring.Asked{Actor: a}, Whose: w})
	return f.Feed, err
}

// A feed shows what is agreed, then what was cancelled, and each for a while; who has not accepted is in none.
func TestFeedShowsWhatIsAgreed(t *testing.T) {
	h := newHouse(t)
	h.role()
	h.opening("o")
	refs, ids := h.learners("l", 2, "o")
	h.open("day", "o", "2027-03-10T09:00", 1, 1)
	inv := h.must(h.reply(hiring.DoRead, "day", "o", refs[0])).Invitation
	mine, err := h.find(hiring.Actor{Role: hiring.RoleLearner, Subject: string(ids[0])}, hiring.Whose{Learner: ids[0]})
	if err != nil || mine != (hiring.Feed{Of: hiring.Ref(refs[0])}) {
		t.Fatalf("%+v, %v", mine, err)
	}
	days, err := h.find(hr, hiring.Whose{Day: "day"})
	if err != nil {
		t.Fatal(err)
	}
	talks := func(f hiring.Feed, at time.Time) []hiring.FeedTalk {
		t.Helper()
		v, err := h.feed(f, at)
		if err != nil {
			t.Fatal(err)
		}
		if (v.Day == nil) != (f == mine) || v.Day != nil && v.Learner != "" {
			t.Fatalf("whose? %+v", v)
		}
		return v.Talks
	}
	if n := len(talks(mine, start)) + len(talks(days, start)); n != 0 {
		t.Errorf("%d talks before anyone accepted", n)
	}
	slot := hiring.Slot{Start: time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC), End: time.Date(2027, 3, 10, 9, 0, 0, 0, time.UTC), Seats: 1}
	agreed := *inv
	first := start.Add(time.Hour)
	agreed.Status, agreed.Slot, agreed.Revised = hiring.Accepted, &slot, &first
	h.talk(agreed)
	for _, f := range []hiring.Feed{mine, days} {
		list := talks(f, start)
		if len(list) != 1 || list[0].Title != "Data technician" || !list[0].When().Start.Equal(slot.Start) || !list[0].Revised.Equal(first) || len(list[0].Invitation.Match.Parts) != 0 {
			t.Fatalf("%+v", list)
		}
	}
	if n := len(talks(mine, slot.End.Add(pastTalks+time.Second))); n != 0 {
		t.Errorf("%d talks long after", n)
	}
	gone, second := agreed, slot.End
	gone.Status, gone.Slot, gone.Former, gone.Sequence, gone.Revised = hiring.Declined, nil, &slot, 1, &second
	h.talk(gone)
	if list := talks(days, start); len(list) != 1 || !list[0].When().Start.Equal(slot.Start) || list[0].Invitation.Status != hiring.Declined || !list[0].Revised.Equal(second) {
		t.Errorf("cancelled: %+v", list)
	}
	if n := len(talks(days, slot.End.Add(cancelledTalks+time.Hour))); n != 0 {
		t.Errorf("%d talks long after they were cancelled", n)
	}
	h.publish(events.Draft{Subject: hiring.LearnerSubject(refs[0]), Type: hiring.LearnerErased, Body: hiring.Learner{Ref: refs[0], Erased: true}})
	if n := len(talks(days, start)); n != 0 {
		t.Errorf("%d talks of an erased learner", n)
	}
	if _, err := h.feed(mine, start); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("the feed of an erased learner: %v", err)
	}
}

// The address of a feed is for its owner; revoked, it is over for good, also after a restart.
func TestFeedIsRevoked(t *testing.T) {
	h := newHouse(t)
	stop := h.role()
	h.opening("o")
	_, ids := h.learners("l", 2, "o")
	h.open("day", "o", "2027-03-10T09:00", 1, 1)
	learner, other := hiring.Actor{Role: hiring.RoleLearner, Subject: string(ids[0])}, hiring.Actor{Role: hiring.RoleLearner, Subject: string(ids[1])}
	rival := hiring.Actor{Role: hiring.RoleEmployer, Subject: "Rival"}
	revoke := func(a hiring.Actor, w hiring.Whose) (hiring.FoundFeed, error) {
		return events.Ask[hiring.FoundFeed](h.ctx, h.log, hiring.RevokeFeed{Asked: hiring.Asked{Actor: a}, Whose: w})
	}
	for _, c := range []struct {
		actor hiring.Actor
		whose hiring.Whose
		code  hiring.Code
	}{
		{learner, hiring.Whose{Learner: ids[0]}, ""}, {other, hiring.Whose{Learner: ids[0]}, hiring.NotFound}, {hr, hiring.Whose{Learner: ids[0]}, hiring.NotFound},
		{hr, hiring.Whose{Day: "day"}, ""}, {rival, hiring.Whose{Day: "day"}, hiring.NotFound}, {learner, hiring.Whose{Day: "day"}, hiring.NotFound},
		{operator, hiring.Whose{Day: "none"}, hiring.NotFound}, {operator, hiring.Whose{}, hiring.NotFound},
	} {
		before, err := h.find(c.actor, c.whose)
		if hiring.CodeOf(err) != c.code {
			t.Errorf("%v finds %v: %v", c.actor, c.whose, err)
		}
		after, err := revoke(c.actor, c.whose)
		if hiring.CodeOf(err) != c.code {
			t.Errorf("%v revokes %v: %v", c.actor, c.whose, err)
		}
		if c.code != "" {
			continue
		}
		if after.Of != before.Of || after.Generation != before.Generation+1 {
			t.Errorf("after %+v comes %+v", before, after)
		}
		if _, err := h.feed(before, start); hiring.CodeOf(err) != hiring.Conflict {
			t.Errorf("a revoked feed: %v", err)
		}
		if _, err := h.feed(after.Feed, start); err != nil {
			t.Errorf("the new one: %v", err)
		}
	}
	var together sync.WaitGroup
	for range 8 {
		together.Go(func() {
			if _, err := revoke(operator, hiring.Whose{Learner: ids[1]}); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	last, err := h.find(operator, hiring.Whose{Learner: ids[1]})
	if err != nil || last.Generation < 1 || last.Generation > 8 {
		t.Fatalf("%+v, %v", last, err)
	}
	stop()
	h.role()
	if _, err := h.feed(last, start); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	last.Generation--
	if _, err := h.feed(last, start); hiring.CodeOf(err) != hiring.Conflict {
		t.Errorf("after a restart, revoked: %v", err)
	}
}
