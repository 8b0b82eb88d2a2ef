package schedule

import (
	"cmp"
	"fmt"
	"slices"
)

// Code says why a wish was not granted.
type Code string

// Why there is no talk. The first that applies is given.
const (
	Granted      Code = "granted"        // there is a talk
	NotWished    Code = "not-wished"     // the learner did not wish for the opening
	NotRanked    Code = "not-ranked"     // the opening does not rank the learner
	NoLanguage   Code = "no-language"    // no desk of the opening talks in a language of the learner
	NoSharedTime Code = "no-shared-time" // the learner is never free when such a desk is there
	NoPlace      Code = "no-place"       // the opening has no talks to give, or the learner wants none
	Preferred    Code = "preferred"      // the learner has as many talks as wanted, all wished for more
	Outranked    Code = "outranked"      // all talks went to learners that the opening ranks higher
	Promised     Code = "promised"       // talks that were promised before a repair fill the opening, or the learner's day
	Crowded      Code = "crowded"        // each time that suits both is taken by another talk of one of them
	Crossed      Code = "crossed"        // no time was found for it together with better wishes; later changes freed one
)

// Reason says why a learner has a talk or not.
type Reason struct {
	Learner, Opening string
	Code             Code
	// Others are what stands before the wish: learners ranked higher (Outranked), openings liked better (Preferred).
	Others []string
	// Places is how many talks the opening holds at most (Outranked), or the learner comes to (Preferred).
	Places int
	// Times is how many seats would suit both on an empty day (Crowded).
	Times int
	// Talk is what was granted.
	Talk *Talk
}

// String says it in English.
func (r Reason) String() string {
	switch r.Code {
	case Granted:
		return fmt.Sprintf("You talk about %s at %s, at %s.", r.Opening, r.Talk.Slot.Start.Format("15:04 MST"), r.Talk.Desk)
	case NotWished:
		return fmt.Sprintf("You did not ask for %s.", r.Opening)
	case NotRanked:
		return fmt.Sprintf("You did not get %s because it does not rank you.", r.Opening)
	case NoLanguage:
		return fmt.Sprintf("You did not get %s because nobody there talks in a language of yours.", r.Opening)
	case NoSharedTime:
		return fmt.Sprintf("You did not get %s because you are not free when somebody is there to talk with you.", r.Opening)
	case NoPlace:
		return fmt.Sprintf("You did not get %s because it holds no talks, or you want none.", r.Opening)
	case Outranked:
		return fmt.Sprintf("You did not get %s because %d learners ranked higher, and it has %d places.", r.Opening, len(r.Others), r.Places)
	case Preferred:
		return fmt.Sprintf("You did not get %s because you have %d talks that you wanted more.", r.Opening, len(r.Others))
	case Promised:
		return fmt.Sprintf("You did not get %s because talks promised before take its places, or yours.", r.Opening)
	case Crowded:
		return fmt.Sprintf("You did not get %s: for each of the %d seats that suit you both, one of you talks with somebody else then.", r.Opening, r.Times)
	}
	return fmt.Sprintf("You did not get %s because no time was found for it beside talks that had to come first.", r.Opening)
}

// Explain says why the learner has a talk about the opening, or why not.
func (s Schedule) Explain(learner, opening string) Reason {
	for _, t := range s.Talks {
		if t.Learner == learner && t.Opening == opening {
			return Reason{Learner: learner, Opening: opening, Code: Granted, Talk: &t}
		}
	}
	at, ok := slices.BinarySearchFunc(s.Reasons, Reason{Learner: learner, Opening: opening}, Reason.compare)
	if !ok {
		return Reason{Learner: learner, Opening: opening, Code: NotWished}
	}
	return s.Reasons[at]
}

func (r Reason) compare(q Reason) int {
	return cmp.Or(cmp.Compare(r.Learner, q.Learner), cmp.Compare(r.Opening, q.Opening))
}

// reasons looks at the outcome alone, so that what they say is true of it.
func (s *solver) reasons() (list []Reason) {
	v := s.view()
	for l, wishes := range s.wishes {
		for _, o := range wishes {
			if p := (pair{l, o}); !s.seated(p) {
				list = append(list, s.reason(p, v))
			}
		}
	}
	slices.SortFunc(list, Reason.compare)
	return list
}

// view is who has what in the end.
type view struct {
	byLearner [][]int // openings, best first
	byOpening [][]int // learners, best first
	above     [][]string
	liked     [][]string
}

func (s *solver) view() view {
	v := view{byLearner: make([][]int, len(s.learners)), byOpening: make([][]int, len(s.openings))}
	for l, wishes := range s.wishes {
		var names []string
		for _, o := range wishes {
			if s.seated(pair{l, o}) {
				v.byLearner[l], names = append(v.byLearner[l], o), append(names, s.openings[o])
			}
		}
		v.liked = append(v.liked, names)
	}
	for o, ranking := range s.ranking {
		var names []string
		for _, l := range ranking {
			if s.seated(pair{l, o}) {
				v.byOpening[o], names = append(v.byOpening[o], l), append(names, s.learners[l])
			}
		}
		v.above = append(v.above, names)
	}
	return v
}

func (s *solver) reason(p pair, v view) Reason {
	r := Reason{Learner: s.learners[p.learner], Opening: s.openings[p.opening]}
	seats, spoken := s.meet(p)
	mine, theirs := v.byLearner[p.learner], v.byOpening[p.opening]
	switch {
	case s.placeOf(p) == nobody:
		r.Code = NotRanked
	case !spoken:
		r.Code = NoLanguage
	case seats == 0:
		r.Code = NoSharedTime
	case s.quota[p.learner] == 0 || s.room[p.opening] == 0:
		r.Code = NoPlace
	case len(mine) >= s.quota[p.learner] && s.likingOf(pair{p.learner, mine[len(mine)-1]}) < s.likingOf(p):
		r.Code, r.Others, r.Places = Preferred, v.liked[p.learner], s.quota[p.learner]
	case len(theirs) >= s.room[p.opening] && s.placeOf(pair{theirs[len(theirs)-1], p.opening}) < s.placeOf(p):
		r.Code, r.Others, r.Places = Outranked, v.above[p.opening], s.room[p.opening]
	default:
		r.Code, r.Times = s.timing(p), seats
	}
	return r
}

// timing is for pairs that want each other, or would if nothing had been promised.
func (s *solver) timing(p pair) Code {
	if learner, opening := s.worst(p); learner == refuses || opening == refuses {
		return Promised
	}
	if s.couldSit(p) {
		return Crossed
	}
	return Crowded
}
