package web

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"matchday/hiring"
)

func TestDashboardAndItsStream(t *testing.T) {
	h := open(t)
	d := dayOf(h)
	at := h.put(hiring.DaySubject(d.Ref), hiring.DayOpened, d)
	var position atomic.Uint64
	position.Store(at)
	stub(h, func() func(hiring.ViewDashboard) (hiring.Dashboard, error) {
		return func(q hiring.ViewDashboard) (hiring.Dashboard, error) {
			if !q.Actor.MayViewDay(&d) {
				return hiring.Dashboard{}, hiring.Errorf(hiring.NotFound, "no such day")
			}
			if q.After > position.Load() {
				position.Store(q.After)
			}
			return hiring.Dashboard{Day: d.ID, Waiting: int(position.Load()), Position: position.Load()}, nil
		}
	})
	host, rival := h.token(hiring.RoleEmployer, "Acme"), h.token(hiring.RoleEmployer, "Rival")
	var now hiring.Dashboard
	h.call(host, "GET", "/v1/days/spring/dashboard", nil).ok(t, 200).into(t, &now)
	if now.Day != "spring" || now.Position != at {
		t.Errorf("dashboard %+v", now)
	}
	for _, path := range []string{"/v1/days/spring/dashboard", "/v1/days/spring/dashboard/events"} {
		h.call(rival, "GET", path, nil).problem(t, 404)
		h.call("", "GET", path, nil).problem(t, 401)
	}
	h.call(host, "GET", "/v1/days/spring/dashboard/events", nil, "Sec-Fetch-Site", "cross-site").problem(t, 403)

	s := h.stream(host, "/v1/days/spring/dashboard/events", "")
	if e := s.next(t); e.event != "dashboard" || e.id != fmt.Sprint(at) {
		t.Errorf("the first event is %+v", e)
	}
	i := invitationOf(h, "l1")
	i.Status = hiring.Accepted
	seq := h.put(invitationSubject(h, i), hiring.InvitationAccepted, i)
	if e := s.next(t); e.id != fmt.Sprint(seq) || !strings.Contains(e.data, fmt.Sprintf(`"waiting":%d`, seq)) {
		t.Errorf("after an acceptance came %+v", e)
	}
	d.Status = hiring.StatusClosed
	seq = h.put(hiring.DaySubject(d.Ref), hiring.DayClosed, d)
	if e := s.next(t); e.id != fmt.Sprint(seq) {
		t.Errorf("after the day was closed came %+v", e)
	}
}

func TestProgrammeOutcomes(t *testing.T) {
	h := open(t)
	stub(h, func() func(hiring.CountOutcomes) (hiring.ProgrammeOutcomes, error) {
		return func(q hiring.CountOutcomes) (hiring.ProgrammeOutcomes, error) {
			if !q.Actor.Provides("School") {
				return hiring.ProgrammeOutcomes{}, hiring.Errorf(hiring.NotFound, "no such programme")
			}
			return hiring.ProgrammeOutcomes{Programme: q.Programme, Invited: 12, Hired: hiring.FewerThanTen, Pay: []hiring.MedianPay{}}, nil
		}
	})
	a := h.call(h.token(hiring.RoleProvider, "School"), "GET", "/v1/programmes/p/outcomes", nil).ok(t, 200)
	for _, want := range []string{`"programme":"p"`, `"invited":12`, `"hired":"\u003c10"`, `"pay":[]`} {
		if !strings.Contains(string(a.body), want) && !strings.Contains(string(a.body), strings.ReplaceAll(want, `\u003c`, "<")) {
			t.Errorf("%s lacks %s", a.body, want)
		}
	}
	h.call(h.token(hiring.RoleProvider, "Other"), "GET", "/v1/programmes/p/outcomes", nil).problem(t, 404)
}
