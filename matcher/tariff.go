package matcher

import (
	"time"

	"matchday/hiring"
)

// ScorerVersion names the score: its formula and every number of this file. A change to either is a new version, because every
// published ranking names it and can be computed again.
const ScorerVersion = "overlap/2"

// The numbers of the score, in thousandths unless said otherwise. Credit between different skills is not here: it is the skill
// map's (skills.Nearness).
const (
	// An opening's needs.
	needEssential = 1000
	needOptional  = 500
	needTrainable = 250

	// The employer's own weight when none is given.
	plainWeight = 1000

	// How far each proof is believed.
	proofVerified = 1000
	proofRecorded = 950
	proofClaimed  = 850
	proofWork     = 850
	proofSelf     = 700

	// What is left of a proof once its credential has expired: the skill was there, and may have faded.
	expiredShare = 600

	// A level not stated, against one that is asked for.
	levelUnknown = 800

	// a: the price of what is missing. At 1000 the score without breadth is the weighted share that is covered.
	missingPrice = 1000
	// b: the price of the learner's skills that the opening does not ask for, were they endless: 200/1200 of a full match, one sixth.
	breadthPrice = 200

	// Credit of the very skill that is asked for, in millionths.
	fullCredit = int64(hiring.OneScore)
)

// levelShort is the share left when the learner's level is 0, 1, … 4 steps below the one asked for.
func levelShort(steps int) int64 {
	return [...]int64{1000, 750, 500, 300, 150}[min(max(steps, 0), 4)]
}

// needShare returns the weight of a need.
func needShare(n hiring.Need) int64 {
	switch n {
	case hiring.Essential:
		return needEssential
	case hiring.Optional:
		return needOptional
	}
	return needTrainable
}

// proofShare returns how far a proof is believed.
func proofShare(p hiring.Proof) int64 {
	switch p {
	case hiring.ProofVerified:
		return proofVerified
	case hiring.ProofRecorded:
		return proofRecorded
	case hiring.ProofClaimed:
		return proofClaimed
	case hiring.ProofWork:
		return proofWork
	}
	return proofSelf
}

// levelShare returns what a held level is worth against the level wanted; 0 stands for any level wanted, and for a held level that
// was not stated.
func levelShare(wanted, held int) int64 {
	switch {
	case wanted == 0:
		return 1000
	case held == 0:
		return levelUnknown
	}
	return levelShort(wanted - held)
}

// expired reports whether a credential that ends at end (nil: never) counts as expired at time at. The end is included.
func expired(end *time.Time, at time.Time) bool { return end != nil && at.After(*end) }

// creditOf returns relation × level × proof in millionths, rounded down. Relation is in millionths, proof in thousandths.
//
// Largest intermediate: 10⁶ · 10³ · 10³ · 10³ = 10¹⁵.
func creditOf(relation, proof int64, wanted, held int, lapsed bool) int64 {
	c := relation * proof * levelShare(wanted, held)
	if lapsed {
		return c * expiredShare / 1_000_000_000
	}
	return c / 1_000_000
}
