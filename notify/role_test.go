package notify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"matchday/events"
	"matchday/events/natsd"
	"matchday/hiring"
	"matchday/vault"
)

// post is a broker with one open day, and roles that write mails about it.
type post struct {
	t       *testing.T
	log     *events.Log
	secrets *vault.Secrets
	dir     string
	written time.Time
}

func newPost(t *testing.T) *post {
	t.Helper()
	dir := t.TempDir()
	srv, err := natsd.Start(natsd.Options{Dir: filepath.Join(dir, "nats"), MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	secrets, err := vault.Open(filepath.Join(dir, "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := events.Connect(t.Context(), events.Options{Conn: srv.InProcess(), MaxBytes: 256 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Close)
	p := &post{t: t, log: log, secrets: secrets, dir: filepath.Join(dir, "mail"), written: time.Date(2027, 3, 8, 9, 0, 0, 0, time.UTC)}
	l := example(invited)
	p.publish(hiring.DaySubject("day"), hiring.DayOpened, l.Day)
	p.publish(hiring.OpeningSubject("opening"), hiring.OpeningPosted, l.Opening)
	return p
}

func (p *post) publish(subject, kind string, body any) uint64 {
	p.t.Helper()
	seq, err := p.log.Publish(p.t.Context(), events.Draft{Subject: subject, Type: kind, Source: "test", Body: body, Unfenced: true})
	if err != nil {
		p.t.Fatal(err)
	}
	return seq
}

// learner records a person.
func (p *post) learner(id hiring.LearnerID, who hiring.Personal) hiring.LearnerRef {
	p.t.Helper()
	ref := p.secrets.LearnerRef(id)
	key, err := p.secrets.NewKey()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.log.PutKeys(p.t.Context(), map[hiring.LearnerRef][]byte{ref: key}); err != nil {
		p.t.Fatal(err)
	}
	sealed, err := p.secrets.Seal(key, ref, who)
	if err != nil {
		p.t.Fatal(err)
	}
	p.publish(hiring.LearnerSubject(ref), hiring.LearnerRecorded, hiring.Learner{
		ID: id, Ref: ref, Visible: true, Sealed: sealed, Languages: []string{"es"}, RegisteredBy: hiring.Actor{Role: hiring.RoleOperator, Subject: "t"},
	})
	return ref
}

// invitation publishes a state of the learner's invitation.
func (p *post) invitation(l hiring.LearnerRef, o occasion) uint64 {
	p.t.Helper()
	return p.state(l, typeOf[o], example(o).Invitation)
}

// state publishes a state of the learner's invitation as it stands.
func (p *post) state(l hiring.LearnerRef, kind string, inv hiring.Invitation) uint64 {
	p.t.Helper()
	inv.Learner, inv.Ref = l, p.secrets.InvitationRef("spring", "o1", l)
	return p.publish(hiring.InvitationSubject("day", "opening", l), kind, inv)
}

// typeOf is the type of fact that gives each occasion.
var typeOf = map[occasion]string{
	invited: hiring.InvitationSent, offered: hiring.InvitationOffered, confirmed: hiring.InvitationAccepted, moved: hiring.InvitationMoved,
	changed: hiring.InvitationChanged, dropped: hiring.InvitationChanged, returned: hiring.InvitationReturned, recalled: hiring.InvitationRecalled,
	refused: hiring.InvitationRefused, reminded: hiring.InvitationReminded,
}

// run starts a role; stop ends it.
func (p *post) run() (stop func()) { return p.runIn(p.dir) }

func (p *post) runIn(dir string) (stop func()) {
	p.t.Helper()
	r, err := New(Options{
		Log: p.log, Secrets: p.secrets, MailDir: dir, BaseURL: "https://matchday.example.org", Now: func() time.Time { return p.written },
	})
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	select {
	case <-r.Ready():
	case err := <-done:
		p.t.Fatalf("Run returned %v", err)
	}
	return func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("Run returned %v", err)
		}
	}
}

// until waits for the folder to satisfy ok.
func (p *post) until(what string, ok func(names []string) bool) []string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		names := p.names()
		if ok(names) {
			return names
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("the folder never held %s: %v", what, names)
		case <-tick.C:
		}
	}
}

func (p *post) names() []string {
	p.t.Helper()
	list, err := os.ReadDir(p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestWritesAMailForEachStepThatConcernsTheLearner(t *testing.T) {
	p := newPost(t)
	ref := p.learner("l1", hiring.Personal{Name: "Zoë Quispe", Contact: hiring.Contact{Email: "zoe@example.org"}})
	silent := p.learner("l2", hiring.Personal{Name: "No Address"})
	broken := p.learner("l3", hiring.Personal{Contact: hiring.Contact{Email: "not an address"}})
	stop := p.run()
	defer stop()
	for _, l := range []hiring.LearnerRef{silent, broken} {
		p.invitation(l, invited)
	}
	p.invitation(ref, invited)
	for kind, status := range map[string]hiring.InvitationStatus{
		hiring.InvitationOpened: hiring.Opened, hiring.InvitationDeclined: hiring.Declined, hiring.InvitationExpired: hiring.Expired,
		hiring.InvitationWaiting: hiring.Waiting, hiring.InvitationProposed: hiring.Accepted, hiring.InvitationAttended: hiring.Accepted,
		hiring.InvitationOutcome: hiring.Accepted,
	} {
		inv := example(invited).Invitation
		inv.Status = status
		p.state(ref, kind, inv)
	}
	p.invitation(ref, confirmed)
	p.invitation(ref, recalled)
	names := p.until("three mails", func(names []string) bool { return len(names) == 3 && !strings.HasPrefix(names[0], ".") })
	for _, name := range names {
		if !strings.HasPrefix(name, string(ref)+".") || !strings.HasSuffix(name, ".eml") {
			t.Errorf("name %s", name)
		}
		info, err := os.Stat(filepath.Join(p.dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if info, err := os.Stat(p.dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
	content, err := os.ReadFile(filepath.Join(p.dir, names[1])) // accepted, sent, withdrawn
	if err != nil {
		t.Fatal(err)
	}
	header, plain, _ := parts(t, content)
	_, link, found := strings.Cut(plain, "https://matchday.example.org/i/")
	token, _, _ := strings.Cut(link, "\n")
	got, err := p.secrets.VerifyLink(token, p.written)
	if !found || err != nil || got != p.secrets.InvitationRef("spring", "o1", ref) || header.Get("Content-Language") != "es" {
		t.Errorf("link %q opens %s, %v; language %s", token, got, err, header.Get("Content-Language"))
	}
	if code := p.secrets.ReplyCode(got); !strings.Contains(plain, code) || !strings.Contains(plain, "https://matchday.example.org/r\n") {
		t.Errorf("the reply code %s and where it is taken are not in %s", code, plain)
	}
}

// A process without a mail folder, as every command on a data folder is one, leaves what there is to tell to one that has it.
// A mail names skills in its language where a taxonomy has words for them.
func TestMailsNameSkills(t *testing.T) {
	p := newPost(t)
	match := example(invited).Invitation.Match
	stop, err := events.Answer(p.log, nil, func(_ context.Context, q hiring.NameSkills) (hiring.SkillNames, error) {
		names := map[hiring.SkillID]string{}
		for _, id := range q.Skills {
			names[id] = "en " + q.Lang + " " + string(id)
		}
		return hiring.SkillNames{Names: names}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	defer p.run()()
	p.invitation(p.learner("l1", hiring.Personal{Contact: hiring.Contact{Email: "zoe@example.org"}}), invited)
	names := p.until("a mail", func(names []string) bool { return len(names) == 1 && !strings.HasPrefix(names[0], ".") })
	content, err := os.ReadFile(filepath.Join(p.dir, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	_, plain, _ := parts(t, content)
	for _, id := range []hiring.SkillID{match.Parts[0].Skill, match.Missing[0]} {
		if !strings.Contains(plain, "en es "+string(id)) {
			t.Errorf("%s is not named in Spanish: %s", id, plain)
		}
	}
}

func TestWithoutAFolderNothingIsTaken(t *testing.T) {
	p := newPost(t)
	defer p.runIn("")()
	before := p.learner("before", hiring.Personal{Contact: hiring.Contact{Email: "before@example.org"}})
	p.invitation(before, invited)
	defer p.runIn("")()
	defer p.run()()
	const more = 20
	for i := range more {
		id := fmt.Sprintf("l%d", i)
		p.invitation(p.learner(hiring.LearnerID(id), hiring.Personal{Contact: hiring.Contact{Email: id + "@example.org"}}), invited)
	}
	p.until("every mail", func(names []string) bool { return len(names) == more+1 && !strings.HasPrefix(names[0], ".") })
}

// Who is asked for wishes gets the link to their page; who stated them already is not asked any more, nor anybody once the day is solved.
func TestAsksForWishes(t *testing.T) {
	p := newPost(t)
	day := example(wished).Day
	day.ID, day.Ref, day.Admission, day.Status = "fair", "fairref", hiring.AdmitScheduled, hiring.StatusOpen
	solved := day
	solved.ID, solved.Ref, solved.SolvedAt = "solved", "solvedref", &p.written
	p.publish(hiring.DaySubject(day.Ref), hiring.DayOpened, day)
	p.publish(hiring.DaySubject(solved.Ref), hiring.DaySolved, solved)
	ref := p.learner("l1", hiring.Personal{Contact: hiring.Contact{Email: "l1@example.org"}})
	quick := p.learner("l2", hiring.Personal{Contact: hiring.Contact{Email: "l2@example.org"}})
	for _, d := range []hiring.Day{solved, day} {
		for _, l := range []hiring.LearnerRef{quick, ref} {
			p.publish(hiring.WishSubject(d.Ref, l), hiring.WishesAsked, hiring.Wishes{Day: d.ID, Learner: l})
		}
	}
	p.publish(hiring.WishSubject(day.Ref, quick), hiring.WishesStated, hiring.Wishes{Day: day.ID, Learner: quick, Openings: []hiring.OpeningID{"o1"}})
	p.invitation(ref, invited) // after all of them
	defer p.run()()
	names := p.until("two mails", func(names []string) bool { return len(names) == 2 && !strings.HasPrefix(names[0], ".") })
	i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, string(ref)+".fairref.wishes.") })
	if i < 0 {
		t.Fatalf("mails %v", names)
	}
	content, err := os.ReadFile(filepath.Join(p.dir, names[i]))
	if err != nil {
		t.Fatal(err)
	}
	_, plain, _ := parts(t, content)
	_, link, _ := strings.Cut(plain, "https://matchday.example.org/w/")
	token, _, _ := strings.Cut(link, "\n")
	of, who, err := p.secrets.VerifyWishes(token, p.written)
	if err != nil || of != day.Ref || who != ref {
		t.Errorf("the link opens %s of %s, %v", who, of, err)
	}
}

func TestErasureTakesTheMailsAlong(t *testing.T) {
	p := newPost(t)
	gone := p.learner("gone", hiring.Personal{Name: "Unique Name", Contact: hiring.Contact{Email: "unique@example.org"}})
	stays := p.learner("stays", hiring.Personal{Contact: hiring.Contact{Email: "stays@example.org"}})
	stop := p.run()
	p.invitation(gone, invited)
	p.invitation(stays, invited)
	p.until("both mails", func(names []string) bool { return len(names) == 2 })
	if err := p.log.DestroyKey(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	p.publish(hiring.LearnerSubject(gone), hiring.LearnerErased, hiring.Learner{Ref: gone, Erased: true})
	p.until("one mail", func(names []string) bool { return len(names) == 1 && strings.HasPrefix(names[0], string(stays)) })
	stop()

	// A mail half written when a process was killed goes at the next start; and nothing is written for the erased any more.
	if err := os.WriteFile(filepath.Join(p.dir, "."+string(gone)+".x.sent.1.eml.tmp"), []byte("Unique Name"), 0o600); err != nil {
		t.Fatal(err)
	}
	defer p.run()()
	p.invitation(gone, recalled)
	p.invitation(stays, recalled)
	for _, name := range p.until("the other's two mails", func(names []string) bool { return len(names) == 2 }) {
		if strings.Contains(name, string(gone)) {
			t.Errorf("%s came back", name)
		}
	}
}

func TestPutAgainChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	b, err := openBox(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.put("l.i.sent.1.eml", []byte("hello")); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 {
		t.Errorf("%d files, %v", len(list), err)
	}
	if err := b.put("../outside.eml", []byte("x")); err == nil {
		t.Error("a name that leaves the folder was taken")
	}
	if err := b.close(); err != nil {
		t.Error(err)
	}
}

// A mail counts as written once its name is on the disk too.
func TestPutMakesTheNameDurable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	b, err := openBox(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	really, synced := b.sync, 0
	b.sync = func() error {
		if names, err := os.ReadDir(dir); err != nil || len(names) != 1 || strings.HasPrefix(names[0].Name(), ".") {
			t.Errorf("synced with %v in the folder, %v", names, err)
		}
		synced++
		return really()
	}
	if err := b.put("l.i.sent.1.eml", []byte("hello")); err != nil || synced != 1 {
		t.Errorf("synced %d times, %v", synced, err)
	}
	b.sync = func() error { return os.ErrInvalid }
	if err := b.put("l.i.sent.2.eml", []byte("hello")); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("a folder that cannot be synced: %v", err)
	}
	if err := b.forget(map[hiring.LearnerRef]bool{"l": true}); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("forgetting in it: %v", err)
	}
}

func TestTimely(t *testing.T) {
	sent, accepted, offer, former := example(invited).Invitation, example(confirmed).Invitation, example(offered).Invitation, example(returned).Invitation
	for _, tt := range []struct {
		name string
		kind string
		inv  hiring.Invitation
		now  time.Time
		want occasion
	}{
		{"sent", hiring.InvitationSent, sent, sent.SentAt, invited},
		{"sent and expired since", hiring.InvitationSent, sent, sent.Expires, ""},
		{"offered", hiring.InvitationOffered, offer, offer.Offer.Until.Add(-time.Second), offered},
		{"offered too long ago", hiring.InvitationOffered, offer, offer.Offer.Until, ""},
		{"accepted", hiring.InvitationAccepted, accepted, sent.Expires, confirmed},
		{"accepted and begun since", hiring.InvitationAccepted, accepted, accepted.Slot.Start, ""},
		{"reminded", hiring.InvitationReminded, accepted, accepted.Slot.Start.Add(-time.Second), reminded},
		{"reminded and begun since", hiring.InvitationReminded, accepted, accepted.Slot.Start, ""},
		{"moved", hiring.InvitationMoved, accepted, sent.Expires, moved},
		{"changed", hiring.InvitationChanged, accepted, sent.Expires, changed},
		{"changed for one who has not answered", hiring.InvitationChanged, sent, sent.SentAt, changed},
		{"changed for one who waits", hiring.InvitationChanged, hiring.Invitation{Status: hiring.Waiting}, sent.SentAt, ""},
		{"their time cancelled", hiring.InvitationChanged, example(dropped).Invitation, sent.SentAt, dropped},
		{"declined", hiring.InvitationDeclined, hiring.Invitation{Status: hiring.Declined}, sent.SentAt, ""},
		{"declined after acceptance", hiring.InvitationDeclined, former, sent.SentAt, returned},
		{"given back", hiring.InvitationReturned, former, sent.SentAt, returned},
		{"given back and over since", hiring.InvitationReturned, former, former.Former.End, ""},
		{"refused", hiring.InvitationRefused, hiring.Invitation{Status: hiring.Waiting}, sent.SentAt, refused},
		{"withdrawn", hiring.InvitationRecalled, hiring.Invitation{Status: hiring.Withdrawn, Match: hiring.Match{Score: 1}}, sent.SentAt, recalled},
		{"withdrawn with the learner's consent", hiring.InvitationRecalled, hiring.Invitation{Status: hiring.Withdrawn}, sent.SentAt, ""},
		{"checked in", hiring.InvitationAttended, accepted, sent.SentAt, ""},
		{"attended", hiring.InvitationAttended, example(asked).Invitation, accepted.Slot.End.AddDate(0, 0, 59), asked},
		{"attended long ago", hiring.InvitationAttended, example(asked).Invitation, accepted.Slot.End.AddDate(0, 0, 60), ""},
	} {
		got := occasionOf(tt.kind, &tt.inv)
		if got != "" && !got.timely(&tt.inv, tt.now) {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A reminder that stood over while nobody delivered is not sent for a talk that was moved or given up since; the others are, once.
func TestRemindersStandForTheTalkAsItIs(t *testing.T) {
	p := newPost(t)
	var refs []hiring.LearnerRef
	for _, id := range []hiring.LearnerID{"stays", "moves", "goes"} {
		refs = append(refs, p.learner(id, hiring.Personal{Contact: hiring.Contact{Email: string(id) + "@example.org"}}))
		p.invitation(refs[len(refs)-1], reminded)
	}
	later := example(moved).Invitation
	later.Slot = &hiring.Slot{Start: later.Slot.Start.Add(time.Hour), End: later.Slot.End.Add(time.Hour), Seats: 1}
	p.state(refs[1], hiring.InvitationMoved, later)
	p.invitation(refs[2], returned)
	p.state(refs[0], hiring.InvitationAttended, example(confirmed).Invitation)
	stop := p.run()
	want := func(names []string) bool {
		return len(names) == 3 && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, ".") })
	}
	p.until("three mails", want)
	stop()
	defer p.run()()
	last := p.learner("last", hiring.Personal{Contact: hiring.Contact{Email: "last@example.org"}})
	p.invitation(last, invited)
	names := p.until("one more mail", func(names []string) bool { return len(names) == 4 && !strings.HasPrefix(names[0], ".") })
	for ref, o := range map[hiring.LearnerRef]occasion{refs[0]: reminded, refs[1]: moved, refs[2]: returned, last: invited} {
		if !slices.ContainsFunc(names, func(n string) bool {
			return strings.HasPrefix(n, string(ref)+".") && strings.Contains(n, "."+string(o)+".")
		}) {
			t.Errorf("%s of %s is not in %v", o, ref, names)
		}
	}
}

// A role that ends leaves a mail to be written after a restart, rather than write it in the wrong words.
func TestEndingRoleDoesNotNameSkillsInEnglish(t *testing.T) {
	p := newPost(t)
	r, err := New(Options{Log: p.log, Secrets: p.secrets, BaseURL: "https://matchday.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	l := example(invited)
	if _, err := r.names(ended, &l.Invitation.Match, []string{"es"}); !errors.Is(err, context.Canceled) {
		t.Errorf("names returned %v", err)
	}
}
