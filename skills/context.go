package skills

import "math"

// Context. A text that asks for some skills is likely about the trades that ask for them, and what fits these trades is meant more
// often. How far two skills go together is the cosine of the sets of occupations that ask for them; how far a skill fits a text, the mean of
// that over the skills that likely stand there, each by how likely.

const (
	// surely is how likely a hit has to be, by itself, to speak for others.
	surely = 0.45
	// mostAskers is how many occupations may ask for a skill that speaks for others or is spoken for: what everybody asks for goes with
	// everything.
	mostAskers = 400
	// doubt damps the mean where little speaks for anything.
	doubt = 1
)

// surroundings are the occupations that the skills of a text speak for.
type surroundings struct {
	m      *Map
	votes  *tally             // by occupation
	voters map[uint32]float64 // how likely each skill stands there
	sure   float64            // their sum
}

// surround lets the likely hits of a reading speak, each skill once. Its votes are to be given back.
func (r *reading) surround() surroundings {
	s := surroundings{m: r.l.m, voters: map[uint32]float64{}}
	s.votes = s.m.votes.get(s.m.occupations)
	for i := range r.hits {
		h := &r.hits[i]
		p, askers := logistic(h.odds), s.m.askers.from(h.means.concept)
		if p < surely || len(askers) == 0 || len(askers) > mostAskers || s.voters[h.means.concept] > 0 {
			continue
		}
		s.voters[h.means.concept] = p
		s.sure += p
		share := float32(p / math.Sqrt(float64(len(askers))))
		for _, o := range askers {
			s.votes.add(o, share)
		}
	}
	return s
}

// fits says how far a skill goes with the others that stand in the text, 0 to 1.
func (s *surroundings) fits(concept uint32) float64 {
	askers := s.m.askers.from(concept)
	if len(askers) == 0 || len(askers) > mostAskers {
		return 0
	}
	own := s.voters[concept]
	if s.sure == own {
		return 0
	}
	var sum float32
	for _, o := range askers {
		sum += s.votes.score[o]
	}
	together := float64(sum)/math.Sqrt(float64(len(askers))) - own
	return min(1, max(0, together/(s.sure-own+doubt)))
}

// consider weighs every hit in the light of the others: of several skills that a label means equally well, the one that fits the text best
// stands.
func (r *reading) consider() {
	for i := range r.hits {
		h := &r.hits[i]
		h.means = r.l.meansPost(h.phrase, nil)
		h.odds = r.evidence(h).odds(&tagWeights)
	}
	s := r.surround()
	defer func() { s.votes.clear(); s.m.votes.pool.Put(s.votes) }()
	if len(s.voters) == 0 {
		return
	}
	for i := range r.hits {
		h := &r.hits[i]
		if r.l.rivals(h.phrase) > 1 {
			if means := r.l.meansPost(h.phrase, &s); means != h.means {
				h.means = means
				h.odds = r.evidence(h).odds(&tagWeights)
			}
		}
		h.fits = s.fits(h.means.concept) * fittingScale
	}
}

// fittingScale brings the feature to about the size of others: most skills fit the rest of a text by less than a tenth.
const fittingScale = 5
