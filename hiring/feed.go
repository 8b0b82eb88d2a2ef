package hiring

import "time"

// Feed is the calendar of a learner's talks, or of a day's, to subscribe to at a secret address. The address holds the generation:
// to revoke it is to raise that, and then there is another address.
type Feed struct {
	Of         Ref `json:"of"` // the learner's ref or the day's
	Generation int `json:"generation"`
}

// Whose says whose feed is meant: a learner's or a day's, by id.
type Whose struct {
	Learner LearnerID `json:"learner,omitempty"`
	Day     DayID     `json:"day,omitempty"`
}

// FindFeed asks the interview role for the feed in force, for its address. Answer: [FoundFeed].
type FindFeed struct {
	Asked
	Whose
}

// RevokeFeed asks the interview role to end the address in force. Answer: [FoundFeed], of the next one.
type RevokeFeed struct {
	Asked
	Whose
}

// FoundFeed is the answer to [FindFeed] and [RevokeFeed].
type FoundFeed struct {
	Feed
	Position uint64 `json:"position"`
}

// ViewFeed asks the interview role what a feed shows at a time, on the word of its address. Answer: [FeedView], or an [Error] of
// code [Conflict] for an address that was revoked.
type ViewFeed struct {
	Asked
	Feed
	At time.Time `json:"at"`
}

// FeedView is what a feed shows: the talks that are agreed, and for a while those that were and no longer are. Who has not accepted
// stands in none.
type FeedView struct {
	// Day is whose feed it is, or else Learner with what is known of where and how they read.
	Day       *Day          `json:"day,omitempty"`
	Learner   LearnerRef    `json:"learner,omitempty"`
	Languages []string      `json:"languages,omitempty"`
	Place     *Place        `json:"place,omitempty"`
	Days      map[DayID]Day `json:"days"` // of the talks, without their slots
	Talks     []FeedTalk    `json:"talks"`
	Position  uint64        `json:"position"`
}

// FeedTalk is one talk of a feed.
type FeedTalk struct {
	// Invitation is without its ledger. Slot is set where the talk is agreed, Former where it was.
	Invitation Invitation `json:"invitation"`
	Title      string     `json:"title,omitempty"` // of the opening
	Revised    time.Time  `json:"revised"`         // when what a calendar shows of it changed last
}

// When is the slot of the talk: where the learner sits, or sat last.
func (t FeedTalk) When() Slot {
	switch i := t.Invitation; {
	case i.Slot != nil:
		return *i.Slot
	case i.Former != nil:
		return *i.Former
	}
	return Slot{}
}

// Subjects of questions.
func (FindFeed) Subject() string   { return "ask.feed.find" }
func (RevokeFeed) Subject() string { return "ask.feed.revoke" }
func (ViewFeed) Subject() string   { return "ask.feed.view" }
