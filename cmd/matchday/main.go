// Command matchday is Matchday: every role, and the command line that speaks to them.
package main

import (
	"os"
	_ "time/tzdata" // zones of interview days must not depend on the machine

	"matchday/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
