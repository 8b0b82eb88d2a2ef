// Command matchday is Matchday: every role, and the command line that speaks to them.
//
// It collects garbage less often than Go does by itself, since a process with all roles folds facts into several projections at once:
// as with GOGC=300 and GOMEMLIMIT=800MiB, which keeps the peak of a bulk import below a gigabyte. Either variable, when set, counts
// instead; an installation with more in memory than half the limit sets GOMEMLIMIT to what its machine has to give.
package main

import (
	"os"
	"runtime/debug"
	_ "time/tzdata" // zones of interview days must not depend on the machine

	"matchday/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(800 << 20)
	}
	os.Exit(cli.Main(os.Args[1:]))
}
