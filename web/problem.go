package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"matchday/hiring"
)

// Problem is every error that the API answers (RFC 9457, application/problem+json). It never repeats what was sent.
type Problem struct {
	// Type is always about:blank: Code says what it is.
	Type   string      `json:"type" example:"about:blank"`
	Title  string      `json:"title" doc:"The status in words"`
	Status int         `json:"status" example:"400"`
	Detail string      `json:"detail" doc:"What is wrong"`
	Code   hiring.Code `json:"code" doc:"The same for machines" example:"invalid"`
	Field  string      `json:"field,omitempty" doc:"Where it is wrong" example:"skills[3].weight"`
	Fix    string      `json:"fix,omitempty" doc:"How to mend it"`
	// Summary is what an import had done when it was stopped.
	Summary *ImportSummary `json:"summary,omitempty"`

	header http.Header
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns headers to send with the problem.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType makes JSON problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses are the HTTP statuses of codes; see [hiring.Code].
func statusOf(code hiring.Code) int {
	switch code {
	case hiring.Invalid:
		return http.StatusBadRequest
	case hiring.Unauthenticated:
		return http.StatusUnauthorized
	case hiring.Forbidden:
		return http.StatusForbidden
	case hiring.NotFound:
		return http.StatusNotFound
	case hiring.Conflict:
		return http.StatusConflict
	case hiring.Stale:
		return http.StatusPreconditionFailed
	case hiring.TooLarge:
		return http.StatusRequestEntityTooLarge
	case hiring.Impossible:
		return http.StatusUnprocessableEntity
	case hiring.TooMany:
		return http.StatusTooManyRequests
	case hiring.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problemOf renders an error for outsiders. Only a [hiring.Error] is shown; of anything else, and of internal failures, only that
// it happened.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *hiring.Error
	if !errors.As(err, &e) || e.Code == hiring.Internal {
		e = hiring.Errorf(hiring.Internal, "something went wrong on our side").Mend("try again; it has been noted")
	}
	p = newProblem(statusOf(e.Code), e.Code, e.Message)
	p.Field, p.Fix = e.Field, e.Fix
	if e.Field != "" {
		p.Detail = e.Field + " " + e.Message
	}
	if e.Code == hiring.Unavailable {
		p.retryAfter(2 * time.Second)
	}
	return p
}

func newProblem(status int, code hiring.Code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Code: code, header: http.Header{}}
}

func (p *Problem) retryAfter(d time.Duration) {
	seconds := max(1, int(d.Round(time.Second)/time.Second))
	p.header.Set("Retry-After", strconv.Itoa(seconds))
}

// failure turns what a handler returns into a problem: failures of ours are logged, a caller who keeps asking for what is not
// there is slowed down, and a request that ran out of time says so.
func (s *Server) failure(ctx context.Context, who caller, err error) *Problem {
	if errors.Is(err, context.DeadlineExceeded) {
		err = hiring.Errorf(hiring.Unavailable, "the answer took too long").Mend("try again, or ask for less")
	}
	p := problemOf(err)
	switch {
	case p.Code == hiring.Internal && ctx.Err() == nil:
		s.logger.Error("a request failed", "error", err)
	case p.Code == hiring.Forbidden:
		s.logger.Info("refused", "code", p.Code, "role", who.Role, "token", who.short())
	case p.Code == hiring.NotFound && !who.internal() && s.over(ctx, "miss:"+who.hash, s.limits.Misses, time.Minute):
		s.logger.Warn("a token is shut out for asking what is not there", "role", who.Role, "token", who.short())
		return tooMany("too many requests for what is not there", time.Minute)
	}
	return p
}

// write sends the problem on a plain route.
func (p *Problem) write(w http.ResponseWriter) {
	for k, v := range p.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may be gone
}

// fromHuma turns an error that huma made itself (a parameter that does not parse, a body too large) into a problem without the
// value that was sent. Its 422 for malformed input is a 400 here: 422 is kept for what is well formed but cannot be.
func fromHuma(m *huma.ErrorModel) *Problem {
	code, status := hiring.Invalid, m.Status
	switch status {
	case http.StatusRequestEntityTooLarge:
		code = hiring.TooLarge
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable, http.StatusRequestTimeout:
	case http.StatusInternalServerError:
		code = hiring.Internal
	default:
		status = http.StatusBadRequest
	}
	p := newProblem(status, code, map[hiring.Code]string{
		hiring.TooLarge: "the body is too large",
		hiring.Internal: "something went wrong on our side",
		hiring.Invalid:  strings.ToLower(http.StatusText(status)),
	}[code])
	if status == http.StatusRequestTimeout {
		p.Detail, p.Fix = "the body took too long to arrive", "send it faster, or in parts"
	}
	if len(m.Errors) > 0 && code == hiring.Invalid {
		first := m.Errors[0]
		_, field, found := strings.Cut(first.Location, ".")
		if !found {
			field = first.Location
		}
		p.Field, p.Detail = field, strings.TrimSpace(field+" "+first.Message)
		if first.Message == "unknown query parameter" { // its name is the caller's
			p.Field, p.Detail, p.Fix = "query", "a query parameter is not one of this route's", "see /docs for those that it takes"
		}
	} else if m.Status == http.StatusBadRequest && m.Detail == "request body is required" {
		p.Detail, p.Fix = "the body is missing", "send a JSON object"
	}
	return p
}
