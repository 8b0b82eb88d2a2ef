package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// MatchedLearner is one learner of an opening's ranking.
type MatchedLearner struct {
	Learner string `json:"learner" doc:"The learner's id, or for employers and recruiters their pseudonym"`
	MatchFields
}

// MatchedOpening is one opening of a learner's or a programme's ranking.
type MatchedOpening struct {
	Opening hiring.OpeningID `json:"opening"`
	MatchFields
}

// MatchFields are what both sides of a match show. The last three are for explain only.
type MatchFields struct {
	Score   hiring.Score     `json:"score" doc:"0 to 1"`
	Matched []hiring.SkillID `json:"matched" doc:"The opening's skills that the learner holds"`
	Missing []hiring.SkillID `json:"missing" doc:"All its others"`
	Near    []hiring.Near    `json:"near,omitempty" doc:"Those missing that a related skill partly meets"`
	Parts   []hiring.Part    `json:"parts,omitempty" doc:"What adds up to the score"`
	Breadth *hiring.Score    `json:"breadth,omitempty" doc:"What skills that are not asked for took away"`
}

func bodyOf(m hiring.Match, explain bool) MatchFields {
	b := MatchFields{Score: m.Score, Matched: listOf(m.Matched), Missing: listOf(m.Missing)}
	if explain {
		b.Near, b.Parts, b.Breadth = m.Near, m.Parts, &m.Breadth
	}
	return b
}

// listOf makes a nil slice an empty one: JSON shows [], not null.
func listOf[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Provenance says what computed a ranking, so that it can be computed again.
type Provenance struct {
	Position uint64 `json:"position,omitempty" doc:"Log position that the ranking reflects"`
	Scorer   string `json:"scorer,omitempty" doc:"Version of the score"`
	Rarity   string `json:"rarity,omitempty" doc:"Digest of the frozen rarity table"`
	At       string `json:"at,omitempty" doc:"The time that decided what was open"`
	Total    int    `json:"total,omitempty" doc:"How many score above zero"`
}

func provenanceOf(r hiring.Ranking, total int, explain bool) Provenance {
	if !explain {
		return Provenance{}
	}
	return Provenance{r.Position, r.Scorer, r.Rarity, r.At, total}
}

// OpeningMatches is an opening's ranking of learners.
type OpeningMatches struct {
	Opening hiring.OpeningID `json:"opening"`
	Matches []MatchedLearner `json:"matches"`
	Names   SkillNames       `json:"names,omitempty" doc:"With explain: what the openings call their skills, and taxonomies those by which these are met; by id"`
	// Excluded and TextPosition stand in filtered and in explained answers only.
	Excluded     []Excluded `json:"excluded,omitempty" doc:"What each must-have and filter leaves out"`
	TextPosition uint64     `json:"textPosition,omitempty" doc:"Log position that the text filter reflects"`
	Provenance
}

// Excluded is what one filter, or one must-have, leaves out.
type Excluded struct {
	Filter   hiring.Filter  `json:"filter" doc:"must, distance, mode, pay, permission, availability, language or text"`
	Skill    hiring.SkillID `json:"skill,omitempty" doc:"Of a must-have"`
	Name     string         `json:"name,omitempty"`
	Excludes any            `json:"excludes" doc:"How many learners would be ranked but for this alone: a number, or <10"`
	Unsaid   any            `json:"unsaid,omitempty" doc:"How many of those ranked did not say what the filter asks: a number, or <10"`
}

func excludedOf(list []hiring.Excluded) (out []Excluded) {
	for _, e := range list {
		x := Excluded{Filter: e.Filter, Skill: e.Skill, Name: e.Name, Excludes: e.Excludes}
		if e.Unsaid != 0 {
			x.Unsaid = e.Unsaid
		}
		out = append(out, x)
	}
	return out
}

// LearnerMatches is a learner's ranking of openings.
type LearnerMatches struct {
	Learner hiring.LearnerID `json:"learner"`
	Matches []MatchedOpening `json:"matches"`
	Names   SkillNames       `json:"names,omitempty" doc:"With explain: what the openings call their skills, and taxonomies those by which these are met; by id"`
	Provenance
}

// MatchesInput asks for part of a ranking.
type MatchesInput struct {
	ID      string `path:"id" doc:"URL-escaped where it holds / or #"`
	Limit   int    `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	Offset  int    `query:"offset" minimum:"0" maximum:"1000000"`
	Cursor  string `query:"cursor" maxLength:"200" doc:"From the Link header of the page before"`
	Explain bool   `query:"explain" doc:"Add parts, near and breadth, and what computed the ranking"`
	After   uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
}

// FilterInput are the filters of an opening's ranking, as the address of a request has them.
type FilterInput struct {
	Within     float64 `query:"within" minimum:"0" maximum:"20100" doc:"Leave out who is farther from the opening's place, in km, 10 at least"`
	Mode       bool    `query:"mode" doc:"Leave out who would not work in the opening's mode"`
	Pay        bool    `query:"pay" doc:"Leave out whose pay floor is above what the opening pays"`
	Permission bool    `query:"permission" doc:"Leave out who may not work in the country of the opening's place"`
	Available  string  `query:"available" maxLength:"200" doc:"Leave out whose availability lacks one of these words"`
	Language   string  `query:"language" maxLength:"35" doc:"Leave out who does not speak this language (BCP 47)"`
}

func (in FilterInput) filters() hiring.Filters {
	return hiring.Filters{
		Within: in.Within, Mode: in.Mode, Pay: in.Pay, Permission: in.Permission, Available: in.Available, Language: in.Language,
	}
}

// openingInput asks for an opening's ranking.
type openingInput struct {
	MatchesInput
	FilterInput
	Text string `query:"text" maxLength:"1000" doc:"Leave out whom a search for this does not find: words, \"phrases\", -not, and field:value terms"`
}

func (in *openingInput) filters() hiring.Filters {
	f := in.FilterInput.filters()
	f.Text = in.Text
	return f
}

// filterValues adds the filters to the address of the next page.
func filterValues(q url.Values, f hiring.Filters) {
	for key, value := range map[string]string{"available": f.Available, "language": f.Language, "text": f.Text} {
		if value != "" {
			q.Set(key, value)
		}
	}
	for key, value := range map[string]bool{"mode": f.Mode, "pay": f.Pay, "permission": f.Permission} {
		if value {
			q.Set(key, "true")
		}
	}
	if f.Within > 0 {
		q.Set("within", strconv.FormatFloat(f.Within, 'f', -1, 64))
	}
}

func (s *Server) matchRoutes() {
	handle(s, op{
		method: http.MethodGet, path: "/v1/openings/{id}/matches", id: "match-opening", tag: "Matches", summary: "Rank learners for an opening",
		description: "For the opening's employer and operators. A Link header with rel=next leads to the next page. Filters leave out learners and " +
			"change no score; who did not say what a filter asks stays in.",
	}, s.openingMatches)
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/matches", id: "match-learner", tag: "Matches", summary: "Rank openings for a learner",
		description: "For the learner, who registered them, and operators. A Link header with rel=next leads to the next page.",
	}, s.learnerMatches)
	raw(s, op{
		method: http.MethodGet, path: "/v1/matches", id: "match-all", tag: "Matches", summary: "Rank learners for every opening", endless: true,
		description: `A stream of JSON Lines, one opening each, in order of id. A last line {"error":…} says that the stream broke off.`,
	}, "application/x-ndjson", s.allMatches)
	handle(s, op{
		method: http.MethodGet, path: "/v1/programmes/{id}/openings", id: "programme-openings", tag: "Matches", summary: "The openings that a programme's skills reach",
		description: "Ranked as for a learner who holds nothing but the programme.",
	}, s.programmeOpenings)
}

func (s *Server) openingMatches(ctx context.Context, who caller, in *openingInput) (*reply[OpeningMatches], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	filters := in.filters()
	page, next, err := s.page(ctx, who, rankedLearners, &in.MatchesInput, filters)
	if err != nil {
		return nil, err
	}
	if filters.Text != "" && page.Total < fewestTold && who.SeesPseudonyms() {
		if err := s.narrow(ctx, who); err != nil {
			return nil, err
		}
	}
	out := OpeningMatches{Opening: hiring.OpeningID(in.ID), Matches: []MatchedLearner{}, Provenance: provenanceOf(page.Ranking, page.Total, in.Explain)}
	if in.Explain {
		out.Names = s.namesIn(ctx, page.Matches, out.Opening)
	}
	for i, m := range page.Matches {
		out.Matches = append(out.Matches, MatchedLearner{s.shown(who, m.Learner, page.IDs[i]), bodyOf(m, in.Explain)})
	}
	out.Excluded, out.TextPosition = excludedOf(page.Excluded), page.TextAt
	return &reply[OpeningMatches]{Body: out, Link: nextLink("/v1/openings/", "/matches", &in.MatchesInput, next, filters)}, nil
}

func (s *Server) learnerMatches(ctx context.Context, who caller, in *MatchesInput) (*reply[LearnerMatches], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	page, next, err := s.page(ctx, who, rankedOpenings, in, hiring.Filters{})
	if err != nil {
		return nil, err
	}
	out := LearnerMatches{Learner: hiring.LearnerID(in.ID), Matches: openingsOf(page.Matches, in.Explain), Provenance: provenanceOf(page.Ranking, page.Total, in.Explain)}
	if in.Explain {
		out.Names = s.namesIn(ctx, page.Matches, openingIDs(page.Matches)...)
	}
	return &reply[LearnerMatches]{Body: out, Link: nextLink("/v1/learners/", "/matches", in, next, hiring.Filters{})}, nil
}

func openingsOf(ms []hiring.Match, explain bool) []MatchedOpening {
	list := make([]MatchedOpening, 0, len(ms))
	for _, m := range ms {
		list = append(list, MatchedOpening{m.Opening, bodyOf(m, explain)})
	}
	return list
}

// SkillNames are what skills are called.
type SkillNames map[hiring.SkillID]string

// namesIn returns what the openings call the skills that they ask for, and what taxonomies call the others by which the matches say
// that these are met: ids say little to people. An opening that was withdrawn meanwhile, or cannot be read, adds nothing, nor does a
// name that is not to be had: the ranking stands without.
func (s *Server) namesIn(ctx context.Context, ms []hiring.Match, ids ...hiring.OpeningID) SkillNames {
	names := SkillNames{}
	for _, id := range ids {
		o, _, err := resource[hiring.Opening](ctx, s, &resourceInput{ID: string(id)}, hiring.OpeningSubject(s.secrets.Ref(hiring.KindOpening, string(id))))
		if err != nil {
			s.logger.Debug("the names of an opening's skills could not be read", "error", err)
			continue
		}
		for _, r := range o.Skills {
			if r.Name != "" {
				names[r.Skill] = r.Name
			}
		}
	}
	system := hiring.Actor{Role: hiring.RoleOperator, Subject: "web"}
	for by := range slices.Chunk(metBy(ms, names), mostNamed) {
		a, err := events.Ask[hiring.SkillNames](ctx, s.log, hiring.NameSkills{Asked: hiring.Asked{Actor: system}, Lang: "en", Skills: by})
		if err != nil {
			s.logger.Debug("the names of skills could not be read", "error", err)
			break
		}
		maps.Copy(names, a.Names)
	}
	return names
}

// mostNamed is how many skills are named in one question.
const mostNamed = 500

// metBy returns the skills by which matches say that requirements are met, without those named, in order of id.
func metBy(ms []hiring.Match, named SkillNames) []hiring.SkillID {
	by := map[hiring.SkillID]struct{}{}
	for _, m := range ms {
		for _, p := range m.Parts {
			if _, known := named[p.By]; !known {
				by[p.By] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(by))
}

func openingIDs(ms []hiring.Match) []hiring.OpeningID {
	ids := make([]hiring.OpeningID, len(ms))
	for i, m := range ms {
		ids[i] = m.Opening
	}
	return ids
}

// shown is how a learner appears to the caller: by id, or by the pseudonym that is the caller's employer's own.
func (s *Server) shown(who caller, ref hiring.LearnerRef, id hiring.LearnerID) string {
	if who.SeesPseudonyms() {
		return s.secrets.Pseudonym(hiring.EmployerName(who.Subject), ref)
	}
	return string(id)
}

// nextLink is the Link header of the next page; empty on the last.
func nextLink(before, after string, in *MatchesInput, cursor string, f hiring.Filters) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{"limit": {strconv.Itoa(in.Limit)}, "cursor": {cursor}}
	if in.Explain {
		q.Set("explain", "true")
	}
	filterValues(q, f)
	return fmt.Sprintf(`<%s%s%s?%s>; rel="next"`, before, url.PathEscape(in.ID), after, q.Encode())
}

// ProgrammeOpenings is what a programme's skills reach.
type ProgrammeOpenings struct {
	Programme hiring.ProgrammeID `json:"programme"`
	Fully     int                `json:"fully" doc:"Openings none of whose essential skills is missing"`
	Nearly    int                `json:"nearly" doc:"Openings that miss one"`
	Not       int                `json:"not" doc:"All other open ones"`
	Total     int                `json:"total" doc:"Openings that score above zero"`
	Matches   []MatchedOpening   `json:"matches"`
	Names     SkillNames         `json:"names,omitempty" doc:"What the openings call their skills, and taxonomies those by which these are met; by id"`
	Openers   []hiring.Opener    `json:"openers" doc:"Skills that would open most: those that alone are missing where one is"`
}

type reachInput struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	After uint64 `query:"after"`
}

func (s *Server) programmeOpenings(ctx context.Context, who caller, in *reachInput) (*reply[ProgrammeOpenings], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.ProgrammeReach](ctx, s.log, hiring.ReachOfProgramme{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Programme: hiring.ProgrammeID(in.ID), Limit: in.Limit, At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	return answer(ProgrammeOpenings{
		a.Programme, a.Fully, a.Nearly, a.Not, a.Total, openingsOf(a.Matches, true), s.namesIn(ctx, a.Matches, openingIDs(a.Matches)...), listOf(a.Openers),
	}), nil
}

type allInput struct {
	Limit   int  `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	Explain bool `query:"explain"`
}

const (
	listPage  = 500 // openings asked for at once
	rankAhead = 4   // rankings computed ahead of the one being written
)

// allMatches streams a line for each opening. Rankings are asked for a few ahead and written in order.
func (s *Server) allMatches(w http.ResponseWriter, r *http.Request, who caller, in *allInput) error {
	if who.Role == hiring.RoleLearner || who.Role == hiring.RoleProvider {
		return hiring.Errorf(hiring.Forbidden, "only operators, employers and recruiters have openings to rank learners for").
			Mend("ask for one learner's matches instead")
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	first, err := s.listOpenings(ctx, who, "")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	control, out := http.NewResponseController(w), bufio.NewWriterSize(w, 64<<10)
	lines := json.NewEncoder(out)
	for line := range s.rankAll(ctx, who, first, in) {
		a := <-line
		_ = control.SetWriteDeadline(time.Now().Add(s.limits.Handler))
		if a.err != nil {
			_ = lines.Encode(map[string]any{"error": s.failure(ctx, who, a.err)}) // the reader may be gone
			break
		}
		if err := lines.Encode(a.matches); err != nil {
			return nil
		}
	}
	_ = out.Flush()
	return nil
}

// rankedLine is one opening's ranking, or why there is none.
type rankedLine struct {
	matches OpeningMatches
	err     error
}

// rankAll yields the rankings of all openings from the first page on, each in a channel that is filled once it is computed.
func (s *Server) rankAll(ctx context.Context, who caller, page []hiring.OpeningID, in *allInput) <-chan chan rankedLine {
	ahead := make(chan chan rankedLine, rankAhead)
	ask := func(fill func() rankedLine) bool {
		line := make(chan rankedLine, 1)
		select {
		case ahead <- line:
			go func() { line <- fill() }()
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(ahead)
		for len(page) > 0 {
			for _, id := range page {
				if !ask(func() rankedLine { return s.rankOne(ctx, who, id, in) }) {
					return
				}
			}
			if len(page) < listPage {
				return
			}
			var err error
			if page, err = s.listOpenings(ctx, who, page[len(page)-1]); err != nil {
				ask(func() rankedLine { return rankedLine{err: err} })
				return
			}
		}
	}()
	return ahead
}

func (s *Server) listOpenings(ctx context.Context, who caller, from hiring.OpeningID) ([]hiring.OpeningID, error) {
	a, err := events.Ask[hiring.OpeningList](ctx, s.log, hiring.ListOpenings{Asked: hiring.Asked{Actor: who.Actor}, From: from, Limit: listPage})
	return a.Openings, err
}

func (s *Server) rankOne(ctx context.Context, who caller, id hiring.OpeningID, in *allInput) rankedLine {
	page, err := s.rank(ctx, who, wanted{of: rankedLearners, id: string(id), explain: in.Explain, at: s.now()}, 0, in.Limit)
	if err != nil {
		return rankedLine{err: err}
	}
	out := OpeningMatches{Opening: id, Matches: []MatchedLearner{}, Provenance: provenanceOf(page.Ranking, page.Total, in.Explain)}
	if in.Explain {
		out.Names = s.namesIn(ctx, page.Matches, id)
	}
	for i, m := range page.Matches {
		out.Matches = append(out.Matches, MatchedLearner{s.shown(who, m.Learner, page.IDs[i]), bodyOf(m, in.Explain)})
	}
	out.Excluded = excludedOf(page.Excluded)
	return rankedLine{matches: out}
}
