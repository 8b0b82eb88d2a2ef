package notify

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"matchday/calendar"
	"matchday/hiring"
	"matchday/zones"
)

// Limits that keep a mail readable.
const (
	maxReasons = 8
	maxMissing = 8
	maxSlots   = 8
)

// letter is everything that one mail is made of.
type letter struct {
	Occasion   occasion
	Invitation hiring.Invitation
	Day        hiring.Day
	Opening    *hiring.Opening // nil when unknown
	To         mail.Address
	Languages  []string
	Place      *hiring.Place // the learner's
	Token      string        // of the signed link
	Code       string        // by which it can be answered without the link; see vault.Secrets.ReplyCode
	CheckIn    string        // the code to show on arrival at an accepted talk
	Feed       string        // of the learner's calendar; empty where it is not offered
	Written    time.Time
	Seq        uint64
}

// block is one paragraph: a line, and points or an address below it.
type block struct {
	Text  string
	Items []string
	Link  string
}

// text is a letter in words.
type text struct {
	Lang    string
	Subject string
	Blocks  []block
	Entry   *calendar.Entry // for the learner's calendar, nil for none
}

// words says a letter in the learner's language. Pure.
func (w *writer) words(l letter) (text, error) {
	t := w.tongues.speak(l.Languages)
	zone, err := time.LoadLocation(l.Day.Zone)
	if err != nil {
		return text{}, err
	}
	home, _ := zones.Of(l.Place)
	about := args{
		"Employer": oneLine(string(l.Invitation.Employer)), "Opening": l.title(), "Day": oneLine(l.Day.Title),
		"Date": t.date(l.date().In(zone)),
	}
	page := "/i/"
	if l.Occasion == wished {
		page = "/w/"
	}
	s := say{tongue: t, letter: l, about: about, zone: zone, home: home, link: w.base + page + l.Token, codes: w.base + "/r"}
	if l.Feed != "" {
		s.feed = w.base + "/c/" + l.Feed + "/talks.ics"
	}
	blocks := append(append([]block{{Text: s.greeting()}}, s.body()...), block{Text: t.say("stop", nil)})
	return text{Lang: t.tag, Subject: t.say("subject."+string(l.Occasion), about), Blocks: blocks, Entry: w.entry(s)}, nil
}

// date is when the talk is, or else when the day begins.
func (l letter) date() time.Time {
	switch i := l.Invitation; {
	case i.Slot != nil:
		return i.Slot.Start
	case i.Offer != nil:
		return i.Offer.Slot.Start
	case i.Former != nil:
		return i.Former.Start
	}
	return l.Day.Slots[0].Start
}

// title names the opening.
func (l letter) title() string {
	if l.Opening == nil {
		return string(l.Invitation.Opening)
	}
	return oneLine(l.Opening.Title)
}

// say writes the paragraphs of one letter.
type say struct {
	tongue
	letter letter
	about  args
	zone   *time.Location
	home   *time.Location // the learner's, nil when not known
	link   string
	codes  string // the address of the page that takes reply codes
	feed   string // the address of the learner's calendar, empty for none
}

func (s say) greeting() string {
	if s.letter.To.Name == "" {
		return s.say("greeting.nameless", nil)
	}
	return s.say("greeting", args{"Name": s.letter.To.Name})
}

// body is what the occasion gives to say.
func (s say) body() []block {
	o, inv := s.letter.Occasion, s.letter.Invitation
	switch {
	case o == invited:
		return s.sent()
	case o == asked:
		return []block{{Text: s.say("asked", s.about)}, {Text: s.say("asked.answer", nil), Link: s.link}}
	case o == wished:
		return s.wishes()
	case o == recalled, o == returned:
		return []block{{Text: s.say(string(o), s.about)}}
	case o == offered && inv.Offer != nil:
		blocks := []block{{Text: s.say("offered", s.about)}, {Text: s.say("when", args{"When": s.at(inv.Offer.Slot.Start, s.zone, s.home)})}}
		return append(append(append(blocks, s.where()...), s.by(inv.Offer.Until)), s.answer()...)
	case inv.Slot != nil:
		return s.accepted()
	}
	blocks := append([]block{{Text: s.say(string(o)+".open", s.about)}}, s.where()...)
	return append(blocks, block{Text: s.say("answer", nil), Link: s.link})
}

// wishes asks what the learner would talk about.
func (s say) wishes() []block {
	blocks := append([]block{{Text: s.say("wishes", s.about)}}, s.where()...)
	return append(blocks, s.until("wishes.by", s.letter.Day.SolveBy()), block{Text: s.say("wishes.answer", nil), Link: s.link})
}

// by says until when to answer.
func (s say) by(when time.Time) block { return s.until("replyby", when) }

// until says a time in the learner's zone where it is known, as on the page.
func (s say) until(id string, when time.Time) block {
	theirs := s.home
	if theirs == nil {
		theirs = s.zone
	}
	return block{Text: s.say(id, args{"When": s.in(when, theirs)})}
}

func (s say) sent() []block {
	kind := s.letter.Day.Kind
	blocks := []block{{Text: s.say("sent."+string(kind), s.about)}}
	if reasons := s.reasons(); len(reasons) > 0 {
		blocks = append(blocks, block{Text: s.say("why", nil) + ":", Items: reasons})
	}
	if missing := s.missing(); missing != "" {
		blocks = append(blocks, block{Text: s.say("missing", args{"Skills": missing})})
	}
	blocks = append(blocks, block{Text: s.say("times", nil) + ":", Items: s.times()})
	blocks = append(blocks, s.where()...)
	return append(append(blocks, s.by(s.letter.Invitation.Expires)), s.answer()...)
}

// answer says where to answer: by the link, or with the code for who has only read or heard the mail.
func (s say) answer() []block {
	return []block{{Text: s.say("answer", nil), Link: s.link}, {Text: s.say("code", args{"Code": s.letter.Code}), Link: s.codes}}
}

func (s say) accepted() []block {
	blocks := []block{{Text: s.say(string(s.letter.Occasion), s.about)}}
	if slot := s.letter.Invitation.Slot; slot != nil {
		blocks = append(blocks, block{Text: s.say("when", args{"When": s.at(slot.Start, s.zone, s.home)})})
	}
	blocks = append(blocks, s.where()...)
	if s.letter.CheckIn != "" {
		blocks = append(blocks, block{Text: s.say("checkin", args{"Code": s.letter.CheckIn})})
	}
	blocks = append(blocks, block{Text: s.say("cannot", nil), Link: s.link})
	if s.feed != "" {
		blocks = append(blocks, block{Text: s.say("subscribe", nil), Link: s.feed})
	}
	return blocks
}

// reasons lists what the ledger says for the learner, the weightiest part first.
func (s say) reasons() []string {
	parts := slices.Clone(s.letter.Invitation.Match.Parts)
	slices.SortStableFunc(parts, func(a, b hiring.Part) int { return int(b.Value - a.Value) })
	var list []string
	for _, p := range parts {
		if p.Value > 0 {
			list = append(list, s.reason(p))
		}
	}
	if n := len(list) - maxReasons; n > 0 {
		list = append(list[:maxReasons], s.say("more", args{"Count": n}))
	}
	return list
}

func (s say) reason(p hiring.Part) string {
	a := args{"Skill": s.skill(p.Skill, p.Name), "Credential": oneLine(p.Credential)}
	id := "skill.self"
	switch {
	case p.Credential != "":
		id = "skill.credential"
	case p.Proof == hiring.ProofWork:
		id = "skill.work"
	}
	line := s.say(id, a)
	if p.Relation != hiring.Same && p.Relation != "" {
		line = s.say("skill.near", args{"Line": line})
	}
	return line
}

// missing names the skills that the learner has not shown; those that a related skill partly meets stand among the reasons.
func (s say) missing() string {
	var list []string
	for _, id := range s.letter.Invitation.Match.Missing {
		near := slices.ContainsFunc(s.letter.Invitation.Match.Near, func(n hiring.Near) bool { return n.Skill == id })
		if name := s.skill(id, ""); name != "" && !near {
			list = append(list, name)
		}
	}
	if n := len(list) - maxMissing; n > 0 {
		list = append(list[:maxMissing], s.say("more", args{"Count": n}))
	}
	return strings.Join(list, ", ")
}

// skill names a skill: as the ledger does, as the opening does, or by the words its id holds. An id of a taxonomy is no name.
func (s say) skill(id hiring.SkillID, name string) string {
	if name == "" && s.letter.Opening != nil {
		for _, r := range s.letter.Opening.Skills {
			if r.Skill == id {
				name = r.Name
			}
		}
	}
	if words, unresolved := strings.CutPrefix(string(id), "text:"); name == "" && unresolved {
		name = words
	}
	return oneLine(name)
}

// times lists the day's slots, or the first and last of many.
func (s say) times() []string {
	if offer := s.letter.Invitation.Offer; offer != nil { // a day that was solved as a whole gives each their time
		return []string{s.at(offer.Slot.Start, s.zone, s.home)}
	}
	slots := s.letter.Day.Slots
	if len(slots) > maxSlots {
		return []string{s.say("times.run", args{
			"Count": len(slots), "First": s.at(slots[0].Start, s.zone, s.home), "Last": s.at(slots[len(slots)-1].Start, s.zone, s.home),
		})}
	}
	var list []string
	for _, slot := range slots {
		list = append(list, s.at(slot.Start, s.zone, s.home))
	}
	return list
}

func (s say) where() []block {
	var list []block
	if p := s.letter.Day.Place; p != nil && p.Name != "" {
		list = append(list, block{Text: s.say("where", args{"Place": oneLine(p.Name)})})
	}
	if s.letter.Day.Link != "" {
		list = append(list, block{Text: s.say("link", args{"Link": oneLine(s.letter.Day.Link)})})
	}
	if s.letter.Day.Access != "" {
		list = append(list, block{Text: s.say("access", args{"Access": oneLine(s.letter.Day.Access)})})
	}
	return list
}
