package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"matchday/app"
	"matchday/events"
	"matchday/hiring"
	"matchday/sample"
)

// demoCmd loads the sample world, tells the story of one learner as it happens and goes on serving.
type demoCmd struct {
	Once     bool   `help:"End after the story; exit 0 only if each step happened."`
	Listen   string `help:"Address of the API and the pages." default:"127.0.0.1:0" placeholder:"ADDR"`
	Keep     string `help:"Keep everything in this folder; a temporary one, removed at the end, when left out." placeholder:"DIR"`
	Learners int    `help:"How many learners to generate." default:"2000"`
}

// Run tells the story.
func (d *demoCmd) Run(ctx context.Context, g *globals, c console) error {
	if g.Server != "" {
		return usageError{"the demo starts a Matchday of its own: leave --server out, or unset MATCHDAY_SERVER"}
	}
	dir, err := d.folder()
	if err != nil {
		return err
	}
	if d.Keep == "" {
		defer os.RemoveAll(dir)
	}
	g.Data = filepath.Join(dir, "data")
	mails := filepath.Join(dir, "mail")
	cl, err := g.embed(ctx, c, app.Options{Listen: d.Listen, NATSListen: "127.0.0.1:0", MailDir: mails})
	if err != nil {
		return err
	}
	defer cl.close()
	s := &story{ctx: ctx, c: c, cl: cl, mails: mails, begun: time.Now(), heard: make(chan heard, 4096)}
	if err := s.tell(d.Learners); err != nil {
		return fmt.Errorf("the story broke off: %w", err)
	}
	if d.Once {
		return nil
	}
	s.stay(dir, d.Keep == "")
	<-ctx.Done()
	return nil
}

// folder returns the folder to keep or a temporary one. One that holds something already is refused: a story is told once.
func (d *demoCmd) folder() (string, error) {
	if d.Keep == "" {
		dir, err := os.MkdirTemp("", "matchday-demo-*")
		if err != nil {
			return "", fmt.Errorf("making a folder for the demo: %w", err)
		}
		return dir, nil
	}
	entries, err := os.ReadDir(d.Keep)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("looking into the folder to keep: %w", err)
	}
	if len(entries) > 0 {
		return "", usageError{fmt.Sprintf("%s is not empty; name an empty folder with --keep, or open what is in it with 'matchday serve --data %s'", d.Keep, filepath.Join(d.Keep, "data"))}
	}
	return d.Keep, nil
}

// stay says what can be tried while the demo goes on serving.
func (s *story) stay(dir string, temporary bool) {
	url := s.cl.app.URL()
	addr, user, password := s.cl.app.Broker()
	s.head("It goes on serving. Try")
	s.say("   the seat she has       %s", s.page)
	if other := s.openInvitation(); other != "" {
		s.say("   an open invitation     %s", other)
	}
	s.say("   the API reference      %s/docs", url)
	s.say("   invitations, live      nats subscribe 'invitation.>' --server nats://%s:%s@%s", user, password, addr)
	s.say("   the commands           export MATCHDAY_SERVER=%s MATCHDAY_TOKEN=%s", url, s.cl.token)
	s.say("                          matchday match --learner %s --limit 3 --explain", s.world.Story.Learner)
	s.say("                          matchday search learners 'skill:\"Medical records\" verified:false'")
	if temporary {
		s.say("\nEverything is in %s and is removed at the end; --keep DIR keeps it. Stop with Ctrl-C.", dir)
	} else {
		s.say("\nEverything is kept in %s. Stop with Ctrl-C; then 'matchday serve --data %s' opens it again.", dir, filepath.Join(dir, "data"))
	}
}

// story is the state of one telling.
type story struct {
	ctx   context.Context
	c     console
	cl    *client
	mails string
	begun time.Time
	heard chan heard // what the NATS subscription brought
	world sample.World
	ref   string // of the invitation
	page  string // where its link leads
}

// heard is one message of the subscription.
type heard struct {
	subject, kind string
	invitation    hiring.Invitation
}

// tell runs the chapters in order; the first that does not come true ends the story.
func (s *story) tell(learners int) (err error) {
	if s.world, err = sample.Make(time.Now(), learners); err != nil {
		return err
	}
	for _, chapter := range []func() error{s.load, s.before, s.listen, s.earn, s.reach, s.open, s.invited, s.accept} {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if err := chapter(); err != nil {
			return err
		}
	}
	s.say("\nDone in %.1f s.", time.Since(s.begun).Seconds())
	return nil
}

func (s *story) say(format string, args ...any) { fmt.Fprintf(s.c.out, format+"\n", args...) }

func (s *story) head(text string) { s.say("\n── %s", text) }

// load imports the world through the same API as anyone.
func (s *story) load() error {
	s.head("A log, an index, a matcher and a page server start in this one process; the sample world comes in")
	for _, part := range []struct {
		path, what string
		body       []byte
	}{
		{"skills?name=sample&release=1", "skills, named in English and Spanish", s.world.Skills},
		{"programmes", "programmes", s.world.Programmes},
		{"openings", "openings", s.world.Openings},
		{"learners", "learners", s.world.Learners},
	} {
		start := time.Now()
		resp, err := s.cl.send(s.ctx, "POST", "/v1/imports/"+part.path, "application/x-ndjson", bytes.NewReader(part.body))
		if err != nil {
			return fmt.Errorf("loading %s: %w", part.what, err)
		}
		var sum summary
		err = json.NewDecoder(resp.Body).Decode(&sum)
		resp.Body.Close()
		if err != nil || sum.Rejected > 0 {
			return fmt.Errorf("loading %s: %d rejected (%v): %w", part.what, sum.Rejected, sum.Rejects, err)
		}
		n := bytes.Count(part.body, []byte("\n"))
		took := time.Since(start)
		s.say("   %5d %-40s %6.0f a second, each on disk", n, part.what, float64(n)/took.Seconds())
	}
	for _, day := range s.world.Days {
		if err := s.cl.do(s.ctx, "PUT", "/v1/employers/"+url.PathEscape(string(day.Employer)), map[string]bool{"verified": true}, nil); err != nil {
			return fmt.Errorf("verifying %s: %w", day.Employer, err)
		}
		if err := s.cl.do(s.ctx, "PUT", "/v1/days/"+url.PathEscape(string(day.ID)), day, nil); err != nil {
			return fmt.Errorf("drafting the day %s: %w", day.ID, err)
		}
		s.say("   drafted: %s — %s (%s)", day.Title, day.Employer, day.Run.Start)
	}
	return nil
}

// openingMatches is how the API shows a learner's matches.
type openingMatches struct {
	Total   int `json:"total"`
	Matches []struct {
		Opening string        `json:"opening"`
		Score   hiring.Score  `json:"score"`
		Missing []string      `json:"missing"`
		Parts   []hiring.Part `json:"parts"`
		Breadth hiring.Score  `json:"breadth"`
	} `json:"matches"`
}

func (s *story) matches() (m openingMatches, err error) {
	err = s.cl.get(s.ctx, "/v1/learners/"+url.PathEscape(string(s.world.Story.Learner))+"/matches?limit=3&explain=true", &m)
	return m, err
}

// before shows what the learner reaches without the certificate.
func (s *story) before() error {
	m, err := s.matches()
	if err != nil {
		return err
	}
	s.head(s.world.Story.Name + " answered phones for six years. What her skills reach today")
	return s.show(m)
}

func (s *story) show(m openingMatches) error {
	if len(m.Matches) == 0 {
		return errors.New("no opening is reached")
	}
	for _, match := range m.Matches {
		missing := fmt.Sprintf("%d skills missing", len(match.Missing))
		switch len(match.Missing) {
		case 0:
			missing = "nothing missing"
		case 1:
			missing = "1 skill missing"
		}
		s.say("   %4.1f %%  %s  (%s)", match.Score.Float()*100, match.Opening, missing)
	}
	return nil
}

// listen subscribes to invitations as any NATS client outside may.
func (s *story) listen() error {
	addr, user, password := s.cl.app.Broker()
	stop, err := events.Listen(s.ctx, events.Options{URL: "nats://" + addr, User: user, Password: password}, "invitation.>",
		func(subject string, header map[string][]string, data []byte) {
			h := heard{subject: subject}
			if kind := header["ce-type"]; len(kind) > 0 {
				h.kind = kind[0]
			}
			if json.Unmarshal(data, &h.invitation) == nil {
				select {
				case s.heard <- h:
				default: // nobody waits for so many
				}
			}
		})
	if err != nil {
		return err
	}
	context.AfterFunc(s.ctx, stop)
	return nil
}

// earn records that the learner finished the programme.
func (s *story) earn() error {
	s.head("She finishes the Google IT Support Professional Certificate; the provider's completion record arrives")
	line := fmt.Sprintf(`{"learner":%q,"programme":%q,"date":%q}`, s.world.Story.Learner, s.world.Story.Programme, time.Now().Format(time.DateOnly))
	resp, err := s.cl.send(s.ctx, "POST", "/v1/imports/credentials", "application/x-ndjson", strings.NewReader(line+"\n"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var sum struct {
		Accepted int    `json:"accepted"`
		Position uint64 `json:"position"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&sum); err != nil || sum.Accepted != 1 {
		return fmt.Errorf("the completion was not accepted: %w", err)
	}
	s.say("   on disk at log position %d", sum.Position)
	var m openingMatches
	return s.cl.get(s.ctx, fmt.Sprintf("/v1/learners/%s/matches?limit=1&after=%d", url.PathEscape(string(s.world.Story.Learner)), sum.Position), &m)
}

// reach shows what the credential opens, and why.
func (s *story) reach() error {
	m, err := s.matches()
	if err != nil {
		return err
	}
	s.head(fmt.Sprintf("What she reaches now (%d openings in all), and why", m.Total))
	if err := s.show(m); err != nil {
		return err
	}
	top := m.Matches[0]
	var sum hiring.Score
	s.say("   The first, part by part:")
	proved := 0
	for _, p := range top.Parts {
		sum += p.Value
		by := string(p.Proof)
		if p.Credential != "" {
			by += ": " + p.Credential
			proved++
		}
		s.say("     %7.4f  %-22s %-10s %s", p.Value.Float()*100, p.Name, p.Need, by)
	}
	s.say("     %7.4f  together, which is the score to the last digit; what it does not ask for took %.1f of the rest", sum.Float()*100, top.Breadth.Float()*100)
	if sum != top.Score || proved == 0 {
		return fmt.Errorf("the parts sum to %v and the score is %v; %d rest on a credential", sum, top.Score, proved)
	}
	return nil
}

// open opens the interview day, after a look at who would be invited.
func (s *story) open() error {
	day := string(s.world.Story.Day)
	path := "/v1/days/" + url.PathEscape(day)
	var preview struct {
		Matches []struct {
			Learner string       `json:"learner"`
			Score   hiring.Score `json:"score"`
		} `json:"matches"`
	}
	if err := s.cl.get(s.ctx, path+"/preview", &preview); err != nil {
		return err
	}
	s.head(fmt.Sprintf("Copperline IT Services looks at who would be invited (%d learners), and opens its interview day", len(preview.Matches)))
	var opened struct {
		Sent int `json:"sent"`
	}
	if err := s.cl.do(s.ctx, "POST", path+"/open", struct{}{}, &opened); err != nil {
		return err
	}
	s.say("   %d invitations sent", opened.Sent)
	return nil
}

// invited waits for the learner's invitation on the subscription and for the mail.
func (s *story) invited() error {
	var list struct {
		Invitations []struct {
			Ref     string       `json:"ref"`
			Opening string       `json:"opening"`
			Expires time.Time    `json:"expires"`
			Match   hiring.Match `json:"match"`
		} `json:"invitations"`
	}
	if err := s.cl.get(s.ctx, "/v1/learners/"+url.PathEscape(string(s.world.Story.Learner))+"/invitations", &list); err != nil {
		return err
	}
	if len(list.Invitations) != 1 {
		return fmt.Errorf("the learner has %d invitations, not 1", len(list.Invitations))
	}
	s.ref = list.Invitations[0].Ref
	h, err := s.hear(hiring.InvitationSent)
	if err != nil {
		return err
	}
	s.head("The invitation arrives on a NATS subscription of somebody outside")
	s.say("   %s\n   %s for %s, match %.1f %%, reply by %s", h.subject, h.kind, h.invitation.Opening, h.invitation.Match.Score.Float()*100, h.invitation.Expires.Format("2 Jan 15:04 MST"))
	path, err := s.mail()
	if err != nil {
		return err
	}
	subject, link, err := readMail(path)
	if err != nil {
		return err
	}
	s.page = link
	s.say("   and as a mail in Spanish: %s", subject)
	return nil
}

// hear waits for a message about the story's invitation.
func (s *story) hear(kind string) (heard, error) {
	late := time.After(10 * time.Second)
	for {
		select {
		case h := <-s.heard:
			if string(h.invitation.Ref) == s.ref && h.kind == kind {
				return h, nil
			}
		case <-late:
			return heard{}, fmt.Errorf("no %s came on the subscription within 10 s", kind)
		case <-s.ctx.Done():
			return heard{}, s.ctx.Err()
		}
	}
}

// mail waits for the mail file of the story's invitation and returns its path.
func (s *story) mail() (string, error) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		found, err := filepath.Glob(filepath.Join(s.mails, "*"+s.ref+"*.eml"))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[0], nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-s.ctx.Done():
			return "", s.ctx.Err()
		}
	}
	return "", errors.New("no mail was written within 10 s")
}

// accept takes a seat as the learner, with a token of her own.
func (s *story) accept() error {
	var token struct {
		Token string `json:"token"`
	}
	if err := s.cl.do(s.ctx, "POST", "/v1/tokens", hiring.Actor{Role: hiring.RoleLearner, Subject: string(s.world.Story.Learner)}, &token); err != nil {
		return err
	}
	hers := *s.cl
	hers.token = token.Token
	var done struct {
		Invitation struct {
			Status hiring.InvitationStatus `json:"status"`
			Slot   struct {
				Start time.Time `json:"start"`
				Seats int       `json:"seats"`
			} `json:"slot"`
		} `json:"invitation"`
		Day struct {
			Zone string `json:"zone"`
		} `json:"day"`
	}
	if err := hers.do(s.ctx, "POST", "/v1/invitations/"+s.ref+"/accept", struct{}{}, &done); err != nil {
		return err
	}
	if done.Invitation.Status != hiring.Accepted {
		return fmt.Errorf("the invitation is %s after accepting", done.Invitation.Status)
	}
	h, err := s.hear(hiring.InvitationAccepted)
	if err != nil {
		return err
	}
	if h.invitation.Slot == nil {
		return errors.New("the acceptance on the stream holds no seat")
	}
	there, err := time.LoadLocation(done.Day.Zone)
	if err != nil {
		return err
	}
	home, err := time.LoadLocation("America/Phoenix")
	if err != nil {
		return err
	}
	s.head("She accepts; the seat is hers")
	s.say("   %s there (%s), %s at home in Phoenix", h.invitation.Slot.Start.In(there).Format("Monday 2 January, 15:04"), done.Day.Zone, h.invitation.Slot.Start.In(home).Format("15:04"))
	return nil
}
