package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"matchday/hiring"
	"matchday/records"
)

// importCmd takes documents in. The same file twice changes nothing; a changed line updates.
type importCmd struct {
	Openings    importFiles `cmd:"" help:"Openings: JSON Lines, schema.org JobPosting JSON-LD, or CSV with --map."`
	Learners    importFiles `cmd:"" help:"Learners: JSON Lines, or CSV with --map."`
	Programmes  importFiles `cmd:"" help:"Programmes: JSON Lines, or CSV with --map."`
	Credentials importFiles `cmd:"" help:"A provider's completions: JSON Lines, or CSV with --map."`
}

// importFiles imports files of one kind.
type importFiles struct {
	Files   []string `arg:"" name:"file" help:"File to import, .gz or not; - is standard input."`
	Map     []string `help:"CSV column that fills a field, as in 'Job_Role=title'; may be repeated." placeholder:"COLUMN=FIELD" sep:"none"`
	Rejects string   `help:"Write rejected records with the reason to this file; - is standard output, which then has nothing else." placeholder:"FILE"`
	Strict  bool     `help:"Stop at the first record that is rejected."`
}

// summary is what an import answers.
type summary struct {
	Accepted      int      `json:"accepted"`
	Unchanged     int      `json:"unchanged"`
	Rejected      int      `json:"rejected"`
	UnknownSkills int      `json:"unknownSkills"`
	Ignored       int      `json:"ignored,omitempty"`
	Replaced      int      `json:"replaced,omitempty"`
	WithoutSkills int      `json:"withoutSkills,omitempty"`
	Rejects       []reject `json:"rejects,omitempty"`
	// Unknown are the most frequent names of skills that nothing is known by, over all files.
	Unknown []hiring.NameCount `json:"unknown,omitempty"`
	Notes   []string           `json:"notes,omitempty"`
}

// add adds the summary of one more file. Rejects are shown file by file.
func (t *summary) add(s summary) {
	t.Accepted += s.Accepted
	t.Unchanged += s.Unchanged
	t.Rejected += s.Rejected
	t.UnknownSkills += s.UnknownSkills
	t.Ignored += s.Ignored
	t.Replaced += s.Replaced
	t.WithoutSkills += s.WithoutSkills
	for _, n := range s.Unknown {
		i := slices.IndexFunc(t.Unknown, func(o hiring.NameCount) bool { return o.Name == n.Name })
		if i < 0 {
			t.Unknown = append(t.Unknown, n)
		} else {
			t.Unknown[i].Count += n.Count
		}
	}
	slices.SortStableFunc(t.Unknown, func(a, b hiring.NameCount) int { return b.Count - a.Count })
	t.Unknown = t.Unknown[:min(10, len(t.Unknown))]
	for _, n := range s.Notes {
		if !slices.Contains(t.Notes, n) {
			t.Notes = append(t.Notes, n)
		}
	}
}

// tell says what became of an import to people.
func (t *summary) tell(w io.Writer) {
	fmt.Fprintf(w, "%d accepted, %d unchanged, %d rejected, %d with unknown skills\n", t.Accepted, t.Unchanged, t.Rejected, t.UnknownSkills)
	if t.Replaced > 0 {
		fmt.Fprintf(w, "%d replaced by a later line with the same id\n", t.Replaced)
	}
	if t.WithoutSkills > 0 {
		fmt.Fprintf(w, "%d without any skill: nothing matches them\n", t.WithoutSkills)
	}
	for i, n := range t.Unknown[:min(5, len(t.Unknown))] {
		if i == 0 {
			fmt.Fprint(w, "unknown most often: ")
		} else {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprintf(w, "%q (%d)", n.Name, n.Count)
	}
	if len(t.Unknown) > 0 {
		fmt.Fprintln(w)
	}
	for _, n := range t.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

type reject struct {
	N      int         `json:"n,omitempty"`
	File   string      `json:"file,omitempty"`
	Line   int         `json:"line"`
	Field  string      `json:"field,omitempty"`
	Code   hiring.Code `json:"code"`
	Reason string      `json:"reason"`
	Fix    string      `json:"fix,omitempty"`
	Record string      `json:"record,omitempty"`
}

// Validate checks the column maps.
func (i *importFiles) Validate() error {
	for _, m := range i.Map {
		if at := strings.LastIndexByte(m, '='); at <= 0 || at == len(m)-1 {
			return fmt.Errorf("--map is not COLUMN=FIELD; write --map 'Job title=title', once for each column")
		}
	}
	return nil
}

// Run imports each file in turn, prints the summary as JSON on standard output and for people on standard error.
func (i *importFiles) Run(ctx context.Context, k *kong.Context, g *globals, c console) (err error) {
	for _, file := range i.Files { // before a Matchday is made for what is not there
		if _, err := os.Stat(file); err != nil && file != "-" {
			return fmt.Errorf("importing %s: %w", file, errors.Unwrap(err))
		}
	}
	cl, err := g.dialOrMake(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	rejects, closed, err := i.rejectsTo(c.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	var total summary
	for _, file := range i.Files {
		s, failed := i.one(ctx, cl, c, k.Selected().Name, file, rejects)
		total.add(s)
		if failed != nil {
			err = fmt.Errorf("importing %s: %w", file, failed)
			break
		}
	}
	if err != nil && !total.holds() {
		return err
	}
	total.tell(c.err)
	if i.Rejects != "-" { // there, nothing stands between the rejected records
		if e := json.NewEncoder(c.out).Encode(total); e != nil {
			return errors.Join(err, fmt.Errorf("writing the summary: %w", e))
		}
	}
	if err != nil {
		return err
	}
	if total.Rejected > 0 {
		return rejectedError{total.Rejected}
	}
	return nil
}

// rejectsTo opens what takes the rejected records, nil when nothing does.
func (i *importFiles) rejectsTo(out io.Writer) (to io.Writer, closed func() error, err error) {
	closed = func() error { return nil }
	switch i.Rejects {
	case "":
		return nil, closed, nil
	case "-":
		return out, closed, nil
	}
	f, err := os.OpenFile(i.Rejects, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, closed, fmt.Errorf("opening the file for rejected records: %w", err)
	}
	return f, f.Close, nil
}

// one streams one file to the API and writes its rejects.
func (i *importFiles) one(ctx context.Context, cl *client, c console, kind, file string, rejects io.Writer) (summary, error) {
	source, err := openSource(file, c.in, rejects != nil)
	if err != nil {
		return summary{}, err
	}
	defer source.Close()
	bar := newProgress(c, filepath.Base(file), source.size)
	defer bar.done()
	format, err := source.format()
	if err != nil {
		return summary{}, err
	}
	query := url.Values{"format": {string(format)}, "map": i.Map}
	if i.Strict {
		query.Set("strict", "true")
	}
	s, err := answered(cl.send(ctx, "POST", "/v1/imports/"+kind+"?"+query.Encode(), "application/octet-stream", bar.reader(source)))
	bar.done()
	i.tell(c, file, s)
	if rejects == nil || len(s.Rejects) == 0 {
		return s, err
	}
	return s, errors.Join(err, source.writeRejects(format, s.Rejects, rejects))
}

// answered reads the summary of an import, also of one that was stopped.
func answered(resp *http.Response, err error) (s summary, _ error) {
	var stopped *stoppedError
	if errors.As(err, &stopped) {
		return stopped.summary, stopped.error
	}
	if err != nil {
		return s, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		return s, fmt.Errorf("reading the summary: %w", err)
	}
	return s, nil
}

// stoppedError is the refusal of an import that had taken in some records by then.
type stoppedError struct {
	error
	summary summary
}

// Unwrap returns the refusal.
func (e *stoppedError) Unwrap() error { return e.error }

// stoppedAfter adds to a refusal the summary that its problem holds.
func stoppedAfter(problem []byte, err error) error {
	var p struct{ Summary *summary }
	if json.Unmarshal(problem, &p) != nil || p.Summary == nil {
		return err
	}
	return &stoppedError{err, *p.Summary}
}

// holds reports whether any record was looked at.
func (t *summary) holds() bool { return t.Accepted+t.Unchanged+t.Rejected > 0 }

// tell shows the first rejects to people.
func (i *importFiles) tell(c console, file string, s summary) {
	const shown = 10
	for n, r := range s.Rejects {
		if n == shown && i.Rejects == "" {
			fmt.Fprintf(c.err, "… and %d more; see them all with --rejects FILE\n", s.Rejected-shown)
		}
		if n >= shown {
			return
		}
		text := r.Reason
		if r.Field != "" {
			text = r.Field + " " + text
		}
		if r.Fix != "" {
			text += "; " + r.Fix
		}
		fmt.Fprintf(c.err, "%s:%d: %s\n", file, r.Line, text)
	}
}

// source is one file to import, or standard input.
type source struct {
	io.Reader
	name  string
	size  int64 // 0 when unknown
	file  *os.File
	spool bool // file is a temporary copy of standard input
}

// openSource opens a file. Standard input is spooled to a temporary file when it must be read again for the rejects.
func openSource(name string, stdin io.Reader, again bool) (*source, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		info, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return &source{Reader: f, name: name, size: info.Size(), file: f}, nil
	}
	s := &source{Reader: stdin, name: "-"}
	if !again {
		return s, nil
	}
	f, err := os.CreateTemp("", "matchday-import-*")
	if err != nil {
		return nil, fmt.Errorf("making a temporary copy of standard input: %w", err)
	}
	s.file, s.spool, s.Reader = f, true, io.TeeReader(stdin, f)
	return s, nil
}

// Close closes the file, and removes it when it was a copy.
func (s *source) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.spool {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// format looks at the name and the first bytes, which stay to be read.
func (s *source) format() (hiring.Format, error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(s.Reader, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	s.Reader = io.MultiReader(strings.NewReader(string(head[:n])), s.Reader)
	return records.Detect(s.name, "", head[:n]), nil
}

// writeRejects reads the source again and writes each rejected record with its reason, one JSON object a line.
func (s *source) writeRejects(format hiring.Format, list []reject, w io.Writer) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the rejected records again: %w", err)
	}
	reasons := make(map[int]reject, len(list))
	wanted := make(map[int]bool, len(list))
	for _, r := range list {
		r.File = s.name
		reasons[r.N], wanted[r.N] = r, true
	}
	out := json.NewEncoder(w)
	return records.Pick(s.file, format, records.Limit, wanted, func(n int, raw string) error {
		r := reasons[n]
		r.Record = raw
		return out.Encode(r)
	})
}
