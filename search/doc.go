// Package search is the role that finds learners and openings: it folds the log into a Bleve index and answers hiring.Search.
//
// The index is a projection and never truth. Content and log position commit in one batch, so a crash leaves both as they were
// and the facts that follow are folded again; a folder that is missing, damaged, of another mapping or ahead of the log is built
// anew. The index holds terms only: what a hit shows comes from the World of the same log, what is shown of a learner in
// free words is masked with what is unsealed for that answer, so that erasing a person's key is enough to silence every later answer.
//
// What it tells of learners is masked and coarse, to all alike, so that a pseudonym is not undone by what stands beside it; why and how
// is in docs/adr/0007.
//
// Delivery: facts in order, from the stored position. A fact is searchable once the role's Position has passed it. What a person
// typed is parsed here (see [Parse]) and never reaches Bleve's query-string parser nor its analysers.
package search
