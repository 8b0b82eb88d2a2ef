package hiring

import (
	"fmt"
	"slices"
	"time"
)

// DayKind tells an interview day from a workshop.
type DayKind string

// The kinds of days.
const (
	Interviews DayKind = "interviews"
	Workshop   DayKind = "workshop"
)

// Admission is how learners get onto a day.
type Admission string

// The ways of admission.
const (
	AdmitOpen      Admission = "open"      // the best matches are invited when the day opens; who accepts first has the seat
	AdmitSelected  Admission = "selected"  // the employer reviews the ranked list and says who is invited
	AdmitScheduled Admission = "scheduled" // the day is solved as a whole: learners are invited to a fixed time
)

// TalkFormat is how the talks of a day are held.
type TalkFormat string

// The formats of talks.
const (
	ByVideo TalkFormat = "video" // Link says where
	ByPhone TalkFormat = "phone" // the employer calls
	AtPlace TalkFormat = "place" // Place says where, Access how to get in
)

// DayStatus is where a day stands.
type DayStatus string

// A day is drafted, then opened (invitations go out), closed (no more go out), held (its talks took place) and archived. It can be
// cancelled until it is held.
const (
	StatusDraft     DayStatus = "draft"
	StatusOpen      DayStatus = "open"
	StatusClosed    DayStatus = "closed"
	StatusHeld      DayStatus = "held"
	StatusArchived  DayStatus = "archived"
	StatusCancelled DayStatus = "cancelled"
)

// MaxNoShow is the highest no-show rate that a day may be overbooked by.
const MaxNoShow Score = OneScore / 2

// Day is an interview day of one employer or several: openings, and timed slots with seats.
type Day struct {
	ID       DayID        `json:"id"`
	Ref      Ref          `json:"ref"`
	Employer EmployerName `json:"employer"` // who organises the day
	// Hosts are the other employers of a fair: the day's openings may be theirs.
	Hosts     []EmployerName `json:"hosts,omitempty"`
	Title     string         `json:"title"`
	Kind      DayKind        `json:"kind"`
	Admission Admission      `json:"admission,omitempty"` // [AdmitOpen] when empty; see [Day.Admits]
	Format    TalkFormat     `json:"format,omitempty"`    // empty where nobody said
	Zone      string         `json:"zone"`                // IANA name
	Place     *Place         `json:"place,omitempty"`
	Link      string         `json:"link,omitempty"`   // for a talk by video
	Access    string         `json:"access,omitempty"` // how to get in: entrance, lift, whom to ask
	Openings  []OpeningID    `json:"openings,omitempty"`
	Slots     []Slot         `json:"slots"`
	// Interviewers are who talks to the learners on a scheduled day; none means that every seat is somebody's.
	Interviewers []Interviewer `json:"interviewers,omitempty"`
	// Gap is the least time between two talks of one learner on this day, in seconds.
	Gap int64 `json:"gap,omitempty"`
	// NoShow is the share of those who accept that the employer expects not to come: every slot takes that many more; see
	// [Day.Capacity].
	NoShow Score `json:"noShow,omitempty"`
	// Wave is how many invitations go out at once, whatever the number of seats; the next wave goes out when nobody of the former can
	// answer any more and seats are free. 0 means as many as there are seats left, at any time.
	Wave int `json:"wave,omitempty"`
	// OfferWithin is how long a freed seat is held for the next of those who wait, in seconds; 0 means [DefaultOffer].
	OfferWithin int64 `json:"offerWithin,omitempty"`
	// Leads are how long before a talk its learner is reminded, in seconds, the longest first.
	Leads []int64 `json:"leads,omitempty"`
	// Bar is the least score for an invitation; an opening's own bar is used where it is higher.
	Bar Score `json:"bar"`
	// ReplyWithin is how long an invitation stands, in seconds; Deadline ends all of them.
	ReplyWithin int64     `json:"replyWithin"`
	Deadline    time.Time `json:"deadline"`
	Status      DayStatus `json:"status"`
	// SolvedAt is since when a scheduled day is solved: who talks with whom is decided then, and again when a seat is freed.
	SolvedAt *time.Time `json:"solvedAt,omitempty"`
	// Revision counts the changes since the day opened. Details is the one that last changed what concerns everyone: place, link,
	// access or format. Moves are the slots that the last one moved.
	Revision int    `json:"revision,omitempty"`
	Details  int    `json:"details,omitempty"`
	Moves    []Move `json:"moves,omitempty"`
	// Command is the id of the command that led here, so that a repeat gets the first answer.
	Command string `json:"command,omitempty"`
}

// DefaultOffer is how long, in seconds, a freed seat is held for one who waits, where the day does not say.
const DefaultOffer int64 = 2 * 3600

// Slot is one time of a day and how many it seats.
type Slot struct {
	Start time.Time `json:"start"` // UTC; the day's zone renders it
	End   time.Time `json:"end"`
	Seats int       `json:"seats"`
}

// Move is a slot that was moved to another time: who sat in From sits in To.
type Move struct {
	From time.Time `json:"from"` // its start before
	To   time.Time `json:"to"`   // its start now
}

// Interviewer is somebody who talks to learners, by whatever id the employer calls them; not a name, for days are published.
type Interviewer struct {
	ID       string       `json:"id"`
	Employer EmployerName `json:"employer"`
	// Languages are BCP 47; none means that any will do.
	Languages []string `json:"languages,omitempty"`
	// Hours are when the interviewer is there, none meaning the whole day; Breaks are when not, within those.
	Hours  []Span `json:"hours,omitempty"`
	Breaks []Span `json:"breaks,omitempty"`
}

// Span is a stretch of time, its end excluded.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Admits returns how learners get onto the day.
func (d *Day) Admits() Admission {
	if d.Admission == "" {
		return AdmitOpen
	}
	return d.Admission
}

// Hosted reports whether the employer organises the day or is one of its hosts.
func (d *Day) Hosted(e EmployerName) bool { return d.Employer == e || slices.Contains(d.Hosts, e) }

// Seats is how many learners the whole day seats.
func (d *Day) Seats() int {
	n := 0
	for _, s := range d.Slots {
		n += s.Seats
	}
	return n
}

// Capacity is how many learners a slot takes: its seats, and as many more as are expected not to come, rounded down. With a no-show
// rate p it is seats / (1 − p), so that the expected number of those who come is no more than there are seats. A slot of a single seat
// is never overbooked.
func (d *Day) Capacity(s Slot) int {
	if d.NoShow <= 0 || d.NoShow > MaxNoShow || s.Seats < 2 {
		return s.Seats
	}
	return s.Seats * int(OneScore) / int(OneScore-d.NoShow)
}

// Slot returns the day's slot that starts at t.
func (d *Day) Slot(t time.Time) (Slot, bool) {
	for _, s := range d.Slots {
		if s.Start.Equal(t) {
			return s, true
		}
	}
	return Slot{}, false
}

// Validate checks a day. Slots were made by whoever resolved local times; here they must be in order and of sane number.
func (d Day) Validate() error {
	if err := ValidID("id", string(d.ID)); err != nil {
		return err
	}
	if err := validText("title", d.Title, 300, true); err != nil {
		return err
	}
	if err := validText("employer", string(d.Employer), 200, true); err != nil {
		return err
	}
	for _, check := range []func() error{d.validHosts, d.validKinds, d.validOpenings, d.validSlots, d.validTimes, d.validInterviewers} {
		if err := check(); err != nil {
			return err
		}
	}
	if d.Bar < 0 || d.Bar > OneScore {
		return Invalidf("bar", "is outside 0 to 1")
	}
	if d.NoShow < 0 || d.NoShow > MaxNoShow {
		return Invalidf("noShow", "is outside 0 to 0.5")
	}
	if d.Wave < 0 || d.Wave > 1000 {
		return Invalidf("wave", "is outside 0 to 1,000")
	}
	return d.validWhere()
}

func (d Day) validHosts() error {
	if len(d.Hosts) > 200 {
		return Invalidf("hosts", "holds more than 200 names")
	}
	for i, h := range d.Hosts {
		field := fmt.Sprintf("hosts[%d]", i)
		if err := validText(field, string(h), 200, true); err != nil {
			return err
		}
		if h == d.Employer || slices.Contains(d.Hosts[:i], h) {
			return Invalidf(field, "is named twice")
		}
	}
	return nil
}

func (d Day) validKinds() error {
	switch d.Kind {
	case Interviews, Workshop:
	default:
		return Invalidf("kind", "is not one of interviews, workshop")
	}
	switch d.Admission {
	case "", AdmitOpen, AdmitSelected, AdmitScheduled:
	default:
		return Invalidf("admission", "is not one of open, selected, scheduled")
	}
	switch d.Format {
	case "", ByPhone:
	case ByVideo:
		if d.Link == "" {
			return Invalidf("link", "is missing").Mend("say where the talks by video are held")
		}
	case AtPlace:
		if d.Place == nil {
			return Invalidf("place", "is missing").Mend("say where the talks are held")
		}
	default:
		return Invalidf("format", "is not one of video, phone, place")
	}
	return nil
}

func (d Day) validOpenings() error {
	if d.Kind == Interviews && len(d.Openings) == 0 {
		return Invalidf("openings", "is empty").Mend("name at least one opening that people are interviewed for")
	}
	if len(d.Openings) > 100 {
		return Invalidf("openings", "holds more than 100 ids")
	}
	for i, o := range d.Openings {
		if err := ValidID(fmt.Sprintf("openings[%d]", i), string(o)); err != nil {
			return err
		}
	}
	return nil
}

func (d Day) validSlots() error {
	if len(d.Slots) == 0 || len(d.Slots) > 500 {
		return Invalidf("slots", "must number 1 to 500")
	}
	for i, s := range d.Slots {
		field := fmt.Sprintf("slots[%d]", i)
		if !s.End.After(s.Start) {
			return Invalidf(field, "ends before it starts")
		}
		if s.Seats < 1 || s.Seats > 1000 {
			return Invalidf(field, "seats are outside 1 to 1,000")
		}
		if i > 0 && s.Start.Before(d.Slots[i-1].Start) {
			return Invalidf(field, "starts before the slot that precedes it")
		}
	}
	return nil
}

func (d Day) validTimes() error {
	if d.Deadline.IsZero() || d.Deadline.After(d.Slots[0].Start) && d.Revision == 0 {
		return Invalidf("deadline", "is missing or after the first slot")
	}
	if d.ReplyWithin < 60 || d.ReplyWithin > 90*24*3600 {
		return Invalidf("replyWithin", "is outside one minute to 90 days")
	}
	if d.OfferWithin != 0 && (d.OfferWithin < 60 || d.OfferWithin > 7*24*3600) {
		return Invalidf("offerWithin", "is outside one minute to seven days")
	}
	if d.Gap < 0 || d.Gap > 24*3600 {
		return Invalidf("gap", "is outside 0 to 24 hours")
	}
	if len(d.Leads) > 5 {
		return Invalidf("leads", "holds more than five times")
	}
	for i, l := range d.Leads {
		if l < 300 || l > 30*24*3600 || i > 0 && l >= d.Leads[i-1] {
			return Invalidf(fmt.Sprintf("leads[%d]", i), "is outside five minutes to 30 days, or no shorter than the one before")
		}
	}
	return nil
}

func (d Day) validInterviewers() error {
	if len(d.Interviewers) > 200 {
		return Invalidf("interviewers", "number more than 200")
	}
	for i, w := range d.Interviewers {
		field := fmt.Sprintf("interviewers[%d]", i)
		if err := w.validate(); err != nil {
			return within(field, err)
		}
		if !d.Hosted(w.Employer) {
			return Invalidf(field+".employer", "is none of the day's employers")
		}
		if slices.ContainsFunc(d.Interviewers[:i], func(o Interviewer) bool { return o.ID == w.ID }) {
			return Invalidf(field+".id", "is that of another interviewer")
		}
	}
	return nil
}

func (w Interviewer) validate() error {
	if err := ValidID("id", w.ID); err != nil {
		return err
	}
	if len(w.Languages) > 20 {
		return Invalidf("languages", "number more than 20")
	}
	for i, l := range w.Languages {
		if err := validText(fmt.Sprintf("languages[%d]", i), l, 35, true); err != nil {
			return err
		}
	}
	if err := validSpans("hours", w.Hours); err != nil {
		return err
	}
	return validSpans("breaks", w.Breaks)
}

func validSpans(field string, spans []Span) error {
	if len(spans) > 50 {
		return Invalidf(field, "number more than 50")
	}
	for i, s := range spans {
		if !s.End.After(s.Start) {
			return Invalidf(fmt.Sprintf("%s[%d]", field, i), "ends before it starts")
		}
	}
	return nil
}

func (d Day) validWhere() error {
	if d.Place != nil {
		if err := d.Place.Validate(); err != nil {
			return within("place", err)
		}
	}
	if err := validText("access", d.Access, 1000, false); err != nil {
		return err
	}
	return validURL("link", d.Link)
}
