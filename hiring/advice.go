package hiring

import "time"

// AdviseLearner asks the matcher what a learner lacks for an opening, and which programmes would bring them over a bar. Answer:
// [Advice].
type AdviseLearner struct {
	Asked
	ID      LearnerID `json:"id"`
	Opening OpeningID `json:"opening"`
	// Bar is the score wanted; 0 for the opening's own, or [PlainBar] when it has none.
	Bar Score     `json:"bar,omitempty"`
	At  time.Time `json:"at"`
}

// PlainBar is the bar where nobody named one.
const PlainBar Score = 450_000

// Advice is the answer to [AdviseLearner].
type Advice struct {
	Opening  OpeningID `json:"opening"`
	Position uint64    `json:"position"`
	Scorer   string    `json:"scorer"`
	// Score is the learner's now, 0 while a must-have is missing.
	Score Score `json:"score"`
	Bar   Score `json:"bar"`
	// Lacks are the requirements not fully met, by how much each alone would lift the score.
	Lacks []Lack `json:"lacks"`
	// Step is the smallest set of programmes that reaches the bar: nil when the bar is reached already, or by no set.
	Step *Step `json:"step,omitempty"`
}

// Lack is a requirement that a learner does not fully meet.
type Lack struct {
	Skill  SkillID `json:"skill"`
	Name   string  `json:"name,omitempty"`
	Need   Need    `json:"need"`
	Must   bool    `json:"must,omitempty"`
	Credit Score   `json:"credit"` // how far it is met
	// Then is the score once a programme has taught it at the level wanted; Lift what that adds.
	Then Score `json:"then"`
	Lift Score `json:"lift"`
}

// Step is a set of programmes and where it leads.
type Step struct {
	Programmes []ProgrammeID `json:"programmes"`
	Score      Score         `json:"score"` // once all are completed
	// Price is the sum of the prices; nil when one is unknown or the currencies differ. Months is the sum of the durations.
	Price  *Money  `json:"price,omitempty"`
	Months float64 `json:"months,omitempty"`
	// Exact says that no set is smaller, and none as small is cheaper, then shorter. If not, none has fewer than AtLeast.
	Exact   bool `json:"exact"`
	AtLeast int  `json:"atLeast"`
}

// WidenReach asks the matcher which programmes would bring a learner over the bar of the most openings near them: the hundred open ones
// that they score best for, must-haves aside, and do not reach. Answer: [WiderReach].
type WidenReach struct {
	Asked
	ID         LearnerID `json:"id"`
	Bar        Score     `json:"bar,omitempty"` // as in AdviseLearner
	Programmes int       `json:"programmes"`    // at most, 1 to 3
	At         time.Time `json:"at"`
}

// WiderReach is the answer to [WidenReach].
type WiderReach struct {
	Position uint64 `json:"position"`
	Scorer   string `json:"scorer"`
	Near     int    `json:"near"` // openings that were looked at
	// Steps are the best set of one programme, of two and of three, each where it reaches more than those before.
	Steps []WiderStep `json:"steps"`
	// AtMost is how many openings no set of so many programmes exceeds: as many as the last step reaches, where that is exact.
	AtMost int `json:"atMost"`
}

// WiderStep is a set of programmes and what it opens.
type WiderStep struct {
	Programmes []ProgrammeID `json:"programmes"`
	// Price is the sum of the prices; nil when one is unknown or the currencies differ. Months is the sum of the durations.
	Price   *Money  `json:"price,omitempty"`
	Months  float64 `json:"months,omitempty"`
	Reaches int     `json:"reaches"` // openings, once all are completed
	// Exact says that no set of this size reaches more, and none that reaches as many is cheaper, then shorter. If not, none reaches
	// more than AtMost.
	Exact    bool           `json:"exact"`
	AtMost   int            `json:"atMost"`
	Openings []WiderOpening `json:"openings"`
}

// WiderOpening is an opening that a step reaches.
type WiderOpening struct {
	Opening OpeningID `json:"opening"`
	Score   Score     `json:"score"` // now, 0 while a must-have is missing
	Then    Score     `json:"then"`
	Bar     Score     `json:"bar"`
}

// WeighRequirements asks the matcher how many learners each must-have of an opening excludes. Answer: [RequirementCosts].
type WeighRequirements struct {
	Asked
	Opening OpeningID `json:"opening,omitempty"`
	// Draft, when set, is weighed instead: an opening before it is published.
	Draft *Opening `json:"draft,omitempty"`
	// Filters are weighed beside those that compare with what the opening says itself.
	Filters Filters   `json:"filters,omitzero"`
	At      time.Time `json:"at"`
}

// PlainDistance is the distance in kilometres that is weighed where none was named.
const PlainDistance = 50

// RequirementCosts is the answer to [WeighRequirements].
type RequirementCosts struct {
	Position uint64 `json:"position"`
	// Matching counts the visible learners that the opening leaves; Total those it would leave without any must-have.
	Matching Count             `json:"matching"`
	Total    Count             `json:"total"`
	Costs    []RequirementCost `json:"costs"`
	// Filters say of each filter, by itself, how many of Matching it would leave out, and how many of them did not say.
	Filters []Excluded `json:"filters"`
	// Degree is the opening's wish for one. It excludes nobody here: degrees do not enter the ranking.
	Degree Degree `json:"degree,omitempty"`
	// WithoutDegree counts those of Matching whom the wish may keep from applying: who name no degree among their credentials, nor,
	// where experience will do, a skill from work. It is nil where no degree is wished for.
	WithoutDegree *Count `json:"withoutDegree,omitempty"`
}

// RequirementCost is what one must-have costs.
type RequirementCost struct {
	Skill SkillID `json:"skill"`
	Name  string  `json:"name,omitempty"`
	// Excludes counts the learners who match in all else and lack this alone.
	Excludes Count `json:"excludes"`
}

// FindNearLearners asks the matcher who is one programme away from an opening's bar. Answer: [NearLearners].
type FindNearLearners struct {
	Asked
	Opening OpeningID `json:"opening"`
	Bar     Score     `json:"bar,omitempty"` // as in AdviseLearner
	Limit   int       `json:"limit"`
	At      time.Time `json:"at"`
}

// NearLearners is the answer to [FindNearLearners]: among the thousand who score best but for must-haves, those below the bar whom
// one programme would bring over it, in that order.
type NearLearners struct {
	Position uint64        `json:"position"`
	Bar      Score         `json:"bar"`
	Learners []NearLearner `json:"learners"`
	IDs      []LearnerID   `json:"ids"` // of Learners, by index
}

// NearLearner is a learner who is one programme away.
type NearLearner struct {
	Learner LearnerRef `json:"learner"`
	Score   Score      `json:"score"`
	Step    Step       `json:"step"`
}

// ReplayRanking asks the matcher to compute a published list again from the log: the one of that id, or the one that stands for an
// opening or for a learner. Answer: [ReplayedRanking].
type ReplayRanking struct {
	Asked
	ID      MatchID   `json:"id,omitempty"`
	Opening OpeningID `json:"opening,omitempty"`
	Learner LearnerID `json:"learner,omitempty"`
}

// ReplayedRanking is the answer to [ReplayRanking].
type ReplayedRanking struct {
	ID       MatchID `json:"id,omitempty"` // empty for lists of before they had one
	Subject  string  `json:"subject"`      // where the list is published
	Position uint64  `json:"position"`     // that it reflects
	Scorer   string  `json:"scorer"`
	Matches  int     `json:"matches"`
	Same     bool    `json:"same"` // byte for byte
}

func (AdviseLearner) Subject() string     { return "ask.match.advice" }
func (WidenReach) Subject() string        { return "ask.match.widen" }
func (WeighRequirements) Subject() string { return "ask.match.costs" }
func (FindNearLearners) Subject() string  { return "ask.match.near" }
func (ReplayRanking) Subject() string     { return "ask.match.replay" }
