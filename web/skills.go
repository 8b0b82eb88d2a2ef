package web

import (
	"context"
	"net/http"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// taxonomyTime is how long building the map of a taxonomy may take.
const taxonomyTime = 5 * time.Minute

type taxonomyInput struct {
	Name    string `query:"name" required:"true" doc:"Short name of the taxonomy, such as esco; the same name replaces the former release"`
	Release string `query:"release" required:"true" doc:"The publisher's version, such as 1.1.1"`
}

type resolveBody struct {
	Texts []string `json:"texts" maxItems:"1000" doc:"Names of skills, as people write them"`
	Limit int      `json:"limit,omitempty" minimum:"1" maximum:"50" doc:"How many candidates a text gets at most; 5 when left out"`
	Lang  string   `json:"lang,omitempty" doc:"Language of the texts (BCP 47)"`
}

type resolveInput struct {
	Body document[resolveBody]
}

// maxTagged bounds a request to tag texts, in bytes.
const maxTagged = 4 << 20

type tagBody struct {
	Texts []string `json:"texts" maxItems:"1000" doc:"Texts such as postings"`
	Lang  string   `json:"lang,omitempty" doc:"Language of the texts (BCP 47); guessed when left out"`
}

type tagInput struct {
	Body document[tagBody]
}

func (s *Server) skillRoutes() {
	raw(s, op{
		method: http.MethodPost, path: "/v1/imports/skills", id: "import-skills", tag: "Skills", summary: "Load a taxonomy", endless: true,
		description: "A body of JSON Lines, one concept each (id, name, kind, description, labels, alt, broader, related), gzipped or not. Operators only.",
		raw:         []string{"application/x-ndjson", "application/gzip", "application/octet-stream"},
	}, "application/json", s.importTaxonomy)
	handle(s, op{
		method: http.MethodPost, path: "/v1/skills/resolve", id: "resolve-skills", tag: "Skills", summary: "What skills do these names mean?",
		description: "Candidates for each text, best first; none when no loaded taxonomy knows it.",
	}, s.resolve)
	handle(s, op{
		method: http.MethodPost, path: "/v1/skills/tag", id: "tag-texts", body: maxTagged, tag: "Skills", summary: "What skills do these texts name?",
		description: "For each text the places that name a skill, in bytes of its UTF-8, with how likely they do.",
	}, s.tag)
	handle(s, op{
		method: http.MethodPost, path: "/v1/skills/read", id: "read-openings", body: maxTagged, tag: "Skills", summary: "What do these openings ask for?",
		description: "Reads the text of each opening into a draft for its employer to correct: skills with need, level, years and the place in the text that says so, and what it says " +
			"of a degree. Headings and words are known in English, Spanish, German and French. Nothing is stored.",
	}, s.readTexts)
	handle(s, op{
		method: http.MethodPost, path: "/v1/skills/reread", id: "reread-skills", tag: "Skills", summary: "Resolve all skills anew", endless: true,
		description: "Resolves what openings, programmes and learners said, by the taxonomies now in force, and records what changed. Operators only.",
	}, s.reread)
}

func (s *Server) reread(ctx context.Context, who caller, _ *struct{}) (*reply[hiring.Reread], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, taxonomyTime)
	defer cancel()
	a, err := events.Ask[hiring.Reread](ctx, s.log, hiring.RereadSkills{Asked: hiring.Asked{Actor: who.Actor}})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) importTaxonomy(w http.ResponseWriter, r *http.Request, who caller, in *taxonomyInput) error {
	if !who.Operator() {
		return hiring.Errorf(hiring.Forbidden, "only operators load taxonomies")
	}
	if err := (hiring.Taxonomy{Name: in.Name, Release: in.Release}).Validate(); err != nil {
		return err // before its concepts are stored
	}
	body, err := s.importBody(w, r)
	if err != nil {
		return err
	}
	defer body.Close()
	blob, err := s.log.PutBlob(r.Context(), body)
	if err != nil {
		return body.explain(err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), taxonomyTime)
	defer cancel()
	released, err := events.Ask[hiring.ReleasedTaxonomy](ctx, s.log, hiring.ReleaseTaxonomy{
		Asked: hiring.Asked{Actor: who.Actor}, Name: in.Name, Release: in.Release, Blob: blob,
	})
	if err != nil {
		return err
	}
	return encode(w, released)
}

func (s *Server) resolve(ctx context.Context, who caller, in *resolveInput) (*reply[hiring.ResolvedSkills], error) {
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	or(&body.Limit, 5)
	if body.Limit < 1 || body.Limit > 50 {
		return nil, hiring.Invalidf("limit", "is outside 1 to 50")
	}
	if len(body.Texts) > 1000 {
		return nil, hiring.Invalidf("texts", "holds more than 1,000 texts").Mend("send them in parts")
	}
	a, err := events.Ask[hiring.ResolvedSkills](ctx, s.log, hiring.ResolveSkills{
		Asked: hiring.Asked{Actor: who.Actor}, Limit: body.Limit, Lang: body.Lang, Texts: body.Texts,
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) readTexts(ctx context.Context, who caller, in *tagInput) (*reply[hiring.OpeningDrafts], error) {
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	if len(body.Texts) > 1000 {
		return nil, hiring.Invalidf("texts", "holds more than 1,000 texts").Mend("send them in parts")
	}
	a, err := events.Ask[hiring.OpeningDrafts](ctx, s.log, hiring.ReadTexts{
		Asked: hiring.Asked{Actor: who.Actor}, Lang: body.Lang, Texts: body.Texts,
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) tag(ctx context.Context, who caller, in *tagInput) (*reply[hiring.TaggedTexts], error) {
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	if len(body.Texts) > 1000 {
		return nil, hiring.Invalidf("texts", "holds more than 1,000 texts").Mend("send them in parts")
	}
	a, err := events.Ask[hiring.TaggedTexts](ctx, s.log, hiring.TagTexts{
		Asked: hiring.Asked{Actor: who.Actor}, Lang: body.Lang, Texts: body.Texts,
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}
