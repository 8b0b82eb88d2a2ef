package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// matchCmd prints ranked lists as JSON, one object a line.
type matchCmd struct {
	Opening string `help:"Rank learners for this opening." xor:"of" required:"" placeholder:"ID"`
	Learner string `help:"Rank openings for this learner." xor:"of" required:"" placeholder:"ID"`
	All     bool   `help:"Rank learners for every opening, a line each." xor:"of" required:""`
	Limit   int    `help:"How many matches a list holds at most." default:"20"`
	Explain bool   `help:"Add the parts of each score and the nearly met requirements."`
}

// Run asks for the list and copies it out.
func (m *matchCmd) Run(ctx context.Context, g *globals, c console) error {
	path := "/v1/matches"
	switch {
	case m.Opening != "":
		path = "/v1/openings/" + url.PathEscape(m.Opening) + "/matches"
	case m.Learner != "":
		path = "/v1/learners/" + url.PathEscape(m.Learner) + "/matches"
	}
	query := url.Values{"limit": {strconv.Itoa(m.Limit)}}
	if m.Explain {
		query.Set("explain", "true")
	}
	return g.print(ctx, c, path+"?"+query.Encode())
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
	return copyLines(c.out, bar.reader(resp.Body))
}

// copyLines copies a stream of JSON values, each on one line and as soon as it is there. Blank lines, a stream's heartbeats, go.
func copyLines(w io.Writer, r io.Reader) error {
	values := json.NewDecoder(r)
	for {
		var v json.RawMessage
		if err := values.Decode(&v); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		var line bytes.Buffer
		if err := json.Compact(&line, v); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		line.WriteByte('\n')
		if _, err := w.Write(line.Bytes()); err != nil {
			return err
		}
	}
}

// searchCmd searches learners or openings.
type searchCmd struct {
	Learners searchQuery `cmd:"" help:"Search learners who agreed to be seen."`
	Openings searchQuery `cmd:"" help:"Search open openings."`
}

type searchQuery struct {
	Limit  int      `help:"Hits on a page." default:"20"`
	Cursor string   `help:"Continue after a former page: its \"next\"." placeholder:"NEXT"`
	Query  []string `arg:"" help:"Words, \"phrases\", -not, skill:\"…\" place:\"…\" near:\"lat,lon,50km\" mode: programme: issuer: verified:true."`
}

// programmeCmd answers what a programme leads to.
type programmeCmd struct {
	Openings programmeOpeningsCmd `cmd:"" help:"The openings that the programme's skills reach, best first."`
}

type programmeOpeningsCmd struct {
	ID    string `arg:"" help:"The programme."`
	Limit int    `help:"How many openings at most." default:"20"`
}

// Run prints the openings that a programme reaches.
func (p *programmeOpeningsCmd) Run(ctx context.Context, g *globals, c console) error {
	return g.print(ctx, c, "/v1/programmes/"+url.PathEscape(p.ID)+"/openings?limit="+strconv.Itoa(p.Limit))
}
