package matcher

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// still is a copy of all that the matcher folded, as of one position: what a snapshot holds. What it shares with the live state never
// changes.
type still struct {
	position uint64
	tail     uint64        // hash of the last fact folded
	rarity   uint64        // sequence of the fact that froze the table
	facts    []hiring.Fact // of all that is no learner, and of erased ones; numbered from 1
	names    []hiring.SkillID
	lists    []listed // by list
	rows     []profileRow
	people   []person // by row
	order    []kernel.Row
	waiting  []cause
}

// listed is what a list of the kernel stands for.
type listed struct {
	skill int32
	variant
}

// person is what the world knows of a learner.
type person struct {
	first       uint64
	keys        []string // of what they hold; see hiring.World.Keys
	learner     *hiring.Learner
	credentials map[hiring.Ref]*hiring.Credential
	resting     bool
}

// copyStill copies the state. The caller holds mu, at least for reading.
func (m *Matcher) copyStill() (*still, error) {
	ix := m.index
	s := &still{position: m.world.Position, tail: m.tail, rarity: m.world.Seq(hiring.RaritySubject()), names: slices.Clone(ix.names), rows: slices.Clone(ix.learners), waiting: m.queue.all()}
	s.lists = make([]listed, ix.lists)
	for skill, list := range ix.variants {
		for _, v := range list {
			s.lists[v.list] = listed{int32(skill), v}
		}
	}
	s.order = ix.crowd().Order()
	s.people = make([]person, len(s.rows))
	for n := range s.rows {
		ref := s.rows[n].ref
		p := &s.people[n]
		p.first = m.world.First(ref)
		if p.learner, p.credentials, p.resting = m.world.Kept(ref); !p.resting {
			p.keys = m.world.Keys(ref)
		}
	}
	return s, s.addFacts(m)
}

// addFacts makes facts of the world's openings, programmes, taxonomies, rarity and tombstones.
func (s *still) addFacts(m *Matcher) (err error) {
	add := func(subject, kind string, body any) {
		var data []byte
		if data, err = json.Marshal(body); err != nil {
			err = fmt.Errorf("copying a state: %w", err)
			return
		}
		s.facts = append(s.facts, hiring.Fact{Seq: uint64(len(s.facts) + 1), Subject: subject, Type: kind, Data: data})
	}
	for id, o := range m.world.Openings {
		add(hiring.OpeningSubject(m.o.Secrets.Ref(hiring.KindOpening, string(id))), hiring.OpeningPosted, o)
	}
	for id, p := range m.world.Programmes {
		add(hiring.ProgrammeSubject(m.o.Secrets.Ref(hiring.KindProgramme, string(id))), hiring.ProgrammePublished, p)
	}
	for name, t := range m.world.Taxonomies {
		add(hiring.TaxonomySubject(name), hiring.TaxonomyReleased, t)
	}
	if m.world.Rarity.Blob != "" {
		add(hiring.RaritySubject(), hiring.RarityFrozen, m.world.Rarity)
	}
	for ref, l := range m.world.Learners {
		if l.Erased {
			add(hiring.LearnerSubject(ref), hiring.LearnerErased, hiring.Learner{Ref: ref, Erased: true})
		}
	}
	return err
}

// record is a person as they are packed. What is sealed stays in the log.
type record struct {
	Learner     *hiring.Learner                   `json:"l,omitempty"`
	Credentials map[hiring.Ref]*hiring.Credential `json:"c,omitempty"`
}

// pack writes the state. Those at rest are read from where they rest, so that nothing of a former dictionary is carried on.
func (s *still) pack(rest *resting) (*packer, error) {
	p := newPacker(nil)
	p.number(s.position)
	p.number(s.tail)
	p.number(s.rarity)
	p.number(uint64(len(s.facts)))
	for _, f := range s.facts {
		p.number(f.Seq)
		p.text(f.Subject)
		p.text(f.Type)
		p.text(string(f.Data))
	}
	p.number(uint64(len(s.waiting)))
	for _, c := range s.waiting {
		p.number(c.seq)
		p.text(string(c.opening))
		p.text(string(c.learner))
	}
	p.number(uint64(len(s.names)))
	for _, n := range s.names {
		p.text(string(n))
	}
	p.number(uint64(len(s.lists)))
	for _, l := range s.lists {
		p.number(uint64(l.skill))
		p.number(uint64(l.level))
		p.number(uint64(l.share))
		p.flag(l.lapses)
	}
	p.number(uint64(len(s.rows)))
	for from := 0; from < len(s.rows); from += chunkRows {
		if err := s.packRows(p, rest, from, min(from+chunkRows, len(s.rows))); err != nil {
			return nil, err
		}
	}
	p.number(uint64(len(s.order)))
	for _, row := range s.order {
		p.number(uint64(row))
	}
	return p, nil
}

// chunkRows is how many learners are written, and read, in one piece: pieces are read side by side.
const chunkRows = 1 << 14

// packRows writes learners as a piece: how many proofs they have together, how many bytes, and those.
func (s *still) packRows(p *packer, rest *resting, from, to int) error {
	before, proofs := p.bytes, 0
	p.bytes = nil
	var cold []byte
	for n := from; n < to; n++ {
		person := &s.people[n]
		r := record{person.learner, person.credentials}
		if person.resting {
			var err error
			if r, err = rest.record(n); err != nil {
				return err
			}
			person.keys = rest.keysOf(n)
		}
		if r.Learner != nil {
			bare := *r.Learner
			bare.Sealed, bare.Digest = nil, ""
			r.Learner = &bare
		}
		var err error
		if cold, err = p.packJSON(cold[:0], r); err != nil {
			return err
		}
		p.row(&s.rows[n], person, cold)
		proofs += len(s.rows[n].proofs)
	}
	piece := p.bytes
	p.bytes = before
	p.number(uint64(proofs))
	p.number(uint64(len(piece)))
	p.bytes = append(p.bytes, piece...)
	return nil
}

func (p *packer) flag(b bool) {
	if b {
		p.number(1)
	} else {
		p.number(0)
	}
}

// row writes one learner: what ranking reads, then what the world wakes up.
func (p *packer) row(r *profileRow, who *person, cold []byte) {
	p.text(string(r.ref))
	p.text(string(r.id))
	p.number(who.first)
	p.flag(r.visible)
	p.number(uint64(len(r.papers)))
	for _, paper := range r.papers {
		p.word(paper.credential)
		p.flag(paper.expires != nil)
		if paper.expires != nil {
			p.signed(paper.expires.Unix())
			p.number(uint64(paper.expires.Nanosecond()))
		}
	}
	p.number(uint64(len(r.proofs)))
	for _, e := range r.proofs {
		p.number(uint64(e.list))
		p.number(uint64(e.kind))
		p.number(uint64(e.paper))
	}
	p.number(uint64(len(who.keys)))
	for _, k := range who.keys {
		p.word(k)
	}
	p.number(uint64(len(cold)))
	p.bytes = append(p.bytes, cold...)
}

// when reads a time.
func (u *unpacker) when() *time.Time {
	seconds := u.signed()
	t := time.Unix(seconds, int64(u.below(1e9))).UTC()
	return &t
}
