package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"matchday/hiring"
)

// matchCmd ranks, and ranks again.
type matchCmd struct {
	Rank   rankCmd      `cmd:"" default:"withargs" help:"Rank learners for an opening, or openings for a learner."`
	Replay replayOneCmd `cmd:"" help:"Compute a published list again from the log, and compare it byte for byte."`
}

type replayOneCmd struct {
	ID string `arg:"" help:"The id that the list carries: opening.REF.POSITION or learner.REF.POSITION; 'matchday replay' tells it."`
}

// Run prints whether the list is the same.
func (r *replayOneCmd) Run(ctx context.Context, g *globals, c console) error {
	return named{"list", r.ID, "'matchday replay --opening ID' tells the id of the list that stands"}.explain(
		g.print(ctx, c, "/v1/rankings/"+url.PathEscape(r.ID)+"/replay"))
}

// rankCmd prints ranked lists as JSON, one object a line.
type rankCmd struct {
	Opening string `help:"Rank learners for this opening." xor:"of" required:"" placeholder:"ID"`
	Learner string `help:"Rank openings for this learner." xor:"of" required:"" placeholder:"ID"`
	All     bool   `help:"Rank learners for every opening, a line each." xor:"of" required:""`
	Limit   int    `help:"How many matches a list holds at most." default:"20"`
	Explain bool   `help:"Add the parts of each score and the nearly met requirements."`
	JSON    bool   `help:"Print JSON at a terminal too; everywhere else it always is."`
	Text    string `help:"Leave out learners whom a search for this does not find; see 'matchday search learners --help'." placeholder:"QUERY"`
	filterFlags
}

// filterFlags leave learners out of an opening's ranking. Who did not say what a filter asks stays in.
type filterFlags struct {
	Within     float64 `help:"Leave out who is farther from the opening's place: kilometres, 10 at least." placeholder:"KM"`
	Mode       bool    `help:"Leave out who would not work in the opening's mode."`
	Pay        bool    `help:"Leave out whose pay floor is above what the opening pays."`
	Permission bool    `help:"Leave out who may not work in the country of the opening's place."`
	Available  string  `help:"Leave out whose availability lacks one of these words." placeholder:"WORDS"`
	Language   string  `help:"Leave out who does not speak this language, as in de." placeholder:"TAG"`
}

// add adds the filters to the address of a request.
func (f filterFlags) add(q url.Values) {
	for key, on := range map[string]bool{"mode": f.Mode, "pay": f.Pay, "permission": f.Permission} {
		if on {
			q.Set(key, "true")
		}
	}
	for key, words := range map[string]string{"available": f.Available, "language": f.Language} {
		if words != "" {
			q.Set(key, words)
		}
	}
	if f.Within != 0 {
		q.Set("within", strconv.FormatFloat(f.Within, 'f', -1, 64))
	}
}

// Validate checks what the grammar cannot.
func (m *rankCmd) Validate() error {
	if m.Opening == "" && (m.Text != "" || m.filterFlags != filterFlags{}) {
		return errors.New("filters and --text go with --opening")
	}
	if err := limitWithin(m.Limit, 1000); err != nil || !m.Explain || m.All {
		return err
	}
	if m.Limit > 200 {
		return errors.New("--limit is above 200 with --explain")
	}
	return nil
}

// limitWithin checks a limit.
func limitWithin(limit, most int) error {
	if limit < 1 || limit > most {
		return fmt.Errorf("--limit is outside 1 to %d", most)
	}
	return nil
}

// Run asks for the list and copies it out.
func (m *rankCmd) Run(ctx context.Context, g *globals, c console) error {
	path, about := "/v1/matches", named{}
	switch {
	case m.Opening != "":
		path, about = "/v1/openings/"+url.PathEscape(m.Opening)+"/matches", anOpening(m.Opening)
	case m.Learner != "":
		path, about = "/v1/learners/"+url.PathEscape(m.Learner)+"/matches", aLearner(m.Learner)
	}
	c.drawn = c.tables && !m.JSON
	query := url.Values{"limit": {strconv.Itoa(m.Limit)}}
	if m.Explain || c.drawn && !m.All && m.Limit <= 200 { // with the names of skills
		query.Set("explain", "true")
	}
	m.add(query)
	if m.Text != "" {
		query.Set("text", m.Text)
	}
	out := &noticed{Writer: c.out}
	c.out = out
	if err := g.print(ctx, c, path+"?"+query.Encode()); err != nil {
		return about.explain(err)
	}
	if !out.written {
		fmt.Fprintln(c.err, "matchday: there is no opening to rank learners for")
	}
	return nil
}

// noticed knows whether anything was written.
type noticed struct {
	io.Writer
	written bool
}

// Write writes.
func (n *noticed) Write(b []byte) (int, error) {
	n.written = n.written || len(b) > 0
	return n.Writer.Write(b)
}

// print copies the answer of a GET to standard output, each JSON value on one line.
func (g *globals) print(ctx context.Context, c console, path string) error {
	cl, err := g.dial(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	resp, err := cl.send(ctx, "GET", path, "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	bar := newProgress(console{err: c.err, terminal: c.terminal && c.piped}, "answer", 0)
	defer bar.done()
	if c.drawn {
		return eachValue(bar.reader(resp.Body), table{c.out}.value)
	}
	return copyLines(c.out, bar.reader(resp.Body))
}

// copyLines copies a stream of JSON values, each on one line and as soon as it is there. Blank lines, a stream's heartbeats, go.
func copyLines(w io.Writer, r io.Reader) error {
	return eachValue(r, func(v json.RawMessage) error {
		var line bytes.Buffer
		if err := json.Compact(&line, v); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		line.WriteByte('\n')
		_, err := w.Write(line.Bytes())
		return err
	})
}

// eachValue reads a stream of JSON values until it ends or says that it broke off.
func eachValue(r io.Reader, use func(json.RawMessage) error) error {
	values := json.NewDecoder(r)
	for {
		var v json.RawMessage
		if err := values.Decode(&v); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		if err := brokenOff(v); err != nil {
			return err
		}
		if err := use(v); err != nil {
			return err
		}
	}
}

// brokenOff returns what the last value of a stream that broke off says: an error, as its only field.
func brokenOff(v json.RawMessage) error {
	if !bytes.HasPrefix(v, []byte(`{"error":`)) {
		return nil
	}
	var last struct {
		Error *struct {
			Code        hiring.Code
			Detail, Fix string
		}
	}
	if json.Unmarshal(v, &last) != nil || last.Error == nil || last.Error.Code == "" {
		return nil
	}
	return fmt.Errorf("the answer broke off: %w", &hiring.Error{Code: last.Error.Code, Message: last.Error.Detail, Fix: last.Error.Fix})
}

// searchCmd searches learners or openings.
type searchCmd struct {
	Learners searchQuery `cmd:"" help:"Search learners who agreed to be seen: skill: place: near: mode: programme: issuer: verified: proof: language:"`
	Openings searchQuery `cmd:"" help:"Search open openings: skill: need: place: near: mode: title: employer: contract: degree:"`
}

type searchQuery struct {
	Limit  int      `help:"Hits on a page." default:"20"`
	Cursor string   `help:"Continue after a former page: its \"next\"." placeholder:"NEXT"`
	Query  []string `arg:"" help:"Words, \"phrases\", -not, and field:\"value\": skill: place: near:\"lat,lon,50km\" mode: for both; for learners programme: issuer: verified:true proof: language:; for openings need: title: employer: contract: degree:. A query that begins with - comes after --."`
}

// Validate checks the limit.
func (s *searchQuery) Validate() error { return limitWithin(s.Limit, 100) }

// programmeCmd answers what a programme leads to.
type programmeCmd struct {
	Openings programmeOpeningsCmd `cmd:"" help:"The openings that the programme's skills reach, best first."`
	Outcomes programmeOutcomesCmd `cmd:"" help:"How many who hold it were invited, came, were offered a job, were hired; their median pay."`
}

type programmeOpeningsCmd struct {
	ID    string `arg:"" help:"The programme."`
	Limit int    `help:"How many openings at most." default:"20"`
}

// Validate checks the limit.
func (p *programmeOpeningsCmd) Validate() error { return limitWithin(p.Limit, 1000) }

// Run prints the openings that a programme reaches.
func (p *programmeOpeningsCmd) Run(ctx context.Context, g *globals, c console) error {
	return aProgramme(p.ID).explain(g.print(ctx, c, "/v1/programmes/"+url.PathEscape(p.ID)+"/openings?limit="+strconv.Itoa(p.Limit)))
}
