package web

import (
	"context"
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

type costsInput struct {
	ID    string `path:"id"`
	After uint64 `query:"after"`
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
		method: http.MethodGet, path: "/v1/openings/{id}/costs", id: "opening-costs", tag: "Matches",
		summary: "How many learners each must-have of an opening excludes", description: "For the opening's employer and operators.",
	}, s.costs)
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

func (s *Server) costs(ctx context.Context, who caller, in *costsInput) (*reply[hiring.RequirementCosts], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	a, err := events.Ask[hiring.RequirementCosts](ctx, s.log, hiring.WeighRequirements{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Opening: hiring.OpeningID(in.ID), At: s.now(),
	})
	if err != nil {
		return nil, err
	}
	return answer(a), nil
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
