package skills

import (
	"math"
	"slices"
	"strings"
)

// The features of a hit, each about 0 to 1; see [Map.Evidence].
const (
	oneWord     = iota // the phrase has one word
	twoWords           // or two
	otherLabel         // it is an alternative or hidden label
	otherOne           // both of that and one word
	inflected          // some word differs in its ending
	derived            // some word shares only its stem
	partial            // words stand in another order, apart, or are missing
	missing            // how much of text and label is not shared
	rarity             // of all its words together
	commonest          // how common the rarest of its words is among labels
	demanded           // how many occupations ask for the skill
	rivals             // how many skills the label names
	likeness           // how much the label shares with the preferred label
	capital            // it begins with a capital, inside a sentence
	shortAlt           // three letters or less, and not in capitals
	ordinaryOne        // one ordinary word
	byHand             // an alias of the project's file
	divided            // a conjunction stands inside
	fitting            // how far it goes with the other skills of the text
	features
)

// evidence is why a hit may name a skill.
type evidence [features]float64

// Evidence is a place of a text that may name a skill, before it is decided whether it does.
type Evidence struct {
	Tagged
	Features []float64
}

// evidence says what speaks for and against a hit.
func (r *reading) evidence(h *hit) evidence {
	l := r.l
	p := &l.phrases[h.phrase]
	var e evidence
	set := func(feature int, holds bool) {
		if holds {
			e[feature] = 1
		}
	}
	words := 0
	var sum, most float32
	for _, w := range l.of(p) {
		if !l.empty[w] {
			words++
		}
		sum += l.weight[w]
		most = max(most, l.weight[w])
	}
	set(oneWord, words <= 1)
	set(twoWords, words == 2)
	best := h.means
	set(otherLabel, best.class >= alternative)
	set(otherOne, best.class >= alternative && words <= 1)
	if h.cosine > 0 {
		e[partial], e[missing] = 1, 1-h.cosine
	} else {
		r.endings(h, &e)
	}
	e[rarity] = float64(sum) / 30
	e[commonest] = max(0, 1-float64(most)/12)
	e[demanded] = math.Log1p(float64(l.m.demand[best.concept])) / 6
	e[rivals] = math.Log(float64(l.rivals(h.phrase)))
	e[likeness] = l.likeness(best, p)
	first := r.tokens[h.first]
	set(capital, first.upper && !first.breaks)
	set(shortAlt, best.class >= alternative && words <= 1 && first.end-first.start <= 3 && !r.allUpper(h))
	set(divided, h.split)
	set(byHand, best.class == reviewed || best.class == decided)
	set(ordinaryOne, words <= 1 && l.ordinary[first.word])
	return e
}

func (r *reading) allUpper(h *hit) bool { return r.tokens[h.first].shout }

// endings compares the words of a literal hit with those of the label as it is written.
func (r *reading) endings(h *hit, e *evidence) {
	i := h.first
	for word := range strings.FieldsSeq(r.l.m.keys.at(r.l.phrases[h.phrase].key)) {
		if skipped(word) {
			continue
		}
		for i < h.last && h.mask>>(i-h.first)&1 == 0 {
			i++
		}
		if said := r.tokens[i].word; said != word {
			e[inflected] = 1
			if r.l.lang == "en" && ending(said) != ending(word) {
				e[derived] = 1
			}
		}
		i++
	}
}

// ending drops what inflects an English word, but not what derives one from another.
func ending(word string) string { return strings.TrimSuffix(pastOrGerund(plural(word)), "e") }

// likeness returns how much of a label's weight stands in the preferred label of the concept too.
func (l *lexicon) likeness(x post, p *phrase) float64 {
	if x.class < alternative {
		return 1
	}
	if l.own[x.concept] < 0 {
		return 0
	}
	var shared, all float32
	name := l.of(&l.phrases[l.own[x.concept]])
	for _, w := range l.of(p) {
		all += l.weight[w]
		if slices.Contains(name, w) {
			shared += l.weight[w]
		}
	}
	if all == 0 {
		return 0
	}
	return float64(shared / all)
}

// tagWeights is what each feature counts for the odds that a hit names its skill, the constant last; printed by 'make fit-skills'.
var tagWeights = [features + 1]float64{
	-0.466, 1.058, -1.314, 0.131, -0.815, 0.361, -0.127, -1.965, -0.660, -0.768, 0.524, -0.414, -0.035, 0.238, 0.149, -0.654, 0.117, 0.370,
	1.055,
	0.225,
}

// odds is the logarithm of the odds that the weighed features make.
func (e evidence) odds(weights *[features + 1]float64) float64 {
	z := weights[features]
	for i, x := range e {
		z += weights[i] * x
	}
	return z
}

// logistic turns the logarithm of odds into a probability.
func logistic(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

// probability says how likely a hit names what it means, in the light of the rest of the text.
func (h *hit) probability() float64 { return logistic(h.odds + tagWeights[fitting]*h.fits) }

// Evidence returns every place of text that may name a skill, overlapping ones too, for fitting the weights of [Map.Tag].
func (m *Map) Evidence(text, lang string) []Evidence {
	r := m.read(text, lang)
	list := make([]Evidence, len(r.hits))
	for i := range r.hits {
		h := &r.hits[i]
		e := r.evidence(h)
		e[fitting] = h.fits
		list[i] = Evidence{r.tag(h), e[:]}
	}
	return list
}

// ordinaryWords are words that are labels, by themselves or by their stem, and that by themselves mostly do not stand for a skill:
// chosen by hand among those of which SkillSpan's training sentences mark less than half, and their like.
const ordinaryWords = " " +
	"access account active actively activities activity administration analysis animals attention automations balance bank " +
	"banks best board box brand brands breaking budget business calculations campaign campaigns care challenge challenges " +
	"choose clients cloud collaborators collection collective color commitment committed communications community company " +
	"compliance compute concept concepts conduct conducted confidently consultancy consultants content conversational cool " +
	"craft crafted creative critical current currently customer customers data decide dedicated design designed designer " +
	"designers designs desire determined development digital discipline disciplines documentation drawing economic " +
	"ecosystem electrical electricity energy engine engineer engineering engineers environment equipment etc excellence " +
	"excellent experience experiences experiment experiments financial fit fitness flexible form general generate " +
	"generation generous genetic hardware hear hearing hire hiring history id if improve improvement improvements " +
	"information infrastructure initiative initiatives innovation integral integrate integrating interaction interactions " +
	"interview interviews it knowledge language lead leader leading leads management manager market measure mechanical " +
	"media mind minded minds mobile music network networks open opening operation operations organisation organization " +
	"origin original paper passion people performance period physical plan plans practice practices pregnancy process " +
	"processes product products program programs project projects protein proteins purchase quality re recruitment " +
	"reliability report reporting response responsibilities responsibility responsible right robot robots safety sales " +
	"sample scripts secure security sell separate service services signed skills software solid solutions sound sounds " +
	"source space staff standard strategic strategy strength strengths support sustainable system systems team teams " +
	"technical technologies technology tennis term terms tools training transform transformation transforming " +
	"transportation verbal warehouses web work workflow working yoga "
