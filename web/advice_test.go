package web

import (
	"testing"

	"matchday/hiring"
)

func TestAdviceAsksAsTheCaller(t *testing.T) {
	h := open(t)
	var advised hiring.AdviseLearner
	stub(h, func() func(hiring.AdviseLearner) (hiring.Advice, error) {
		return func(q hiring.AdviseLearner) (hiring.Advice, error) {
			advised = q
			return hiring.Advice{Opening: q.Opening, Bar: q.Bar, Lacks: []hiring.Lack{}, Step: &hiring.Step{Programmes: []hiring.ProgrammeID{"p1"}, AtLeast: 1}}, nil
		}
	})
	var widened hiring.WidenReach
	stub(h, func() func(hiring.WidenReach) (hiring.WiderReach, error) {
		return func(q hiring.WidenReach) (hiring.WiderReach, error) {
			widened = q
			if !q.Actor.MayReadLearner(&hiring.Learner{ID: q.ID, RegisteredBy: hiring.Actor{Role: hiring.RoleProvider, Subject: "school"}}) {
				return hiring.WiderReach{}, hiring.Errorf(hiring.NotFound, "no such learner")
			}
			return hiring.WiderReach{Near: 3, AtMost: 2, Steps: []hiring.WiderStep{{Programmes: []hiring.ProgrammeID{"p1"}, Reaches: 2}}}, nil
		}
	})
	stub(h, func() func(hiring.WeighRequirements) (hiring.RequirementCosts, error) {
		return func(q hiring.WeighRequirements) (hiring.RequirementCosts, error) {
			return hiring.RequirementCosts{Matching: 4, Total: 9, Costs: []hiring.RequirementCost{{Skill: "sql", Excludes: 5}}}, nil
		}
	})
	stub(h, func() func(hiring.FindNearLearners) (hiring.NearLearners, error) {
		return func(q hiring.FindNearLearners) (hiring.NearLearners, error) {
			near := hiring.NearLearner{Learner: "ref", Score: 300_000, Step: hiring.Step{Programmes: []hiring.ProgrammeID{"p1"}}}
			return hiring.NearLearners{Bar: q.Bar, Learners: []hiring.NearLearner{near}, IDs: []hiring.LearnerID{"l1"}}, nil
		}
	})
	stub(h, func() func(hiring.ReplayRanking) (hiring.ReplayedRanking, error) {
		return func(q hiring.ReplayRanking) (hiring.ReplayedRanking, error) {
			return hiring.ReplayedRanking{Same: q.Opening == "o1" || q.Learner == "l1" || q.ID == "opening.ref.7"}, nil
		}
	})
	op := h.server.secrets.OperatorToken()
	var a hiring.Advice
	h.call(op, "GET", "/v1/learners/l1/advice?opening=x/1&bar=0.7", nil).ok(t, 200).into(t, &a)
	if advised.ID != "l1" || advised.Opening != "x/1" || advised.Bar != 700_000 || advised.Actor.Role != hiring.RoleOperator || a.Step == nil {
		t.Errorf("asked %+v, answered %+v", advised, a)
	}
	h.call(op, "GET", "/v1/learners/l1/advice", nil).ok(t, 400)
	h.call(op, "GET", "/v1/learners/l1/advice?opening=x&bar=2", nil).ok(t, 400)
	var wider hiring.WiderReach
	h.call(op, "GET", "/v1/learners/l%2F1/reach?bar=0.6&programmes=2", nil).ok(t, 200).into(t, &wider)
	if widened.ID != "l/1" || widened.Bar != 600_000 || widened.Programmes != 2 || len(wider.Steps) != 1 || wider.AtMost != 2 {
		t.Errorf("asked %+v, answered %+v", widened, wider)
	}
	h.call(op, "GET", "/v1/learners/l1/reach?programmes=4", nil).ok(t, 400)
	h.call(h.token(hiring.RoleProvider, "school"), "GET", "/v1/learners/l1/reach", nil).ok(t, 200)
	if widened.Programmes != 3 {
		t.Errorf("asked %+v", widened)
	}
	h.call(h.token(hiring.RoleEmployer, "acme"), "GET", "/v1/learners/l1/reach", nil).ok(t, 404)
	for _, path := range []string{"/v1/openings/o1/replay", "/v1/learners/l1/replay", "/v1/rankings/opening.ref.7/replay"} {
		var again hiring.ReplayedRanking
		if h.call(op, "GET", path, nil).ok(t, 200).into(t, &again); !again.Same {
			t.Errorf("%s: %+v", path, again)
		}
	}
	var costs hiring.RequirementCosts
	h.call(op, "GET", "/v1/openings/o1/costs", nil).ok(t, 200).into(t, &costs)
	if costs.Matching != 4 || len(costs.Costs) != 1 {
		t.Errorf("costs %+v", costs)
	}
	var near NearLearners
	h.call(op, "GET", "/v1/openings/o1/near?bar=0.5", nil).ok(t, 200).into(t, &near)
	if len(near.Learners) != 1 || near.Learners[0].Learner != "l1" || near.Bar != 500_000 {
		t.Errorf("near %+v", near)
	}
	h.call(h.token(hiring.RoleEmployer, "acme"), "GET", "/v1/openings/o1/near", nil).ok(t, 200).into(t, &near)
	if len(near.Learners) != 1 || near.Learners[0].Learner != h.server.secrets.Pseudonym("acme", "ref") {
		t.Errorf("an employer sees %+v", near)
	}
}
