package matcher

import (
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// resting are the learners of a snapshot that was read: packed, but for what ranking needs. It is never changed.
type resting struct {
	words []string
	rows  map[hiring.LearnerRef]int32
	refs  []hiring.LearnerRef // by row, as are the following
	ids   []hiring.LearnerID  // "" for those without a record
	first []uint64
	keys  [][]uint32 // words
	cold  [][]byte

	byID, byKey sync.Once // what follows is made when it is first asked for
	id          map[hiring.LearnerID]int32
	holders     map[string][]hiring.LearnerRef
}

// row returns the number of a learner who rests here.
func (r *resting) row(ref hiring.LearnerRef) (int, bool) {
	n, ok := r.rows[ref]
	return int(n), ok && int(n) < len(r.refs) // the index goes on numbering in the same map
}

// record unpacks what the world knows of a learner.
func (r *resting) record(n int) (rec record, err error) {
	return rec, unpackJSON(r.cold[n], r.words, &rec)
}

func (r *resting) keysOf(n int) (keys []string) {
	for _, k := range r.keys[n] {
		keys = append(keys, r.words[k])
	}
	return keys
}

// rest is the same as a World reads it. Everything was read with its checksum, so a record that does not unpack is a mistake of ours.
func (r *resting) rest() *hiring.Rest {
	return &hiring.Rest{
		Wake: func(ref hiring.LearnerRef) (*hiring.Learner, map[hiring.Ref]*hiring.Credential) {
			n, ok := r.row(ref)
			if !ok {
				return nil, nil
			}
			rec, err := r.record(n)
			if err != nil {
				panic(err)
			}
			return rec.Learner, rec.Credentials
		},
		First: func(ref hiring.LearnerRef) uint64 {
			if n, ok := r.row(ref); ok {
				return r.first[n]
			}
			return 0
		},
		Find: func(id hiring.LearnerID) hiring.LearnerRef {
			r.byID.Do(func() {
				r.id = make(map[hiring.LearnerID]int32, len(r.ids))
				for n, id := range r.ids {
					if id != "" {
						r.id[id] = int32(n)
					}
				}
			})
			if n, ok := r.id[id]; ok {
				return r.refs[n]
			}
			return ""
		},
		Holders: func(key string) []hiring.LearnerRef {
			r.byKey.Do(func() {
				r.holders = map[string][]hiring.LearnerRef{}
				for n, keys := range r.keys {
					for _, k := range keys {
						r.holders[r.words[k]] = append(r.holders[r.words[k]], r.refs[n])
					}
				}
			})
			return r.holders[key]
		},
		Each: func(visit func(hiring.LearnerRef, hiring.LearnerID)) {
			for n, id := range r.ids {
				if id != "" {
					visit(r.refs[n], id)
				}
			}
		},
	}
}

// unpacked is a snapshot as it was read.
type unpacked struct {
	still
	rest    *resting
	holders [][]int32 // by skill
}

// unpack reads a state. Every number is checked, so that nothing in it can lead astray what ranks by it.
func unpack(b []byte, words []string) (*unpacked, error) {
	u := &unpacker{bytes: b, words: words}
	s := &unpacked{rest: &resting{words: words}}
	s.position, s.tail, s.rarity = u.number(), u.number(), u.number()
	for range u.count() {
		s.facts = append(s.facts, hiring.Fact{Seq: u.number(), Subject: u.text(), Type: u.text(), Data: []byte(u.text())})
	}
	for range u.count() {
		s.waiting = append(s.waiting, cause{seq: u.number(), entity: entity{opening: hiring.OpeningID(u.text()), learner: hiring.LearnerRef(u.text())}})
	}
	for range u.count() {
		s.names = append(s.names, hiring.SkillID(u.text()))
	}
	for range u.count() {
		s.lists = append(s.lists, listed{int32(u.below(uint64(len(s.names)))), strength{
			level: uint8(u.below(6)), share: int16(u.below(1001)), lapses: u.below(2) == 1,
		}})
	}
	s.readPieces(u)
	n := u.count()
	s.order = make([]kernel.Row, 0, n)
	seen := make(rows, (len(s.rows)+63)/64)
	for range n {
		row := u.below(uint64(len(s.rows)))
		if u.err != nil || seen.has(int32(row)) || !s.rows[row].visible {
			u.fail()
			break
		}
		seen.add(int32(row))
		s.order = append(s.order, kernel.Row(row))
	}
	if u.err == nil && len(u.bytes) > 0 {
		u.fail()
	}
	return s, u.err
}

// readPieces reads the learners, piece by piece side by side.
func (s *unpacked) readPieces(u *unpacker) {
	n := u.count()
	s.rows = make([]profileRow, n)
	s.rest.refs, s.rest.ids = make([]hiring.LearnerRef, n), make([]hiring.LearnerID, n)
	s.rest.first, s.rest.keys, s.rest.cold = make([]uint64, n), make([][]uint32, n), make([][]byte, n)
	var readers errgroup.Group
	readers.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < n && u.err == nil; from += chunkRows {
		proofs := u.count()
		piece := &unpacker{bytes: u.take(u.count()), words: u.words}
		readers.Go(func() error {
			s.readRows(piece, proofs, from, min(from+chunkRows, n))
			return piece.err
		})
	}
	if readers.Wait() != nil {
		u.fail()
	}
	if u.err != nil {
		return
	}
	readers.Go(func() error {
		s.rest.rows = make(map[hiring.LearnerRef]int32, n)
		for i, ref := range s.rest.refs {
			s.rest.rows[ref] = int32(i)
		}
		return nil
	})
	s.hold()
	_ = readers.Wait()
}

// readRows reads the learners of a piece into memory of a few pieces; it holds so many proofs.
func (s *unpacked) readRows(u *unpacker, proofs, from, to int) {
	proofs = min(proofs, len(u.bytes)) // each takes a byte at least
	mem := memory{make([]proof, 0, proofs), nil}
	for i := from; i < to && u.err == nil; i++ {
		r := &s.rows[i]
		r.ref, r.id = hiring.LearnerRef(u.text()), hiring.LearnerID(u.text())
		s.rest.first[i] = u.number()
		r.visible = u.below(2) == 1
		s.readPapers(u, r)
		s.readProofs(u, r, &mem)
		own := len(mem.keys)
		for range u.count() {
			mem.keys = append(mem.keys, uint32(u.below(uint64(len(u.words)))))
		}
		s.rest.keys[i] = mem.keys[own:len(mem.keys):len(mem.keys)]
		s.rest.cold[i] = u.take(u.count())
		s.rest.refs[i], s.rest.ids[i] = r.ref, r.id
	}
	if len(u.bytes) > 0 {
		u.fail()
	}
}

// memory is where the learners of a piece are laid out.
type memory struct {
	proofs []proof
	keys   []uint32
}

// readProofs reads a learner's proofs.
func (s *unpacked) readProofs(u *unpacker, r *profileRow, mem *memory) {
	first := len(mem.proofs)
	for range u.count() {
		e := proof{kernel.List(u.below(uint64(len(s.lists)))), uint32(u.below(uint64(len(r.papers)+1) * uint64(proofKinds)))}
		if u.err != nil || len(mem.proofs) == cap(mem.proofs) {
			u.fail()
			return
		}
		r.lapses = r.lapses || s.lists[e.list].lapses
		mem.proofs = append(mem.proofs, e)
	}
	r.proofs = mem.proofs[first:len(mem.proofs):len(mem.proofs)]
}

func (s *unpacked) readPapers(u *unpacker, r *profileRow) {
	for range u.count() {
		p := paper{credential: u.word()}
		if u.below(2) == 1 {
			p.expires = u.when()
		}
		r.papers = append(r.papers, p)
	}
}

// hold lists by skill who holds it, in one piece of memory.
func (s *unpacked) hold() {
	counts, total := make([]int32, len(s.names)), 0
	for n := range s.rows {
		for skill := range s.lists.skills(s.rows[n].proofs) {
			counts[skill]++
			total++
		}
	}
	slab := make([]int32, total)
	s.holders = make([][]int32, len(counts))
	for skill, c := range counts {
		s.holders[skill], slab = slab[:0:c], slab[c:]
	}
	for n := range s.rows {
		for skill := range s.lists.skills(s.rows[n].proofs) {
			s.holders[skill] = append(s.holders[skill], int32(n))
		}
	}
}
