package hiring

import (
	"encoding/json"
	"time"
)

// A question or command is a struct of this file: events.Ask sends it to its Subject, the role that owns it answers. Answers
// are structs too; a refusal is an [Error].

// Asked is what every question carries.
type Asked struct {
	Actor Actor `json:"actor"`
	// After makes the answering role wait (two seconds at most) until it has folded the log up to this position, so that one
	// can read what one wrote.
	After uint64 `json:"after,omitempty"`
}

// Asks returns the embedded Asked: how the answering side finds After in any question.
func (a Asked) Asks() Asked { return a }

// answerBytes bounds the JSON of an answer's list: three quarters of what one message may hold, so that the rest finds room.
const answerBytes = 6 << 20

// Fitting returns as much of the list, from its beginning, as one answer can carry, and one entry at least: who asks for more asks
// again from there.
func Fitting[T any](list []T) []T {
	fitting, err := Encoded(list)
	if err != nil {
		return list // and whoever encodes the answer says why
	}
	return list[:len(fitting)]
}

// Encoded returns the JSON of what [Fitting] returns, entry by entry.
func Encoded[T any](list []T) ([]json.RawMessage, error) {
	encoded, size := make([]json.RawMessage, 0, len(list)), 0
	for i := range list {
		b, err := json.Marshal(list[i])
		if err != nil {
			return nil, err
		}
		if size += len(b) + 1; size > answerBytes && i > 0 {
			break
		}
		encoded = append(encoded, b)
	}
	return encoded, nil
}

// RankLearners asks the matcher for the visible learners that match an opening best. Answer: [RankedLearners]. The answer may hold
// fewer than Limit, where more do not fit: go on from there until Total.
type RankLearners struct {
	Asked
	Opening OpeningID `json:"opening"`
	Offset  int       `json:"offset,omitempty"`
	Limit   int       `json:"limit"` // 1 to 1,000
	Explain bool      `json:"explain,omitempty"`
	Filters Filters   `json:"filters,omitzero"`
	At      time.Time `json:"at"`
}

// RankedLearners is the answer to [RankLearners]: the matches in rank order, each with the learner's id beside it.
type RankedLearners struct {
	Ranking
	Employer EmployerName `json:"employer"`
	// IDs are the learners of Matches, by index.
	IDs []LearnerID `json:"ids"`
	// Total is how many learners score above zero and pass the filters.
	Total int `json:"total"`
	// Excluded says, when there are filters or Explain is set, what each of them and each must-have leaves out.
	Excluded []Excluded `json:"excluded,omitempty"`
	// TextAt is the log position that the text filter reflects.
	TextAt uint64 `json:"textAt,omitempty"`
}

// RankOpenings asks the matcher for the open openings that a learner matches best. Answer: [RankedOpenings], which may hold fewer than
// Limit as that of [RankLearners] may.
type RankOpenings struct {
	Asked
	ID      LearnerID `json:"id"`
	Offset  int       `json:"offset,omitempty"`
	Limit   int       `json:"limit"` // 1 to 1,000
	Explain bool      `json:"explain,omitempty"`
	At      time.Time `json:"at"`
}

// RankedOpenings is the answer to [RankOpenings].
type RankedOpenings struct {
	Ranking
	ID    LearnerID `json:"id"`
	Total int       `json:"total"`
}

// FindLearners asks the search role which visible learners a query finds. Answer: [FoundLearners].
type FindLearners struct {
	Asked
	Query string    `json:"query"` // as in [Search]
	At    time.Time `json:"at"`
}

// FoundLearners is the answer to [FindLearners].
type FoundLearners struct {
	// Numbers is a Roaring bitmap of 64-bit numbers in its portable form: [World.First] of each learner found.
	Numbers []byte `json:"numbers"`
	// Position is the log position that the answer reflects.
	Position uint64 `json:"position"`
}

// ListOpenings asks the matcher for the ids of openings that the actor manages, in order of id. Answer: [OpeningList].
type ListOpenings struct {
	Asked
	From  OpeningID `json:"from,omitempty"` // the last id of the page before
	Limit int       `json:"limit"`
}

// OpeningList is a page of opening ids; it is the last one when shorter than the limit.
type OpeningList struct {
	Openings []OpeningID `json:"openings"`
}

// ReachOfProgramme asks the matcher which open openings a programme's skills reach. Answer: [ProgrammeReach].
type ReachOfProgramme struct {
	Asked
	Programme ProgrammeID `json:"programme"`
	Limit     int         `json:"limit"`
	At        time.Time   `json:"at"`
}

// ProgrammeReach is the answer to [ReachOfProgramme]: openings ranked as for a learner who holds nothing but the programme.
type ProgrammeReach struct {
	Programme ProgrammeID `json:"programme"`
	Ranking
	// Fully counts openings none of whose essential skills is missing, Nearly those that miss one, of all that score above zero; Not
	// counts all other open ones.
	Fully  int `json:"fully"`
	Nearly int `json:"nearly"`
	Not    int `json:"not"`
	Total  int `json:"total"`
	// Openers are the skills that would open most, ten at most: those that alone are missing in openings that are nearly reached.
	Openers []Opener `json:"openers"`
}

// Opener is a skill and how many openings a programme would reach fully if it taught that too.
type Opener struct {
	Skill    SkillID `json:"skill"`
	Name     string  `json:"name,omitempty"`
	Openings int     `json:"openings"`
}

// RefreshRarity asks the matcher to freeze a new rarity table if enough openings came since the last. Answer: [Rarity].
type RefreshRarity struct {
	Asked
}

// Search asks the search role. Answer: [SearchAnswer].
type Search struct {
	Asked
	// Of is "learners" or "openings".
	Of string `json:"of"`
	// Query is what the person typed: words, "phrases", -not, and field:value terms; see package search.
	Query string `json:"query"`
	Limit int    `json:"limit"`
	// Cursor continues a former answer; empty for the first page.
	Cursor string    `json:"cursor,omitempty"`
	At     time.Time `json:"at"`
}

// SearchAnswer is a page of hits.
type SearchAnswer struct {
	Total  Count              `json:"total"`
	Hits   []Hit              `json:"hits"`
	Facets map[string][]Facet `json:"facets,omitempty"`
	Next   string             `json:"next,omitempty"` // cursor of the next page; empty on the last
	// Position is the log position that the answer reflects.
	Position uint64 `json:"position"`
}

// Hit is one learner or opening found.
type Hit struct {
	// ID is the opening's or learner's id; the edge replaces a learner's by a pseudonym where the actor sees those.
	ID      string     `json:"id"`
	Learner LearnerRef `json:"learner,omitempty"`
	Title   string     `json:"title,omitempty"`
	Place   string     `json:"place,omitempty"`
	Score   float64    `json:"score"`
	// Highlights are fragments of the fields that matched, by field, as plain text with «» around the words.
	Highlights map[string][]string `json:"highlights,omitempty"`
	Skills     []string            `json:"skills,omitempty"` // names, at most 20
	Verified   bool                `json:"verified,omitempty"`
}

// Facet is one value of a facet and how many hits have it.
type Facet struct {
	Value string `json:"value"`
	Count Count  `json:"count"`
}

// Count is a number that may be hidden: -1 stands for "fewer than ten" and is shown as "<10".
type Count int

// FewerThanTen is shown to those who may not count single people.
const FewerThanTen Count = -1

// MarshalJSON writes a number, or "<10".
func (c Count) MarshalJSON() ([]byte, error) {
	if c == FewerThanTen {
		return []byte(`"<10"`), nil
	}
	return json.Marshal(int(c))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Count) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil && text == "<10" {
		*c = FewerThanTen
		return nil
	}
	return json.Unmarshal(b, (*int)(c))
}

// ImportKind is what an import holds.
type ImportKind string

// The kinds of imports.
const (
	ImportLearners    ImportKind = "learners"
	ImportOpenings    ImportKind = "openings"
	ImportProgrammes  ImportKind = "programmes"
	ImportCredentials ImportKind = "credentials"
)

// Format is how the records of an import are written.
type Format string

// The formats of imports. In each a record is at most 256 KB.
const (
	JSONLines Format = "jsonl"  // a record is one JSON object
	CSV       Format = "csv"    // a record is one row; Header and Map say what its columns mean
	JSONLD    Format = "jsonld" // a record is one JSON-LD object, cut out of an array or @graph
)

// Ingest asks the ingest role to take in a chunk of records. Answer: [Ingested].
type Ingest struct {
	Asked
	Kind   ImportKind `json:"kind"`
	Format Format     `json:"format"`
	// Header names the columns of a CSV; Map says which field a column fills (column → field, dotted for nested ones).
	Header  []string          `json:"header,omitempty"`
	Map     map[string]string `json:"map,omitempty"`
	Records []Record          `json:"records"`
	// Since is the Since of the import's first answer, 0 with its first chunk.
	Since uint64 `json:"since,omitempty"`
	// Expect, for a single record, is the log position of the last fact about it that the sender saw, 0 for none: when something else
	// stands there the record is refused as [Stale]. Nil expects nothing.
	Expect *uint64 `json:"expect,omitempty"`
}

// Record is one record of an import as it was framed.
type Record struct {
	N    int             `json:"n,omitempty"`    // which record of the body it is, from 1; several may start on one line
	Line int             `json:"line"`           // where it starts, from 1
	JSON json.RawMessage `json:"json,omitempty"` // may be malformed: then as a JSON string in Text
	Text string          `json:"text,omitempty"` // a line that is not valid JSON, as it came
	Row  []string        `json:"row,omitempty"`  // of a CSV
	// Again counts the rows before it in the same import whose identifying cells are the same; see [Identifying].
	Again int `json:"again,omitempty"`
	// Problem is set, and the rest empty, when the record could not even be framed (too long, ragged row).
	Problem *Error `json:"problem,omitempty"`
}

// Identifying lists the fields that tell records of a kind apart where a spreadsheet has no id: a stable id is made from them. It is
// empty for kinds that must bring an id.
func Identifying(k ImportKind) []string {
	switch k {
	case ImportProgrammes:
		return []string{"provider", "name"}
	case ImportOpenings:
		return []string{"employer", "title", "place.name", "place"}
	}
	return nil
}

// Ingested counts what became of a chunk's records. Accepted includes neither unchanged nor rejected ones.
type Ingested struct {
	Accepted      int      `json:"accepted"`
	Unchanged     int      `json:"unchanged"`
	UnknownSkills int      `json:"unknownSkills"` // records of which at least one skill name resolved to nothing
	Ignored       int      `json:"ignored"`       // JSON-LD properties that mean nothing here
	Rejects       []Reject `json:"rejects,omitempty"`
	// Replaced counts records of the import, among the accepted ones, that a later record with the same id replaced.
	Replaced int `json:"replaced,omitempty"`
	// WithoutSkills counts records that name no skill at all, nor a credential: nothing matches them.
	WithoutSkills int `json:"withoutSkills,omitempty"`
	// Unknown lists names that no taxonomy knows, the most frequent first, at most [MaxUnknown].
	Unknown []NameCount `json:"unknown,omitempty"`
	// Notes tell the sender, in full sentences, what no single record is to blame for.
	Notes []string `json:"notes,omitempty"`
	// Since is the first log position that the import may have written: its later chunks bring it back.
	Since uint64 `json:"since,omitempty"`
	// Position is the last log position written, 0 when nothing was.
	Position uint64 `json:"position"`
}

// MaxUnknown bounds [Ingested.Unknown].
const MaxUnknown = 200

// NameCount is the name of a skill and how many records have it.
type NameCount struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Reject is a record that was refused, and why.
type Reject struct {
	N     int   `json:"n,omitempty"` // of the record
	Line  int   `json:"line"`
	Error Error `json:"error"`
}

// ReleaseTaxonomy asks the ingest role to load a taxonomy whose concepts stand in a blob. Answer: [ReleasedTaxonomy].
type ReleaseTaxonomy struct {
	Asked
	Name    string `json:"name"`
	Release string `json:"release"`
	Blob    string `json:"blob"`
}

// ReleasedTaxonomy is the answer to [ReleaseTaxonomy]: the taxonomy in force, and how much came before it.
type ReleasedTaxonomy struct {
	Taxonomy
	// Unresolved counts the records that hold a skill's name which no taxonomy knew when they came. What they hold stays as it is
	// until they are read again; see [RereadSkills].
	Unresolved Unresolved `json:"unresolved"`
}

// Unresolved counts records by what they are.
type Unresolved struct {
	Openings   int `json:"openings"`
	Learners   int `json:"learners"`
	Programmes int `json:"programmes"`
}

// ResolveSkills asks the ingest role what skills names mean. Answer: [ResolvedSkills].
type ResolveSkills struct {
	Asked
	Limit int      `json:"limit"`
	Lang  string   `json:"lang,omitempty"`
	Texts []string `json:"texts"`
}

// ResolvedSkills holds candidates for each text, best first.
type ResolvedSkills struct {
	Candidates [][]Candidate `json:"candidates"`
}

// NameSkills asks the ingest role how skills are called in a language. Answer: [SkillNames].
type NameSkills struct {
	Asked
	Lang   string    `json:"lang"`
	Skills []SkillID `json:"skills"`
}

// SkillNames holds the names of those skills that a loaded taxonomy knows: in the language asked for, or else in another.
type SkillNames struct {
	Names map[SkillID]string `json:"names"`
}

// Candidate is a skill that a text may mean.
type Candidate struct {
	Skill SkillID `json:"skill"`
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

// RereadSkills asks the ingest role to resolve the skills of all openings, programmes and learners anew, from the words that were
// sent, and to write down what changed. Answer: [Reread].
type RereadSkills struct{ Asked }

// Reread counts the records that changed.
type Reread struct {
	Openings   int `json:"openings"`
	Programmes int `json:"programmes"`
	Learners   int `json:"learners"`
	// Failed counts those that should have changed and could not; their reasons are logged.
	Failed int `json:"failed"`
	// Position is the last log position written, 0 when nothing was.
	Position uint64 `json:"position"`
}

// ReadOpening asks the ingest role what an opening says, as an import would take it in, and writes nothing. Answer: [Opening].
type ReadOpening struct {
	Asked
	Record json.RawMessage `json:"record"`
}

// WithdrawOpening asks the ingest role to withdraw an opening. Answer: [Done].
type WithdrawOpening struct {
	Asked
	Opening OpeningID `json:"opening"`
	// IfMatch, when not zero, is the ETag the caller saw.
	IfMatch uint64 `json:"ifMatch,omitempty"`
}

// SetConsent asks the ingest role to record whether a learner may be shown to employers. Answer: [Done].
type SetConsent struct {
	Asked
	Learner LearnerID `json:"learner"`
	Visible bool      `json:"visible"`
}

// EraseLearner asks the ingest role to erase a person: key, records and everything derived. Answer: [Done].
type EraseLearner struct {
	Asked
	Learner LearnerID `json:"learner"`
}

// PutToken asks the ingest role to record or revoke a token. Answer: [Done].
type PutToken struct {
	Asked
	Token Token `json:"token"`
}

// Done says that a command was carried out, and at which log position.
type Done struct {
	Position uint64 `json:"position"`
}

// Subjects of questions.
func (RankLearners) Subject() string     { return "ask.match.learners" }
func (RankOpenings) Subject() string     { return "ask.match.openings" }
func (ListOpenings) Subject() string     { return "ask.match.list" }
func (ReachOfProgramme) Subject() string { return "ask.match.programme" }
func (RefreshRarity) Subject() string    { return "ask.match.rarity" }
func (Search) Subject() string           { return "ask.search" }
func (FindLearners) Subject() string     { return "ask.search.learners" }
func (Ingest) Subject() string           { return "ask.ingest.records" }
func (ReleaseTaxonomy) Subject() string  { return "ask.ingest.taxonomy" }
func (ResolveSkills) Subject() string    { return "ask.ingest.resolve" }
func (NameSkills) Subject() string       { return "ask.ingest.names" }
func (RereadSkills) Subject() string     { return "ask.ingest.reread" }
func (ReadOpening) Subject() string      { return "ask.ingest.read" }
func (WithdrawOpening) Subject() string  { return "ask.ingest.withdraw" }
func (SetConsent) Subject() string       { return "ask.ingest.consent" }
func (EraseLearner) Subject() string     { return "ask.ingest.erase" }
func (PutToken) Subject() string         { return "ask.ingest.token" }
