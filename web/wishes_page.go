package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/events"
	"matchday/hiring"
)

// wishesView is what the page of wishes shows.
type wishesView struct {
	Lang, Other string
	DayTitle    string
	Employer    hiring.EmployerName
	Date        string
	Until       string
	Alert       string
	Open        bool // wishes are taken
	Stated      bool
	Choices     []choiceView
	Ranks       []int
	Talks       []talksView
	Answers     []answerView
}

type choiceView struct {
	Opening  hiring.OpeningID
	Title    string
	Employer hiring.EmployerName
	Pay      string
	Rank     int // 0 for none
}

type talksView struct {
	N       int
	Checked bool
}

type answerView struct {
	Title   string
	Text    string
	Granted bool
}

// wishesByLink finds whose wishes a link opens. It renders the answer itself when there are none, and then returns false.
func (s *Server) wishesByLink(w http.ResponseWriter, r *http.Request) (hiring.WishesView, bool, error) {
	w.Header().Set("Referrer-Policy", "same-origin") // as on the page of an invitation
	day, learner, err := s.secrets.VerifyWishes(chi.URLParam(r, "token"), s.now())
	if hiring.CodeOf(err) == hiring.Conflict {
		return hiring.WishesView{}, false, s.notice(w, r, http.StatusGone, "over")
	}
	if err != nil {
		if s.over(r.Context(), "auth:"+s.proxies.address(r), s.limits.FailedAuth, time.Minute) {
			return hiring.WishesView{}, false, s.notice(w, r, http.StatusTooManyRequests, "toomany")
		}
		return hiring.WishesView{}, false, s.pageProblem(w, r, err)
	}
	v, err := events.Ask[hiring.WishesView](r.Context(), s.log, hiring.ViewWishes{DayRef: day, Ref: learner, ByLink: true})
	if err != nil {
		return v, false, s.pageProblem(w, r, err)
	}
	return v, true, nil
}

// showWishes shows a day to a learner who may say what they would talk about, and afterwards what became of it.
func (s *Server) showWishes(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := s.wishesByLink(w, r)
	if !ok {
		return err
	}
	return s.renderWishes(w, r, http.StatusOK, v, "")
}

func (s *Server) renderWishes(w http.ResponseWriter, r *http.Request, status int, v hiring.WishesView, alert string) error {
	t := s.site.pick(r, v.Languages)
	view := s.wishesView(t, v)
	if alert != "" {
		view.Alert = t.Say(alert)
	}
	return s.site.render(w, status, "wishes", pageData{T: t, Title: t.Say("wishes.title", v.Day.Title), Private: true, View: view})
}

// wishByLink takes the page's form, then leads back to the page.
func (s *Server) wishByLink(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := s.wishesByLink(w, r)
	if !ok {
		return err
	}
	if mediaType(r.Header.Get("Content-Type")) != "application/x-www-form-urlencoded" {
		newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is not a form").write(w)
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.limits.Form)
	if err := r.ParseForm(); err != nil {
		return hiring.Errorf(hiring.Invalid, "the form cannot be read")
	}
	_, learner, err := s.secrets.VerifyWishes(chi.URLParam(r, "token"), s.now())
	if err != nil {
		return s.pageProblem(w, r, err)
	}
	wishes := formWishes(r.PostForm, v.Choices)
	if len(wishes.Openings) == 0 {
		return s.renderWishes(w, r, http.StatusBadRequest, v, "alert.wishes")
	}
	wishes.Learner = learner
	c := hiring.DayCommand{Day: v.Day.ID, Ref: v.Day.Ref, Do: hiring.DoWish, ByLink: true, Wishes: &wishes}
	c.Command = s.command(caller{}, "", "")
	_, err = events.Ask[hiring.DayAnswer](r.Context(), s.log, c)
	switch hiring.CodeOf(err) {
	case "":
		back := url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, back.String(), http.StatusSeeOther)
		return nil
	case hiring.Conflict, hiring.Invalid, hiring.Impossible:
		return s.renderWishes(w, r, http.StatusConflict, v, "alert.other")
	}
	return s.pageProblem(w, r, err)
}

// formWishes reads the ranks that the form gives openings, in the order of the ranks; equal ones in the order of the page. When all
// are alike, the learner accepts any.
func formWishes(form url.Values, choices []hiring.Opening) hiring.Wishes {
	type ranked struct {
		id   hiring.OpeningID
		rank int
	}
	var list []ranked
	for i, o := range choices {
		rank, err := strconv.Atoi(form.Get("rank-" + strconv.Itoa(i)))
		if err == nil && rank > 0 && rank <= len(choices) && form.Get("opening-"+strconv.Itoa(i)) == string(o.ID) {
			list = append(list, ranked{o.ID, rank})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return a.rank - b.rank })
	w := hiring.Wishes{Alike: len(list) > 1}
	for _, x := range list {
		w.Openings = append(w.Openings, x.id)
		w.Alike = w.Alike && x.rank == list[0].rank
	}
	if n, err := strconv.Atoi(form.Get("talks")); err == nil && n > 0 && n <= hiring.MaxTalks {
		w.Talks = n
	}
	return w
}

func (s *Server) wishesView(t texts, v hiring.WishesView) wishesView {
	zone, err := time.LoadLocation(v.Day.Zone)
	if err != nil {
		zone = time.UTC
	}
	view := wishesView{
		Lang: t.Lang, Other: pageLanguages[1-slices.Index(pageLanguages, t.Lang)], DayTitle: v.Day.Title, Employer: v.Day.Employer, Date: t.Date(v.Day.Slots[0].Start.In(zone)),
		Open: v.Day.Unsolved() && s.now().Before(v.Day.SolveBy()), Stated: v.Wishes != nil,
	}
	view.Until = t.Moment(v.Day.SolveBy().In(zone)) + " (" + t.Zone(zone) + ")"
	titles := map[hiring.OpeningID]string{}
	for i, o := range v.Choices {
		titles[o.ID] = o.Title
		c := choiceView{Opening: o.ID, Title: o.Title, Employer: o.Employer}
		if o.Pay != nil {
			c.Pay = t.Pay(o.Pay)
		}
		if v.Wishes != nil {
			c.Rank = 1 + slices.Index(v.Wishes.Openings, o.ID)
			if c.Rank > 0 && v.Wishes.Alike {
				c.Rank = 1
			}
		}
		view.Choices, view.Ranks = append(view.Choices, c), append(view.Ranks, i+1)
	}
	for n := 1; n <= min(hiring.MaxTalks, len(v.Day.Slots)); n++ {
		view.Talks = append(view.Talks, talksView{n, n == min(v.Wishes.Most(), len(v.Day.Slots))})
	}
	if v.Wishes != nil {
		for _, a := range v.Wishes.Answers {
			title := titles[a.Opening]
			if title == "" {
				title = strings.TrimSpace(string(a.Opening))
			}
			view.Answers = append(view.Answers, answerView{title, wishText(t, a), a.Granted()})
		}
	}
	return view
}
