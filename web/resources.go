package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"matchday/events"
	"matchday/hiring"
)

type resourceInput struct {
	ID          string `path:"id" doc:"URL-escaped where it holds / or #"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000"`
}

type putInput struct {
	ID          string `path:"id"`
	IfMatch     string `header:"If-Match" maxLength:"1000" doc:"Change it only when this is still its ETag"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"*: make it only when there is none"`
	Body        document[json.RawMessage]
}

type deleteInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" maxLength:"1000"`
}

type consentInput struct {
	ID   string `path:"id"`
	Body document[ConsentBody]
}

// ConsentBody says whether a learner may be shown, by pseudonym, to employers.
type ConsentBody struct {
	Visible *bool `json:"visible"`
}

// Written is the answer to a change.
type Written struct {
	ID        string `json:"id"`
	Unchanged bool   `json:"unchanged,omitempty" doc:"The record said nothing new"`
	Position  uint64 `json:"position" doc:"Log position of the last fact about it"`
}

func (s *Server) resourceRoutes() {
	const etags = "The ETag is the log position of the last fact about it."
	handle(s, op{method: http.MethodGet, path: "/v1/openings/{id}", id: "get-opening", tag: "Openings", summary: "An opening", description: etags}, s.getOpening)
	handle(s, op{method: http.MethodGet, path: "/v1/programmes/{id}", id: "get-programme", tag: "Programmes", summary: "A programme", description: etags}, s.getProgramme)
	handle(s, op{
		method: http.MethodGet, path: "/v1/learners/{id}", id: "get-learner", tag: "Learners", summary: "A learner with name and contact",
		description: "For the learner, who registered them, and operators; for others there is no such learner. " + etags,
	}, s.getLearner)
	for kind, noun := range map[hiring.ImportKind]string{hiring.ImportOpenings: "opening", hiring.ImportProgrammes: "programme", hiring.ImportLearners: "learner"} {
		handle(s, op{
			method: http.MethodPut, path: "/v1/" + string(kind) + "/{id}", id: "put-" + noun, tag: titles[kind], summary: "Make or change the " + noun,
			description: "One record as in an import. Its id must be that of the address.",
		}, func(ctx context.Context, who caller, in *putInput) (*reply[Written], error) {
			return s.put(ctx, who, kind, in)
		})
	}
	handle(s, op{method: http.MethodDelete, path: "/v1/openings/{id}", id: "withdraw-opening", tag: "Openings", summary: "Withdraw an opening: it stops matching"}, s.withdraw)
	handle(s, op{
		method: http.MethodPut, path: "/v1/learners/{id}/consent", id: "set-consent", tag: "Learners", summary: "May employers see the learner, by pseudonym?",
	}, s.consent)
	handle(s, op{
		method: http.MethodDelete, path: "/v1/learners/{id}", id: "erase-learner", tag: "Learners", summary: "Erase the person: it cannot be undone",
	}, s.erase)
}

var titles = map[hiring.ImportKind]string{hiring.ImportOpenings: "Openings", hiring.ImportProgrammes: "Programmes", hiring.ImportLearners: "Learners"}

func (s *Server) getOpening(ctx context.Context, who caller, in *resourceInput) (*reply[hiring.Opening], error) {
	o, tag, err := resource[hiring.Opening](ctx, s, in, hiring.OpeningSubject(s.secrets.Ref(hiring.KindOpening, in.ID)))
	if err != nil {
		return nil, err
	}
	if !who.MayManageOpening(&o) {
		if o.ValidFrom != nil && o.ValidFrom.After(s.now()) || len(o.Held) > 0 {
			return nil, nothing() // not announced yet, or held for review
		}
		o.Bar = 0 // the employer's own business
	}
	return &reply[hiring.Opening]{ETag: tag, Body: o}, nil
}

func (s *Server) getProgramme(ctx context.Context, _ caller, in *resourceInput) (*reply[hiring.Programme], error) {
	p, tag, err := resource[hiring.Programme](ctx, s, in, hiring.ProgrammeSubject(s.secrets.Ref(hiring.KindProgramme, in.ID)))
	if err != nil {
		return nil, err
	}
	return &reply[hiring.Programme]{ETag: tag, Body: p}, nil
}

// resource reads the state of an entity from the last fact of its subject.
func resource[T any](ctx context.Context, s *Server, in *resourceInput, subject string) (v T, tag string, err error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return v, "", err
	}
	f, err := s.log.Last(ctx, subject)
	if hiring.CodeOf(err) == hiring.NotFound {
		return v, "", nothing()
	}
	if err != nil {
		return v, "", err
	}
	tag = etag(f.Seq)
	if matches(in.IfNoneMatch, f.Seq) {
		return v, tag, notModified(tag)
	}
	if err := json.Unmarshal(f.Data, &v); err != nil {
		return v, "", fmt.Errorf("decoding fact %d: %w", f.Seq, err)
	}
	return v, tag, nil
}

// nothing is the one answer about what does not exist and what is not the caller's.
func nothing() error {
	return hiring.Errorf(hiring.NotFound, "there is no such thing, or it is not yours")
}

// put takes in one record.
func (s *Server) put(ctx context.Context, who caller, kind hiring.ImportKind, in *putInput) (*reply[Written], error) {
	record, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	if err := sameID(record, in.ID); err != nil {
		return nil, err
	}
	q := hiring.Ingest{
		Asked: hiring.Asked{Actor: who.Actor}, Kind: kind, Format: hiring.JSONLines, Records: []hiring.Record{{Line: 1, JSON: record}},
	}
	if q.Expect, err = s.precondition(ctx, who, kind, in.ID, in.IfMatch, in.IfNoneMatch); err != nil {
		return nil, err
	}
	if q.Expect != nil {
		q.After = *q.Expect
	}
	a, err := events.Ask[hiring.Ingested](ctx, s.log, q)
	if err != nil {
		return nil, err
	}
	if len(a.Rejects) > 0 {
		if a.Rejects[0].Error.Code == hiring.Stale && q.Expect != nil {
			return nil, changed()
		}
		return nil, &a.Rejects[0].Error
	}
	return s.written(ctx, s.subject(kind, in.ID), Written{ID: in.ID, Unchanged: a.Accepted == 0, Position: a.Position})
}

// written answers a change with the ETag of what was written, or of what stands where nothing new was said.
func (s *Server) written(ctx context.Context, subject string, w Written) (*reply[Written], error) {
	if w.Position == 0 {
		f, err := s.log.Last(ctx, subject)
		if err != nil {
			return nil, err
		}
		w.Position = f.Seq
	}
	return &reply[Written]{ETag: etag(w.Position), Body: w}, nil
}

// sameID checks that a record is an object that names the id of the address.
func sameID(record json.RawMessage, id string) error {
	if err := hiring.ValidID("id", id); err != nil {
		return err
	}
	var named struct {
		ID *string `json:"id"`
	}
	if err := json.Unmarshal(record, &named); err != nil {
		return hiring.Errorf(hiring.Invalid, "the body is not an object with an id").Mend("send one record as in an import")
	}
	if named.ID == nil || *named.ID != id {
		return hiring.Invalidf("id", "is not that of the address").Mend("give the same id in both")
	}
	return nil
}

// subject is where the facts about an entity stand.
func (s *Server) subject(kind hiring.ImportKind, id string) string {
	switch kind {
	case hiring.ImportOpenings:
		return hiring.OpeningSubject(s.secrets.Ref(hiring.KindOpening, id))
	case hiring.ImportProgrammes:
		return hiring.ProgrammeSubject(s.secrets.Ref(hiring.KindProgramme, id))
	}
	return hiring.LearnerSubject(s.secrets.LearnerRef(hiring.LearnerID(id)))
}

func (s *Server) withdraw(ctx context.Context, who caller, in *deleteInput) (*reply[Written], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	seen, err := s.seen(ctx, s.subject(hiring.ImportOpenings, in.ID), in.IfMatch)
	if err != nil {
		return nil, err
	}
	return s.done(ctx, in.ID, hiring.WithdrawOpening{Asked: hiring.Asked{Actor: who.Actor, After: seen}, Opening: hiring.OpeningID(in.ID), IfMatch: seen})
}

func (s *Server) consent(ctx context.Context, who caller, in *consentInput) (*reply[Written], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	if body.Visible == nil {
		return nil, hiring.Invalidf("visible", "is missing").Mend("give true or false")
	}
	out, err := s.done(ctx, in.ID, hiring.SetConsent{Asked: hiring.Asked{Actor: who.Actor}, Learner: hiring.LearnerID(in.ID), Visible: *body.Visible})
	if err == nil && !*body.Visible {
		s.forget(ctx, out.Body.Position)
	}
	return out, err
}

func (s *Server) erase(ctx context.Context, who caller, in *deleteInput) (*reply[Written], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	if _, err := s.precondition(ctx, who, hiring.ImportLearners, in.ID, in.IfMatch, ""); err != nil {
		return nil, err
	}
	out, err := s.done(ctx, in.ID, hiring.EraseLearner{Asked: hiring.Asked{Actor: who.Actor}, Learner: hiring.LearnerID(in.ID)})
	if err == nil {
		s.forget(ctx, out.Body.Position)
	}
	return out, err
}

// done asks for a command whose answer is only that it was carried out.
func (s *Server) done(ctx context.Context, id string, q events.Question) (*reply[Written], error) {
	a, err := events.Ask[hiring.Done](ctx, s.log, q)
	if err != nil {
		return nil, err
	}
	return answer(Written{ID: id, Position: a.Position}), nil
}

// LearnerRecord is a learner with what is sealed in the log.
type LearnerRecord struct {
	ID           hiring.LearnerID   `json:"id"`
	Name         string             `json:"name,omitempty"`
	Contact      *hiring.Contact    `json:"contact,omitempty"`
	Text         string             `json:"text,omitempty"`
	Skills       []hiring.HeldSkill `json:"skills,omitempty"`
	Credentials  []hiring.Claim     `json:"credentials,omitempty"`
	Place        *hiring.Place      `json:"place,omitempty"`
	Modes        []hiring.Mode      `json:"modes,omitempty"`
	Availability string             `json:"availability,omitempty"`
	PayFloor     *hiring.Pay        `json:"payFloor,omitempty"`
	WorkIn       []string           `json:"workIn,omitempty"`
	Languages    []string           `json:"languages,omitempty"`
	Visible      bool               `json:"visible"`
}

func (s *Server) getLearner(ctx context.Context, who caller, in *resourceInput) (*reply[LearnerRecord], error) {
	if err := hiring.ValidID("id", in.ID); err != nil {
		return nil, err
	}
	l, err := s.readableLearner(ctx, who, hiring.LearnerID(in.ID))
	if err != nil {
		return nil, err
	}
	tag := etag(l.seq)
	if matches(in.IfNoneMatch, l.seq) {
		return nil, notModified(tag)
	}
	p, err := s.personal(ctx, &l.Learner)
	if err != nil {
		return nil, err
	}
	out := LearnerRecord{
		ID: l.ID, Name: p.Name, Text: p.Text, Skills: l.Skills, Credentials: l.Claims, Place: l.Place, Modes: l.Modes, Availability: l.Availability,
		PayFloor: l.PayFloor, WorkIn: l.WorkIn, Languages: l.Languages, Visible: l.Visible,
	}
	if p.Contact != (hiring.Contact{}) {
		out.Contact = &p.Contact
	}
	return &reply[LearnerRecord]{ETag: tag, Body: out}, nil
}

// storedLearner is a learner with the sequence of their last fact.
type storedLearner struct {
	hiring.Learner
	seq uint64
}

// readableLearner returns the learner if the caller may read them. Those who never may are answered without a look at the log, so
// that neither words nor time tell whether there is such a learner.
func (s *Server) readableLearner(ctx context.Context, who caller, id hiring.LearnerID) (*storedLearner, error) {
	if !who.Operator() && !who.IsLearner(id) && who.Role != hiring.RoleProvider {
		return nil, nothing()
	}
	l, err := s.learner(ctx, s.secrets.LearnerRef(id))
	if err != nil {
		return nil, err
	}
	if !who.MayReadLearner(&l.Learner) {
		return nil, nothing()
	}
	return l, nil
}

// learner reads a learner by ref; an erased one is not found.
func (s *Server) learner(ctx context.Context, ref hiring.LearnerRef) (*storedLearner, error) {
	f, err := s.log.Last(ctx, hiring.LearnerSubject(ref))
	if hiring.CodeOf(err) == hiring.NotFound {
		return nil, nothing()
	}
	if err != nil {
		return nil, err
	}
	l := &storedLearner{seq: f.Seq}
	if err := json.Unmarshal(f.Data, &l.Learner); err != nil {
		return nil, fmt.Errorf("decoding fact %d: %w", f.Seq, err)
	}
	if l.Erased {
		return nil, nothing()
	}
	l.Ref = ref
	return l, nil
}

// personal unseals what names or reaches a learner. Without the key, which is destroyed first when a person is erased, there is
// nothing.
func (s *Server) personal(ctx context.Context, l *hiring.Learner) (hiring.Personal, error) {
	if len(l.Sealed) == 0 {
		return hiring.Personal{}, nil
	}
	wrapped, err := s.log.Key(ctx, l.Ref)
	if hiring.CodeOf(err) == hiring.NotFound {
		return hiring.Personal{}, nothing()
	}
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("reading a person's key: %w", err)
	}
	p, err := s.secrets.Unseal(wrapped, l.Ref, l.Sealed)
	if err != nil {
		return hiring.Personal{}, fmt.Errorf("unsealing a person's data: %w", err)
	}
	return p, nil
}
