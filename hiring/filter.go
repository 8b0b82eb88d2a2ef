package hiring

import (
	"errors"
	"math"
	"slices"
	"strings"
)

// Filters leave out of an opening's ranking whom the opening does not suit, or who does not suit it, in what is no skill. They are
// asked for with each question and never enter a score. Silence excludes nobody: who did not say where they are stays in, whatever
// the distance; answers tell how many these are. The zero value leaves out nobody.
type Filters struct {
	// Within keeps those whose place is at most so many kilometres from the opening's, 10 at least: learners' places are told to a
	// tenth of a degree.
	Within float64 `json:"within,omitempty"`
	// Mode keeps those who would work in the opening's mode.
	Mode bool `json:"mode,omitempty"`
	// Pay keeps those whose floor the opening's pay reaches. Other currencies than the opening's say nothing.
	Pay bool `json:"pay,omitempty"`
	// Permission keeps those who may work in the country of the opening's place.
	Permission bool `json:"permission,omitempty"`
	// Available keeps those whose availability has all of these words.
	Available string `json:"available,omitempty"`
	// Language keeps those who speak this one (BCP 47): "de" is spoken by whoever speaks "de-AT".
	Language string `json:"language,omitempty"`
	// Text keeps those whom a search finds by these words; see [Search].
	Text string `json:"text,omitempty"`
}

// Bounds of [Filters].
const (
	LeastDistance = 10     // kilometres
	MostDistance  = 20_100 // half around the earth
)

// Filter names one of the things that leave a learner out.
type Filter string

// The filters. FilterMust is a must-have of the opening.
const (
	FilterMust       Filter = "must"
	FilterDistance   Filter = "distance"
	FilterMode       Filter = "mode"
	FilterPay        Filter = "pay"
	FilterPermission Filter = "permission"
	FilterAvailable  Filter = "availability"
	FilterLanguage   Filter = "language"
	FilterText       Filter = "text"
)

// Excluded says what one filter, or one must-have, leaves out.
type Excluded struct {
	Filter Filter  `json:"filter"`
	Skill  SkillID `json:"skill,omitempty"` // of a must-have
	Name   string  `json:"name,omitempty"`
	// Excludes counts the learners who would be in the ranking but for this alone.
	Excludes Count `json:"excludes"`
	// Unsaid counts those in the ranking who did not say what the filter asks.
	Unsaid Count `json:"unsaid,omitempty"`
}

// Validate checks the filters by themselves, and that the opening says what they compare with.
func (f Filters) Validate(o *Opening) error {
	located := o.Place != nil && o.Place.Lat != nil
	lacks := func(field, what string) error {
		return Invalidf(field, "compares with %s, which the opening does not say", what).Mend("leave the filter out, or add it to the opening")
	}
	switch {
	case f.Within != 0 && !(f.Within >= LeastDistance && f.Within <= MostDistance): // also refuses NaN
		return Invalidf("within", "is outside %d to %d kilometres", LeastDistance, MostDistance)
	case f.Within != 0 && !located:
		return lacks("within", "the coordinates of a place")
	case f.Mode && o.Mode == "":
		return lacks("mode", "a mode of work")
	case f.Pay && o.Pay == nil:
		return lacks("pay", "pay")
	case f.Permission && (o.Place == nil || o.Place.Country == ""):
		return lacks("permission", "a country")
	}
	return errors.Join(
		validText("available", f.Available, 200, false),
		validText("language", f.Language, 35, false),
		validText("text", f.Text, 1000, false),
	)
}

// Own returns the filters for all that the opening says by itself: distance is the given one, for openings that are not remote.
func (o *Opening) Own(within float64) (f Filters) {
	if o.Place != nil && o.Place.Lat != nil && o.Mode != Remote {
		f.Within = within
	}
	f.Mode, f.Pay = o.Mode != "", o.Pay != nil
	f.Permission = o.Place != nil && o.Place.Country != ""
	f.Available = o.Shift
	return f
}

// A Verdict is what a filter finds of one learner.
type Verdict int8

// The verdicts.
const (
	Suits Verdict = iota
	Unsaid
	Unsuited
)

func verdict(said, suits bool) Verdict {
	switch {
	case !said:
		return Unsaid
	case suits:
		return Suits
	}
	return Unsuited
}

// A Check is one of the filters, made ready for an opening.
type Check struct {
	Filter Filter
	Of     func(*Learner) Verdict
}

// Checks returns the filters that ask something, but for Text, which only a search can answer. They must be valid for the opening.
func (f Filters) Checks(o *Opening) (list []Check) {
	add := func(asked bool, name Filter, of func(*Learner) Verdict) {
		if asked {
			list = append(list, Check{name, of})
		}
	}
	add(f.Within > 0, FilterDistance, func(l *Learner) Verdict {
		if l.Place == nil || l.Place.Lat == nil {
			return Unsaid
		}
		return verdict(true, Distance(*o.Place.Lat, *o.Place.Lon, coarse(*l.Place.Lat), coarse(*l.Place.Lon)) <= f.Within)
	})
	add(f.Mode, FilterMode, func(l *Learner) Verdict { return verdict(len(l.Modes) > 0, slices.Contains(l.Modes, o.Mode)) })
	add(f.Pay, FilterPay, func(l *Learner) Verdict {
		said := l.PayFloor != nil && l.PayFloor.Currency == o.Pay.Currency
		return verdict(said, said && l.PayFloor.hourly(l.PayFloor.Min) <= o.Pay.hourly(o.Pay.most()))
	})
	add(f.Permission, FilterPermission, func(l *Learner) Verdict {
		return verdict(len(l.WorkIn) > 0, slices.ContainsFunc(l.WorkIn, func(c string) bool { return sameWord(c, o.Place.Country) }))
	})
	words := strings.Fields(strings.ToLower(f.Available))
	add(len(words) > 0, FilterAvailable, func(l *Learner) Verdict {
		said := strings.ToLower(l.Availability)
		return verdict(said != "", !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(said, w) }))
	})
	add(f.Language != "", FilterLanguage, func(l *Learner) Verdict {
		return verdict(len(l.Languages) > 0, slices.ContainsFunc(l.Languages, func(tag string) bool { return speaks(tag, f.Language) }))
	})
	return list
}

// coarse rounds degrees to the tenth in which learners' places are told; see docs/adr/0007.
func coarse(degrees float64) float64 { return math.Round(degrees*10) / 10 }

// Distance returns the kilometres between two points given in degrees, on a sphere of the earth's mean radius, by the haversine formula.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, degree = 6371.0088, math.Pi / 180
	square := func(x float64) float64 { return x * x }
	h := square(math.Sin((lat2-lat1)*degree/2)) + math.Cos(lat1*degree)*math.Cos(lat2*degree)*square(math.Sin((lon2-lon1)*degree/2))
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

// Hours of full-time work, for pay by different periods: 52 weeks of 40 hours.
const (
	hoursOfYear  = 52 * 40
	hoursOfMonth = hoursOfYear / 12.0
)

func (p Pay) hourly(amount float64) float64 {
	switch p.Per {
	case "year":
		return amount / hoursOfYear
	case "month":
		return amount / hoursOfMonth
	}
	return amount
}

// most is the end of the range that a floor is compared with.
func (p Pay) most() float64 {
	if p.Max != nil {
		return *p.Max
	}
	return p.Min
}

func sameWord(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// speaks reports whether a language tag is the one asked for, or a kind of it.
func speaks(tag, asked string) bool {
	tag, asked = strings.ToLower(strings.TrimSpace(tag)), strings.ToLower(strings.TrimSpace(asked))
	return tag == asked || strings.HasPrefix(tag, asked+"-")
}
