package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"github.com/alecthomas/kong"

	"matchday/hiring"
	"matchday/skills"
)

// skillsCmd loads taxonomies and asks what names mean.
type skillsCmd struct {
	Import  skillsImportCmd  `cmd:"" help:"Load a taxonomy as its publisher gives it."`
	Resolve skillsResolveCmd `cmd:"" help:"Say which skills names mean."`
	Tag     skillsTagCmd     `cmd:"" help:"Say which skills texts name, and where."`
	Read    skillsReadCmd    `cmd:"" help:"Read the texts of openings into drafts to be corrected: skills with need and level, and the degree."`
	Reread  skillsRereadCmd  `cmd:"" help:"Resolve the skills of all openings, programmes and learners anew, as after loading a taxonomy."`
}

type skillsImportCmd struct {
	ESCO   taxonomyDir  `cmd:"" name:"esco" help:"A folder of ESCO's CSV files."`
	ONET   taxonomyDir  `cmd:"" name:"onet" help:"A folder of the O*NET text database."`
	RSD    taxonomyFile `cmd:"" name:"rsd" help:"Rich Skill Descriptors: JSON or CSV of the Open Skills Management Tool."`
	CTDL   taxonomyFile `cmd:"" name:"ctdl" help:"Competencies of CTDL or CTDL-ASN documents (JSON-LD)."`
	Labels taxonomyFile `cmd:"" name:"labels" help:"Labels in further languages: tab-separated uri, en, de, …"`
	JSONL  taxonomyFile `cmd:"" name:"jsonl" help:"JSON Lines: id, name, and labels, alt, broader, related, same, essential, optional."`
}

// taxonomyName is how the loaded taxonomy is called.
type taxonomyName struct {
	Name    string `help:"Short name of the taxonomy; the same name replaces the former release." placeholder:"NAME"`
	Release string `help:"The publisher's version; read from the file's name when left out." placeholder:"VERSION"`
}

type taxonomyDir struct {
	taxonomyName
	Dir string `arg:"" type:"existingdir" help:"The folder."`
}

type taxonomyFile struct {
	taxonomyName
	Files []string `arg:"" name:"file" help:"The files; - is standard input."`
}

// Run loads the folder as ESCO or O*NET, by the command's name.
func (t *taxonomyDir) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	kind := k.Selected().Name
	read := map[string]func(fs.FS, func(skills.Concept) error) (skills.Counts, error){"esco": skills.ReadESCO, "onet": skills.ReadONET}[kind]
	return t.load(ctx, g, c, kind, t.Dir, func(emit func(skills.Concept) error) (skills.Counts, error) {
		return read(os.DirFS(t.Dir), emit)
	})
}

// Run loads files as what the command's name says, all into one release.
func (t *taxonomyFile) Run(ctx context.Context, k *kong.Context, g *globals, c console) error {
	kind := k.Selected().Name
	read := map[string]func(io.Reader, func(skills.Concept) error) (skills.Counts, error){
		"rsd": skills.ReadRSD, "ctdl": skills.ReadCTDL, "labels": skills.ReadLabels, "jsonl": skills.ReadJSONL,
	}[kind]
	if kind == "jsonl" {
		kind = "own"
	}
	return t.load(ctx, g, c, kind, t.Files[0], func(emit func(skills.Concept) error) (skills.Counts, error) {
		sum := skills.Counts{Labels: map[string]int{}}
		for _, file := range t.Files {
			counts, err := readFile(file, c.in, func(in io.Reader) (skills.Counts, error) { return read(in, emit) })
			if err != nil {
				return sum, fmt.Errorf("%s: %w", file, err)
			}
			if len(t.Files) > 1 {
				for i, reason := range counts.Skipped {
					counts.Skipped[i] = file + ": " + reason
				}
			}
			sum.Add(counts)
		}
		return sum, nil
	})
}

func readFile(file string, stdin io.Reader, read func(io.Reader) (skills.Counts, error)) (skills.Counts, error) {
	if file == "-" {
		return read(stdin)
	}
	f, err := os.Open(file)
	if err != nil {
		return skills.Counts{}, err
	}
	defer f.Close()
	return read(f)
}

var versionInName = regexp.MustCompile(`\d+(\.\d+)+`)

// load streams concepts to the API as they are read and prints the counts.
func (t *taxonomyName) load(ctx context.Context, g *globals, c console, name, path string, read func(func(skills.Concept) error) (skills.Counts, error)) error {
	if t.Name == "" {
		t.Name = name
	}
	if t.Release == "" {
		if t.Release = versionInName.FindString(filepath.Base(path)); t.Release == "" {
			t.Release = "unversioned"
		}
	}
	cl, err := g.dialOrMake(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	bar := newProgress(c, "skills of "+t.Name, 0)
	defer bar.done()
	body, write := io.Pipe()
	counted := make(chan skills.Counts, 1)
	go func() {
		buffered := bufio.NewWriterSize(write, 256<<10)
		counts, err := read(func(concept skills.Concept) error { return skills.WriteJSONL(buffered, concept) })
		if err == nil {
			err = buffered.Flush()
		}
		counted <- counts
		write.CloseWithError(err) // nil ends the body, an error fails the request
	}()
	query := url.Values{"name": {t.Name}, "release": {t.Release}}
	resp, err := cl.send(ctx, "POST", "/v1/imports/skills?"+query.Encode(), "application/x-ndjson", bar.reader(body))
	body.CloseWithError(err)
	if err != nil {
		return fmt.Errorf("loading the taxonomy in %s: %w", path, err)
	}
	defer resp.Body.Close()
	bar.done()
	var released hiring.ReleasedTaxonomy
	if err := json.NewDecoder(resp.Body).Decode(&released); err != nil {
		return fmt.Errorf("reading what became of the taxonomy: %w", err)
	}
	counts := <-counted
	if n := released.Unresolved; n != (hiring.Unresolved{}) {
		fmt.Fprintf(c.err, "%d openings, %d learners and %d programmes hold names of skills that no taxonomy knew when they came; resolve those with 'matchday skills reread'\n",
			n.Openings, n.Learners, n.Programmes)
	}
	return json.NewEncoder(c.out).Encode(map[string]any{
		"taxonomy": t.Name, "release": t.Release, "skills": counts.Skills, "labels": counts.Labels,
		"relations": counts.Relations, "skipped": counts.Skipped, "unresolved": released.Unresolved,
	})
}

// skillsResolveCmd reads {"id","text","lang"?} lines and writes {"id","candidates"} lines.
type skillsResolveCmd struct {
	Limit int    `help:"How many candidates a name gets at most." default:"5"`
	Lang  string `help:"Language of the names (BCP 47) where a line gives none." placeholder:"LANG"`
	File  string `arg:"" help:"JSON Lines; - is standard input."`
}

type resolveLine struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
	Lang string          `json:"lang"`
}

// read decodes one line.
func (l *resolveLine) read(line []byte) error {
	if err := readJSON(line, l); err != nil {
		return err
	}
	if len(l.ID) == 0 || string(l.ID) == "null" {
		return hiring.Invalidf("id", "is missing").Mend("give each line one, to find its answer by")
	}
	return nil
}

// Validate checks the limit.
func (r *skillsResolveCmd) Validate() error { return limitWithin(r.Limit, 50) }

// Run resolves the lines in chunks that share a language, keeping their order.
func (r *skillsResolveCmd) Run(ctx context.Context, g *globals, c console) error {
	return eachChunk(ctx, g, c, r.File, r.Lang, func(cl *client, chunk []resolveLine) error { return r.resolve(ctx, cl, c, chunk) })
}

// What is sent at once: lines, and bytes of their text, of which JSON may make six times as many.
const (
	chunkLines = 200
	chunkBytes = 40 << 10
	longestRow = 4 << 20
)

// eachChunk reads {"id","text","lang"?} lines and hands them on in chunks that share a language. Lines that are no such object are
// rejected.
func eachChunk(ctx context.Context, g *globals, c console, file, lang string, do func(*client, []resolveLine) error) error {
	in, err := openSource(file, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	cl, err := g.dial(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestRow)
	var chunk []resolveLine
	rejected, size := 0, 0
	flush := func() error {
		if len(chunk) == 0 {
			return nil
		}
		err := do(cl, chunk)
		chunk, size = chunk[:0], 0
		return err
	}
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l resolveLine
		if err := l.read(lines.Bytes()); err != nil {
			fmt.Fprintf(c.err, "%s:%d: %v\n", file, n, err)
			rejected++
			continue
		}
		if l.Lang == "" {
			l.Lang = lang
		}
		if len(chunk) == chunkLines || size+len(l.Text) > chunkBytes || len(chunk) > 0 && chunk[0].Lang != l.Lang {
			if err := flush(); err != nil {
				return err
			}
		}
		chunk, size = append(chunk, l), size+len(l.Text)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	if err := flush(); err != nil {
		return err
	}
	if rejected > 0 {
		return rejectedError{rejected}
	}
	return nil
}

func (r *skillsResolveCmd) resolve(ctx context.Context, cl *client, c console, chunk []resolveLine) error {
	q := struct {
		Texts []string `json:"texts"`
		Limit int      `json:"limit"`
		Lang  string   `json:"lang,omitempty"`
	}{Limit: r.Limit, Lang: chunk[0].Lang}
	for _, l := range chunk {
		q.Texts = append(q.Texts, l.Text)
	}
	var answer hiring.ResolvedSkills
	if err := cl.do(ctx, "POST", "/v1/skills/resolve", q, &answer); err != nil {
		return fmt.Errorf("resolving names: %w", err)
	}
	out := json.NewEncoder(c.out)
	for i, l := range chunk {
		candidates := answer.Candidates[i]
		if candidates == nil {
			candidates = []hiring.Candidate{}
		}
		line := struct {
			ID         json.RawMessage    `json:"id"`
			Candidates []hiring.Candidate `json:"candidates"`
		}{l.ID, candidates}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// skillsTagCmd reads {"id","text","lang"?} lines and writes {"id","skills"} lines.
type skillsTagCmd struct {
	Lang string `help:"Language of the texts (BCP 47) where a line gives none; guessed when left out." placeholder:"LANG"`
	File string `arg:"" help:"JSON Lines; - is standard input."`
}

// Run tags the lines in chunks that share a language, keeping their order.
func (t *skillsTagCmd) Run(ctx context.Context, g *globals, c console) error {
	out := json.NewEncoder(c.out)
	return eachChunk(ctx, g, c, t.File, t.Lang, func(cl *client, chunk []resolveLine) error {
		q := struct {
			Texts []string `json:"texts"`
			Lang  string   `json:"lang,omitempty"`
		}{Lang: chunk[0].Lang}
		for _, l := range chunk {
			q.Texts = append(q.Texts, l.Text)
		}
		var answer hiring.TaggedTexts
		if err := cl.do(ctx, "POST", "/v1/skills/tag", q, &answer); err != nil {
			return fmt.Errorf("tagging texts: %w", err)
		}
		for i, l := range chunk {
			line := struct {
				ID     json.RawMessage      `json:"id"`
				Skills []hiring.TaggedSkill `json:"skills"`
			}{l.ID, answer.Skills[i]}
			if err := out.Encode(line); err != nil {
				return err
			}
		}
		return nil
	})
}

type skillsRereadCmd struct{}

// Run has everything read again and prints how much changed.
func (*skillsRereadCmd) Run(ctx context.Context, g *globals, c console) error {
	cl, err := g.dial(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	var sum hiring.Reread
	if err := cl.do(ctx, "POST", "/v1/skills/reread", nil, &sum); err != nil {
		return fmt.Errorf("reading skills again: %w", err)
	}
	return json.NewEncoder(c.out).Encode(sum)
}
