package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

// TokenBody says what a new token lets its bearer be.
type TokenBody struct {
	Role    hiring.Role `json:"role" doc:"One of employer, learner, recruiter, provider, operator"`
	Subject string      `json:"subject" doc:"The employer's or provider's name, the learner's id, or who the operator is"`
}

// NewToken is a token that was made. It is shown this once.
type NewToken struct {
	Token   string      `json:"token"`
	Hash    string      `json:"hash" doc:"Names the token, to revoke it"`
	Role    hiring.Role `json:"role"`
	Subject string      `json:"subject"`
}

type tokenInput struct {
	Body document[TokenBody]
}

type tokenPath struct {
	Hash string `path:"hash" doc:"SHA-256 of the token, in hex"`
}

type tailInput struct {
	Subject string `query:"subject" default:"invitation.>" doc:"Below invitation., day. or match., with NATS wildcards"`
}

type deadInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type deadPath struct {
	Seq uint64 `path:"seq"`
}

// DeadLetters are facts that some work could not be done for.
type DeadLetters struct {
	Letters []DeadLetterRecord `json:"letters"`
}

// DeadLetterRecord is one of them.
type DeadLetterRecord struct {
	Seq      uint64          `json:"seq" doc:"Names the dead letter"`
	Subject  string          `json:"subject"`
	Fact     uint64          `json:"fact" doc:"Log position of the fact"`
	Type     string          `json:"type"`
	Consumer string          `json:"consumer" doc:"The work that failed"`
	Reason   string          `json:"reason"`
	Tries    int             `json:"tries"`
	Time     time.Time       `json:"time"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// Replayed says which dead letter was handed to its consumer again.
type Replayed struct {
	Seq uint64 `json:"seq"`
}

func (s *Server) operatorRoutes() {
	handle(s, op{
		method: http.MethodPost, path: "/v1/tokens", id: "create-token", tag: "Operators", summary: "Make a token", description: "It is shown once and kept as a hash only.",
	}, s.createToken)
	handle(s, op{method: http.MethodDelete, path: "/v1/tokens/{hash}", id: "revoke-token", tag: "Operators", summary: "Revoke a token: it and its streams end within seconds"}, s.revokeToken)
	raw(s, op{
		method: http.MethodGet, path: "/v1/events/tail", id: "tail-events", tag: "Operators", summary: "Invitations and matches as they are published", endless: true,
		description: "JSON Lines, or server-sent events when Accept says text/event-stream. It promises no completeness.",
	}, "application/x-ndjson", s.tail)
	handle(s, op{method: http.MethodGet, path: "/v1/audit", id: "audit", tag: "Operators", summary: "Requests that were refused"}, s.refusals)
	handle(s, op{method: http.MethodGet, path: "/v1/events/dead", id: "dead-letters", tag: "Operators", summary: "Dead letters"}, s.deadLetters)
	handle(s, op{
		method: http.MethodPost, path: "/v1/events/dead/{seq}/replay", id: "replay-dead-letter", tag: "Operators", summary: "Hand a dead letter to its consumer again",
	}, s.replayDead)
}

// operatorsOnly refuses everyone else.
func operatorsOnly(who caller) error {
	if who.Operator() {
		return nil
	}
	return hiring.Errorf(hiring.Forbidden, "only operators may do this")
}

func (s *Server) createToken(ctx context.Context, who caller, in *tokenInput) (*reply[NewToken], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	body, err := in.Body.get()
	if err != nil {
		return nil, err
	}
	a := hiring.Actor{Role: body.Role, Subject: body.Subject}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	token := vault.NewToken()
	hash := vault.TokenHash(token)
	if err := s.putToken(ctx, who, hiring.Token{Hash: hash, Actor: a}); err != nil {
		return nil, err
	}
	return answer(NewToken{Token: token, Hash: hash, Role: a.Role, Subject: a.Subject}), nil
}

var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (s *Server) revokeToken(ctx context.Context, who caller, in *tokenPath) (*reply[Written], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	if !hashPattern.MatchString(in.Hash) {
		return nil, hiring.Invalidf("hash", "is not the hash of a token").Mend("give its SHA-256 in hex")
	}
	t, _, err := resource[hiring.Token](ctx, s, &resourceInput{ID: in.Hash}, hiring.TokenSubject(in.Hash))
	if err != nil {
		return nil, err
	}
	t.Hash, t.Revoked = in.Hash, true
	if err := s.putToken(ctx, who, t); err != nil {
		return nil, err
	}
	return answer(Written{ID: in.Hash, Position: s.tokens.position.Now()}), nil
}

// putToken has a token recorded and waits, two seconds at most, until this process knows it.
func (s *Server) putToken(ctx context.Context, who caller, t hiring.Token) error {
	a, err := events.Ask[hiring.Done](ctx, s.log, hiring.PutToken{Asked: hiring.Asked{Actor: who.Actor}, Token: t})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.tokens.position.Wait(ctx, a.Position); err != nil {
		s.logger.Warn("a token was recorded and is not known here yet", "position", a.Position)
	}
	return nil
}

var tailPattern = regexp.MustCompile(`^(invitation|day|match)(\.[A-Za-z0-9_*-]+)*(\.>)?$`)

// tail prints what passes on a subject.
func (s *Server) tail(w http.ResponseWriter, r *http.Request, who caller, in *tailInput) error {
	if err := operatorsOnly(who); err != nil {
		return err
	}
	if foreign(r) {
		return crossSite()
	}
	if !tailPattern.MatchString(in.Subject) || !strings.Contains(in.Subject, ".") || len(in.Subject) > 300 {
		return hiring.Invalidf("subject", "is not one that may be tailed").Mend("use invitation.>, day.> or match.>, or something below")
	}
	ctx, release, err := s.streams.take(r.Context(), who.hash)
	if err != nil {
		return err
	}
	defer release()
	kind := "application/x-ndjson"
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		kind = "text/event-stream"
	}
	f, err := s.startFlow(w, kind)
	if err != nil {
		return nil
	}
	f.run(ctx, func(ctx context.Context, deliver func([]byte) error) error {
		return s.log.Tail(ctx, in.Subject, func(subject string, header map[string][]string, data []byte) error {
			line, err := tailLine(subject, header, data)
			if err != nil {
				return err
			}
			if kind == "text/event-stream" {
				return deliver(serverSent("", "message", line))
			}
			return deliver(append(line, '\n'))
		})
	})
	return nil
}

// tailLine renders a message as one JSON object.
func tailLine(subject string, header map[string][]string, data []byte) ([]byte, error) {
	attribute := func(name string) string {
		if v := header[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	line := struct {
		Subject string `json:"subject"`
		Type    string `json:"type,omitempty"`
		ID      string `json:"id,omitempty"`
		Time    string `json:"time,omitempty"`
		Data    any    `json:"data"`
	}{Subject: subject, Type: attribute("ce-type"), ID: attribute("ce-id"), Time: attribute("ce-time"), Data: json.RawMessage(data)}
	if !json.Valid(data) {
		line.Data = string(data)
	}
	b, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("encoding a message: %w", err)
	}
	return b, nil
}

func (s *Server) deadLetters(ctx context.Context, who caller, in *deadInput) (*reply[DeadLetters], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	list, err := s.log.DeadLetters(ctx, in.Limit)
	if err != nil {
		return nil, err
	}
	out := DeadLetters{Letters: []DeadLetterRecord{}}
	for _, d := range list {
		r := DeadLetterRecord{Seq: d.Seq, Subject: d.Subject, Fact: d.Fact, Type: d.Type, Consumer: d.Consumer, Reason: d.Reason, Tries: d.Tries, Time: d.Time}
		if json.Valid(d.Data) {
			r.Data = d.Data
		}
		out.Letters = append(out.Letters, r)
	}
	return answer(out), nil
}

func (s *Server) replayDead(ctx context.Context, who caller, in *deadPath) (*reply[Replayed], error) {
	if err := operatorsOnly(who); err != nil {
		return nil, err
	}
	if err := s.log.ReplayDead(ctx, in.Seq); err != nil {
		return nil, err
	}
	return answer(Replayed{in.Seq}), nil
}
