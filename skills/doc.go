// Package skills is the map of skills: it reads taxonomies as published (ESCO with its occupations, O*NET, CTDL competencies, Rich Skill
// Descriptors, plain JSON Lines, label files in further languages), lays several of them side by side in one immutable [Map], resolves a
// name to the skills it may mean, finds the skills that a text names, reads an opening's text into a draft, and says which skills lie
// near one another. It knows no log and no network: [Shelf] is told how to open a blob, everything else is pure.
//
// Promises. The same releases give the same map and the same answers, whatever order they are given in. A Map may be used by many
// goroutines at once. Readers stream, bound what they hold, and name everything they leave out in [Counts].
//
// Size. ESCO 1.1.1, O*NET 29.3 and labels in four languages are 46,000 skills: a map of 18 MB, which a [Shelf] keeps packed in a folder and
// opens from there in a tenth of a second. What texts are read with, a lexicon of 7 to 13 MB a language, is made when first asked for.
// docs/skills.md has figures of quality and speed.
//
// Names. Two names are the same when their [Key] is the same. Which skill a name means is decided by what kind of label it is
// (preferred before alternative before hidden), then by the taxonomy's name, then by the skill's id; see [Map.Resolve], which goes on to
// names that are only similar. [Map.Lookup] never does: it is what openings and learners are taken in with. The project's own file of
// aliases joins by [WithCurated].
//
// What taxonomies say is kept even where it surprises: ESCO lists "TensorFlow" as another name of "computer vision", so that is
// what it resolves to while nothing better is loaded. A release with a skill of that preferred name wins.
package skills
