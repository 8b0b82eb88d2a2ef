package hiring

import (
	"cmp"
	"slices"
)

// Why is why an interviewer may want to ask about a requirement.
type Why string

// The reasons to ask, as the ledger of a match gives them.
const (
	WhyMissing Why = "missing" // nothing shows the skill
	WhyNear    Why = "near"    // only a related skill does
	WhyExpired Why = "expired" // the credential that shows it has expired
	WhySelf    Why = "self"    // the learner says so
	WhyWork    Why = "work"    // the learner says that they used it at work
	WhyClaimed Why = "claimed" // a credential shows it that only the learner names
)

// Probe is a requirement that an interviewer may want to ask about: what is missing, and what nobody but the learner vouches for.
type Probe struct {
	Skill SkillID
	Name  string
	Need  Need
	Must  bool
	Why   Why
	// Credential is what the learner names as proof, where they do.
	Credential string
}

// MaxProbes is how many questions one talk is given at most.
const MaxProbes = 10

// Probes lists what to ask about in a talk on the opening: must-haves first, then by need, then what is missing before what is
// unproven, in the opening's order. What is proven is not asked about.
func (o *Opening) Probes(m *Match) []Probe {
	if o == nil {
		return nil
	}
	parts := map[SkillID]Part{}
	for _, p := range m.Parts {
		parts[p.Skill] = p
	}
	var list []Probe
	for _, r := range o.Skills {
		probe := Probe{Skill: r.Skill, Name: r.Name, Need: r.Need, Must: r.Must}
		if p, met := parts[r.Skill]; met {
			probe.Why, probe.Credential = why(p), p.Credential
			probe.Name = cmp.Or(p.Name, probe.Name)
		} else if !slices.Contains(m.Matched, r.Skill) {
			probe.Why = WhyMissing
		}
		if probe.Why != "" {
			list = append(list, probe)
		}
	}
	slices.SortStableFunc(list, func(a, b Probe) int { return cmp.Compare(a.rank(), b.rank()) })
	return list[:min(len(list), MaxProbes)]
}

// why says what is left to ask about a requirement that something meets, "" for nothing.
func why(p Part) Why {
	switch {
	case p.Relation != Same && p.Relation != Narrower && p.Relation != "":
		return WhyNear
	case p.Expired:
		return WhyExpired
	case p.Proof == ProofSelf:
		return WhySelf
	case p.Proof == ProofWork:
		return WhyWork
	case p.Proof == ProofClaimed:
		return WhyClaimed
	}
	return ""
}

func (p Probe) rank() int {
	rank := 2 * slices.Index([]Need{Essential, Optional, Trainable}, p.Need)
	if p.Must {
		rank = -2
	}
	if p.Why != WhyMissing {
		rank++
	}
	return rank
}
