// Package skills is the map of skills: it reads taxonomies as published (ESCO, O*NET, plain JSON Lines, label files in further
// languages), lays several of them side by side in one immutable [Map], resolves a name to the skills it may mean, and says which
// skills lie near one another. It knows no log and no network: [Shelf] is told how to open a blob, everything else is pure.
//
// Promises. The same releases give the same map and the same answers, whatever order they are given in. A Map may be used by many
// goroutines at once. Readers stream, bound what they hold, and name everything they leave out in [Counts].
//
// Size. ESCO 1.1.1 and O*NET 29.3 together are 44,000 skills and 130,000 labels: a map of 11.5 MB. In processor time of one core,
// building it takes 0.5 s, reading the published files and building 1.3 s, loading it from blobs 1.1 s (see the benchmarks).
//
// Names. Two names are the same when their [Key] is the same. Which skill a name means is decided by what kind of label it is
// (preferred before alternative before hidden), then by the taxonomy's name, then by the skill's id; see [Map.Resolve].
//
// What taxonomies say is kept even where it surprises: ESCO lists "TensorFlow" as another name of "computer vision", so that is
// what it resolves to while nothing better is loaded. A release with a skill of that preferred name wins.
package skills
