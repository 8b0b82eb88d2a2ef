package interview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
	"matchday/interview/schedule"
)

// question is a scheduled day as the solver needs it: everybody who holds a seat, wishes, or can be invited. It is read from the
// ledger at one time, and solved without it.
type question struct {
	day      *hiring.Day
	slots    []hiring.Slot // those to come
	seats    map[int64]int // of a slot, by its start: those free, and those held by who is among the seekers
	openings []*hiring.Opening
	seekers  []*seeker // by ref
	quota    map[hiring.EmployerName]int
	closed   []schedule.Talk // where interviewers talk with somebody whom the solver cannot seat there
}

// seeker is one learner of the question.
type seeker struct {
	ref       hiring.LearnerRef
	languages []string
	wishes    *hiring.Wishes // nil when none were stated
	matches   map[hiring.OpeningID]hiring.Match
	held      map[hiring.OpeningID]*hiring.Invitation // with a seat to come
	had       map[hiring.OpeningID]bool               // whatever the learner was invited to before
	barred    map[hiring.OpeningID]bool
	busy      []schedule.Span
	spent     int // talks that are over, were given back or let pass: nothing replaces them
}

// pairing is one talk to invite to.
type pairing struct {
	match       hiring.Match
	slot        hiring.Slot
	interviewer string
}

// arrangement is a solved day: whom to invite, and what became of wishes where that is news.
type arrangement struct {
	pairs   []pairing
	answers []hiring.Wishes
}

// questionOf gathers the question of a day; ranked are the matches that can be invited.
func questionOf(b *daybook, s surroundings, ranked []hiring.Match, now time.Time) *question {
	q := &question{day: b.day, seats: map[int64]int{}, quota: map[hiring.EmployerName]int{}}
	for _, slot := range b.day.Slots {
		if now.Before(slot.Start) {
			q.slots = append(q.slots, slot)
			q.seats[slot.Start.Unix()] = max(b.free(slot), 0)
		}
	}
	for _, id := range b.day.Openings {
		if o := s.opening(id); o != nil {
			q.openings = append(q.openings, o)
			q.quota[o.Employer] = s.quota(o.Employer)
		}
	}
	seekers := map[hiring.LearnerRef]*seeker{}
	seek := func(ref hiring.LearnerRef) *seeker {
		if seekers[ref] == nil {
			seekers[ref] = &seeker{
				ref: ref, wishes: b.wishes[ref], matches: map[hiring.OpeningID]hiring.Match{}, barred: map[hiring.OpeningID]bool{},
				held: map[hiring.OpeningID]*hiring.Invitation{}, had: map[hiring.OpeningID]bool{},
			}
		}
		return seekers[ref]
	}
	for _, inv := range b.invitations {
		seek(inv.Learner).invited(inv, q)
	}
	for ref := range b.wishes {
		seek(ref)
	}
	for _, m := range ranked {
		seek(m.Learner).matches[m.Opening] = m
	}
	for _, k := range seekers {
		if !k.know(b, s, now) {
			continue
		}
		q.seekers = append(q.seekers, k)
		for _, inv := range k.held {
			q.seats[inv.Held().Start.Unix()]++
		}
	}
	slices.SortFunc(q.seekers, (*seeker).compare)
	q.seekers = q.seekers[:min(len(q.seekers), schedule.MaxLearners)]
	return q
}

// invited notes an invitation that the learner got before. A seat that was moved is kept where it is now, and solved around.
func (k *seeker) invited(inv *hiring.Invitation, q *question) {
	k.had[inv.Opening] = true
	held := inv.Held()
	if held == nil {
		k.spent++
		return
	}
	at := movedTo(q.day, held.Start)
	i := slices.IndexFunc(q.slots, func(s hiring.Slot) bool { return s.Start.Equal(at) })
	switch {
	case i >= 0 && at.Equal(held.Start):
		k.held[inv.Opening] = inv
		return
	case i >= 0:
		k.busy = append(k.busy, schedule.Span{Start: q.slots[i].Start, End: q.slots[i].End})
	}
	k.spent++
}

// know adds what the world knows of the learner, and reports whether they may be shown at all.
func (k *seeker) know(b *daybook, s surroundings, now time.Time) bool {
	l := s.learner(k.ref)
	if l == nil || l.Erased || !l.Visible && len(k.held) == 0 {
		return false
	}
	k.languages = l.Languages
	if booking := s.booking(k.ref); booking != nil {
		for _, t := range booking.Talks {
			if t.Day != b.day.ID {
				k.busy = append(k.busy, schedule.Span{Start: t.Slot.Start, End: t.Slot.End})
			}
		}
	}
	if k.wishes == nil {
		return true
	}
	for _, id := range k.wishes.Openings {
		o := s.opening(id)
		k.barred[id] = o == nil || !o.OpenAt(now) || payable(o) != nil || s.spared(b, k.ref, o.Employer, now) != nil
	}
	return true
}

// compare puts those first who hold a seat, then those who stated wishes, then those who match best: a day has room for so many.
func (k *seeker) compare(o *seeker) int {
	return cmp.Or(cmp.Compare(min(len(o.held), 1), min(len(k.held), 1)), cmp.Compare(len(o.stated()), len(k.stated())),
		cmp.Compare(o.best(), k.best()), cmp.Compare(k.ref, o.ref))
}

// stated are the openings that the learner named.
func (k *seeker) stated() []hiring.OpeningID {
	if k.wishes == nil || k.wishes.Command == "" && len(k.wishes.Answers) > 0 {
		return nil
	}
	return k.wishes.Openings
}

func (k *seeker) best() (most hiring.Score) {
	for _, m := range k.matches {
		most = max(most, m.Score)
	}
	return most
}

// wanted are the openings that the learner would talk about, the dearest first: those stated, or those that they match best.
func (k *seeker) wanted() []hiring.OpeningID {
	if stated := k.stated(); stated != nil {
		return stated
	}
	score := map[hiring.OpeningID]hiring.Score{}
	var list []hiring.OpeningID
	for id, m := range k.matches {
		list, score[id] = append(list, id), m.Score
	}
	for id, inv := range k.held {
		if _, matched := k.matches[id]; !matched {
			list, score[id] = append(list, id), inv.Match.Score
		}
	}
	slices.SortFunc(list, func(a, b hiring.OpeningID) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	return list[:min(len(list), hiring.DefaultWishes)]
}

// problem puts the question to the solver, with the talks that were promised.
func (q *question) problem() (p schedule.Problem, promised []schedule.Talk) {
	p = schedule.Problem{Seed: string(q.day.Ref), Rest: time.Duration(q.day.Gap) * time.Second, Desks: q.desks()}
	for _, s := range q.slots {
		p.Slots = append(p.Slots, schedule.Span{Start: s.Start, End: s.End})
	}
	promised = q.promises(p.Desks)
	q.limit(p.Desks, promised)
	ranked := map[hiring.OpeningID][]schedule.Candidate{}
	for _, k := range q.seekers {
		l := schedule.Learner{ID: string(k.ref), Languages: tongues(k.languages), Busy: k.busy}
		for id, m := range k.matches {
			ranked[id] = append(ranked[id], schedule.Candidate{Learner: l.ID, Score: int64(m.Score)})
		}
		for id, inv := range k.held {
			l.Wishes = append(l.Wishes, schedule.Wish{Opening: string(id), Rank: -1})
			ranked[id] = append(ranked[id], schedule.Candidate{Learner: l.ID, Score: int64(inv.Match.Score)})
		}
		for i, id := range k.wanted() {
			if k.wishes == nil || k.wishes.Alike {
				i = 0
			}
			if k.held[id] == nil && q.opening(id) != nil {
				l.Wishes = append(l.Wishes, schedule.Wish{Opening: string(id), Rank: i})
			}
		}
		l.Talks = max(k.wishes.Most()-k.spent, len(k.held))
		p.Learners = append(p.Learners, l)
	}
	for _, o := range q.openings {
		p.Openings = append(p.Openings, schedule.Opening{
			ID: string(o.ID), Capacity: schedule.MaxCapacity, Desks: q.desksOf(o, p.Desks), Ranked: ranked[o.ID],
		})
	}
	return p, promised
}

func (q *question) opening(id hiring.OpeningID) *hiring.Opening {
	i := slices.IndexFunc(q.openings, func(o *hiring.Opening) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return q.openings[i]
}

// desks are the day's interviewers; when it names none, as many seats as any slot has.
func (q *question) desks() (list []schedule.Desk) {
	for _, w := range q.day.Interviewers {
		list = append(list, schedule.Desk{ID: w.ID, Hours: spans(w.Hours), Breaks: spans(w.Breaks), Languages: tongues(w.Languages)})
	}
	if len(list) > 0 {
		return list
	}
	most := 0
	for _, n := range q.seats {
		most = max(most, n)
	}
	for n := range min(most, schedule.MaxDesks) {
		list = append(list, schedule.Desk{ID: fmt.Sprintf("seat-%03d", n)})
	}
	return list
}

// limit keeps desks free where a slot has fewer seats than there are desks: those with a promised talk come first, then those named first.
func (q *question) limit(desks []schedule.Desk, promised []schedule.Talk) {
	for _, s := range q.slots {
		span, left := schedule.Span{Start: s.Start, End: s.End}, q.seats[s.Start.Unix()]
		used := map[string]bool{}
		for _, t := range promised {
			if t.Slot == span {
				used[t.Desk] = true
				left--
			}
		}
		for i, d := range desks {
			if used[d.ID] {
				continue
			}
			shut := slices.ContainsFunc(q.closed, func(t schedule.Talk) bool { return t.Desk == d.ID && t.Slot == span && len(q.day.Interviewers) > 0 })
			if !shut {
				left--
			}
			if shut || left < 0 {
				desks[i].Breaks = append(desks[i].Breaks, span)
			}
		}
	}
}

// desksOf are where an opening's talks may be held: with its employer's interviewers, or anywhere.
func (q *question) desksOf(o *hiring.Opening, desks []schedule.Desk) (ids []string) {
	for i, d := range desks {
		if len(q.day.Interviewers) == 0 || q.day.Interviewers[i].Employer == o.Employer {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// promises are the talks that stay. One whose seat the solver does not know, as when somebody was squeezed in, is put down as an
// appointment of the learner.
func (q *question) promises(desks []schedule.Desk) (list []schedule.Talk) {
	taken := map[schedule.Talk]bool{}
	for _, k := range q.seekers {
		for _, o := range q.openings {
			inv := k.held[o.ID]
			if inv == nil {
				continue
			}
			slot := schedule.Span{Start: inv.Held().Start, End: inv.Held().End}
			at := slices.IndexFunc(q.desksOf(o, desks), func(d string) bool {
				return (inv.Interviewer == "" || inv.Interviewer == d) && !taken[schedule.Talk{Desk: d, Slot: slot}]
			})
			if at < 0 {
				q.around(k, o.ID, slot)
				continue
			}
			desk := q.desksOf(o, desks)[at]
			taken[schedule.Talk{Desk: desk, Slot: slot}] = true
			list = append(list, schedule.Talk{Learner: string(k.ref), Opening: string(o.ID), Desk: desk, Slot: slot})
		}
	}
	return list
}

func spans(list []hiring.Span) (out []schedule.Span) {
	for _, s := range list {
		out = append(out, schedule.Span{Start: s.Start, End: s.End})
	}
	return out
}

// tongues are the primary subtags of BCP 47 tags, each once.
func tongues(tags []string) (out []string) {
	for _, tag := range tags {
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if !slices.Contains(out, primary) {
			out = append(out, primary)
		}
	}
	return out
}

// solve answers the question. A promised talk stays where it is even where the solver finds it impossible, as when its learner has
// accepted another one since: then it is solved around.
func (q *question) solve() (arrangement, error) {
	for {
		problem, promised := q.problem()
		solved, err := schedule.Repair(problem, promised)
		if err != nil {
			return arrangement{}, hiring.Errorf(hiring.Conflict, "the day cannot be solved: %v", err)
		}
		lost := slices.DeleteFunc(promised, func(t schedule.Talk) bool { return slices.Contains(solved.Talks, t) })
		if len(lost) == 0 {
			pairs, review := q.pairs(solved)
			return arrangement{pairs: pairs, answers: q.answers(solved, review)}, nil
		}
		for _, k := range q.seekers {
			for _, t := range lost {
				if string(k.ref) == t.Learner {
					q.around(k, hiring.OpeningID(t.Opening), t.Slot)
					q.closed = append(q.closed, t)
				}
			}
		}
	}
}

// around puts a promised talk down as an appointment of its learner, in a seat that nobody else gets.
func (q *question) around(k *seeker, id hiring.OpeningID, slot schedule.Span) {
	k.busy = append(k.busy, slot)
	delete(k.held, id)
	delete(k.matches, id)
	k.spent++
	q.seats[slot.Start.Unix()]--
}

// pairs are the talks that nobody was invited to yet, those first that match best. Review are those that wait until their employer
// is verified.
func (q *question) pairs(solved schedule.Schedule) (pairs []pairing, review map[schedule.Talk]bool) {
	seekers := map[string]*seeker{}
	for _, k := range q.seekers {
		seekers[string(k.ref)] = k
	}
	talks := slices.DeleteFunc(slices.Clone(solved.Talks), func(t schedule.Talk) bool {
		return seekers[t.Learner].had[hiring.OpeningID(t.Opening)]
	})
	slices.SortStableFunc(talks, func(a, b schedule.Talk) int {
		return cmp.Compare(seekers[b.Learner].matches[hiring.OpeningID(b.Opening)].Score, seekers[a.Learner].matches[hiring.OpeningID(a.Opening)].Score)
	})
	left := map[hiring.EmployerName]int{}
	review = map[schedule.Talk]bool{}
	for _, t := range talks {
		o := q.opening(hiring.OpeningID(t.Opening))
		if left[o.Employer]++; left[o.Employer] > q.quota[o.Employer] {
			review[t] = true
			continue
		}
		p := pairing{match: seekers[t.Learner].matches[o.ID]}
		if len(q.day.Interviewers) > 0 {
			p.interviewer = t.Desk
		}
		p.slot, _ = q.day.Slot(t.Slot.Start)
		pairs = append(pairs, p)
	}
	return pairs, review
}

// answers says what became of the wishes of all who stated any or are invited, where that is not what they were told already.
func (q *question) answers(solved schedule.Schedule, review map[schedule.Talk]bool) (list []hiring.Wishes) {
	for _, k := range q.seekers {
		w := hiring.Wishes{Day: q.day.ID, Learner: k.ref, Openings: k.wanted()}
		if k.wishes != nil {
			w = *k.wishes
			w.Openings = k.wanted()
		}
		w.Answers = nil
		invited := len(k.had) > 0
		for _, id := range w.Openings {
			a := k.answer(id, solved.Explain(string(k.ref), string(id)), review)
			invited = invited || a.Code == hiring.WishGranted || a.Code == hiring.WishReview
			w.Answers = append(w.Answers, a)
		}
		if !invited && k.stated() == nil || k.wishes != nil && slices.Equal(k.wishes.Answers, w.Answers) {
			continue
		}
		list = append(list, w)
	}
	return list
}

// answer is what became of one wish.
func (k *seeker) answer(id hiring.OpeningID, r schedule.Reason, review map[schedule.Talk]bool) hiring.WishAnswer {
	a := hiring.WishAnswer{Opening: id, Code: hiring.WishCode(r.Code), Above: len(r.Others), Places: r.Places, Times: r.Times}
	_, matched := k.matches[id]
	switch {
	case k.had[id]:
		return hiring.WishAnswer{Opening: id, Code: hiring.WishGranted}
	case r.Code == schedule.Granted && review[*r.Talk]:
		a.Code = hiring.WishReview
	case !matched && k.barred[id]:
		a.Code = hiring.WishBarred
	case r.Code == schedule.NotWished:
		a.Code = hiring.WishNotRanked
	}
	return a
}

// schedulable refuses a scheduled day that names interviewers but not for everyone, or has fewer seats than them.
func schedulable(d *hiring.Day, s surroundings) error {
	if d.Admits() != hiring.AdmitScheduled || len(d.Interviewers) == 0 {
		return nil
	}
	for i, id := range d.Openings {
		o := s.opening(id)
		if o != nil && !slices.ContainsFunc(d.Interviewers, func(w hiring.Interviewer) bool { return w.Employer == o.Employer }) {
			return impossible(fmt.Sprintf("openings[%d]", i), "has nobody to talk to: no interviewer is its employer's").
				Mend("name an interviewer of each employer, or none at all")
		}
	}
	for i, slot := range d.Slots {
		if slot.Seats < len(d.Interviewers) {
			return impossible(fmt.Sprintf("slots[%d].seats", i), "are fewer than the %d interviewers", len(d.Interviewers)).
				Mend("give each slot as many seats as there are interviewers")
		}
	}
	return nil
}
