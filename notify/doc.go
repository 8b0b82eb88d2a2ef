// Package notify is the role that tells learners about their invitations. Its one channel is the mail file: a complete message in
// RFC 5322 form for each step of an invitation that the learner should hear of, in a folder from which any mail program can send it. Where a
// talk was agreed, changed or cancelled the mail carries the entry for the learner's calendar.
//
// Delivery. Facts of invitations come from a durable consumer, at least once: a mail is acknowledged when its file is on disk, and a
// fact that comes again writes the same bytes to the same name. Processes that run this role share the facts; each keeps files of
// its own.
//
// Privacy. Names and addresses are unsealed for the one mail and kept nowhere else; logs name invitations only by ref. When a learner
// is erased, every process removes that learner's files; it does so again at each start, so that none survives a stop.
package notify
