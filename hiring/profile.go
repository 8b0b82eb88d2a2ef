package hiring

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// Evidence is one reason to believe that a learner has a skill.
type Evidence struct {
	Skill SkillID
	Name  string
	Level int // 1 to 5, 0 when not stated
	Proof Proof
	// Credential names what proves the skill, for people: a programme or a credential's name. Empty for declared skills.
	Credential string
	// Programme is the programme behind the credential, where known.
	Programme ProgrammeID
	Issuer    ProviderName
	Expires   *time.Time
}

// Profile returns everything that backs a learner's skills: declared ones, and those of programmes behind claims and credentials,
// sorted by skill, then strongest proof, then highest level, then credential. It is nil for an unknown or erased learner.
func (w *World) Profile(ref LearnerRef) []Evidence {
	l := w.Learner(ref)
	if l == nil || l.Erased {
		return nil
	}
	var list []Evidence
	for _, s := range l.Skills {
		list = append(list, Evidence{Skill: s.Skill, Name: s.Name, Level: s.Level, Proof: s.Proof()})
	}
	for b := range w.Backings(ref) {
		list = b.evidence(list)
	}
	slices.SortFunc(list, compareEvidence)
	return list
}

// Backing is a claim, or a credential that was not revoked, with what it stands on.
type Backing struct {
	Claim
	Programme  *Programme  // nil where it is not known (yet)
	Credential *Credential // nil for a claim
	Proof      Proof
}

// Backings visits what backs a learner's skills beside their own word: claims in their order, then credentials in none. There are none
// of an unknown or erased learner.
func (w *World) Backings(ref LearnerRef) iter.Seq[Backing] {
	return func(visit func(Backing) bool) {
		l := w.Learner(ref)
		if l == nil || l.Erased {
			return
		}
		for _, c := range l.Claims {
			b := Backing{Claim: c, Programme: w.ProgrammeOf(c), Proof: ProofClaimed}
			if !c.SelfNamed && (l.RegisteredBy.Operator() || b.Programme != nil && l.RegisteredBy.Provides(b.Programme.Provider)) {
				b.Proof = ProofRecorded
			}
			if !visit(b) {
				return
			}
		}
		for _, c := range w.credentials(ref) {
			if claim := c.claim(); !c.Revoked && !visit(Backing{claim, w.ProgrammeOf(claim), c, c.Proof}) {
				return
			}
		}
	}
}

// Named is what the credential is called: as its programme is, where that is known.
func (b *Backing) Named() string {
	if b.Programme != nil {
		return b.Programme.Name
	}
	return b.Name
}

// Own are the skills that a credential names itself, beside those of its programme.
func (b *Backing) Own() []TaughtSkill {
	if b.Credential == nil {
		return nil
	}
	return b.Credential.Skills
}

// compareEvidence orders a profile. Nearly always the skills differ, so the rest is looked at only when they do not.
func compareEvidence(a, b Evidence) int {
	if c := strings.Compare(string(a.Skill), string(b.Skill)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(slices.Index(Proofs[:], a.Proof), slices.Index(Proofs[:], b.Proof)),
		cmp.Compare(b.Level, a.Level),
		strings.Compare(a.Credential, b.Credential),
		compareTimes(b.Expires, a.Expires),
	)
}

// compareTimes orders times, with nil (never) last.
func compareTimes(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}

// evidence appends what a claim or credential proves: the skills of its programme, and its own.
func (b *Backing) evidence(list []Evidence) []Evidence {
	e := Evidence{Proof: b.Proof, Credential: b.Name, Issuer: b.Issuer, Expires: b.Expires}
	var taught []TaughtSkill
	if p := b.Programme; p != nil {
		e.Credential, e.Programme, e.Issuer, taught = p.Name, p.ID, p.Provider, p.Skills
	}
	if e.Credential == "" {
		e.Credential = string(b.Claim.Programme)
	}
	own := b.Own()
	list = slices.Grow(list, len(taught)+len(own))
	for _, skills := range [][]TaughtSkill{taught, own} {
		for _, s := range skills {
			e.Skill, e.Name, e.Level = s.Skill, s.Name, s.Level
			list = append(list, e)
		}
	}
	return list
}
