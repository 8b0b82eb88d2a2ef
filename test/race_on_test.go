//go:build race

package test

// raceEnabled says that the tests run with the race detector.
const raceEnabled = true
