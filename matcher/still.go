package matcher

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

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
	lists    listing
	rows     []profileRow
	people   []person // by row
	order    []kernel.Row
	waiting  []cause
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
	s := &still{position: m.world.Position, tail: m.tail, rarity: m.world.Seq(hiring.RaritySubject()), names: slices.Clone(ix.names), lists: slices.Clone(ix.lists), rows: slices.Clone(ix.learners), waiting: m.queue.all()}
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

// pack writes the state. Those at rest are copied from where they rest, with its dictionary; with anew they are read and packed again, so
// that nothing of that is carried on.
func (s *still) pack(rest *resting, anew bool) (*packer, error) {
	p := newPacker(nil)
	if rest != nil && !anew {
		p = newPacker(rest.words)
	}
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
	if err := s.packPieces(p, rest, anew); err != nil {
		return nil, err
	}
	p.number(uint64(len(s.order)))
	for _, row := range s.order {
		p.number(uint64(row))
	}
	return p, nil
}

// chunkRows is how many learners are written, and read, in one piece: pieces are read side by side.
const chunkRows = 1 << 14

// piece is learners from one row on: each as JSON, or as they rest.
type piece struct {
	from    int
	records [][]byte
}

// packPieces writes all learners. While one piece is packed the next is made into JSON.
func (s *still) packPieces(p *packer, rest *resting, anew bool) error {
	pieces := make(chan piece, 1)
	var writer errgroup.Group
	writer.Go(func() error {
		defer close(pieces)
		for from := 0; from < len(s.rows); from += chunkRows {
			records, err := s.records(rest, anew, from, min(from+chunkRows, len(s.rows)))
			if err != nil {
				return err
			}
			pieces <- piece{from, records}
		}
		return nil
	})
	for next := range pieces {
		s.packPiece(p, next, anew)
	}
	return writer.Wait()
}

// records returns what is known of learners. It also completes who they are, where they rest.
func (s *still) records(rest *resting, anew bool, from, to int) ([][]byte, error) {
	list := make([][]byte, 0, to-from)
	for n := from; n < to; n++ {
		person := &s.people[n]
		r := record{person.learner, person.credentials}
		if person.resting {
			person.keys = rest.keysOf(n)
			if !anew {
				list = append(list, rest.cold[n])
				continue
			}
			var err error
			if r, err = rest.record(n); err != nil {
				return nil, err
			}
		}
		if r.Learner != nil {
			bare := *r.Learner
			bare.Sealed, bare.Digest = nil, ""
			r.Learner = &bare
		}
		b, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("packing a record: %w", err)
		}
		list = append(list, b)
	}
	return list, nil
}

// packPiece writes learners as a piece: how many proofs they have together, how many bytes, and those.
func (s *still) packPiece(p *packer, next piece, anew bool) {
	before, proofs := p.bytes, 0
	p.bytes = p.spare[:0]
	var cold []byte
	for i, b := range next.records {
		n := next.from + i
		if person := &s.people[n]; person.resting && !anew {
			p.row(&s.rows[n], person, b)
		} else {
			cold = p.packJSON(cold[:0], b)
			p.row(&s.rows[n], person, cold)
		}
		proofs += len(s.rows[n].proofs)
	}
	p.spare = p.bytes
	p.bytes = before
	p.number(uint64(proofs))
	p.number(uint64(len(p.spare)))
	p.bytes = append(p.bytes, p.spare...)
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
		p.number(uint64(e.behind))
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
