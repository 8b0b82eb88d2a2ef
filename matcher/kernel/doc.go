// Package kernel finds, among millions of rows that stand in lists, the few that a query sums up highest, exactly.
//
// A row is a learner; a list is everybody who holds one skill at one level with one proof; a query weighs lists. The package knows
// nothing of that: it is about bits.
//
// # The idea
//
// For one list, the weight that a query gives is the same for every row. So a posting is one bit, and scoring is adding one
// constant wherever a bit is set. Rows stand in blocks of 64, whose bits are one machine word, and one operation adds a weight to
// all rows of a block that stand in the list.
//
// Most blocks need not be looked at. Whether a list has any row in a block is again one bit: 64 blocks are a tile, whose bits are
// one presence word. Adding the same weights over presence words sums up, for every block, more than any of its rows can have: its
// bound. A block is a row one level up; the same operation serves both. Once K rows are known whose sums are good, a block whose
// bound is below the worst of them is done without having been read. Of the 15,625 blocks of a million rows, a hundred or two
// remain, when rows that resemble each other are neighbours, which is what the order of rows is for.
//
// # Layout
//
//	rows        0 … 63 | 64 … 127 | … | 4032 … 4095 | 4096 …           position; rows[p] is the caller's number
//	blocks      0      | 1        | … | 63          | 64 …
//	tiles       0                                   | 1 …
//
//	lists       ids[i] ─┐ first[i]
//	                    ▼
//	entries     { tile 0, presence …0010 0101, base } { tile 3, presence …, base } …     only tiles that the list reaches
//	                                  │ │  │     │
//	                                  5 2  0     ▼
//	words       … 0000 0110 0001 …  (block 0) | … (block 2) | … (block 5) | …            only blocks present: no word is zero
//
// The word of a block is found by counting the presence bits before its own. All words of all lists stand in one arena.
//
// # The query
//
// A query has groups of lists, best first, and a row takes the weight of the first list of a group that it stands in: of a skill's
// levels and proofs, and of the skills related to a requirement, the best one counts. Bit by bit that is an and-not of what better
// lists have taken, on words and on presence words alike. Must-sets (a must-have, a filter) are lists without weight: a row stands
// in one of each, or is out. They are met first, on presence words and then on words, the set of fewest tiles first: of the blocks where
// each has a bit, most have no row that stands in all.
//
// Blocks are scored in three rounds: a handful with the greatest bounds, a few dozen (more of both where must-sets leave few rows in
// each), and then every block whose bound still reaches what the worst of K rows has. What that is, is counted by sums and never
// sorted for. In a tile where many blocks remain, list by list is faster than block by block, since the words then come in the order
// of memory; that choice, made for each tile, is the planner: a query that nothing can prune costs little more than summing
// everything.
//
// # Scores that are no sums
//
// The matcher's score divides by all that a learner brings. For any score wanted it is a condition on a sum: the same weights, and a
// least sum that grows with the row's size (see [Judgement]). The smallest size of a block bounds the block. [View.Judge] goes through
// blocks as above. For a row that passes, the caller's own numbers are added up over the choices that its bits show, to the unit,
// and what the row brings in all stands beside it: that makes the row's score, or, where something is in doubt that bits do not
// tell, two scores that it lies between. K lower ends are a score that is sure to be reached, and the condition follows it; the few
// rows in doubt whose upper ends stay above it are scored by the caller in the end.
//
// # Changes
//
// Segments never change. A changed row is buried where it stood, by a bit in tombs, and put into the newest run, a segment of one
// block; full blocks merge into a run of up to eight, and these into one of up to a tile. [Index.Merge] makes one base of everything
// beside readers and writers, in the order of recursive bisection, for which the lists of a kind count as one: see [Kinds]. Readers hold
// a [View], an immutable state, and wait for nobody.
//
// # The leaf
//
// A few small loops do all the adding, comparing and intersecting: on AVX-512, where a word of bits is just what masks a vector
// addition of 64 bytes (or of twice 32 16-bit counters, when sums exceed 255 or are held against sizes, for which 32 of them look up
// at once what they must reach), and in Go, where counters stand bit plane by bit plane. See lanes; and shares, for what is added up to
// the unit.
package kernel
