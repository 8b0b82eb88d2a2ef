package hiring

import (
	"cmp"
	"slices"
)

// CountOutcomes asks the interview role what became of those who hold a programme. Answer: [ProgrammeOutcomes]. It is for the
// programme's provider, and for operators.
type CountOutcomes struct {
	Asked
	Programme ProgrammeID `json:"programme"`
}

// ProgrammeOutcomes counts the learners who hold a programme, each once, by how far they came on interview days. Fewer than ten are not
// told apart, but for operators.
type ProgrammeOutcomes struct {
	Programme ProgrammeID `json:"programme"`
	Invited   Count       `json:"invited"`
	Accepted  Count       `json:"accepted"`
	Attended  Count       `json:"attended"`
	Offered   Count       `json:"offered"`
	Hired     Count       `json:"hired"`
	// Disputed counts those of whom one side says that they were hired and the other that they were not: they are in neither number.
	Disputed Count `json:"disputed"`
	// Pay holds the median pay of those hired, for each currency and period in which ten at least are known.
	Pay      []MedianPay `json:"pay"`
	Position uint64      `json:"position"`
}

// MedianPay is the median of what people hired are paid, a range counting as its middle.
type MedianPay struct {
	Currency string  `json:"currency"`
	Per      string  `json:"per"`
	Median   float64 `json:"median"`
	Count    int     `json:"count"` // ten at least
}

// TellFrom is the least number that those who may not count single people are told.
const TellFrom = 10

// Told is a count for whoever may read it: hidden below ten, unless the actor is an operator.
func (a Actor) Told(n int) Count {
	if n < TellFrom && !a.Operator() {
		return FewerThanTen
	}
	return Count(n)
}

// FindHolders asks the matcher which of these learners hold a programme that the actor manages. Answer: [FoundHolders].
type FindHolders struct {
	Asked
	Programme ProgrammeID  `json:"programme"`
	Learners  []LearnerRef `json:"learners"` // MaxHolders at most
}

// MaxHolders bounds [FindHolders.Learners], so that question and answer fit a message.
const MaxHolders = 20_000

// FoundHolders is the answer to [FindHolders]: those who do, in the question's order.
type FoundHolders struct {
	Holders []LearnerRef `json:"holders"`
}

// Holds reports whether a claim or a credential of the learner that counts names the programme.
func (w *World) Holds(ref LearnerRef, id ProgrammeID) bool {
	for b := range w.Backings(ref) {
		if b.Programme != nil && b.Programme.ID == id {
			return true
		}
	}
	return false
}

// WasOffered reports whether the learner was offered the job, as far as the sides agree or only one of them spoke.
func (i *Invitation) WasOffered() bool {
	e, l := i.EmployerOutcome, i.LearnerOutcome
	return (e.Offered() || l.Offered()) && (e == nil || l == nil || e.Offered() == l.Offered())
}

// WasHired reports whether the learner was hired, as far as the sides agree or only one of them spoke, and whether they contradict each
// other: that the one has heard of an offer only contradicts nothing.
func (i *Invitation) WasHired() (hired, disputed bool) {
	denies := func(o *Outcome) bool { return o != nil && (o.Result == TurnedDown || o.Result == NotOffered) }
	affirms := func(o *Outcome) bool { return o != nil && o.Result == Hired }
	e, l := i.EmployerOutcome, i.LearnerOutcome
	switch {
	case !affirms(e) && !affirms(l):
		return false, false
	case denies(e) || denies(l):
		return false, true
	}
	return true, false
}

// HiredAt is what a learner who was hired is paid: by the employer's word, or else their own; nil when neither says.
func (i *Invitation) HiredAt() *Pay {
	if o := i.EmployerOutcome; o != nil && o.Pay != nil {
		return o.Pay
	}
	if o := i.LearnerOutcome; o != nil {
		return o.Pay
	}
	return nil
}

// MedianPays returns the medians of those currencies and periods in which at least [TellFrom] pays are given, by currency, then period.
func MedianPays(pays []Pay) []MedianPay {
	amounts := map[[2]string][]float64{}
	for _, p := range pays {
		middle := p.Min
		if p.Max != nil {
			middle = (p.Min + *p.Max) / 2
		}
		key := [2]string{p.Currency, p.Per}
		amounts[key] = append(amounts[key], middle)
	}
	list := []MedianPay{}
	for key, of := range amounts {
		if n := len(of); n >= TellFrom {
			slices.Sort(of)
			list = append(list, MedianPay{Currency: key[0], Per: key[1], Median: (of[(n-1)/2] + of[n/2]) / 2, Count: n})
		}
	}
	slices.SortFunc(list, func(a, b MedianPay) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Per, b.Per))
	})
	return list
}

// Subjects of questions.
func (CountOutcomes) Subject() string { return "ask.day.outcomes" }
func (FindHolders) Subject() string   { return "ask.match.holders" }
