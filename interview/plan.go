package interview

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"matchday/hiring"
)

// What a plan leaves out.
const (
	defaultReplyWithin = 72 * time.Hour
	defaultLead        = 24 * time.Hour // deadline before the first slot
)

// planYears is how far ahead a day can be planned: further, the rules of time zones are guesses, and years beyond 9999 cannot be
// written down.
const planYears = 10

// planDay turns a plan in local times into a draft in UTC. It looks at nothing but the plan, the clock and the zone database.
func planDay(p hiring.DayPlan, ref hiring.Ref, now time.Time) (hiring.Day, error) {
	loc, err := zone(p.Zone)
	if err != nil {
		return hiring.Day{}, err
	}
	slots, err := planSlots(p, loc)
	if err != nil {
		return hiring.Day{}, err
	}
	if err := ahead(slots, now); err != nil {
		return hiring.Day{}, err
	}
	reply, err := planReply(p.ReplyWithin)
	if err != nil {
		return hiring.Day{}, err
	}
	deadline := slots[0].Start.Add(-defaultLead)
	if p.Deadline != "" {
		if deadline, err = planDeadline(p.Deadline, loc); err != nil {
			return hiring.Day{}, err
		}
	}
	if !(p.Bar >= 0 && p.Bar <= 1) { // also refuses NaN
		return hiring.Day{}, hiring.Invalidf("bar", "is outside 0 to 1")
	}
	day := hiring.Day{
		ID: p.ID, Ref: ref, Employer: p.Employer, Hosts: p.Hosts, Title: p.Title, Kind: cmp.Or(p.Kind, hiring.Interviews), Admission: p.Admission,
		Format: p.Format, Zone: p.Zone, Place: p.Place, Link: p.Link, Access: p.Access, Openings: unique(p.Openings), Slots: slots,
		Gap: int64(p.Gap) * 60, Wave: p.Wave, Bar: millionths(p.Bar), ReplyWithin: int64(reply / time.Second), Deadline: deadline,
		Status: hiring.StatusDraft,
	}
	if err := planExtras(&day, p, loc); err != nil {
		return hiring.Day{}, err
	}
	return day, day.Validate()
}

// planExtras reads what few days have: overbooking, a waitlist's time, reminders, interviewers.
func planExtras(day *hiring.Day, p hiring.DayPlan, loc *time.Location) error {
	if !(p.NoShow >= 0 && p.NoShow <= hiring.MaxNoShow.Float()) { // also refuses NaN
		return hiring.Invalidf("noShow", "is outside 0 to 0.5")
	}
	day.NoShow = millionths(p.NoShow)
	if p.OfferWithin != "" {
		d, err := duration("offerWithin", p.OfferWithin)
		if err != nil {
			return err
		}
		day.OfferWithin = int64(d / time.Second)
	}
	for i, text := range p.Leads {
		d, err := duration(fmt.Sprintf("leads[%d]", i), text)
		if err != nil {
			return err
		}
		day.Leads = append(day.Leads, int64(d/time.Second))
	}
	for i, w := range p.Interviewers {
		field := fmt.Sprintf("interviewers[%d]", i)
		hours, err := planSpans(field+".hours", w.Hours, loc)
		if err != nil {
			return err
		}
		breaks, err := planSpans(field+".breaks", w.Breaks, loc)
		if err != nil {
			return err
		}
		day.Interviewers = append(day.Interviewers, hiring.Interviewer{
			ID: w.ID, Employer: cmp.Or(w.Employer, p.Employer), Languages: w.Languages, Hours: hours, Breaks: breaks,
		})
	}
	return nil
}

func planSpans(field string, spans []hiring.LocalSpan, loc *time.Location) ([]hiring.Span, error) {
	if len(spans) > 50 {
		return nil, hiring.Invalidf(field, "number more than 50")
	}
	var list []hiring.Span
	for i, s := range spans {
		start, err := localTime(fmt.Sprintf("%s[%d].start", field, i), s.Start, loc)
		if err != nil {
			return nil, err
		}
		end, err := localTime(fmt.Sprintf("%s[%d].end", field, i), s.End, loc)
		if err != nil {
			return nil, err
		}
		list = append(list, hiring.Span{Start: start, End: end})
	}
	return list, nil
}

// ahead refuses slots, in order of time, that start in the past or too far ahead.
func ahead(slots []hiring.Slot, now time.Time) error {
	horizon := now.AddDate(planYears, 0, 0)
	for i, s := range slots {
		field := fmt.Sprintf("slots[%d]", i)
		if !s.Start.After(now) {
			return impossible(field, "starts in the past").Mend("give times that are still to come")
		}
		if s.Start.After(horizon) {
			return impossible(field, "starts more than %d years ahead", planYears).Mend("plan the day nearer to its date")
		}
	}
	return nil
}

// planSlots returns the plan's slots in order of time.
func planSlots(p hiring.DayPlan, loc *time.Location) ([]hiring.Slot, error) {
	switch {
	case p.Run != nil && len(p.Slots) > 0:
		return nil, hiring.Invalidf("slots", "and run are both given").Mend("give one of them")
	case p.Run != nil:
		return planRun(*p.Run, loc)
	case len(p.Slots) == 0:
		return nil, hiring.Invalidf("slots", "is missing").Mend("give slots one by one, or a run")
	case len(p.Slots) > 500:
		return nil, hiring.Invalidf("slots", "must number 1 to 500")
	}
	slots := make([]hiring.Slot, 0, len(p.Slots))
	for i, s := range p.Slots {
		field := fmt.Sprintf("slots[%d]", i)
		start, err := localTime(field+".start", s.Start, loc)
		if err != nil {
			return nil, err
		}
		if s.Minutes < 1 || s.Minutes > 24*60 {
			return nil, hiring.Invalidf(field+".minutes", "is outside 1 to 1,440")
		}
		for j, o := range slots {
			if o.Start.Equal(start) {
				return nil, hiring.Invalidf(field+".start", "is that of slots[%d]", j).Mend("add its seats to that slot")
			}
		}
		slots = append(slots, hiring.Slot{Start: start, End: start.Add(time.Duration(s.Minutes) * time.Minute), Seats: s.Seats})
	}
	slices.SortFunc(slots, func(a, b hiring.Slot) int { return a.Start.Compare(b.Start) })
	return slots, nil
}

// planRun lays slots one after another. Only the first is a local time: the others follow by elapsed minutes, so that no clock
// change makes a talk shorter, longer or impossible.
func planRun(r hiring.SlotRun, loc *time.Location) ([]hiring.Slot, error) {
	start, err := localTime("run.start", r.Start, loc)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Minutes < 1 || r.Minutes > 24*60:
		return nil, hiring.Invalidf("run.minutes", "is outside 1 to 1,440")
	case r.Gap < 0 || r.Gap > 24*60:
		return nil, hiring.Invalidf("run.gap", "is outside 0 to 1,440 minutes")
	case r.Count < 1 || r.Count > 500:
		return nil, hiring.Invalidf("run.count", "is outside 1 to 500")
	}
	talk, step := time.Duration(r.Minutes)*time.Minute, time.Duration(r.Minutes+r.Gap)*time.Minute
	slots := make([]hiring.Slot, r.Count)
	for i := range slots {
		at := start.Add(time.Duration(i) * step)
		slots[i] = hiring.Slot{Start: at, End: at.Add(talk), Seats: r.Seats}
	}
	return slots, nil
}

func planReply(text string) (time.Duration, error) {
	if text == "" {
		return defaultReplyWithin, nil
	}
	return duration("replyWithin", text)
}

func duration(field, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, hiring.Invalidf(field, "is not a duration").Mend("write it as in 72h or 90m")
	}
	return d, nil
}

// planDeadline reads RFC 3339 with whatever offset, or a local time.
func planDeadline(text string, loc *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	return localTime("deadline", text, loc)
}

func millionths(share float64) hiring.Score {
	return hiring.Score(share*float64(hiring.OneScore) + 0.5)
}

// unique drops repeated ids and keeps the order.
func unique(ids []hiring.OpeningID) []hiring.OpeningID {
	var list []hiring.OpeningID
	for _, id := range ids {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}
