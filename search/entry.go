package search

import (
	"slices"
	"strings"
	"time"

	"matchday/hiring"
	"matchday/skills"
)

// What a search is about.
const (
	OfLearners = "learners"
	OfOpenings = "openings"
)

// entry is one learner or opening as search sees it: the index is made from entries, and so are the highlights, so that both
// speak of the same words.
type entry struct {
	id    string // in the index: the kind, a slash and the learner's ref or the opening's id
	of    string
	texts map[string][]string // what is searched by words, as it was said, by field
	exact map[string][]string // what is compared whole, by field
	place *hiring.Place
	// programmes are those that a learner completed and we know. The index is told their ids only, see [catalogue].
	programmes []*hiring.Programme
	// from and through bound the time in which an opening is open; verified is until when a learner holds a verified credential. In
	// microseconds since 1970, which a float64 holds exactly for 285 years to come.
	from, through, verified *float64
	skills                  []named
}

// named is a skill with a name to show.
type named struct {
	id   hiring.SkillID
	name string
}

// never and ever stand for an end that does not come and a start that always was.
const (
	never = float64(1 << 53)
	ever  = -never
)

func micros(t time.Time) float64 { return float64(t.UnixMicro()) }

func learnerKey(ref hiring.LearnerRef) string { return OfLearners + "/" + string(ref) }
func openingKey(id hiring.OpeningID) string   { return OfOpenings + "/" + string(id) }

func newEntry(of, id string) entry {
	return entry{id: id, of: of, texts: map[string][]string{}, exact: map[string][]string{}}
}

// learnerEntry tells a visible learner, to people who know no more than a pseudonym. p is what was unsealed: it masks what was written
// freely and gives the text; without it nothing written freely is told, since it may hold the name.
func learnerEntry(w *hiring.World, l *hiring.Learner, p *hiring.Personal) entry {
	m := mask{all: true}
	if p != nil {
		m = newMask(*p)
	}
	e := newEntry(OfLearners, learnerKey(l.Ref))
	for _, s := range l.Skills {
		e.add(e.exact, "proof", string(s.Proof()))
		if id, name := m.skill(s.SkillRef); id != "text:" {
			e.skill(id, name)
		}
		e.add(e.texts, "skill", m.tell(s.Said))
	}
	for b := range w.Backings(l.Ref) {
		e.backing(&b, m)
	}
	e.setPlace(m.place(l.Place))
	for _, m := range l.Modes {
		e.add(e.exact, "mode", string(m))
	}
	for _, lang := range l.Languages {
		lang = strings.ToLower(lang)
		base, _, _ := strings.Cut(lang, "-")
		e.add(e.exact, "language", lang)
		e.add(e.exact, "language", base)
	}
	e.add(e.exact, "registrar", registrar(l.RegisteredBy))
	e.add(e.texts, "availability", m.tell(l.Availability))
	if p != nil {
		e.add(e.texts, "text", m.apply(p.Text))
	}
	return e
}

// registrar names who took a learner in, as one term.
func registrar(a hiring.Actor) string { return string(a.Role) + ":" + a.Subject }

// openingEntry tells an opening that was not withdrawn.
func openingEntry(o *hiring.Opening) entry {
	e := newEntry(OfOpenings, openingKey(o.ID))
	e.add(e.texts, "title", o.Title)
	e.add(e.texts, "employer", string(o.Employer))
	e.add(e.exact, "employer", string(o.Employer))
	e.add(e.texts, "text", o.Text)
	for _, s := range o.Skills {
		e.skill(s.Skill, s.Name)
		e.add(e.texts, "skill", s.Said)
		if s.Need == hiring.Essential {
			e.add(e.exact, "need", string(s.Skill))
			e.add(e.exact, "needKey", skills.Key(s.Name))
		}
	}
	e.setPlace(o.Place)
	e.add(e.exact, "mode", string(o.Mode))
	e.add(e.texts, "contract", o.Contract)
	e.add(e.exact, "contract", o.Contract)
	e.add(e.exact, "degree", string(o.Degree))
	from, through := ever, never
	if o.ValidFrom != nil {
		from = micros(*o.ValidFrom)
	}
	if o.ValidThrough != nil {
		through = micros(*o.ValidThrough)
	}
	e.from, e.through = &from, &through
	return e
}

// add appends a value that is not there yet; an empty one is nothing.
func (e *entry) add(to map[string][]string, field, value string) {
	if value = strings.TrimSpace(value); value != "" && !slices.Contains(to[field], value) {
		to[field] = append(to[field], value)
	}
}

func (e *entry) skill(id hiring.SkillID, name string) {
	if slices.ContainsFunc(e.skills, func(n named) bool { return n.id == id && n.name == name }) {
		return
	}
	e.skills = append(e.skills, named{id, name})
	e.add(e.exact, "skill", string(id))
	if key := skills.Key(name); string(id) != "text:"+key { // such an id says the same already
		e.add(e.exact, "skillKey", key)
	}
	e.add(e.texts, "skill", name)
}

// backing adds what a claim or credential names: its programme where that is known, else the masked words of whoever wrote it.
func (e *entry) backing(b *hiring.Backing, m mask) {
	if p := b.Programme; p != nil {
		e.programmes = append(e.programmes, p)
		e.add(e.exact, "programmeID", string(p.ID))
	} else {
		e.credential(m.tell(b.Name), m.tell(string(b.Issuer)))
		e.add(e.exact, "programmeID", string(b.Claim.Programme))
	}
	for _, s := range b.Own() {
		e.skill(s.Skill, s.Name)
	}
	if len(b.Own()) > 0 || b.Programme != nil && len(b.Programme.Skills) > 0 {
		e.add(e.exact, "proof", string(b.Proof))
	}
	if b.Credential != nil {
		e.verify(b.Credential)
	}
}

func (e *entry) credential(name, issuer string) {
	e.add(e.texts, "programme", name)
	e.add(e.exact, "programme", name)
	e.add(e.texts, "issuer", issuer)
	e.add(e.exact, "issuer", issuer)
}

// whole adds what the programmes say, which is shown with a learner and not indexed with them, and sorts the skills.
func (e *entry) whole() {
	for _, p := range e.programmes {
		e.credential(p.Name, string(p.Provider))
		for _, s := range p.Skills {
			e.skill(s.Skill, s.Name)
		}
	}
	slices.SortStableFunc(e.skills, func(a, b named) int { return strings.Compare(string(a.id), string(b.id)) })
}

// verify notes how long a verified credential holds; of several, the longest counts.
func (e *entry) verify(c *hiring.Credential) {
	if c.Proof != hiring.ProofVerified {
		return
	}
	until := never
	if c.Expires != nil {
		until = micros(*c.Expires)
	}
	if e.verified == nil || *e.verified < until {
		e.verified = &until
	}
}

func (e *entry) setPlace(p *hiring.Place) {
	if p == nil {
		return
	}
	e.place = p
	e.add(e.exact, "place", p.Name)
	e.add(e.texts, "place", p.Name)
	e.add(e.texts, "place", p.Country)
}
