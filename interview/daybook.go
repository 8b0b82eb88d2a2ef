package interview

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"matchday/hiring"
)

// daybook is what is known of one day: its plan and every invitation it ever made.
type daybook struct {
	day         *hiring.Day // nil until drafted
	invitations map[hiring.Ref]*hiring.Invitation
	had         map[hiring.LearnerRef][]hiring.Ref // every invitation that a learner ever got for the day
	wishes      map[hiring.LearnerRef]*hiring.Wishes
	asked       map[hiring.LearnerRef]bool // who was asked for wishes
	taken       map[int64]int              // seats accepted or kept, by the slot's start in Unix seconds
	// live counts the invitations that are; of these, pending may still be answered and have no seat kept, seated have one, and
	// waiting wait for one.
	live, pending, seated, waiting int
	wave                           wave                         // the last
	replies                        map[int64]hiring.ReplyMinute // by the minute's Unix time
	// sentBy counts invitations by the command that sent them, and opener is the one that opened the day. Later ones have none.
	sentBy map[string]int
	opener string
	// fence is the last log position of any invitation of the day: what the next change of one expects.
	fence uint64
}

// wave is one round of invitations: all that went out at one time.
type wave struct {
	number int
	at     time.Time
	sent   int
}

func newDaybook() *daybook {
	return &daybook{
		invitations: map[hiring.Ref]*hiring.Invitation{},
		had:         map[hiring.LearnerRef][]hiring.Ref{},
		wishes:      map[hiring.LearnerRef]*hiring.Wishes{},
		asked:       map[hiring.LearnerRef]bool{},
		taken:       map[int64]int{},
		sentBy:      map[string]int{},
		replies:     map[int64]hiring.ReplyMinute{},
	}
}

// put replaces an invitation's state and keeps the counts right.
func (b *daybook) put(inv *hiring.Invitation) {
	old := b.invitations[inv.Ref]
	b.count(old, -1)
	b.count(inv, +1)
	b.invitations[inv.Ref] = inv
	if old != nil {
		return
	}
	b.had[inv.Learner] = append(b.had[inv.Learner], inv.Ref)
	switch {
	case inv.Wave > b.wave.number:
		b.wave = wave{inv.Wave, inv.SentAt, 1}
	case inv.Wave == b.wave.number:
		b.wave.sent++
	}
}

func (b *daybook) count(inv *hiring.Invitation, by int) {
	if inv == nil || !inv.Status.Live() {
		return
	}
	b.live += by
	switch held := inv.Held(); {
	case held != nil:
		b.seated += by
		b.taken[held.Start.Unix()] += by
	case inv.Status == hiring.Waiting:
		b.waiting += by
	default:
		b.pending += by
	}
}

// free is how many of a slot's seats, overbooked as the day says, nobody has accepted and none is kept for. Who sat where a slot was
// moved from sits in it, though their own facts do not say so yet.
func (b *daybook) free(s hiring.Slot) int {
	n := b.day.Capacity(s) - b.taken[s.Start.Unix()]
	for _, m := range b.day.Moves {
		if m.To.Equal(s.Start) {
			n -= b.taken[m.From.Unix()]
		}
	}
	return n
}

// frees lists the free seats of every slot.
func (b *daybook) frees() []int {
	list := make([]int, len(b.day.Slots))
	for i, s := range b.day.Slots {
		list[i] = max(b.free(s), 0)
	}
	return list
}

// spare is how many seats of the whole day are free.
func (b *daybook) spare() int {
	n := 0
	for _, s := range b.day.Slots {
		n += max(b.free(s), 0)
	}
	return n
}

// room is how many further invitations may go out at a time. Without waves there is one for each seat that is free and that nobody
// was invited to yet. With waves there are as many as the day says, once nobody of the former wave can answer any more; what is sent
// at the time of a wave belongs to it.
func (b *daybook) room(at time.Time) int {
	spare := b.spare()
	switch {
	case b.day.Wave == 0:
		return max(spare-b.pending, 0)
	case spare == 0:
		return 0
	case b.wave.number > 0 && at.Equal(b.wave.at):
		return max(b.day.Wave-b.wave.sent, 0)
	case b.pending > 0:
		return 0
	}
	return b.day.Wave
}

// waveAt is the number of the wave that an invitation sent at a time belongs to.
func (b *daybook) waveAt(at time.Time) int {
	if b.wave.number > 0 && at.Equal(b.wave.at) {
		return b.wave.number
	}
	return b.wave.number + 1
}

// ended counts the invitations that are over: it only grows.
func (b *daybook) ended() int { return len(b.invitations) - b.live }

// engaged reports whether an interviewer has a talk then, except that of one invitation; "" stands for nobody in particular.
func (b *daybook) engaged(interviewer string, slot hiring.Slot, except hiring.Ref) bool {
	if interviewer == "" {
		return false
	}
	for _, inv := range b.invitations {
		if held := inv.Held(); held != nil && inv.Ref != except && inv.Interviewer == interviewer && held.Start.Before(slot.End) && slot.Start.Before(held.End) {
			return true
		}
	}
	return false
}

// inviting reports whether the day may send invitations at all.
func (b *daybook) inviting(now time.Time) bool {
	return b.day != nil && b.day.Status == hiring.StatusOpen && now.Before(b.day.Deadline)
}

// refills reports whether the day invites by itself whom its rankings name.
func (b *daybook) refills(now time.Time) bool {
	return b.inviting(now) && b.day.Admits() == hiring.AdmitOpen
}

// running reports whether the day's talks are still to come, or under way: seats change hands.
func (b *daybook) running() bool {
	return b.day != nil && (b.day.Status == hiring.StatusOpen || b.day.Status == hiring.StatusClosed)
}

// last is the slot that starts last.
func (b *daybook) last() hiring.Slot { return b.day.Slots[len(b.day.Slots)-1] }

// ends is when the day's last talk is over.
func (b *daybook) ends() time.Time {
	end := b.day.Slots[0].End
	for _, s := range b.day.Slots {
		if s.End.After(end) {
			end = s.End
		}
	}
	return end
}

// queue lists those who wait, in the order in which they are offered what is freed.
func (b *daybook) queue() []*hiring.Invitation {
	if b.waiting == 0 {
		return nil
	}
	var list []*hiring.Invitation
	for _, inv := range b.invitations {
		if inv.Status == hiring.Waiting {
			list = append(list, inv)
		}
	}
	slices.SortFunc(list, func(x, y *hiring.Invitation) int {
		return cmp.Or(since(x).Compare(since(y)), strings.Compare(string(x.Ref), string(y.Ref)))
	})
	return list
}

func since(inv *hiring.Invitation) time.Time {
	if inv.WaitingSince == nil {
		return inv.SentAt
	}
	return *inv.WaitingSince
}

// bare returns the invitation without what it tells about the learner: what they bring, and why they declined.
func bare(inv hiring.Invitation) hiring.Invitation {
	inv.Match = hiring.Match{Opening: inv.Opening, Matched: []hiring.SkillID{}, Missing: []hiring.SkillID{}}
	inv.Reason = ""
	return inv
}

// change is one fact to be: its type, and the new state of the one entity that is set.
type change struct {
	kind       string
	day        *hiring.Day
	invitation *hiring.Invitation
	booking    *hiring.Booking
	wishes     *hiring.Wishes
}
