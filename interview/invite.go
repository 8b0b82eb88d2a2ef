package interview

import (
	"cmp"
	"slices"
	"time"

	"matchday/hiring"
)

// naming gives the invitation of (opening, learner) on a day its ref; see vault.Secrets.InvitationRef.
type naming func(hiring.OpeningID, hiring.LearnerRef) hiring.Ref

// choose picks who is invited now, at most room of the ranked learners of the day's openings: the best scores first whatever the
// opening, ties by learner, then opening; nobody below the bar of the day or the opening, nobody twice, nobody whom the limits
// protect, nobody who could sit in no slot. The day's status is not looked at, so that a draft can be previewed. Held counts those
// who would be invited too if their employer were verified.
func choose(b *daybook, s surroundings, ranked []hiring.Match, room int, now time.Time, name naming) (list []hiring.Invitation, held int) {
	order := slices.Clone(ranked)
	slices.SortFunc(order, func(x, y hiring.Match) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Learner, y.Learner), cmp.Compare(x.Opening, y.Opening))
	})
	type asked struct {
		learner  hiring.LearnerRef
		employer hiring.EmployerName
	}
	chosen, of := map[asked]bool{}, map[hiring.EmployerName]int{}
	for _, m := range order {
		if len(list)+held >= room {
			break
		}
		o := s.opening(m.Opening)
		if o == nil || m.Score < bar(b.day, o) || chosen[asked{m.Learner, o.Employer}] || invitable(b, s, m, now) != nil {
			continue
		}
		chosen[asked{m.Learner, o.Employer}] = true
		if of[o.Employer] >= s.quota(o.Employer) {
			held++
			continue
		}
		of[o.Employer]++
		list = append(list, invitation(b, o, m, now, name))
	}
	return withinWeek(list, s, now), held
}

// withinWeek leaves out what goes beyond a learner's limit when several employers of a fair invite them at once.
func withinWeek(list []hiring.Invitation, s surroundings, now time.Time) []hiring.Invitation {
	n := map[hiring.LearnerRef]int{}
	return slices.DeleteFunc(list, func(inv hiring.Invitation) bool {
		if _, counted := n[inv.Learner]; !counted {
			n[inv.Learner], _ = s.weekly(inv.Learner, now)
		}
		n[inv.Learner]++
		return n[inv.Learner] > s.perWeek
	})
}

// invitation makes an invitation to be sent now.
func invitation(b *daybook, o *hiring.Opening, m hiring.Match, now time.Time, name naming) hiring.Invitation {
	return hiring.Invitation{
		Ref: name(m.Opening, m.Learner), Day: b.day.ID, Opening: m.Opening, Employer: o.Employer, Learner: m.Learner,
		Status: hiring.Sent, Wave: b.waveAt(now), SentAt: now, Expires: expiry(b.day, now), Match: m, Revision: b.day.Revision,
	}
}

// expiry is when an invitation sent now ends: after the day's time to reply, and no later than its deadline.
func expiry(d *hiring.Day, now time.Time) time.Time {
	return earlier(now.Add(time.Duration(d.ReplyWithin)*time.Second), d.Deadline)
}

// inviteThese invites the learners whom a command named, all or none. Matches say why, one for each.
func inviteThese(b *daybook, s surroundings, c hiring.DayCommand, matches []hiring.Match, now time.Time, name naming) ([]change, error) {
	if err := invites(b, now); err != nil {
		return nil, err
	}
	var changes []change
	done := 0
	for i, m := range matches {
		if had := b.invitations[name(m.Opening, m.Learner)]; had != nil && again(c, had.Command) {
			done++
			continue
		}
		if err := invitable(b, s, m, now); err != nil {
			return nil, about("learners", i, err)
		}
		o := s.opening(m.Opening)
		if s.quota(o.Employer) <= len(changes) {
			return nil, hiring.Errorf(hiring.Conflict, "the invitation waits until the employer is verified").Mend("ask the operator to verify the employer")
		}
		inv := invitation(b, o, m, now, name)
		inv.Command = c.Command
		changes = append(changes, change{kind: hiring.InvitationSent, invitation: &inv})
	}
	if done == len(matches) {
		return nil, nil
	}
	if room := b.spare() - b.pending; len(changes) > room && b.day.Wave == 0 {
		return nil, hiring.Errorf(hiring.Conflict, "has more learners than seats are left: %d", max(room, 0)).In("learners")
	}
	return changes, nil
}

// invites refuses when the day sends no invitations now.
func invites(b *daybook, now time.Time) error {
	if b.inviting(now) {
		return nil
	}
	if b.day.Status == hiring.StatusOpen {
		return hiring.Errorf(hiring.Conflict, "the day's deadline has passed")
	}
	return hiring.Errorf(hiring.Conflict, "the day is %s: open it first", b.day.Status)
}

// seatPairs turns part of a solved day into invitations to fixed times: each seat is kept until its invitation ends. Pairs that were
// invited before are passed over, so that a plan can be sent again after a stop; one that cannot be is refused with all others.
func seatPairs(b *daybook, s surroundings, pairs []pairing, command string, now time.Time, name naming) ([]change, error) {
	if err := invites(b, now); err != nil {
		return nil, err
	}
	var changes []change
	kept, talks := map[int64]int{}, map[hiring.LearnerRef][]hiring.Slot{}
	for i, p := range pairs {
		l := p.match.Learner
		if b.invitations[name(p.match.Opening, l)] != nil {
			continue
		}
		if err := invitable(b, s, p.match, now); err != nil {
			return nil, about("pairs", i, err)
		}
		if err := seatable(b, s, l, p.slot, talks[l], kept[p.slot.Start.Unix()], now); err != nil {
			return nil, about("pairs", i, err)
		}
		if b.engaged(p.interviewer, p.slot, "") {
			return nil, about("pairs", i, hiring.Errorf(hiring.Conflict, "the interviewer has another talk then"))
		}
		kept[p.slot.Start.Unix()]++
		talks[l] = append(talks[l], p.slot)
		inv := invitation(b, s.opening(p.match.Opening), p.match, now, name)
		inv.Command, inv.Interviewer, inv.Offer = command, p.interviewer, &hiring.Offer{Slot: p.slot, Until: inv.Expires}
		changes = append(changes, change{kind: hiring.InvitationSent, invitation: &inv})
	}
	return changes, nil
}

// seatable refuses a seat in a slot to a learner who is kept others on the same day, further being of those of the same plan.
func seatable(b *daybook, s surroundings, l hiring.LearnerRef, slot hiring.Slot, further []hiring.Slot, kept int, now time.Time) error {
	if err := sittable(b, s.booking(l), slot, now); err != nil {
		return err
	}
	if b.free(slot) <= kept {
		return hiring.Errorf(hiring.Conflict, "is taken: no seat is left at that time")
	}
	for _, ref := range b.had[l] {
		if held := b.invitations[ref].Held(); held != nil {
			further = append(further, *held)
		}
	}
	for _, o := range further {
		if o.Start.Before(slot.End) && slot.Start.Before(o.End) {
			return hiring.Errorf(hiring.Conflict, "overlaps another talk of the learner on this day")
		}
	}
	return nil
}
