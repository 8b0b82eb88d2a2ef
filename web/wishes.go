package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
)

// WishesPath names a learner on a day.
type WishesPath struct {
	ID      string `path:"id"`
	Learner string `path:"learner"`
}

type wishesInput struct {
	WishesPath
	After uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
}

type wishInput struct {
	WishesPath
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body document[WishBody]
}

// WishBody says which openings of a day a learner would talk about.
type WishBody struct {
	Openings []hiring.OpeningID `json:"openings" doc:"The dearest first"`
	Alike    bool               `json:"alike,omitempty" doc:"They are in no order: the learner accepts any"`
	Talks    int                `json:"talks,omitempty" doc:"Talks that the learner comes to at most; 2 when left out"`
}

// WishesRecord is what a learner wishes of a day that is solved as a whole, and what became of it.
type WishesRecord struct {
	Day      hiring.DayID       `json:"day"`
	Learner  hiring.LearnerID   `json:"learner"`
	Openings []hiring.OpeningID `json:"openings" doc:"The dearest first; once solved and none were stated, those that the learner matches best"`
	Alike    bool               `json:"alike,omitempty"`
	Talks    int                `json:"talks" doc:"Talks that the learner comes to at most"`
	SolveBy  time.Time          `json:"solveBy" doc:"When the day is solved, if nobody has it solved before"`
	SolvedAt *time.Time         `json:"solvedAt,omitempty" doc:"Since when the day is solved: wishes are no longer taken"`
	Choices  []WishChoice       `json:"choices" doc:"Openings of the day that take people"`
	Answers  []WishOutcome      `json:"answers,omitempty" doc:"What became of each wish, and why"`
	Link     string             `json:"link,omitempty" doc:"Path of the page on which whoever holds it states wishes for the learner; for those who may pass it on"`
	Position uint64             `json:"position"`
}

// WishChoice is an opening that may be wished for.
type WishChoice struct {
	Opening  hiring.OpeningID    `json:"opening"`
	Title    string              `json:"title"`
	Employer hiring.EmployerName `json:"employer"`
	Pay      *hiring.Pay         `json:"pay,omitempty"`
}

// WishOutcome is what became of one wish, in a code and in words.
type WishOutcome struct {
	hiring.WishAnswer
	Text string `json:"text"`
}

func (s *Server) wishRoutes() {
	handle(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/wishes/{learner}", id: "get-wishes", tag: "Interview days", summary: "What a learner wishes of a day, and what became of it",
		description: "For days of admission scheduled. Each wish that was not granted has a reason that is true of the solved day.",
	}, s.getWishes)
	handle(s, op{
		method: http.MethodPut, path: "/v1/days/{id}/wishes/{learner}", id: "state-wishes", tag: "Interview days", summary: "State what a learner wishes of a day",
		description: "It may be stated again until the day is solved. Who states nothing takes what they match best.",
	}, s.stateWishes)
	handle(s, op{
		method: http.MethodPost, path: "/v1/days/{id}/solve", id: "solve-day", tag: "Interview days", summary: "Solve the day as a whole: who talks with whom, and when",
		description: "For days of admission scheduled. Learners and openings are paired so that no two would rather have each other, in times without " +
			"clashes, and invited to those times. When somebody drops out, the day is solved again for what became free; all other talks stay.",
	}, func(ctx context.Context, who caller, in *DayPath) (*reply[DayDone], error) {
		return s.commandDay(ctx, who, hiring.DayCommand{Command: s.command(who, in.Key, ""), Day: hiring.DayID(in.ID), Do: hiring.DoSolve})
	})
}

func (s *Server) getWishes(ctx context.Context, who caller, in *wishesInput) (*reply[WishesRecord], error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	v, err := events.Ask[hiring.WishesView](ctx, s.log, hiring.ViewWishes{
		Asked: hiring.Asked{Actor: who.Actor, After: in.After}, Day: hiring.DayID(in.ID), Learner: hiring.LearnerID(in.Learner),
	})
	if err != nil {
		return nil, err
	}
	return answer(s.wishesRecord(&v)), nil
}

func (p WishesPath) validate() error {
	if err := hiring.ValidID("id", p.ID); err != nil {
		return err
	}
	return hiring.ValidID("learner", p.Learner)
}

func (s *Server) stateWishes(ctx context.Context, who caller, in *wishInput) (*reply[WishesRecord], error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	c := hiring.DayCommand{
		Asked: hiring.Asked{Actor: who.Actor}, Command: s.command(who, in.Key, ""), Day: hiring.DayID(in.ID), Do: hiring.DoWish,
		Ref: s.secrets.Ref(hiring.KindDay, in.ID), Learners: []string{in.Learner},
		Wishes: &hiring.Wishes{Openings: body.Openings, Alike: body.Alike, Talks: body.Talks},
	}
	a, err := events.Ask[hiring.DayAnswer](ctx, s.log, c)
	if err != nil {
		return nil, err
	}
	return s.getWishes(ctx, who, &wishesInput{WishesPath: in.WishesPath, After: a.Position})
}

// wishesRecord shows wishes to the learner, and to those who may state them for the learner.
func (s *Server) wishesRecord(v *hiring.WishesView) WishesRecord {
	out := WishesRecord{
		Day: v.Day.ID, Learner: v.LearnerID, Openings: []hiring.OpeningID{}, Talks: v.Wishes.Most(), SolveBy: v.Day.SolveBy(), SolvedAt: v.Day.SolvedAt,
		Choices: []WishChoice{}, Position: v.Position,
	}
	for _, o := range v.Choices {
		out.Choices = append(out.Choices, WishChoice{o.ID, o.Title, o.Employer, o.Pay})
	}
	if v.Wishes != nil {
		out.Openings, out.Alike = v.Wishes.Openings, v.Wishes.Alike
		for _, a := range v.Wishes.Answers {
			out.Answers = append(out.Answers, WishOutcome{a, wishText(s.site.texts["en"], a)})
		}
	}
	if v.Day.Unsolved() {
		out.Link = "/w/" + s.secrets.SignWishes(v.Day.Ref, s.secrets.LearnerRef(v.LearnerID), v.Day.Deadline)
	}
	return out
}

// wishText says what became of a wish.
func wishText(t texts, a hiring.WishAnswer) string {
	key := "wish." + string(a.Code)
	switch a.Code {
	case hiring.WishOutranked:
		return t.Say(key, t.Count("wish.above", a.Above), t.Count("wish.places", a.Places))
	case hiring.WishPreferred:
		return t.Say(key, t.Count("wish.talks", a.Above))
	case hiring.WishCrowded:
		return t.Say(key, t.Count("wish.times", a.Times))
	}
	return strings.TrimSpace(t.Say(key))
}
