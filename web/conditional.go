package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"matchday/hiring"
)

// etag is the entity tag of an entity: the log sequence of its last fact.
func etag(seq uint64) string { return `"` + strconv.FormatUint(seq, 10) + `"` }

// matches reports whether a list of entity tags, or *, holds that of seq (weak comparison, RFC 9110 section 8.8.3.2).
func matches(header string, seq uint64) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag(seq) {
			return true
		}
	}
	return false
}

// notModified is a 304.
func notModified(tag string) error {
	p := newProblem(http.StatusNotModified, "", "")
	p.header.Set("ETag", tag)
	return p
}

// changed is a 412.
func changed() error {
	return hiring.Errorf(hiring.Stale, "it was changed since").Mend("read it again and change that")
}

// seen checks If-Match against the last fact of a subject and returns its sequence, 0 when the caller set no condition.
func (s *Server) seen(ctx context.Context, subject, ifMatch string) (uint64, error) {
	if ifMatch == "" {
		return 0, nil
	}
	f, err := s.log.Last(ctx, subject)
	if hiring.CodeOf(err) == hiring.NotFound {
		return 0, changed()
	}
	if err != nil {
		return 0, err
	}
	if !matches(ifMatch, f.Seq) {
		return 0, changed()
	}
	return f.Seq, nil
}

// precondition checks If-Match and If-None-Match of a change and returns what it was checked against: the sequence of the last fact,
// 0 for none, nil without a condition. Ingest checks that once more when it writes: of two changes under one ETag only one is made.
// A learner's record answers conditions only to those who may read it: for others 412 would tell that it exists.
func (s *Server) precondition(ctx context.Context, who caller, kind hiring.ImportKind, id, ifMatch, ifNoneMatch string) (*uint64, error) {
	if ifMatch == "" && ifNoneMatch == "" {
		return nil, nil
	}
	if kind == hiring.ImportLearners && ifMatch != "" {
		if _, err := s.readableLearner(ctx, who, hiring.LearnerID(id)); err != nil {
			return nil, err
		}
	}
	f, err := s.log.Last(ctx, s.subject(kind, id)) // of sequence 0 when there is none
	if err != nil && hiring.CodeOf(err) != hiring.NotFound {
		return nil, err
	}
	if ifMatch != "" && (f.Seq == 0 || !matches(ifMatch, f.Seq)) || f.Seq > 0 && matches(ifNoneMatch, f.Seq) {
		return nil, changed()
	}
	return &f.Seq, nil
}
