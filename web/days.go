package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"matchday/events"
	"matchday/hiring"
)

type dayInput struct {
	ID    string `path:"id"`
	After uint64 `query:"after" doc:"Wait, two seconds at most, until this log position is reflected"`
}

type planInput struct {
	ID   string `path:"id"`
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"Sent again with the same key before another command on the day, it gets the first answer"`
	Body document[hiring.DayPlan]
}

// DayPath names a day, and perhaps the command. It is exported to be embedded: huma does not look into fields that are not.
type DayPath struct {
	ID  string `path:"id"`
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"Sent again with the same key before another command on the day, it gets the first answer"`
}

// DayRecord is an interview day.
type DayRecord struct {
	ID           hiring.DayID          `json:"id"`
	Employer     hiring.EmployerName   `json:"employer"`
	Hosts        []hiring.EmployerName `json:"hosts,omitempty" doc:"The other employers of a fair"`
	Title        string                `json:"title"`
	Kind         hiring.DayKind        `json:"kind"`
	Admission    hiring.Admission      `json:"admission"`
	Format       hiring.TalkFormat     `json:"format,omitempty"`
	Status       hiring.DayStatus      `json:"status"`
	Zone         string                `json:"zone"`
	Place        *hiring.Place         `json:"place,omitempty"`
	Link         string                `json:"link,omitempty"`
	Access       string                `json:"access,omitempty"`
	Openings     []hiring.OpeningID    `json:"openings,omitempty"`
	Slots        []DaySlot             `json:"slots"`
	Bar          hiring.Score          `json:"bar"`
	ReplyWithin  string                `json:"replyWithin" doc:"How long an invitation stands, as in 72h0m0s"`
	Deadline     time.Time             `json:"deadline"`
	SolvedAt     *time.Time            `json:"solvedAt,omitempty" doc:"Since when a day that is solved as a whole is"`
	OfferWithin  string                `json:"offerWithin" doc:"How long a freed seat is held for one who waits"`
	Wave         int                   `json:"wave,omitempty" doc:"Invitations sent at once; as many as there are seats when left out"`
	NoShow       hiring.Score          `json:"noShow,omitempty" doc:"Share of those who accept that the employer expects not to come; slots take that many more"`
	Overbooked   int                   `json:"overbooked,omitempty" doc:"How many more than there are seats the day takes for that"`
	Gap          int                   `json:"gap,omitempty" doc:"Least minutes between two talks of one learner"`
	Leads        []string              `json:"leads,omitempty" doc:"How long before a talk its learner is reminded"`
	Interviewers []hiring.Interviewer  `json:"interviewers,omitempty"`
	Revision     int                   `json:"revision,omitempty" doc:"Changes since the day opened"`
	Waiting      int                   `json:"waiting,omitempty" doc:"Learners who wait for a seat, where it was looked up"`
	Review       bool                  `json:"review,omitempty" doc:"Further invitations wait until an operator has verified the employer, where it was looked up"`
}

// DaySlot is one time of a day.
type DaySlot struct {
	Start time.Time `json:"start" doc:"In the day's zone"`
	End   time.Time `json:"end"`
	Seats int       `json:"seats"`
	Takes int       `json:"takes,omitempty" doc:"How many learners may sit there, where it is overbooked"`
	Free  *int      `json:"free,omitempty" doc:"Seats left, of those it takes, where it was looked up"`
}

func dayRecord(d *hiring.Day, free []int) DayRecord {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		zone = time.UTC
	}
	out := DayRecord{
		ID: d.ID, Employer: d.Employer, Title: d.Title, Kind: d.Kind, Status: d.Status, Zone: d.Zone, Place: d.Place, Link: d.Link, Access: d.Access,
		Openings: d.Openings, Slots: make([]DaySlot, 0, len(d.Slots)), Bar: d.Bar,
		ReplyWithin: seconds(d.ReplyWithin), Deadline: d.Deadline.In(zone), Hosts: d.Hosts, Admission: d.Admits(), Format: d.Format,
		OfferWithin: seconds(cmp.Or(d.OfferWithin, hiring.DefaultOffer)), Wave: d.Wave, NoShow: d.NoShow, Gap: int(d.Gap / 60),
		Interviewers: d.Interviewers, Revision: d.Revision, SolvedAt: d.SolvedAt,
	}
	for _, l := range d.Leads {
		out.Leads = append(out.Leads, seconds(l))
	}
	for i, sl := range d.Slots {
		slot := DaySlot{Start: sl.Start.In(zone), End: sl.End.In(zone), Seats: sl.Seats}
		if i < len(free) {
			slot.Free = &free[i]
		}
		if takes := d.Capacity(sl); takes > sl.Seats {
			slot.Takes = takes
			out.Overbooked += takes - sl.Seats
		}
		out.Slots = append(out.Slots, slot)
	}
	return out
}

func seconds(n int64) string { return (time.Duration(n) * time.Second).String() }

// viewedDay is a day with what was looked up about it.
func viewedDay(v *hiring.DayView) DayRecord {
	out := dayRecord(&v.Day, v.Free)
	out.Waiting, out.Review = v.Waiting, v.Review
	return out
}

// DayDone is the answer to a command on a day.
type DayDone struct {
	Day      DayRecord `json:"day"`
	Position uint64    `json:"position"`
	Sent     *int      `json:"sent,omitempty" doc:"Invitations that opening the day sent at once; only where it was opened or solved, or learners were invited"`
	Held     int       `json:"held,omitempty" doc:"Invitations that wait until an operator has verified the employer"`
}

type inviteInput struct {
	DayPath
	Body document[InviteBody]
}

// InviteBody names the learners whom the employer selected.
type InviteBody struct {
	Opening  hiring.OpeningID `json:"opening"`
	Learners []string         `json:"learners" doc:"Ids, or for employers and recruiters the pseudonyms that the preview shows; 100 at most"`
}

type changeInput struct {
	DayPath
	Body document[hiring.DayChange]
}

// DayInvitations is a day with its invitations, best match first.
type DayInvitations struct {
	Day         DayRecord          `json:"day"`
	Invitations []InvitationRecord `json:"invitations"`
	Position    uint64             `json:"position"`
}

// DayPreview is who would be invited if the day were opened now.
type DayPreview struct {
	Day     hiring.DayID     `json:"day"`
	Matches []PreviewedMatch `json:"matches"`
}

// PreviewedMatch is one learner who would be invited, and for which opening.
type PreviewedMatch struct {
	Opening hiring.OpeningID `json:"opening"`
	Learner string           `json:"learner" doc:"Id, or for employers and recruiters the pseudonym"`
	MatchFields
}

func (s *Server) dayRoutes() {
	handle(s, op{
		method: http.MethodPut, path: "/v1/days/{id}", id: "plan-day", tag: "Interview days", summary: "Draft an interview day",
		description: "Times are local to the zone. A time that the zone skips is refused (422); one that occurs twice needs an offset.",
	}, s.planDay)
	handle(s, op{method: http.MethodGet, path: "/v1/days/{id}", id: "get-day", tag: "Interview days", summary: "An interview day with the seats left"}, s.getDay)
	handle(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/preview", id: "preview-day", tag: "Interview days", summary: "Who would be invited now?",
	}, s.previewDay)
	handle(s, op{
		method: http.MethodGet, path: "/v1/days/{id}/invitations", id: "day-invitations", tag: "Interview days", summary: "A day's invitations",
		description: "Learners appear by pseudonym until they accept; then with id, name and contact.",
	}, s.dayInvitations)
	for action, summary := range map[hiring.DayAction]string{
		hiring.DoOpen: "Open the day: the best matches are invited", hiring.DoClose: "Close it: accepted invitations stand, no more go out",
		hiring.DoCancel: "Cancel it: every live invitation is withdrawn", hiring.DoHold: "Say that the day takes place, or took",
		hiring.DoArchive: "Archive a day that was held or cancelled",
	} {
		handle(s, op{
			method: http.MethodPost, path: "/v1/days/{id}/" + string(action), id: string(action) + "-day", tag: "Interview days", summary: summary,
		}, func(ctx context.Context, who caller, in *DayPath) (*reply[DayDone], error) {
			return s.commandDay(ctx, who, hiring.DayCommand{Command: s.command(who, in.Key, ""), Day: hiring.DayID(in.ID), Do: action})
		})
	}
}

func (s *Server) daySelectionRoutes() {
	handle(s, op{
		method: http.MethodPost, path: "/v1/days/{id}/invite", id: "invite-to-day", tag: "Interview days", summary: "Invite learners by name, all or none",
		description: "A learner who declined one of the employer's invitations in the past 30 days, or got as many as they may in a week, is refused (409).",
	}, func(ctx context.Context, who caller, in *inviteInput) (*reply[DayDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		c := hiring.DayCommand{Day: hiring.DayID(in.ID), Do: hiring.DoInvite, Opening: body.Opening, Learners: body.Learners}
		c.Command = s.command(who, in.Key, "")
		return s.commandDay(ctx, who, c)
	})
	handle(s, op{
		method: http.MethodPost, path: "/v1/days/{id}/change", id: "change-day", tag: "Interview days", summary: "Change a day that is open or closed",
		description: "Place, link, access, format; slots moved, cancelled or added, in local times. Those whom it concerns are told, and only those.",
	}, func(ctx context.Context, who caller, in *changeInput) (*reply[DayDone], error) {
		body, err := in.Body.get()
		if err != nil {
			return nil, err
		}
		return s.commandDay(ctx, who, hiring.DayCommand{Command: s.command(who, in.Key, ""), Day: hiring.DayID(in.ID), Do: hiring.DoChange, Change: &body})
	})
}

func (s *Server) planDay(ctx context.Context, who caller, in *planInput) (*reply[DayDone], error) {
	plan, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	if plan.ID != "" && string(plan.ID) != in.ID {
		return nil, hiring.Invalidf("id", "is not that of the address").Mend("give the same id in both")
	}
	if plan.Zone == "" {
		return nil, hiring.Invalidf("zone", "is missing").Mend("use an IANA name, as in America/Chicago")
	}
	plan.ID = hiring.DayID(in.ID)
	return s.commandDay(ctx, who, hiring.DayCommand{Command: s.command(who, in.Key, ""), Day: plan.ID, Do: hiring.DoDraft, Plan: &plan})
}

// commandDay asks the interview role to carry out a command on a day.
func (s *Server) commandDay(ctx context.Context, who caller, c hiring.DayCommand) (*reply[DayDone], error) {
	if err := hiring.ValidID("id", string(c.Day)); err != nil {
		return nil, err
	}
	c.Actor, c.Ref = who.Actor, s.secrets.Ref(hiring.KindDay, string(c.Day))
	a, err := events.Ask[hiring.DayAnswer](ctx, s.log, c)
	if err != nil {
		return nil, err
	}
	done := DayDone{Day: dayRecord(&a.Day, nil), Position: a.Position, Held: a.Held}
	if c.Do == hiring.DoOpen || c.Do == hiring.DoInvite || c.Do == hiring.DoSolve {
		done.Sent = &a.Sent
	}
	return answer(done), nil
}

// dayPart is how many invitations or matches of a day are asked for at once; an answer carries as many as fit.
const dayPart = 1000

// dayParts asks for a day with all of its invitations, or all of its preview, in as many questions as it takes. An invitation that
// moves from part to part meanwhile is given once, as it was seen first.
func (s *Server) dayParts(ctx context.Context, who caller, in *dayInput, preview bool) (hiring.DayView, error) {
	q := hiring.ViewDay{Preview: preview, Limit: dayPart}
	all, err := s.dayPart(ctx, who, in, q)
	for q.Offset = len(all.Invitations) + len(all.Preview); err == nil && q.Offset < all.Total; {
		var next hiring.DayView
		if next, err = s.dayPart(ctx, who, in, q); err != nil {
			break
		}
		n := len(next.Invitations) + len(next.Preview)
		if n == 0 {
			break
		}
		q.Offset += n
		for _, i := range next.Invitations {
			if !slices.ContainsFunc(all.Invitations, func(o hiring.Invitation) bool { return o.Ref == i.Ref }) {
				all.Invitations = append(all.Invitations, i)
			}
		}
		for _, m := range next.Preview {
			if _, given := all.IDs[m.Learner]; !given {
				all.Preview = append(all.Preview, m)
			}
		}
		maps.Copy(all.IDs, next.IDs)
	}
	return all, err
}

func (s *Server) dayPart(ctx context.Context, who caller, in *dayInput, q hiring.ViewDay) (hiring.DayView, error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return hiring.DayView{}, err
	}
	q.Asked, q.Day, q.At = hiring.Asked{Actor: who.Actor, After: in.After}, hiring.DayID(in.ID), s.now()
	return events.Ask[hiring.DayView](ctx, s.log, q)
}

func (s *Server) getDay(ctx context.Context, who caller, in *dayInput) (*reply[DayRecord], error) {
	v, err := s.dayPart(ctx, who, in, hiring.ViewDay{})
	if err != nil {
		return nil, err
	}
	return answer(viewedDay(&v)), nil
}

func (s *Server) previewDay(ctx context.Context, who caller, in *dayInput) (*reply[DayPreview], error) {
	v, err := s.dayParts(ctx, who, in, true)
	if err != nil {
		return nil, err
	}
	out := DayPreview{Day: v.Day.ID, Matches: []PreviewedMatch{}}
	for _, m := range v.Preview {
		out.Matches = append(out.Matches, PreviewedMatch{m.Opening, s.shown(who, m.Learner, v.IDs[m.Learner]), bodyOf(m, true)})
	}
	return answer(out), nil
}

func (s *Server) dayInvitations(ctx context.Context, who caller, in *dayInput) (*reply[DayInvitations], error) {
	v, err := s.dayParts(ctx, who, in, false)
	if err != nil {
		return nil, err
	}
	out := DayInvitations{Day: viewedDay(&v), Invitations: []InvitationRecord{}, Position: v.Position}
	for i := range v.Invitations {
		record, err := s.invitationRecord(ctx, who, &v.Invitations[i], v.IDs[v.Invitations[i].Learner])
		if err != nil {
			return nil, err
		}
		out.Invitations = append(out.Invitations, record)
	}
	return answer(out), nil
}
