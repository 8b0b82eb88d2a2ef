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
	askMost  = 200              // most matches of one question: an answer must fit in one message
	skewTTL  = 10 * time.Minute // how old a cursor's time may be
)

// ranked says what a ranking ranks.
type ranked string

const (
	rankedLearners ranked = "learners" // for an opening
	rankedOpenings ranked = "openings" // for a learner
)

// rankedPage is part of a ranking; IDs, Excluded and TextAt are set for learners only.
type rankedPage struct {
	hiring.Ranking
	IDs      []hiring.LearnerID `json:"ids,omitempty"`
	Total    int                `json:"total"`
	Excluded []hiring.Excluded  `json:"excluded,omitempty"`
	TextAt   uint64             `json:"textAt,omitempty"`
}

// wanted says which ranking is asked for.
type wanted struct {
	of      ranked
	id      string
	explain bool
	filters hiring.Filters
	at      time.Time
	after   uint64
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

// page returns the part of a ranking that was asked for, and the cursor of the next part. The first part is computed now, later ones
// come from blocks cached as of the position where the list began. A block that is not cached yet is computed when it is asked for,
// and goes on after the last match of the block before, so that parts neither overlap nor leave gaps while the log grows.
func (s *Server) page(ctx context.Context, who caller, of ranked, in *MatchesInput, f hiring.Filters) (rankedPage, string, error) {
	c := cursor{Offset: in.Offset, At: s.now().UnixMilli()}
	if in.Cursor != "" {
		if in.Offset > 0 {
			return rankedPage{}, "", hiring.Invalidf("offset", "and cursor exclude each other")
		}
		var err error
		if c, err = s.parseCursor(in.Cursor); err != nil {
			return rankedPage{}, "", err
		}
	}
	want := wanted{of: of, id: in.ID, explain: in.Explain, filters: f, at: time.UnixMilli(c.At), after: in.After}
	var p rankedPage
	for end := c.Offset + in.Limit; c.Offset+len(p.Matches) < end; {
		from := c.Offset + len(p.Matches)
		b, err := s.block(ctx, who, want, c, from/block)
		if err != nil {
			return rankedPage{}, "", err
		}
		if p.Scorer == "" {
			p = b
			p.Matches, p.IDs = nil, nil
		}
		if c.Position == 0 {
			c.Position = int64(b.Position) //nolint:gosec // a log never reaches 2^63
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
	n := c.Offset + len(p.Matches)
	if len(p.Matches) == 0 || n >= p.Total {
		return p, "", nil
	}
	c.Offset = n
	return p, c.String(), nil
}

// block returns the n-th hundred of a ranking, cached or computed. Of a list that only begins, at position 0, it is computed now. The
// key names the caller: what one may see is not for another.
func (s *Server) block(ctx context.Context, who caller, want wanted, c cursor, n int) (rankedPage, error) {
	generation := s.generation(ctx)
	key := func(n int, position int64) string {
		return "rank:" + s.secrets.Digest([]byte(strings.Join([]string{
			string(want.of), want.id, string(who.Role), who.Subject, fmt.Sprintf("%v %q %d %d %d", want.explain, fmt.Sprint(want.filters), n, position, c.At), generation,
		}, "\x00")))
	}
	if p, ok := s.cachedPage(ctx, key(n, c.Position)); ok && c.Position > 0 {
		return p, nil
	}
	p, err := s.rank(ctx, who, want, n*block, block)
	if err != nil {
		return p, err
	}
	if before, ok := s.cachedPage(ctx, key(n-1, c.Position)); ok && n > 0 && len(before.Matches) > 0 && before.Position != p.Position {
		// The log moved on: look for where the list goes on, up to a block before and after where that was.
		if p, err = s.rank(ctx, who, want, (n-1)*block, 3*block); err != nil {
			return p, err
		}
		p.after(&before)
	}
	if c.Position == 0 {
		c.Position = int64(p.Position) //nolint:gosec // as above
	}
	if b, err := json.Marshal(p); err == nil {
		if err := s.cache.Set(ctx, key(n, c.Position), b, blockTTL); err != nil {
			s.logger.Warn("a page of a ranking could not be cached", "error", err)
		}
	}
	return p, nil
}

// cachedPage reads part of a ranking from the cache.
func (s *Server) cachedPage(ctx context.Context, key string) (p rankedPage, ok bool) {
	b, ok, err := s.cache.Get(ctx, key)
	return p, err == nil && ok && json.Unmarshal(b, &p) == nil
}

// after leaves the first block of matches that rank behind the last one of before.
func (p *rankedPage) after(before *rankedPage) {
	last := len(before.Matches) - 1
	from := 0
	for from < len(p.Matches) && !p.behind(from, before, last) {
		from++
	}
	to := min(from+block, len(p.Matches))
	p.Matches = p.Matches[from:to]
	if p.IDs != nil {
		p.IDs = p.IDs[from:to]
	}
}

// behind reports whether match i ranks behind match j of q, which the matcher orders by score, then by the sender's id.
func (p *rankedPage) behind(i int, q *rankedPage, j int) bool {
	if a, b := p.Matches[i].Score, q.Matches[j].Score; a != b {
		return a < b
	}
	return p.id(i) > q.id(j)
}

func (p *rankedPage) id(i int) string {
	if p.IDs != nil {
		return string(p.IDs[i])
	}
	return string(p.Matches[i].Opening)
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
func (s *Server) rank(ctx context.Context, who caller, want wanted, offset, limit int) (rankedPage, error) {
	var all rankedPage
	for {
		p, err := s.rankOnce(ctx, who, want, offset+len(all.Matches), min(limit-len(all.Matches), askMost))
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

func (s *Server) rankOnce(ctx context.Context, who caller, want wanted, offset, limit int) (rankedPage, error) {
	asked := hiring.Asked{Actor: who.Actor, After: want.after}
	if want.of == rankedOpenings {
		a, err := events.Ask[hiring.RankedOpenings](ctx, s.log, hiring.RankOpenings{
			Asked: asked, ID: hiring.LearnerID(want.id), Offset: offset, Limit: limit, Explain: want.explain, At: want.at,
		})
		return rankedPage{Ranking: a.Ranking, Total: a.Total}, err
	}
	a, err := events.Ask[hiring.RankedLearners](ctx, s.log, hiring.RankLearners{
		Asked: asked, Opening: hiring.OpeningID(want.id), Offset: offset, Limit: limit, Explain: want.explain, Filters: want.filters, At: want.at,
	})
	if err == nil && len(a.IDs) != len(a.Matches) {
		return rankedPage{}, fmt.Errorf("the matcher named %d learners for %d matches", len(a.IDs), len(a.Matches))
	}
	return rankedPage{Ranking: a.Ranking, IDs: a.IDs, Total: a.Total, Excluded: a.Excluded, TextAt: a.TextAt}, err
}
