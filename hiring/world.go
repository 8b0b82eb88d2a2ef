package hiring

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// World is the fold of facts up to Position. It is not safe for concurrent use: each role guards its own. What its maps point to is
// never changed, only replaced: Worlds of one process share it, see [Fact.Share].
type World struct {
	// Position is the sequence of the last fact applied.
	Position uint64

	Learners    map[LearnerRef]*Learner
	Credentials map[LearnerRef]map[Ref]*Credential
	Openings    map[OpeningID]*Opening
	Programmes  map[ProgrammeID]*Programme
	Days        map[DayID]*Day
	Invitations map[Ref]*Invitation
	Bookings    map[LearnerRef]*Booking
	Employers   map[EmployerName]*Employer
	Wishes      map[DayID]map[LearnerRef]*Wishes
	Tokens      map[string]*Token // by hash
	Taxonomies  map[string]Taxonomy
	Feeds       map[Ref]*Feed // by owner
	Rarity      Rarity

	kinds   map[Kind]bool
	brief   bool
	seqs    map[string]uint64 // last sequence by subject
	ids     map[LearnerID]LearnerRef
	holders map[string]map[LearnerRef]struct{} // learners by what their credentials name; see holderKeys
	named   map[string][]ProgrammeID           // programmes by nameKey, in the order of their ids
	firsts  map[LearnerRef]uint64              // see First
	rest    *Rest                              // nil for a World that was not resumed
	woken   map[LearnerRef]struct{}            // who is held again
}

// NewWorld makes an empty World that keeps facts of the given kinds, or of all kinds when none is given. Others only advance
// Position.
func NewWorld(kinds ...Kind) *World {
	w := &World{
		Learners:    map[LearnerRef]*Learner{},
		Credentials: map[LearnerRef]map[Ref]*Credential{},
		Openings:    map[OpeningID]*Opening{},
		Programmes:  map[ProgrammeID]*Programme{},
		Days:        map[DayID]*Day{},
		Invitations: map[Ref]*Invitation{},
		Bookings:    map[LearnerRef]*Booking{},
		Employers:   map[EmployerName]*Employer{},
		Wishes:      map[DayID]map[LearnerRef]*Wishes{},
		Tokens:      map[string]*Token{},
		Taxonomies:  map[string]Taxonomy{},
		Feeds:       map[Ref]*Feed{},
		seqs:        map[string]uint64{},
		ids:         map[LearnerID]LearnerRef{},
		holders:     map[string]map[LearnerRef]struct{}{},
		named:       map[string][]ProgrammeID{},
		firsts:      map[LearnerRef]uint64{},
	}
	if len(kinds) > 0 {
		w.kinds = map[Kind]bool{}
		for _, k := range kinds {
			w.kinds[k] = true
		}
	}
	return w
}

// Brief makes w keep of each learner only who they are, whether they may be seen and how to write to them: ID, Ref, Place, Languages,
// Visible, RegisteredBy (who may read them), Sealed and Erased. It is called before the first Apply.
func (w *World) Brief() *World {
	w.brief = true
	return w
}

// learner decodes the body of a learner's fact and returns what of it w keeps.
func (w *World) learner(f Fact) (*Learner, error) {
	l, err := decode(f, func(l *Learner) { l.Ref = LearnerRef(f.Ref()) })
	if err != nil || !w.brief {
		return l, err
	}
	return &Learner{ID: l.ID, Ref: l.Ref, Place: l.Place, Languages: l.Languages, Visible: l.Visible, RegisteredBy: l.RegisteredBy,
		Sealed: l.Sealed, Erased: l.Erased}, nil
}

// Change says what a fact touched, so that a projection knows what to compute again.
type Change struct {
	Kind Kind
	// Learners whose profile may differ now: the learner itself, or everyone who holds a programme that changed.
	Learners []LearnerRef
	// Erased is set beside Learners when the learner was erased.
	Erased     bool
	Opening    OpeningID
	Programme  ProgrammeID
	Day        DayID
	Invitation Ref
	Employer   EmployerName
}

// Apply folds one fact into w and says what it changed. Facts at or below Position are ignored, so a replay is harmless; a
// fact about an erased learner changes nothing, so that an old fact sent again resurrects nobody. A fact that cannot be decoded
// is reported and skipped: Position moves past it.
func (w *World) Apply(f Fact) (Change, error) {
	if f.Seq <= w.Position {
		return Change{}, nil
	}
	w.Position = f.Seq
	kind := f.Kind()
	if w.kinds != nil && !w.kinds[kind] {
		return Change{}, nil
	}
	apply := applier(kind)
	if apply == nil {
		return Change{}, fmt.Errorf("fact %d: no entity of kind %q is known", f.Seq, kind)
	}
	w.seqs[f.Subject] = f.Seq // also of a fact that cannot be decoded: the next one must be able to stand on it
	c, err := apply(w, f)
	if err != nil {
		return Change{}, fmt.Errorf("fact %d (%s): %w", f.Seq, f.Type, err)
	}
	c.Kind = kind
	return c, nil
}

// applier returns how facts of a kind are folded, nil for an unknown kind.
func applier(kind Kind) func(*World, Fact) (Change, error) {
	switch kind {
	case KindLearner:
		return (*World).applyLearner
	case KindCredential:
		return (*World).applyCredential
	case KindProgramme:
		return (*World).applyProgramme
	case KindOpening:
		return (*World).applyOpening
	case KindDay:
		return (*World).applyDay
	case KindInvitation:
		return (*World).applyInvitation
	case KindBooking:
		return (*World).applyBooking
	case KindEmployer:
		return (*World).applyEmployer
	case KindWish:
		return (*World).applyWishes
	case KindToken:
		return (*World).applyToken
	case KindTaxonomy:
		return (*World).applyTaxonomy
	case KindRarity:
		return (*World).applyRarity
	case KindFeed:
		return (*World).applyFeed
	}
	return nil
}

// Seq returns the sequence of the last fact on a subject, 0 when there is none: the expectation for the next one.
func (w *World) Seq(subject string) uint64 { return w.seqs[subject] }

// First returns the sequence of the first fact about a learner, 0 for one who is not known: a number that every process gives them
// alike. A brief World has none.
func (w *World) First(ref LearnerRef) uint64 {
	if n, ok := w.firsts[ref]; ok || !w.resting(ref) {
		return n
	}
	return w.rest.First(ref)
}

// LearnerByID returns the learner with the sender's id, or nil.
func (w *World) LearnerByID(id LearnerID) *Learner {
	if ref, ok := w.ids[id]; ok || w.rest == nil {
		return w.Learners[ref]
	}
	if ref := w.rest.Find(id); ref != "" && w.resting(ref) {
		return w.Learner(ref)
	}
	return nil
}

func (w *World) applyLearner(f Fact) (Change, error) {
	l, err := w.learner(f)
	if err != nil {
		return Change{}, err
	}
	ref := LearnerRef(f.Ref())
	w.wake(ref)
	old := w.Learners[ref]
	if old != nil && old.Erased {
		return Change{}, nil
	}
	if _, known := w.firsts[ref]; !known && !w.brief {
		w.firsts[ref] = f.Seq
	}
	if old != nil {
		delete(w.ids, old.ID)
		w.unhold(ref, old.Claims)
	}
	if l.Erased {
		w.Learners[ref] = &Learner{Ref: ref, Erased: true}
		for _, c := range w.Credentials[ref] {
			w.unhold(ref, []Claim{c.claim()})
		}
		delete(w.Credentials, ref)
		delete(w.Bookings, ref)
		for _, of := range w.Wishes {
			delete(of, ref)
		}
		return Change{Learners: []LearnerRef{ref}, Erased: true}, nil
	}
	w.Learners[ref] = l
	w.ids[l.ID] = ref
	w.hold(ref, l.Claims)
	return Change{Learners: []LearnerRef{ref}}, nil
}

func (w *World) applyCredential(f Fact) (Change, error) {
	c, err := decode[Credential](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.wake(c.Learner)
	if l := w.Learners[c.Learner]; l != nil && l.Erased {
		return Change{}, nil
	}
	of := w.Credentials[c.Learner]
	if of == nil {
		of = map[Ref]*Credential{}
		w.Credentials[c.Learner] = of
	}
	of[f.Ref()] = c
	w.hold(c.Learner, []Claim{c.claim()})
	return Change{Learners: []LearnerRef{c.Learner}}, nil
}

func (w *World) applyProgramme(f Fact) (Change, error) {
	p, err := decode[Programme](f, nil)
	if err != nil {
		return Change{}, err
	}
	touched := map[LearnerRef]struct{}{}
	for _, v := range []*Programme{w.Programmes[p.ID], p} {
		if v == nil {
			continue
		}
		names := v.nameKeys()
		for _, key := range []string{string(v.ID), names[0], names[1]} {
			w.holding(key, func(l LearnerRef) { touched[l] = struct{}{} })
		}
	}
	if old := w.Programmes[p.ID]; old != nil {
		w.unname(old)
	}
	w.Programmes[p.ID] = p
	w.name(p)
	change := Change{Programme: p.ID, Learners: make([]LearnerRef, 0, len(touched))}
	for l := range touched {
		change.Learners = append(change.Learners, l)
	}
	slices.Sort(change.Learners)
	return change, nil
}

// name lets claims find a programme by its name, with its provider or without. Of several of one name they find the smallest id, whatever
// order they came in.
func (w *World) name(p *Programme) {
	for _, key := range p.nameKeys() {
		if at, there := slices.BinarySearch(w.named[key], p.ID); !there {
			w.named[key] = slices.Insert(w.named[key], at, p.ID)
		}
	}
}

// unname undoes name.
func (w *World) unname(p *Programme) {
	for _, key := range p.nameKeys() {
		ids := w.named[key]
		at, there := slices.BinarySearch(ids, p.ID)
		switch {
		case there && len(ids) == 1:
			delete(w.named, key)
		case there:
			w.named[key] = slices.Delete(ids, at, at+1)
		}
	}
}

// nameKeys are the names by which claims that state no id mean a programme.
func (p *Programme) nameKeys() [2]string {
	return [2]string{nameKey(p.Name, ""), nameKey(p.Name, p.Provider)}
}

func (w *World) applyOpening(f Fact) (Change, error) {
	o, err := decode[Opening](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Openings[o.ID] = o
	return Change{Opening: o.ID}, nil
}

func (w *World) applyDay(f Fact) (Change, error) {
	d, err := decode[Day](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Days[d.ID] = d
	return Change{Day: d.ID}, nil
}

func (w *World) applyInvitation(f Fact) (Change, error) {
	i, err := decode[Invitation](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Invitations[i.Ref] = i
	return Change{Invitation: i.Ref, Day: i.Day, Learners: []LearnerRef{i.Learner}}, nil
}

func (w *World) applyBooking(f Fact) (Change, error) {
	b, err := decode[Booking](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Bookings[b.Learner] = b
	return Change{Learners: []LearnerRef{b.Learner}}, nil
}

func (w *World) applyEmployer(f Fact) (Change, error) {
	e, err := decode[Employer](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Employers[e.Name] = e
	return Change{Employer: e.Name}, nil
}

func (w *World) applyWishes(f Fact) (Change, error) {
	v, err := decode[Wishes](f, nil)
	if err != nil {
		return Change{}, err
	}
	if l := w.Learners[v.Learner]; f.Type == WishesAsked || l != nil && l.Erased { // who was asked has said nothing yet
		return Change{}, nil
	}
	of := w.Wishes[v.Day]
	if of == nil {
		of = map[LearnerRef]*Wishes{}
		w.Wishes[v.Day] = of
	}
	of[v.Learner] = v
	return Change{Day: v.Day, Learners: []LearnerRef{v.Learner}}, nil
}

// Verified reports whether an operator has said that the employer is who it says.
func (w *World) Verified(e EmployerName) bool {
	v := w.Employers[e]
	return v != nil && v.Verified
}

func (w *World) applyToken(f Fact) (Change, error) {
	t, err := decode[Token](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Tokens[t.Hash] = t
	return Change{}, nil
}

func (w *World) applyTaxonomy(f Fact) (Change, error) {
	t, err := decode[Taxonomy](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Taxonomies[t.Name] = *t
	return Change{}, nil
}

func (w *World) applyRarity(f Fact) (Change, error) {
	r, err := decode[Rarity](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Rarity = *r
	return Change{}, nil
}

func (w *World) applyFeed(f Fact) (Change, error) {
	v, err := decode[Feed](f, nil)
	if err != nil {
		return Change{}, err
	}
	w.Feeds[v.Of] = v
	return Change{}, nil
}

// FeedOf returns the feed of a learner or a day as it stands: of generation 0 until its address was revoked for the first time.
func (w *World) FeedOf(of Ref) Feed {
	if f := w.Feeds[of]; f != nil {
		return *f
	}
	return Feed{Of: of}
}

// ProgrammeOf returns the programme that a claim names, by id or else by name and issuer; nil when it is not known (yet).
func (w *World) ProgrammeOf(c Claim) *Programme {
	if c.Programme != "" {
		return w.Programmes[c.Programme]
	}
	if ids := w.named[nameKey(c.Name, c.Issuer)]; len(ids) > 0 {
		return w.Programmes[ids[0]]
	}
	return nil
}

func (c *Credential) claim() Claim {
	return Claim{Programme: c.Programme, Name: c.Name, Issuer: c.Issuer, Date: c.Date, Expires: c.Expires}
}

// nameKey folds a credential's name, and its issuer where one is given, for comparison. NUL cannot stand in either.
func nameKey(name string, issuer ProviderName) string {
	key := make([]byte, 0, len(name)+1+len(issuer))
	key = appendFolded(key, name)
	key = append(key, 0)
	return string(appendFolded(key, string(issuer)))
}

// appendFolded appends s in lower case, without blanks at its ends and with one for each run of them inside.
func appendFolded(to []byte, s string) []byte {
	start := len(to)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf: // rare: begin again, by the book
			return append(to[:start], strings.ToLower(strings.Join(strings.Fields(s), " "))...)
		case c == ' ' || '\t' <= c && c <= '\r':
			if len(to) > start && to[len(to)-1] != ' ' {
				to = append(to, ' ')
			}
		case 'A' <= c && c <= 'Z':
			to = append(to, c+'a'-'A')
		default:
			to = append(to, c)
		}
	}
	if len(to) > start && to[len(to)-1] == ' ' {
		to = to[:len(to)-1]
	}
	return to
}

// holderKey is what a claim waits for: a programme's id, or a name.
func holderKey(c Claim) string {
	if c.Programme != "" {
		return string(c.Programme)
	}
	return nameKey(c.Name, c.Issuer)
}

// hold notes who must hear of a programme; a World without programmes never tells.
func (w *World) hold(ref LearnerRef, claims []Claim) {
	if w.kinds != nil && !w.kinds[KindProgramme] {
		return
	}
	for _, c := range claims {
		key := holderKey(c)
		set := w.holders[key]
		if set == nil {
			set = map[LearnerRef]struct{}{}
			w.holders[key] = set
		}
		set[ref] = struct{}{}
	}
}

// unhold forgets the claims of a learner's former record. A credential of the same programme may still want the entry, so it is
// put back for those.
func (w *World) unhold(ref LearnerRef, claims []Claim) {
	for _, c := range claims {
		key := holderKey(c)
		delete(w.holders[key], ref)
		if len(w.holders[key]) == 0 {
			delete(w.holders, key)
		}
	}
	for _, c := range w.Credentials[ref] {
		w.hold(ref, []Claim{c.claim()})
	}
}
