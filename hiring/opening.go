package hiring

import (
	"net/url"
	"slices"
	"time"
)

// Mode is where the work of an opening is done.
type Mode string

// The modes of work.
const (
	Onsite Mode = "onsite"
	Hybrid Mode = "hybrid"
	Remote Mode = "remote"
)

func (m Mode) validate() error {
	switch m {
	case Onsite, Hybrid, Remote:
		return nil
	}
	return Invalidf("mode", "is not one of onsite, hybrid, remote")
}

// Degree is what an opening says of a degree. It never enters a score.
type Degree string

// The degree wishes of openings.
const (
	DegreeNone         Degree = "none"
	DegreePreferred    Degree = "preferred"
	DegreeRequired     Degree = "required"
	DegreeOrExperience Degree = "or-experience"
)

// Opening is a role that an employer posts.
type Opening struct {
	ID       OpeningID     `json:"id"`
	Title    string        `json:"title"`
	Employer EmployerName  `json:"employer"`
	Text     string        `json:"text,omitempty"`
	Skills   []Requirement `json:"skills,omitempty"`
	Degree   Degree        `json:"degree,omitempty"`
	Place    *Place        `json:"place,omitempty"`
	Mode     Mode          `json:"mode,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Shift    string        `json:"shift,omitempty"`
	Pay      *Pay          `json:"pay,omitempty"`
	// Bar is the least score, 0 to 1, at which a learner is invited; 0 leaves it to the interview day.
	Bar          float64    `json:"bar,omitempty"`
	ValidFrom    *time.Time `json:"validFrom,omitempty"`
	ValidThrough *time.Time `json:"validThrough,omitempty"`
	Withdrawn    bool       `json:"withdrawn,omitempty"`
	// Held says what in the text of an employer that nobody has verified must be looked at before learners see the opening: phone,
	// link, fee. It is empty for all others.
	Held []string `json:"held,omitempty"`
}

// OpenAt reports whether the opening takes people at time t: not withdrawn, not held, begun, and not past its end. The end is
// included.
func (o *Opening) OpenAt(t time.Time) bool {
	return !o.Withdrawn && len(o.Held) == 0 &&
		(o.ValidFrom == nil || !t.Before(*o.ValidFrom)) &&
		(o.ValidThrough == nil || !t.After(*o.ValidThrough))
}

// Validate checks an opening.
func (o Opening) Validate() error {
	if err := ValidID("id", string(o.ID)); err != nil {
		return err
	}
	if err := validText("title", o.Title, 300, true); err != nil {
		return err
	}
	if err := validText("employer", string(o.Employer), 200, true); err != nil {
		return err
	}
	if err := validText("text", o.Text, MaxText, false); err != nil {
		return err
	}
	switch o.Degree {
	case "", DegreeNone, DegreePreferred, DegreeRequired, DegreeOrExperience:
	default:
		return Invalidf("degree", "is not one of none, preferred, required, or-experience")
	}
	if o.Mode != "" {
		if err := o.Mode.validate(); err != nil {
			return err
		}
	}
	if o.Place != nil {
		if err := o.Place.Validate(); err != nil {
			return within("place", err)
		}
	}
	if o.Pay != nil {
		if err := o.Pay.Validate(); err != nil {
			return within("pay", err)
		}
	}
	if err := validText("contract", o.Contract, 100, false); err != nil {
		return err
	}
	if err := validText("shift", o.Shift, 100, false); err != nil {
		return err
	}
	if !(o.Bar >= 0 && o.Bar <= 1) {
		return Invalidf("bar", "is outside 0 to 1")
	}
	if o.ValidFrom != nil && o.ValidThrough != nil && o.ValidThrough.Before(*o.ValidFrom) {
		return Invalidf("validThrough", "is before validFrom")
	}
	return validSkills("skills", o.Skills, func(r Requirement) SkillID { return r.Skill })
}

// validURL accepts an empty string or an absolute http(s) address.
func validURL(field, s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || len(s) > 2000 {
		return Invalidf(field, "is not a web address").Mend("use https://…")
	}
	return nil
}

// Called returns o with its skills called as names says, where it says anything. A nil opening stays nil.
func (o *Opening) Called(names map[SkillID]string) *Opening {
	if o == nil || len(names) == 0 {
		return o
	}
	called := *o
	called.Skills = slices.Clone(o.Skills)
	for i := range called.Skills {
		if n := names[called.Skills[i].Skill]; n != "" {
			called.Skills[i].Name = n
		}
	}
	return &called
}
