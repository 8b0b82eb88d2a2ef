package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"matchday/events"
	"matchday/hiring"
)

const (
	block    = 100              // matches that are cached together
	blockTTL = 2 * time.Minute  // and for how long
	askMost  = 250              // most matches of one question: an answer must fit in one message
	skewTTL  = 10 * time.Minute // how old a cursor's time may be
)

// ranked says what a ranking ranks.
type ranked string

const (
	rankedLearners ranked = "learners" // for an opening
	rankedOpenings ranked = "openings" // for a learner
)

// rankedPage is part of a ranking; IDs are set for learners only.
type rankedPage struct {
	hiring.Ranking
	IDs   []hiring.LearnerID `json:"ids,omitempty"`
	Total int                `json:"total"`
}

// cursor continues a ranking: where, and as of which log position and time. Whoever forges one gets a page that they may see.
type cursor struct {
	Offset   int   `json:"o"`
	Position int64 `json:"p"`
	At       int64 `json:"t"` // milliseconds since 1970
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // three numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (s *Server) parseCursor(text string) (cursor, error) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Offset < 0 || c.Offset > 1_000_000 || c.Position < 0 {
		return c, hiring.Invalidf("cursor", "is not one of ours").Mend("follow the Link header, or start again without a cursor")
	}
	if now := s.now(); time.UnixMilli(c.At).Before(now.Add(-skewTTL)) || time.UnixMilli(c.At).After(now) {
		c.At = now.UnixMilli() // an old list is continued as of now
	}
	return c, nil
}

// page returns the part of a ranking that was asked for, and the cursor of the next part. Without a cursor it is computed now.
// With one it comes from blocks cached at the position where the list began, so that pages neither overlap nor leave gaps while
// the log grows; a block that the cache has lost is computed as of now.
func (s *Server) page(ctx context.Context, who caller, of ranked, in *matchesInput) (rankedPage, string, error) {
	if in.Cursor == "" {
		at := s.now()
		p, err := s.rank(ctx, who, of, in.ID, in.Offset, in.Limit, in.Explain, at, in.After)
		return p, nextCursor(p, in.Offset, at), err
	}
	if in.Offset > 0 {
		return rankedPage{}, "", hiring.Invalidf("offset", "and cursor exclude each other")
	}
	c, err := s.parseCursor(in.Cursor)
	if err != nil {
		return rankedPage{}, "", err
	}
	var p rankedPage
	for end := c.Offset + in.Limit; c.Offset+len(p.Matches) < end; {
		from := c.Offset + len(p.Matches)
		b, err := s.block(ctx, who, of, in, c, from/block)
		if err != nil {
			return rankedPage{}, "", err
		}
		if p.Scorer == "" {
			p.Ranking, p.Total = b.Ranking, b.Total
			p.Matches = nil
		}
		lo, hi := min(from%block, len(b.Matches)), min(from%block+end-from, len(b.Matches))
		p.Matches = append(p.Matches, b.Matches[lo:hi]...)
		if b.IDs != nil {
			p.IDs = append(p.IDs, b.IDs[lo:hi]...)
		}
		if len(b.Matches) < block {
			break
		}
	}
	return p, nextCursor(p, c.Offset, time.UnixMilli(c.At)), nil
}

func nextCursor(p rankedPage, offset int, at time.Time) string {
	if n := offset + len(p.Matches); len(p.Matches) > 0 && n < p.Total {
		return cursor{n, int64(p.Position), at.UnixMilli()}.String() //nolint:gosec // a log never reaches 2^63
	}
	return ""
}

// block returns the n-th hundred of a ranking, cached or computed. The key names the caller: what one may see is not for another.
func (s *Server) block(ctx context.Context, who caller, of ranked, in *matchesInput, c cursor, n int) (rankedPage, error) {
	key := func(position int64) string {
		return "rank:" + s.secrets.Digest([]byte(strings.Join([]string{
			string(of), in.ID, string(who.Role), who.Subject, fmt.Sprint(in.Explain, n, position, c.At), s.generation(ctx),
		}, "\x00")))
	}
	var p rankedPage
	if b, ok, err := s.cache.Get(ctx, key(c.Position)); err == nil && ok && json.Unmarshal(b, &p) == nil {
		return p, nil
	}
	p, err := s.rank(ctx, who, of, in.ID, n*block, block, in.Explain, time.UnixMilli(c.At), 0)
	if err != nil {
		return p, err
	}
	if b, err := json.Marshal(p); err == nil {
		if err := s.cache.Set(ctx, key(int64(p.Position)), b, blockTTL); err != nil { //nolint:gosec // as above
			s.logger.Warn("a page of a ranking could not be cached", "error", err)
		}
	}
	return p, nil
}

// generationKey is where the last erasure or withdrawn consent is noted: cached rankings from before it are never used again.
const generationKey = "generation"

func (s *Server) generation(ctx context.Context) string {
	b, _, err := s.cache.Get(ctx, generationKey)
	if err != nil {
		return "unknown"
	}
	return string(b)
}

// forget makes every cached ranking unusable, because someone in it may no longer be shown.
func (s *Server) forget(ctx context.Context, position uint64) {
	if err := s.cache.Set(ctx, generationKey, fmt.Append(nil, position), 24*time.Hour); err != nil {
		s.logger.Warn("cached rankings could not be dropped; they end by themselves in two minutes", "error", err)
	}
}

// rank asks the matcher for part of a ranking, in questions whose answers fit one message.
func (s *Server) rank(ctx context.Context, who caller, of ranked, id string, offset, limit int, explain bool, at time.Time, after uint64) (rankedPage, error) {
	var all rankedPage
	for {
		want := min(limit-len(all.Matches), askMost)
		p, err := s.rankOnce(ctx, who, of, id, offset+len(all.Matches), want, explain, at, after)
		if err != nil {
			return p, err
		}
		if all.Scorer == "" {
			all = p
		} else {
			all.Matches, all.IDs = append(all.Matches, p.Matches...), append(all.IDs, p.IDs...)
		}
		if len(p.Matches) == 0 || len(all.Matches) >= limit || offset+len(all.Matches) >= p.Total {
			return all, nil
		}
	}
}

func (s *Server) rankOnce(ctx context.Context, who caller, of ranked, id string, offset, limit int, explain bool, at time.Time, after uint64) (rankedPage, error) {
	asked := hiring.Asked{Actor: who.Actor, After: after}
	if of == rankedOpenings {
		a, err := events.Ask[hiring.RankedOpenings](ctx, s.log, hiring.RankOpenings{
			Asked: asked, ID: hiring.LearnerID(id), Offset: offset, Limit: limit, Explain: explain, At: at,
		})
		return rankedPage{Ranking: a.Ranking, Total: a.Total}, err
	}
	a, err := events.Ask[hiring.RankedLearners](ctx, s.log, hiring.RankLearners{
		Asked: asked, Opening: hiring.OpeningID(id), Offset: offset, Limit: limit, Explain: explain, At: at,
	})
	if err == nil && len(a.IDs) != len(a.Matches) {
		return rankedPage{}, fmt.Errorf("the matcher named %d learners for %d matches", len(a.IDs), len(a.Matches))
	}
	return rankedPage{Ranking: a.Ranking, IDs: a.IDs, Total: a.Total}, err
}
