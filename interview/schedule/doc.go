// Package schedule solves an interview day as a whole: who talks with whom, and when.
//
// # Who
//
// Learners say which openings they wish for, in order or all alike; openings rank learners by match score. Both sides have
// quotas: a learner comes to so many talks at most, an opening holds so many. Preferences are responsive: whoever prefers a
// to b does so beside whatever else it holds. The learners propose, openings hold the best so far and turn the rest away
// (Gale and Shapley, College admissions and the stability of marriage, 1962). With quotas on both sides the outcome is
// pairwise stable: no learner and opening without a talk both rank each other above something they hold, or have a place
// left; and of all pairwise stable outcomes each learner likes this one best (Roth, Stability and polarization of interests in
// job matching, 1984). Pairwise is what is claimed: with several talks on both sides a larger group may still find a trade
// that all of it likes. Who wishes for openings all alike has them ordered by score. Equal scores are drawn, by one draw a
// learner for all openings, which costs learners less than a draw at each (Abdulkadiroğlu, Pathak and Roth, 2009).
//
// # When
//
// Giving times to pairs is edge colouring: learners and desks (interviewers) are nodes, talks edges, slots colours. Without
// forbidden slots König's theorem places every pair when no node has more talks than slots, by exchanging two slots along an
// alternating path. Forbidden slots (hours, breaks, other appointments) make the question hard (Even, Itai and Shamir, 1976),
// so paths are tried first and then a forward search that pushes others out and seats them again (Müller, Barták and Rudová,
// 2004). Then late acceptance hill climbing (Burke and Bykov, 2017), over whole numbers and with a fixed seed, moves talks
// together until few gaps are left. A gap is a slot in which a learner or a desk could talk but waits between two talks.
//
// # Both
//
// A pair for which no time is found is set aside and the pairs are chosen anew without it, so that its places go to the next.
// The outcome is therefore pairwise stable among the pairs that are not set aside; and a pair set aside returns when
// both sides want it and a time has become free for it. Every wish that is not granted has a Reason that is true of the
// outcome, whatever led there.
//
// Repair keeps every talk that can stay, at its time, and fills what became free by the same rules among the learners and
// openings that have places left: promised talks count as given. So nobody loses a talk because somebody else left.
//
// Everything is deterministic: the order of the input does not matter, nor do learners whom nobody ranks.
package schedule
