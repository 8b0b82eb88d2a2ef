package hiring

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Score is a share in millionths: 0 to [OneScore]. JSON shows it as a decimal in [0, 1].
type Score int64

// OneScore is a full match.
const OneScore Score = 1_000_000

// Float returns the score in [0, 1].
func (s Score) Float() float64 { return float64(s) / float64(OneScore) }

// String shows the score with six decimals at most.
func (s Score) String() string {
	t := fmt.Sprintf("%d.%06d", s/OneScore, s%OneScore)
	t = strings.TrimRight(t, "0")
	return strings.TrimSuffix(t, ".")
}

// MarshalJSON writes the score as an exact decimal.
func (s Score) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads a decimal and rounds it to the nearest millionth.
func (s *Score) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return Invalidf("score", "is not a number from 0 to 1")
	}
	*s = Score(f*float64(OneScore) + 0.5)
	return nil
}

// Match is one learner against one opening, with the ledger of its score.
type Match struct {
	Opening OpeningID  `json:"opening,omitempty"`
	Learner LearnerRef `json:"learner,omitempty"`
	Score   Score      `json:"score"`
	// Matched are the opening's skills that the learner holds, Missing all its others, in the opening's order.
	Matched []SkillID `json:"matched"`
	Missing []SkillID `json:"missing"`
	// Near are those of Missing that a related skill partly meets.
	Near []Near `json:"near,omitempty"`
	// Parts sum to Score exactly.
	Parts []Part `json:"parts,omitempty"`
	// Breadth is what the learner's skills that this opening does not ask for took from the score.
	Breadth Score `json:"breadth,omitempty"`
}

// Near is a requirement that a related skill partly meets.
type Near struct {
	Skill    SkillID  `json:"skill"`
	By       SkillID  `json:"by"`
	Relation Relation `json:"relation"`
	Credit   Score    `json:"credit"`
}

// Part is what one requirement added to a score, and why.
type Part struct {
	Skill SkillID `json:"skill"` // the requirement
	Name  string  `json:"name,omitempty"`
	Need  Need    `json:"need"`
	Value Score   `json:"value"` // what it added to the score
	// Credit is how far the requirement is met: relation × level × proof.
	Credit Score `json:"credit"`
	// By is the learner's skill that met it; Relation says how the two are related.
	By       SkillID  `json:"by"`
	Relation Relation `json:"relation"`
	Proof    Proof    `json:"proof"`
	Level    int      `json:"level,omitempty"`
	Expired  bool     `json:"expired,omitempty"`
	// Credential names what proves the skill: a programme or a credential's name; empty for declared skills.
	Credential string `json:"credential,omitempty"`
}

// Skills lists every skill of the opening that m speaks of.
func (m *Match) Skills() []SkillID {
	return slices.Concat(m.Matched, m.Missing)
}

// Called returns m with its requirements called as names says, where it says anything.
func (m Match) Called(names map[SkillID]string) Match {
	m.Parts = slices.Clone(m.Parts)
	for i := range m.Parts {
		if n := names[m.Parts[i].Skill]; n != "" {
			m.Parts[i].Name = n
		}
	}
	return m
}

// Relation is how a learner's skill relates to the skill required.
type Relation string

// The relations, nearest first.
const (
	Same     Relation = "same"
	Narrower Relation = "narrower" // the learner's skill is a kind of the required one
	Broader  Relation = "broader"  // the required skill is a kind of the learner's
	Sibling  Relation = "sibling"  // both are kinds of one specific skill
	Related  Relation = "related"
)

// Ranking is a ranked list as it was computed: with what produced it, so that it can be computed again.
type Ranking struct {
	// ID names a published list: what it is for, and the position that it reflects. It is empty for lists that were asked for.
	ID      MatchID    `json:"id,omitempty"`
	Opening OpeningID  `json:"opening,omitempty"` // set when learners are ranked for an opening
	Learner LearnerRef `json:"learner,omitempty"` // set when openings are ranked for a learner
	// Position is the log position that the ranking reflects, Scorer the version of the score, Rarity the digest of the
	// frozen rarity table (empty for none), At the time in RFC 3339 that decided which openings were open.
	Position uint64  `json:"position"`
	Scorer   string  `json:"scorer"`
	Rarity   string  `json:"rarity,omitempty"`
	At       string  `json:"at"`
	Matches  []Match `json:"matches"`
}

// MatchID names a published ranking, as in "opening.<ref>.1234" and "learner.<ref>.1234".
type MatchID string

// NewMatchID names the list published on a subject ("match.opening.<ref>") as of a log position.
func NewMatchID(subject string, position uint64) MatchID {
	return MatchID(strings.TrimPrefix(subject, "match.") + "." + strconv.FormatUint(position, 10))
}

// Subject returns where the list is published, or an [Error] of code [Invalid] when id names none.
func (id MatchID) Subject() (string, error) {
	parts := strings.Split(string(id), ".")
	if len(parts) == 3 && (parts[0] == "opening" || parts[0] == "learner") && refPattern.MatchString(parts[1]) {
		if _, err := strconv.ParseUint(parts[2], 10, 64); err == nil {
			return "match." + parts[0] + "." + parts[1], nil
		}
	}
	return "", Invalidf("id", "names no published list").Mend("write it as the list carries it: opening.REF.POSITION or learner.REF.POSITION")
}
