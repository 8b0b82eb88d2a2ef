package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"matchday/events"
	"matchday/hiring"
	"matchday/records"
)

const (
	chunkRecords = 1000    // most records of one question to ingest
	chunkBytes   = 2 << 20 // and their bytes
	maxRejects   = 100_000 // most rejects that a summary lists; all are counted
)

// ImportSummary is what became of the records of an import.
type ImportSummary struct {
	Accepted      int    `json:"accepted" doc:"New or changed records"`
	Unchanged     int    `json:"unchanged" doc:"Records that said nothing new"`
	Rejected      int    `json:"rejected"`
	UnknownSkills int    `json:"unknownSkills" doc:"Records with a skill name that resolved to nothing; it is kept as text"`
	Ignored       int    `json:"ignored" doc:"JSON-LD properties that mean nothing here"`
	Replaced      int    `json:"replaced" doc:"Accepted records that a later record of the same import, with the same id, replaced"`
	WithoutSkills int    `json:"withoutSkills" doc:"Records that name neither a skill nor a credential: nothing matches them"`
	Position      uint64 `json:"position" doc:"Log position of the last record written, 0 for none"`
	// Unknown lists the ten most frequent names of skills that resolved to nothing.
	Unknown []hiring.NameCount `json:"unknown,omitempty"`
	// Notes are sentences for the sender about the import as a whole.
	Notes []string `json:"notes,omitempty"`
	// Rejects lists at most 100,000 of them.
	Rejects []RejectedRecord `json:"rejects"`
}

// empty reports whether nothing was there to take in.
func (s *ImportSummary) empty() bool { return s.Accepted+s.Unchanged+s.Rejected+s.Ignored == 0 }

// unknownNames counts names over an import. It holds so many at most: when there are more, it forgets the rarer half, so that the
// counts of names that are frequent throughout stay right.
type unknownNames map[string]int

const maxUnknownNames = 10_000

func (u unknownNames) add(names []hiring.NameCount) {
	for _, n := range names {
		u[n.Name] += n.Count
	}
	if len(u) <= maxUnknownNames {
		return
	}
	kept := u.top(maxUnknownNames / 2)
	clear(u)
	for _, n := range kept {
		u[n.Name] = n.Count
	}
}

// top returns the most frequent names.
func (u unknownNames) top(most int) []hiring.NameCount {
	list := make([]hiring.NameCount, 0, len(u))
	for name, n := range u {
		list = append(list, hiring.NameCount{Name: name, Count: n})
	}
	slices.SortFunc(list, func(a, b hiring.NameCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name)) })
	return list[:min(most, len(list))]
}

// RejectedRecord is one record that was refused, and why.
type RejectedRecord struct {
	N      int         `json:"n,omitempty" doc:"Which record of the body it is, from 1; several may start on one line"`
	Line   int         `json:"line"`
	Field  string      `json:"field,omitempty"`
	Code   hiring.Code `json:"code"`
	Reason string      `json:"reason"`
	Fix    string      `json:"fix,omitempty"`
}

// add takes in the answer to one chunk.
func (s *ImportSummary) add(a hiring.Ingested) {
	s.Accepted += a.Accepted
	s.Unchanged += a.Unchanged
	s.UnknownSkills += a.UnknownSkills
	s.Ignored += a.Ignored
	s.Replaced += a.Replaced
	s.WithoutSkills += a.WithoutSkills
	for _, n := range a.Notes {
		if !slices.Contains(s.Notes, n) {
			s.Notes = append(s.Notes, n)
		}
	}
	s.Position = max(s.Position, a.Position)
	s.Rejected += len(a.Rejects)
	for _, r := range a.Rejects {
		if len(s.Rejects) < maxRejects {
			s.Rejects = append(s.Rejects, RejectedRecord{r.N, r.Line, r.Error.Field, r.Error.Code, r.Error.Message, r.Error.Fix})
		}
	}
}

type importInput struct {
	Kind   string   `path:"kind" enum:"learners,openings,programmes,credentials"`
	Format string   `query:"format" enum:"jsonl,csv,jsonld" doc:"How the records are written; by default seen from the content type and the first bytes"`
	Map    []string `query:"map,explode" maxItems:"200" doc:"column=field, for a CSV whose columns have other names; may be repeated"`
	Strict bool     `query:"strict" doc:"Stop at the first chunk with a rejected record, and answer 400"`
	Key    string   `header:"Idempotency-Key" maxLength:"200" doc:"The same request sent again with the same key gets the first answer, for a day"`
}

func (s *Server) importRoutes() {
	s.skillRoutes()
	raw(s, op{
		method: http.MethodPost, path: "/v1/imports/{kind}", id: "import", tag: "Imports", summary: "Take in records", endless: true,
		description: "Streams a body of any size: JSON Lines, CSV or JSON-LD, gzipped or not; a record is at most 256 KB. A bad record fails alone, " +
			"and the answer lists it. Everything accepted is on disk before the answer comes.",
		raw: importTypes,
	}, "application/json", s.importRecords)
}

// importTypes are the content types of imports. The last two leave the format to the parameter or the first bytes.
var importTypes = []string{"application/x-ndjson", "application/jsonl", "application/json", "application/ld+json", "text/csv", "text/plain", "application/gzip", "application/octet-stream"}

func (s *Server) importRecords(w http.ResponseWriter, r *http.Request, who caller, in *importInput) error {
	if who.Role == hiring.RoleLearner {
		return hiring.Errorf(hiring.Forbidden, "learners change their own record only").Mend("use PUT /v1/learners/{id}")
	}
	columns, err := columnMap(in.Map)
	if err != nil {
		return err
	}
	key, done, err := s.start(who, "import "+r.URL.String(), in.Key)
	if err != nil {
		return err
	}
	defer done()
	body, err := s.importBody(w, r)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := ""
	if key != "" {
		sum = s.fingerprint(r.ContentLength, body.head())
	}
	if kept, ok, err := s.keptAnswer(r.Context(), key, sum); err != nil {
		return err
	} else if ok {
		early(w, r, func(w http.ResponseWriter) { err = writeJSON(w, kept) })
		return err
	}
	format := hiring.Format(in.Format)
	if format == "" {
		format = records.Detect("", mediaType(r.Header.Get("Content-Type")), body.head())
	}
	question := hiring.Ingest{Asked: hiring.Asked{Actor: who.Actor}, Kind: hiring.ImportKind(in.Kind), Format: format, Map: columns}
	summary, err := s.ingest(r.Context(), question, body, in.Strict)
	if err != nil {
		p := s.failure(r.Context(), who, err)
		p.Summary = &summary
		return p
	}
	s.settle(r.Context(), summary.Position)
	answer, err := json.Marshal(summary)
	if err != nil {
		return fmt.Errorf("encoding the summary: %w", err)
	}
	s.keepAnswer(r.Context(), key, sum, answer)
	return writeJSON(w, answer)
}

// ingest frames the body and sends it to the ingest role chunk by chunk. One chunk is under way while the next is read, never
// two: records of one id take effect in the order in which they came. With one chunk under way the
// roles together keep two cores busy already.
func (s *Server) ingest(ctx context.Context, question hiring.Ingest, body *importBody, strict bool) (ImportSummary, error) {
	ctx, cancel := context.WithCancel(ctx)
	chunks := make(chan chunk)
	framed := make(chan error, 1)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(chunks)
		framed <- frame(ctx, body, question, chunks)
	})
	read := false
	defer func() {
		cancel()
		if !read { // the sender may still be at it; a connection that was read to the end goes on to its next request
			body.abort()
		}
		reading.Wait()
	}()
	summary := ImportSummary{Rejects: []RejectedRecord{}}
	unknown := unknownNames{}
	for c := range chunks {
		question.Header, question.Records = c.header, c.records
		asked, stop := context.WithTimeout(ctx, s.limits.Handler)
		a, err := events.Ask[hiring.Ingested](asked, s.log, question)
		stop()
		if err != nil {
			return summary, fmt.Errorf("taking in records from line %d on: %w", c.records[0].Line, err)
		}
		summary.add(a)
		unknown.add(a.Unknown)
		question.Since = a.Since
		if strict && len(a.Rejects) > 0 {
			first := a.Rejects[0]
			e := first.Error
			e.Message = fmt.Sprintf("%s (line %d; nothing was read beyond its chunk)", e.Message, first.Line)
			return summary, &e
		}
	}
	read = true
	if err := <-framed; err != nil {
		return summary, err
	}
	summary.Unknown = unknown.top(10)
	if summary.empty() {
		summary.Notes = append(summary.Notes, "the input holds no records")
	}
	return summary, nil
}

// chunk is some records in a row, with the header of their CSV.
type chunk struct {
	header  []string
	records []hiring.Record
	bytes   int
}

// frame cuts the body into chunks.
func frame(ctx context.Context, body *importBody, question hiring.Ingest, chunks chan<- chunk) error {
	var c chunk
	flush := func() error {
		if len(c.records) == 0 {
			return nil
		}
		select {
		case chunks <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
		c = chunk{header: c.header}
		return nil
	}
	var seen *repeats
	framer := records.Framer{Header: func(h []string) error {
		c.header, seen = h, newRepeats(question, h)
		return nil
	}}
	_, err := framer.Frame(body, question.Format, func(r hiring.Record) error {
		r.Again = seen.count(r.Row)
		n := len(r.JSON) + len(r.Text) + len(strings.Join(r.Row, ","))
		if len(c.records) == chunkRecords || c.bytes+n > chunkBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		c.records, c.bytes = append(c.records, r), c.bytes+n
		return nil
	})
	if err == nil {
		err = flush()
	}
	return body.explain(err)
}

// repeats counts the rows of a spreadsheet without an id column that look alike in what identifies them, so that each gets an id of
// its own, and the same one when the file comes again.
type repeats struct {
	columns []int
	rows    map[[16]byte]int
}

// newRepeats returns nil, which counts nothing, where there is an id column or nothing identifies a record.
func newRepeats(question hiring.Ingest, header []string) *repeats {
	r := &repeats{rows: map[[16]byte]int{}}
	for i, column := range header {
		field := question.Map[column]
		if field == "" {
			field = strings.ToLower(column)
		}
		if field == "id" {
			return nil
		}
		if slices.Contains(hiring.Identifying(question.Kind), field) {
			r.columns = append(r.columns, i)
		}
	}
	if len(r.columns) == 0 {
		return nil
	}
	return r
}

// count returns how many rows like it came before.
func (r *repeats) count(row []string) int {
	if r == nil || row == nil {
		return 0
	}
	var key strings.Builder
	for _, i := range r.columns {
		if i < len(row) {
			key.WriteString(strings.TrimSpace(row[i]))
		}
		key.WriteByte(0)
	}
	sum := sha256.Sum256([]byte(key.String()))
	short := [16]byte(sum[:16])
	n := r.rows[short]
	r.rows[short] = n + 1
	return n
}

// columnMap reads column=field pairs; a column's name may hold = itself.
func columnMap(pairs []string) (map[string]string, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		i := strings.LastIndexByte(p, '=')
		if i <= 0 || i == len(p)-1 {
			return nil, hiring.Invalidf("map", "is not column=field").Mend("write map=Job%20Title=title, once for each column")
		}
		column, field := p[:i], p[i+1:]
		if _, twice := m[column]; twice {
			return nil, hiring.Invalidf("map", "fills two fields from one column").Mend("name each column once; copy the column in the file where two fields need it")
		}
		m[column] = field
	}
	return m, nil
}

// settle waits until the matcher has folded an import, so that who asks next sees it, and lets it freeze a new rarity table. It is
// a courtesy: when it fails the import stands, and the matcher catches up by itself.
func (s *Server) settle(ctx context.Context, position uint64) {
	if position == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	system := hiring.Actor{Role: hiring.RoleOperator, Subject: "web"}
	_, err := events.Ask[hiring.Rarity](ctx, s.log, hiring.RefreshRarity{Asked: hiring.Asked{Actor: system, After: position}})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.logger.Debug("the matcher did not follow an import at once", "error", err)
	}
}

// encode sends a value as JSON.
func encode(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return writeJSON(w, b)
}

// writeJSON sends bytes that are JSON already.
func writeJSON(w http.ResponseWriter, b []byte) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(append(bytes.TrimSpace(b), '\n'))
	if err != nil {
		return fmt.Errorf("sending the answer: %w", err)
	}
	return nil
}
