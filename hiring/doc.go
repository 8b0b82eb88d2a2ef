// Package hiring holds the nouns of Matchday (learner, credential, programme, opening, match, interview day, invitation), the
// facts that record them, the questions and commands that roles put to each other, and Apply, the pure fold of facts into a World.
//
// It imports only the standard library and does no I/O: time, randomness and keys are parameters. Every role folds the same
// facts with the same Apply, so two processes that have read the log to the same position hold the same World.
//
// Identity. Senders name things with ids of their own (LearnerID, OpeningID, …). A subject of the log never shows such an id:
// it carries a Ref, a keyed hash that package vault computes. Facts about anything other than the learner speak of a learner by
// LearnerRef only, so that erasing the learner's own records leaves nothing that names them.
package hiring
