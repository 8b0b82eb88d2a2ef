// Package ingest is the role that takes in what comes from outside: learners, openings, programmes, completions, taxonomies and
// tokens become validated facts of the log. Its subpackages read one format each: native (Matchday's own forms), table (CSV),
// jobposting (schema.org JSON-LD).
//
// What it promises. A record that is acknowledged is on the broker's disk, and a question put to this role afterwards sees it.
// Records are idempotent: one that equals what is known writes nothing. Records of one chunk about the same thing are taken in
// their order; chunks that run at once are not ordered among each other, except where they touch the same thing. A chunk that fails
// as a whole (the log is not to be had) may have written some of its records; sending it again finishes it.
//
// Who may write what is decided here, in pure functions over the World, and a record that the token may not write is refused in the
// same words whether or not it exists.
//
// Names, contacts and free text of learners are sealed with a key of each person's own before they reach the log.
package ingest
