package hiring

import (
	"fmt"
	"math"
	"strings"
)

// SkillRef is a skill as somebody mentioned it: what it was resolved to, beside the sender's words and the map that resolved them.
type SkillRef struct {
	// Skill is what the mention means: a taxonomy's identifier, or a "text:…" id when nothing is known by that name.
	Skill SkillID `json:"skill"`
	// Name is the taxonomy's name for it in the sender's language where known, else the sender's own words.
	Name string `json:"name,omitempty"`
	// Said holds the sender's words where they differ from Name.
	Said string `json:"said,omitempty"`
	// By names the taxonomy release that resolved the words ("esco@1.1.1"); empty when the sender gave the id itself or the
	// words stayed unresolved.
	By string `json:"by,omitempty"`
}

// Unresolved reports whether no loaded taxonomy knew the skill's name when it was taken in.
func (s SkillRef) Unresolved() bool { return strings.HasPrefix(string(s.Skill), "text:") }

func (s SkillRef) validate() error {
	if s.Skill == "" {
		return Invalidf("skill", "is missing").Mend(`give "skill" (an id) or "name"`)
	}
	if len(s.Skill) > 300 {
		return Invalidf("skill", "is longer than 300 bytes")
	}
	if err := validText("skill", string(s.Skill), 300, true); err != nil {
		return err
	}
	return validText("name", s.Name, 300, false)
}

// Need says how much an opening depends on a skill.
type Need string

// The needs of an opening, strongest first.
const (
	Essential Need = "essential"
	Optional  Need = "optional"
	Trainable Need = "trainable" // learnt on the job
)

// Requirement is one skill that an opening asks for.
type Requirement struct {
	SkillRef
	Need Need `json:"need"`
	// Must excludes every learner who does not hold the skill.
	Must bool `json:"must,omitempty"`
	// Weight is the employer's own emphasis, 0 to 10; nil means 1.
	Weight *float64 `json:"weight,omitempty"`
	// Level is the least level wanted, 1 to 5; 0 means any.
	Level int `json:"level,omitempty"`
}

// Validate checks one requirement.
func (r Requirement) Validate() error {
	if err := r.SkillRef.validate(); err != nil {
		return err
	}
	switch r.Need {
	case Essential, Optional, Trainable:
	default:
		return Invalidf("need", "is not one of essential, optional, trainable")
	}
	if r.Weight != nil && !(*r.Weight >= 0 && *r.Weight <= 10) { // also refuses NaN
		return Invalidf("weight", "is outside 0 to 10")
	}
	return validLevel(r.Level)
}

// HeldSkill is one skill that a learner says they have.
type HeldSkill struct {
	SkillRef
	// Level is 1 to 5; 0 means not stated.
	Level int `json:"level,omitempty"`
	// From is "work" for a skill used at work, "self" (or empty) for a declared one.
	From string `json:"from,omitempty"`
}

// Proof is what a held skill rests on: the learner's word, or their word that they used it at work.
func (h HeldSkill) Proof() Proof {
	if h.From == "work" {
		return ProofWork
	}
	return ProofSelf
}

// Validate checks one held skill.
func (h HeldSkill) Validate() error {
	if err := h.SkillRef.validate(); err != nil {
		return err
	}
	switch h.From {
	case "", "self", "work":
	default:
		return Invalidf("from", "is not one of self, work")
	}
	return validLevel(h.Level)
}

// TaughtSkill is one skill that a programme teaches or a credential certifies.
type TaughtSkill struct {
	SkillRef
	// Level reached, 1 to 5; 0 means not stated.
	Level int `json:"level,omitempty"`
}

// Validate checks one taught skill.
func (t TaughtSkill) Validate() error {
	if err := t.SkillRef.validate(); err != nil {
		return err
	}
	return validLevel(t.Level)
}

func validLevel(level int) error {
	if level < 0 || level > 5 {
		return Invalidf("level", "is outside 1 to 5")
	}
	return nil
}

// MaxSkills bounds the skills of one opening, learner, programme or credential. More is refused: a longer list is stuffing.
const MaxSkills = 200

// validSkills checks every entry of a list and refuses the same skill twice.
func validSkills[S interface{ Validate() error }](field string, list []S, id func(S) SkillID) error {
	if len(list) > MaxSkills {
		return Invalidf(field, "holds %d skills", len(list)).Mend(fmt.Sprintf("at most %d are allowed", MaxSkills))
	}
	seen := make(map[SkillID]int, len(list))
	for i, s := range list {
		if err := s.Validate(); err != nil {
			return within(fmt.Sprintf("%s[%d]", field, i), err)
		}
		if j, dup := seen[id(s)]; dup {
			return Invalidf(fmt.Sprintf("%s[%d]", field, i), "is the same skill as %s[%d]", field, j)
		}
		seen[id(s)] = i
	}
	return nil
}

// Place is where an opening, a learner or a day is. Lat and Lon are degrees (WGS 84) and come together.
type Place struct {
	Name    string   `json:"name,omitempty"`
	Country string   `json:"country,omitempty"` // ISO 3166-1 alpha-2, or a name as the sender wrote it
	Lat     *float64 `json:"lat,omitempty"`
	Lon     *float64 `json:"lon,omitempty"`
}

// Validate checks the place's text and coordinates.
func (p Place) Validate() error {
	if err := validText("name", p.Name, 300, false); err != nil {
		return err
	}
	if err := validText("country", p.Country, 100, false); err != nil {
		return err
	}
	if (p.Lat == nil) != (p.Lon == nil) {
		return Invalidf("lat", "and lon come together")
	}
	if p.Lat != nil && !(math.Abs(*p.Lat) <= 90) {
		return Invalidf("lat", "is outside -90 to 90")
	}
	if p.Lon != nil && !(math.Abs(*p.Lon) <= 180) {
		return Invalidf("lon", "is outside -180 to 180")
	}
	return nil
}

// Pay is a range of money for a time.
type Pay struct {
	Min      float64  `json:"min"`
	Max      *float64 `json:"max,omitempty"`
	Currency string   `json:"currency"` // ISO 4217
	Per      string   `json:"per"`      // hour, month or year
}

// Validate checks amounts, currency and period.
func (p Pay) Validate() error {
	if !(p.Min >= 0 && p.Min <= 1e9) {
		return Invalidf("min", "is not an amount of money")
	}
	if p.Max != nil && !(*p.Max >= p.Min && *p.Max <= 1e9) {
		return Invalidf("max", "is below min or no amount of money")
	}
	if p.Currency == "" {
		return Invalidf("currency", "is missing").Mend("give three letters of ISO 4217, as in USD")
	}
	if err := validCurrency(p.Currency); err != nil {
		return err
	}
	switch p.Per {
	case "":
		return Invalidf("per", "is missing").Mend("give one of hour, month, year")
	case "hour", "month", "year":
		return nil
	}
	return Invalidf("per", "is not one of hour, month, year")
}

// Same reports whether two ranges, or none, are equal.
func (p *Pay) Same(q *Pay) bool {
	if p == nil || q == nil {
		return p == q
	}
	top := func(p *Pay) float64 {
		if p.Max != nil {
			return *p.Max
		}
		return p.Min
	}
	return p.Min == q.Min && top(p) == top(q) && p.Currency == q.Currency && p.Per == q.Per
}

// Money is an amount in a currency.
type Money struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency,omitempty"` // ISO 4217; empty when the sender gave a bare number
}

// Validate checks the amount and the currency.
func (m Money) Validate() error {
	if !(m.Amount >= 0 && m.Amount <= 1e9) {
		return Invalidf("amount", "is not an amount of money")
	}
	if m.Currency == "" {
		return nil
	}
	return validCurrency(m.Currency)
}

func validCurrency(c string) error {
	if len(c) == 3 && c == strings.ToUpper(c) && strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return nil
	}
	return Invalidf("currency", "is not a three-letter code").Mend("use ISO 4217, as in USD")
}
