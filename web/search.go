package web

import (
	"context"
	"net/http"
	"time"

	"matchday/events"
	"matchday/hiring"
)

type searchInput struct {
	Query  string `query:"q" maxLength:"1000" doc:"Words, \"phrases\", -not, and field:value terms"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"The field next of the page before"`
	After  uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
}

// SearchHits is a page of hits.
type SearchHits struct {
	Total    any                      `json:"total" doc:"How many there are, or <10 where single people may not be counted"`
	Hits     []SearchHit              `json:"hits"`
	Facets   map[string][]SearchFacet `json:"facets" doc:"By name; empty where nothing, or too few to be counted, was found"`
	Next     string                   `json:"next,omitempty" doc:"Cursor of the next page"`
	Position uint64                   `json:"position" doc:"Log position that the answer reflects"`
}

// SearchHit is one learner or opening.
type SearchHit struct {
	ID         string              `json:"id" doc:"Id of the opening or learner; for employers and recruiters the learner's pseudonym"`
	Title      string              `json:"title,omitempty"`
	Place      string              `json:"place,omitempty"`
	Score      float64             `json:"score"`
	Highlights map[string][]string `json:"highlights,omitempty" doc:"Plain text with «» around the words that matched"`
	Skills     []string            `json:"skills,omitempty"`
	Verified   bool                `json:"verified,omitempty"`
}

// SearchFacet is one value and how many hits have it.
type SearchFacet struct {
	Value string `json:"value"`
	Count any    `json:"count" doc:"A number, or <10"`
}

func (s *Server) searchRoutes() {
	for _, of := range []ranked{rankedLearners, rankedOpenings} {
		handle(s, op{
			method: http.MethodGet, path: "/v1/search/" + string(of), id: "search-" + string(of), tag: "Search", summary: "Search " + string(of),
		}, func(ctx context.Context, who caller, in *searchInput) (*reply[SearchHits], error) {
			return s.search(ctx, who, string(of), in)
		})
	}
}

func (s *Server) search(ctx context.Context, who caller, of string, in *searchInput) (*reply[SearchHits], error) {
	a, err := events.Ask[hiring.SearchAnswer](ctx, s.log, hiring.Search{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Of: of, Query: in.Query, Limit: in.Limit, Cursor: in.Cursor, At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	if a.Total == hiring.FewerThanTen && who.SeesPseudonyms() {
		if err := s.narrow(ctx, who); err != nil {
			return nil, err
		}
	}
	out := SearchHits{
		Total: a.Total, Hits: make([]SearchHit, 0, len(a.Hits)), Facets: make(map[string][]SearchFacet, len(a.Facets)),
		Next: a.Next, Position: a.Position,
	}
	for _, h := range a.Hits {
		id := h.ID
		if of == string(rankedLearners) {
			id = s.shown(who, h.Learner, hiring.LearnerID(h.ID))
		}
		out.Hits = append(out.Hits, SearchHit{id, h.Title, h.Place, h.Score, h.Highlights, h.Skills, h.Verified})
	}
	for name, values := range a.Facets {
		for _, f := range values {
			out.Facets[name] = append(out.Facets[name], SearchFacet{f.Value, f.Count})
		}
	}
	return answer(out), nil
}

// fewestTold is how many learners a text must find for that not to be counted against who asks.
const fewestTold = 10

// narrow counts a search that found fewer than ten learners, and refuses it beyond the share of an hour: many that each find a handful
// add up to counting people with a rare skill.
func (s *Server) narrow(ctx context.Context, who caller) error {
	if s.over(ctx, "rare:"+who.hash, s.limits.RareSearches, time.Hour) {
		return tooMany("too many searches that find fewer than ten learners", time.Hour)
	}
	return nil
}
