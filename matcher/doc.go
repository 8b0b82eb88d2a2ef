// Package matcher is the role that ranks: learners for an opening and openings for a learner, each match with the ledger of its
// score.
//
// The score is a pure function of an opening, a profile, a frozen table of rarities and a map of skills (see [Query.Score]). It is
// an index of overlap after Tversky: what the learner brings, over what the opening asks and, lightly, what the learner brings
// beside it. Nothing but skills and their proof enters it: no name, text, place, language, degree or school does.
//
// The role folds the log into a [hiring.World] and an index of it, both behind one lock, and answers from them. Answers are exact
// and repeatable: the same log position, time and rarity table give the same list, byte for byte, whatever order the facts came in.
//
// Snapshots. What was folded is written to disk now and then (see snapshotFile), so that a restart reads one file and then the log from
// there. Learners stay packed in it until a fact or a question is about them. It is derived data: whatever is wrong with it, the log
// is folded from the start.
//
// Publishing. A new or changed opening is ranked against all visible learners; a changed learner or a new credential against all
// openings. The best 200 go to match.opening.<ref> or match.learner.<ref>, in the order of the facts that caused them, by one
// publisher at a time: the stream's last sequence is the fence. Several facts about one entity that wait together become one
// ranking. A changed learner is ranked from the list that was and from the openings that the changed skills touch (see recalled), and
// a list that stands as it was is not published again within a day. Delivery is once per cause; a cause that touches many learners (a
// programme whose skills changed) may be repeated in part after a crash, never lost. Nothing is published for causes at or before the
// last one that was published, so that a rebuild from the log is silent. A slow stream delays rankings and nothing else.
package matcher
