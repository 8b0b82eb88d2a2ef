package hiring

import (
	"fmt"
	"slices"
	"time"
)

// Defaults of who states no wishes for a day that is solved as a whole, or does not say how many talks.
const (
	DefaultTalks  = 2 // talks that a learner comes to at most
	DefaultWishes = 5 // openings, those that a learner matches best
	MaxTalks      = 10
)

// Wishes are the openings of a scheduled day that a learner would talk about, the dearest first. Who states none takes what they
// match best.
type Wishes struct {
	Day      DayID       `json:"day"`
	Learner  LearnerRef  `json:"learner"`
	Openings []OpeningID `json:"openings"`
	// Alike says that the openings are in no order: the learner accepts any, those that they match best first.
	Alike bool `json:"alike,omitempty"`
	// Talks is how many talks the learner comes to at most, [DefaultTalks] when 0.
	Talks int `json:"talks,omitempty"`
	// Answers say, once the day is solved, what became of each wish, in the same order; of who stated none, of what they match best.
	Answers []WishAnswer `json:"answers,omitempty"`
	// Command is the id of the command that led here, so that a repeat gets the first answer.
	Command string `json:"command,omitempty"`
}

// WishAnswer is what became of one wish.
type WishAnswer struct {
	Opening OpeningID `json:"opening"`
	Code    WishCode  `json:"code"`
	// Above counts what stands before the wish: learners ranked higher ([WishOutranked]), openings liked better ([WishPreferred]).
	Above int `json:"above,omitempty"`
	// Places is how many talks the opening could hold ([WishOutranked]), or the learner comes to ([WishPreferred]).
	Places int `json:"places,omitempty"`
	// Times is how many seats would have suited both on an empty day ([WishCrowded]).
	Times int `json:"times,omitempty"`
}

// WishCode says what became of a wish, and why. But for the last two they are those of package interview/schedule.
type WishCode string

// What may become of a wish.
const (
	WishGranted      WishCode = "granted"        // the learner is invited to a talk
	WishNotRanked    WishCode = "not-ranked"     // the learner is below the bar, or too far down the opening's ranking
	WishNoLanguage   WishCode = "no-language"    // nobody there talks in a language of the learner
	WishNoSharedTime WishCode = "no-shared-time" // the learner is not free when somebody is there
	WishNoPlace      WishCode = "no-place"       // the opening has no talks to give
	WishPreferred    WishCode = "preferred"      // the learner has as many talks as wanted, all wished for more
	WishOutranked    WishCode = "outranked"      // all talks went to learners who rank higher
	WishPromised     WishCode = "promised"       // talks promised before somebody dropped out take the places
	WishCrowded      WishCode = "crowded"        // at each time that suits both, one of them has another talk
	WishCrossed      WishCode = "crossed"        // no time was found beside talks that came first; one was freed too late
	WishBarred       WishCode = "barred"         // the opening takes nobody now, or limits keep the learner from being invited
	WishReview       WishCode = "review"         // the invitation waits until an operator has verified the employer
)

// WishCodes are all codes.
var WishCodes = [...]WishCode{
	WishGranted, WishNotRanked, WishNoLanguage, WishNoSharedTime, WishNoPlace, WishPreferred, WishOutranked, WishPromised, WishCrowded, WishCrossed,
	WishBarred, WishReview,
}

// Granted reports whether the wish was.
func (a WishAnswer) Granted() bool { return a.Code == WishGranted }

// Most is how many talks the learner comes to at most.
func (w *Wishes) Most() int {
	if w == nil || w.Talks == 0 {
		return DefaultTalks
	}
	return w.Talks
}

// Validate checks wishes for a day.
func (w Wishes) Validate(d *Day) error {
	if len(w.Openings) == 0 {
		return Invalidf("openings", "is empty").Mend("name the openings that the learner would talk about")
	}
	for i, o := range w.Openings {
		field := fmt.Sprintf("openings[%d]", i)
		if !slices.Contains(d.Openings, o) {
			return Invalidf(field, "is none of the day's")
		}
		if slices.Contains(w.Openings[:i], o) {
			return Invalidf(field, "is named twice")
		}
	}
	if w.Talks < 0 || w.Talks > MaxTalks {
		return Invalidf("talks", "is outside 0 to %d", MaxTalks)
	}
	return nil
}

// SolveBy is when a scheduled day is solved, if nobody has it solved before: in time for everybody to answer.
func (d *Day) SolveBy() time.Time { return d.Deadline.Add(-time.Duration(d.ReplyWithin) * time.Second) }

// Unsolved reports whether wishes may still be stated: the day is scheduled and open, and nobody has had it solved.
func (d *Day) Unsolved() bool {
	return d.Admits() == AdmitScheduled && d.Status == StatusOpen && d.SolvedAt == nil
}

// ViewWishes asks the interview role for what a learner wishes of a scheduled day, and what became of it. Answer: [WishesView].
type ViewWishes struct {
	Asked
	Day     DayID     `json:"day"`
	Learner LearnerID `json:"learner"`
	// DayRef and Ref name the day and the learner instead where ByLink says that the learner's signed link was shown.
	DayRef Ref        `json:"dayRef,omitempty"`
	Ref    LearnerRef `json:"ref,omitempty"`
	ByLink bool       `json:"byLink,omitempty"`
}

// WishesView is what a learner wishes of a day. Wishes is nil when they stated none and were not considered.
type WishesView struct {
	Day       Day       `json:"day"`
	LearnerID LearnerID `json:"learnerId"`
	Languages []string  `json:"languages,omitempty"`
	Wishes    *Wishes   `json:"wishes,omitempty"`
	Choices   []Opening `json:"choices"` // the day's openings that take people now
	// Talks are what the learner is invited to on the day, by opening.
	Talks    []Invitation `json:"talks,omitempty"`
	Position uint64       `json:"position"`
}

// Subject is where the interview role answers.
func (ViewWishes) Subject() string { return "ask.day.wishes" }
