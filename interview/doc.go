// Package interview is the role that owns interview days: their slots and seats, who is invited, and what learners answer.
//
// Decisions are pure (decide, settle, choose): they take what is known of a day, a command and the time, and return the facts to
// publish or the reason for a refusal. Around them stands one loop a day: commands on cmd.day.* queue for the loop of their day, it
// decides, publishes fenced, and answers after the log acknowledged the facts on disk.
//
// Fences. Whatever changes invitations of a day expects that nothing else changed any invitation of that day since it was read
// (one expectation on fact.invitation.<day>.>). What takes or frees a seat also writes the learner's booking, in one atomic
// batch with an expectation of its own: so one learner cannot sit in two talks at a time, on whatever days. When an
// expectation fails the loop reads on and decides again. Hence several processes may serve the same days.
//
// Two kinds of change need no command: settle ends what is over (expired, cancelled, erased), choose invites the next best. Both
// derive from facts alone, so a stop between any two steps is made good at the next start.
package interview
