// Package cli is the command line of Matchday. Every command speaks only the HTTP API: --server dials a running installation,
// --data mounts the same handler in this process on the folder's own log and index, so both give the same answer. What other
// programs may rely on (forms, exit statuses) is described in docs/interchange.md.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"matchday/events/natsd"
	"matchday/vault"
)

// The exit statuses of every command.
const (
	exitOK       = 0 // all was accepted
	exitFailed   = 1 // the command failed
	exitUsage    = 2 // the command line is wrong
	exitRejected = 3 // some records were rejected, the rest stands
	exitRefused  = 4 // refuses to start: secrets or data directory are not safe to use
)

// globals are the flags of every command.
type globals struct {
	Data   string `help:"Directory of the log, the index and the secrets; the command works embedded in this process." default:"./matchday-data" env:"MATCHDAY_DATA" placeholder:"DIR"`
	Server string `help:"Talk to the running Matchday at this address instead." env:"MATCHDAY_SERVER" placeholder:"URL"`
	Token  string `help:"Token for --server; see 'matchday token create'." env:"MATCHDAY_TOKEN" placeholder:"T"`
	Debug  bool   `help:"Log what the roles do to standard error."`
}

// grammar is the whole command line.
type grammar struct {
	globals
	Serve     serveCmd     `cmd:"" help:"Run Matchday: all roles embedded, or one role against a NATS cluster."`
	Demo      demoCmd      `cmd:"" help:"Load a sample world and show one learner's way from credential to seat."`
	Skills    skillsCmd    `cmd:"" help:"Load taxonomies and resolve names."`
	Import    importCmd    `cmd:"" help:"Take in openings, learners, programmes or credentials."`
	Match     matchCmd     `cmd:"" help:"Rank learners for an opening, or openings for a learner; 'match rank --help' lists its flags."`
	Advise    adviseCmd    `cmd:"" help:"See what a learner lacks, what must-haves cost, and who is one programme away."`
	Replay    replayCmd    `cmd:"" help:"Compute a published list again from the log, and compare it byte for byte."`
	Search    searchCmd    `cmd:"" help:"Search learners or openings."`
	Programme programmeCmd `cmd:"" help:"See which openings a programme reaches."`
	Opening   openingCmd   `cmd:"" help:"Withdraw an opening."`
	Learner   learnerCmd   `cmd:"" help:"Erase a learner, or record their consent."`
	Employer  employerCmd  `cmd:"" help:"Verify an employer."`
	Day       dayCmd       `cmd:"" help:"Make, preview, open, change, close or cancel an interview day."`
	Invite    inviteCmd    `cmd:"" name:"invitation" help:"Answer an invitation."`
	Calendar  calendarCmd  `cmd:"" help:"Subscribe to the calendar of a learner's or a day's talks, or revoke its address."`
	Events    eventsCmd    `cmd:"" help:"Follow the stream of events, look after dead letters."`
	Audit     auditCmd     `cmd:"" help:"List what was refused, the newest first."`
	Token     tokenCmd     `cmd:"" help:"Create or revoke API tokens."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// console is where a command reads and writes; tests give their own.
type console struct {
	in       io.Reader
	out, err io.Writer
	// terminal says that err is one, so that progress may be drawn; piped, that out is none, so that the two do not mix.
	terminal, piped bool
	// tables says that out is a terminal, where ranked lists may be drawn as tables; drawn, that the command wants that.
	tables, drawn bool
	// asks says that somebody sits at in, who can be asked a question.
	asks bool
}

// rejectedError makes the exit status 3: the command did its work and said on standard error what was rejected.
type rejectedError struct{ n int }

func (e rejectedError) Error() string { return fmt.Sprintf("%d rejected", e.n) }

// Main runs the command line and returns the exit status. It stops at SIGINT or SIGTERM.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, console{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stderr), piped: !isTerminal(os.Stdout), tables: isTerminal(os.Stdout), asks: isTerminal(os.Stdin)})
}

func run(ctx context.Context, args []string, c console) (status int) {
	var g grammar
	exited := -1
	parser, err := kong.New(&g,
		kong.Name("matchday"),
		kong.Description("Skills-based hiring: credentials and openings in, explained matches and interview invitations out."),
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		panic(err) // the grammar is wrong: a programmer's error
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was shown
		return exited
	}
	if err != nil {
		fmt.Fprintf(c.err, "matchday: %v\nmatchday: %s\n", err, whereToLook(args, err))
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return g.conclude(parsed.Run(&g.globals, c), c)
}

// conclude tells what a command ended with and returns its exit status.
func (g *globals) conclude(err error, c console) (status int) {
	var rejected rejectedError
	var held *natsd.HeldError
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &rejected):
		return exitRejected
	case errors.As(err, &held):
		fmt.Fprintf(c.err, "matchday: a Matchday (process %s) works on %s; stop it, or talk to it with --server URL --token T\n", held.Process, g.Data)
		return exitRefused
	case errors.Is(err, vault.ErrRefused), errors.Is(err, natsd.ErrRefused):
		fmt.Fprintf(c.err, "matchday: refuses to start: %v\n", err)
		return exitRefused
	}
	fmt.Fprintf(c.err, "matchday: %v\n", err)
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// whereToLook is what helps whoever wrote a command line that does not parse.
func whereToLook(args []string, err error) string {
	if len(args) > 2 && args[0] == "search" && strings.HasPrefix(err.Error(), "unknown flag") {
		return fmt.Sprintf("a query that begins with - comes last, after --: matchday search %s --limit 5 -- -word", args[1])
	}
	return "see 'matchday --help'"
}

// usageError is a wrong combination of flags that the grammar cannot express.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func (g *globals) logger(c console) *slog.Logger {
	level := slog.LevelWarn
	if g.Debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))
}

type versionCmd struct{}

// Version of this build; releases set it with -ldflags "-X matchday/cli.Version=…".
var Version = "development"

func (versionCmd) Run(c console) error {
	fmt.Fprintln(c.out, "matchday", Version)
	return nil
}
