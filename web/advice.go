package web

import (
	"context"
	"encoding/json"
	"net/http"

	"matchday/events"
	"matchday/hiring"
)

// NearLearner is a learner who is one programme away from an opening's bar.
type NearLearner struct {
	Learner string       `json:"learner" doc:"The learner's id, or for employers and recruiters their pseudonym"`
	Score   hiring.Score `json:"score" doc:"Now; 0 while a must-have is missing"`
	Step    hiring.Step  `json:"step"`
}

// NearLearners are those who are one programme away from an opening's bar.
type NearLearners struct {
	Opening  hiring.OpeningID `json:"opening"`
	Position uint64           `json:"position"`
	Bar      hiring.Score     `json:"bar"`
	Learners []NearLearner    `json:"learners"`
}

type adviceInput struct {
	ID      string  `path:"id" doc:"URL-escaped where it holds / or #"`
	Opening string  `query:"opening" required:"true"`
	Bar     float64 `query:"bar" minimum:"0" maximum:"1" doc:"The score wanted; the opening's own, or 0.45, when left out"`
	After   uint64  `query:"after"`
}

type widenInput struct {
	ID         string  `path:"id" doc:"URL-escaped where it holds / or #"`
	Bar        float64 `query:"bar" minimum:"0" maximum:"1" doc:"The score wanted; each opening's own, or 0.45, when left out"`
	Programmes int     `query:"programmes" minimum:"1" maximum:"3" default:"3" doc:"How many programmes at most"`
	After      uint64  `query:"after"`
}

type costsInput struct {
	ID string `path:"id"`
	WeighInput
}

// WeighInput says what is weighed beside what an opening says itself.
type WeighInput struct {
	Within    float64 `query:"within" minimum:"0" maximum:"20100" doc:"The distance in km that is weighed, 10 at least; 50 when left out"`
	Available string  `query:"available" maxLength:"200" doc:"Words of learners' availability; the opening's shift when left out"`
	Language  string  `query:"language" maxLength:"35" doc:"A language (BCP 47)"`
	After     uint64  `query:"after"`
}

func (in WeighInput) filters() hiring.Filters {
	return hiring.Filters{Within: in.Within, Available: in.Available, Language: in.Language}
}

type draftInput struct {
	WeighInput
	Body document[json.RawMessage]
}

// Costs are what must-haves, filters and the wish for a degree cost an opening.
type Costs struct {
	Position uint64 `json:"position"`
	Matching any    `json:"matching" doc:"How many learners the opening leaves: a number, or <10 for employers and recruiters"`
	Total    any    `json:"total" doc:"How many it would leave without any must-have"`
	Costs    []Cost `json:"costs" doc:"Of each must-have"`
	// Filters are weighed by themselves.
	Filters       []Excluded    `json:"filters" doc:"Of each filter: how many of those matching it would leave out by itself"`
	Degree        hiring.Degree `json:"degree,omitempty" doc:"The wish for one; it excludes nobody here"`
	WithoutDegree any           `json:"withoutDegree,omitempty" doc:"How many of those matching name no degree (nor, where experience will do, work)"`
}

// Cost is what one must-have costs.
type Cost struct {
	Skill    hiring.SkillID `json:"skill"`
	Name     string         `json:"name,omitempty"`
	Excludes any            `json:"excludes" doc:"How many match in all else and lack this alone: a number, or <10"`
}

func costsOf(a hiring.RequirementCosts) *reply[Costs] {
	out := Costs{Position: a.Position, Matching: a.Matching, Total: a.Total, Costs: []Cost{}, Filters: listOf(excludedOf(a.Filters)), Degree: a.Degree}
	for _, c := range a.Costs {
		out.Costs = append(out.Costs, Cost{c.Skill, c.Name, c.Excludes})
	}
	if a.WithoutDegree != nil {
		out.WithoutDegree = *a.WithoutDegree
	}
	return answer(out)
}

type nearInput struct {
	ID    string  `path:"id"`
	Bar   float64 `query:"bar" minimum:"0" maximum:"1" doc:"The score wanted; the opening's own, or 0.45, when left out"`
	Limit int     `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	After uint64  `query:"after"`
}

func (s *Server) adviceRoutes() {
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/advice", id: "advise-learner", tag: "Matches",
		summary:     "What a learner lacks for an opening, and the programmes that would bring them over a bar",
		description: "For the learner, who registered them, and operators. The step is the smallest set of programmes, then the cheapest, then the shortest.",
	}, s.advice)
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/reach", id: "widen-reach", tag: "Matches",
		summary: "The programmes that would bring a learner over the bar of the most openings near them",
		description: "For the learner, who registered them, and operators. Near are the hundred open openings that they score best for, must-haves " +
			"aside, and do not reach. The steps are the best set of one programme, of two and of three; of sets that reach as many, the cheapest, " +
			"then the shortest. Where a step is not exact, atMost bounds what a better one could reach.",
	}, s.widen)
	handle(s, op{
		method: http.MethodGet, path: "/v1/openings/{id}/costs", id: "opening-costs", tag: "Matches",
		summary:     "How many learners each must-have of an opening excludes, and filters and its wish for a degree would",
		description: "For the opening's employer and operators.",
	}, s.costs)
	handle(s, op{
		method: http.MethodPost, path: "/v1/openings/costs", id: "draft-costs", tag: "Matches",
		summary:     "The same of an opening before it is published",
		description: "The body is an opening as it would be imported. Nothing is written. For its employer and operators.",
	}, s.draftCosts)
	handle(s, op{
		method: http.MethodGet, path: "/v1/openings/{id}/near", id: "opening-near", tag: "Matches",
		summary: "The learners who are one programme away from an opening's bar", description: "For the opening's employer and operators.",
	}, s.near)
	const again = "From nothing but the log up to the position that the list reflects. For those who may read the list."
	handle(s, op{
		method: http.MethodGet, path: "/v1/openings/{id}/replay", id: "replay-opening", tag: "Matches",
		summary: "Compute an opening's published list again, and compare", description: again,
	}, s.replayOpening)
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}/replay", id: "replay-learner", tag: "Matches",
		summary: "Compute a learner's published list again, and compare", description: again,
	}, s.replayLearner)
	handle(s, op{
		method: http.MethodGet, path: "/v1/rankings/{id}/replay", id: "replay-ranking", tag: "Matches",
		summary: "Compute a published list again by its id, and compare", description: again,
	}, s.replayRanking)
}

type replayInput struct {
	ID    string `path:"id"`
	After uint64 `query:"after"`
}

// replay computes a published list again.
func (s *Server) replay(ctx context.Context, who caller, in *replayInput, q hiring.ReplayRanking) (*reply[hiring.ReplayedRanking], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	q.Asked = hiring.Asked{Actor: who.Actor, After: in.After}
	a, err := events.Ask[hiring.ReplayedRanking](ctx, s.log, q)
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) replayOpening(ctx context.Context, who caller, in *replayInput) (*reply[hiring.ReplayedRanking], error) {
	return s.replay(ctx, who, in, hiring.ReplayRanking{Opening: hiring.OpeningID(in.ID)})
}

func (s *Server) replayRanking(ctx context.Context, who caller, in *replayInput) (*reply[hiring.ReplayedRanking], error) {
	return s.replay(ctx, who, in, hiring.ReplayRanking{ID: hiring.MatchID(in.ID)})
}

func (s *Server) replayLearner(ctx context.Context, who caller, in *replayInput) (*reply[hiring.ReplayedRanking], error) {
	return s.replay(ctx, who, in, hiring.ReplayRanking{Learner: hiring.LearnerID(in.ID)})
}

func scoreOf(f float64) hiring.Score { return hiring.Score(f*float64(hiring.OneScore) + 0.5) }

func (s *Server) advice(ctx context.Context, who caller, in *adviceInput) (*reply[hiring.Advice], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	if err := hiring.ValidID("opening", in.Opening); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.Advice](ctx, s.log, hiring.AdviseLearner{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, ID: hiring.LearnerID(in.ID), Opening: hiring.OpeningID(in.Opening),
		Bar: scoreOf(in.Bar), At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) widen(ctx context.Context, who caller, in *widenInput) (*reply[hiring.WiderReach], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.WiderReach](ctx, s.log, hiring.WidenReach{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, ID: hiring.LearnerID(in.ID),
		Bar: scoreOf(in.Bar), Programmes: in.Programmes, At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func (s *Server) costs(ctx context.Context, who caller, in *costsInput) (*reply[Costs], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	return s.weigh(ctx, hiring.WeighRequirements{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Opening: hiring.OpeningID(in.ID), Filters: in.filters(), At: s.now(),
	})
}

func (s *Server) draftCosts(ctx context.Context, who caller, in *draftInput) (*reply[Costs], error) {
	record, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	o, err := events.Ask[hiring.Opening](ctx, s.log, hiring.ReadOpening{Asked: hiring.Asked{Actor: who.Actor}, Record: record})
	if err != nil {
		return nil, err
	}
	return s.weigh(ctx, hiring.WeighRequirements{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Draft: &o, Filters: in.filters(), At: s.now(),
	})
}

func (s *Server) weigh(ctx context.Context, q hiring.WeighRequirements) (*reply[Costs], error) {
	a, err := events.Ask[hiring.RequirementCosts](ctx, s.log, q)
	if err != nil {
		return nil, err
	}
	return costsOf(a), nil
}

func (s *Server) near(ctx context.Context, who caller, in *nearInput) (*reply[NearLearners], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.NearLearners](ctx, s.log, hiring.FindNearLearners{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Opening: hiring.OpeningID(in.ID), Bar: scoreOf(in.Bar), Limit: in.Limit, At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	out := NearLearners{Opening: hiring.OpeningID(in.ID), Position: a.Position, Bar: a.Bar, Learners: []NearLearner{}}
	for i, n := range a.Learners {
		out.Learners = append(out.Learners, NearLearner{s.shown(who, n.Learner, a.IDs[i]), n.Score, n.Step})
	}
	return answer(out), nil
}
