package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"

	"matchday/hiring"
	"matchday/ingest/jobposting"
	"matchday/ingest/native"
	"matchday/ingest/table"
	"matchday/skills"
	"matchday/vault"
)

// maxRecord bounds one record, in bytes.
const maxRecord = 256 << 10

// decoder turns records of one chunk into intents. It is safe for concurrent use.
type decoder struct {
	kind    hiring.ImportKind
	format  hiring.Format
	columns *table.Columns // of a CSV
	skills  *skills.Map
	secrets *vault.Secrets
}

// decoded is what became of one record: an intent, or an error, or neither when it means nothing here.
type decoded struct {
	intent  intent
	err     error
	unknown []hiring.SkillRef // by names that no taxonomy knows
	ignored int
}

func (r *Role) decoder(ctx context.Context, q hiring.Ingest) (*decoder, error) {
	d := &decoder{kind: q.Kind, format: q.Format, secrets: r.secrets}
	var err error
	switch {
	case q.Format == hiring.CSV:
		d.columns, err = table.NewColumns(q.Kind, q.Header, q.Map)
	case len(q.Map) > 0:
		err = hiring.Invalidf("map", "is for CSV only")
	case q.Format != hiring.JSONLD && q.Format != hiring.JSONLines:
		err = hiring.Invalidf("format", "is not one of jsonl, csv, jsonld")
	}
	if err != nil {
		return nil, err
	}
	d.skills, err = r.skillMap(ctx)
	return d, err
}

// skillMap returns the map of the taxonomies in force.
func (r *Role) skillMap(ctx context.Context) (*skills.Map, error) {
	r.mu.RLock()
	inForce := slices.Collect(maps.Values(r.world.Taxonomies))
	r.mu.RUnlock()
	return r.shelf.Load(ctx, inForce)
}

// all decodes records on every processor.
func (d *decoder) all(records []hiring.Record) []decoded {
	out := make([]decoded, len(records))
	share := max(1, (len(records)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for from := 0; from < len(records); from += share {
		wg.Go(func() {
			for i := from; i < min(from+share, len(records)); i++ {
				out[i] = d.one(records[i])
			}
		})
	}
	wg.Wait()
	return out
}

func (d *decoder) one(rec hiring.Record) (out decoded) {
	doc, err := d.document(rec, &out)
	if err != nil || doc == nil {
		out.err = err
		return out
	}
	r := &resolver{skills: d.skills}
	switch d.kind {
	case hiring.ImportOpenings:
		out.intent, out.err = d.opening(doc, r)
	case hiring.ImportLearners:
		out.intent, out.err = d.learner(doc, r)
	case hiring.ImportProgrammes:
		out.intent, out.err = d.programme(doc, r)
	case hiring.ImportCredentials:
		out.intent, out.err = d.completion(doc)
	}
	out.unknown = r.unknown
	return out
}

// document reads a record into the native form; nil when it is a node of a page that is no JobPosting.
func (d *decoder) document(rec hiring.Record, out *decoded) (map[string]any, error) {
	if rec.Problem != nil {
		return nil, rec.Problem
	}
	if d.format == hiring.CSV {
		return d.columns.Decode(rec.Row, rec.Again)
	}
	raw := []byte(rec.JSON)
	if len(raw) == 0 {
		raw = []byte(rec.Text)
	}
	if len(raw) > maxRecord {
		return nil, hiring.Errorf(hiring.TooLarge, "the record is larger than 256 KB")
	}
	doc, err := native.Parse(raw)
	if err != nil {
		return doc, err
	}
	_, typed := doc["@type"]
	_, linked := doc["@context"]
	switch {
	case d.format == hiring.JSONLD && !typed && !linked: // an element of a plain array is a record as a line is
		return doc, nil
	case d.kind != hiring.ImportOpenings && d.format == hiring.JSONLD:
		return nil, hiring.Errorf(hiring.Invalid, "JSON-LD is not read for %s", d.kind).Mend("send JSON Lines, an array of such objects, or CSV")
	case d.kind != hiring.ImportOpenings:
		return doc, nil
	case jobposting.Is(doc):
		doc, out.ignored, err = jobposting.Decode(doc)
		return doc, err
	case typed && d.format == hiring.JSONLD: // the site, its owner and the like stand in one graph with postings
		out.ignored = 1
		return nil, nil
	case d.format == hiring.JSONLD:
		return nil, hiring.Invalidf("@type", "is not JobPosting")
	}
	return doc, nil
}

func (d *decoder) opening(doc map[string]any, r *resolver) (intent, error) {
	o, err := native.DecodeOpening(doc)
	if err != nil {
		return nil, err
	}
	if o.Skills, err = r.requirements(o.Skills); err != nil {
		return nil, err
	}
	return &openingRecord{at: hiring.OpeningSubject(d.secrets.Ref(hiring.KindOpening, string(o.ID))), opening: o}, o.Validate()
}

func (d *decoder) programme(doc map[string]any, r *resolver) (intent, error) {
	p, err := native.DecodeProgramme(doc)
	if err != nil {
		return nil, err
	}
	r.lang = p.Language
	if p.Skills, err = r.taught(p.Skills); err != nil {
		return nil, err
	}
	return &programmeRecord{at: hiring.ProgrammeSubject(d.secrets.Ref(hiring.KindProgramme, string(p.ID))), programme: p}, p.Validate()
}

func (d *decoder) completion(doc map[string]any) (intent, error) {
	c, err := native.DecodeCompletion(doc)
	if err != nil {
		return nil, err
	}
	ref := d.secrets.LearnerRef(c.Learner)
	r := &completionRecord{of: hiring.LearnerSubject(ref), learner: ref, Completion: c}
	r.place(d.secrets)
	return r, nil
}

func (d *decoder) learner(doc map[string]any, r *resolver) (intent, error) {
	l, err := native.DecodeLearner(doc)
	if err != nil {
		return nil, err
	}
	if len(l.Languages) > 0 {
		r.lang = l.Languages[0]
	}
	if l.Skills, err = r.held(l.Skills); err != nil {
		return nil, err
	}
	l.Ref = d.secrets.LearnerRef(l.ID)
	return &learnerRecord{at: hiring.LearnerSubject(l.Ref), Learner: l, digest: d.digest}, l.Validate()
}

// digest is over all that an import can change, apart from consent, which decides have of their own.
func (d *decoder) digest(l hiring.Learner, p hiring.Personal) string {
	l.Sealed, l.Digest, l.Visible, l.Decided = nil, "", false, false
	data, err := json.Marshal(struct {
		hiring.Learner
		Personal hiring.Personal `json:"personal"`
	}{l, p})
	if err != nil {
		return "" // only numbers that are none cannot be encoded, and validation refused them
	}
	return d.secrets.Digest(data)
}

// within prefixes the field of a refusal.
func within(outer string, err error) error {
	var e *hiring.Error
	if errors.As(err, &e) {
		return e.In(outer)
	}
	return err
}
